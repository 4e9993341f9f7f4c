"""The JSON report keeps the contract's keys and bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

from grader.model import Report
from grader.report.json import list_points, render_json
from grader.report.parse import parse_report

CHECK_KEYS = {"id", "kind", "answer", "outcome", "code", "score", "max", "mistake", "follow_through", "message"}


def test_json_is_the_golden_file(sample: Report, golden: Any) -> None:
    """The bytes change only with a diff that somebody reviews."""
    golden("report.json", render_json(sample))


def test_json_has_the_keys_that_others_rely_on(sample: Report) -> None:
    """All keys of the contract are there, with their types."""
    data = json.loads(render_json(sample))
    assert data["schema"] == "grader/report/v1"
    assert data["submission"] == {"student": "ada", "files": ["ada.ipynb", "more.py"], "sha256": "a" * 64}
    assert {"score", "score_exact", "max", "pending", "ungraded", "exercises", "provenance"} <= set(data)
    assert set(data["provenance"]) == {"course_sha256", "evidence_sha256", "grader", "seed"}
    exercise = data["exercises"][0]
    assert {"id", "score", "max", "pending", "parts"} <= set(exercise)
    first = exercise["parts"][0]
    assert {"id", "score", "max", "pending", "ungraded", "status", "checks"} <= set(first)
    assert all(set(check) >= CHECK_KEYS for check in first["checks"])


def test_points_are_whole_numbers_where_they_are_whole(report_of: Any, part: Any, check: Any) -> None:
    """8 is 8 and not 8.0; 143/2 is 71.5, with the exact fraction beside it."""
    whole = render_json(report_of(part("1a", "pass", check("x", max=8))))
    assert '"score": 8,' in whole
    assert '"score_exact": "8"' in whole
    half = render_json(report_of(part("1a", "partial", check("x", score=Fraction(143, 2), max=100))))
    assert '"score": 71.5,' in half
    assert '"score_exact": "143/2"' in half


def test_detail_is_for_staff_only(sample: Report) -> None:
    """An expected value in `detail` is in the staff's report and nowhere in the student's."""
    assert "expected 0.456" in render_json(sample)
    student = render_json(sample, "student")
    assert "0.456" not in student
    assert '"detail"' not in student


def test_json_survives_hostile_strings(report_of: Any, part: Any, check: Any) -> None:
    """Surrogates, terminal codes and CI commands come back from the JSON, but do not stand in its bytes."""
    hostile = "\udcff\x1b[31m ::error::x ###[group]y \u202e"
    text = render_json(report_of(part("1a", "fail", check("x", "fail", message=hostile)), student=hostile))
    assert text.isascii()
    assert text.endswith("}\n")
    assert "::" not in text
    assert "##" not in text
    assert json.loads(text)["submission"]["student"] == hostile
    assert json.loads(text)["exercises"][0]["parts"][0]["checks"][0]["message"] == hostile


def test_report_comes_back_from_its_json(sample: Report, report_of: Any, part: Any, check: Any) -> None:
    """Points that are no decimals and strings that are no UTF-8 come back exactly, with all sums."""
    third = check("x", "fail", score=Fraction(1, 3), max=Fraction(2, 3), message="\udcff :: ##", detail="2/3")
    for report in (sample, report_of(part("1a", "partial", third, check("y", "review", max=2)), student="\udcff")):
        assert parse_report(render_json(report), list_points(report)) == report


def test_given_data_stand_in_the_provenance(sample: Report) -> None:
    """Where each student has other data; a report of any other course has no such key."""
    data = json.loads(render_json(replace(sample, variants={"1": {"p": (0.5, 0.5)}})))
    assert data["provenance"]["variants"] == {"1": {"p": [0.5, 0.5]}}
    points = list_points(sample)
    assert parse_report(render_json(replace(sample, variants={"1": {"p": 0.5}})), points).variants == {"1": {"p": 0.5}}
