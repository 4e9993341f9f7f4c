"""Who submitted and decided what in a term, and the grade that follows: worked out by itself, without the program.

Nothing of `grader` is imported here. Ways to answer and their worth are the table below; lateness, rounding and the
total are written anew from what the pages say of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil

DAY, GRACE, CUT_OFF = timedelta(days=1), timedelta(minutes=15), timedelta(days=6)
THIRD = Fraction(1, 3)


def at(text: str) -> datetime:
    """Return a moment of the term: `03-05 23:59`, an hour east of Greenwich."""
    return datetime.fromisoformat(f"2036-{text}+01:00")


@dataclass(frozen=True)
class Homework:
    """An assignment as `course.yaml` has it."""

    due: datetime
    weight: int
    answers: tuple[str, ...]
    text: str
    criteria: tuple[str, str]
    extensions: Mapping[str, datetime] = field(default_factory=dict)


MORE_TIME = at("03-08 23:59")
HOMEWORK = {
    "hw1": Homework(
        due=at("03-05 23:59"),
        weight=1,
        answers=("area", "girth", "area_of"),
        text="why_text",
        criteria=("ratio", "slices"),
        extensions={"eli": MORE_TIME, "finn": MORE_TIME},
    ),
    "hw2": Homework(
        due=at("03-12 23:59"),
        weight=2,
        answers=("half_life", "left"),
        text="meaning_text",
        criteria=("chance", "memory"),
    ),
}
TEXT_POINTS = 3
MAX = {"hw1": Fraction(12), "hw2": Fraction(10)}

# What a student writes for an answer, and what that earns.
WAYS: dict[tuple[str, str], tuple[str, Fraction]] = {
    ("area", "right"): ("area = 3.141592653589793 * 1.5**2", Fraction(4)),
    ("area", "rounded"): ("area = 7.069", Fraction(4)),
    ("area", "mistaken"): ("area = 3.141592653589793 * 3**2", 4 * THIRD),
    ("area", "wrong"): ("area = 2", Fraction(0)),
    ("girth", "right"): ("girth = 3.141592653589793 * 3", Fraction(3)),
    ("girth", "rounded"): ("girth = 9.425", Fraction(0)),  # until the tolerance is mended
    ("girth", "wrong"): ("girth = 3", Fraction(0)),
    ("area_of", "right"): ("def area_of(radius):\n    return 3.141592653589793 * radius**2", Fraction(2)),
    ("area_of", "half"): (
        "def area_of(radius):\n    return 3.141592653589793 * radius**2 if radius < 5 else 0.0",
        Fraction(1, 2),
    ),
    ("half_life", "right"): ("half_life = 2.310490602", Fraction(4)),
    ("half_life", "mistaken"): ("half_life = 1.003433319", 4 * THIRD),
    ("half_life", "wrong"): ("half_life = 3", Fraction(0)),
    ("left", "right"): ("left = 0.548811636", Fraction(3)),
    ("left", "rounded"): ("left = 0.549", Fraction(3)),
    ("left", "wrong"): ("left = 0.7", Fraction(0)),
}
MENDED = {("girth", "rounded"): Fraction(3)}


@dataclass(frozen=True)
class Work:
    """What somebody submitted: when, which way each answer goes, and the words of the text ('' for none).

    What cannot be read is `broken`.
    """

    student: str
    homework: str
    came: datetime
    ways: tuple[str, ...] = ()
    words: str = ""
    broken: bool = False

    @property
    def source(self) -> str:
        """The file."""
        if self.broken:
            return '{"cells": ['
        homework = HOMEWORK[self.homework]
        lines = [WAYS[name, way][0] for name, way in zip(homework.answers, self.ways, strict=True) if way != "missing"]
        return "\n".join([*lines, f'{homework.text} = """{self.words}"""' if self.words else "", ""])


@dataclass(frozen=True)
class Grade:
    """What has to stand in every export of a student's grade."""

    status: str
    late_days: int = 0
    automatic: Fraction | None = None
    marked: Fraction = Fraction(0)
    pending: int = 0
    override: Fraction | None = None
    score: Fraction | None = None

    @property
    def rounded(self) -> Decimal | None:
        """The score as it leaves."""
        return None if self.score is None else round_half_up(self.score)


