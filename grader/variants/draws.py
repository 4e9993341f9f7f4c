"""Draws a student's data: within the bounds that the exercise declares, from a generator that the secret seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from grader.course import Course, Datum, Draw, Exercise, Parameter
from grader.errors import CourseError, UsageError
from grader.oracle import VARIANTS, Oracle
from grader.reference import path_of
from grader.variants.secret import Secret

ATTEMPTS = 200
_DIGITS = 12  # of a drawn number: what is printed is what is judged by
Usable = Callable[[Exercise, Mapping[str, Datum]], str]


@dataclass(frozen=True)
class Drawing:
    """Draws data for students of a course.

    Args:
        course: whose exercises they are.
        oracle: gives the functions that draw.
        secret: seeds them.
        find_fault: why data would not do, in words; empty where they do.
    """

    course: Course
    oracle: Oracle
    secret: Secret
    find_fault: Usable

    def draw(self, exercise: Exercise, student: str) -> Draw:
        """Return the first draw of a student that can be used.

        Raises:
            CourseError: the function that draws failed, or none of its many draws can be used.
        """
        fault = ""
        for number in range(ATTEMPTS):
            seed = self.secret.seed(self.course.file.id, exercise.id, student, number)
            values = draw_values(self.oracle, exercise, np.random.default_rng(seed))
            fault = _find_printed(exercise, values) or self.find_fault(exercise, values)
            if not fault:
                mark = self.secret.mark(self.course.file.id, exercise.id, student, values)
                return Draw(student=student, exercise=exercise.id, draw=number, mark=mark, values=dict(values))
        message = f"none of {ATTEMPTS} draws for {student} can be used; the last: {fault}"
        raise _blame(self.oracle, exercise, message)


def _find_printed(exercise: Exercise, values: Mapping[str, Datum]) -> str:
    """Return a fault where everybody knows these data: they are printed, and so may their solution be."""
    printed = exercise.data
    return "as printed" if all(printed[name] == value for name, value in values.items()) else ""


def refresh(drawing: Drawing, students: Mapping[str, None], given: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """Return what was given out before, unchanged, and draws for these students where they have none.

    Raises:
        UsageError: what was given out was made with another secret.
        CourseError: nothing can be drawn.
    """
    known = {(one.student, one.exercise): one for one in given}
    for one in given:
        drawing.secret.check(drawing.course.file.id, one)
    for student in students:
        for exercise in drawing.course.variants:
            if (student, exercise.id) not in known:
                known[student, exercise.id] = drawing.draw(exercise, student)
    return tuple(known.values())


def draw_values(oracle: Oracle, exercise: Exercise, rng: np.random.Generator) -> Mapping[str, Datum]:
    """Return values for all parameters of an exercise, as its function draws them.

    Raises:
        CourseError: the function failed, or gave something else than the exercise declares.
    """
    variant = exercise.variant
    if variant is None:
        raise UsageError(f"exercise {exercise.id} has no variant: expected the key `variant` in its file")
    drawn = oracle.variant(variant.draw)(rng)
    names = [one.name for one in variant.parameters]
    if not isinstance(drawn, Mapping) or sorted(map(str, drawn)) != sorted(names):
        got = sorted(map(str, drawn)) if isinstance(drawn, Mapping) else type(drawn).__name__
        raise _blame(oracle, exercise, f"expected a dict with {', '.join(sorted(names))}, got {got}")
    printed = exercise.data
    values: dict[str, Datum] = {}
    for parameter in variant.parameters:
        try:
            values[parameter.name] = _read_drawn(parameter, drawn[parameter.name], printed[parameter.name])
        except ValueError as error:
            raise _blame(oracle, exercise, f"{parameter.name}: {error}") from error
    return values


def find_misfit(exercise: Exercise, values: Mapping[str, Datum]) -> str:
    """Return why values that were given out do not fit what the exercise declares now; empty where they do."""
    parameters = exercise.variant.parameters if exercise.variant is not None else ()
    printed = exercise.data
    if {one.name for one in parameters} != values.keys():
        return f"expected {', '.join(one.name for one in parameters) or 'none'}, got {', '.join(values)}"
    for parameter in parameters:
        try:
            _read_drawn(parameter, values[parameter.name], printed[parameter.name])
        except ValueError as error:
            return f"{parameter.name}: {error}"
    return ""


def _read_drawn(parameter: Parameter, drawn: object, printed: Datum) -> Datum:
    """Return a drawn value as plain data; a `ValueError` where it is not what is declared."""
    if isinstance(printed, str):
        if drawn not in parameter.choices:
            raise ValueError(f"expected one of {', '.join(parameter.choices)}, got {drawn!r:.60}")
        return str(drawn)
    numbers = np.asarray(drawn)
    if numbers.dtype.kind not in "iuf" or numbers.shape != np.shape(printed):
        raise ValueError(f"expected numbers of shape {np.shape(printed)}, got {drawn!r:.60}")
    rounded = np.vectorize(_round, otypes=[np.float64])(numbers)
    lowest, highest = parameter.range or (-np.inf, np.inf)
    if not (np.isfinite(rounded).all() and (lowest <= rounded).all() and (rounded <= highest).all()):
        raise ValueError(f"expected numbers from {lowest:g} to {highest:g}, got {drawn!r:.60}")
    return _freeze(rounded.tolist())


def _round(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}") + 0.0  # no -0.0


def _freeze(value: float | list[float] | list[list[float]]) -> Datum:
    if not isinstance(value, list):
        return value
    rows: Any = tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return cast("Datum", rows)  # numbers or rows of them, by the array's shape


def _blame(oracle: Oracle, exercise: Exercise, message: str) -> CourseError:
    name = exercise.variant.draw if exercise.variant is not None else path_of(VARIANTS[0])
    return CourseError([oracle.reference.locate(VARIANTS[0], name, f"exercise {exercise.id}: {message}")])
