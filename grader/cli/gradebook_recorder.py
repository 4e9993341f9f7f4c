"""Keeps reports in a gradebook, with evidence and files. Imported only where one is asked for: the rest needs none."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader import pipeline
from grader.batch import EntryResult, OnDone, parse_evidence
from grader.batch.gradebook_judging import keep_book_version
from grader.batch.store import EVIDENCE, EXECUTED, notebook_name, read_times
from grader.changes import CourseVersion
from grader.cli.screen import say
from grader.errors import SubmissionRefused
from grader.gradebook import KEPT_BYTES, Gradebook, Kept
from grader.gradebook.kept import list_left_out
from grader.judge.judge import hash_evidence
from grader.model import Limits, Report
from grader.submission import Entry
from grader.submission.naming import is_ignored, shown

if TYPE_CHECKING:
    from grader.cli.running import Ready


@contextmanager
def gradebook_recorder(url: str, on_done: OnDone, out: Path, ready: Ready, version: CourseVersion) -> Iterator[OnDone]:
    """Yield what a batch calls for each student: keeps what it came to in the gradebook at `url`, then tells `on_done`.

    What could not be kept is told at the end, when no progress bar is drawn any more.

    Raises:
        UsageError: the gradebook is another course's than this one, or cannot be used.
    """
    told: list[str] = []
    with Gradebook.open_for(url, ready.grader.course, create=True) as book:
        keep_book_version(book, version)

        def record(result: EntryResult, done: int, total: int) -> None:
            entry, report = result.entry, result.report
            if report is not None:
                kept = _read_all(entry, report, out / entry.folder, ready.limits)
                received_at = entry.delivery.submitted_at or find_received(entry.paths)
                book.record(report, received_at, entry.entry, kept)
                book.learn_ids(entry.student, dict(entry.delivery.ids))
                told.extend(_explain_missing(report, kept))
            elif result.status == "refused" and entry.is_student:
                book.refuse(entry.student, result.reason)
            on_done(result, done, total)

        try:
            yield record
        finally:
            for reason in told:
                say(f"grader: warning: {reason}")


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


# ---------------------------------------------------------------- what is kept beside the report


def read_own_evidence(folder: Path, report: Report) -> bytes:
    """Return the evidence in a student's folder; nothing where the report was made of another."""
    with suppress(OSError, ValueError, RecursionError):
        content = (folder / EVIDENCE).read_bytes()
        if hash_evidence(parse_evidence(content.decode("ascii"))) == report.evidence_sha256:
            return content
    return b""


def _read_all(entry: Entry, report: Report, folder: Path, limits: Limits) -> Kept:
    """Return what came out of a submission, how long that took, and what was submitted unless it was changed since."""
    evidence = read_own_evidence(folder, report)
    with suppress(OSError, SubmissionRefused):
        submission = pipeline.read(entry.paths, limits, entry.student)
        if submission.sha256 == report.submission_sha256:
            times = read_times(folder, submission.files, [part.id for part in report.list_parts()])
            return Kept(evidence, submission.tree, times=times)
    return Kept(evidence)


def read_executed(folder: Path, report: Report) -> Mapping[str, bytes]:
    """Return the notebooks of the run, by the names of the files that were submitted."""
    found: dict[str, bytes] = {}
    for name in report.files:
        with suppress(OSError):
            found[name] = (folder / EXECUTED / notebook_name(name)).read_bytes()
    return found


def _explain_missing(report: Report, kept: Kept) -> Iterator[str]:
    """Yield what of a submission the gradebook does not have, and why."""
    who = shown(report.student)
    if report.files and not (kept.evidence and kept.files):
        yield f"{who}: what was submitted changed while it was graded, and is not kept: run the same command again"
    for name in list_left_out(kept):
        yield f"{who}: {shown(name)} is not kept in the gradebook: more than {KEPT_BYTES:,} bytes for one submission"
