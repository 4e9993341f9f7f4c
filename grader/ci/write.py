"""Writes everything that a service or a person reads afterwards into one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.batch.store import REPORT, REPORT_TEXT, make_folder
from grader.ci.annotations import build_annotations
from grader.ci.grading import Graded, Outcome
from grader.ci.page import COMMENT_BYTES, render_page
from grader.errors import blame
from grader.model import Report
from grader.report.annotations import render_annotations
from grader.report.classroom import encode_classroom, render_classroom
from grader.report.classroom50 import Assignment, render_classroom50
from grader.report.github import SUMMARY_BYTES
from grader.report.gradescope import render_gradescope, render_gradescope_refusal
from grader.report.json import render_json
from grader.report.junit import render_junit
from grader.report.points import json_points
from grader.report.text import render_text
from grader.report.write import write_atomically, write_together

INDEX = "ci.json"
AssignmentOf = Callable[[Report], Assignment]


def write_outcome(outcome: Outcome, lateness: str, out: Path, assignment_of: AssignmentOf | None = None) -> None:
    """Write the pages, the annotations and the reports; nothing in `out` shows an expected value."""
    make_folder(out)
    files = {
        "summary.md": render_page(outcome, lateness, SUMMARY_BYTES),
        "comment.md": render_page(outcome, lateness, COMMENT_BYTES),
        "annotations.txt": render_annotations(build_annotations(outcome)),
        "junit.xml": render_junit(outcome.reports),
        "classroom-results.json": render_classroom(outcome.reports) + "\n",
        INDEX: _render_index(outcome, lateness),
    }
    write_together({out / name: text for name, text in files.items()})
    for graded in outcome.graded:
        _write_student(out, graded, assignment_of)


def render_outputs(outcome: Outcome) -> str:
    """Return the step outputs, as lines for `$GITHUB_OUTPUT`. All of them are our own words, each on one line."""
    rows = {name: json_points(_total(outcome, name)) for name in ("score", "max", "pending", "ungraded")}
    rows |= {"students": len(outcome.reports)}
    lines = [f"{name}={value}" for name, value in rows.items()]
    lines += [f"refused={'true' if is_refused(outcome) else 'false'}", f"result={encode_classroom(outcome.reports)}"]
    return "\n".join([*lines, ""])


def is_refused(outcome: Outcome) -> bool:
    """Return whether the change, or a submission in it, was refused."""
    return outcome.is_refused or any(one.result is not None and one.report is None for one in outcome.graded)


def append(path: Path, text: str) -> None:
    """Add text to a file of the runner's, which other steps may have written to: all of it, or nothing.

    Raises:
        UsageError: it cannot be written.
        HostError: the disk is full.
    """
    try:
        before = path.stat().st_size if path.exists() else 0
        try:
            with path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError:
            with suppress(OSError):
                os.truncate(path, before)
            raise
    except OSError as error:
        raise blame(f"{path} cannot be written", error) from error


def _write_student(out: Path, graded: Graded, assignment_of: AssignmentOf | None) -> None:
    """Write a student's files. Uploaded files can be read by students: they are for them, and never for staff."""
    folder = out / graded.collected.entry.folder
    if graded.result is None:
        return
    if graded.report is None:
        write_atomically(make_folder(folder) / "results.json", render_gradescope_refusal(graded.result.reason))
        return
    files = {
        REPORT: render_json(graded.report, "student"),
        REPORT_TEXT: render_text(graded.report),
        "results.json": render_gradescope(graded.report),
    }
    if assignment_of is not None:
        files["result.json"] = render_classroom50(graded.report, assignment_of(graded.report))
    make_folder(folder)  # what is withheld was graded elsewhere
    write_together({folder / name: text for name, text in files.items()})


def _render_index(outcome: Outcome, lateness: str) -> str:
    data: dict[str, Any] = {
        "schema": "grader/ci/v1",
        "commit": outcome.commit,
        "refused": is_refused(outcome),
        "touched": [{"path": one.path, "why": one.why} for one in outcome.plan.forbidden_changes],
        "lateness": lateness,
        "score": json_points(_total(outcome, "score")),
        "max": json_points(_total(outcome, "max")),
        "pending": json_points(_total(outcome, "pending")),
        "ungraded": json_points(_total(outcome, "ungraded")),
        "students": [_row(graded) for graded in outcome.graded],
    }
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def _row(graded: Graded) -> dict[str, Any]:
    entry, result, report = graded.collected.entry, graded.result, graded.report
    row: dict[str, Any] = {
        "student": entry.student,
        "folder": entry.folder,
        "status": "gone" if result is None else result.status,
        "reason": "" if result is None else result.reason,
        "files": sorted(graded.collected.origins.values()),
    }
    if report is not None:
        row |= {"score": json_points(report.score), "max": json_points(report.max)}
    return row


def _total(outcome: Outcome, name: str) -> Fraction:
    return sum((getattr(report, name) for report in outcome.reports), Fraction(0))
