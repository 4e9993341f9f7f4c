"""Tolerances against two sides: wider than what the reference may be off, narrower than the nearest wrong answer."""

from __future__ import annotations

import cmath
from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from grader.errors import CourseError
from grader.judge.compare import expect_numbers
from grader.judge.decoding import Numbers
from grader.judge.expectations import Expectations, RejectedByReference, arguments_of
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.function import FunctionCheck
from grader.model import Call
from grader.validate.harness import ExerciseHarness
from grader.validate.issues import Issue
from grader.validate.targets import Targets, count_tolerances, find_targets

CERTIFIED = 1e-12  # absolute and relative: what the reference's docstrings promise and its tests certify with mpmath
ROOM = 10.0  # a tolerance is to be so many times the error
SHARE = 5.0  # a wrong answer is to be so many tolerances away, or it could be taken for the truth
ULP = 2.0**-52


def verify_tolerances(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield the tolerances that are too narrow for the reference, or too wide for a known mistake."""
    for _, check, name in harness.list_checks():
        if not isinstance(check, CloseCheck | FunctionCheck):
            continue
        try:
            targets = find_targets(harness.oracle, harness.exercise.id, check, harness.specs[check.answer])
        except CourseError:
            continue  # named where the reference is judged, or where the mistakes are made
        errors = list(bound_errors(harness.oracle, harness.exercise.id, check, targets))
        yield from _find_narrow(name, targets, errors)
        yield from _find_wide(name, targets)


def _find_narrow(name: str, targets: Targets, errors: list[float]) -> Iterator[Issue]:
    for truth, error in zip(targets.truth, errors, strict=True):
        sizes = [abs(number) for number in truth.values if cmath.isfinite(number)]
        allowed = targets.tolerance.absolute + targets.tolerance.relative * min(sizes, default=0.0)
        if sizes and not allowed >= ROOM * error:
            message = f"{allowed:.1e} is allowed; the reference itself may be off by {error:.1e}"
            yield Issue("tolerance.below_error", name, message)
            return


def _find_wide(name: str, targets: Targets) -> Iterator[Issue]:
    for code, row in targets.wrong.items():
        away = count_tolerances(row, targets.truth, targets.tolerance)
        if 1 < away < SHARE:
            message = f"{code} is only {away:.2f} tolerances away from the truth, expected at least {SHARE:g}"
            yield Issue("tolerance.too_wide", name, message)


def bound_errors(
    oracle: Expectations, exercise_id: str, check: CloseCheck | FunctionCheck, targets: Targets
) -> Iterator[float]:
    """Yield for each input how far the reference may be off, absolutely.

    That is the certified error, relative to the size of the result, and the change that one more unit in the last place
    of every input makes: a student's inputs are rounded, too.
    """
    for call, truth in zip(targets.calls, targets.truth, strict=True):
        sizes = [abs(number) for number in truth.values if cmath.isfinite(number)]
        # A relative tolerance is made for tiny entries, whose error is relative as well.
        floor = 1.0 if targets.tolerance.absolute else 0.0
        bound = CERTIFIED * (floor + max(sizes, default=0.0))
        if isinstance(check, FunctionCheck):
            bound += _measure_change(oracle, exercise_id, check, call, truth)
        yield bound


def _move(argument: object) -> object:
    """Return a number, or an array of numbers, one unit in the last place further; anything else as it is."""
    is_real = isinstance(argument, float) or (isinstance(argument, np.ndarray) and argument.dtype.kind == "f")
    return cast("Any", argument) * (1.0 + ULP) if is_real else argument


def _measure_change(oracle: Expectations, exercise_id: str, check: FunctionCheck, call: Call, truth: Numbers) -> float:
    """Return how much the reference moves when every input does, by one unit in its last place."""
    moved = tuple(map(_move, arguments_of(call)))
    try:
        found = expect_numbers(oracle.function(exercise_id, check.reference_name)(*moved))
    except RejectedByReference:
        return 0.0  # the end of its domain: a probability of 1, say
    pairs = zip(found.values, truth.values, strict=True)
    return max((abs(a - b) for a, b in pairs if cmath.isfinite(a) and cmath.isfinite(b)), default=0.0)
