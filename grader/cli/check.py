"""`grader check`: what a student runs before submitting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from grader import pipeline
from grader.cli.app import EXIT_OURS
from grader.cli.options import Setting, exercise_option, json_option, setting_options
from grader.cli.running import collect, prepare
from grader.cli.screen import check_places, look, publish, say
from grader.practice import build_practice, check_evidence
from grader.report.json import dump_indented


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--part", "parts", multiple=True, metavar="1a", help="Only this part; may be given several times.")
@exercise_option
@json_option("what is said")
@setting_options
def command(
    file: Path, parts: tuple[str, ...], exercises: tuple[str, ...], json_place: str | None, setting: Setting
) -> None:
    """Run the public checks on your own file: is every answer there and of the right form, which theorems hold?

    Says nothing about what is right, and gives no points.
    """
    ready = prepare(setting, (file,))
    pipeline.select_exercises(ready.grader.course, exercises, parts)  # a wrong name should not cost a run
    practice = build_practice(ready.grader)
    submission = ready.read((file,))
    check_places((json_place,), (file,), submission)
    evidence = collect(replace(ready, grader=practice.grader), submission)
    if evidence.fault is not None:
        say("grader: error: your file could not be checked because of a mistake on our side; try again")
        raise SystemExit(EXIT_OURS)
    report = check_evidence(practice, submission, evidence, exercises, parts)
    publish(f"{report.render(look()['width'])}\n", f"{dump_indented(report.list_facts(), 2)}\n", json_place)
