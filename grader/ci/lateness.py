"""How late a submission is, and what a policy would leave of its points. Shown only: no score is changed here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Deadline:
    """When the work was due. After `grace`, each day begun takes `percent_a_day` of the points."""

    at: datetime
    grace: timedelta = timedelta(0)
    percent_a_day: Fraction = Fraction(0)


@dataclass(frozen=True)
class Lateness:
    """How late: `by` from the deadline, `days` begun after it, and the share of the points that would remain."""

    by: timedelta
    days: int
    share: Fraction


def find_lateness(deadline: Deadline, at: datetime) -> Lateness:
    """Return how late `at` is; within the grace period it is not."""
    by = at - deadline.at
    if by <= deadline.grace:
        return Lateness(timedelta(0), 0, Fraction(1))
    days = math.ceil(by / timedelta(days=1))
    return Lateness(by, days, max(Fraction(0), 1 - days * deadline.percent_a_day / 100))


def describe_lateness(deadline: Deadline | None, at: datetime | None) -> str:
    """Return a sentence for the report, or '' where no deadline is known."""
    if deadline is None:
        return ""
    due = _show(deadline.at)
    if at is None:
        return f"Due {due}; this event does not tell when the work was submitted."
    late = find_lateness(deadline, at)
    submitted = f"Submitted {_show(at)}, due {due}"
    if not late.days:
        return f"{submitted}: in time."
    days = "1 day" if late.days == 1 else f"{late.days} days"
    kept = f" The late policy would keep {float(100 * late.share):g} % of the points." if deadline.percent_a_day else ""
    return f"{submitted}: late ({days} begun).{kept} The score below is without it."


def _show(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
