"""From verdicts to points: sums of fractions, and the status of a part."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from grader.judge.verdict import Verdict
from grader.model import CheckResult, ExerciseScore, PartScore, PartStatus
from grader.spec.model import BaseCheck, Exercise, Part

NOTHING = Fraction(0)


def score_check(part: Part, check: BaseCheck, kind: str, verdict: Verdict) -> CheckResult:
    """Return a verdict with its points: its share of the check's, and none where it was not decided."""
    decided = verdict.outcome in {"pass", "fail"}
    return CheckResult(
        id=f"{part.id}.{check.id}",
        kind=kind,
        answer=check.answer,
        outcome=verdict.outcome,
        code=verdict.code,
        score=verdict.share * check.points if decided else NOTHING,
        max=check.points,
        message=verdict.message,
        detail=verdict.detail,
        mistake=verdict.mistake,
        follow_through=verdict.follow_through,
    )


def score_part(part: Part, checks: tuple[CheckResult, ...]) -> PartScore:
    """Return the points of a part: what is decided, what waits for a human, what we still owe."""
    return PartScore(
        id=part.id,
        title=part.title,
        score=_sum(check.score for check in checks),
        max=_sum(check.max for check in checks),
        pending=_sum(check.max for check in checks if check.outcome == "review"),
        ungraded=_sum(check.max for check in checks if check.outcome == "ungraded"),
        status=find_status(checks),
        checks=checks,
    )


def find_status(checks: tuple[CheckResult, ...]) -> PartStatus:
    """Return the status of a part, which its automatic checks decide; a part of nothing but texts has theirs.

    Checks without points (invariants, an optional answer) explain and decide nothing, unless there are no others,
    as in the report that a student sees before handing in.
    """
    counted = [check for check in checks if check.max > 0] or list(checks)
    automatic = [check for check in counted if check.kind != "text"]
    deciding = automatic or counted
    outcomes = {check.outcome for check in deciding}
    if any(check.outcome == "ungraded" for check in counted):
        return "ungraded"
    if outcomes == {"missing"}:
        return "missing"
    if "review" in outcomes:
        return "review"
    return _find_grade(deciding)


def _find_grade(checks: list[CheckResult]) -> PartStatus:
    score, most = _sum(check.score for check in checks), _sum(check.max for check in checks)
    if most == 0:
        return "pass" if all(check.outcome == "pass" for check in checks) else "fail"
    if score == most:
        return "pass"
    return "partial" if score else "fail"


def score_exercise(exercise: Exercise, parts: tuple[PartScore, ...]) -> ExerciseScore:
    """Return the points of an exercise: the sums over its parts."""
    return ExerciseScore(
        id=exercise.id,
        title=exercise.title,
        score=_sum(part.score for part in parts),
        max=_sum(part.max for part in parts),
        pending=_sum(part.pending for part in parts),
        ungraded=_sum(part.ungraded for part in parts),
        parts=parts,
    )


def _sum(points: Iterable[Fraction]) -> Fraction:
    return sum(filter(None, points), NOTHING)  # adding fractions is slow, and most are nothing
