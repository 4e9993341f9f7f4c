"""How far two markers agree who have marked the same texts, neither knowing of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.course import Rubric
from grader.gradebook.records import MarkedTwice
from grader.report.points import format_points

ENOUGH = 10  # texts, below which kappa says nothing


@dataclass(frozen=True)
class Agreement:
    """Of an item, or of all together: how often first (rows) and second marker (columns) gave which points."""

    name: str
    points: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    kappa: float | None

    @property
    def count(self) -> int:
        """The texts that were marked twice."""
        return sum(map(sum, self.counts))

    @property
    def says_something(self) -> bool:
        """Whether there are enough texts for a number, and there is one."""
        return self.count >= ENOUGH and self.kappa is not None

    @property
    def shown(self) -> str:
        """Cohen's kappa for a person; why there is none."""
        if self.count < ENOUGH:
            return f"from {ENOUGH} texts on"
        return "not defined: all got the same" if self.kappa is None else f"{self.kappa:.2f}"


def compute_kappa(counts: NDArray[np.int64]) -> float | None:
    """Return Cohen's kappa: the agreement beyond what chance gives, as a share of what is possible beyond it.

    Args:
        counts: shape (n, n); how often the first said row i and the second column j.

    Returns:
        A number from -1 to 1; None where chance alone agrees always (all in one cell), or nothing was counted.

    Source: J. Cohen, A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20 (1960), 37-46.
    """
    total = int(counts.sum())
    if total == 0:
        return None
    observed = np.trace(counts) / total
    expected = float(counts.sum(axis=0) @ counts.sum(axis=1)) / total**2
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def build_agreements(rubric: Rubric, pairs: Sequence[MarkedTwice]) -> list[Agreement]:
    """Return how far the markers agree on all points together, and on each item."""
    zero = Fraction(0)
    totals = [(pair.first.total, pair.second.total) for pair in pairs]
    items: Mapping[str, list[tuple[Fraction, Fraction]]] = {
        one.id: [(pair.first.points.get(one.id, zero), pair.second.points.get(one.id, zero)) for pair in pairs]
        for one in rubric.criteria
    }
    return [_build("all points", totals), *(_build(name, given) for name, given in items.items())]


def _build(name: str, pairs: Sequence[tuple[Fraction, Fraction]]) -> Agreement:
    levels = sorted({points for pair in pairs for points in pair}, reverse=True)
    counts = np.zeros((len(levels), len(levels)), dtype=np.int64)
    for first, second in pairs:
        counts[levels.index(first), levels.index(second)] += 1
    rows = tuple(tuple(int(count) for count in row) for row in counts)
    return Agreement(name, tuple(map(format_points, levels)), rows, compute_kappa(counts))
