"""Writes what students get from a gradebook alone, people's marks joined in; needs no folder of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from grader.batch.feedback import Feedback, Pages, render_refused, render_work, write_pages
from grader.batch.store import parse_evidence
from grader.course import Course
from grader.errors import SubmissionRefused, UsageError
from grader.feedback import Mark, Work
from grader.gradebook import Gradebook, KeptFile
from grader.gradebook.reports import MARKED
from grader.judge.judge import hash_evidence
from grader.judge.score import sum_scores
from grader.model import Cell, Evidence, Limits, Report
from grader.release import Left, Stage, find_stages, measure_left, shows_feedback
from grader.submission import parse_file
from grader.submission.naming import folder_name
from grader.submission.notebook import parse_notebook

_JUDGE = "run `grader judge OUT --db URL`, where OUT is the folder of the batch"


def write_gradebook_feedback(
    course: Course, book: Gradebook, target: Path, at: datetime, students: Collection[str] = ()
) -> Feedback:
    """Write the files of every student (of these alone) who has submitted something, below `target`.

    Of each student, the attempt that counts is shown, as far as it may be seen at the moment `at`; who was refused last
    is told why.

    Raises:
        UsageError: the gradebook has nothing of such a student, or `target` cannot be written to.
        HostError: the disk is full.
    """
    attempts = {row.person.student: row.attempt_id for row in book.current_scores() if row.attempt_id is not None}
    reasons = {refusal.student: refusal.reason for refusal in book.refusals()}
    known = sorted(attempts.keys() | reasons.keys())
    for student in students:
        if student not in known:
            raise UsageError(f"--student = {student!r}: the gradebook has nothing that they submitted")
    if not known:
        raise UsageError("the gradebook has nothing that anybody submitted: run `grader batch` with --db first")
    taken: set[str] = set()
    folders = {student: folder_name(student, taken) for student in known}  # of all, so that a choice renames nobody
    left = measure_gradebook(course, book, at) if course.release is not None else {}
    pages = []
    for student in students or known:
        if student in reasons:
            render = partial(render_refused, course, student, reasons[student])
        else:
            stages = find_stages(course, student, at, left)
            render = partial(_render_attempt, course, book, attempts[student], stages)
        pages.append(Pages(folders[student], render))
    return write_pages(target, pages)


def read_attempt(course: Course, book: Gradebook, attempt_id: int) -> Work:
    """Return what the gradebook holds of an attempt, with people's marks in the report.

    Raises:
        UsageError: it lacks the evidence, or belongs to another version of the course.
    """
    report = book.report(attempt_id)
    if report.course_sha256 != course.sha256:
        raise UsageError(f"{report.student} was judged by another version of the course: {_JUDGE}")
    evidence = find_evidence(book, attempt_id, report)
    if evidence is None:
        raise UsageError(
            f"the gradebook has no evidence of {report.student}, "
            f"recorded by an older version or too large to be kept: {_JUDGE}"
        )
    sources = {} if evidence.fault is not None else dict(_list_sources(book.files(attempt_id, evidence.files)))
    return Work(course, report, evidence, sources, _read_marks(book, attempt_id, report))


def find_evidence(book: Gradebook, attempt_id: int, report: Report) -> Evidence | None:
    """Return the evidence that a report was made of; None where none was kept.

    Raises:
        UsageError: what was kept is damaged, or is of something else.
    """
    content = book.evidence(attempt_id)
    return None if content is None else _parse_evidence(content, report)


def measure_gradebook(course: Course, book: Gradebook, at: datetime) -> Mapping[str, Left]:
    """Return what is open in the class once people's marks are counted, by assignment.

    Nothing where a report is of another version of the course: then nobody knows, and feedback waits.
    """
    reports = [book.report(attempt) for attempt in _list_open(book)]
    if any(report.course_sha256 != course.sha256 for report in reports):
        return {}
    return measure_left(course, reports, at)


def _list_open(book: Gradebook) -> Iterator[int]:
    """Yield the attempts that count, and of who has a newer one that we failed to grade all such."""
    for row in book.current_scores():
        if row.attempt_id is not None:
            yield row.attempt_id
        if row.newer_ungraded:
            owed = (one for one in book.attempt_scores(row.person.student) if one.is_ungraded)
            yield from (one.attempt_id for one in owed if one.attempt_id is not None)


def _render_attempt(
    course: Course, book: Gradebook, attempt_id: int, stages: Mapping[str, Stage] | None
) -> Mapping[str, str]:
    work = read_attempt(course, book, attempt_id)
    if stages is not None:
        report = _hide_marks(work.report, book.report(attempt_id, with_marks=False), stages)
        work = replace(work, report=report)
    return render_work(work, stages)


def _hide_marks(report: Report, unmarked: Report, stages: Mapping[str, Stage]) -> Report:
    """Return the report in which texts wait for a person wherever no feedback is out, so that no sum tells marks."""
    exercises = tuple(
        marked if shows_feedback(stages.get(marked.id, "received")) else plain
        for marked, plain in zip(report.exercises, unmarked.exercises, strict=True)
    )
    return replace(report, exercises=exercises, **sum_scores(exercises))


def _parse_evidence(content: bytes, report: Report) -> Evidence:
    with suppress(ValueError, RecursionError):
        evidence = parse_evidence(content.decode("ascii"))
        if hash_evidence(evidence) == report.evidence_sha256:
            return evidence
    raise UsageError(f"the gradebook's evidence of {report.student} is not what its report was made of: {_JUDGE}")


def _list_sources(files: Mapping[str, KeptFile]) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield the cells of the files that were kept, as the run's notebooks have them."""
    for name, file in files.items():
        with suppress(SubmissionRefused):  # more cells than this reads, or a notebook that no JSON can hold
            if file.form == "executed":
                yield name, parse_notebook(name, file.content, Limits().cells)
            else:
                yield name, parse_file(name, file.content, Limits()).cells


def _read_marks(book: Gradebook, attempt_id: int, report: Report) -> Mapping[str, Mark]:
    """Return the marking that counts of each text that has one: never who gave it."""
    marked = {check.answer for check in report.list_checks() if check.code == MARKED}
    counted = {kept.marking.answer: kept.marking for kept in book.markings(attempt_id)}
    return {name: Mark(one.points, one.why) for name, one in counted.items() if name in marked}
