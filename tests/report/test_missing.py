"""What a student's code tells of answers that are missing, and where it tells nothing."""

from __future__ import annotations

from typing import Any

import pytest

from grader.model import AnswerEvidence, EmptyValue, Evidence, FileEvidence, FloatValue, OtherValue, Report, Returned
from grader.report.missing import explain_missing
from grader.report.text import render_text

PRINTS = "def ex1_kl(p, q):\n    print(p)\n"
NOTHING, NUMBER = Returned(value=EmptyValue(type="none")), Returned(value=FloatValue(value="0x1p0"))


def evidence_of(*results: Returned) -> Evidence:
    """Return evidence of a function `ex1_kl` with these results; without any, of a submission that has none."""
    answer = AnswerEvidence(value=OtherValue(type="callable"), calls=results)
    run = FileEvidence(file="ada.py", answers={"ex1_kl": answer} if results else {})
    return Evidence(
        schema="grader/evidence/v1", student="ada", files=("ada.py",), submission_sha256="1", probes_sha256="2",
        isolation="full", runs=(run,),
    )  # fmt: skip


@pytest.fixture
def report(report_of: Any, part: Any, check: Any) -> Report:
    """Return a report of two missing answers beside a right one, and of a missing text."""
    found: Report = report_of(
        part("1a", "partial", check("ex1_kl", "missing"), check("ex1_kl_pq", "missing"), check("ex1_r", "pass")),
        part("1d", "missing", check("ex1d_text", "missing", kind="text")),
    )
    return found


def hints_of(report: Report) -> dict[str, str]:
    """Return the hints of a report by answer."""
    checks = [check for exercise in report.exercises for part in exercise.parts for check in part.checks]
    return {check.answer: check.hint for check in checks if check.hint}


def test_printing_function_is_told(report: Report) -> None:
    """As the students' check tells it, in the text too; verdict and code stay."""
    told = explain_missing(report, evidence_of(NOTHING, NOTHING), [PRINTS])
    hint = "ex1_kl returned None on every call. Did you print the result instead of returning it?"
    assert hints_of(told) == {"ex1_kl": hint}
    assert hint in " ".join(render_text(told).replace("○", "").split())
    assert [(check.outcome, check.code) for check in told.exercises[0].parts[0].checks] == [
        (check.outcome, check.code) for check in report.exercises[0].parts[0].checks
    ]


@pytest.mark.parametrize("source", ["def ex1_kl(p, q):\n    ...\n", "def other(p):\n    print(p)\n", "(", ""])
def test_function_that_does_not_print_is_not_told_so(report: Report, source: str) -> None:
    """The starter's returns None as well."""
    assert hints_of(explain_missing(report, evidence_of(NOTHING), [source])) == {}


def test_misspelt_name_is_told_once(report: Report) -> None:
    """One name is one answer's, and neither another answer's own nor a private one."""
    told = explain_missing(report, evidence_of(), ["ex1_k_pq = 0.4\n_ex1_kl = 1\nex1_r = 1"])
    assert hints_of(told) == {"ex1_kl_pq": "There is no ex1_kl_pq. Did you mean ex1_k_pq? If so, rename it."}


def test_nothing_is_said_of_texts_and_of_what_is_there(report: Report) -> None:
    """A text stands in a cell and not under a name."""
    assert hints_of(explain_missing(report, evidence_of(), ["ex1d_txt = 1\nex1_rr = 2"])) == {}
