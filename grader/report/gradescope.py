"""A report as Gradescope's `results.json`: one test for each part. For students: never shows `detail`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grader.model import PartScore, Report
from grader.report.escape import escape
from grader.report.json import dump_indented
from grader.report.points import explain_ungraded, json_points, name_points
from grader.report.text import WORDS, build_lines


def render_gradescope(report: Report, score: Fraction | None = None, *, for_staff: bool = False) -> str:
    """Return `results.json`. `score` counts what is decided; what waits for a person or for us is said in words.

    Another `score` than the report's, after lateness say, overrides the sum of the tests. `for_staff` alone, Gradescope
    hides all of it from students.
    """
    visibility = "hidden" if for_staff else "visible"
    return _dump(
        {
            "score": json_points(report.score if score is None else score),
            "output": "\n".join(_remarks(report)),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": visibility,
            "stdout_visibility": "hidden",
            "extra_data": {
                "max": json_points(report.max),
                "pending": json_points(report.pending),
                "ungraded": json_points(report.ungraded),
                "submission_sha256": report.submission_sha256,
                "course_sha256": report.course_sha256,
                "evidence_sha256": report.evidence_sha256,
            },
            "tests": [_test(part, visibility) for part in report.list_parts()],
        }
    )


def render_gradescope_refusal(reason: str) -> str:
    """Return `results.json` for files that could not be read as a submission: no points, and why."""
    return _dump(
        {
            "score": 0,
            "output": escape(f"Not graded, because the files cannot be read as a submission: {reason}"),
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [],
        }
    )


def _dump(data: dict[str, Any]) -> str:
    return dump_indented(data, 2) + "\n"


def _remarks(report: Report) -> list[str]:
    lines = [f"Note: {escape(note)}" for note in report.notes]
    if report.pending:
        lines.append(f"{name_points(report.pending)} still to be marked by a person; not in the score.")
    if report.ungraded:
        lines.append(f"{name_points(report.ungraded)} not graded {explain_ungraded(report)}; no points are lost.")
    return lines


def _test(part: PartScore, visibility: str) -> dict[str, Any]:
    decided = part.max - part.pending - part.ungraded
    lines = [f"{line.mark} {line.text}" for line in build_lines(part)]
    test: dict[str, Any] = {
        "number": part.id,
        "name": escape(part.title),
        "output": "\n".join([WORDS[part.status], *lines]),
        "output_format": "text",
        "visibility": visibility,
    }
    if decided:
        test |= {"score": json_points(part.score), "max_score": json_points(decided)}
    # Without a status Gradescope shows a test of no points as passed.
    if part.status in {"pass", "partial", "fail", "missing"}:
        test["status"] = "passed" if part.status == "pass" else "failed"
    return test
