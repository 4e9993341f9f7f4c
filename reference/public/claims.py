"""What the invariants share: how far rounding may seem to break one, and how numbers and pairs are shown.

An invariant is a function `name(names, inputs, slack)`. It yields its instances, the simplest first: a list of what
it asks of the student's answers, as (name, arguments or None, how many numbers), and a function that gets these
numbers and returns None where the theorem holds, else the counterexample in words. `{0}` stands for the first
arguments asked with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Args = tuple[Any, ...]
Floats = tuple[float, ...]
Names = Sequence[str]
Rows = Sequence[Args]
Asked = list[tuple[Any, ...]]
Instance = tuple[Asked, Callable[..., Any]]


class Tolerance:
    """How far a theorem may seem broken by rounding: `slack` absolute plus `slack` times the scale."""

    def __init__(self, slack: float) -> None:
        """Allow so much."""
        self.slack = slack

    def of(self, *scale: float) -> float:
        """Return the tolerance for quantities of this size; infinite ones do not widen it."""
        largest = 0.0
        for one in scale:
            if largest < abs(one) < math.inf:
                largest = abs(one)
        return self.slack * (1.0 + largest)

    def is_equal(self, left: float, right: float, *scale: float) -> bool:
        """Return whether two numbers are equal within the tolerance; infinities equal themselves."""
        return left == right or abs(left - right) <= self.of(left, right, *scale)

    def is_at_most(self, left: float, right: float, *scale: float) -> bool:
        """Return whether `left` exceeds `right` by no more than the tolerance."""
        return left <= right or left - right <= self.of(left, right, *scale)


def show(number: float) -> str:
    """Return a number as messages show it: nine significant digits."""
    return f"{number:.9g}"


def list_needs(names: Names, inputs: Rows) -> Iterator[tuple[str, Args | None]]:
    """Yield every result of each function, or the one value that each plain answer is."""
    for name in names:
        yield from ((name, args) for args in inputs)
        if not inputs:
            yield name, None


def show_result(name: str, args: Args | None, number: float) -> str:
    """Return what the student's `name` is, or gives for the arguments that `{0}` stands for."""
    return f"your {name} is {show(number)}" if args is None else f"your {name} gives {show(number)} for {{0}}"


def claim_number(name: str, args: Args | None, holds: Callable[[float], bool]) -> Instance:
    """Return the claim that one number of the student's has a property."""

    def counterexample(number: float) -> str | None:
        return None if holds(number) else show_result(name, args, number)

    return [(name, args, 1)], counterexample


def claim_relation(name: str, calls: Sequence[Args], words: str, holds: Callable[[Floats], bool]) -> Instance:
    """Return the claim that one function's results on several calls are so related.

    Args:
        name: the student's function.
        calls: what it is called on; the first is shown with the counterexample.
        words: what the student's numbers are, with a `%s` for each.
        holds: whether the results, in the order of `calls`, are as they must be.
    """

    def counterexample(*numbers: float) -> str | None:
        if holds(numbers):
            return None
        return f"with your {name}, {words % tuple(map(show, numbers))} ({{0}})"

    return [(name, args, 1) for args in calls], counterexample


def as_floats(value: Any) -> Floats:
    """Return a number, or the numbers of an array row by row, as a tuple."""
    return tuple(one for item in value for one in as_floats(item)) if isinstance(value, tuple) else (value,)


def inconclusive(name: str, why: str) -> dict[str, str]:
    """Return that the student's `name` says nothing of the theorem; `why` is a predicate that follows the name."""
    return {"inconclusive": name, "why": why}
