"""Reads back what `render_json` wrote: with the exact points that we kept beside it, or from a file alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

from pydantic import TypeAdapter

from grader.judge.codes import find_category
from grader.judge.score import change_parts, sum_checks
from grader.model import Report
from grader.report.json import SCHEMA, CheckPoints

_FINEST = 10**6  # the largest denominator that a course's points can have, for thirds to be thirds again
_REPORT = TypeAdapter(Report)


def parse_report(text: str, points: Iterable[CheckPoints] | None = None) -> Report:
    """Return the report that `render_json` wrote.

    Args:
        text: the JSON.
        points: what `list_points` gave for it; without them points are exact as far as courses' points are fractions
            of moderate denominators.

    Raises:
        ValueError: it is something else.
    """
    data = json.loads(text, parse_float=_parse_points, parse_constant=_refuse)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"expected a report of schema {SCHEMA}")
    flat = _flatten(data)
    if "variants" in flat:  # data, which are no points
        flat["variants"] = json.loads(text)["provenance"]["variants"]
    if points is None:
        return _REPORT.validate_python(flat)
    for check, (score, most) in zip(_list_checks(data), points, strict=True):
        check |= {"score": score, "max": most}
    return change_parts(_REPORT.validate_python(flat), lambda part: replace(part, **sum_checks(part.checks)))


@lru_cache(maxsize=4096)  # a class has the same few
def _parse_points(digits: str) -> Fraction:
    points = float(digits)  # as a fraction, an exponent of millions would be worked out
    return _refuse(digits) if math.isinf(points) else Fraction(points).limit_denominator(_FINEST)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of points")


def _flatten(data: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of the JSON as the record has them; each check with its category, which older reports lack."""
    try:
        for check in _list_checks(data):
            check.setdefault("category", find_category(check["code"], check["outcome"]))
        submission = data["submission"]
        named = {"student": submission["student"], "files": submission["files"]}
        return {**data, **named, "submission_sha256": submission["sha256"], **data["provenance"]}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"expected a report of schema {SCHEMA}, got one of another form: {error!r}") from error


def _list_checks(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (check for exercise in data["exercises"] for part in exercise["parts"] for check in part["checks"])
