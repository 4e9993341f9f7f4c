"""`grader judge`: stored evidence, judged again. Imports no sandbox."""

from __future__ import annotations

from pathlib import Path

import click

from grader import pipeline
from grader.batch import BatchSummary, regrade, render_rows, render_summary
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.options import course_option, json_option
from grader.cli.screen import look, publish, say
from grader.spec import choose_course


@click.command("judge")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="OUT…")
@json_option("a list of the students")
@course_option
def command(places: tuple[Path, ...], json_place: str | None, course_folder: Path | None) -> None:
    """Judge stored evidence again and write report.json and report.txt anew; no student code is run.

    OUT is a folder that `grader batch` wrote, or one student's folder in it.
    """
    regraded = regrade(pipeline.load_grader(choose_course(course_folder, places), packages=False), places)
    table = render_summary(regraded.results, **look(TABLE_WIDTH)) if regraded.results else ""
    publish(table, render_rows(regraded.results), json_place)
    for reason in regraded.unusable:
        say(f"grader: error: {reason}")
    if BatchSummary(regraded.results).is_ungraded:
        raise SystemExit(EXIT_OURS)
    if regraded.unusable:
        raise SystemExit(EXIT_USAGE)
