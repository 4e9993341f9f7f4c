"""The report as JSON, schema `grader/report/v1`: the same report gives the same bytes."""

from __future__ import annotations

from typing import Any, Literal

from grader.model import CheckResult, ExerciseScore, PartScore, Report
from grader.report.indented import dump_indented
from grader.report.points import json_points

SCHEMA = "grader/report/v1"
Audience = Literal["staff", "student"]


def render_json(report: Report, audience: Audience = "staff") -> str:
    """Return the report as one JSON object, ASCII only, keys in a fixed order, with a line break at the end.

    `detail` of a check, which may show expected values, is there for `staff` only.
    """
    text = dump_indented(_report(report, audience), 2)
    # Both pairs occur inside strings only, where an escape means the same; raw, a CI runner might obey them.
    return text.replace("::", ":\\u003a").replace("##", "#\\u0023") + "\n"


def _report(report: Report, audience: Audience) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "submission": {"student": report.student, "files": list(report.files), "sha256": report.submission_sha256},
        "score": json_points(report.score),
        "score_exact": str(report.score),
        "max": json_points(report.max),
        "pending": json_points(report.pending),
        "ungraded": json_points(report.ungraded),
        "exercises": [_exercise(exercise, audience) for exercise in report.exercises],
        "notes": list(report.notes),
        "provenance": {
            "course_sha256": report.course_sha256,
            "evidence_sha256": report.evidence_sha256,
            "grader": report.grader,
            "seed": report.seed,
        },
    }


def _exercise(exercise: ExerciseScore, audience: Audience) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "score": json_points(exercise.score),
        "max": json_points(exercise.max),
        "pending": json_points(exercise.pending),
        "ungraded": json_points(exercise.ungraded),
        "parts": [_part(part, audience) for part in exercise.parts],
    }


def _part(part: PartScore, audience: Audience) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": part.title,
        "score": json_points(part.score),
        "max": json_points(part.max),
        "pending": json_points(part.pending),
        "ungraded": json_points(part.ungraded),
        "status": part.status,
        "checks": [_check(check, audience) for check in part.checks],
        "notes": list(part.notes),
    }


def _check(check: CheckResult, audience: Audience) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": check.id,
        "kind": check.kind,
        "answer": check.answer,
        "outcome": check.outcome,
        "code": check.code,
        "score": json_points(check.score),
        "max": json_points(check.max),
        "mistake": check.mistake,
        "follow_through": check.follow_through,
        "message": check.message,
    }
    if audience == "staff" and check.detail:
        shown["detail"] = check.detail
    return shown
