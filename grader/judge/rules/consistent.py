"""The rule `consistent`: an answer agrees with what follows from the student's own other answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, Name, Tolerance
from grader.judge.admissible import ZERO, take_numbers
from grader.judge.bounds import bounded
from grader.judge.compare import are_close, expect_numbers
from grader.judge.context import CheckContext
from grader.judge.decoding import Numbers, read_number, show_numbers
from grader.judge.describe import Invalid
from grader.judge.expectations import RejectedByReference
from grader.judge.explain import show_allowed_error, show_answer
from grader.judge.forms import reject_form
from grader.judge.rules.base import FieldProblem, KeyPath, Rule, Use, Wrong
from grader.judge.rules.common import check_tolerance
from grader.judge.rules.examples import wrong_numbers
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, blocked, failed, passed


class ConsistentCheck(BaseCheck):
    """Agrees with `by(*student's own values of uses)`, whatever those are; blocked where one of them is missing."""

    rule: Literal["consistent"]
    uses: Annotated[tuple[Name, ...], Field(min_length=1, description="The student's own answers, in order.")]
    by: Name = Field(description="The reference's function that works the right answer out from them.")
    tolerance: Tolerance | None = Field(None, description="Numbers: how close; a bool has none.")
    rounded: Tolerance | None = Field(
        None,
        description="How close to the true value is right too, where all of `uses` are right: they may be rounded.",
    )


class Consistent(Rule[ConsistentCheck]):
    """By the student's own values; the reference's are never looked at."""

    record = ConsistentCheck
    kinds = ("number", "bool")
    asks = "`by` takes the student's values of `uses` and returns the answer that agrees with them."
    codes = {
        "own.consistent": Code("agrees with the student's own values", "right"),
        "own.all_zero": Code(
            "the student's own values are zero where the true ones are not, so nothing follows from them",
            "wrong",
            takes_hint=False,
        ),
        "own.not_finite": Code(
            "the student's own values, or what follows from them, are infinite where the truth is not",
            "wrong",
            takes_hint=False,
        ),
        "own.inconsistent": Code("does not agree with the student's own values", "wrong"),
    }

    def find_problems(self, check: ConsistentCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield where the tolerance does not fit the kind."""
        if answer.kind == "bool" and check.tolerance is not None:
            yield ("tolerance",), f"unknown key for {answer.name} (bool): a bool is equal or not"
        elif answer.kind != "bool" and check.tolerance is None:
            yield ("tolerance",), f"missing key: {answer.name} is a number"
        elif check.tolerance is not None:
            yield from check_tolerance(check.tolerance)

    def uses(self, check: ConsistentCheck) -> Iterator[Use]:
        """Yield the student's own values that it rests on."""
        yield from (Use(("uses", index), name) for index, name in enumerate(check.uses))

    def functions(self, check: ConsistentCheck, answer: Answer) -> Iterator[tuple[KeyPath, str]]:
        """Yield what works the answer out."""
        del answer
        yield ("by",), check.by

    def judge(self, context: CheckContext[ConsistentCheck]) -> Verdict:
        """Judge an answer by the student's own values."""
        return _judge(context)

    def solve(self, context: CheckContext[ConsistentCheck]) -> Solution | None:
        """Return what follows from the true values."""
        check = context.check
        true = context.oracle.function(context.exercise_id, check.by)(*map(context.true_value, check.uses))
        follows = f", where {', '.join(check.uses)} {'is' if len(check.uses) == 1 else 'are'} right"
        if check.tolerance is None:
            return Solution(f"{bool(true)}{follows}")
        expected = f"{show_numbers(expect_numbers(true))} {context.answer.unit}".rstrip()
        return Solution(f"{expected}{follows}", show_allowed_error(check.tolerance))

    def wrong_examples(self, check: ConsistentCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield what does not follow."""
        del check
        if answer.kind == "bool":
            yield "the other one", not truth
        else:
            yield from wrong_numbers(answer, truth)


def _judge(context: CheckContext[ConsistentCheck]) -> Verdict:
    """Judge an answer by the student's own values, right or wrong; blocked where one of them is not there."""
    check = context.check
    own = {name: context.student_value(name) for name in check.uses}
    for name, value in own.items():
        if not context.answers.attempted(name) or isinstance(value, Invalid):
            return blocked(context.name, name)
    fault = _find_fault(context, own)
    if fault is not None:
        return failed(fault[0], f"{context.name} rests on {', '.join(own)}, {fault[1]}")
    by = context.oracle.function(context.exercise_id, check.by)
    try:
        with bounded(check.by):
            target = by(*own.values())
    except RejectedByReference:
        return blocked(context.name, " and ".join(check.uses), "are no values to go on with")
    if is_infinite(target) and not is_infinite(by(*map(context.true_value, check.uses))):  # of numbers too large to add
        return failed("own.not_finite", f"{context.name} rests on {', '.join(own)}, from which nothing finite follows")
    return _agrees_with_own(context, target)


def _find_fault(context: CheckContext[ConsistentCheck], own: Mapping[str, object]) -> tuple[str, str] | None:
    """Return why nothing follows from these values: what is not zero or infinite in truth is so for the student."""
    truth = {name: context.true_value(name) for name in own}
    telling = [name for name in own if not is_zero(truth[name])]
    if telling and all(is_zero(own[name]) for name in telling):
        return "own.all_zero", "which are all 0, so there is nothing to add up"
    if any(is_infinite(own[name]) and not is_infinite(truth[name]) for name in own):
        return "own.not_finite", "some of which are infinite, so nothing follows from them"
    return None


def is_zero(value: object) -> bool:
    """Return whether a number, or every number of an array, is zero by tolerance."""
    numbers = take_numbers(value)
    return numbers is not None and bool((np.abs(numbers) <= ZERO).all())


def is_infinite(value: object) -> bool:
    """Return whether a number, or some number of an array, is infinite."""
    numbers = take_numbers(value)
    return numbers is not None and bool(np.isinf(numbers).any())


def _agrees_with_own(context: CheckContext[ConsistentCheck], target: object) -> Verdict:
    tolerance = context.check.tolerance
    reading: object
    if tolerance is None:
        reading = context.student_value(context.name)
        agrees = isinstance(reading, bool) and reading == bool(target)
    else:
        number = read_number(context.value)
        reading = number if isinstance(number, Invalid) else Numbers((), (number,))
        agrees = isinstance(reading, Numbers) and _is_near(context, reading, expect_numbers(target))
    if isinstance(reading, Invalid):
        return reject_form(context, reading)
    names = ", ".join(context.check.uses)
    if agrees:
        return passed("own.consistent", f"{context.name} agrees with your own {names}")
    shown = (
        show_answer(context.name, reading, context.answer.unit)
        if isinstance(reading, Numbers)
        else f"{context.name} = {reading}"
    )
    return failed("own.inconsistent", f"{shown} does not agree with your own {names}", f"expected {target!r}")


def _is_near(context: CheckContext[ConsistentCheck], reading: Numbers, target: Numbers) -> bool:
    """Return whether a number follows from the student's own values; from the true ones, where these are right."""
    check = context.check
    if check.tolerance is not None and are_close(reading, target, check.tolerance):
        return True
    if check.rounded is None or any(map(context.is_wrong, check.uses)):
        return False
    true = context.oracle.function(context.exercise_id, check.by)(*map(context.true_value, check.uses))
    return are_close(reading, expect_numbers(true), check.rounded)


RULE = Consistent()
