"""Tells standard error how far the work is: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.batch.run import EntryResult, OnDone
from grader.batch.summary import points_cells
from grader.cli.screen import say
from grader.report.text import plain


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show what is being waited for, while it lasts; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True, markup=False, emoji=False, highlight=False).status(plain(what)):
        yield


@contextmanager
def counting() -> Iterator[OnDone]:
    """Yield what a batch calls for each student."""
    if not sys.stderr.isatty():
        yield lambda result, done, total: say(f"[{done}/{total}] {describe(result)}")
        return
    # The columns show numbers only; names of students go through `plain`.
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, markup=False, emoji=False, highlight=False)) as progress:
        task = progress.add_task("grading", total=None)

        def advance(result: EntryResult, done: int, total: int) -> None:
            progress.console.print(plain(describe(result)))
            progress.update(task, completed=done, total=total)

        yield advance


def describe(result: EntryResult) -> str:
    """Return one line on how a student's entry ended."""
    if result.report is None:
        return f"{result.entry.student}  refused: {result.reason}"
    score, _, owed = points_cells(result.report)
    again = "  (not run again)" if result.reused else ""
    return f"{result.entry.student}  {score}{again}{f'  ungraded: {owed} points' if owed else ''}"
