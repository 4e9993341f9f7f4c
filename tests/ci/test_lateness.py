"""When a submission is late, and by how much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from grader.ci.lateness import Deadline, describe_lateness, find_lateness

DUE = datetime(2026, 5, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "days", "share"),
    [(-1, 0, 1), (0, 0, 1), (15, 0, 1), (16, 1, Fraction(9, 10)), (1440, 1, Fraction(9, 10)),
     (1441, 2, Fraction(4, 5)), (30 * 1440, 30, 0)],
)  # fmt: skip
def test_each_day_begun_counts(minutes: int, days: int, share: Fraction) -> None:
    """Within the grace period nothing is late; after it days count from the deadline, and no share is negative."""
    late = find_lateness(Deadline(DUE, timedelta(minutes=15), Fraction(10)), DUE + timedelta(minutes=minutes))
    assert (late.days, late.share) == (days, share)


def test_unknown_time_is_neither_late_nor_in_time() -> None:
    """It is said that nobody knows."""
    assert "does not tell" in describe_lateness(Deadline(DUE), None)
    assert describe_lateness(None, DUE) == ""
