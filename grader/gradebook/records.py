"""What goes into a gradebook and what comes out: plain, frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from grader.course import Rubric


@dataclass(frozen=True)
class Person:
    """A student as other systems know them. `student` is the name under which work is submitted."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    id_number: str = ""
    canvas_id: str = ""
    sis_user_id: str = ""
    login: str = ""
    section: str = ""


@dataclass(frozen=True)
class Attempt:
    """One verdict on one thing submitted. `score` is what the grader decided, without human marks."""

    id: int
    student: str
    entry: str
    submission_sha256: str
    evidence_sha256: str
    course_sha256: str
    received_at: datetime
    judged_at: datetime
    score: Fraction
    max: Fraction
    is_ungraded: bool


@dataclass(frozen=True)
class JudgedBy:
    """When an attempt was judged last, and by which version of the course."""

    judged_at: datetime
    course_sha256: str


@dataclass(frozen=True)
class Refusal:
    """A student whose files could not be read, and why."""

    student: str
    reason: str


@dataclass(frozen=True)
class Marking:
    """A person's points for one text answer, all criteria at once: a later marking takes the place of an earlier."""

    answer: str
    points: Mapping[str, Fraction]  # by criterion
    who: str
    when: datetime
    why: str = ""  # for the student
    note: str = ""  # for staff

    @property
    def total(self) -> Fraction:
        """The points of all criteria."""
        return sum(self.points.values(), Fraction(0))


@dataclass(frozen=True)
class NewMarking:
    """A marking of an attempt's text that is to be kept.

    `seen` is the number of the marking that was there when the marker looked, 0 for none: where another one counts by
    now, nothing is kept. None does not ask.
    """

    attempt_id: int
    marking: Marking
    rubric: Rubric
    seen: int | None = None


@dataclass(frozen=True)
class KeptMarking:
    """A marking as the gradebook has it. The text's hash is unknown where it was marked before hashes were kept."""

    id: int
    student: str
    part: str
    attempt_id: int
    submission_sha256: str
    text_sha256: str | None
    marking: Marking


@dataclass(frozen=True)
class TextToMark:
    """A text that a person marks, of a student's attempt that counts, and the marking that counts where there is one.

    Where that marking has no points, an earlier one was taken back. The hash is '' where an older version recorded it.
    """

    student: str
    attempt_id: int
    part: str
    answer: str
    max: Fraction
    text_sha256: str
    kept: KeptMarking | None

    @property
    def key(self) -> str:
        """What names its words: their hash, or where an older version recorded it, the attempt."""
        return self.text_sha256 or f"attempt {self.attempt_id}"

    @property
    def marking(self) -> Marking | None:
        """What a person gave; None while the text waits for one."""
        return self.kept.marking if self.kept is not None and self.kept.marking.points else None


# Of one that does not count: a later one stands for the same words, or the student's words are others now.
MarkingState = Literal["counts", "takes back", "replaced", "another text"]


@dataclass(frozen=True)
class MarkedTwice:
    """A text that two people have marked, the second without having seen the first. `text` is the key of its words."""

    student: str
    text: str
    answer: str
    first: Marking
    second: Marking


@dataclass(frozen=True)
class ReviewEvent:
    """What a marker did with a text beside marking it: a `flag` with a reason, an `unflag`, a `skip`."""

    student: str
    text: str
    answer: str
    kind: str
    who: str
    when: datetime
    why: str = ""


@dataclass(frozen=True)
class SignInEvent:
    """Somebody who came in to mark (`in`), tried to (`wrong`) or left (`out`). `who` is empty for no account's name."""

    kind: str
    who: str
    address: str
    when: datetime


@dataclass(frozen=True)
class Override:
    """A manual override of a student's score; None for `points` takes an earlier one back."""

    points: Fraction | None
    who: str
    when: datetime
    why: str


@dataclass(frozen=True)
class Judging:
    """A time at which evidence was judged again: of how many students, how many points moved, and why."""

    course_sha256: str
    judged: int
    moved: int
    note: str
    when: datetime


@dataclass(frozen=True)
class Told:
    """The points that a student was told: the score, the parts, and those in which something was `open`."""

    score: Fraction
    parts: Mapping[str, Fraction]
    open: frozenset[str] = frozenset()
    is_set: bool = False  # by a person, in the place of what the parts give


@dataclass(frozen=True)
class ScoreRow:
    """A student's score. Without an attempt there is nothing but the person, and perhaps an override.

    `automatic` is the grader's, `marked` what people gave, `pending` what waits for them; `is_ungraded` says that
    this attempt was not graded, `newer_ungraded` that a later one was not.
    """

    person: Person
    attempt_id: int | None
    entry: str | None
    submission_sha256: str | None
    received_at: datetime | None
    automatic: Fraction | None
    marked: Fraction
    pending: Fraction
    max: Fraction | None
    override: Fraction | None
    is_ungraded: bool
    newer_ungraded: bool

    @property
    def raw(self) -> Fraction | None:
        """Points before lateness and override; None where there is no attempt, or we failed to grade it."""
        return None if self.automatic is None or self.is_ungraded else self.automatic + self.marked

    @property
    def score(self) -> Fraction | None:
        """The override where there is one, else the raw points."""
        return self.raw if self.override is None else self.override

    @property
    def needs_regrade(self) -> bool:
        """Whether something of this student has to be graded again."""
        return self.is_ungraded or self.newer_ungraded


RequestState = Literal["open", "answered", "escalated", "final", "withdrawn"]


@dataclass(frozen=True)
class RequestEvent:
    """A state that a request for another look came to. An answer has points, as they were and as they are now.

    They are those of what the request is about, or with `of_score` of the student's whole score, which an override
    has set. `why` is the reason why somebody answered who had decided before.
    """

    state: RequestState
    who: str
    when: datetime
    text: str
    points_before: Fraction | None = None
    points_after: Fraction | None = None
    of_score: bool = False
    why: str = ""


@dataclass(frozen=True)
class NewRequest:
    """A request as it came in, about a part or one answer of it; `points` are what that had then."""

    student: str
    submission_sha256: str
    part: str
    answer: str | None
    reason: str
    received_at: datetime
    points: Fraction


@dataclass(frozen=True)
class Request:
    """A request that was taken, and what became of it, the earliest first."""

    id: int
    asked: NewRequest
    state: RequestState
    events: tuple[RequestEvent, ...]

    @property
    def replies(self) -> tuple[RequestEvent, ...]:
        """The answers to it."""
        return tuple(event for event in self.events if event.points_after is not None)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to answer it."""
        return self.state in {"open", "escalated"}

    @property
    def is_changed(self) -> bool:
        """Whether its last answer, which holds, changed points."""
        last = self.replies[-1] if self.state in {"answered", "final"} else None
        return last is not None and last.points_after != last.points_before

    @property
    def outcome(self) -> str:
        """Its state, and of one that was answered whether points changed."""
        if self.state not in {"answered", "final"}:
            return self.state
        return f"{self.state} ({'changed' if self.is_changed else 'kept'})"


@dataclass(frozen=True)
class RequestCount:
    """How many requests there are about a part or one answer of it, how many wait, and how many changed points."""

    part: str
    answer: str | None
    count: int
    waiting: int
    changed: int
