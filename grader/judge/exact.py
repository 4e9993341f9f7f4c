"""Checks of answers that are right or not, with nothing between: bools, choices, sets. And texts, for a human."""

from __future__ import annotations

import numpy as np

from grader.errors import CourseError, Problem
from grader.judge.case import Case
from grader.judge.closeness import followed, neither
from grader.judge.mistakes import find_mistake
from grader.judge.values import Refusal
from grader.judge.verdict import Verdict, failed, passed
from grader.spec.model import ExactCheck, MistakeUse

Exact = bool | str | frozenset[str]


def check_exact(case: Case[ExactCheck]) -> Verdict:
    """Judge a bool, a choice or a set: by the reference, then by earlier answers, then by known mistakes."""
    check = case.check
    reading = case.read_own(case.name)
    if isinstance(reading, Refusal):
        return failed(reading.code, f"{case.name} {reading.message}")
    expected = expect_exact(case.oracle.value(case.exercise_id, check.reference or case.name))
    accepted = [expected, *map(frozenset, check.also)]
    if any(is_same(reading, right) for right in accepted):
        return passed("value.exact", f"{case.name} is right")
    shown = f"{case.name} = {_show(reading)}"
    detail = f"expected {_show(expected)}"
    target = case.follow(check.follow_through)
    if check.follow_through and target is not None and is_same(reading, expect_exact(target)):
        return followed(case, shown, check.follow_through.uses, detail)

    def explains(use: MistakeUse) -> bool:
        if use.wrong is None:
            return False
        wrong = expect_exact(case.oracle.value(case.exercise_id, use.wrong))
        return is_same(reading, wrong) and not any(is_same(wrong, right) for right in accepted)

    wrong = f"{shown} is not right{neither(case, check.follow_through)}"
    return find_mistake(case, check.mistakes, explains, shown) or failed("value.wrong", wrong, detail)


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
    problem = f"{reference!r} ({type(reference).__name__}): a bool, a word or a set of words is due"
    raise CourseError([Problem("reference", 1, "exact", problem)])


def is_same(answer: object, reference: Exact) -> bool:
    """Return whether two exact values are of one kind and equal."""
    return type(answer) is type(reference) and answer == reference


def _show(value: object) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(str, value))) + "}"
    return repr(value)
