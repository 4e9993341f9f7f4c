"""Hand-made reports."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.judge.codes import find_category
from grader.model import CheckResult, ExerciseScore, Outcome, PartScore, Report

ZERO = Fraction(0)


def build_check(name: str, outcome: Outcome = "pass", code: str = "value.close", **other: Any) -> CheckResult:
    """Return a result of part 1a (or `part`) worth one point unless told otherwise."""
    part = other.pop("part", "1a")
    most = Fraction(other.pop("max", 1))
    score = Fraction(other.pop("score", most if outcome == "pass" else 0))
    category = other.pop("category", find_category(code, outcome))
    facts: dict[str, Any] = {"kind": "number", "answer": name.partition("[")[0], "message": f"{name} {outcome}"}
    return CheckResult(
        id=f"{part}.{name}",
        outcome=outcome,
        code=code,
        category=category,
        score=score,
        max=most,
        **(facts | other),
    )


def build_part(identity: str, status: str, *checks: CheckResult, **other: Any) -> PartScore:
    """Return a part of these checks, added up."""
    return PartScore(
        id=identity,
        title=other.get("title", "A part of the exercise"),
        score=sum((check.score for check in checks), ZERO),
        max=sum((check.max for check in checks), ZERO),
        pending=sum((check.max for check in checks if check.outcome == "review"), ZERO),
        ungraded=sum((check.max for check in checks if check.outcome == "ungraded"), ZERO),
        status=status,  # type: ignore[arg-type]  # a test's word
        checks=checks,
        notes=other.get("notes", ()),
    )


def build_report(*parts: PartScore, student: str = "ada", notes: tuple[str, ...] = ()) -> Report:
    """Return a report with one exercise of these parts."""
    sums: dict[str, Any] = {
        name: sum((getattr(part, name) for part in parts), ZERO) for name in ("score", "max", "pending", "ungraded")
    }
    return Report(
        student=student,
        files=("ada.ipynb", "more.py"),
        submission_sha256="a" * 64,
        exercises=(ExerciseScore(id="1", title="Divergences by hand", parts=parts, **sums),),
        notes=notes,
        course_sha256="c" * 64,
        evidence_sha256="e" * 64,
        grader="1.0.0",
        seed=0,
        **sums,
    )


@pytest.fixture
def check() -> Any:
    """Return the builder of check results."""
    return build_check


@pytest.fixture
def part() -> Any:
    """Return the builder of parts."""
    return build_part


@pytest.fixture
def report_of() -> Any:
    """Return the builder of reports."""
    return build_report


@pytest.fixture
def sample() -> Report:
    """Return a report in which every kind of remark occurs."""
    parts = (
        build_part(
            "1a",
            "partial",
            build_check("ex1_kl_pq"),
            build_check(
                "ex1_kl_qp",
                follow_through=True,
                code="follow_through.consistent",
                message="ex1_kl_qp = 0.5: full points, as it follows correctly from your ex1_kl, which is wrong",
            ),
            build_check(
                "ex1_far", "fail", "value.wrong", message="ex1_far = 3 is not correct", detail="expected 0.456"
            ),
            build_check("ex1_near", "fail", "value.nearly", message="ex1_near = 0.45 is close, but not close enough"),
            build_check("ex1_law", "fail", "invariant.violated", kind="invariant", max=0, message="it is negative"),
            build_check(
                "ex1_bits", "fail", "mistake.known", mistake="bits_not_nats", score=Fraction(1, 2), message="in bits"
            ),
            build_check(
                "ex1_shape", "fail", "value.shape_mismatch", message="ex1_shape has shape (3,), but should have (4,)"
            ),
            build_check("ex1_kl", "fail", "run.raised", message="your code raised ZeroDivisionError in cell 3"),
            build_check("ex1_again", "fail", "run.raised", message="your code raised ZeroDivisionError in cell 3"),
            build_check("additivity", kind="invariant", max=0, code="invariant.holds"),
            build_check("convexity", kind="invariant", max=0, code="invariant.holds"),
            build_check("data", "blocked", "check.blocked", kind="invariant", max=0),
            build_check("ex1_gone", "missing", "answer.missing"),
            build_check("ex1_stuck", "blocked", "check.blocked", message="ex1_stuck rests on ex1_gone"),
        ),
        build_part("1b", "pass", build_check("ex1_r", part="1b"), title="A part that is right"),
        build_part("1c", "missing", build_check("ex1_m", "missing", "answer.missing", part="1c")),
        build_part("1d", "review", build_check("ex1d_text", "review", "text.review", kind="text", part="1d", max=2)),
        build_part(
            "1e",
            "ungraded",
            build_check("ex1_u", "ungraded", "check.ungraded", part="1e", message="this could not be graded"),
            notes=("answered in two files",),
        ),
    )
    return build_report(*parts, notes=("more.py, cell 3: ZeroDivisionError: division by zero",))
