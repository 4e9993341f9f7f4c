"""Hand-made reports, and gradebooks for them in two databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.course import Criterion, Level, MarkedExample, Rubric
from grader.gradebook import Gradebook, Marking, NewMarking
from grader.model import CheckResult, ExerciseScore, PartScore, Report

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZERO = Fraction(0)


@dataclass
class Clock:
    """A clock that goes on by a second whenever it is read."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        """Return the next second."""
        self.now += timedelta(seconds=1)
        return self.now


def build_report(student: str = "ada", score: Any = 1, **other: Any) -> Report:
    """Return a report of `score` out of 3 points and a text for 2 more; `ungraded` says that our sandbox broke."""
    ungraded = other.pop("ungraded", False)
    text = other.pop("text", "review")
    number = CheckResult(
        id="1a.a",
        kind="number",
        answer="a",
        outcome="ungraded" if ungraded else "pass",
        code="value.close",
        category="right",
        score=ZERO if ungraded else Fraction(score),
        max=Fraction(3),
        message="a is right",
        detail="expected 2",
        follow_through=True,
        shown="a = 3",
        because_of=("b",),
    )
    essay = CheckResult(
        id="1b.essay",
        kind="text",
        answer="essay",
        outcome=text,
        code="text.review",
        category="review",
        score=ZERO,
        max=Fraction(2),
        message="a person reads this",
        text_sha256=other.pop("text_sha256", ""),
    )
    parts = (_part("1a", "ungraded" if ungraded else "pass", number), _part("1b", "review", essay))
    names = ("score", "max", "pending", "ungraded")
    sums: dict[str, Any] = {name: sum((getattr(part, name) for part in parts), ZERO) for name in names}
    facts: dict[str, Any] = {
        "submission_sha256": "s1",
        "evidence_sha256": "e1",
        "course_sha256": "c1",
        "grader": "1.0.0",
    } | other
    exercises = (ExerciseScore(id="1", title="An exercise", parts=parts, **sums),)
    return Report(student=student, files=("a.py",), exercises=exercises, notes=("a note",), seed=0, **facts, **sums)


def _part(identity: str, status: Any, check: CheckResult) -> PartScore:
    pending = check.max if check.outcome == "review" else ZERO
    ungraded = check.max if check.outcome == "ungraded" else ZERO
    return PartScore(identity, "A part", check.score, check.max, pending, ungraded, status, (check,), ("noted",))


def build_rubric() -> Rubric:
    """Return the rubric of the essay: a proof for one and a half points, or one, and its form for half a point."""
    proof = Criterion(
        id="proof",
        points=Fraction(3, 2),
        about="It is proved.",
        levels=(Level(points=Fraction(1), when="It is proved but for a step."),),
        feedback="Prove it as well.",
    )
    form = Criterion(
        id="form",
        points=Fraction(1, 2),
        about="It is well written.",
        levels=(Level(points=Fraction(1, 3), when="It can be read."),),
        feedback="Write it down once more.",
    )
    example = MarkedExample(text="A proof of this.", points={"proof": Fraction(1)}, why="It is a proof.")
    return Rubric(
        schema="grader/rubric/v1",
        part="1b",
        answer="essay",
        points=Fraction(2),
        criteria=(proof, form),
        examples=(example, example),
    )


def build_marking(attempt_id: int, proof: Any, form: Any = 0, seen: int | None = None, **said: Any) -> NewMarking:
    """Return a marking of the essay; Eve gives it at noon, if nothing else is said."""
    points = {"proof": Fraction(proof), "form": Fraction(form)}
    marking = Marking("essay", points, **{"who": "eve", "when": NOON, **said})
    return NewMarking(attempt_id, marking, build_rubric(), seen)


@pytest.fixture
def mark_of() -> Callable[..., NewMarking]:
    """Return the builder of markings."""
    return build_marking


@pytest.fixture
def report_of() -> Callable[..., Report]:
    """Return the builder of reports."""
    return build_report


@pytest.fixture
def noon() -> datetime:
    """Return a moment."""
    return NOON


@pytest.fixture
def book(url: str) -> Iterator[Gradebook]:
    """Yield an empty gradebook."""
    with Gradebook.open(url, clock=Clock()) as opened:
        yield opened


@pytest.fixture
def small_book(sqlite_url: str) -> Iterator[Gradebook]:
    """Yield an empty gradebook in SQLite, for what does not depend on the database."""
    with Gradebook.open(sqlite_url, clock=Clock()) as opened:
        yield opened
