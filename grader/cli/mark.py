"""`grader mark`: people's points for texts, one at a time or from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import click

from grader.cli.choice import CourseChoice
from grader.cli.marking import by_option, find_rubric, find_text, why_option
from grader.cli.options import course_options, db_option
from grader.cli.screen import say, show
from grader.course import Course, Rubric
from grader.errors import UsageError
from grader.gradebook import Gradebook, Marking, NewMarking, TextToMark
from grader.gradebook.marking_sheet import Marker, ReadSheet, parse_points, read_marking_sheet, render_marking_sheet
from grader.report.escape import escape
from grader.report.points import format_points
from grader.report.write import write_atomically
from grader.spec.keys import suggest

_SHOWN = 50  # marks of a sheet; who wants more looks at the sheet
_WORDS_CHARS = 30_000  # of a text in a cell: spreadsheets take 32,767


@click.command("mark")
@click.argument("words", nargs=-1, required=True, metavar="[STUDENT] ANSWER [CRITERION=POINTS]…")
@db_option
@by_option
@why_option("What the student reads with the points.")
@click.option("--note", default="", metavar="TEXT", help="What staff alone read.")
@click.option(
    "--write-csv",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a sheet with all texts of ANSWER, to be filled in.",
)
@click.option(
    "--csv",
    "sheet",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read a sheet of ANSWER that was filled in, and show what it changes.",
)
@click.option("--apply", "is_applied", is_flag=True, help="With --csv: keep the marks, all of them or none.")
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    words: tuple[str, ...],
    db: str,
    who: str,
    why: str,
    note: str,
    target: Path | None,
    sheet: Path | None,
    is_applied: bool,
    chosen: CourseChoice,
) -> None:
    """Give points for a student's text, by the criteria of its rubric.

    All criteria are named, each with what it gives: full, none, or points such as 0.5 or 1/2.

    \b
      grader mark ada ex5d_text growth=full bounded=none --db URL --by eve
      grader mark ex5d_text --write-csv marks.csv --db URL --by eve
      grader mark ex5d_text --csv marks.csv --db URL --by eve --apply
    """  # noqa: D301 - click's sign for lines that stay as they are
    course = chosen.find().load()
    marker = Marker(who, datetime.now(UTC))
    with Gradebook.open_for(db, course) as book:
        match words, target, sheet:
            case (answer,), Path(), None:
                write_sheet(book, course, find_rubric(course, answer), target)
            case (answer,), None, Path():
                read_sheet(book, find_rubric(course, answer), sheet, marker, is_applied=is_applied)
            case (student, answer, *points), None, None if points:
                rubric = find_rubric(course, answer)
                given = parse_all_points(rubric, points)
                mark_one(book, rubric, student, Marking(answer, given, marker.who, marker.when, why, note))
            case _:
                raise click.UsageError("expected STUDENT ANSWER CRITERION=POINTS…, or ANSWER with one sheet")


def parse_all_points(rubric: Rubric, words: Sequence[str]) -> dict[str, Fraction]:
    """Return the points by criterion.

    Raises:
        UsageError: something that is no `criterion=points` of this rubric.
    """
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    points: dict[str, Fraction] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or name not in criteria or name in points:
            reason = "expected once" if name in points else suggest(name, criteria)
            raise UsageError(f"{word}: expected CRITERION=POINTS; {reason}")
        try:
            points[name] = parse_points(criteria[name], value)
        except ValueError as error:
            raise UsageError(f"{word}: {error}") from error
    return points


def mark_one(book: Gradebook, rubric: Rubric, student: str, marking: Marking) -> None:
    """Keep one marking, and show what it was and is."""
    text = find_text(book, student, rubric.answer)
    book.mark([NewMarking(text.attempt_id, marking, rubric)])
    show(f"{_describe_change(text, marking)}\n")


def write_sheet(book: Gradebook, course: Course, rubric: Rubric, target: Path) -> None:
    """Write all texts of a rubric's answer to a sheet."""
    from grader.batch.gradebook_feedback import read_attempt  # noqa: PLC0415 - marking one needs no evidence

    part = next(part for exercise in course.exercises for part in exercise.parts if part.id == rubric.part)
    answer = next(answer for answer in part.answers if answer.name == rubric.answer)
    texts = book.texts(rubric.answer)
    rows = [(text, read_attempt(course, book, text.attempt_id).find_text(part, answer)) for text in texts]
    shown = [(text, words if len(words) <= _WORDS_CHARS else f"{words[:_WORDS_CHARS]}…") for text, words in rows]
    write_atomically(target, render_marking_sheet(rubric, shown))
    marked = sum(text.marking is not None for text in texts)
    show(f"{escape(str(target))}: {len(texts)} text{'' if len(texts) == 1 else 's'}, {marked} of them marked\n")


def read_sheet(book: Gradebook, rubric: Rubric, path: Path, marker: Marker, *, is_applied: bool) -> None:
    """Show what a sheet changes, and keep it where that is asked for.

    Raises:
        UsageError: something is wrong in it; all that is wrong is told, and nothing is kept.
    """
    read = read_marking_sheet(path, rubric, book.texts(rubric.answer), marker)
    for problem in read.problems:
        say(f"grader: error: {problem}")
    if read.problems:
        raise UsageError(f"nothing was kept: expected a sheet without mistakes, got {len(read.problems)}")
    if is_applied:
        book.mark([new for _, new in read.new])
    show("".join(f"{line}\n" for line in _describe_sheet(read, is_applied=is_applied)))


def _describe_sheet(read: ReadSheet, *, is_applied: bool) -> Iterator[str]:
    for text, new in read.new[:_SHOWN]:
        yield _describe_change(text, new.marking)
    if len(read.new) > _SHOWN:
        yield f"… and {len(read.new) - _SHOWN} more"
    yield f"{len(read.new)} to mark, {read.unchanged} unchanged, {read.blank} left blank"
    if read.new:
        yield "kept" if is_applied else "nothing was kept yet: add --apply"


def _describe_change(text: TextToMark, marking: Marking) -> str:
    before = f" (was {format_points(text.marking.total)})" if text.marking is not None else ""
    points = f"{format_points(marking.total)} of {format_points(text.max)}"
    return f"{escape(text.student)}: {text.answer} {points}{before}"
