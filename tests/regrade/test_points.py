"""The points of what is asked about."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.regrade.points import count_points, find_part
from tests.report.conftest import build_check, build_part, build_report


def test_an_answer_has_the_points_of_its_checks() -> None:
    """All of them; a part has its own."""
    checks = (build_check("a", "pass", score=1), build_check("a", "pass", score=2), build_check("b", "pass", score=4))
    part = find_part(build_report(build_part("1a", "pass", *checks)), "1a")
    assert [count_points(part, answer) for answer in ("a", "b", "c")] == [Fraction(3), Fraction(4), Fraction(0)]
    assert count_points(part, None) == part.score


def test_a_part_that_is_not_there_is_told() -> None:
    """As in a report of another course."""
    with pytest.raises(UsageError, match="has no part 9z"):
        find_part(build_report(build_part("1a", "pass")), "9z")
