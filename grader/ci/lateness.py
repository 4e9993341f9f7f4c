"""How late a submission is, and what a policy would leave of its points. Shown only: no score is changed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

from grader.late import LatePolicy, apply_late


def describe_lateness(policies: Iterable[LatePolicy], students: Iterable[str], at: datetime | None) -> str:
    """Return a sentence for each due moment, or '' where none is known; whose it is where students' differ."""
    told = {
        student: " ".join(_describe(policy, student, at) for policy in policies if policy.due) for student in students
    }
    if len(set(told.values())) < 2:
        return next(iter(told.values()), "")
    return " ".join(f"{student}: {sentences}" for student, sentences in told.items())


def _describe(policy: LatePolicy, student: str, at: datetime | None) -> str:
    due = policy.due_for(student)
    if due is None:
        return ""
    if at is None:
        return f"Due {_show(due)}; this event does not tell when the work was submitted."
    late = apply_late(policy, student, at, Fraction(100))
    submitted = f"Submitted {_show(at)}, due {_show(due)}"
    if not late.days:
        return f"{submitted}: in time."
    days = "1 day" if late.days == 1 else f"{late.days} days"
    kept = f" The late policy would keep {float(late.score):g} % of the points." if policy.costs else ""
    return f"{submitted}: late ({days} begun).{kept} The score below is without it."


def _show(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
