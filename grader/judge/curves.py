"""Which line of a figure follows which curve: by the data that was drawn, and one line for one curve."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from pydantic import Field

from grader.course import Tolerance
from grader.judge.compare import is_close
from grader.judge.decoding import parse_float
from grader.judge.describe import Invalid
from grader.judge.verdict import clean
from grader.model import Frozen, LineEvidence

# Where the curves of a family nearly meet, a dense line has many points within the tolerance of the wrong one.
FOLLOWING = 0.9  # so this share of a line's points in the range must agree
COVERED = 0.75  # and they must stand for this share of the range: many points in one place say little of a curve
END = 0.1  # of the range: so near its ends a line must begin and end
GAP = 0.2  # of the range: no wider may the gaps between its points be
ROUNDING = 1e-9  # of the range: so far may rounding move the end of a grid
LABEL_LENGTH = 30
LEAST_PLACES = 5  # at which a function was asked, so that a line can be said to show it
DENSE = 100  # points of a line: of one with more, evenly many are looked at

Points: TypeAlias = tuple[tuple[float, float], ...]
Function: TypeAlias = Callable[[float], float | None]  # a curve of the reference, None where it has no value


class Range(Frozen):
    """What is drawn along an axis: its name, and the interval on which a line is looked at.

    `scale`: in which gaps are measured; the reference is asked at the same places in either.
    """

    name: str = Field("x", min_length=1, description="What messages call it.")
    low: float = Field(description="Where it begins.")
    high: float = Field(description="Where it ends.")
    scale: Literal["linear", "log"] = Field("linear", description="How it is divided.")
    ends: Literal["open", "closed"] = Field(
        "open", description="`closed`: both ends belong to it; not where a curve is infinite there."
    )

    @property
    def shown(self) -> str:
        """The interval as messages show it."""
        first, last = "[]" if self.ends == "closed" else "()"
        return f"{first}{self.low:g}, {self.high:g}{last}"

    def holds(self, x: float) -> bool:
        """Return whether `x` lies in it; an end that belongs to it may be off by the rounding of a grid."""
        if self.ends == "open":
            return self.low < x < self.high
        slack = ROUNDING * (self.high - self.low)
        return self.low - slack <= x <= self.high + slack

    def list_places(self, count: int) -> list[float]:
        """Return so many places inside the range, spread evenly along its axis."""
        shares = [(index + 0.5) / count for index in range(count)]
        if self.scale == "log":
            return [self.low * (self.high / self.low) ** share for share in shares]
        return [self.low + (self.high - self.low) * share for share in shares]

    def place(self, x: float) -> float:
        """Return where `x` lies, as a share of the range."""
        if self.scale == "log":
            return math.log(x / self.low) / math.log(self.high / self.low)
        return (x - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Match:
    """How far a line follows a curve: at `close` of its `points` places in the range, which it spans or does not."""

    label: str
    close: int
    points: int
    covered: float  # the share of the range that the close ones stand for, each up to half-way to its neighbours
    fault: str  # why the line cannot count for any curve, as a predicate; "" where it can

    def follows(self, at_least: int) -> bool:
        """Return whether the line follows the curve."""
        return not self.fault and self.close >= at_least and self._agrees() and self.covered >= COVERED

    def _agrees(self) -> bool:
        return self.close >= FOLLOWING * self.points

    def explain(self, axis: Range, at_least: int) -> str:
        """Return what keeps a line of the right values from following the curve; "" where the values are others."""
        line = f"the nearest one {show_label(self.label)}".rstrip()
        if self.points < at_least:
            few = f"{line} has {self.points} points with {axis.name} in {axis.shown}"
            return f"{few}, but should have at least {at_least}"
        if self.fault and self._agrees():
            return f"{line} {self.fault}"
        if self._agrees() and self.close >= at_least:
            return f"{line} agrees with it on {self.covered:.0%} of {axis.shown} only: spread its points"
        return ""


def show_label(label: str) -> str:
    """Return how a line is labelled; "" where it is not, as Matplotlib has it."""
    shown = clean(label, LABEL_LENGTH)
    return f"labelled '{shown}'" if shown and not shown.startswith("_") else ""


def runs_through(line: Points, places: Iterable[tuple[float, float]], tolerance: Tolerance | None) -> bool:
    """Return whether a line runs through nearly all of these places that lie between its ends.

    Between two of its own points it may be anywhere between their heights: how a curve bends there is not drawn.
    """
    drawn = sorted(line)
    xs = [x for x, _ in drawn]
    hits = []
    for x, y in places:
        after = bisect_left(xs, x)
        if after < len(xs) and (after > 0 or xs[after] == x):
            ends = [drawn[after][1], drawn[after if xs[after] == x else after - 1][1]]
            inside = min(max(y, min(ends)), max(ends))
            hits.append(tolerance is not None and is_close(y, inside, tolerance))
    return len(hits) >= LEAST_PLACES and sum(hits) >= FOLLOWING * len(hits)


def match_line(line: LineEvidence, function: Function, axis: Range, tolerance: Tolerance) -> Match:
    """Return how far a line follows a curve, by the places that are looked at."""
    points, fault = read_points(line, axis)
    shares = _share_range(points, axis)
    close = 0
    covered = 0.0
    for x, y in points:
        expected = function(x)
        if expected is not None and is_close(y, expected, tolerance):
            close += 1
            covered += shares[x]
    return Match(line.label, close, len(points), covered, fault)


@lru_cache(maxsize=64)  # the same lines are held against every curve
def read_points(line: LineEvidence, axis: Range) -> tuple[Points, str]:
    """Return the distinct places of a line inside the range with a finite value, and why they do not span it.

    NaN where the line has several values at a place. Of very many places, an even choice; "" where they do span it.
    """
    drawn: dict[float, float] = {}
    for x, y in zip(map(parse_float, line.x), map(parse_float, line.y), strict=False):
        if isinstance(x, Invalid) or isinstance(y, Invalid) or not axis.holds(x) or math.isinf(y):
            continue
        if drawn.setdefault(x, y) != y:
            drawn[x] = math.nan  # two values at one place: no curve runs there
    points = tuple(drawn.items())
    step = 1 + len(points) // DENSE
    chosen = points if step == 1 else (*points[::step], points[-1])
    return chosen, _find_fault(chosen, axis)


@lru_cache(maxsize=64)
def _share_range(points: Points, axis: Range) -> dict[float, float]:
    """Return the share of the range that each place stands for: up to half-way to its neighbours, or to the end."""
    places = sorted((axis.place(x), x) for x, _ in points)
    if not places:
        return {}
    halves = [0.0, *((one[0] + other[0]) / 2 for one, other in pairwise(places)), 1.0]
    return {x: after - before for (_, x), before, after in zip(places, halves[:-1], halves[1:], strict=True)}


def _find_fault(points: Points, axis: Range) -> str:
    """Return what keeps a line from spanning the range, as a predicate; "" where it does."""
    places = sorted(axis.place(x) for x, _ in points)
    if not places:
        return f"has no point with {axis.name} in {axis.shown}"
    if places[0] > END or places[-1] < 1 - END:
        return f"does not run from one end of {axis.shown} to the other"
    if any(after - before > GAP for before, after in pairwise(places)):
        return f"has a wide gap inside {axis.shown}"
    return ""


def assign_lines(follows: Sequence[Sequence[bool]]) -> list[int | None]:
    """Return for each curve the line that counts for it, so that as many curves as possible have one of their own.

    Args:
        follows: for each curve, which of the lines follow it.
    """
    owner: dict[int, int] = {}  # by line: its curve

    def find(curve: int, seen: set[int]) -> bool:
        for line, fits in enumerate(follows[curve]):
            if fits and line not in seen:
                seen.add(line)
                if line not in owner or find(owner[line], seen):
                    owner[line] = curve
                    return True
        return False

    for curve in range(len(follows)):
        find(curve, set())
    lines = {curve: line for line, curve in owner.items()}
    return [lines.get(curve) for curve in range(len(follows))]
