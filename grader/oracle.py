"""Expected values and known mistakes: the only importer of the reference.

Whatever the reference raises becomes a `CourseError`, so that a broken reference leaves a check ungraded and never
becomes a verdict on a student.
"""

from __future__ import annotations

import gc
import importlib
import traceback
from collections.abc import Callable, Hashable
from types import ModuleType
from typing import Protocol, TypeVar, cast

import numpy as np

from grader.errors import CourseError, Problem
from grader.model import Call
from grader.spec.model import Course

T = TypeVar("T")


class ReferenceRefused(CourseError):  # noqa: N818 - what happened, not a fault: a student's values may be odd
    """The reference refuses these arguments (`ValueError`, `ArithmeticError`), as it may for a student's values."""


class Expectations(Protocol):
    """What the judge asks of an oracle; `Oracle` answers from the reference, tests from a table."""

    def value(self, exercise_id: str, name: str) -> object:
        """Return what the zero-argument reference function `name` returns."""
        ...

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return the reference function `name`."""
        ...

    def derive(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what `compute` returns, computed once per `key`."""
        ...


class Oracle:
    """The reference of a course, asked by exercise and name; each value is computed once.

    Args:
        course: says in which package the reference modules `exercise<id>` lie.
    """

    def __init__(self, course: Course) -> None:
        self._package = course.file.reference
        self._modules: dict[str, ModuleType] = {}
        self._values: dict[tuple[str, str], object] = {}
        self._derived: dict[Hashable, object] = {}

    def value(self, exercise_id: str, name: str) -> object:
        """Return what the zero-argument reference function `name` of an exercise returns.

        Raises:
            CourseError: there is no such function, or it failed.
        """
        key = (exercise_id, name)
        if key not in self._values:
            self._values[key] = self.function(exercise_id, name)()
        return self._values[key]

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return the reference function `name` of an exercise; what it raises arrives as a `CourseError`.

        Raises:
            CourseError: there is no such function.
        """
        where = f"{self._package}/exercise{exercise_id}.py"
        found = getattr(self._module(exercise_id), name, None)
        if not callable(found):
            raise CourseError([Problem(where, 1, name, f"{name} = {found!r}: a function of this name is due")])
        function = found

        def call(*arguments: object) -> object:
            try:
                with np.errstate(all="ignore"):
                    return cast("object", function(*arguments))
            except (ValueError, ArithmeticError) as error:
                raise ReferenceRefused([_problem(where, name, error)]) from error
            except Exception as error:  # whatever it is, it is the author's
                raise CourseError([_problem(where, name, error)]) from error

        return call

    def derive(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what `compute` returns, computed once per `key`: for what follows from course and reference alone."""
        if key not in self._derived:
            self._derived[key] = compute()
        return cast("T", self._derived[key])

    def _module(self, exercise_id: str) -> ModuleType:
        if exercise_id not in self._modules:
            name = f"{self._package}.exercise{exercise_id}"
            try:
                self._modules[exercise_id] = importlib.import_module(name)
            except Exception as error:  # an import runs the author's code: anything can come
                where = f"{self._package}/exercise{exercise_id}.py"
                raise CourseError([_problem(where, name, error)]) from error
            gc.freeze()  # an import brings 100,000 objects that stay: not to be looked through for every student
        return self._modules[exercise_id]


def arguments_of(call: Call) -> tuple[object, ...]:
    """Return the arguments of a call as a student's function gets them: floats, and fresh float64 arrays."""
    return tuple(
        np.array(argument, dtype=np.float64) if isinstance(argument, tuple) else argument for argument in call.args
    )


def _problem(where: str, name: str, error: Exception) -> Problem:
    """Return the problem that `error` is, at the line of the reference that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    line = frames[-1].lineno if frames and frames[-1].lineno else 1
    return Problem(where, line, name, f"raised {type(error).__name__}: {error}")
