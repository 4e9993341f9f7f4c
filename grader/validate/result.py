"""What validation found, and its JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.validate.equivalents import Equivalent
from grader.validate.ignorant import STUDENTS, Ignorance, Payment, Student
from grader.validate.issues import Issue
from grader.validate.mutation_run import MutantResult


@dataclass(frozen=True)
class Coverage:
    """How often one check was seen to fail: for mutants, known mistakes and wrong answers."""

    check: str
    mutants: int
    mistakes: int
    wrong_answers: int


@dataclass(frozen=True)
class Validation:
    """All that was tried on a course, and all that was found wrong. Empty counts: the course could not be loaded."""

    course_sha256: str
    exercises: tuple[str, ...]
    points: Fraction
    mistakes: int
    wrong_answers: int
    checks: tuple[Coverage, ...]
    ignorance: tuple[Ignorance, ...]
    mutant_results: tuple[MutantResult, ...]
    equivalents: tuple[Equivalent, ...]
    issues: tuple[Issue, ...]

    @property
    def without_mutants(self) -> tuple[str, ...]:
        """The checks that catch no mutant of the reference."""
        return tuple(check.check for check in self.checks if not check.mutants)

    def payments(self, student: Student) -> tuple[Payment, ...]:
        """What a student earns who knows nothing."""
        return tuple(payment for one in self.ignorance for payment in one.earned.get(student, ()))

    def earned(self, student: Student) -> Fraction:
        """The points of a student who knows nothing."""
        return sum((payment.points for payment in self.payments(student)), Fraction(0))


def build_json(validation: Validation) -> str:
    """Return the result for programs."""
    return json.dumps(_build(validation), ensure_ascii=False, indent=1) + "\n"


def _build(validation: Validation) -> dict[str, Any]:
    by_exercise = {
        number: count_results(result for result in validation.mutant_results if number in result.exercises)
        for number in validation.exercises
    }
    operators = sorted({result.mutant.operator for result in validation.mutant_results})
    by_operator = {
        name: count_results(result for result in validation.mutant_results if result.mutant.operator == name)
        for name in operators
    }
    return {
        "schema": "grader/validation/v1",
        "ok": not validation.issues,
        "course_sha256": validation.course_sha256,
        "exercises": list(validation.exercises),
        "reference_points": str(validation.points),
        "mistakes": validation.mistakes,
        "wrong_answers": validation.wrong_answers,
        "ignorant": {student: _build_ignorant(validation, student) for student in STUDENTS},
        "mutants": {
            **count_results(validation.mutant_results),
            "by_exercise": by_exercise,
            "by_operator": by_operator,
            "caught_by": {result.mutant.id: list(result.caught_by) for result in validation.mutant_results},
        },
        "equivalents": [
            {"mutant": one.mutant, "kind": one.kind, "reason": one.reason} for one in validation.equivalents
        ],
        "checks": {check.check: _count(check) for check in validation.checks},
        "checks_without_mutants": list(validation.without_mutants),
        "problems": [_build_issue(issue) for issue in validation.issues],
    }


def _build_ignorant(validation: Validation, student: Student) -> dict[str, Any]:
    checks = {
        paid.check: {"points": str(paid.points), "max": str(paid.of), "gave": paid.gave}
        for paid in validation.payments(student)
    }
    return {"points": str(validation.earned(student)), "checks": checks}


def _build_issue(issue: Issue) -> dict[str, str]:
    return {"code": issue.code, "where": issue.where, "place": issue.place, "message": issue.message}


def _count(check: Coverage) -> dict[str, int]:
    return {"mutants": check.mutants, "mistakes": check.mistakes, "wrong_answers": check.wrong_answers}


def count_results(mutant_results: Iterable[MutantResult]) -> Mapping[str, int]:
    """Return how many mutants there are, and how many of them are killed, alive and declared equivalent."""
    count = Counter(result.status for result in mutant_results)
    return {"total": count.total(), **{name: count[name] for name in ("killed", "alive", "equivalent")}}
