"""`grader validate`: verifies the course itself."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.app import EXIT_USAGE
from grader.cli.options import course_option, exercise_option, json_option
from grader.cli.screen import look, publish
from grader.cli.variants import variants_option
from grader.spec import choose_course
from grader.validate import build_json, render_validation, validate_course


@click.command("validate")
@json_option("what was verified")
@variants_option
@exercise_option
@course_option
def command(
    json_place: str | None, variants: Path | None, exercises: tuple[str, ...], course_folder: Path | None
) -> None:
    """Verify the course itself: the reference, the starter, known mistakes, tolerances, theorems, mutants.

    Runs the author's code only, without a sandbox. Exit status: 0 where everything holds, 2 with all that is not.
    """
    validation = validate_course(choose_course(course_folder), exercises, variants=variants)
    publish(render_validation(validation, **look(100)), build_json(validation), json_place)
    if validation.issues:
        raise SystemExit(EXIT_USAGE)
