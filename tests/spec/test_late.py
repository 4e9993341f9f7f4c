"""What lateness costs, read from a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.spec.late import load_late

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


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
