"""`grader check`: what a student runs before submitting."""

from __future__ import annotations

from pathlib import Path

import click

from grader import pipeline
from grader.cli.grade import find_status
from grader.cli.options import Setting, exercise_option, json_option, setting_options
from grader.cli.running import collect, prepare
from grader.cli.screen import look, publish
from grader.report import render_json


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--part", "parts", multiple=True, metavar="1a", help="Only this part; may be given several times.")
@exercise_option
@json_option("the report of the public checks")
@setting_options
def command(
    file: Path, parts: tuple[str, ...], exercises: tuple[str, ...], json_place: str | None, setting: Setting
) -> None:
    """Run the public checks on your own file: is every answer there and of the right form, which theorems hold?

    Says nothing about what is right, and gives no points.
    """
    ready = prepare(setting, (file,))
    pipeline.select_exercises(ready.grader.course, exercises, parts)  # a wrong name should not cost a run
    submission = ready.read((file,))
    evidence = collect(ready, submission)
    report = pipeline.filter_report(pipeline.judge(ready.grader, evidence, only_public=True), exercises, parts)
    publish(pipeline.render(report, "text", **look()), render_json(report, "student"), json_place)
    raise SystemExit(find_status(report))
