"""Judges the evidence that a gradebook holds again; needs no folder of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader import pipeline
from grader.batch.comparison import Comparison, FindBefore
from grader.batch.gradebook_feedback import read_kept_evidence
from grader.batch.index import SUMMARY, read_rows
from grader.changes import CourseVersion, parse_version, render_version
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import Attempt, Gradebook, Kept
from grader.model import Report
from grader.pipeline import Grader
from grader.release import find_stages, shows_scores

RUN = "run `grader batch` with --db"
_JUDGED_AGAIN = Kept(form="executed")  # nothing was submitted: who was refused last still is


def judge_gradebook(grader: Grader, book: Gradebook, comparison: Comparison, *, write: bool) -> None:
    """Judge every submission in the gradebook again, and with `write` keep what comes out; nothing is run."""
    _judge_attempts(grader, book, comparison, read_judged(book).values(), write=write)


def judge_counting(
    grader: Grader, book: Gradebook, comparison: Comparison, places: Iterable[Path], *, write: bool
) -> None:
    """Judge what counts of the students in these places, where that is not what was compared.

    Their folders have what came last, and something earlier counts where that came too late or could not be read.
    """
    students = {student for student, _ in comparison.submissions}
    students |= {row["student"] for place in places for row in read_rows(place / SUMMARY)}
    counting = {(row.person.student, row.submission_sha256) for row in book.current_scores()} - comparison.submissions
    judged = read_judged(book)
    others = [attempt for key, attempt in judged.items() if key in counting and attempt.student in students]
    _judge_attempts(grader, book, comparison, others, write=write)


def _judge_attempts(
    grader: Grader, book: Gradebook, comparison: Comparison, attempts: Iterable[Attempt], *, write: bool
) -> None:
    for attempt in attempts:
        try:
            before = book.report(attempt.id, with_marks=False)
            after = pipeline.judge(grader, read_kept_evidence(grader, book, before, attempt.id))
        except UsageError as error:
            comparison.unusable.append(str(error))
            continue
        if write:
            book.record(after, attempt.received_at, attempt.entry, _JUDGED_AGAIN)
        comparison.add(before, after)


def read_judged(book: Gradebook) -> dict[tuple[str, str], Attempt]:
    """Return by student and submission the attempt that was judged last, as received when the first was."""
    attempts = sorted(book.attempts(), key=lambda attempt: (attempt.judged_at, attempt.id))
    last: dict[tuple[str, str], Attempt] = {}
    for one in attempts:
        key = one.student, one.submission_sha256
        received = min(one.received_at, last[key].received_at) if key in last else one.received_at
        last[key] = replace(one, received_at=received)
    return {key: last[key] for key in sorted(last)}


def find_recorded(book: Gradebook) -> FindBefore:
    """Return what finds the report that the gradebook has of what was submitted, as the grader alone made it."""
    judged = read_judged(book)
    return lambda folder, after: book.report(find_attempt(judged, folder, after).id, with_marks=False)


def find_attempt(judged: Mapping[tuple[str, str], Attempt], folder: Path, report: Report) -> Attempt:
    """Return the attempt of what was submitted, of which this folder has this report.

    Raises:
        UsageError: there is none.
    """
    attempt = judged.get((report.student, report.submission_sha256))
    if attempt is None:
        raise UsageError(f"{folder} is not in the gradebook, which has to know when it was submitted: {RUN}")
    return attempt


def keep_book_version(book: Gradebook, version: CourseVersion) -> None:
    """Keep a version of the course in the gradebook, where it is not there yet."""
    book.history.keep_version(version.sha256, render_version(version))


def read_book_version(book: Gradebook, sha256: str) -> CourseVersion | None:
    """Return the version of the course of this SHA-256; None where the gradebook does not have it."""
    text = book.history.version(sha256)
    return None if text is None else parse_version(text)


def is_published(course: Course, book: Gradebook, at: datetime) -> bool:
    """Return whether a student was told points, or could have been by the moment `at`."""
    if book.history.has_told():
        return True
    students = {attempt.student for attempt in book.attempts()}
    stages = (find_stages(course, student, at, {}) or {} for student in students)
    return any(shows_scores(stage) for one in stages for stage in one.values())
