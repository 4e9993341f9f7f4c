"""`grader batch`: a class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader.batch import BatchOptions, render_summary, run_batch
from grader.batch.run import OnDone
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
@click.option("--db", metavar="URL", help="Also keep every report in this gradebook, such as sqlite:///grades.db.")
@setting_options
def command(folder: Path, out: Path, jobs: int, db: str | None, setting: Setting) -> None:
    """Grade every entry of DIR as one student, and write a folder for each and batch.json.

    Started again, it runs only what has changed and judges the rest from stored evidence.
    """
    ready = prepare(setting)
    with counting() as shown, keeping(db, shown) as on_done:
        options = BatchOptions(isolation=ready.isolation, limits=ready.limits, jobs=jobs, on_done=on_done)
        summary = run_batch(ready.grader, ready.open_sandbox, folder, out, options)
    show(render_summary(summary.results, **look(TABLE_WIDTH)))
    if summary.is_ungraded:
        say("grader: error: something is ungraded through our fault; run the same command again")
        raise SystemExit(EXIT_OURS)


@contextmanager
def keeping(db: str | None, on_done: OnDone) -> Iterator[OnDone]:
    """Yield what hears of each student: `on_done`, and before it the gradebook where one is asked for."""
    if db is None:
        yield on_done
        return
    from grader.cli.recording import recording  # noqa: PLC0415 - a batch without a gradebook needs no database

    with recording(db, on_done) as recorded:
        yield recorded
