"""`grader judge`: stored evidence, judged again. Imports no sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from grader.batch import BatchSummary, Regraded, regrade, render_rows, render_summary
from grader.batch.comparison import Comparison, compare_folders, find_written
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.batch.versions import find_batches, keep_version, read_version
from grader.changes import CourseVersion, describe_version
from grader.cli.app import EXIT_OURS, EXIT_USAGE
from grader.cli.choice import CourseChoice
from grader.cli.moves import render_moves, write_moves
from grader.cli.options import course_options, json_option
from grader.cli.screen import look, publish, say
from grader.cli.variants import give_variants, variants_option
from grader.pipeline import Grader


@click.command("judge")
@click.argument("places", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[OUT…]")
@click.option(
    "--db",
    metavar="URL",
    help="Also keep the reports, and what lies beside them, in this gradebook of the batch; without OUT, judge what "
    "this gradebook holds.",
)
@click.option(
    "--diff", is_flag=True, help="Show whose points would move, by how much and why, and write nothing but --json."
)
@click.option(
    "--note",
    metavar="TEXT",
    help="With --db: why it is judged again. It stays in the history, and is needed once points were published.",
)
@json_option("a list of the students, with --diff of the points that would move,")
@variants_option
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    places: tuple[Path, ...],
    db: str | None,
    diff: bool,
    note: str | None,
    json_place: str | None,
    variants: Path | None,
    chosen: CourseChoice,
) -> None:
    """Judge stored evidence again and write report.json and report.txt anew; no student code is run.

    OUT is a folder that `grader batch` wrote, or one student's folder in it. With --db, it is shown whose points moved,
    by how much and because of which change of the course.
    """
    if not places and db is None:
        raise click.UsageError("expected OUT, the folder of a batch, or --db URL, a gradebook")
    if note is not None and (db is None or not note.strip()):
        raise click.UsageError("--note TEXT is kept in the history of a gradebook: expected --db URL and a reason")
    place = chosen.find_for_batch(places)
    grader = place.load_grader(packages=False)
    if variants is not None:
        grader = give_variants(grader, variants, places)
    job = Job(grader, describe_version(grader.course, place.folder), places, json_place)
    if db is None:
        judge_folders(job, writes=not diff)
        return
    from grader.cli.gradebook_judging import judge_with_gradebook  # noqa: PLC0415 - a folder needs no database

    judge_with_gradebook(job, db, note, writes=not diff)


@dataclass(frozen=True)
class Job:
    """By which course what is judged again, and where the list of it goes."""

    grader: Grader
    version: CourseVersion
    places: tuple[Path, ...]
    json_place: str | None

    def finish(self, regraded: Regraded, told: str = "") -> None:
        """Show the reports that were written, `told` below them, and end as what could not be used asks for."""
        for out in dict.fromkeys(find_batches(self.places)):
            keep_version(out, self.version)
        table = render_summary(regraded.results, **look(TABLE_WIDTH)) if regraded.results else ""
        publish(table + told, render_rows(regraded.results, self.grader.course.assignment), self.json_place)
        finish(regraded.unusable, is_ungraded=BatchSummary(regraded.results).is_ungraded)


def judge_folders(job: Job, *, writes: bool) -> None:
    """Judge what lies in folders, and write the reports or say whose points would move."""
    if writes:
        job.finish(regrade(job.grader, job.places))
        return
    comparison = Comparison(job.version, partial(read_version, job.places))
    compare_folders(job.grader, job.places, comparison, find_written)
    show_difference(comparison, job.json_place)


def show_difference(comparison: Comparison, json_place: str | None) -> None:
    """Show whose points would move, and end as what could not be used asks for."""
    publish(render_moves(comparison, "nothing was written", **look(TABLE_WIDTH)), write_moves(comparison), json_place)
    finish(comparison.unusable)


def finish(unusable: Iterable[str], *, is_ungraded: bool = False) -> None:
    """Tell what could not be used, and end as that asks for."""
    reasons = [*unusable]
    for reason in reasons:
        say(f"grader: error: {reason}")
    if is_ungraded:
        raise SystemExit(EXIT_OURS)
    if reasons:
        raise SystemExit(EXIT_USAGE)
