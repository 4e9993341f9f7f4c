"""`grader gradescope`: the course as the zip that Gradescope runs."""

from __future__ import annotations

from pathlib import Path

import click

from grader.ci import build_autograder
from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, isolation_option, tell_of_lower_isolation
from grader.cli.screen import note
from grader.cli.variants import variants_option
from grader.pipeline import Isolation


@click.command("gradescope")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("autograder.zip"),
    show_default=True,
    metavar="FILE",
    help="Where the zip goes.",
)
@variants_option
@course_options
@isolation_option
def command(out: Path, variants: Path | None, chosen: CourseChoice, isolation: Isolation) -> None:
    """Pack the grader and the course, reference and data included, as the zip that Gradescope runs.

    Upload it there as the autograder of an assignment. Scores that are in a gradebook here already go there by
    `grader export --format gradescope`.
    """
    tell_of_lower_isolation(isolation)
    place = chosen.find()
    build_autograder(place.folder, out, isolation, variants, place.assignment)
    note(f"grader: {out} is written; upload it as the autograder of an assignment, on Ubuntu 24.04")
