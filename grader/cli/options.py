"""Options that several commands share."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from grader.ci.event import parse_time
from grader.cli.choice import CourseChoice
from grader.cli.screen import say
from grader.course import Options
from grader.model import Limits
from grader.pipeline import Isolation
from grader.spec import read_options
from grader.spec.keys import suggest
from grader.spec.load import list_courses

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


class TimeType(click.ParamType[datetime]):
    """A moment with its time zone, such as 2026-05-01T23:59:00+02:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment; what is none, or has no zone, is a wrong usage."""
        try:
            return value if isinstance(value, datetime) else parse_time(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _take_options_of_course(context: click.Context, _parameter: click.Parameter, given: Path | None) -> Path | None:
    """Let the options that the course sets be this command's defaults. Its YAML is read, and nothing of it imported."""
    settable = Options.model_fields.keys() & {parameter.name for parameter in context.command.params}
    folder = given or next(list_courses(Path.cwd()), None)
    if settable and folder is not None and not context.resilient_parsing:
        options = read_options(folder).model_dump(include=settable, exclude_none=True)
        context.default_map = {**(context.default_map or {}), **options}
    return given


course_option = click.option(
    "--course",
    "course_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    is_eager=True,  # before the options whose defaults the course sets
    callback=_take_options_of_course,
    metavar="DIR",
    help="The course's folder; without it the nearest one from here upward.",
)
assignment_option = click.option(
    "--assignment", default="", metavar="ID", help="Only this assignment of course.yaml; without it the whole course."
)


def course_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which course, and which assignment of it; the function gets them as one `chosen`."""

    @functools.wraps(function)
    def packed(*, course_folder: Path | None, assignment: str, **given: Any) -> None:
        function(chosen=CourseChoice(course_folder, assignment), **given)

    decorated: Callable[..., None] = packed
    return course_option(assignment_option(decorated))


db_option = click.option(
    "--db", required=True, metavar="URL", help="The gradebook: sqlite:///grades.db, postgresql://host/name."
)
at_option = click.option(
    "--at", type=TimeType(), metavar="TIME", help="The moment that counts for release.yaml; default: now."
)
exercise_option = click.option(
    "--exercise", "exercises", multiple=True, metavar="N", help="Only this exercise; may be given several times."
)


def json_option(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option of every command that can give data: `what` is what it gives."""
    help_ = f"Also write {what} as JSON to this file; - prints only that."
    return click.option("--json", "json_place", metavar="OUT", help=help_)


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

    chosen: CourseChoice
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
        *, chosen: CourseChoice, isolation: Isolation, limit: tuple[tuple[str, float], ...], **given: Any
    ) -> None:
        limits = {name: given.pop(name) for name in _LIMITS} | dict(limit)
        tell_of_lower_isolation(isolation)
        function(setting=Setting(chosen, isolation, limits), **given)

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
    return course_options(isolation_option(limit_option(decorated)))


def tell_of_lower_isolation(isolation: Isolation) -> None:
    """Say so where nobody at this keyboard chose less than `full`: isolation is never lowered silently."""
    source = click.get_current_context().get_parameter_source("isolation")
    if isolation != "full" and source is ParameterSource.DEFAULT_MAP:
        say(
            f"grader: isolation is {isolation}, as the course's course.yaml says; --isolation full insists on all of it"
        )


def _is_in_seconds(name: str) -> bool:
    return Limits.model_fields[name].annotation is float


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Refuse what would mean no limit at all."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value}: expected a finite number")
    return value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
