"""The rule `exact`: answers that are right or not, with nothing between: bools, choices, sets, counts, strings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, FollowThrough, MistakeUse
from grader.errors import CourseError, Problem
from grader.judge.admissible import is_trivial
from grader.judge.context import CheckContext
from grader.judge.describe import Invalid
from grader.judge.explain import find_wrong_value, followed, neither
from grader.judge.forms import reject_form
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.rules.common import Normalise, ReferenceName, check_mistakes
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, failed, passed
from grader.judge.words import normalise

Exact = bool | int | str | frozenset[str]


class ExactCheck(BaseCheck):
    """A bool, a choice, a set, a whole number or a string is the reference's, or one of those in `also`."""

    rule: Literal["exact"]
    reference: ReferenceName = None
    also: tuple[tuple[str, ...], ...] = Field(
        (), description="Other sets that are right too; or other strings, each in a list of its own."
    )
    normalise: Normalise = ("space",)
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class ExactRule(Rule[ExactCheck]):
    """By the reference, then by earlier answers, then by known mistakes."""

    record = ExactCheck
    kinds = ("bool", "choice", "set", "integer", "string")
    asks = (
        "A function without arguments, named like the answer or by `reference`, that returns a bool, a word, a "
        "set of words, a whole number or a string; each `wrong` likewise."
    )
    codes = {
        "value.exact": Code("the reference's bool, choice or set", "right"),
    }

    def find_problems(self, check: ExactCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with the mistakes and the other accepted sets."""
        yield from check_mistakes(check.mistakes)
        if check.also and answer.kind not in {"set", "string"}:
            yield ("also",), f"unknown key for {answer.name} ({answer.kind}): it belongs to set and string"
            return
        for index, accepted in enumerate(check.also):
            unknown = sorted(set(accepted) - set(answer.choices)) if answer.kind == "set" else []
            if unknown:
                yield ("also", index), f"{', '.join(unknown)}: expected choices of {answer.name}"

    def judge(self, context: CheckContext[ExactCheck]) -> Verdict:
        """Judge a bool, a choice or a set."""
        return _judge(context)

    def solve(self, context: CheckContext[ExactCheck]) -> Solution | None:
        """Return the reference's, and what else is right."""
        expected = _expect(context, context.oracle.value(context.exercise_id, context.check.reference_name))
        return Solution(" or ".join(map(_show, (expected, *_list_also(context)))))

    def wrong_examples(self, check: ExactCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield every other choice, and the set with one choice more or less."""
        match answer.kind:
            case "bool":
                yield "the other one", not truth
            case "integer":
                yield from (("one more", int(truth) + 1), ("below zero", -abs(int(truth)) - 1))
            case "string":
                yield from (("another string", f"not {truth}"), ("an empty string", ""))
            case "choice":
                yield from ((choice, choice) for choice in answer.choices if choice != truth)
            case _:
                yield from _wrong_sets(check, answer, frozenset(truth))


def _wrong_sets(check: ExactCheck, answer: Answer, truth: frozenset[str]) -> Iterator[Wrong]:
    also = set(map(frozenset, check.also))
    for choice in answer.choices:
        changed = truth ^ {choice}
        if changed not in also:
            yield f"with {choice}" if choice in changed else f"without {choice}", changed


def _judge(context: CheckContext[ExactCheck]) -> Verdict:
    """Judge a bool, a choice or a set: by the reference, then by earlier answers, then by known mistakes."""
    check = context.check
    reading = context.student_value(context.name)
    if isinstance(reading, Invalid):
        return reject_form(context, reading)
    if isinstance(reading, str) and context.answer.kind == "string":
        reading = normalise(reading, check.normalise)
    expected = _expect(context, context.oracle.value(context.exercise_id, check.reference_name))
    accepted = [expected, *_list_also(context)]
    if any(is_same(reading, right) for right in accepted):
        return passed("value.exact", f"{context.name} is right")
    shown = f"{context.name} = {_show(reading)}"
    detail = f"expected {_show(expected)}"
    target = context.follow(check.follow_through)
    if is_trivial(target, expected):
        target = None
    if check.follow_through and target is not None and is_same(reading, _expect(context, target)):
        return followed(context, shown, check.follow_through.uses, detail)

    def explains(name: str) -> bool:
        wrong = _expect(context, context.oracle.value(context.exercise_id, name))
        return is_same(reading, wrong) and not any(is_same(wrong, right) for right in accepted)

    wrong = f"{shown} is not correct{neither(context, check.follow_through, target)}"
    return find_wrong_value(context, check.mistakes, explains, shown) or failed("value.wrong", wrong, detail)


def _list_also(context: CheckContext[ExactCheck]) -> list[Exact]:
    if context.answer.kind == "string":
        return [normalise(text, context.check.normalise) for accepted in context.check.also for text in accepted]
    return [frozenset(accepted) for accepted in context.check.also]


def _expect(context: CheckContext[ExactCheck], reference: object) -> Exact:
    """Return a value of the reference as the answer's kind has it."""
    if context.answer.kind == "integer" and not isinstance(reference, bool):
        return int(expect_whole(reference))
    expected = expect_exact(reference)
    if context.answer.kind == "string" and isinstance(expected, str):
        return normalise(expected, context.check.normalise)
    return expected


def expect_whole(reference: object) -> int:
    """Return a whole number that the reference gave.

    Raises:
        CourseError: it gave something else.
    """
    if isinstance(reference, int | np.integer) and not isinstance(reference, bool):
        return int(reference)
    problem = f"expected a whole number (int), got {reference!r} ({type(reference).__name__})"
    raise CourseError([Problem("reference", 1, "exact", problem)])


def expect_exact(reference: object) -> Exact:
    """Return a bool, a word or a set of words that the reference gave.

    Raises:
        CourseError: it gave something else.
    """
    if isinstance(reference, bool | np.bool_):
        return bool(reference)
    if isinstance(reference, str):
        return reference
    if isinstance(reference, set | frozenset):
        return frozenset(map(str, reference))
    problem = f"{reference!r} ({type(reference).__name__}): expected a bool, a word or a set of words"
    raise CourseError([Problem("reference", 1, "exact", problem)])


def is_same(answer: object, reference: Exact) -> bool:
    """Return whether two exact values are of one kind and equal."""
    return type(answer) is type(reference) and answer == reference


def _show(value: object) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(str, value))) + "}"
    return repr(value)


RULE = ExactRule()
