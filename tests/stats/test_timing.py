"""Times of runs: percentiles, medians by part, and what is slow."""

from __future__ import annotations

import numpy as np
import pytest

from grader.course import Course
from grader.model import RunTimes
from grader.stats import Facts, Roll, compute_stats
from grader.stats.timing import FEWEST_TIMES, SLOW_S, compute_medians, find_slow, summarize_runs
from grader.stats.words import describe_runs, show_seconds
from tests.stats.conftest import Class


def build_facts(times: RunTimes | None, student: str = "ada") -> Facts:
    """Return a student of whom nothing but times is known."""
    return Facts(student, False, 0, (), (), (), (), (), (), times)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 100])
def test_percentiles_are_those_of_numpy(count: int) -> None:
    """Median, 95th percentile by the nearest rank, and longest; of those alone whose times were kept."""
    spent = np.random.default_rng(count).exponential(size=count)
    runs = summarize_runs([build_facts(None), *(build_facts(RunTimes(total_s=one)) for one in spent)])
    assert runs is not None
    assert (runs.count, runs.longest_s) == (count, spent.max())
    assert runs.median_s == pytest.approx(np.median(spent))
    assert runs.p95_s == np.percentile(spent, 95, method="inverted_cdf")
    assert describe_runs(runs).startswith(f"Cells and calls of {count} student")


def test_no_times_no_summary() -> None:
    """As in a gradebook of an older version."""
    assert summarize_runs([build_facts(None)]) is None
    assert compute_medians([build_facts(None)]) == {}


def test_medians_need_students() -> None:
    """Of five and more who have cells of the part."""
    few = [build_facts(RunTimes(total_s=9.0, parts_s={"1a": float(k), "1b": 1.0})) for k in range(FEWEST_TIMES)]
    assert compute_medians(few) == {"1a": 2.0, "1b": 1.0}
    assert compute_medians(few[1:]) == {}


def test_slow_is_long_and_longer_than_others() -> None:
    """A tenth of a second is no news, nor are two seconds where all parts take one; of few parts nothing is said."""
    usual = dict.fromkeys("abcd", 0.2)
    assert find_slow({**usual, "e": SLOW_S}) == {"e": 5.0}
    assert find_slow({**usual, "e": SLOW_S - 0.01}) == {}
    assert find_slow({**dict.fromkeys("abcd", 1.0), "e": 2.0}) == {}
    assert find_slow({**dict.fromkeys("abc", 0.2), "e": 9.0}) == {}
    assert find_slow({**dict.fromkeys("abcd", 0.0), "e": 9.0}) == {"e": np.inf}


def test_slow_part_is_marked(course: Course, draw_class: Class) -> None:
    """In its row, in words; the others are not."""
    from dataclasses import replace

    from tests.stats.conftest import read_facts

    facts = read_facts(course, draw_class(8, 1, 0.0))
    parts = {part.id: 0.1 for part in facts[0].parts}
    slow = [replace(one, times=RunTimes(total_s=3.0, parts_s={**parts, "5b": 2.4})) for one in facts]
    rows = {row.id: row for row in compute_stats(course, slow, Roll()).parts}
    assert (rows["5b"].median_s, rows["1a"].median_s) == (2.4, 0.1)
    assert rows["5b"].unusual == (
        "its cells run far longer than those of other parts: 24 times the median of all parts",
    )
    assert all(row.unusual == () for name, row in rows.items() if name != "5b")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "–"), (0.04, "< 0.1 s"), (0.12, "0.12 s"), (2.44, "2.4 s"), (61.6, "62 s")]
)
def test_seconds_are_shown_to_two_digits(seconds: float | None, shown: str) -> None:
    """Nobody needs more of them."""
    assert show_seconds(seconds) == shown
