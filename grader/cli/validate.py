"""`grader validate`: verifies the course itself."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.app import EXIT_USAGE
from grader.cli.options import course_option, exercise_option
from grader.cli.screen import STANDARD_OUTPUT, deliver, look, show
from grader.spec import choose_course
from grader.validate import build_json, render_validation, validate_course


@click.command("validate")
@click.option("--json", "json_place", metavar="FILE", help="Also write the result as JSON; - prints only that.")
@exercise_option
@course_option
def command(json_place: str | None, exercises: tuple[str, ...], course_folder: Path | None) -> None:
    """Verify the course itself: the reference, the starter, known mistakes, tolerances, theorems, mutants.

    Runs the author's code only, without a sandbox. Exit status: 0 where everything holds, 2 with all that is not.
    """
    validation = validate_course(choose_course(course_folder), exercises)
    if json_place is not None:
        deliver(build_json(validation), json_place)
    if json_place != STANDARD_OUTPUT:
        show(render_validation(validation, **look(100)))
    if validation.issues:
        raise SystemExit(EXIT_USAGE)
