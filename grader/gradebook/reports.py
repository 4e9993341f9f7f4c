"""A report as rows of the gradebook, and with what people have marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.gradebook.records import Marking
from grader.judge.score import change_parts, sum_checks
from grader.model import Category, CheckResult, Outcome, PartScore, PartStatus, Report
from grader.report.json import render_json

MARKED = "text.marked"


def attempt_values(report: Report, entry: str) -> dict[str, Any]:
    """Return what a row of `attempts` says of the report itself."""
    return {
        "submission_sha256": report.submission_sha256,
        "evidence_sha256": report.evidence_sha256,
        "course_sha256": report.course_sha256,
        "entry": entry,
        "score": report.score,
        "max": report.max,
        "is_ungraded": report.ungraded > 0,
        "grader": report.grader,
        "report": render_json(report),
    }


def check_values(attempt_id: int, report: Report) -> list[dict[str, Any]]:
    """Return the rows of `check_results`, in the order of the report."""
    pairs = [(part, check) for part in report.list_parts() for check in part.checks]
    return [
        {
            "attempt_id": attempt_id,
            "position": position,
            "part": part.id,
            "check_id": check.id,
            "kind": check.kind,
            "answer": check.answer,
            "outcome": check.outcome,
            "code": check.code,
            "score": check.score,
            "max": check.max,
            "mistake": check.mistake,
            "follow_through": check.follow_through,
            "text_sha256": check.text_sha256 or None,
        }
        for position, (part, check) in enumerate(pairs)
    ]


def mark_report(report: Report, markings: Mapping[str, Marking]) -> Report:
    """Return a report in which answers that waited for a person have that person's points.

    Args:
        report: what the grader decided.
        markings: the marking that counts, by answer.
    """
    return change_parts(report, lambda part: _mark_part(part, markings))


def _mark_part(part: PartScore, markings: Mapping[str, Marking]) -> PartScore:
    checks = tuple(_mark_check(check, markings.get(check.answer)) for check in part.checks)
    marked = replace(part, checks=checks, **sum_checks(checks))
    return marked if checks == part.checks or marked.pending else replace(marked, status=_find_status(marked))


def _mark_check(check: CheckResult, marking: Marking | None) -> CheckResult:
    if check.outcome != "review" or marking is None:
        return check
    outcome: Outcome = "pass" if marking.total >= check.max else "fail"
    message = marking.why or "A person has marked this text."
    category: Category = "right" if outcome == "pass" else "wrong"
    return replace(check, outcome=outcome, code=MARKED, category=category, score=marking.total, message=message)


def _find_status(part: PartScore) -> PartStatus:
    """Return the status of a part once a person has marked its texts, which count like all else from then on."""
    if part.status == "ungraded" or (part.status == "missing" and not part.score):
        return part.status
    if part.score >= part.max:
        return "pass"
    return "partial" if part.score else "fail"
