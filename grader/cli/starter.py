"""`grader starter`: the files that students begin with."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, exercise_option
from grader.cli.screen import show
from grader.cli.variants import Giving, give_out, giving_options
from grader.pipeline import select_exercises
from grader.report.escape import escape
from grader.spec.data import read_course_data
from grader.starter import build_starters, write_files


@click.command("starter")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("starter"),
    show_default=True,
    metavar="DIR",
    help="Where the files go.",
)
@giving_options
@exercise_option
@course_options
def command(out: Path, giving: Giving, exercises: tuple[str, ...], chosen: CourseChoice) -> None:
    """Write the student notebooks and scripts, every answer left open, and the course's data.

    With --student or --roster, a folder for each student, with data of their own where the course says so.
    """
    place = chosen.find()
    course = select_exercises(place.load(), exercises)
    files = {**build_starters(course), **read_course_data(place.folder)}
    for path in write_files(out, give_out(giving, course, place.folder, out, files)):
        show(f"{escape(str(path))}\n")
