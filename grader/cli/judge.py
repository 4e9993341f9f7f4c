"""`grader judge`: stored evidence, judged again. Imports no sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader import pipeline
from grader.batch import BatchSummary, OnJudged, regrade, render_rows, render_summary
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.options import course_option, json_option
from grader.cli.screen import look, publish, say
from grader.cli.variants import give_variants, variants_option
from grader.spec import choose_course


@click.command("judge")
@click.argument("places", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="OUT…")
@click.option(
    "--db", metavar="URL", help="Also keep the reports, and what lies beside them, in this gradebook of the batch."
)
@json_option("a list of the students")
@variants_option
@course_option
def command(
    places: tuple[Path, ...],
    db: str | None,
    json_place: str | None,
    variants: Path | None,
    course_folder: Path | None,
) -> None:
    """Judge stored evidence again and write report.json and report.txt anew; no student code is run.

    OUT is a folder that `grader batch` wrote, or one student's folder in it.
    """
    with optional_recorder(db) as on_judged:
        grader = pipeline.load_grader(choose_course(course_folder, places), packages=False)
        if variants is not None:
            grader = give_variants(grader, variants, places)
        regraded = regrade(grader, places, on_judged)
    table = render_summary(regraded.results, **look(TABLE_WIDTH)) if regraded.results else ""
    publish(table, render_rows(regraded.results), json_place)
    for reason in regraded.unusable:
        say(f"grader: error: {reason}")
    if BatchSummary(regraded.results).is_ungraded:
        raise SystemExit(EXIT_OURS)
    if regraded.unusable:
        raise SystemExit(EXIT_USAGE)


@contextmanager
def optional_recorder(db: str | None) -> Iterator[OnJudged]:
    """Yield what is called for each student that was judged: nothing, or the gradebook where one is asked for."""
    if db is None:
        yield lambda _folder, _result: None
        return
    from grader.cli.gradebook_recorder import regrade_recorder  # noqa: PLC0415 - judging without one needs no database

    with regrade_recorder(db) as recorded:
        yield recorded
