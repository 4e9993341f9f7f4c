"""One student's work with all that was said of it: what every page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from grader.course import Answer, BaseCheck, Course, Part
from grader.judge.evidence import Answers
from grader.judge.placeholder import is_untouched, text_placeholder
from grader.judge.written import find_starter
from grader.model import Cell, CheckResult, Evidence, Report, StrValue


@dataclass(frozen=True)
class Mark:
    """What a person gave for a text: points by criterion, and what they wrote to the student. Never who it was."""

    points: Mapping[str, Fraction]
    comment: str = ""


@dataclass(frozen=True)
class Work:
    """A submission, judged. `sources` are the cells of its files by name; the report has the points of `marks`."""

    course: Course
    report: Report
    evidence: Evidence
    sources: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)

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
        placeholder = text_placeholder(part, answer)
        for written in reversed(self.answers.texts(answer.name)):
            for text in (written.own, written.below):
                if not is_untouched(text, placeholder):
                    return text
        value = self.answers.get(answer.name).value
        return value.value if isinstance(value, StrValue) and not is_untouched(value.value, placeholder) else ""
