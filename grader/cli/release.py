"""`grader release`: what each stage of `release.yaml` shows, before anybody sees it. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from grader.batch.feedback import measure_class, read_report_of
from grader.cli.choice import CourseChoice
from grader.cli.options import at_option, course_options
from grader.cli.screen import say, show
from grader.course import Course, Stages
from grader.errors import UsageError
from grader.model import Report
from grader.release import STAGES, Left, Stage, describe_begin, find_stages, list_running, withhold
from grader.report.escape import escape
from grader.report.text import render_text


@click.command("release")
@click.argument("out", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[OUT]")
@click.option("--dry-run", "student", required=True, metavar="STUDENT", help="Whose report is shown at each stage.")
@click.option("--db", metavar="URL", help="Take everything from this gradebook, in place of OUT, with people's marks.")
@at_option
@course_options
def command(out: Path | None, student: str, db: str | None, at: datetime | None, chosen: CourseChoice) -> None:
    """Show what each stage holds for one student, and who is missing for feedback.

    OUT is a folder that `grader batch` wrote, in which every text waits for a person; with --db none is needed. Nothing
    is written.
    """
    course = chosen.find_for_batch(() if out is None else (out,)).load()
    if course.release is None:
        raise UsageError(
            "the course has no release.yaml, so that nothing is withheld: write one, or use grader feedback"
        )
    moment = at or datetime.now(UTC)
    match out, db:
        case Path(), None:
            report, left = read_report_of(course, out, student), measure_class(course, out, moment).left
            lines = list(describe_release(course, student, moment, left, partial(withhold, report)))
        case None, str():
            lines = _describe_from_gradebook(course, student, moment, db)
        case _:
            raise click.UsageError("expected either OUT, the folder of a batch, or --db URL, a gradebook")
    for warning in list_warnings(course, moment):
        say(f"grader: warning: {warning}")
    show("".join(f"{line}\n" for line in lines))


def _describe_from_gradebook(course: Course, student: str, at: datetime, db: str) -> list[str]:
    from grader.batch.publication import Publication, read_report_at  # noqa: PLC0415 - a folder needs no database
    from grader.gradebook import Gradebook  # noqa: PLC0415 - the same

    with Gradebook.open_for(db, course) as book:
        left = Publication(course, book, at).left
        return list(describe_release(course, student, at, left, read_report_at(course, book, student)))


def describe_release(
    course: Course,
    student: str,
    at: datetime,
    left: Mapping[str, Left],
    show_at: Callable[[Mapping[str, Stage]], Report],
) -> Iterator[str]:
    """Yield where the student is now, who is missing, and what `show_at` gives of the report at each stage."""
    stages = find_stages(course, student, at, left) or {}
    for assignment in course.assignments:
        now = stages[assignment.exercises[0]]
        yield f"{assignment.id}: {escape(student)} is in stage {now} at {at.isoformat(timespec='minutes')}"
        yield from _describe_left(left.get(assignment.id))
    for stage in STAGES:
        yield f"\n==== {stage}: {_describe_begins(course, student, stage)}\n"
        yield render_text(show_at(dict.fromkeys(stages, stage))).rstrip()
        if stage == "practice":
            yield "(and what `grader check` says, where a push is graded)"


def list_warnings(course: Course, at: datetime) -> Iterator[str]:
    """Yield which stages would be out before an extension has passed."""
    stages = course.release.stages if course.release is not None else Stages()
    for assignment in course.assignments:
        last = max(assignment.extensions.values(), default=assignment.due)
        for name, stage in (("feedback", stages.feedback), ("solutions", stages.solutions)):
            if stage is None or assignment.due is None or last is None:
                continue
            begins = stage.begins(assignment.due)
            if begins < last:
                students = ", ".join(list_running(assignment, max(begins, at))) or "nobody any more"
                yield (
                    f"{name} of {assignment.id} begins at {begins.isoformat(timespec='minutes')}, before the last "
                    f"extension passes at {last.isoformat(timespec='minutes')} (still running then: {escape(students)})"
                )


def _describe_left(left: Left | None) -> Iterator[str]:
    if left is None:
        yield "  what is open in the class is not known: a report cannot be read, so feedback waits; judge it again"
    elif left.students:
        yield f"  not finished, so feedback waits unless `requires` allows it: {escape(', '.join(left.students))}"


def _describe_begins(course: Course, student: str, stage: Stage) -> str:
    return "; ".join(f"{one.id} {describe_begin(course, one, student, stage)}" for one in course.assignments)
