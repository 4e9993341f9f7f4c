"""How long students' code ran, as it was kept of their runs, and which parts took far longer than others.

Times are those of the machines that graded: good for comparing parts, and no part of any verdict.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.stats.facts import Facts

FEWEST_TIMES = 5  # students and parts, below which nothing is called slow
SLOW_S, SLOW_FACTOR = 1.0, 5.0  # a part is slow from both on: so long, and so many times the median of all parts


@dataclass(frozen=True)
class RunStats:
    """How long submissions ran, in seconds: cells and calls of functions. `count` are those of which it is known."""

    count: int
    median_s: float
    p95_s: float
    longest_s: float


def summarize_runs(facts: Sequence[Facts]) -> RunStats | None:
    """Return how long the submissions ran; None where no times were kept.

    The 95th percentile is the shortest time that at least 95 of 100 runs stay within (nearest rank).
    """
    times = sorted(one.times.total_s for one in facts if one.times is not None)
    if not times:
        return None
    rank = math.ceil(95 * len(times) / 100)
    return RunStats(len(times), statistics.median(times), times[rank - 1], times[-1])


def compute_medians(facts: Sequence[Facts]) -> dict[str, float]:
    """Return by part the median of how long its cells ran, in seconds, of the students whose cells name the part."""
    found: dict[str, list[float]] = {}
    for one in facts:
        for part, spent in one.times.parts_s.items() if one.times is not None else ():
            found.setdefault(part, []).append(spent)
    return {part: statistics.median(times) for part, times in found.items() if len(times) >= FEWEST_TIMES}


def find_slow(medians: Mapping[str, float]) -> dict[str, float]:
    """Return the parts that take far longer than parts do, and how many times the median of all parts."""
    if len(medians) < FEWEST_TIMES:
        return {}
    usual = statistics.median(medians.values())
    return {
        part: spent / usual if usual else math.inf
        for part, spent in medians.items()
        if spent >= SLOW_S and spent >= SLOW_FACTOR * usual
    }
