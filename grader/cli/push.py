"""`grader push`: final grades to another system, by its own interface. What release.yaml withholds never leaves."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from grader.batch.gradebook_feedback import name_folders, write_gradebook_feedback
from grader.batch.publication import Publication
from grader.cli.app import EXIT_OURS
from grader.cli.choice import CourseChoice
from grader.cli.feedback import Solver
from grader.cli.final_scores import Export, Terms, read_export
from grader.cli.lateness import choose_policy, late_option
from grader.cli.options import course_options, db_option
from grader.cli.screen import hide, say, show
from grader.cli.variants import variants_option
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.sheets import describe, find_max
from grader.report.escape import escape
from grader.sandbox import scratch_folder

if TYPE_CHECKING:
    from grader.gradebook.canvas import CanvasAssignment, Change, NewGrade

TOKEN = "CANVAS_API_TOKEN"  # noqa: S105 - the name of the variable


@click.group("push")
def command() -> None:
    """Push scores, comments and feedback to another system, by its own interface."""


@command.command("canvas", short_help="To an assignment in Canvas; without --write, only show what would change.")
@db_option
@click.option("--url", required=True, metavar="URL", help="Where Canvas is, such as https://canvas.example.org.")
@click.option("--course-id", required=True, type=click.IntRange(min=1), metavar="N", help="The course's number there.")
@click.option(
    "--assignment-id", required=True, type=click.IntRange(min=1), metavar="N", help="The assignment's number there."
)
@click.option("--write", is_flag=True, help="Write it, and read it back; without this nothing is changed.")
@click.option(
    "--feedback/--no-feedback",
    "with_pages",
    default=True,
    help="Whether the feedback page goes with it; default: it does.",
)
@late_option("What lateness costs (YAML), in place of what course.yaml says.")
@click.option(
    "--unfinished", is_flag=True, help="Also scores that may change: something waits for a person, or is ungraded."
)
@variants_option
@course_options
def canvas(  # noqa: PLR0913 - one for each option
    *,
    db: str,
    url: str,
    course_id: int,
    assignment_id: int,
    write: bool,
    with_pages: bool,
    late: Path | None,
    unfinished: bool,
    variants: Path | None,
    chosen: CourseChoice,
) -> None:
    """Push scores to an assignment in Canvas, each with a comment and the feedback page.

    Without --write it is shown who would get what, and nothing is changed. The token comes from the environment
    variable CANVAS_API_TOKEN alone. Where the course has a release.yaml, students get what it shows by now.

    A push that was interrupted is started again by the same command: what Canvas has by then is not pushed twice.
    """
    library, token = load_library(), read_token()
    where = chosen.find()
    course = where.load()
    policy = choose_policy(course, late)
    with Gradebook.open_for(db, course) as book, scratch_folder() as pages:
        now = datetime.now(UTC)
        export = read_export(book, policy, course, Terms(now, unfinished=unfinished))
        with library.open_assignment(url, token, course_id, assignment_id) as place:
            place.check_points(find_max(export.final_grades))
            if with_pages:
                write_pages(Publication(course, export.book, now), export, pages, Solver(course, where, variants))
            changes = place.plan(build_grades(export, library, pages))
            show(f"Canvas: {escape(place.title)} (course {course_id}, assignment {assignment_id})\n")
            failed = push(place, changes) if write else preview(changes)
    if failed:
        raise SystemExit(EXIT_OURS)


def load_library() -> ModuleType:
    """Return what speaks to Canvas.

    Raises:
        UsageError: its extra is not installed.
    """
    try:
        from grader.gradebook import canvas as library  # noqa: PLC0415 - an extra that nothing else needs
    except ModuleNotFoundError as error:
        raise UsageError(f"grader push canvas needs {error.name}: pip install 'numgrade[canvas]'") from error
    return library


def read_token() -> str:
    """Return the token, which no option takes: command lines are seen by others, and kept in histories.

    Raises:
        UsageError: there is none.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise UsageError(f"expected Canvas' access token in the environment variable {TOKEN}, got none")
    hide(token)
    return token


def write_pages(publication: Publication, export: Export, target: Path, solver: Solver) -> None:
    """Write the feedback of who has a score, as it may be seen now."""
    students = tuple(
        one.row.person.student
        for one in export.final_grades
        if one.final is not None and one.row.attempt_id is not None
    )
    if students:
        done = write_gradebook_feedback(publication, target, solver, students)
        for reason in (*done.unusable, *done.failed):
            say(f"grader: warning: without a feedback page: {reason}")


def build_grades(export: Export, library: ModuleType, pages: Path) -> Sequence[NewGrade]:
    """Return what each student with a score gets."""
    folders = name_folders(export.book)
    grades = []
    for one in export.final_grades:
        if one.rounded is not None:
            page = pages / folders.get(one.row.person.student, "") / "feedback.html"
            found = page if page.is_file() else None
            comment = describe(one, export.read_report)
            grades.append(library.NewGrade(one.row.person, one.rounded, comment, found))
    return grades


def preview(changes: Sequence[Change]) -> bool:
    """Show what would be pushed; nothing fails by that."""
    for change in changes:
        told = change.problem or ("unchanged" if change.is_done else change.describe())
        show(f"{escape(change.grade.person.student)}: {told}\n")
    counts = Counter("problem" if one.problem else "done" if one.is_done else "new" for one in changes)
    show(
        f"{counts['new']} to push, {counts['done']} unchanged, {counts['problem']} cannot be pushed; "
        "nothing was written: --write does it\n"
    )
    return False


def push(place: CanvasAssignment, changes: Sequence[Change]) -> bool:
    """Push what differs, one student after the other; return whether some failed."""
    counts: Counter[str] = Counter()
    for change in changes:
        student = escape(change.grade.person.student)
        problem = change.problem or ("" if change.is_done else place.push(change))
        counts["failed" if problem else "unchanged" if change.is_done else "pushed"] += 1
        if problem:
            say(f"grader: error: {student}: {problem}")
        elif not change.is_done:
            show(f"{student}: {change.describe()}\n")
    show(f"{counts['pushed']} pushed and read back, {counts['unchanged']} unchanged, {counts['failed']} failed\n")
    return counts["failed"] > 0
