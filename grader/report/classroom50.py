"""A report as Classroom 50's `result.json`, schema `classroom50/result/v1`. For students: never shows `detail`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal

from grader.model import PartScore, Report
from grader.report.escape import escape
from grader.report.json import dump_indented
from grader.report.text import build_lines

SCALE = 100  # the schema wants whole points; ours have halves and smaller


@dataclass(frozen=True)
class Assignment:
    """What the result belongs to, as Classroom 50's runner tells it."""

    classroom: str
    assignment: str
    owner: str
    submission: str  # the tag submit/<UTC time>-<short sha>
    commit: str  # links
    release: str
    review: str
    committed_at: datetime
    type: Literal["individual", "group"] = "individual"


def render_classroom50(report: Report, assignment: Assignment) -> str:
    """Return `result.json`, points times 100 and rounded down, one test for each part; what we owe is left out."""
    tests = [_test(part) for part in report.list_parts() if part.max > part.ungraded]
    data = {
        "schema": "classroom50/result/v1",
        "classroom": assignment.classroom,
        "assignment": assignment.assignment,
        "assignment_type": assignment.type,
        "owner": assignment.owner,
        "submission": assignment.submission,
        "commit": assignment.commit,
        "release": assignment.release,
        "review": assignment.review or assignment.commit,
        "datetime": assignment.committed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return dump_indented(data, 2) + "\n"


def _test(part: PartScore) -> dict[str, Any]:
    return {
        "test-name": escape(f"{part.id} {part.title}"),
        "passed": part.status == "pass",
        "score": _scaled(part.score),
        "max-score": _scaled(part.max - part.ungraded),
        "output": "\n".join(f"{line.mark} {line.text}" for line in build_lines(part)),
    }


def _scaled(points: Fraction) -> int:
    return int(points * SCALE)
