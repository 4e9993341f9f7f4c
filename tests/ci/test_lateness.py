"""When a submission is late, and by how much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from grader.ci.lateness import describe_lateness
from grader.late import LatePolicy

DUE = datetime(2026, 5, 1, 22, tzinfo=UTC)
POLICY = LatePolicy(
    due=DUE, grace_minutes=15, percent_per_day=Fraction(10), extensions={"bob": DUE + timedelta(days=1)}
)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-1, "in time"), (0, "in time"), (15, "in time"), (16, "(1 day begun)"), (16, "keep 90 %"), (1440, "keep 90 %"),
     (1441, "(2 days begun)"), (1441, "keep 80 %"), (30 * 1440, "keep 0 %")],
)  # fmt: skip
def test_each_day_begun_counts(minutes: int, told: str) -> None:
    """Within the grace period nothing is late; after it days count from the due moment, and no share is negative."""
    assert told in describe_lateness([POLICY], ["ada"], DUE + timedelta(minutes=minutes))


def test_extensions_count_as_in_exports() -> None:
    """Whose due moment is another one is told so; where students differ, each is named."""
    late = DUE + timedelta(hours=1)
    assert "due 2026-05-02 22:00 UTC: in time" in describe_lateness([POLICY], ["bob"], late)
    both = describe_lateness([POLICY], ["ada", "bob"], late)
    assert both.index("ada: Submitted") < both.index("late (1 day begun)") < both.index("bob: Submitted")
    assert describe_lateness([POLICY], ["ada", "cy"], late).count("late (1 day begun)") == 1


def test_each_assignment_is_told() -> None:
    """Of several that are due, nobody knows which one a change is for."""
    second = LatePolicy(due=DUE + timedelta(days=7))
    told = describe_lateness([POLICY, second], ["ada"], DUE + timedelta(days=1))
    assert told.count("Submitted") == 2
    assert told.endswith("due 2026-05-08 22:00 UTC: in time.")


def test_unknown_time_is_neither_late_nor_in_time() -> None:
    """It is said that nobody knows."""
    assert "does not tell" in describe_lateness([POLICY], ["ada"], None)
    assert describe_lateness([LatePolicy()], ["ada"], DUE) == ""
    assert describe_lateness([], [], DUE) == ""
