"""What students read whose points are others than they were told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.batch.told import describe_change, summarize
from grader.gradebook import Told
from tests.gradebook.conftest import build_report


def told(score: float, *, is_open: str = "", is_set: bool = False, **parts: float) -> Told:
    """Return what somebody was told, parts by their ids after an underscore."""
    points = {name.strip("_"): Fraction(one) for name, one in parts.items()}
    return Told(Fraction(score), points, frozenset(is_open.split()), is_set)


def test_summary_of_a_report() -> None:
    """The points of every part, and which of them wait for a person or for us."""
    assert summarize(build_report()) == told(1, _1a=1, _1b=0, is_open="1b")
    assert summarize(build_report(ungraded=True)) == told(0, _1a=0, _1b=0, is_open="1a 1b")


FIRST = told(3, _1a=3, _1b=0, is_open="1b")


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ([], FIRST, ""),
        ([FIRST], FIRST, ""),
        ([FIRST], told(5, _1a=3, _1b=2), ""),  # a person has marked the text
        ([FIRST], told(2.5, _1a=2.5, _1b=0, is_open="1b"), "3 points before, 2.5 now; changed: 1a (3 → 2.5)."),
        ([FIRST], told(4.5, _1a=2.5, _1b=2), "3 points before, 4.5 now; changed: 1a (3 → 2.5)."),
        ([FIRST], told(3.5, _1a=3, _1b=0.5, is_open="1b"), "3 points before, 3.5 now; changed: 1b (0 → 0.5)."),
        ([told(1, _1a=1), FIRST], FIRST, "1 point before, 3 now; changed: 1a (1 → 3)."),
        ([FIRST], told(60, _1a=3, _1b=0, is_open="1b", is_set=True), "3 points before, 60 now; set by a person."),
        ([told(60, _1a=3, is_set=True)], told(3, _1a=3), "60 points before, 3 now; what the parts give."),
        (
            [told(60, _1a=3, is_set=True)],
            told(60, _1a=2, is_set=True),
            "60 points before, 60 now; changed: 1a (3 → 2).",
        ),
        ([told(1, _1a=1), told(2, _1a=2)], told(3, _1a=3), "2 points before, 3 now; changed: 1a (2 → 3)."),
    ],
)
def test_change_is_told_of_what_was_decided(earlier: list[Any], now: Told, expected: str) -> None:
    """And as long as nothing else is told; a text that is marked is no change."""
    found = describe_change(earlier, now)
    assert found == (f"Your points have changed since you were last told: {expected}" if expected else "")
