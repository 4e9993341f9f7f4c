"""`grader override`: a score that a person sets, whatever the grader and the markers gave."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import click

from grader.cli.choice import CourseChoice
from grader.cli.marking import by_option, why_option
from grader.cli.options import PointsType, course_options, db_option
from grader.cli.screen import show
from grader.errors import UsageError
from grader.gradebook import Gradebook, Override, ScoreRow
from grader.report.escape import escape
from grader.report.points import name_points
from grader.spec.keys import suggest


class OverrideType(PointsType):
    """Points, or `none`, which takes an override back."""

    name = "points"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the exact number, or `none`."""
        return value if value == "none" else super().convert(value, param, ctx)


@click.command("override")
@click.argument("student")
@click.argument("points", type=OverrideType(), metavar="POINTS|none")
@db_option
@by_option
@why_option("Why; it stays in the history.", required=True)
@click.option("--beyond", is_flag=True, help="Allow more than the maximum.")
@course_options
def command(  # noqa: PLR0913 - one for each option
    *, student: str, points: Fraction | str, db: str, who: str, why: str, beyond: bool, chosen: CourseChoice
) -> None:
    """Set a student's score as a whole, whatever is submitted from then on; `none` takes that back."""
    given = points if isinstance(points, Fraction) else None
    with chosen.open_near_gradebook(db) as book:
        row = find_row(book, student)
        most = None if beyond else find_maximum(row, chosen)
        book.override(student, Override(given, who, datetime.now(UTC), why), most)
        before = row.score
        after = find_row(book, student).score
    show(f"{escape(student)}: {_describe(after)} (was {_describe(before)})\n")


def find_row(book: Gradebook, student: str) -> ScoreRow:
    """Return the student's current score.

    Raises:
        UsageError: the gradebook has no such student.
    """
    rows = {row.person.student: row for row in book.current_scores()}
    if student not in rows:
        raise UsageError(f"student = {student!r}: the gradebook has no such student: {suggest(student, rows)}")
    return rows[student]


def find_maximum(row: ScoreRow, chosen: CourseChoice) -> Fraction:
    """Return the maximum of what was submitted; who has submitted nothing could have had all of the course."""
    if row.max is not None:
        return row.max
    exercises = chosen.find().load().exercises
    return sum((part.points for exercise in exercises for part in exercise.parts), Fraction(0))


def _describe(score: Fraction | None) -> str:
    return "no score" if score is None else name_points(score)
