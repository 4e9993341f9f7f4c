"""A report that was written is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import Report
from grader.report.json import render_json
from grader.report.parse import parse_report


def test_same_report_comes_back(sample: Report) -> None:
    """Every field, and the same bytes again."""
    assert parse_report(render_json(sample)) == sample


def test_thirds_are_thirds_again(sample: Report) -> None:
    """JSON has decimals only."""
    assert parse_report(render_json(replace(sample, score=Fraction(47, 3)))).score == Fraction(47, 3)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"schema": "grader/report/v1"}', '{"schema": "grader/report/v1", "submission": 1}']
    + [f'{{"schema": "grader/report/v1", "score": {number}}}' for number in ("NaN", "Infinity", "1e999", '"x"')],
)
def test_something_else_is_a_value_error(text: str) -> None:
    """Whatever it is, and never another exception."""
    with pytest.raises(ValueError, match=r"."):
        parse_report(text)
