"""Keeps a batch's reports in a gradebook. Imported only where a gradebook is asked for: the rest needs no database."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.batch import EntryResult, OnDone
from grader.gradebook import Gradebook
from grader.submission.naming import is_ignored


@contextmanager
def gradebook_recorder(url: str, on_done: OnDone) -> Iterator[OnDone]:
    """Yield what a batch calls for each student: keeps the report in the gradebook at `url`, then tells `on_done`."""
    with Gradebook.open(url) as book:

        def record(result: EntryResult, done: int, total: int) -> None:
            if result.report is not None:
                book.record(result.report, find_received(result.entry.paths), result.entry.entry)
            on_done(result, done, total)

        yield record


def find_received(paths: Iterable[Path]) -> datetime:
    """Return when a submission came in: the last change of any of its files. Links are not followed."""
    moments = [status.st_mtime_ns for path in paths for status in _walk(path)]
    latest = max(moments, default=0)
    return datetime.fromtimestamp(latest // 1_000_000_000, UTC).replace(microsecond=latest % 1_000_000_000 // 1000)


def _walk(path: Path) -> Iterator[os.stat_result]:
    """Yield the status of a file, or of every file in a folder that counts as submitted."""
    status = path.lstat()
    if stat.S_ISREG(status.st_mode):
        yield status
    elif stat.S_ISDIR(status.st_mode):
        for inside in path.iterdir():
            if not is_ignored(inside.name):
                yield from _walk(inside)
