"""`grader batch`: a class."""

from __future__ import annotations

from pathlib import Path

import click

from grader.batch import BatchOptions, render_summary, run_batch
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.cli.app import EXIT_OURS
from grader.cli.options import Setting, setting_options
from grader.cli.progress import counting
from grader.cli.running import prepare
from grader.cli.screen import look, say, show


@click.command("batch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where reports go."
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Students at the same time.")
@setting_options
def command(folder: Path, out: Path, jobs: int, setting: Setting) -> None:
    """Grade every entry of DIR as one student, and write a folder for each and batch.json.

    Started again, it runs only what has changed and judges the rest from stored evidence.
    """
    ready = prepare(setting)
    with counting() as on_done:
        options = BatchOptions(isolation=ready.isolation, limits=ready.limits, jobs=jobs, on_done=on_done)
        summary = run_batch(ready.grader, ready.open_sandbox, folder, out, options)
    show(render_summary(summary.results, **look(TABLE_WIDTH)))
    if summary.is_ungraded:
        say("grader: error: something is ungraded through our fault; run the same command again")
        raise SystemExit(EXIT_OURS)
