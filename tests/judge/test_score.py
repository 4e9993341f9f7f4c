"""Points: exact sums."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from grader.judge.score import add_points

points = st.lists(st.fractions(min_value=0, max_value=100, max_denominator=60))


@given(points)
@example([])
@example([Fraction(0), Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)])
def test_points_add_up_exactly(some: list[Fraction]) -> None:
    """A sum of thirds and sixths is the fraction that it is, in lowest terms."""
    total = add_points(some)
    assert total == sum(some, Fraction(0))
    assert (type(total), str(total)) == (Fraction, str(sum(some, Fraction(0))))
