"""Reads back what `render_json` wrote."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any, NoReturn

from pydantic import TypeAdapter

from grader.model import Report
from grader.report.json import SCHEMA

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
