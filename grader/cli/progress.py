"""Tells standard error how far the work is: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.batch.results import EntryResult, OnDone
from grader.cli.screen import forbids_color, is_quiet, log, say
from grader.report.drawing import plain

_EVERY_S = 10.0


@contextmanager
def spinner(what: str) -> Iterator[None]:
    """Show what is being waited for, while it lasts, on a terminal; `--verbose` tells how long that was."""
    started_s = time.monotonic()
    is_shown = sys.stderr.isatty() and not is_quiet()
    with _build_console().status(plain(what)) if is_shown else nullcontext():
        yield
    log(f"{what}: {time.monotonic() - started_s:.2f} s")


def _build_console() -> Console:
    no_color = True if forbids_color() else None  # None: as NO_COLOR says
    return Console(stderr=True, markup=False, emoji=False, highlight=False, no_color=no_color)


class Tally:
    """The progress of a batch: its speed, the time that is left, and how many students need attention."""

    def __init__(self, now_s: float) -> None:
        """Count from `now_s` on."""
        self._started_s = now_s
        self._refused = self._ungraded = 0

    def add(self, result: EntryResult) -> None:
        """Count one student."""
        self._refused += result.summary is None
        self._ungraded += result.summary is not None and result.summary.is_ungraded

    def describe_rate(self, now_s: float, done: int) -> str:
        """Return how many students are done in a second so far."""
        return f"{done / max(now_s - self._started_s, 1e-3):.1f}/s"

    def describe_rest(self, now_s: float, done: int, total: int) -> str:
        """Return about how long the rest will take."""
        rest = round((now_s - self._started_s) * (total - done) / max(done, 1))
        return f"{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02} left"

    def describe_failures(self) -> str:
        """Return who is refused, and who is ungraded."""
        return f"{self._refused} refused, {self._ungraded} ungraded"


@contextmanager
def progress_bar() -> Iterator[OnDone]:
    """Yield what a batch calls for each student."""
    started_s = time.monotonic()
    with _count(Tally(started_s)) as on_done:
        yield on_done
    log(f"grading: {time.monotonic() - started_s:.2f} s")


@contextmanager
def _count(tally: Tally) -> Iterator[OnDone]:
    if is_quiet():
        yield lambda _result, _done, _total: None
        return
    if not sys.stderr.isatty():
        yield _count_in_lines(tally)
        return
    # The columns show numbers only; names of students go through `plain`.
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn(), TextColumn("{task.fields[failures]}"))  # fmt: skip
    with Progress(*columns, console=_build_console()) as progress:
        task = progress.add_task("grading", total=None, rate="", failures="")

        def advance(result: EntryResult, done: int, total: int) -> None:
            tally.add(result)
            rate = tally.describe_rate(time.monotonic(), done)
            progress.console.print(plain(describe(result)))
            progress.update(task, completed=done, total=total, rate=rate, failures=tally.describe_failures())

        yield advance


def _count_in_lines(tally: Tally) -> OnDone:
    """Return what prints a line for each student, and now and then one on how far the class is."""
    shown_s = time.monotonic()

    def tell(result: EntryResult, done: int, total: int) -> None:
        nonlocal shown_s
        tally.add(result)
        say(f"[{done}/{total}] {describe(result)}")
        now_s = time.monotonic()
        if now_s - shown_s >= _EVERY_S:
            shown_s = now_s
            rate, rest = tally.describe_rate(now_s, done), tally.describe_rest(now_s, done, total)
            say(f"[{done}/{total}] {rate}, {rest}, {tally.describe_failures()}")

    return tell


def describe(result: EntryResult) -> str:
    """Return one line on how a student's entry ended."""
    summary = result.summary
    if summary is None:
        return f"{result.entry.student}  refused: {result.reason}"
    again = "  (not run again)" if result.reused else ""
    ungraded = f"  ungraded: {summary.ungraded} points" if summary.ungraded else ""
    return f"{result.entry.student}  {summary.score}{again}{ungraded}"
