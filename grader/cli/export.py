"""`grader export`: the gradebook to other systems, of which students read most: those get what release.yaml shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import click

from grader.batch.gradebook_feedback import name_folders
from grader.batch.publication import JUDGE, Publication
from grader.cli.lateness import choose_policy, late_option, warn_of_unknown
from grader.cli.options import at_option, course_option, db_option
from grader.cli.screen import STANDARD_OUTPUT, deliver, say
from grader.course import Course
from grader.errors import UsageError, blame
from grader.gradebook import NO_POLICY, FinalGrade, Gradebook, LatePolicy, compute_final_grades
from grader.gradebook.analysis import build_rows, render_line, write_lines, write_parquet
from grader.gradebook.roster import load_roster
from grader.gradebook.rounding import EXACT, read_rounding
from grader.gradebook.sheets import render_canvas, render_moodle, render_nbgrader, render_sheet
from grader.gradebook.unfinished import WHAT_TO_DO, find_unfinished
from grader.model import Report
from grader.release import describe_begin
from grader.report.escape import escape
from grader.report.gradescope import render_gradescope
from grader.report.junit import render_junit
from grader.report.write import check_place, write_atomically
from grader.spec import choose_course, load_course, read_near_id
from grader.spec.placement import is_course_near
from grader.submission.naming import folder_name


@dataclass(frozen=True)
class Export:
    """What is exported: final grades and how their reports are read, under which late policy and assignment name.

    `for_staff` alone: nothing is withheld, and formats that can say so say it.
    """

    book: Gradebook
    final_grades: Sequence[FinalGrade]
    policy: LatePolicy
    assignment: str
    read_report: Callable[[int], Report]
    for_staff: bool = False

    def read_reports(self) -> Iterator[tuple[FinalGrade, Report]]:
        """Yield each student that has submitted, and the report that counts, with people's marks in it."""
        for final_grade in self.final_grades:
            if final_grade.row.attempt_id is not None:
                yield final_grade, self.read_report(final_grade.row.attempt_id)


TEXTS: dict[str, Callable[[Export], str]] = {
    "csv": lambda export: render_sheet(export.final_grades, for_staff=export.for_staff),
    "canvas": lambda export: render_canvas(export.final_grades, export.assignment),
    "moodle": lambda export: render_moodle(
        export.final_grades, export.assignment, export.read_report, for_staff=export.for_staff
    ),
    "nbgrader": lambda export: render_nbgrader(export.final_grades, export.assignment, export.policy),
    "junit": lambda export: render_junit([report for _, report in export.read_reports()], for_staff=export.for_staff),
}
ROWS = ("jsonl", "parquet")  # every check of every attempt: for whoever analyses a class, never for its students
FORMATS = (*TEXTS, "gradescope", *ROWS)
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
    "--column-name", default="Exercises", show_default=True, metavar="NAME", help="The assignment's name over there."
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
@at_option
@course_option
def command(  # noqa: PLR0913 - one for each option
    *,
    db: str,
    form: str,
    out: str,
    column_name: str,
    late: Path | None,
    roster: Path | None,
    unfinished: bool,
    for_staff: bool,
    at: datetime | None,
    course_folder: Path | None,
) -> None:
    """Write the gradebook in another system's format.

    Where the course has a release.yaml, only what it shows by now leaves for students: points from `scores` on, reasons
    and comments from `feedback`. jsonl and parquet are for staff alone, and hold everything.

    Students without a score (nothing submitted, or ungraded) have none in any format; never a zero. Scores that may
    change are refused, but by junit and gradescope, which say what is open.
    """
    course = find_course(form, course_folder, for_staff=for_staff)
    policy = NO_POLICY if form in (*ROWS, "junit") else choose_policy(course, late)
    people = [] if roster is None else load_roster(roster)
    with Gradebook.open(db, create=False, course=read_near_id(course_folder)) as book:
        book.upsert_students(people)
        publication = None if course is None or for_staff else Publication(course, book, at or datetime.now(UTC))
        export = replace(build_export(book, policy, course, publication), assignment=column_name, for_staff=for_staff)
        submitted = name_folders(book)
        warn_of_unknown("--roster: nothing submitted by", (person.student for person in people), submitted)
        if course is not None:
            check_current(course, book, allowed=unfinished or for_staff)
        check_finished(export, allowed=unfinished or form in SHOW_PENDING)
        if form in TEXTS:
            deliver(TEXTS[form](export), out)
        elif form == "gradescope":
            write_results(export, Path(out))
        else:
            write_rows(export, form, out)


