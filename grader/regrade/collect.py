"""Takes requests from the students' folders into the gradebook; each that is not taken has a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from grader.batch.publication import JUDGE, read_reports
from grader.course import Course, Exercise, Part, RegradeRules
from grader.errors import SubmissionRefused, UsageError
from grader.gradebook import Attempt, Gradebook, NewRequest, Request
from grader.gradebook.column_types import storable
from grader.model import Report
from grader.regrade.points import count_points, find_part
from grader.regrade.request_file import RequestFile, parse_request
from grader.release import find_request_ends, find_stages, measure_left, shows_feedback
from grader.spec.keys import suggest
from grader.submission import FoundRequest, find_requests, list_request_folders
from grader.submission.naming import shown, well_formed

_SHOWN = 60  # characters of a name in a message


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its request's number, or why it was refused. One that was `known` stays as it is."""

    student: str
    file: str
    status: Literal["taken", "known", "refused"]
    request: int | None = None
    reason: str = ""


def collect_requests(
    course: Course, book: Gradebook, folder: Path, now: datetime, at: datetime | None = None
) -> Iterator[Outcome]:
    """Take the requests in the students' folders below `folder`, and yield what became of each.

    A request came in when its file was last changed, or at the moment `at`.

    Raises:
        UsageError: the course takes no requests, or some work has to be judged again first.
    """
    rules = course.release.regrade if course.release is not None else None
    if rules is None:
        raise UsageError("the course takes no requests: expected `regrade` in release.yaml")
    reports = read_reports(course, book)
    if reports is None:
        raise UsageError(f"the gradebook holds work that another version of the course judged: {JUDGE}")
    collector = _Collector(course, book, rules, reports)
    for student, path in list_request_folders(folder):
        try:
            for found in find_requests(path):
                received = at or _find_received(found, now)
                yield collector.take(student, found, received)
        except SubmissionRefused as error:
            yield Outcome(student, well_formed(path.name), "refused", reason=well_formed(str(error)))


def _find_received(found: FoundRequest, now: datetime) -> datetime:
    """Return when a file was last changed: never in the future, whatever its time says."""
    microseconds = min(max(0, found.changed_ns) // 1000, int(now.timestamp() * 1_000_000))
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)


def _says_the_same(asked: NewRequest, file: RequestFile) -> bool:
    own = file.submission, file.part, file.answer, storable(file.reason)
    return own == (asked.submission_sha256, asked.part, asked.answer, asked.reason)


@dataclass(frozen=True)
class _Collector:
    course: Course
    book: Gradebook
    rules: RegradeRules
    reports: list[Report]

    @cached_property
    def current(self) -> Mapping[str, Attempt]:
        """The attempt that counts of each student."""
        attempts = {attempt.id: attempt for attempt in self.book.attempts()}
        counting = (row.attempt_id for row in self.book.current_scores())
        return {attempts[one].student: attempts[one] for one in counting if one is not None}

    @cached_property
    def parts(self) -> Mapping[str, tuple[Exercise, Part]]:
        return {part.id: (exercise, part) for exercise in self.course.exercises for part in exercise.parts}

    def take(self, student: str, found: FoundRequest, received: datetime) -> Outcome:
        """Take one file, or say why not."""
        name = well_formed(f"{student}/{found.name}")
        try:
            attempt = self._find_attempt(student)
            file = parse_request(found.read(), shown(well_formed(found.name)))
            return self._take(attempt, file, received, name)
        except SubmissionRefused as error:
            return Outcome(student, name, "refused", reason=well_formed(str(error)))

    def _take(self, attempt: Attempt, file: RequestFile, received: datetime, name: str) -> Outcome:
        student = attempt.student
        known = self.book.requests(student)
        same = [one.id for one in known if _says_the_same(one.asked, file)]
        if same:
            return Outcome(student, name, "known", same[0])
        self._check_subject(attempt, file)
        self._check_moment(student, file.part, received)
        self._check_count(file.part, known)
        points = count_points(find_part(self.book.report(attempt.id), file.part), file.answer)
        asked = NewRequest(student, file.submission, file.part, file.answer, file.reason, received, points)
        return Outcome(student, name, "taken", self.book.add_request(asked))

    def _find_attempt(self, student: str) -> Attempt:
        if student not in self.current:
            raise SubmissionRefused("the gradebook has nothing that this student submitted")
        return self.current[student]

    def _check_subject(self, attempt: Attempt, file: RequestFile) -> None:
        """Refuse what is about nothing that this student submitted and that was asked."""
        if file.submission != attempt.submission_sha256:
            raise SubmissionRefused(
                f"this is about another submission: expected {attempt.submission_sha256}, the one that counts, "
                f"got {file.submission}"
            )
        if file.part not in self.parts:
            raise SubmissionRefused(f"part = {file.part[:_SHOWN]!r}: {suggest(file.part[:_SHOWN], self.parts)}")
        answers = [answer.name for answer in self.parts[file.part][1].answers]
        if file.answer is not None and file.answer not in answers:
            meant = suggest(file.answer[:_SHOWN], answers)
            raise SubmissionRefused(f"answer = {file.answer[:_SHOWN]!r}: not an answer of {file.part}; {meant}")

    def _check_moment(self, student: str, part: str, received: datetime) -> None:
        """Refuse what came before the feedback or after the last moment."""
        exercise = self.parts[part][0].id
        moment = received.isoformat(timespec="minutes")
        left = measure_left(self.course, self.reports, received)
        stages = find_stages(self.course, student, received, left) or {}
        if not shows_feedback(stages.get(exercise, "received")):
            raise SubmissionRefused(f"the feedback on {part} is not published (at {moment}, when this came in)")
        end = find_request_ends(self.course, student)[exercise]
        if received > end:
            raise SubmissionRefused(
                f"it came in at {moment}: requests about {part} were taken until {end.isoformat(timespec='minutes')}"
            )

    def _check_count(self, part: str, known: list[Request]) -> None:
        """Refuse one more than a student may make about a part; one that was withdrawn does not count."""
        earlier = [one.id for one in known if one.asked.part == part and one.state != "withdrawn"]
        if len(earlier) >= self.rules.per_part:
            numbers = ", ".join(map(str, earlier))
            raise SubmissionRefused(
                f"one more about {part}: expected at most {self.rules.per_part}, there is {numbers} already"
            )
