"""Judging again with a gradebook: whose points move, and that it is kept. Imported only where one is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from grader.batch import EntryResult, OnJudged, Regraded, regrade
from grader.batch.comparison import Comparison, compare_folders
from grader.batch.gradebook_judging import (
    find_attempt,
    find_recorded,
    is_published,
    judge_counting,
    judge_gradebook,
    keep_book_version,
    read_book_version,
    read_judged,
)
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.cli.gradebook_recorder import read_executed, read_own_evidence
from grader.cli.judge import Job, finish, show_difference
from grader.cli.moves import render_moves, write_moves
from grader.cli.screen import look, publish
from grader.errors import UsageError
from grader.gradebook import Gradebook, Kept


def judge_with_gradebook(job: Job, db: str, note: str | None, *, writes: bool) -> None:
    """Judge what lies in folders, or without any what the gradebook holds, and keep it there or only compare.

    Raises:
        UsageError: points were published, and no note says why they may change.
    """
    with Gradebook.open_for(db, job.grader.course) as book:
        comparison = Comparison(job.version, partial(read_book_version, book))
        if writes and note is None and is_published(job.grader.course, book, datetime.now(UTC)):
            raise UsageError(
                "points of this gradebook were published: expected --note TEXT, which says why they change and stays "
                "in the history; --diff shows whose would"
            )
        regraded = _judge(job, book, comparison, writes=writes)
        if writes:
            keep_book_version(book, job.version)
            book.history.add_judging(job.version.sha256, comparison.judged, len(comparison.moves), note or "")
    told = render_moves(comparison, "kept in the gradebook", **look(TABLE_WIDTH))
    if not writes:
        show_difference(comparison, job.json_place)
    elif regraded is not None:
        job.finish(regraded, told)
    else:
        publish(told, write_moves(comparison), job.json_place)
        finish(comparison.unusable, is_ungraded=comparison.is_ungraded)


def _judge(job: Job, book: Gradebook, comparison: Comparison, *, writes: bool) -> Regraded | None:
    """Judge, and fill in the comparison; return what was written to folders."""
    if not job.places:
        judge_gradebook(job.grader, book, comparison, write=writes)
        return None
    regraded = None
    if writes:
        regraded = regrade(job.grader, job.places, build_recorder(book, comparison))
    else:
        compare_folders(job.grader, job.places, comparison, find_recorded(book))
    judge_counting(job.grader, book, comparison, job.places, write=writes)
    return None if regraded is None else replace(regraded, unusable=(*regraded.unusable, *comparison.unusable))


def build_recorder(book: Gradebook, comparison: Comparison) -> OnJudged:
    """Return what is called for each folder that was judged again: keeps the verdict and what lies in the folder.

    It raises `UsageError` where nobody can say when this was submitted.
    """
    judged = read_judged(book)

    def record(folder: Path, result: EntryResult) -> None:
        report = result.report
        if report is None:
            return
        attempt = find_attempt(judged, folder, report)
        before = book.report(attempt.id, with_marks=False)
        kept = Kept(read_own_evidence(folder, report), read_executed(folder, report), "executed")
        book.record(report, attempt.received_at, attempt.entry, kept)
        comparison.add(before, report)

    return record
