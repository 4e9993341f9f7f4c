"""Options that several commands share."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from grader.model import Limits
from grader.pipeline import Isolation

ISOLATION: tuple[Isolation, ...] = ("full", "reduced", "none")

LIMIT_HELP = {
    name: f"{words[0].lower()}{words[1:].rstrip('.')}"
    for name, field in Limits.model_fields.items()
    if (words := field.description or name)
}


class PointsType(click.ParamType[Fraction]):
    """Points as 60, 71.5 or 143/2, exactly."""

    name = "points"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the exact number; what is none is a wrong usage."""
        try:
            points = Fraction(value)
        except (ValueError, ZeroDivisionError):
            self.fail(f"{value!r} is not a number of points, such as 60, 71.5 or 143/2", param, ctx)
        if points < 0:
            self.fail(f"{value!r} is negative", param, ctx)
        return points


course_option = click.option(
    "--course",
    "course_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The course's folder; without it the nearest one from here upward.",
)
exercise_option = click.option(
    "--exercise", "exercises", multiple=True, metavar="N", help="Only this exercise; may be given several times."
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(ISOLATION),
    default="full",
    show_default=True,
    help="The level of isolation to insist on; nothing is run below it. `grader doctor` tells what this machine gives.",
)


@dataclass(frozen=True)
class Setting:
    """Which course, and how its students' code is run; limits that were not given are None."""

    course_folder: Path | None
    isolation: Isolation
    limits: Mapping[str, float | None]

    def build_limits(self, course: Limits) -> Limits:
        """Return the course's limits, with those that were given in their place."""
        return course.model_copy(update={name: value for name, value in self.limits.items() if value is not None})


def setting_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that runs students' code; the function gets them as one `setting`."""

    @functools.wraps(function)
    def packed(*, course_folder: Path | None, isolation: Isolation, **given: Any) -> None:
        limits = {name: given.pop(name) for name in LIMIT_HELP}
        function(setting=Setting(course_folder, isolation, limits), **given)

    decorated: Callable[..., None] = packed
    for name in reversed(LIMIT_HELP):
        is_seconds = Limits.model_fields[name].annotation is float
        kind = click.FloatRange(min=0, min_open=True) if is_seconds else click.IntRange(min=1)
        option = click.option(_flag(name), name, type=kind, callback=_finite, help=f"Limit: {LIMIT_HELP[name]}.")
        decorated = option(decorated)
    return course_option(isolation_option(decorated))


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Refuse what would mean no limit at all."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value}: expected a finite number")
    return value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
