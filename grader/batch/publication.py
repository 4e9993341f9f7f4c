"""What students may see by now of a gradebook's reports and scores: the same for feedback and for exports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import FinalGrade, Gradebook, LatePolicy, ScoreRow, compute_final_grade
from grader.judge.score import sum_scores
from grader.model import Report
from grader.release import (
    Left,
    Receipt,
    Spreads,
    Stage,
    describe_receipt,
    find_stages,
    measure_left,
    measure_spreads,
    shows_feedback,
    shows_scores,
    strip_report,
    withhold,
)

JUDGE = "run `grader judge OUT --db URL`, where OUT is the folder of the batch"


@dataclass(frozen=True)
class Publication:
    """A gradebook as students may see it at the moment `at`."""

    course: Course
    book: Gradebook
    at: datetime

    @cached_property
    def left(self) -> Mapping[str, Left]:
        """What is open in the class, by assignment; nobody has to know where nothing is withheld."""
        return measure_gradebook(self.course, self.book, self.at) if self.course.release is not None else {}

    @cached_property
    def spreads(self) -> Mapping[str, Spreads]:
        """How the scores of the class are spread, by assignment; nothing where it is not known what is open."""
        return measure_gradebook_spreads(self.course, self.book, self.at)

    def find_stages(self, student: str) -> Mapping[str, Stage] | None:
        """Return the stage of each exercise for a student; None where the course withholds nothing."""
        return find_stages(self.course, student, self.at, self.left)

    def read_report(self, attempt_id: int) -> Report:
        """Return the report of an attempt, people's marks in it, as far as its student may see it."""
        report = self.book.report(attempt_id)
        stages = self.find_stages(report.student)
        return report if stages is None else show_report(self.course, self.book, attempt_id, report, stages)

    def publish_grade(self, policy: LatePolicy, final_grade: FinalGrade) -> FinalGrade | None:
        """Return a final grade added up anew from what its student may see; None where that is no score yet.

        An override is of the whole course, and published with the last of its exercises.
        """
        row = final_grade.row
        stages = self.find_stages(row.person.student)
        if stages is None or (row.attempt_id is None and row.override is None):
            return final_grade
        if not (any(map(shows_scores, stages.values())) if row.override is None else publishes_override(stages)):
            return None
        if row.attempt_id is None:
            return final_grade
        return compute_final_grade(policy, self._publish_row(row, row.attempt_id, stages))

    def _publish_row(self, row: ScoreRow, attempt_id: int, stages: Mapping[str, Stage]) -> ScoreRow:
        """Return a row whose points are those that the stages show."""
        shown = self.read_report(attempt_id)
        automatic = withhold(self.book.report(attempt_id, with_marks=False), stages).score
        return replace(
            row,
            automatic=automatic,
            marked=shown.score - automatic,
            pending=shown.pending,
            max=shown.max,
            is_ungraded=shown.ungraded > 0,
        )


def publishes_override(stages: Mapping[str, Stage] | None) -> bool:
    """Return whether a student may know of a score of the whole course that a person set."""
    return stages is None or all(map(shows_scores, stages.values()))


def show_report(
    course: Course, book: Gradebook, attempt_id: int, report: Report, stages: Mapping[str, Stage]
) -> Report:
    """Return the report of an attempt as far as these stages show it, people's marks with the feedback."""
    shown = hide_marks(report, book.report(attempt_id, with_marks=False), stages)
    return withhold(shown, stages, read_receipt(course, book, attempt_id, report.files))


def read_receipt(course: Course, book: Gradebook, attempt_id: int, files: Collection[str]) -> Receipt:
    """Return when an attempt came, and its notebooks and scripts as far as they were kept as they were submitted."""
    attempt = book.attempt(attempt_id)
    arrival = describe_receipt(course.assignments, attempt.student, attempt.received_at)
    return Receipt(arrival, book.file_hashes(attempt_id, files))


def read_report_at(course: Course, book: Gradebook, student: str) -> Callable[[Mapping[str, Stage]], Report]:
    """Return what gives a student's report, the attempt that counts, at any stages.

    Raises:
        UsageError: the gradebook has none of theirs, or only one that another version of the course judged.
    """
    attempts = {row.person.student: row.attempt_id for row in book.current_scores() if row.attempt_id is not None}
    if student not in attempts:
        known = ", ".join(list(attempts)[:20]) or "nobody yet"
        raise UsageError(f"{student!r} has no attempt in the gradebook: expected one of {known}")
    report = book.report(attempts[student])
    if report.course_sha256 != course.sha256:
        raise UsageError(f"{student} was judged by another version of the course: {JUDGE}")
    return partial(show_report, course, book, attempts[student], report)


def hide_marks(report: Report, unmarked: Report, stages: Mapping[str, Stage]) -> Report:
    """Return the report in which texts wait for a person wherever no feedback is out, so that no sum tells marks."""
    exercises = tuple(
        marked if shows_feedback(stages.get(marked.id, "received")) else plain
        for marked, plain in zip(report.exercises, unmarked.exercises, strict=True)
    )
    return replace(report, exercises=exercises, **sum_scores(exercises))


def measure_gradebook(course: Course, book: Gradebook, at: datetime) -> Mapping[str, Left]:
    """Return what is open in the class once people's marks are counted, by assignment.

    Nothing where a report is of another version of the course: then nobody knows, and feedback waits.
    """
    reports = read_reports(course, book)
    return {} if reports is None else measure_left(course, reports, at)


def read_reports(course: Course, book: Gradebook) -> list[Report] | None:
    """Return the points of all that may be open, people's marks counted; None where another version judged some."""
    reports = [strip_report(book.report(attempt)) for attempt in _list_open(book)]
    return None if _is_outdated(course, reports) else reports


def measure_gradebook_spreads(course: Course, book: Gradebook, at: datetime) -> Mapping[str, Spreads]:
    """Return how the scores of the class are spread, by assignment; nothing of a class that is not judged as it is."""
    rows = [row for row in book.current_scores() if row.attempt_id is not None]
    if any(row.newer_ungraded for row in rows):
        return {}
    attempts = [row.attempt_id for row in rows if row.attempt_id is not None]
    marked, unmarked = (
        [strip_report(book.report(attempt, with_marks=with_marks)) for attempt in attempts]
        for with_marks in (True, False)
    )
    return {} if _is_outdated(course, marked) else measure_spreads(course, list(zip(marked, unmarked, strict=True)), at)


def _is_outdated(course: Course, reports: Iterable[Report]) -> bool:
    """Return whether another version of the course judged some of it, which may therefore wait for anything."""
    return any(report.course_sha256 != course.sha256 for report in reports)


def _list_open(book: Gradebook) -> Iterator[int]:
    """Yield the attempts that count, and of who has a newer one that we failed to grade all such."""
    for row in book.current_scores():
        if row.attempt_id is not None:
            yield row.attempt_id
        if row.newer_ungraded:
            owed = (one for one in book.attempt_scores(row.person.student) if one.is_ungraded)
            yield from (one.attempt_id for one in owed if one.attempt_id is not None)
