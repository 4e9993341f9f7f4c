"""What the judge asks of a course's own code, and how a call becomes the objects that a function gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol, cast

from grader.course import Argument
from grader.errors import CourseError
from grader.judge.arguments import argument_object
from grader.model import Call

MANY = 1000  # instances of one invariant, or rows of inputs, at most


class RejectedByReference(CourseError):  # noqa: N818 - what happened, not a fault: a student's values may be odd
    """The reference rejects these arguments (`ValueError`, `ArithmeticError`), as it may for a student's values."""


class Expectations(Protocol):
    """What the judge asks of an oracle; `Oracle` answers from the reference, tests from a table."""

    def value(self, exercise_id: str, name: str) -> object:
        """Return what the zero-argument reference function `name` returns."""
        ...

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return the reference function `name`."""
        ...

    def inputs(self, name: str, parameters: tuple[Argument, ...]) -> tuple[Call, ...]:
        """Return the calls that the generator `name` gives for a function with these parameters, simplest first."""
        ...

    def invariant(self, name: str) -> Callable[..., Iterable[object]]:
        """Return the course's invariant `name`."""
        ...

    def rule(self, name: str) -> Callable[..., object]:
        """Return the course's own rule `name`."""
        ...

    def place(self, error: CourseError, exercise_id: str | None = None) -> CourseError:
        """Return the same error, with what it says of a function of the reference at that function's file and line."""
        ...


@lru_cache(maxsize=None, typed=True)  # one object for equal calls: what is looked up by a call is found by identity
def build_call(*arguments: object) -> Call:
    """Return the call with these arguments, the same object for the same arguments."""
    return Call(args=cast("Any", arguments))


def arguments_of(call: Call) -> tuple[object, ...]:
    """Return the arguments of a call as a student's function gets them: fresh objects for each call."""
    return tuple(map(argument_object, call.args))
