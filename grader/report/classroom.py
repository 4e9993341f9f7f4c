"""Reports as the `*_RESULTS` value that GitHub Classroom's autograding reporter reads. Never shows `detail`.

The service ended in 2026; workflows and reporters that speak this form live on.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.model import PartScore, PartStatus, Report
from grader.report.escape import escape
from grader.report.points import json_points
from grader.report.text import build_lines

_STATUS: dict[PartStatus, str] = {"pass": "pass", "review": "pass", "ungraded": "error"}


def render_classroom(reports: Sequence[Report]) -> str:
    """Return the results as JSON: a test for each part. `max_score` is whole, as the form wants, rounded up."""
    tests = [_test(report, part) for report in reports for part in report.list_parts()]
    statuses = {test["status"] for test in tests}
    data = {
        "version": 1,
        "status": next((status for status in ("error", "fail") if status in statuses), "pass"),
        "max_score": -int(-sum((report.max - report.pending for report in reports), Fraction(0)) // 1),
        "tests": tests,
    }
    return json.dumps(data, ensure_ascii=True, allow_nan=False)


def encode_classroom(reports: Sequence[Report]) -> str:
    """Return the results as the step output `result` carries them: base64, on one line."""
    return base64.b64encode(render_classroom(reports).encode("ascii")).decode("ascii")


def _test(report: Report, part: PartScore) -> dict[str, Any]:
    lines = build_lines(part)
    return {
        "name": escape(f"{part.id} {part.title}"),
        "status": _STATUS.get(part.status, "fail"),
        "message": lines[0].text if lines else "",
        "test_code": "",
        "task_id": part.id,
        "filename": escape(report.files[0]) if report.files else "",
        "line_no": 0,
        "duration": 0,
        "score": json_points(part.score),
        "output": "\n".join(f"{line.mark} {line.text}" for line in lines),
    }
