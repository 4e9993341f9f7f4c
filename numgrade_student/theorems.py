"""The theorems of the public course, held against a student's own numbers. One speaks only where it is broken.

A theorem is a function `name(names, inputs, slack)` of `public/invariants.py` that yields its instances, the simplest
first: a list of what it asks, as (name, arguments or None, how many numbers), and a function that gets these numbers
and returns None where it holds, else the counterexample in words. `{0}` stands for the first arguments asked with. A
dict with `inconclusive` says that nothing follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from numgrade_student.course import Answer, Args, Invariant, PublicCourse
from numgrade_student.forms import Numbers
from numgrade_student.show import show_inputs

MANY = 1000
MOST_CALLS = 64  # of one function


class InconclusiveError(Exception):
    """The student's value gives nothing that a theorem speaks of."""


class CountError(Exception):
    """A function returned so many numbers where another number of them is asked for."""

    def __init__(self, ask: Ask, count: int) -> None:
        super().__init__(ask.name)
        self.ask, self.count = ask, count


@dataclass(frozen=True)
class Ask:
    """What an instance asks for: a name, the arguments of a call or None for its own value, and how many numbers."""

    name: str
    args: Args | None
    count: int | None = None


Instance: TypeAlias = tuple[tuple[Ask, ...], Callable[..., Any]]
Lookup: TypeAlias = Callable[[str, "Args | None"], Numbers]


def list_instances(course: PublicCourse, invariant: Invariant) -> Iterator[Instance]:
    """Yield the instances of a theorem, the simplest first."""
    inputs = () if invariant.inputs is None else course.rows(invariant.inputs)
    found = course.theorem(invariant.theorem)(invariant.of, inputs, invariant.slack)
    for _, (asked, broken) in zip(range(MANY), found, strict=False):
        yield tuple(_parse_ask(*one) for one in asked), broken


def _parse_ask(name: str, args: Any, count: int | None = None) -> Ask:
    return Ask(name, None if args is None else tuple(args), count)


def list_calls(course: PublicCourse) -> Mapping[str, tuple[Args, ...]]:
    """Return the calls that the check makes of each function: its examples, then what the theorems ask."""
    calls: dict[str, dict[str, Args]] = {name: {} for name, one in course.answers.items() if one.kind == "function"}
    for answer in course.answers.values():
        for row in course.rows(answer.examples) if answer.examples else ():
            calls[answer.name].setdefault(name_call(row), row)
    for _, part in course.list_parts():
        for invariant in part.invariants:
            for asked, _ in list_instances(course, invariant):
                for one in asked:
                    if one.args is not None:
                        calls[one.name].setdefault(name_call(one.args), one.args)
    return {name: tuple(found.values())[:MOST_CALLS] for name, found in calls.items()}


def name_call(args: Args) -> str:
    """Return a text that tells these arguments from others."""
    return repr([arg.tolist() if isinstance(arg, np.ndarray) else arg for arg in args])


def find_counterexample(
    course: PublicCourse, invariant: Invariant, lookup: Lookup, answers: Mapping[str, Answer]
) -> str | None:
    """Return the simplest counterexample in words; None where there is none, or nothing can be said.

    Args:
        course: whose theorem it is.
        invariant: which.
        lookup: gives the numbers of a call, or of an answer's own value; raises `InconclusiveError`.
        answers: by name.

    Raises:
        CountError: there is none, but some call returned another number of numbers than the theorem is about.
    """
    miscounted: CountError | None = None
    with np.errstate(all="ignore"):
        for asked, broken in list_instances(course, invariant):
            try:
                words = _examine(asked, broken, lookup)
            except CountError as error:
                miscounted = miscounted or error
                continue
            if words is not None:
                return _fill(words, asked, answers)
    if miscounted is not None:
        raise miscounted
    return None


def _examine(asked: tuple[Ask, ...], broken: Callable[..., Any], lookup: Lookup) -> str | None:
    try:
        found = broken(*[_fit(one, lookup(one.name, one.args)) for one in asked])
    except (InconclusiveError, ArithmeticError, ValueError, TypeError, IndexError):
        return None  # odd numbers of a student's, which the course did not think of, break no theorem
    return found if isinstance(found, str) else None


def _fit(ask: Ask, numbers: Numbers) -> Any:
    if ask.count is None:
        return numbers.plain
    if len(numbers.values) != ask.count:
        raise CountError(ask, len(numbers.values)) if ask.args is not None else InconclusiveError
    return numbers.values[0] if ask.count == 1 else numbers.values


def _fill(words: str, asked: tuple[Ask, ...], answers: Mapping[str, Answer]) -> str:
    for index, one in enumerate(asked):
        if f"{{{index}}}" in words and one.args is not None:
            words = words.replace(f"{{{index}}}", show_inputs(answers[one.name], one.args))
    return words
