"""Scores that may still change: whose they are, and which parts wait for a person or for us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.errors import list_some
from grader.gradebook.final_grades import FinalGrade
from grader.model import Report

_LISTED = 20  # parts
WHAT_TO_DO = "mark texts (`grader review`, `grader mark`) and grade again what is ungraded (`grader batch`)"


@dataclass(frozen=True)
class Unfinished:
    """How many of how many students have an unfinished score; parts that wait for a person, or are ungraded."""

    students: int
    of: int
    pending: tuple[str, ...]
    ungraded: tuple[str, ...]
    newer_ungraded: int  # students whose last submission was not graded, and an earlier one counts

    def describe(self) -> str:
        """Return it in one sentence."""
        what = [f"to be marked by a person: {list_some(self.pending, _LISTED)}"] if self.pending else []
        what += [f"ungraded: {list_some(self.ungraded, _LISTED)}"] if self.ungraded else []
        what += [f"{self.newer_ungraded} with an ungraded later submission"] if self.newer_ungraded else []
        return f"{self.students} of {self.of} students have an unfinished score ({'; '.join(what)})"


def find_unfinished(final_grades: Sequence[FinalGrade], read_report: Callable[[int], Report]) -> Unfinished:
    """Return what is unfinished of these grades; who submitted nothing is finished, and who has an override.

    Args:
        final_grades: one for each student.
        read_report: gives the report of an attempt.
    """
    unfinished = [final_grade for final_grade in final_grades if final_grade.is_unfinished]
    attempts = [one.row.attempt_id for one in unfinished if one.row.attempt_id is not None]
    # In the order of the course, which every report has.
    placed = [pair for attempt in attempts for pair in enumerate(read_report(attempt).list_parts())]
    parts = [part for _, part in sorted(placed, key=lambda pair: pair[0])]
    return Unfinished(
        len(unfinished),
        len(final_grades),
        tuple(dict.fromkeys(part.id for part in parts if part.pending)),
        tuple(dict.fromkeys(part.id for part in parts if part.ungraded)),
        sum(final_grade.row.newer_ungraded for final_grade in unfinished),
    )
