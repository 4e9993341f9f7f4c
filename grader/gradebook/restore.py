"""Makes a `Report` again of what was stored: words from its JSON, points from the exact columns beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from grader.gradebook.records import Marking
from grader.model import CheckResult, ExerciseScore, Outcome, PartScore, PartStatus, Report

MARKED = "text.marked"
_SUMS = ("score", "max", "pending", "ungraded")


@dataclass(frozen=True)
class ExactScore:
    """The points of one check, which JSON holds only as decimals."""

    score: Fraction
    max: Fraction


def restore_report(text: str, exact: Iterable[ExactScore], markings: Mapping[str, Marking]) -> Report:
    """Return the report; answers in `markings` that waited for a person have that person's points.

    Args:
        text: the report as JSON.
        exact: the points of its checks, in the order of the JSON.
        markings: the marking that counts, by answer.
    """
    data = json.loads(text)
    points = iter(exact)
    exercises = tuple(_restore_exercise(exercise, points, markings) for exercise in data["exercises"])
    submission, provenance = data["submission"], data["provenance"]
    return Report(
        student=submission["student"],
        files=tuple(submission["files"]),
        submission_sha256=submission["sha256"],
        exercises=exercises,
        notes=tuple(data["notes"]),
        **provenance,
        **_add(exercises),  # type: ignore[arg-type]  # mypy takes each of the two for all the fields
    )


def _restore_exercise(
    data: Mapping[str, Any], points: Iterator[ExactScore], markings: Mapping[str, Marking]
) -> ExerciseScore:
    parts = tuple(_restore_part(part, points, markings) for part in data["parts"])
    return ExerciseScore(id=data["id"], title=data["title"], parts=parts, **_add(parts))


def _restore_part(data: Mapping[str, Any], points: Iterator[ExactScore], markings: Mapping[str, Marking]) -> PartScore:
    checks = tuple(_mark(_restore_check(check, next(points)), markings) for check in data["checks"])
    part = PartScore(
        id=data["id"],
        title=data["title"],
        score=sum((check.score for check in checks), Fraction(0)),
        max=sum((check.max for check in checks), Fraction(0)),
        pending=sum((check.max for check in checks if check.outcome == "review"), Fraction(0)),
        ungraded=sum((check.max for check in checks if check.outcome == "ungraded"), Fraction(0)),
        status=data["status"],
        checks=checks,
        notes=tuple(data["notes"]),
    )
    return part if part.status != "review" or part.pending else replace(part, status=_status_of(part))


def _restore_check(data: Mapping[str, Any], exact: ExactScore) -> CheckResult:
    words = {name: value for name, value in data.items() if name not in {"score", "max"}}
    return CheckResult(score=exact.score, max=exact.max, **words)


def _mark(check: CheckResult, markings: Mapping[str, Marking]) -> CheckResult:
    marking = markings.get(check.answer)
    if check.outcome != "review" or marking is None:
        return check
    outcome: Outcome = "pass" if marking.total >= check.max else "fail"
    message = marking.why or "A person has marked this text."
    return replace(check, outcome=outcome, code=MARKED, score=marking.total, message=message)


def _status_of(part: PartScore) -> PartStatus:
    """Return the status of a part of nothing but texts, once a person has marked them."""
    if part.score >= part.max:
        return "pass"
    return "partial" if part.score else "fail"


def _add(items: Iterable[ExerciseScore | PartScore]) -> dict[str, Fraction]:
    listed = list(items)
    return {name: sum((getattr(item, name) for item in listed), Fraction(0)) for name in _SUMS}
