"""Answers in words: pending where something was written, missing where nothing was."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judge import PreparedCourse, judge
from grader.judge.placeholder import text_placeholder
from grader.model import CheckResult, Evidence, FileEvidence, LooseText
from grader.oracle import Oracle
from grader.reference import Reference
from grader.spec import load_course

SMALL = Path(__file__).parents[2] / "spec" / "small"
COURSE = load_course(SMALL)
PREPARED = PreparedCourse(COURSE, Oracle(COURSE, Reference(SMALL)))
PLACEHOLDER = text_placeholder(COURSE.exercises[0].parts[1], COURSE.exercises[0].parts[1].answers[0])


def _judge(*runs: FileEvidence) -> CheckResult:
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=tuple(run.file for run in runs), submission_sha256="",
        probes_sha256="", isolation="full", runs=runs,
    )  # fmt: skip
    parts = (part for exercise in judge(PREPARED, evidence).exercises for part in exercise.parts)
    return next(check for part in parts for check in part.checks if check.answer == "ex1b_text")


def _run(own: str | None, *below: str, name: str = "a.ipynb") -> FileEvidence:
    loose = tuple(LooseText(text=text, after=0, names=("ex1b_text",)) for text in below)
    return FileEvidence(file=name, texts={} if own is None else {"ex1b_text": own}, loose=loose)


@pytest.mark.parametrize(
    "run", [_run(None), _run(""), _run("\u200b\u3164"), _run(PLACEHOLDER), _run(PLACEHOLDER, "\u2060")]
)
def test_nothing_written_is_missing(run: FileEvidence) -> None:
    """Left out, empty, invisible, or the starter's own words."""
    result = _judge(run)
    assert (result.outcome, result.code) == ("missing", "answer.missing")


def test_a_text_in_its_cell_is_pending() -> None:
    """Without a note; and what lies below it is not asked for."""
    result = _judge(_run("Rows times columns.", "A remark."))
    assert (result.outcome, result.code) == ("review", "text.review")
    assert result.message.endswith("a person will read it")


def test_a_text_below_its_untouched_cell_is_pending_with_a_note() -> None:
    """Whoever marks it, and the student, are told where it was found."""
    result = _judge(_run(PLACEHOLDER, "Rows times columns."))
    assert (result.outcome, result.code) == ("review", "text.review")
    assert "below it" in result.message


def test_an_untouched_later_file_takes_no_answer_away() -> None:
    """What counts is the last file that says something."""
    assert _judge(_run("Rows times columns."), _run(PLACEHOLDER, name="b.ipynb")).outcome == "review"
    assert _judge(_run(PLACEHOLDER), _run(PLACEHOLDER, name="b.ipynb")).outcome == "missing"