def round_half_up(points: Fraction) -> Decimal:
    """Return points to two decimals, a half up."""
    exact = Decimal(points.numerator) / Decimal(points.denominator)  # 28 digits: a half of a hundredth is exact
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass
class Ledger:
    """All that happened: what came in, what people gave for words, what they decided on whole scores."""

    works: list[Work] = field(default_factory=list)
    marks: dict[tuple[str, str, str], Fraction | None] = field(default_factory=dict)  # by homework, student, words
    overrides: dict[tuple[str, str], Fraction] = field(default_factory=dict)  # by homework, student
    is_mended: bool = False

    def find_works(self, homework: str, student: str) -> list[Work]:
        """Return what came of a student that can be read, the earliest first; the same twice in a row came once."""
        own = [one for one in self.works if (one.homework, one.student) == (homework, student) and not one.broken]
        own.sort(key=lambda one: one.came)
        return [
            one for before, one in zip([None, *own], own, strict=False) if not (before and before.source == one.source)
        ]

    def find_last(self, homework: str) -> dict[str, Work]:
        """Return what each student submitted last, readable or not."""
        own = sorted((one for one in self.works if one.homework == homework), key=lambda one: one.came)
        return {one.student: one for one in own}

    def find_counting(self, homework: str, student: str) -> Work | None:
        """Return the last work that came before the cut-off; where all came later, the last."""
        works = self.find_works(homework, student)
        in_time = [one for one in works if one.came - self.find_due(homework, student) <= CUT_OFF]
        return next(reversed(in_time or works), None)

    def find_due(self, homework: str, student: str) -> datetime:
        """Return when the work of a student is due."""
        return HOMEWORK[homework].extensions.get(student, HOMEWORK[homework].due)

    def grade(self, homework: str, student: str, *, shows_marks: bool = True) -> Grade:
        """Return a student's grade; without marks, as it is told before feedback is out."""
        override = self.overrides.get((homework, student))
        work = self.find_counting(homework, student)
        if work is None:
            status = "refused" if student in self.find_last(homework) else "nothing submitted"
            return Grade(status if override is None else "overridden", override=override, score=override)
        marked = self.marks.get((homework, student, work.words)) if shows_marks else None
        grade = self._add_up(work, marked)
        return (
            grade
            if override is None
            else replace(grade, status="overridden", override=override, score=override, late_days=0)
        )

    def _add_up(self, work: Work, marked: Fraction | None) -> Grade:
        automatic = self.count_automatic(work)
        late = work.came - self.find_due(work.homework, work.student)
        days = ceil(late / DAY) if late > GRACE else 0
        share = 1 if late > CUT_OFF else min(Fraction(days, 10), Fraction(1, 2))
        pending = TEXT_POINTS if work.words and marked is None else 0
        status = "waiting for marks" if pending else "complete"
        score = (automatic + (marked or 0)) * (1 - share)
        return Grade(status, days, automatic, marked or Fraction(0), pending, score=score)

    def count_automatic(self, work: Work) -> Fraction:
        """Return what the program has to give for a work."""
        return sum(self.list_points(work).values(), Fraction(0))

    def list_points(self, work: Work) -> dict[str, Fraction]:
        """Return what the program has to give for each answer of a work."""
        return {
            name: self._find_worth(name, way)
            for name, way in zip(HOMEWORK[work.homework].answers, work.ways, strict=True)
        }

    def _find_worth(self, name: str, way: str) -> Fraction:
        if way == "missing":
            return Fraction(0)
        return MENDED[name, way] if self.is_mended and (name, way) in MENDED else WAYS[name, way][1]

    def total(self, student: str) -> Fraction:
        """Return the percentage of the course: of each homework the exact score by its weight, nothing for none."""
        weights = sum(one.weight for one in HOMEWORK.values())
        shares = (
            one.weight * (self.grade(name, student).score or Fraction(0)) / MAX[name] for name, one in HOMEWORK.items()
        )
        return 100 * sum(shares, Fraction(0)) / weights
