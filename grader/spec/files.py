"""The author's files as they are written: the course's records, with every rule's own keys under `checks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from grader.course import BaseCheck, Exercise, Part
from grader.judge.rules import RULES

if TYPE_CHECKING:
    AnyCheck = BaseCheck
else:  # the union of the records of all rules that there are; which one it is, the key `rule` says
    AnyCheck = Annotated[Union[tuple(rule.record for rule in RULES.values())], Field(discriminator="rule")]  # noqa: UP007


class PartFile(Part):
    """The unit of points: `points` is the sum over its checks, and the loader says so when it is not."""

    checks: Annotated[tuple[AnyCheck, ...], Field(min_length=1)]


class ExerciseFile(Exercise):
    """One exercise file."""

    parts: Annotated[tuple[PartFile, ...], Field(min_length=1)]