def find_course(form: str, given: Path | None, *, for_staff: bool) -> Course | None:
    """Return the course that says what is late, rounded and withheld; None where staff have none, or none is asked."""
    if form in ROWS or (for_staff and given is None and not is_course_near()):
        return None
    return load_course(choose_course(given))


def build_export(book: Gradebook, policy: LatePolicy, course: Course | None, publication: Publication | None) -> Export:
    """Return the final grades as they leave: as far as they are published, and rounded as the course says.

    Raises:
        UsageError: there are scores, and none is published yet.
    """
    final_grades = compute_final_grades(book, policy)
    warn_of_unknown(
        "extensions of students whom the gradebook does not know",
        policy.extensions,
        [one.row.person.student for one in final_grades],
    )
    export = Export(book, final_grades, policy, "", book.report)
    if publication is not None and publication.course.release is not None:
        export = publish(export, publication)
    rounding = EXACT if course is None else read_rounding(course.file)
    return replace(export, final_grades=[replace(one, rounding=rounding) for one in export.final_grades])


def check_current(course: Course, book: Gradebook, *, allowed: bool) -> None:
    """Refuse scores by another version of the course, or where they are `allowed` warn of them.

    Raises:
        UsageError: there are some, and they are not allowed.
    """
    verdicts = book.verdicts()
    attempts = [row.attempt_id for row in book.current_scores() if row.attempt_id is not None]
    outdated = sum(verdicts[attempt].course_sha256 != course.sha256 for attempt in attempts)
    if not outdated:
        return
    told = f"{outdated} of {len(attempts)} students were judged by another version of the course: {JUDGE}"
    if not allowed:
        raise UsageError(f"{told}, or write the scores as they are with --unfinished")
    say(f"grader: warning: {told}")


def check_finished(export: Export, *, allowed: bool) -> None:
    """Say what is unfinished.

    Raises:
        UsageError: something is, and is not allowed to be.
    """
    found = find_unfinished(export.final_grades, export.read_report)
    if not found.students:
        return
    told = found.describe()
    if found.pending and export.read_report != export.book.report:
        told += "; marks count as open until release.yaml's stage `feedback` shows them"
    if not allowed:
        raise UsageError(
            f"{told}; other systems take a score for final: {WHAT_TO_DO}, or write all of it as it is with --unfinished"
        )
    say(f"grader: {told}")


def publish(export: Export, publication: Publication) -> Export:
    """Return the export of what students may see; those of whom that is no score are left out, and named.

    Raises:
        UsageError: there are scores, and none is published yet.
    """
    shown = {one.row.person.student: publication.publish_grade(export.policy, one) for one in export.final_grades}
    kept = [final_grade for final_grade in shown.values() if final_grade is not None]
    held = [student for student, final_grade in shown.items() if final_grade is None]
    if held and not any(_has_score(final_grade) for final_grade in kept):
        raise UsageError(
            f"no score is published yet ({_describe_scores(publication)}): "
            "wait, or write the file for staff alone with --staff"
        )
    if held:
        say(f"grader: left out, as their scores are not published yet: {escape(', '.join(held))}")
    return replace(export, final_grades=kept, read_report=publication.read_report)


def _has_score(final_grade: FinalGrade) -> bool:
    return final_grade.row.attempt_id is not None or final_grade.final is not None


def _describe_scores(publication: Publication) -> str:
    """Return in words from when each assignment's scores are shown."""
    course = publication.course
    return "; ".join(f"{one.id}: {describe_begin(course, one, '', 'scores')}" for one in course.assignments)


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
