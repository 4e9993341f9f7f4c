"""Writes what students get from a gradebook alone, people's marks joined in; needs no folder of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from grader.batch.feedback import Feedback, Pages, Solve, render_refused, render_work, write_pages
from grader.batch.publication import JUDGE, Publication, hide_marks, publishes_override, read_receipt
from grader.batch.store import parse_evidence
from grader.course import Course
from grader.errors import SubmissionRefused, UsageError
from grader.feedback import Answered, Asked, Mark, Work
from grader.gradebook import Gradebook, KeptFile
from grader.gradebook.reports import MARKED
from grader.judge.judge import hash_evidence
from grader.model import Cell, Evidence, Limits, Report
from grader.release import Stage, choose_spreads
from grader.report.points import format_points, name_points
from grader.submission import parse_file
from grader.submission.naming import folder_name
from grader.submission.notebook import parse_notebook


def write_gradebook_feedback(
    publication: Publication, target: Path, solve: Solve, students: Collection[str] = ()
) -> Feedback:
    """Write the files of every student (of these alone) who has submitted something, below `target`.

    Of each student, the attempt that counts is shown, as far as it is published; who was refused last is told why.
    `solve` is asked once solutions are out.

    Raises:
        UsageError: the gradebook has nothing of such a student, or `target` cannot be written to.
        HostError: the disk is full.
    """
    course, book = publication.course, publication.book
    rows = book.current_scores()
    attempts = {row.person.student: row.attempt_id for row in rows if row.attempt_id is not None}
    overrides = {row.person.student: row.override for row in rows}
    reasons = {refusal.student: refusal.reason for refusal in book.refusals()}
    known = sorted(attempts.keys() | reasons.keys())
    for student in students:
        if student not in known:
            raise UsageError(f"--student = {student!r}: the gradebook has nothing that they submitted")
    if not known:
        raise UsageError("the gradebook has nothing that anybody submitted: run `grader batch` with --db first")
    taken: set[str] = set()
    folders = {student: folder_name(student, taken) for student in known}  # of all, so that a choice renames nobody
    pages = []
    for student in students or known:
        if student in reasons:
            render = partial(render_refused, course, student, reasons[student])
        else:
            stages = publication.find_stages(student)
            override = overrides[student] if publishes_override(stages) else None
            render = partial(_render_attempt, publication, attempts[student], override, stages, solve)
        pages.append(Pages(folders[student], render))
    return write_pages(target, pages)


def read_attempt(course: Course, book: Gradebook, attempt_id: int) -> Work:
    """Return what the gradebook holds of an attempt, with people's marks in the report.

    Raises:
        UsageError: it lacks the evidence, or belongs to another version of the course.
    """
    report = book.report(attempt_id)
    if report.course_sha256 != course.sha256:
        raise UsageError(f"{report.student} was judged by another version of the course: {JUDGE}")
    evidence = find_kept_evidence(book, attempt_id, report)
    if evidence is None:
        raise UsageError(
            f"the gradebook has no evidence of {report.student}, "
            f"recorded by an older version or too large to be kept: {JUDGE}"
        )
    sources = read_kept_sources(book, attempt_id, evidence)
    marks, requests = _read_marks(book, attempt_id, report), tuple(_read_asked(book, report))
    return Work(course, report, evidence, sources, marks, requests=requests)


def find_kept_evidence(book: Gradebook, attempt_id: int, report: Report) -> Evidence | None:
    """Return the evidence that a report was made of; None where none was kept.

    Raises:
        UsageError: what was kept is damaged, or is of something else.
    """
    content = book.evidence(attempt_id)
    return None if content is None else _parse_evidence(content, report)


def read_kept_sources(book: Gradebook, attempt_id: int, evidence: Evidence) -> Mapping[str, tuple[Cell, ...]]:
    """Return the cells of the files that ran, as far as the gradebook has them."""
    return {} if evidence.fault is not None else dict(_list_sources(book.files(attempt_id, evidence.files)))


def _render_attempt(
    publication: Publication,
    attempt_id: int,
    override: Fraction | None,
    stages: Mapping[str, Stage] | None,
    solve: Solve,
) -> Mapping[str, str]:
    book = publication.book
    work = read_attempt(publication.course, book, attempt_id)
    if override is not None:
        most = name_points(work.report.max)
        told = f"The score that counts was set by a person: {format_points(override)} of {most}."
        work = replace(work, report=replace(work.report, notes=(told, *work.report.notes)))
    if stages is not None:
        report = hide_marks(work.report, book.report(attempt_id, with_marks=False), stages)
        receipt = read_receipt(publication.course, book, attempt_id, report.files)
        work = replace(work, report=report, receipt=receipt)
    seen = choose_spreads(publication.course, stages, publication.spreads)
    return render_work(replace(work, class_scores=seen), publication.at, stages, solve)


def _parse_evidence(content: bytes, report: Report) -> Evidence:
    with suppress(ValueError, RecursionError):
        evidence = parse_evidence(content.decode("ascii"))
        if hash_evidence(evidence) == report.evidence_sha256:
            return evidence
    raise UsageError(f"the gradebook's evidence of {report.student} is not what its report was made of: {JUDGE}")


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


def _read_asked(book: Gradebook, report: Report) -> Iterator[Asked]:
    """Yield the requests about what a report is about, with their answers: never who gave them."""
    for request in book.requests(report.student):
        asked = request.asked
        if asked.submission_sha256 == report.submission_sha256:
            answers = tuple(
                Answered(one.points_before, one.points_after, one.of_score, one.text)
                for one in request.replies
                if one.points_before is not None and one.points_after is not None
            )
            yield Asked(asked.part, asked.answer, asked.reason, request.state, answers)
