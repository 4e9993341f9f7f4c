"""`grader unmark`: takes back what people gave for a text."""

from __future__ import annotations

import click

from grader.cli.choice import CourseChoice
from grader.cli.marking import by_option, find_text, why_option
from grader.cli.options import course_options, db_option
from grader.cli.screen import show
from grader.report.escape import escape
from grader.report.points import format_points


@click.command("unmark")
@click.argument("student")
@click.argument("answer")
@db_option
@by_option
@why_option("Why it is taken back; it stays in the history.", required=True)
@course_options
def command(  # noqa: PLR0913 - one for each option
    *, student: str, answer: str, db: str, who: str, why: str, chosen: CourseChoice
) -> None:
    """Take back what people gave for a text of a student, which waits for a person again."""
    with chosen.open_near_gradebook(db) as book:
        text = find_text(book, student, answer)
        book.unmark(text.attempt_id, answer, who, why, 0 if text.kept is None else text.kept.id)
    was = "" if text.marking is None else f" (was {format_points(text.marking.total)} by {text.marking.who})"
    show(f"{escape(student)}: {answer} waits for a person again{escape(was)}\n")
