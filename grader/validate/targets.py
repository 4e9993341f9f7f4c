"""The numbers that a check compares with: the truth and every listed wrong answer, at each of its inputs."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from grader.course import Answer, Tolerance
from grader.judge.compare import expect_numbers
from grader.judge.decoding import Numbers
from grader.judge.expectations import Expectations, RejectedByReference, arguments_of
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.function import FunctionCheck
from grader.model import Call

Row = tuple[Numbers | None, ...]  # one entry an input; None where a wrong function has no value


@dataclass(frozen=True)
class Targets:
    """What a check compares with. A value has one input, the empty call."""

    tolerance: Tolerance
    calls: tuple[Call, ...]
    truth: tuple[Numbers, ...]
    wrong: Mapping[str, Row]  # by the mistake's code


def find_targets(oracle: Expectations, exercise_id: str, check: CloseCheck | FunctionCheck, answer: Answer) -> Targets:
    """Return the truth and the wrong answers of a check.

    Raises:
        CourseError: the reference has no such function, or it fails.
    """
    calls = oracle.inputs(check.inputs, answer.parameters) if isinstance(check, FunctionCheck) else (Call(args=()),)

    def numbers(name: str, call: Call) -> Numbers:
        found = oracle.function(exercise_id, name)(*arguments_of(call))
        return expect_numbers(found, check.entry if isinstance(check, CloseCheck) else None)

    truth = tuple(numbers(check.reference_name, call) for call in calls)
    wrong = {use.code: _find_row(numbers, use.wrong, calls) for use in check.mistakes if use.wrong is not None}
    if isinstance(check, FunctionCheck) and check.up_to_constant:
        wrong = {code: _align(row, truth) for code, row in wrong.items()}
    return Targets(check.tolerance, calls, truth, wrong)


def _find_row(numbers: Callable[[str, Call], Numbers], name: str, calls: tuple[Call, ...]) -> Row:
    return tuple(_find_one(numbers, name, call) for call in calls)


def _find_one(numbers: Callable[[str, Call], Numbers], name: str, call: Call) -> Numbers | None:
    try:
        found = numbers(name, call)
    except RejectedByReference:
        return None
    return None if any(map(cmath.isnan, found.values)) else found


def _align(row: Row, truth: tuple[Numbers, ...]) -> Row:
    """Return the row moved by the constant that makes its first number agree with the truth."""
    pairs = ((one, due) for one, due in zip(row, truth, strict=True) if one is not None)
    offset = next((due.values[0] - one.values[0] for one, due in pairs if cmath.isfinite(one.values[0])), 0.0)
    return tuple(None if one is None else Numbers(one.shape, tuple(x + offset for x in one.values)) for one in row)


def count_tolerances(wrong: Row, truth: tuple[Numbers, ...], tolerance: Tolerance) -> float:
    """Return how many tolerances a wrong answer is away from the truth, at the input and entry that shows it best."""
    pairs = [(one, due) for one, due in zip(wrong, truth, strict=True) if one is not None]
    if any(one.shape != due.shape for one, due in pairs):
        return math.inf
    entries = chain.from_iterable(zip(one.values, due.values, strict=True) for one, due in pairs)
    return max((_count(number, due, tolerance) for number, due in entries), default=0.0)


def _count(number: float, due: float, tolerance: Tolerance) -> float:
    if number == due:
        return 0.0
    if cmath.isinf(number) or cmath.isinf(due):
        return math.inf
    allowed = tolerance.absolute + tolerance.relative * abs(due)
    return abs(number - due) / allowed if allowed else math.inf
