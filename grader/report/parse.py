"""Reads back what `render_json` wrote: with the exact points that we kept beside it, or from a file alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NoReturn

from pydantic import TypeAdapter

from grader.judge.codes import find_category
from grader.judge.score import sum_checks, sum_scores
from grader.model import CheckResult, ExerciseScore, PartScore, Report, RunFailure
from grader.report.json import SCHEMA, CheckPoints

_FINEST = 10**6  # the largest denominator that a course's points can have, for thirds to be thirds again
_REPORT = TypeAdapter(Report)


def parse_report(text: str) -> Report:
    """Return the report; its points are exact as far as courses' points are fractions of moderate denominators.

    Raises:
        ValueError: it is something else.
    """
    data = json.loads(text, parse_float=_parse_points, parse_constant=_refuse)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"expected a report of schema {SCHEMA}")
    return _REPORT.validate_python(_flatten(data))


def _parse_points(digits: str) -> Fraction:
    points = float(digits)  # as a fraction, an exponent of millions would be worked out
    return _refuse(digits) if math.isinf(points) else Fraction(points).limit_denominator(_FINEST)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of points")


def _flatten(data: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of the JSON as the record has them."""
    try:
        submission = data["submission"]
        named = {"student": submission["student"], "files": submission["files"]}
        return {**data, **named, "submission_sha256": submission["sha256"], **data["provenance"]}
    except (KeyError, TypeError) as error:
        raise ValueError(f"the report lacks {error}") from error


# ---------------------------------------------------------------- with its exact points


def parse_json(text: str, points: Iterable[CheckPoints]) -> Report:
    """Return the report that `render_json` wrote for staff, with the `points` that `list_points` gave."""
    data = json.loads(text)
    left = iter(points)
    exercises = tuple(_parse_exercise(exercise, left) for exercise in data["exercises"])
    submission = data["submission"]
    return Report(
        student=submission["student"],
        files=tuple(submission["files"]),
        submission_sha256=submission["sha256"],
        exercises=exercises,
        notes=tuple(data["notes"]),
        **data["provenance"],
        **sum_scores(exercises),
    )


def _parse_exercise(data: Mapping[str, Any], points: Iterator[CheckPoints]) -> ExerciseScore:
    parts = tuple(_parse_part(part, points) for part in data["parts"])
    return ExerciseScore(id=data["id"], title=data["title"], parts=parts, **sum_scores(parts))


def _parse_part(data: Mapping[str, Any], points: Iterator[CheckPoints]) -> PartScore:
    checks = tuple(_parse_check(check, next(points)) for check in data["checks"])
    return PartScore(
        id=data["id"],
        title=data["title"],
        status=data["status"],
        checks=checks,
        notes=tuple(data["notes"]),
        **sum_checks(checks),
    )


def _parse_check(data: Mapping[str, Any], points: CheckPoints) -> CheckResult:
    restored = {
        "score": points[0],
        "max": points[1],
        "category": data.get("category") or find_category(data["code"], data["outcome"]),  # older reports have none
        "because_of": tuple(data.get("because_of", ())),
        "cause": RunFailure(**data["cause"]) if "cause" in data else None,
    }
    return CheckResult(**{**data, **restored})
