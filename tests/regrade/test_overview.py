"""Who answers sees what it is about, and nothing of it is obeyed by a terminal."""

from __future__ import annotations

import pytest

from grader.batch import render_evidence
from grader.errors import UsageError
from grader.gradebook import Kept
from grader.regrade import describe_work
from tests.conftest import build_evidence
from tests.regrade.conftest import MOMENT, Classroom


def keep_evidence(classroom: Classroom, student: str, source: str) -> None:
    """Keep what came out of a submission, as a batch does."""
    from grader import pipeline
    from grader.model import Limits

    path = classroom.folder.parent / "submitted" / f"{student}.py"
    submission = pipeline.read([path], Limits(), student)
    evidence = build_evidence(submission, source, classroom.grader.probes_sha256, "full")
    kept = Kept(render_evidence(evidence).encode("ascii"))
    classroom.book.record(pipeline.judge(classroom.grader, evidence), MOMENT, path.name, kept)


def test_the_whole_part_is_shown(classroom: Classroom) -> None:
    """Checks with their details, the text, and its marks with who gave them; of one answer, that alone."""
    keep_evidence(classroom, "zoe", "a = 3\n# essay, Zoe's\n")
    classroom.mark("zoe", "eve\x1b[31m", why="Say the\nexample.")
    classroom.ask("zoe")
    classroom.collect()
    (request,) = classroom.book.requests()
    lines = list(describe_work(classroom.course, classroom.book, request))
    assert lines[0].startswith("1a.a: fail, 0 of 1 point. ")
    assert lines[1].startswith("1a.essay: fail, 0.5 of 1 point. ")
    assert lines[2:] == [
        "essay:",
        "    Because one and one make two.",
        "marked by eve␛[31m, 2026-06-10 12:00+00:00: example 0, reason 0.5. Say the example.",
    ]


def test_one_answer_is_shown_alone(classroom: Classroom) -> None:
    """A number has no text."""
    keep_evidence(classroom, "ada", "a = 3\n")
    classroom.ask("ada", answer="a")
    classroom.collect()
    lines = list(describe_work(classroom.course, classroom.book, classroom.book.requests()[0]))
    assert [line.partition(":")[0] for line in lines] == ["1a.a"]


def test_without_evidence_it_says_so(classroom: Classroom) -> None:
    """And how to get it."""
    classroom.ask("ada")
    classroom.collect()
    with pytest.raises(UsageError, match="no evidence of ada"):
        list(describe_work(classroom.course, classroom.book, classroom.book.requests()[0]))
