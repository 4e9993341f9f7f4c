"""From verdicts to points: sums of fractions, and the status of a part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import TypedDict

from grader.course import BaseCheck, Exercise, Part
from grader.judge.codes import find_category
from grader.judge.verdict import NOTHING, Verdict
from grader.model import CheckResult, ExerciseScore, PartScore, PartStatus, Report


class Sums(TypedDict):
    """The points of several checks, parts or exercises together; see `PartScore`."""

    score: Fraction
    max: Fraction
    pending: Fraction
    ungraded: Fraction


def score_check(part: Part, check: BaseCheck, kind: str, verdict: Verdict) -> CheckResult:
    """Return a verdict with its points: its share of the check's, and none where it was not decided."""
    decided = verdict.outcome in {"pass", "fail"}
    return CheckResult(
        id=f"{part.id}.{check.id}",
        kind=kind,
        answer=check.answer,
        outcome=verdict.outcome,
        code=verdict.code,
        category=verdict.category or find_category(verdict.code, verdict.outcome),
        score=_share(verdict.share, check.points) if decided else NOTHING,
        max=check.points,
        message=verdict.message,
        detail=verdict.detail,
        mistake=verdict.mistake,
        follow_through=verdict.follow_through,
        shown=verdict.shown,
        title=verdict.title,
        hint=verdict.hint,
        because_of=verdict.because_of,
        text_sha256=verdict.text_sha256,
        line=verdict.line,
        cause=verdict.cause,
    )


def score_part(part: Part, checks: tuple[CheckResult, ...]) -> PartScore:
    """Return the points of a part: what is decided, what waits for a human, what we still owe."""
    return PartScore(
        id=part.id,
        title=part.title,
        status=find_status(checks),
        checks=checks,
        **sum_checks(checks),
    )


def find_status(checks: tuple[CheckResult, ...]) -> PartStatus:
    """Return the status of a part, which its automatic checks decide; a part of nothing but texts has theirs.

    Checks without points (invariants, an optional answer) explain and decide nothing, unless there are no others,
    as in the report that a student sees before submitting.
    """
    counted = [check for check in checks if check.max] or list(checks)
    automatic = [check for check in counted if check.kind != "text"]
    deciding = automatic or counted
    outcomes = {check.outcome for check in deciding}
    if "ungraded" in {check.outcome for check in counted}:
        return "ungraded"
    if outcomes == {"missing"}:
        return "missing"
    if "review" in outcomes:
        return "review"
    return _find_grade(deciding)


def _find_grade(checks: list[CheckResult]) -> PartStatus:
    if not any(check.max for check in checks):
        return "pass" if all(check.outcome == "pass" for check in checks) else "fail"
    if all(check.score == check.max for check in checks):  # no check earns more than its points
        return "pass"
    return "partial" if any(check.score for check in checks) else "fail"


def score_exercise(exercise: Exercise, parts: tuple[PartScore, ...]) -> ExerciseScore:
    """Return the points of an exercise: the sums over its parts."""
    return ExerciseScore(id=exercise.id, title=exercise.title, parts=parts, **sum_scores(parts))


def change_parts(report: Report, change: Callable[[PartScore], PartScore]) -> Report:
    """Return the report with every part changed, and exercises and the whole added up anew."""
    exercises = []
    for exercise in report.exercises:
        parts = tuple(map(change, exercise.parts))
        exercises.append(replace(exercise, parts=parts, **sum_scores(parts)))
    return replace(report, exercises=tuple(exercises), **sum_scores(exercises))


def sum_checks(checks: Sequence[CheckResult]) -> Sums:
    """Return the points of a part's checks together."""
    return {
        "score": add_points([check.score for check in checks]),
        "max": add_points([check.max for check in checks]),
        "pending": add_points([check.max for check in checks if check.outcome == "review"]),
        "ungraded": add_points([check.max for check in checks if check.outcome == "ungraded"]),
    }


def sum_scores(items: Sequence[PartScore | ExerciseScore]) -> Sums:
    """Return the points of parts, or of exercises, together."""
    return {
        "score": add_points(item.score for item in items),
        "max": add_points(item.max for item in items),
        "pending": add_points(item.pending for item in items),
        "ungraded": add_points(item.ungraded for item in items),
    }


def add_points(points: Iterable[Fraction]) -> Fraction:
    """Return the sum, brought to lowest terms at the end and not at every addition, which takes most of the time."""
    over, under = 0, 1
    for numerator, denominator in map(Fraction.as_integer_ratio, points):
        if denominator == under:
            over += numerator
        elif numerator:
            over, under = over * denominator + numerator * under, under * denominator
    return _reduce(over, under)


@lru_cache(maxsize=4096)  # a class has the same few sums
def _reduce(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def _share(share: Fraction, points: Fraction) -> Fraction:
    return points if share == 1 else share * points if share else NOTHING
