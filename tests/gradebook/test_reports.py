"""A report with a person's marks: points, and the status of a part that has a text among its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest

from grader.gradebook import Marking
from grader.gradebook.reports import mark_report
from grader.judge.score import find_status, sum_checks, sum_scores
from grader.model import Report


def _join(report: Report, outcome: Any, score: int) -> Report:
    """Return the report with its number, worth 3 and so decided, and its text in one part."""
    (exercise,) = report.exercises
    number, essay = (part.checks[0] for part in exercise.parts)
    checks = (replace(number, outcome=outcome, score=Fraction(score)), essay)
    part = replace(exercise.parts[0], checks=checks, status=find_status(checks), **sum_checks(checks))
    exercises = (replace(exercise, parts=(part,), **sum_scores((part,))),)
    return replace(report, exercises=exercises, **sum_scores(exercises))


@pytest.mark.parametrize(
    ("outcome", "score", "given", "before", "after"),
    [
        ("pass", 3, 2, "pass", "pass"),
        ("pass", 3, 1, "pass", "partial"),
        ("pass", 3, 0, "pass", "partial"),
        ("fail", 0, 0, "fail", "fail"),
        ("fail", 0, 1, "fail", "partial"),
        ("missing", 0, 0, "missing", "missing"),
        ("missing", 0, 1, "missing", "partial"),
        ("ungraded", 0, 2, "ungraded", "ungraded"),
    ],
)
def test_a_marked_text_counts_for_its_part(  # noqa: PLR0913 - the columns of a table
    *,
    report_of: Callable[..., Report],
    noon: datetime,
    outcome: str,
    score: int,
    given: int,
    before: str,
    after: str,
) -> None:
    """Two of three points are not "right", however right the numbers are; nor is earned work "not attempted"."""
    report = _join(report_of(), outcome, score)
    assert report.exercises[0].parts[0].status == before
    assert mark_report(report, {}) == report
    marking = Marking("essay", {"reason": Fraction(given)}, "eve", noon)
    assert mark_report(report, {"essay": marking}).exercises[0].parts[0].status == after
