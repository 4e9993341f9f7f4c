"""Takes a report apart into the values of columns."""

from __future__ import annotations

from typing import Any

from grader.model import Report
from grader.report import render_json


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
    pairs = [(part, check) for exercise in report.exercises for part in exercise.parts for check in part.checks]
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
        }
        for position, (part, check) in enumerate(pairs)
    ]
