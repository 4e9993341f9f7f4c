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
from grader.spec.keys import suggest

ISOLATION: tuple[Isolation, ...] = ("full", "reduced", "none")

_LIMITS = tuple(Limits.model_fields)


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


class LimitType(click.ParamType[tuple[str, float]]):
    """One limit as NAME=VALUE, by its name in `course.yaml`; hyphens will do."""

    name = "limit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Return name and value; what is no limit, or would mean none at all, is a wrong usage."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        name = name.strip().replace("-", "_")
        if not equals or name not in _LIMITS:
            self.fail(f"{value!r}: expected NAME=VALUE; {suggest(name, _LIMITS)}", param, ctx)
        kind, expected = (float, "a number") if _is_in_seconds(name) else (int, "a whole number")
        try:
            number = kind(text)
        except ValueError:
            number = kind(0)
        if not 0 < number < math.inf:
            self.fail(f"{value!r}: expected {expected} above 0", param, ctx)
        return name, number


def setting_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that runs students' code; the function gets them as one `setting`."""

    @functools.wraps(function)
    def packed(
        *, course_folder: Path | None, isolation: Isolation, limit: tuple[tuple[str, float], ...], **given: Any
    ) -> None:
        limits = {name: given.pop(name) for name in _LIMITS} | dict(limit)
        function(setting=Setting(course_folder, isolation, limits), **given)

    decorated: Callable[..., None] = packed
    for name in _LIMITS:  # each by a flag of its own, as before there was --limit
        kind = click.FloatRange(min=0, min_open=True) if _is_in_seconds(name) else click.IntRange(min=1)
        decorated = click.option(_flag(name), name, type=kind, callback=_finite, hidden=True)(decorated)
    limit_option = click.option(
        "--limit",
        type=LimitType(),
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Another limit than the course's: {', '.join(_LIMITS)}. May be given several times.",
    )
    return course_option(isolation_option(limit_option(decorated)))


def _is_in_seconds(name: str) -> bool:
    return Limits.model_fields[name].annotation is float


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Refuse what would mean no limit at all."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value}: expected a finite number")
    return value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
