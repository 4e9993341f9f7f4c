"""`grader feedback`: what students get. Imports no sandbox, and runs nothing of the course."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from grader.batch.feedback import Feedback, write_feedback
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.options import at_option, course_option
from grader.cli.screen import say, show
from grader.course import Course
from grader.report.escape import escape
from grader.spec import choose_course, load_course


@click.command("feedback")
@click.argument("out", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[OUT]")
@click.option("--db", metavar="URL", help="Take everything from this gradebook, in place of OUT, with people's marks.")
@click.option(
    "--out",
    "target",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where each student's folder goes; OUT itself will do.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="NAME",
    help="With --db: only this student; may be given several times.",
)
@at_option
@course_option
def command(  # noqa: PLR0913 - one for each option
    *,
    out: Path | None,
    db: str | None,
    target: Path,
    students: tuple[str, ...],
    at: datetime | None,
    course_folder: Path | None,
) -> None:
    """Write for each student an HTML page, the notebook with remarks, Markdown and text.

    OUT is a folder that `grader batch` wrote; with --db none is needed. Where the course has a release.yaml, they hold
    what it shows by now.
    """
    if students and db is None:
        raise click.UsageError("--student chooses from a gradebook: expected --db URL")
    course = load_course(choose_course(course_folder, () if out is None else (out,)))
    moment = at or datetime.now(UTC)
    match out, db:
        case Path(), None:
            done = write_feedback(course, out, target, moment)
        case None, str():
            done = write_from_gradebook(course, db, target, students, moment)
        case _:
            raise click.UsageError("expected either OUT, the folder of a batch, or --db URL, a gradebook")
    count = f"{done.written} student{'' if done.written == 1 else 's'}"
    show(f"{count}: {escape(str(target))}/<student>/feedback.html\n")
    for reason in (*done.unusable, *done.failed):
        say(f"grader: error: {reason}")
    if done.failed:
        raise SystemExit(EXIT_OURS)
    if done.unusable:
        raise SystemExit(EXIT_USAGE)


def write_from_gradebook(course: Course, db: str, target: Path, students: tuple[str, ...], at: datetime) -> Feedback:
    """Write the feedback of a gradebook's students; only who asks for that needs a database."""
    from grader.batch.gradebook_feedback import write_gradebook_feedback  # noqa: PLC0415 - a folder needs no database
    from grader.gradebook import Gradebook  # noqa: PLC0415 - the same

    with Gradebook.open(db, create=False) as book:
        return write_gradebook_feedback(course, book, target, at, students)
