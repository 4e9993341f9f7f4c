"""Slope charts: two numbers of each student, as the course pairs them, joined by a line; which way everybody went."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from grader.course import Course
from grader.feedback.plot import BOTTOM, FARTHEST, LEFT, TOP
from grader.feedback.scale import Scale, build_scale
from grader.judge.decoding import read_number
from grader.judge.evidence import Answers
from grader.model import CheckResult, Evidence, Report

Direction = Literal["up", "down", "level"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
START, END = LEFT + 70, FARTHEST - 70  # of the lines on the paper: the names below have room on both sides
_NAME = 24  # characters of an answer's name below an axis
OUTLIERS = 20  # the frame is that of all numbers but one in so many at each end
_JUDGED = frozenset({"pass", "fail"})


@dataclass(frozen=True)
class Pair:
    """Two numbers of a student. Accepted: both answers have all the points of their checks."""

    title: str
    answers: tuple[str, str]
    student: str
    is_accepted: bool
    numbers: tuple[float, float]

    @property
    def direction(self) -> Direction:
        """Which way it goes from the first number to the second."""
        first, second = self.numbers
        return "up" if second > first else "down" if second < first else "level"


@dataclass(frozen=True)
class DirectionRow:
    """How many students went one way, accepted and refused, and who they are."""

    direction: Direction
    accepted: int
    refused: int
    students: tuple[str, ...]


@dataclass(frozen=True)
class SlopeChart:
    """One pair of answers, ready for the page. `medians` are of all first and of all second numbers."""

    title: str
    answers: tuple[str, str]
    medians: tuple[float, float]
    rows: tuple[DirectionRow, ...]
    outside: int  # students whose line leaves the frame
    pairs: tuple[Pair, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    accepted_runs: tuple[str, ...]
    refused_runs: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many students have both numbers."""
        return sum(row.accepted + row.refused for row in self.rows)


def list_pairs(course: Course, report: Report, evidence: Evidence) -> Iterator[Pair]:
    """Yield the pairs of numbers of a student that the course draws, as far as both were judged and are numbers."""
    answers = Answers(evidence, ())
    results: dict[str, list[CheckResult]] = {}
    for check in report.list_checks():
        if check.max:  # what has no points looks at form and theorems
            results.setdefault(check.answer, []).append(check)
    for slope in (one for exercise in course.exercises for one in exercise.slopes):
        names = slope.from_, slope.to
        judged = [check for name in names for check in results.get(name, ())]
        first, second = (read_number(answers.get(name).value) for name in names)
        if not isinstance(first, float) or not isinstance(second, float) or not math.isfinite(first + second):
            continue
        if judged and all(check.outcome in _JUDGED for check in judged):
            is_accepted = all(check.score == check.max for check in judged)
            yield Pair(slope.title, names, report.student, is_accepted, (first, second))


# ---------------------------------------------------------------- on the paper


def build_charts(pairs: Sequence[Pair]) -> tuple[SlopeChart, ...]:
    """Return a chart for each pair of answers, in the order in which they come."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for one in pairs:
        found.setdefault(one.answers, []).append(one)
    return tuple(map(build_chart, found.values()))


def build_chart(pairs: Sequence[Pair], outliers: int = OUTLIERS) -> SlopeChart:
    """Return the chart of these pairs, of which there is at least one; with no `outliers` all are in the frame."""
    first = pairs[0]
    scale = _build_scale(pairs, outliers)
    inside = _list_inside(pairs, scale)
    before, after = zip(*(one.numbers for one in pairs), strict=True)
    return SlopeChart(
        title=first.title,
        answers=first.answers,
        medians=(statistics.median_low(before), statistics.median_low(after)),
        rows=tuple(_count(direction, pairs) for direction in DIRECTIONS),
        outside=len(pairs) - len(inside),
        pairs=tuple(pairs),
        x_ticks=tuple((place, _shorten(name)) for place, name in zip((START, END), first.answers, strict=True)),
        y_ticks=tuple(scale.list_ticks()),
        accepted_runs=tuple(_draw(inside, scale, lambda one: one.is_accepted)),
        refused_runs=tuple(_draw(inside, scale, lambda one: not one.is_accepted)),
    )


def _shorten(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _count(direction: Direction, pairs: Sequence[Pair]) -> DirectionRow:
    found = [one for one in pairs if one.direction == direction]
    accepted = sum(one.is_accepted for one in found)
    return DirectionRow(direction, accepted, len(found) - accepted, tuple(one.student for one in found))


def list_inside(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs whose line does not leave the frame of a chart of all of them."""
    return _list_inside(pairs, _build_scale(pairs, OUTLIERS))


def _list_inside(pairs: Sequence[Pair], scale: Scale) -> list[Pair]:
    return [one for one in pairs if all(scale.low <= number <= scale.high for number in one.numbers)]


def _build_scale(pairs: Sequence[Pair], outliers: int) -> Scale:
    """Return a scale that shows all accepted numbers, and of the others all but the farthest: they flatten it."""
    numbers = sorted(number for one in pairs for number in one.numbers)
    cut = len(numbers) // outliers if outliers else 0
    middle = numbers[cut : len(numbers) - cut]
    return build_scale([*middle, *(number for one in pairs if one.is_accepted for number in one.numbers)], BOTTOM, TOP)


def _draw(pairs: Sequence[Pair], scale: Scale, is_drawn: Callable[[Pair], bool]) -> Iterator[str]:
    for one in filter(is_drawn, pairs):
        places = [scale.place(number) for number in one.numbers]
        if None not in places:
            yield f"{START:.1f},{places[0]:.1f} {END:.1f},{places[1]:.1f}"
