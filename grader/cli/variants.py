"""Other data for each student: where they are given out, and where they are judged by."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from grader import pipeline
from grader.batch.lock import lock_file
from grader.course import Course, Draw
from grader.errors import UsageError
from grader.pipeline import Grader
from grader.report.write import write_atomically
from grader.spec.placement import SUBMISSIONS, list_graded_folders, refuse_file_within
from grader.starter import build_starters
from grader.submission.naming import folder_name

variants_option = click.option(
    "--variants",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The variants.json that says which data each student was given; needed where the course gives each others.",
)


def give_variants(made: Grader, variants: Path, graded: Iterable[Path]) -> Grader:
    """Return the grader that judges each student by the data that the file says they were given.

    Raises:
        UsageError: the file lies in what is graded, or is no such file.
    """
    why = "which is graded, so it could be a student's own"
    refuse_file_within("--variants", variants, list_graded_folders(graded), why)
    return pipeline.give_variants(made, variants)


# ---------------------------------------------------------------- giving out


@dataclass(frozen=True)
class Giving:
    """To whom data are given out, drawn with which secret, and where that is written down."""

    students: tuple[str, ...]
    roster: Path | None
    secret: Path | None
    variants: Path | None

    def list_students(self) -> dict[str, None]:
        """Return the students, each once, in order.

        Raises:
            UsageError: the roster cannot be read.
        """
        named = dict.fromkeys(self.students)
        if self.roster is None:
            return named
        from grader.gradebook.roster import load_roster  # noqa: PLC0415 - without one no database is needed

        return named | {person.student: None for person in load_roster(self.roster)}


def giving_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that gives something out; the function gets them as one `giving`."""

    @functools.wraps(function)
    def packed(
        *, students: tuple[str, ...], roster: Path | None, secret: Path | None, variants: Path | None, **given: Any
    ) -> None:
        function(giving=Giving(students, roster, secret, variants), **given)

    decorated: Callable[..., None] = packed
    for option in (
        click.option(
            "--variants",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="variants.json: what was given out before, which stays, and what is given out now. For staff.",
        ),
        click.option(
            "--secret",
            envvar="GRADER_SECRET",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The file with the secret that students' data are drawn with, outside of the course.",
        ),
        click.option(
            "--roster",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="CSV",
            help="The same for every student in the column `student`.",
        ),
        click.option(
            "--student",
            "students",
            multiple=True,
            metavar="ID",
            help="Write a folder with the data of this student; may be given several times.",
        ),
    ):
        decorated = option(decorated)
    return decorated


def give_out(
    giving: Giving, course: Course, folder: Path, out: Path, files: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Return what is written below `out`: `files`, or a folder with them for each student, with the student's data.

    What is given out is written down before anybody can get it.

    Args:
        giving: to whom.
        course: what of the course in `folder` is given out.
        folder: where the course lies.
        out: where students' folders will lie.
        files: starters with the printed data among them.

    Raises:
        UsageError: the options do not fit the course, or one of the two files must not lie where it does.
        CourseError: nothing can be drawn.
    """
    students = giving.list_students()
    names = ", ".join(exercise.id for exercise in course.variants)
    if not students and not names:
        return files
    if not names:
        raise UsageError(
            "no exercise here has other data for each student: expected some under `variants` in course.yaml"
        )
    if not students:
        raise UsageError(f"each student gets other data ({names}): expected --student ID or --roster CSV")
    drawn = _draw(giving, students, course, folder, out)
    taken: set[str] = set()
    given: dict[str, bytes] = {}
    for student in students:
        own = {draw.exercise: draw for draw in drawn if draw.student == student}
        place = folder_name(student, taken)
        given |= {f"{place}/{name}": content for name, content in {**files, **build_starters(course, own)}.items()}
    return given


def _draw(giving: Giving, students: Mapping[str, None], course: Course, folder: Path, out: Path) -> tuple[Draw, ...]:
    """Return what these students have now, once it is written down."""
    from grader.validate.draws import DrawFaults  # noqa: PLC0415 - what is the same for all needs no validation
    from grader.variants import Drawing, read_secret, read_variants, refresh, render_variants  # noqa: PLC0415

    if giving.secret is None or giving.variants is None:
        raise UsageError("data for single students: expected --secret FILE and --variants FILE")
    secret = read_secret(giving.secret, (folder, out))
    seen = (out, *(folder / name for name in ("data", "reference", SUBMISSIONS)))
    refuse_file_within("--variants", giving.variants, seen, "which others get to see, or is hashed as the course")
    whole = pipeline.load_grader(folder, packages=False)
    faults = DrawFaults(whole.course, whole.oracle)
    drawing = Drawing(course, whole.oracle, secret, faults.find)
    with lock_file(giving.variants):  # what somebody else gives out at the same time would be lost
        before = read_variants(giving.variants, course.file.id) if os.path.lexists(giving.variants) else ()
        drawn = refresh(drawing, students, before)
        if drawn != before:
            write_atomically(giving.variants, render_variants(course.file.id, drawn))
    return drawn
