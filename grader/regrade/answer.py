"""Answers a request: by marks, by an override, or by what the mended course has decided meanwhile; never by less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from grader.batch.publication import JUDGE
from grader.course import Course, Rubric
from grader.errors import UsageError
from grader.feedback.requests import describe_subject
from grader.gradebook import (
    NO_POLICY,
    Gradebook,
    KeptMarking,
    LatePolicy,
    Marking,
    NewMarking,
    Override,
    Request,
    RequestEvent,
    compute_final_grades,
)
from grader.gradebook.marking_sheet import parse_points
from grader.gradebook.marks import find_wrong_points
from grader.gradebook.records import RequestState
from grader.gradebook.requests import MOVES, blame_state
from grader.regrade.points import count_points, find_attempt, find_part
from grader.report.points import format_points, name_points
from grader.spec.keys import suggest

_SENTENCES = 2
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)")


@dataclass(frozen=True)
class Reply:
    """What a person answers: in words, and perhaps by new points for criteria or a new whole score.

    Points are as a person writes them: 0.5, 1/2, full, none. `same_marker` is the reason why somebody answers who
    decided on it before.
    """

    who: str
    when: datetime
    text: str
    points: Mapping[str, str] = field(default_factory=dict)
    score: Fraction | None = None
    same_marker: str = ""


def answer_request(
    course: Course, book: Gradebook, request: Request, reply: Reply, policy: LatePolicy = NO_POLICY
) -> RequestEvent:
    """Keep the answer to a request with what it decides, and return it with the points before and after.

    Args:
        course: by which the work was judged.
        book: where everything is kept.
        request: one that is open, or escalated.
        reply: the answer.
        policy: what lateness costs: a new whole score is held against the one after lateness.

    Raises:
        UsageError: it cannot be answered so; nothing is written then.
    """
    return _Answering(course, book, request, reply).answer(policy)


@dataclass(frozen=True)
class _Answering:
    course: Course
    book: Gradebook
    request: Request
    reply: Reply

    def answer(self, policy: LatePolicy) -> RequestEvent:
        state: RequestState = "final" if self.request.state == "escalated" else "answered"
        if self.request.state not in MOVES[state]:
            raise UsageError(blame_state(self.request.id, self.request.state, state))
        self._check_words()
        attempt_id = find_attempt(self.book, self.request)
        self._check_person(attempt_id)
        if self.reply.score is not None:
            return self._set_score(state, self.reply.score, policy)
        return self._set_points(state, attempt_id)

    def _check_words(self) -> None:
        found = len(_SENTENCE_END.findall(self.reply.text))
        if found < _SENTENCES:
            raise UsageError(f"--text: expected at least {_SENTENCES} sentences for the student, got {found}")
        if self.reply.points and self.reply.score is not None:
            raise UsageError("--points and --score: expected one of them")

    def _check_person(self, attempt_id: int) -> None:
        """Refuse who has decided on this before, where somebody else marks as well."""
        if self.reply.same_marker or len(set(map(_fold, self.book.markers()))) < 2:
            return
        marked = (kept.marking for kept in self.book.markings(attempt_id))
        decided = [marking.who for marking in marked if marking.answer in self._list_answers()]
        decided += [event.who for event in self.request.replies]
        if _fold(self.reply.who) in map(_fold, decided):
            subject = describe_subject(self.request.asked.part, self.request.asked.answer)
            raise UsageError(
                f"--by = {self.reply.who!r} decided on {subject} before: "
                "expected somebody else, or --same-marker REASON"
            )

    def _list_answers(self) -> list[str]:
        asked = self.request.asked
        parts = (part for exercise in self.course.exercises for part in exercise.parts if part.id == asked.part)
        return [answer.name for part in parts for answer in part.answers if asked.answer in {None, answer.name}]

    @property
    def _may_lower(self) -> bool:
        release = self.course.release
        return release is not None and release.regrade is not None and release.regrade.may_lower

    def _check_not_lowered(self, what: str, before: Fraction, after: Fraction) -> None:
        if after < before and not self._may_lower:
            raise UsageError(
                f"request {self.request.id}: {what} would fall from {name_points(before)} to {format_points(after)}: "
                "expected no less (`may_lower` in release.yaml)"
            )

    # ------------------------------------------------------------ a new whole score

    def _set_score(self, state: RequestState, score: Fraction, policy: LatePolicy) -> RequestEvent:
        student = self.request.asked.student
        (grade,) = [one for one in compute_final_grades(self.book, policy) if one.row.person.student == student]
        if grade.final is None or grade.row.pending:
            raise UsageError(
                f"--score: {student}'s work is not decided ({grade.status}), and a whole score would hide the rest: "
                "expected that to be done first"
            )
        if grade.row.max is not None and score > grade.row.max:
            raise UsageError(f"--score = {score}: expected at most {name_points(grade.row.max)}")
        self._check_not_lowered("the whole score after lateness", grade.final, score)
        event = self._build_event(state, grade.final, score, of_score=True)
        is_new = score != grade.final
        override = Override(score, self.reply.who, self.reply.when, f"request {self.request.id}")
        self.book.move_request(self.request, event, override if is_new else None)
        return event

    # ------------------------------------------------------------ points of what was asked about

    def _set_points(self, state: RequestState, attempt_id: int) -> RequestEvent:
        asked = self.request.asked
        report = self.book.report(attempt_id)
        if report.course_sha256 != self.course.sha256:
            raise UsageError(f"{asked.student} was judged by another version of the course: {JUDGE}")
        part = find_part(report, asked.part)
        if part.ungraded:
            raise UsageError(
                f"{asked.student}'s {asked.part} could not be graded because of a mistake on our side: {JUDGE}"
            )
        after, decision = count_points(part, asked.answer), None
        if self.reply.points:
            decision = self._build_marking(attempt_id)
            marking = decision.marking
            earlier = count_points(part, marking.answer)
            self._check_not_lowered(marking.answer, earlier, marking.total)
            after += marking.total - earlier
        before = self._find_before()
        self._check_not_lowered(describe_subject(asked.part, asked.answer), before, after)
        event = self._build_event(state, before, after)
        self.book.move_request(self.request, event, decision)
        return event

    def _find_before(self) -> Fraction:
        """Return the points as the student knows them: when they asked, or after the answer before this one."""
        known = [event.points_after for event in self.request.replies if not event.of_score]
        return known[-1] if known and known[-1] is not None else self.request.asked.points

    def _build_marking(self, attempt_id: int) -> NewMarking:
        """Return the marking of the text with the new points in it; the comment that the student reads stays."""
        rubric = self._find_rubric()
        last = self.book.last_marking(attempt_id, rubric.answer)
        given = {**(last.marking.points if last else {}), **self._read_points(rubric)}
        wrong = "; ".join(find_wrong_points(rubric, given))
        if wrong:
            raise UsageError(f"--points: {rubric.answer}: {wrong}")
        points = {criterion.id: given[criterion.id] for criterion in rubric.criteria}
        why, note = self._keep_words(last)
        marking = Marking(rubric.answer, points, self.reply.who, self.reply.when, why, note)
        return NewMarking(attempt_id, marking, rubric, last.id if last else 0)

    def _read_points(self, rubric: Rubric) -> dict[str, Fraction]:
        criteria = {criterion.id: criterion for criterion in rubric.criteria}
        points = {}
        for name, text in self.reply.points.items():
            try:
                points[name] = parse_points(criteria[name], text)
            except ValueError as error:
                raise UsageError(f"--points {name}={text}: {error}") from error
        return points

    def _keep_words(self, last: KeptMarking | None) -> tuple[str, str]:
        """Return the comment for the student and the note for staff of the marking whose place the new one takes."""
        request = f"request {self.request.id}"
        if last is None or not last.marking.points:  # what took a marking back says why, to staff alone
            return "", request
        return last.marking.why, "; ".join(filter(None, (last.marking.note, request)))

    def _find_rubric(self) -> Rubric:
        asked = self.request.asked
        rubrics = [one for one in self.course.rubrics if one.part == asked.part and asked.answer in {None, one.answer}]
        if not rubrics:
            subject = describe_subject(asked.part, asked.answer)
            raise UsageError(f"--points: {subject} has no text that people mark: expected --score, or a mended course")
        known = [one.id for rubric in rubrics for one in rubric.criteria]
        for name in self.reply.points:
            if name not in known:
                raise UsageError(f"--points {name}: not a criterion of {asked.part}; {suggest(name, known)}")
        fitting = [one for one in rubrics if self.reply.points.keys() <= {criterion.id for criterion in one.criteria}]
        if len(fitting) != 1:
            texts = ", ".join(one.answer for one in rubrics)
            raise UsageError(
                f"--points: expected criteria of one text alone, of {texts}; answer for one after the other"
            )
        return fitting[0]

    def _build_event(
        self, state: RequestState, before: Fraction, after: Fraction, *, of_score: bool = False
    ) -> RequestEvent:
        reply = self.reply
        return RequestEvent(state, reply.who, reply.when, reply.text, before, after, of_score, reply.same_marker)


def _fold(name: str) -> str:
    """Return what two spellings of one person's name have in common."""
    return " ".join(name.casefold().split())
