"""What a request is about: an attempt, a part of its report, and the points of that or of one answer."""

from __future__ import annotations

from fractions import Fraction

from grader.errors import UsageError
from grader.gradebook import Gradebook, Request
from grader.model import PartScore, Report


def find_attempt(book: Gradebook, request: Request) -> int:
    """Return the attempt that counts of the submission that a request is about: its last verdict."""
    rows = book.attempt_scores(request.asked.student)
    same = (row.attempt_id for row in rows if row.submission_sha256 == request.asked.submission_sha256)
    return next(attempt_id for attempt_id in same if attempt_id is not None)


def find_part(report: Report, name: str) -> PartScore:
    """Return a part of a report.

    Raises:
        UsageError: it has none of this name.
    """
    parts = {part.id: part for exercise in report.exercises for part in exercise.parts}
    if name not in parts:
        raise UsageError(f"the report of {report.student} has no part {name}: judge it again by this course")
    return parts[name]


def count_points(part: PartScore, answer: str | None) -> Fraction:
    """Return the points of an answer; of the whole part where no answer is named."""
    if answer is None:
        return part.score
    return sum((check.score for check in part.checks if check.answer == answer), Fraction(0))
