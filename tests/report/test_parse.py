"""A report that was written is read back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model import Report
from grader.report.json import list_points, render_json
from grader.report.parse import parse_report


def test_same_report_comes_back(sample: Report) -> None:
    """Every field, and the same bytes again."""
    assert parse_report(render_json(sample)) == sample


def test_half_a_surrogate_pair_comes_back(sample: Report) -> None:
    """A student's name may hold what UTF-8 cannot, with the points beside it or from the file alone."""
    report = replace(sample, student="\udcff")
    assert parse_report(render_json(report)) == report
    assert parse_report(render_json(report), list_points(report)) == report


def test_report_without_categories_is_read(sample: Report) -> None:
    """Those of earlier versions had none; the code says it."""
    data = json.loads(render_json(sample))
    for exercise in data["exercises"]:
        for part in exercise["parts"]:
            for check in part["checks"]:
                del check["category"]
    assert parse_report(json.dumps(data)) == sample


def test_thirds_are_thirds_again(sample: Report) -> None:
    """JSON has decimals only."""
    assert parse_report(render_json(replace(sample, score=Fraction(47, 3)))).score == Fraction(47, 3)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"schema": "grader/report/v1"}', '{"schema": "grader/report/v1", "submission": 1}']
    + [
        f'{{"schema": "grader/report/v1", "exercises": {bad}}}'
        for bad in ("1", '["parts"]', '[{"parts": [{"checks": [1]}]}]')
    ]
    + [f'{{"schema": "grader/report/v1", "score": {number}}}' for number in ("NaN", "Infinity", "1e999", '"x"')],
)
def test_something_else_is_a_value_error(text: str) -> None:
    """Whatever it is, and never another exception."""
    with pytest.raises(ValueError, match=r"."):
        parse_report(text)


def test_given_data_come_back_as_they_were(sample: Report) -> None:
    """They are no points, of which thirds are made: every digit stays."""
    given = {"8": {"z_T": [3.0, -1.0], "weight": 0.123456789012, "word": "x"}}
    text = render_json(replace(sample, variants=given))
    assert parse_report(text).variants == given
    assert render_json(parse_report(text)) == text
