"""Final scores as they leave for other systems: published, finished, judged by the course of today, and rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.batch.publication import JUDGE, Publication
from grader.cli.lateness import warn_of, warn_of_unknown
from grader.cli.screen import say
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import FinalGrade, Gradebook, LatePolicy, compute_final_grades
from grader.gradebook.rounding import EXACT, read_rounding
from grader.gradebook.unfinished import WHAT_TO_DO, find_unfinished
from grader.model import Report
from grader.release import describe_begin
from grader.report.escape import escape


@dataclass(frozen=True)
class Terms:
    """Which scores leave: published at the moment `at`, or all to staff alone; those that may change, too."""

    at: datetime
    for_staff: bool = False
    unfinished: bool = False  # though another system takes them for final
    shows_pending: bool = False  # the format says what is open


@dataclass(frozen=True)
class Export:
    """What is exported: final grades and how their reports are read, under which late policy and column's name.

    `for_staff` alone: nothing is withheld, and formats that can say so say it.
    """

    book: Gradebook
    final_grades: Sequence[FinalGrade]
    policy: LatePolicy
    column_name: str
    read_report: Callable[[int], Report]
    for_staff: bool = False

    def read_reports(self) -> Iterator[tuple[FinalGrade, Report]]:
        """Yield each student that has submitted, and the report that counts, with people's marks in it."""
        for final_grade in self.final_grades:
            if final_grade.row.attempt_id is not None:
                yield final_grade, self.read_report(final_grade.row.attempt_id)


def read_export(book: Gradebook, policy: LatePolicy, course: Course | None, terms: Terms) -> Export:
    """Return the final grades that leave a gradebook; the course says what is withheld and rounded, where there is one.

    Raises:
        UsageError: none is published yet, or some may change, which the terms do not allow.
    """
    book = book.under(policy)
    publication = None if course is None or terms.for_staff else Publication(course, book, terms.at)
    export = replace(build_export(book, policy, course, publication), for_staff=terms.for_staff)
    if course is not None:
        check_current(course, book, allowed=terms.unfinished or terms.for_staff)
    check_finished(export, allowed=terms.unfinished or terms.shows_pending)
    return export


def build_export(book: Gradebook, policy: LatePolicy, course: Course | None, publication: Publication | None) -> Export:
    """Return the final grades as they leave: as far as they are published, and rounded as the course says.

    Raises:
        UsageError: there are scores, and none is published yet.
    """
    final_grades = compute_final_grades(book, policy)
    warn_of_unknown(
        "extensions of students whom the gradebook does not know",
        policy.extensions,
        [one.row.person.student for one in final_grades],
    )
    refused = [one.row.person.student for one in final_grades if one.is_refused]
    warn_of("what these students submitted last could not be read, and does not count", refused)
    export = Export(book, final_grades, policy, "", book.report)
    if publication is not None and publication.course.release is not None:
        export = publish(export, publication)
    rounding = EXACT if course is None else read_rounding(course.file)
    return replace(export, final_grades=[replace(one, rounding=rounding) for one in export.final_grades])


def check_current(course: Course, book: Gradebook, *, allowed: bool) -> None:
    """Refuse scores by another version of the course, or where they are `allowed` warn of them.

    Raises:
        UsageError: there are some, and they are not allowed.
    """
    verdicts = book.verdicts()
    attempts = [row.attempt_id for row in book.current_scores() if row.attempt_id is not None]
    outdated = sum(verdicts[attempt].course_sha256 != course.sha256 for attempt in attempts)
    if not outdated:
        return
    told = f"{outdated} of {len(attempts)} students were judged by another version of the course: {JUDGE}"
    if not allowed:
        raise UsageError(f"{told}, or write the scores as they are with --unfinished")
    say(f"grader: warning: {told}")


def check_finished(export: Export, *, allowed: bool) -> None:
    """Say what is unfinished.

    Raises:
        UsageError: something is, and is not allowed to be.
    """
    found = find_unfinished(export.final_grades, export.read_report)
    if not found.students:
        return
    told = found.describe()
    if found.pending and export.read_report != export.book.report:
        told += "; marks count as open until release.yaml's stage `feedback` shows them"
    if not allowed:
        raise UsageError(
            f"{told}; other systems take a score for final: {WHAT_TO_DO}, or write all of it as it is with --unfinished"
        )
    say(f"grader: {told}")


def publish(export: Export, publication: Publication) -> Export:
    """Return the export of what students may see; those of whom that is no score are left out, and named.

    Raises:
        UsageError: there are scores, and none is published yet.
    """
    shown = {one.row.person.student: publication.publish_grade(export.policy, one) for one in export.final_grades}
    kept = [final_grade for final_grade in shown.values() if final_grade is not None]
    held = [student for student, final_grade in shown.items() if final_grade is None]
    if held and not any(_has_score(final_grade) for final_grade in kept):
        raise UsageError(
            f"no score is published yet ({_describe_scores(publication)}): "
            "wait, or write the file for staff alone with --staff"
        )
    if held:
        say(f"grader: left out, as their scores are not published yet: {escape(', '.join(held))}")
    return replace(export, final_grades=kept, read_report=publication.read_report)


def _has_score(final_grade: FinalGrade) -> bool:
    return final_grade.row.attempt_id is not None or final_grade.final is not None


def _describe_scores(publication: Publication) -> str:
    """Return in words from when each assignment's scores are shown."""
    course = publication.course
    return "; ".join(f"{one.id}: {describe_begin(course, one, '', 'scores')}" for one in course.assignments)
