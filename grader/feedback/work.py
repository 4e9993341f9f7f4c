"""One student's work with all that was said of it: what every page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from grader.course import Answer, BaseCheck, Course, Part
from grader.judge.evidence import Answers
from grader.judge.placeholder import starter_words
from grader.judge.solution import Solution
from grader.judge.written import choose_text, find_starter
from grader.model import Cell, CheckResult, Evidence, Report, StrValue
from grader.release import UNKNOWN, Receipt, Spread, Stage, shows_feedback
from numgrade_student.texts import is_untouched


@dataclass(frozen=True)
class Mark:
    """What a person gave for a text: points by criterion, and what they wrote to the student. Never who it was."""

    points: Mapping[str, Fraction]
    comment: str = ""


@dataclass(frozen=True)
class Answered:
    """An answer to a request, with the points before and after: of its subject, or `of_score` of the whole score."""

    before: Fraction
    after: Fraction
    of_score: bool
    text: str


@dataclass(frozen=True)
class Asked:
    """A request for another look at a part or one answer of it, its state, and the answers, the last of which holds."""

    part: str
    answer: str | None
    reason: str
    state: str
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Work:
    """A submission, judged. `sources` are the cells of its files by name; the report has the points of `marks`.

    `stages` says what the student may see of each exercise, to which the report is cut down; None: all of it.
    `solutions` are shown where they are out, by the check's id; `class_scores` are what the student may see of others.
    `override` is a score that a person set in the place of what the parts give.
    `requests` were made about this submission; `request_ends` says until when more are taken, by exercise.
    """

    course: Course
    report: Report
    evidence: Evidence
    sources: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    stages: Mapping[str, Stage] | None = None
    requests: tuple[Asked, ...] = ()
    request_ends: Mapping[str, datetime] = field(default_factory=dict)
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    class_scores: tuple[Spread, ...] = ()
    receipt: Receipt = UNKNOWN
    override: Fraction | None = None

    @property
    def shows_feedback(self) -> bool:
        """Whether it may be told of everything what was right or wrong, and why."""
        return self.stages is None or all(map(shows_feedback, self.stages.values()))

    def find_stage(self, part: str) -> Stage | None:
        """Return the stage of a part; None where nothing is withheld."""
        if self.stages is None:
            return None
        owners = (one.id for one in self.course.exercises if any(part == mine.id for mine in one.parts))
        return self.stages.get(next(owners, ""), "received")

    def find_mark(self, part: str, answer: str) -> Mark | None:
        """Return what a person gave for an answer; None where nobody has marked it, or none of it is shown yet."""
        return self.marks.get(answer) if shows_feedback(self.find_stage(part)) else None

    @cached_property
    def answers(self) -> Answers:
        """What the student answered, whichever file it came from."""
        return Answers(self.evidence, (), find_starter(self.course))

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """What was asked, by the part's id."""
        return {part.id: part for exercise in self.course.exercises for part in exercise.parts}

    @cached_property
    def checks(self) -> Mapping[str, BaseCheck]:
        """The author's checks, by the id that reports give them."""
        return {f"{part.id}.{check.id}": check for part in self.parts.values() for check in part.checks}

    def is_marked(self, check: CheckResult) -> bool:
        """Return whether a person gave the points of a check, by criteria that are shown apart."""
        return check.kind == "text" and check.answer in self.marks

    def find_text(self, part: Part, answer: Answer) -> str:
        """Return what a person reads as this answer; empty where nothing was written."""
        placeholder = starter_words(part, answer)
        if (submitted := choose_text(self.answers.texts(answer.name), placeholder)) is not None:
            return submitted.text
        value = self.answers.get(answer.name).value
        return value.value if isinstance(value, StrValue) and not is_untouched(value.value, placeholder) else ""

    def list_earlier_texts(self, part: Part, answer: Answer) -> tuple[str, ...]:
        """Return what other files say for an answer, the earlier first: of several, the last one counts."""
        placeholder = starter_words(part, answer)
        chosen = (choose_text((written,), placeholder) for written in self.answers.texts(answer.name))
        return tuple(one.text for one in chosen if one is not None)[:-1]
