"""`grader kit`: what students get of a course, to be handed out as it is."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.choice import CourseChoice
from grader.cli.options import course_options
from grader.cli.screen import show
from grader.cli.variants import Giving, give_out, giving_options
from grader.kit import build_kit
from grader.report.escape import escape
from grader.starter import write_files


@click.command("kit")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("kit"),
    show_default=True,
    metavar="DIR",
    help="Where the files go.",
)
@click.option("--github", is_flag=True, help="Add a workflow that checks every push to a student's repository.")
@giving_options
@course_options
def command(out: Path, github: bool, giving: Giving, chosen: CourseChoice) -> None:  # noqa: FBT001 - click gives it by name
    """Write what students get: starters, data, and the check as a wheel that holds nothing secret.

    With --student or --roster, a folder for each student, with data of their own where the course says so.
    """
    place = chosen.find()
    course = place.load()
    files = build_kit(course, place.folder, github=github)
    for path in write_files(out, give_out(giving, course, place.folder, out, files)):
        show(f"{escape(str(path))}\n")
