"""The folder of a sample student says what must happen to it; `submissions/expected.yaml` says it in points."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

SAMPLES = Path(__file__).parents[3] / "submissions"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((SAMPLES / "expected.yaml").read_text(encoding="utf-8"))
KINDS = ("right", "partial", "wrong", "broken")


def _parts(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for exercise in report["exercises"] for part in exercise["parts"]}


def _checks(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [check for part in _parts(report).values() for check in part["checks"]]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.split("/")[0] in KINDS])
def test_sample_gets_what_its_folder_says(graded: Any, name: str) -> None:
    """Score, part scores, points that wait for a human and the way the run ended are as stated."""
    kind, student = name.split("/")
    due, batch = EXPECTED[name], graded(kind)
    assert batch.entries[student]["status"] == due.get("status", "graded")
    if due.get("status") == "refused":
        assert batch.entries[student]["reason"]
        return
    report = batch.report(student)
    assert (report["score"], report["pending"], report["ungraded"]) == (due["score"], due.get("pending", 0), 0)
    if "parts" in due:
        scores = {id_: part["score"] for id_, part in _parts(report).items() if part["score"]}
        assert scores == due["parts"]
    codes = {check["code"] for check in _checks(report)}
    assert not due.get("causes") or codes & set(due["causes"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_sample_has_an_expectation(kind: str) -> None:
    """No sample is there without a statement of what must happen to it."""
    students = {path.name.split(".")[0] for path in (SAMPLES / kind).iterdir()}
    assert {f"{kind}/{student}" for student in students} == {name for name in EXPECTED if name.startswith(f"{kind}/")}


@pytest.mark.parametrize("kind", KINDS)
def test_sums_of_every_report_are_exact(graded: Any, kind: str) -> None:
    """Checks add up to parts, parts to exercises, exercises to the score; every point is accounted for once."""
    batch = graded(kind)
    for student, row in batch.entries.items():
        if row["status"] == "refused":
            continue
        report = batch.report(student)
        parts = _parts(report).values()
        assert all(Fraction(p["score"]) == sum(Fraction(c["score"]) for c in p["checks"]) for p in parts)
        assert Fraction(report["score_exact"]) == sum(Fraction(e["score"]) for e in report["exercises"])
        assert sum(p["max"] for p in parts) == report["max"] == 100
        assert all(0 <= check["score"] <= check["max"] for check in _checks(report))


def test_students_read_no_expected_value(graded: Any) -> None:
    """A wrong number's message does not show the right one, nor does the student's report carry staff's details."""
    batch = graded("wrong")
    text = (batch.out / "jon" / "report.txt").read_text(encoding="utf-8")
    for secret in ("0.456", "1.1534", "0.3465", "4.25", "0.1927", "0.909", "0.0252", "0.0691"):
        assert secret not in text
    messages = " ".join(check["message"] for check in _checks(batch.report("jon")))
    assert "0.456" not in messages


@pytest.mark.parametrize("kind", KINDS)
def test_scores_can_be_read(graded: Any, kind: str) -> None:
    """None has more than three decimals; what authors declared otherwise is in other folders."""
    batch = graded(kind)
    reports = [batch.report(student) for student, row in batch.entries.items() if row["status"] == "graded"]
    scores = [
        Fraction(str(one["score"]))
        for report in reports
        for one in (report, *_parts(report).values(), *_checks(report))
    ]
    assert [score for score in scores if (1000 * score).denominator != 1] == []
