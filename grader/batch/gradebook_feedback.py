"""Writes what students get from a gradebook alone, people's marks joined in; needs no folder of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path

from grader.batch.feedback import Feedback, Pages, Solve, render_refused, render_work, write_pages
from grader.batch.publication import JUDGE, Publication, hide_marks, publishes_override, read_receipt
from grader.batch.regrading import check_questions
from grader.batch.store import parse_evidence
from grader.batch.told import describe_change, summarize
from grader.course import Course
from grader.errors import SubmissionRefused, UsageError
from grader.feedback import Answered, Asked, Mark, Work
from grader.gradebook import Gradebook, KeptFile, Told
from grader.gradebook.reports import MARKED
from grader.judge.judge import hash_evidence
from grader.model import Cell, Evidence, Limits, Report
from grader.pipeline import Grader
from grader.release import Stage, choose_spreads, withhold
from grader.submission import parse_file
from grader.submission.naming import folder_name
from grader.submission.notebook import parse_notebook


def write_gradebook_feedback(
    publication: Publication, target: Path, solve: Solve, students: Collection[str] = ()
) -> Feedback:
    """Write the files of every student (of these alone) who has submitted something, below `target`.

    Of each student, the attempt that counts is shown, as far as it is published. Who was refused last is told why, and
    gets a page of that alone where nothing else counts.
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
    folders = name_folders(book)

    def list_pages() -> Iterator[Pages]:  # one after the other, for each holds a whole submission
        for student in students or known:
            if student not in attempts:
                yield Pages(folders[student], partial(render_refused, course, student, reasons[student]))
            else:
                stages = publication.find_stages(student)
                override = overrides[student] if publishes_override(stages) else None
                attempt = _Attempt(publication, attempts[student], override, stages, solve, reasons.get(student, ""))
                yield Pages(folders[student], attempt.render, attempt.keep)

    return write_pages(target, list_pages())


def name_folders(book: Gradebook) -> Mapping[str, str]:
    """Return the folder of each student who submitted something: of all, so that a choice of some renames nobody."""
    submitted = {row.person.student for row in book.current_scores() if row.attempt_id is not None}
    taken: set[str] = set()
    known = sorted(submitted | {refusal.student for refusal in book.refusals()})
    return {student: folder_name(student, taken) for student in known}


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
        raise UsageError(_explain_lack(report))
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


def list_kept_evidence(grader: Grader, book: Gradebook) -> Iterator[Evidence | UsageError]:
    """Yield the evidence of each student's attempt that counts, or why it cannot be used, as `list_evidence` does."""
    for row in book.current_scores():
        if row.attempt_id is None:
            continue  # submitted nothing
        try:
            yield read_kept_evidence(grader, book, book.report(row.attempt_id, with_marks=False), row.attempt_id)
        except UsageError as error:
            yield error


def read_kept_evidence(grader: Grader, book: Gradebook, report: Report, attempt_id: int) -> Evidence:
    """Return the evidence of an attempt, of which this is the report.

    Raises:
        UsageError: there is none that answers what this course asks.
    """
    evidence = find_kept_evidence(book, attempt_id, report)
    if evidence is None:
        raise UsageError(_explain_lack(report))
    check_questions(grader, evidence, f"the gradebook's evidence of {report.student}")
    return evidence


def _explain_lack(report: Report) -> str:
    return (
        f"the gradebook has no evidence of {report.student}, "
        f"recorded by an older version or too large to be kept: {JUDGE}"
    )


@dataclass(frozen=True)
class _Attempt:
    """What a student reads of the attempt that counts, as far as the stages of the exercises show it."""

    publication: Publication
    id: int
    override: Fraction | None
    stages: Mapping[str, Stage] | None
    solve: Solve
    refusal: str = ""  # why what was submitted last could not be read, where that is not this attempt

    @cached_property
    def _work(self) -> Work:
        """Everything that is known of it, but marks that are not published."""
        course, book = self.publication.course, self.publication.book
        work = read_attempt(course, book, self.id)
        if self.stages is None:
            notes = (*filter(None, [self._refused]), *work.report.notes)
            return replace(work, report=replace(work.report, notes=notes))
        report = hide_marks(work.report, book.report(self.id, with_marks=False), self.stages)
        receipt = read_receipt(course, book, self.id, report.files)
        arrival = " ".join(filter(None, [receipt.arrival, self._refused]))
        return replace(work, report=report, receipt=replace(receipt, arrival=arrival))

    @property
    def _refused(self) -> str:
        """What is told of files that could not be read, at every stage; '' where there were none."""
        told = f"What you submitted last could not be read, and does not count: {self.refusal}."
        return told if self.refusal else ""

    @cached_property
    def _told(self) -> Told:
        return summarize(withhold(self._work.report, self.stages), self.override)

    def render(self) -> Mapping[str, str]:
        report = self._work.report
        history = self.publication.book.history
        told = describe_change(history.told(report.student, report.submission_sha256), self._told)
        notes = (*filter(None, [told]), *report.notes)
        seen = choose_spreads(self.publication.course, self.stages, self.publication.spreads)
        work = replace(self._work, report=replace(report, notes=notes), class_scores=seen, override=self.override)
        return render_work(work, self.publication.at, self.stages, self.solve)

    def keep(self) -> None:
        """Keep what the student is told, of which nothing is told before points are out."""
        if self._told.parts:
            report = self._work.report
            self.publication.book.history.tell(report.student, report.submission_sha256, self._told)


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
