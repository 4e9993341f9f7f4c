"""`grader export`: the gradebook to other systems, of which students read most: those get what release.yaml shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import click

from grader.cli.choice import CourseChoice
from grader.cli.final_scores import Export, Terms, read_export
from grader.cli.lateness import choose_policy, late_option
from grader.cli.options import at_option, course_options, db_option
from grader.cli.screen import STANDARD_OUTPUT, deliver
from grader.cli.total import check_total, read_total, take_roster
from grader.course import Course
from grader.errors import UsageError, blame
from grader.gradebook import Gradebook
from grader.gradebook.analysis import build_rows, render_line, write_lines, write_parquet
from grader.gradebook.roster import load_roster
from grader.gradebook.sheets import render_canvas, render_moodle, render_nbgrader, render_sheet
from grader.report.gradescope import render_gradescope
from grader.report.junit import render_junit
from grader.report.write import check_place, write_atomically
from grader.spec.placement import is_course_near
from grader.submission.naming import folder_name

TEXTS: dict[str, Callable[[Export], str]] = {
    "csv": lambda export: render_sheet(export.final_grades, for_staff=export.for_staff),
    "canvas": lambda export: render_canvas(export.final_grades, export.column_name),
    "moodle": lambda export: render_moodle(
        export.final_grades, export.column_name, export.read_report, for_staff=export.for_staff
    ),
    "nbgrader": lambda export: render_nbgrader(export.final_grades, export.column_name, export.policy),
    "junit": lambda export: render_junit([report for _, report in export.read_reports()], for_staff=export.for_staff),
}
ROWS = ("jsonl", "parquet")  # every check of every attempt: for whoever analyses a class, never for its students
FORMATS = (*TEXTS, "gradescope", *ROWS)
WHOLE_COURSE = "Exercises"  # what a course of one assignment is called in another system
SHOW_PENDING = ("gradescope", "junit")  # what is decided, and in words what is not; the others are taken for final


class FormatType(click.Choice[str]):
    """A format of the gradebook. The zip that was asked for by this option before has a command of its own."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format; what is none is a wrong usage."""
        if value == "gradescope-autograder":
            self.fail(f"{value!r} is not a format of the gradebook; use `grader gradescope --out FILE`", param, ctx)
        return super().convert(value, param, ctx)


@click.command("export")
@db_option
@click.option("--format", "form", required=True, type=FormatType(FORMATS), help="Whose format.")
@click.option(
    "--out", required=True, metavar="FILE", help="Where it goes: a file, - for standard output; gradescope: a folder."
)
@late_option("What lateness costs (YAML), in place of what course.yaml says.")
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="First take the students' names and ids from this CSV file into the gradebook.",
)
@click.option(
    "--column-name",
    metavar="NAME",
    help="The assignment's name over there; without it that of --assignment, or Exercises for the whole course.",
)
@click.option(
    "--unfinished",
    is_flag=True,
    help="Also scores that may change: something waits for a person, or is ungraded. Else they are refused.",
)
@click.option(
    "--staff",
    "for_staff",
    is_flag=True,
    help="For staff alone: all scores and reasons, whatever release.yaml withholds; needs no course.",
)
@click.option(
    "--total",
    is_flag=True,
    help="csv: a line for each student with the score of every assignment, and the total in percent by their weights.",
)
@at_option
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    db: str,
    form: str,
    out: str,
    column_name: str | None,
    late: Path | None,
    roster: Path | None,
    unfinished: bool,
    for_staff: bool,
    total: bool,
    at: datetime | None,
    chosen: CourseChoice,
) -> None:
    """Write the gradebook in another system's format.

    Where the course has a release.yaml, only what it shows by now leaves for students: points from `scores` on, reasons
    and comments from `feedback`. jsonl and parquet are for staff alone, and hold everything.

    Students without a score (nothing submitted, or ungraded) have none in any format; never a zero. Scores that may
    change are refused, but by junit and gradescope, which say what is open.
    """
    terms = Terms(at or datetime.now(UTC), for_staff, unfinished, form in SHOW_PENDING)
    people = [] if roster is None else load_roster(roster)
    if total:
        check_total(form, chosen, late)
        deliver(read_total(chosen, db, people, terms), out)
        return
    course = find_course(form, chosen, for_staff=for_staff)
    policy = None if form in (*ROWS, "junit") else choose_policy(course, late)
    opened = chosen.open_near_gradebook(db) if course is None else Gradebook.open_for(db, course)
    with opened as book:
        take_roster(book, people)
        export = read_export(book, book.policy if policy is None else policy, course, terms)
        export = replace(export, column_name=column_name or chosen.assignment or WHOLE_COURSE)
        if form in TEXTS:
            deliver(TEXTS[form](export), out)
        elif form == "gradescope":
            write_results(export, Path(out))
        else:
            write_rows(export, form, out)


def find_course(form: str, chosen: CourseChoice, *, for_staff: bool) -> Course | None:
    """Return the course that says what is late, rounded and withheld; None where staff have none, or none is asked."""
    if form in ROWS or (for_staff and chosen.given is None and not is_course_near()):
        return None
    return chosen.find().load()


def write_results(export: Export, folder: Path) -> None:
    """Write `<student>/results.json` for each student with a score."""
    taken: set[str] = set()
    for final_grade, report in export.read_reports():
        if final_grade.final is None:
            continue
        name = folder_name(final_grade.row.person.student, taken)
        with translate_os_errors(folder):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_atomically(
            folder / name / "results.json", render_gradescope(report, final_grade.final, for_staff=export.for_staff)
        )


def write_rows(export: Export, form: str, out: str) -> None:
    """Write every check of every attempt, a block at a time: a large class does not fit into memory."""
    rows = build_rows(export.book.check_rows())
    if out == STANDARD_OUTPUT:
        if form == "parquet":
            raise UsageError("--out -: Parquet is not text: expected a file")
        deliver("".join(map(render_line, rows)), out)
        return
    with replacement_file(Path(out)) as temporary:
        (write_parquet if form == "parquet" else write_lines)(rows, temporary)


@contextmanager
def replacement_file(path: Path) -> Iterator[Path]:
    """Yield a place to write to, which takes the place of `path` once all is written."""
    check_place(path)
    temporary = path.with_name(f".{token_hex(8)}.tmp")
    with translate_os_errors(path):
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def translate_os_errors(path: Path) -> Iterator[None]:
    """Turn a place that cannot be written to into a message for a person."""
    try:
        yield
    except OSError as error:
        raise blame(f"{path} cannot be written", error) from error
