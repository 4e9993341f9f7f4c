"""What lateness costs, in the one calculation that exports, pull requests and receipts share.

Pure: moments and exact points in, exact points out; the raw score is never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from grader import course
from grader.errors import UsageError

DAY = timedelta(days=1)
NOTHING = Fraction(0)


class LatePolicy(course.Lateness):
    """What lateness costs; without a `due` moment, nothing.

    Work that comes within `grace_minutes` of its due moment is on time; later, every day begun since the due moment
    takes `percent_per_day` of the raw score, in all `at_most_percent`; after `cut_off_days` it no longer counts.
    `extensions` gives single students another due moment.
    """

    schema_: Literal["grader/late/v1"] = Field("grader/late/v1", alias="schema")
    due: AwareDatetime | None = None
    extensions: dict[str, AwareDatetime] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_due(self) -> Self:
        if self.due is None and self.extensions:
            raise ValueError("extensions without a due moment: expected `due` as well")
        return self

    @property
    def costs(self) -> bool:
        """Whether lateness takes anything from anybody."""
        return self.due is not None and (self.percent_per_day > 0 or self.cut_off_days is not None)

    def due_for(self, student: str) -> datetime | None:
        """Return when this student's work is due."""
        return self.extensions.get(student, self.due)


NO_POLICY = LatePolicy()


def build_policy(assignment: course.Assignment) -> LatePolicy:
    """Return what lateness costs in an assignment of `course.yaml`."""
    return LatePolicy(due=assignment.due, extensions=assignment.extensions, **dict(assignment.late))


def find_course_policy(assignments: Sequence[course.Assignment]) -> LatePolicy | None:
    """Return what lateness costs in all assignments of a course; None where they are due at different moments."""
    first, *others = map(build_policy, assignments)
    if all(policy == first for policy in others):
        return first
    return None if any(policy.costs for policy in (first, *others)) else NO_POLICY


def build_course_policy(assignments: Sequence[course.Assignment]) -> LatePolicy:
    """Return what lateness costs in a course, by its assignments.

    Raises:
        UsageError: they are due at different moments, and that costs something: all of a student's work
            comes in as one submission, which says nothing of when the work on an earlier assignment came.
    """
    policy = find_course_policy(assignments)
    if policy is not None:
        return policy
    names = ", ".join(assignment.id for assignment in assignments)
    raise UsageError(
        f"course.yaml: assignments {names}: lateness costs something, and they are due at different moments: a "
        "submission holds all of a student's work, and cannot be late for each of them; take one with "
        "--assignment ID, or say what lateness costs with --late FILE (a file "
        "with no more than `schema: grader/late/v1` takes nothing off)"
    )


@dataclass(frozen=True)
class Lateness:
    """What became of a raw score: days begun after the due moment, points lost, points left."""

    days: int
    penalty: Fraction
    score: Fraction


def measure_lateness(policy: LatePolicy, student: str, received_at: datetime) -> timedelta:
    """Return how late something came; nothing within the grace."""
    due = policy.due_for(student)
    if due is None or received_at - due <= timedelta(minutes=policy.grace_minutes):
        return timedelta(0)
    return received_at - due


def is_cut_off(policy: LatePolicy, student: str, received_at: datetime) -> bool:
    """Return whether something came too late to count."""
    late = measure_lateness(policy, student, received_at)
    return bool(late) and policy.cut_off_days is not None and _in_days(late) > policy.cut_off_days


def apply_late(policy: LatePolicy, student: str, received_at: datetime, raw: Fraction) -> Lateness:
    """Return what lateness leaves of a raw score."""
    late = measure_lateness(policy, student, received_at)
    days = -(-late // DAY)
    if is_cut_off(policy, student, received_at):
        return Lateness(days, raw, NOTHING)
    penalty = raw * min(days * policy.percent_per_day, policy.at_most_percent) / 100
    return Lateness(days, penalty, raw - penalty)


def _in_days(late: timedelta) -> Fraction:
    tick = timedelta(microseconds=1)
    return Fraction(late // tick, DAY // tick)
