"""What lateness costs, to the second and to the fraction of a point."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.course import Assignment
from grader.course import Lateness as Rules
from grader.errors import UsageError
from grader.late import NO_POLICY, Lateness, LatePolicy, apply_late, build_course_policy, find_course_policy

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, MINUTE, TICK = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)


def policy(**values: Any) -> LatePolicy:
    """Return a policy with a due moment; numbers become exact."""
    exact = {name: Fraction(value) if "percent" in name or "days" in name else value for name, value in values.items()}
    return LatePolicy(due=DUE, **exact)


@pytest.mark.parametrize(
    ("rule", "late", "days", "penalty"),
    [
        ({}, 5 * DAY, 5, "0"),
        ({"percent_per_day": 10}, timedelta(0), 0, "0"),
        ({"percent_per_day": 10}, -DAY, 0, "0"),
        ({"percent_per_day": 10}, TICK, 1, "1"),
        ({"percent_per_day": 10}, DAY, 1, "1"),
        ({"percent_per_day": 10}, DAY + TICK, 2, "2"),
        ({"percent_per_day": "1/3"}, DAY, 1, "1/30"),
        ({"percent_per_day": 30}, 9 * DAY, 9, "10"),
        ({"percent_per_day": 30, "at_most_percent": 50}, 9 * DAY, 9, "5"),
        ({"percent_per_day": 10, "grace_minutes": 15}, 15 * MINUTE, 0, "0"),
        ({"percent_per_day": 10, "grace_minutes": 15}, 15 * MINUTE + TICK, 1, "1"),
        ({"cut_off_days": 2}, 2 * DAY, 2, "0"),
        ({"cut_off_days": 2}, 2 * DAY + TICK, 3, "10"),
        ({"cut_off_days": 0}, TICK, 1, "10"),
        ({"cut_off_days": 0, "grace_minutes": 15}, 15 * MINUTE, 0, "0"),
        ({"cut_off_days": "1/2", "percent_per_day": 10}, DAY / 2, 1, "1"),
    ],
)
def test_penalty(rule: dict[str, Any], late: timedelta, days: int, penalty: str) -> None:
    """Of 10 points, this much is lost; what is lost and what is left add up to the raw score."""
    lost = Fraction(penalty)
    assert apply_late(policy(**rule), "ada", DUE + late, Fraction(10)) == Lateness(days, lost, 10 - lost)


def test_no_policy_takes_nothing() -> None:
    """Without a due moment nothing is late."""
    assert apply_late(NO_POLICY, "ada", DUE, Fraction(7)) == Lateness(0, Fraction(0), Fraction(7))


def test_extension_is_one_students_due_moment() -> None:
    """An extension moves the due moment of that student alone."""
    extended = policy(percent_per_day=10, extensions={"bob": DUE + 2 * DAY})
    assert apply_late(extended, "bob", DUE + DAY, Fraction(10)).days == 0
    assert apply_late(extended, "ada", DUE + DAY, Fraction(10)).days == 1


def build_assignment(name: str, due: datetime | None = DUE, **rules: Any) -> Assignment:
    """Return an assignment of one exercise."""
    return Assignment(
        id=name, exercises=(name,), due=due, extensions={"bob": DUE + DAY} if due else {}, late=Rules(**rules)
    )


def test_a_course_s_policy_is_that_of_its_assignment() -> None:
    """Due moment, extensions and price, as the course says them; assignments that agree are one."""
    costly = {"percent_per_day": Fraction(10), "grace_minutes": 5, "cut_off_days": Fraction(7)}
    one, two = build_assignment("1", **costly), build_assignment("2", **costly)
    expected = LatePolicy(due=DUE, extensions={"bob": DUE + DAY}, **costly)
    assert build_course_policy([one]) == build_course_policy([one, two]) == expected


def test_one_submission_cannot_be_late_for_each_of_several_assignments() -> None:
    """Where that would cost something nothing is assumed; where lateness is free, nothing is taken off."""
    first, second = build_assignment("1"), build_assignment("2", DUE + 9 * DAY)
    assert build_course_policy([first, second]) == NO_POLICY
    for rules in ({"percent_per_day": Fraction(1)}, {"cut_off_days": Fraction(0)}):
        with pytest.raises(UsageError, match=r"assignments 1, 2: .* with --late FILE"):
            build_course_policy([first, build_assignment("2", DUE + 9 * DAY, **rules)])
        assert find_course_policy([first, build_assignment("2", DUE + 9 * DAY, **rules)]) is None
    assert (
        build_course_policy([build_assignment("1", None, percent_per_day=Fraction(1)), build_assignment("2", None)])
        == NO_POLICY
    )
