"""What an invariant is made of: claims about a student's own numbers, and the slack that rounding is given.

A theorem is a list of claims, the simplest first. A claim names the numbers it needs and says, given them, in which
words it is broken, or None. No claim holds a reference value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from grader.inputs import DOMAINS, GENERATORS
from grader.judge.values import show, show_argument
from grader.model import Call

Floats = tuple[float, ...]
Names = tuple[str, ...]


@dataclass(frozen=True)
class Slack:
    """How far a theorem may seem broken by rounding: `tolerance` absolute plus `tolerance` times the scale."""

    tolerance: float

    def of(self, *scale: float) -> float:
        """Return the slack for quantities of this size; infinite ones do not widen it."""
        largest = 0.0
        for one in scale:
            if largest < abs(one) < math.inf:
                largest = abs(one)
        return self.tolerance * (1.0 + largest)

    def is_equal(self, left: float, right: float, *scale: float) -> bool:
        """Return whether two numbers are equal within the slack; infinities equal themselves."""
        return left == right or abs(left - right) <= self.of(left, right, *scale)

    def is_at_most(self, left: float, right: float, *scale: float) -> bool:
        """Return whether `left` exceeds `right` by no more than the slack."""
        return left <= right or left - right <= self.of(left, right, *scale)


class CannotTell(Exception):  # noqa: N818 - no error: the numbers have a form that the theorem says nothing about
    """The student's `name` gave nothing that the theorem speaks of; `why` is a predicate that follows the name."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True)
class Claim:
    """One instance of a theorem: a name and a call of it for each result it needs; None for the name's own value.

    `broken` gets the results in that order and returns the witness in words, or None; it raises `CannotTell`.
    """

    needs: tuple[tuple[str, Call | None], ...]
    broken: Callable[[tuple[Floats, ...], Slack], str | None]


def show_call(name: str, call: Call) -> str:
    """Return the inputs of a call with the names of the arguments."""
    return ", ".join(
        f"{argument} = {show_argument(value)}"
        for argument, value in zip(DOMAINS[name].arguments, call.args, strict=True)
    )


def show_result(name: str, call: Call | None, number: float) -> str:
    """Return what the student's `name` is, or gives for a call."""
    return (
        f"your {name} is {show(number)}"
        if call is None
        else f"your {name} gives {show(number)} for {show_call(name, call)}"
    )


def read_pair(call: Call) -> tuple[Floats, Floats]:
    """Return the two vectors of a call: p and q, or pi_ref and reward."""
    first, second = (tuple(one for one in arg if isinstance(one, float)) for arg in call.args if isinstance(arg, tuple))
    return first, second


def take_one(name: str, numbers: Floats) -> float:
    """Return the one number that a call gave."""
    if len(numbers) != 1:
        raise CannotTell(name, f"gave {len(numbers)} numbers where one is due")
    return numbers[0]


@cache  # the same for every student
def list_calls(name: str) -> tuple[Call, ...]:
    """Return the inputs to try a function on; none for a name that is no function of the course."""
    return GENERATORS[DOMAINS[name].generator]() if name in DOMAINS else ()


def list_needs(name: str) -> tuple[tuple[str, Call | None], ...]:
    """Return every result of a function, or the one value that a plain answer is."""
    return tuple((name, call) for call in list_calls(name)) or ((name, None),)


def claim_number(name: str, call: Call | None, holds: Callable[[float, Slack], bool]) -> Claim:
    """Return the claim that one number of the student's has a property."""

    def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
        number = take_one(name, results[0])
        return None if holds(number, slack) else show_result(name, call, number)

    return Claim(((name, call),), broken)


def claim_relation(name: str, calls: tuple[Call, ...], words: str, holds: Callable[[Floats, Slack], bool]) -> Claim:
    """Return the claim that one function's results on several calls are so related.

    Args:
        name: the student's function.
        calls: what it is called on; the first is shown as the witness.
        words: what the student's numbers are, with a place such as {0} for each.
        holds: whether the results, in the order of `calls`, are as they must be.
    """

    def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
        numbers = tuple(take_one(name, result) for result in results)
        if holds(numbers, slack):
            return None
        return f"with your {name}, {words.format(*map(show, numbers))} ({show_call(name, calls[0])})"

    return Claim(tuple((name, call) for call in calls), broken)
