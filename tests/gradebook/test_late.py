"""What lateness costs, to the second and to the fraction of a point."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.errors import CourseError
from grader.gradebook import NO_POLICY, Gradebook, LatePolicy, Override, compute_final_grades, load_late
from grader.gradebook.late import Lateness, apply_late
from grader.model import Report

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


def test_policy_from_a_file(tmp_path: Path) -> None:
    """A YAML file gives the policy, exactly."""
    path = tmp_path / "late.yaml"
    path.write_text(
        "schema: grader/late/v1\ndue: 2026-03-01T13:00:00+01:00\ngrace_minutes: 5\npercent_per_day: 0.1\n"
        "cut_off_days: 7\nextensions: {bob: '2026-03-03T12:00:00Z'}\n"
    )
    found = load_late(path)
    assert (found.due, found.grace_minutes, found.percent_per_day, found.cut_off_days) == (DUE, 5, Fraction(1, 10), 7)
    assert found.due_for("bob") == DUE + 2 * DAY


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("due: 2026-03-01T13:00:00", "due"),
        ("due: tomorrow", "due"),
        ("grace_minutes: -1", "at least 0"),
        ("percent_per_day: 101", "over 100"),
        ("percent_per_day: -1", "negative"),
        ("extensions: {bob: 2026-03-01T13:00:00Z}", "due"),
        ("penalty: 10", "unknown key"),
    ],
)
def test_wrong_policy_is_told(tmp_path: Path, line: str, told: str) -> None:
    """A policy that means nothing is refused with file and key; a moment without a time zone means nothing."""
    path = tmp_path / "late.yaml"
    path.write_text(f"schema: grader/late/v1\n{line}\n")
    with pytest.raises(CourseError, match=told) as caught:
        load_late(path)
    assert str(path) in str(caught.value)


def test_raw_score_is_kept(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """Lateness shows in the final score; the row has the raw one."""
    small_book.record(report_of(score=2), DUE + DAY, "ada.py")
    (final_grade,) = compute_final_grades(small_book, policy(percent_per_day=10))
    assert (final_grade.row.raw, final_grade.late_days, final_grade.final) == (2, 1, Fraction(9, 5))


def test_attempt_after_the_cut_off_replaces_none_before_it(
    small_book: Gradebook, report_of: Callable[..., Report]
) -> None:
    """A last try that came too late costs nothing; where it is the only one, it is worth nothing."""
    small_book.record(report_of(score=2), DUE - DAY, "ada.py")
    small_book.record(report_of(score=3, submission_sha256="new"), DUE + 3 * DAY, "ada.py")
    small_book.record(report_of("bob", score=3), DUE + 3 * DAY, "bob.py")
    ada, bob = compute_final_grades(small_book, policy(cut_off_days=1))
    assert (ada.final, bob.final, bob.late_penalty) == (2, 0, 3)
    assert compute_final_grades(small_book, NO_POLICY)[0].final == 3


def test_our_failure_before_the_cut_off_is_no_zero(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """An attempt in time that we failed to grade is better than one too late: no score, and not zero."""
    small_book.record(report_of(ungraded=True), DUE - DAY, "ada.py")
    small_book.record(report_of(submission_sha256="new"), DUE + 3 * DAY, "ada.py")
    (final_grade,) = compute_final_grades(small_book, policy(cut_off_days=1))
    assert (final_grade.final, final_grade.status) == (None, "ungraded")


def test_lateness_takes_nothing_from_an_override(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """A person's last word is not reduced, and stands without any attempt too."""
    small_book.record(report_of(), DUE + DAY, "ada.py")
    small_book.override("ada", Override(Fraction(5, 2), "eve", DUE, "agreed"))
    (final_grade,) = compute_final_grades(small_book, policy(percent_per_day=50))
    assert (final_grade.final, final_grade.late_penalty, final_grade.status) == (Fraction(5, 2), 0, "overridden")
