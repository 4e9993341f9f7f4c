"""What lateness costs. Pure: moments and exact points in, exact points out; the raw score is never touched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from grader.course import Points
from grader.errors import CourseError
from grader.model import Frozen
from grader.spec.load import read_text
from grader.spec.wording import explain_errors
from grader.spec.yaml12 import parse_yaml

DAY = timedelta(days=1)
NOTHING = Fraction(0)


class LatePolicy(Frozen):
    """What lateness costs; without a `due` moment, nothing.

    Work that comes within `grace_minutes` of its due moment is on time; later, every day begun since the due moment
    takes `percent_per_day` of the raw score, in all `at_most_percent`; after `cut_off_days` it no longer counts.
    `extensions` gives single students another due moment.
    """

    schema_: Literal["grader/late/v1"] = Field("grader/late/v1", alias="schema")
    due: AwareDatetime | None = None
    grace_minutes: Annotated[int, Field(ge=0)] = 0
    percent_per_day: Points = NOTHING
    at_most_percent: Points = Fraction(100)
    cut_off_days: Points | None = None
    extensions: dict[str, AwareDatetime] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.percent_per_day > 100 or self.at_most_percent > 100:
            raise ValueError("a percentage over 100: expected at most the whole score")
        if self.due is None and self.extensions:
            raise ValueError("extensions without a due moment: expected `due` as well")
        return self

    def due_for(self, student: str) -> datetime | None:
        """Return when this student's work is due."""
        return self.extensions.get(student, self.due)


NO_POLICY = LatePolicy()


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


def load_late(path: Path) -> LatePolicy:
    """Return the policy in a YAML file.

    Raises:
        CourseError: it is none; carries every problem.
    """
    document = parse_yaml(read_text(path, str(path)), str(path))
    try:
        return LatePolicy.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise CourseError(explain_errors(error, document, LatePolicy)) from error


def _in_days(late: timedelta) -> Fraction:
    tick = timedelta(microseconds=1)
    return Fraction(late // tick, DAY // tick)
