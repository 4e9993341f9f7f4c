"""`grader feedback`: what students get. Imports no sandbox, and runs nothing of the course before solutions are out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import click

from grader.batch.feedback import Feedback, write_feedback
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.choice import CourseChoice, CoursePlace
from grader.cli.options import at_option, course_options
from grader.cli.screen import say, show
from grader.cli.variants import give_variants, variants_option
from grader.course import Course
from grader.judge.solution import Solution
from grader.model import Evidence
from grader.pipeline import Grader, solve
from grader.report.escape import escape


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
@variants_option
@at_option
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    out: Path | None,
    db: str | None,
    target: Path,
    students: tuple[str, ...],
    variants: Path | None,
    at: datetime | None,
    chosen: CourseChoice,
) -> None:
    """Write for each student an HTML page, the notebook with remarks, Markdown and text.

    OUT is a folder that `grader batch` wrote; with --db none is needed. Where the course has a release.yaml, they hold
    what it shows by now.
    """
    if students and db is None:
        raise click.UsageError("--student chooses from a gradebook: expected --db URL")
    graded = () if out is None else (out,)
    place = chosen.find_for_batch(graded)
    solver = Solver(place.load(), place, variants, graded)
    moment = at or datetime.now(UTC)
    match out, db:
        case Path(), None:
            done = write_feedback(solver.course, out, target, moment, solver)
        case None, str():
            done = write_from_gradebook(solver, db, target, students, moment)
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


@dataclass(frozen=True)
class Solver:
    """Says what is right by a course, whose reference is loaded for the first student who may read that.

    `variants` says what each student was given, and must not lie in `graded`, what students submitted.
    """

    course: Course
    place: CoursePlace
    variants: Path | None = None
    graded: tuple[Path, ...] = ()

    @cached_property
    def _grader(self) -> Grader:
        grader = self.place.load_grader(packages=False)
        if self.variants is not None:
            return give_variants(grader, self.variants, self.graded)
        if self.course.variants:
            exercises = ", ".join(exercise.id for exercise in self.course.variants)
            say(f"grader: warning: solutions of exercise {exercises} are left out: --variants says who was given what")
        return grader

    def __call__(self, evidence: Evidence) -> Mapping[str, Solution]:
        """Return what is right by each check."""
        return solve(self._grader, evidence)


def write_from_gradebook(solver: Solver, db: str, target: Path, students: tuple[str, ...], at: datetime) -> Feedback:
    """Write the feedback of a gradebook's students; only who asks for that needs a database."""
    from grader.batch.gradebook_feedback import write_gradebook_feedback  # noqa: PLC0415 - a folder needs no database
    from grader.batch.publication import Publication  # noqa: PLC0415 - the same
    from grader.gradebook import Gradebook  # noqa: PLC0415 - the same

    with Gradebook.open_for(db, solver.course) as book:
        return write_gradebook_feedback(Publication(solver.course, book, at), target, solver, students)
