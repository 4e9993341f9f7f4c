"""Rounding of final scores, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import RoundingRule
from grader.gradebook.rounding import EXACT, Rounding


@pytest.mark.parametrize(
    ("rule", "points", "decimals", "rounded"),
    [
        ("half_up", "1/8", 2, "0.13"),
        ("half_even", "1/8", 2, "0.12"),
        ("half_up", "2.675", 2, "2.68"),  # the binary fraction nearest to it is below the half
        ("half_even", "2.675", 2, "2.68"),
        ("half_up", "71.5", 0, "72"),
        ("half_even", "72.5", 0, "72"),
        ("half_up", "1/3", 3, "0.333"),
        ("half_up", "0.6649999999999999999999", 2, "0.66"),
        ("none", "1/3", 2, "1/3"),
    ],
)
def test_halves_go_where_the_rule_says(rule: RoundingRule, points: str, decimals: int, rounded: str) -> None:
    """A half in decimals is a half, whatever it is in binary."""
    assert Rounding(rule, decimals).apply(Fraction(points)) == Fraction(rounded)


@given(st.fractions(0, 200), st.integers(0, 6), st.sampled_from(["half_up", "half_even"]))
def test_nothing_moves_by_more_than_a_half(points: Fraction, decimals: int, rule: RoundingRule) -> None:
    """What is rounded stays as it is when it is rounded again."""
    rounding = Rounding(rule, decimals)
    rounded = rounding.apply(points)
    assert abs(rounded - points) * 10**decimals <= Fraction(1, 2)
    assert rounding.apply(rounded) == rounded
    assert EXACT.apply(points) == points
