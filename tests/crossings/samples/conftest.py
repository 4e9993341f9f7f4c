"""The sample students who show a known mistake or an answer that follows from an earlier one, graded once a session."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import pipeline
from grader.course import Course
from grader.errors import IsolationError
from grader.model import CheckResult, Report
from grader.pipeline import Grader, load_grader, read
from grader.sandbox import open_sandbox
from grader.submission import list_entries
from grader.validate.harness import list_results

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "submissions"
KINDS = ("mistakes", "follow_through")


@dataclass(frozen=True)
class Graded:
    """The reports of the samples by kind and student, and what is expected of them."""

    course: Grader
    reports: dict[str, dict[str, Report]]

    def expected(self, kind: str) -> dict[str, Any]:
        """Return what must come out for the students of this kind, points as fractions."""
        written: dict[str, Any] = yaml.safe_load((SAMPLES / f"{kind}.yaml").read_text(encoding="utf-8"))
        return {student: read_points(parts) for student, parts in written.items()}

    def found(self, kind: str, student: str) -> dict[str, Any]:
        """Return what came out, in the form of the expectations: attempted checks, theorems only where broken."""
        found: dict[str, Any] = {}
        for check in self.checks(kind, student).values():
            part, _, name = check.id.partition(".")
            if is_worth_saying(check):
                found.setdefault(part, {})[name] = plain(check)
        return found

    def checks(self, kind: str, student: str) -> dict[str, CheckResult]:
        """Return all results of a student by the check's name, such as 1a.ex1_kl."""
        return list_results(self.reports[kind][student])

    def all_checks(self) -> list[CheckResult]:
        """Return the results of all students."""
        return [
            check for kind in KINDS for student in self.reports[kind] for check in self.checks(kind, student).values()
        ]


def is_worth_saying(check: CheckResult) -> bool:
    """Return whether a check was put to something that the student attempted, and no theorem holds there."""
    if check.kind == "invariant":
        return check.outcome == "fail"
    return check.outcome != "missing" and (check.max > 0 or check.outcome != "pass")


def plain(check: CheckResult) -> dict[str, Any]:
    """Return a result in the form of the expectations."""
    told: dict[str, Any] = {"outcome": check.outcome, "score": check.score}
    if check.mistake:
        told["mistake"] = check.mistake
    if check.follow_through:
        told["follow_through"] = True
    return told


def read_points(expected: dict[str, Any]) -> dict[str, Any]:
    """Return expectations with their points as fractions: a fraction is written as a string ("1/8")."""
    return {
        part: {check: told | {"score": Fraction(str(told["score"]))} for check, told in checks.items()}
        for part, checks in expected.items()
    }


def find_long_scores(course: Course, report: Report) -> list[str]:
    """Return the checks whose score has more than three decimals although no author declared such a share."""
    shares = {mistake.code: mistake.share for mistake in course.file.mistakes}
    return [
        check.id
        for check in report.list_checks()
        if (1000 * check.score).denominator != 1 and check.score != check.max * shares.get(check.mistake or "", 1)
    ]


@pytest.fixture(scope="session")
def graded() -> Graded:
    """Run every sample of both kinds in one sandbox."""
    course = load_grader(ROOT)
    limits = course.course.file.limits
    reports: dict[str, dict[str, Report]] = {kind: {} for kind in KINDS}
    try:
        with open_sandbox(tuple(course.course.file.packages), "full", limits) as sandbox:
            for kind in KINDS:
                for entry in list_entries(SAMPLES / kind):
                    submission = read(entry.paths, limits, entry.student)
                    reports[kind][entry.student] = pipeline.judge(
                        course, pipeline.run(sandbox, course, submission).evidence
                    )
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level full: {error}")
    return Graded(course, reports)
