"""The one comparison of numbers: how far a student's number may lie from the one it is held against."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from grader.errors import CourseError, Problem
from grader.judge.values import Numbers
from grader.spec.model import Tolerance

NEARLY = 0.005  # relative: two significant digits


def is_close(number: float, reference: float, tolerance: Tolerance) -> bool:
    """Return whether |number - reference| <= absolute + relative * |reference|.

    An infinity equals only itself, and NaN nothing.
    """
    if number == reference:
        return True
    if math.isinf(number) or math.isinf(reference):
        return False
    return abs(number - reference) <= tolerance.absolute + tolerance.relative * abs(reference)


def are_close(numbers: Numbers, reference: Numbers, tolerance: Tolerance) -> bool:
    """Return whether the shapes are equal and each entry is close; nothing is broadcast."""
    if numbers == reference:
        return True
    if numbers.shape != reference.shape:
        return False
    for number, expected in zip(numbers.values, reference.values, strict=True):  # a loop: millions are compared
        if not is_close(number, expected, tolerance):
            return False
    return True


def is_nearly(number: float, reference: float) -> bool:
    """Return whether a finite number is right to two significant digits, close or not."""
    return math.isfinite(number) and math.isfinite(reference) and abs(number - reference) <= NEARLY * abs(reference)


def are_nearly(numbers: Numbers, reference: Numbers) -> bool:
    """Return whether the shapes are equal and each entry is right to two significant digits."""
    return numbers.shape == reference.shape and all(map(is_nearly, numbers.values, reference.values))


def expect_numbers(reference: object, entry: int | str | None = None) -> Numbers:
    """Return a reference value, or one entry of it, as numbers.

    Args:
        reference: a float, an array of floats, or a dict of floats.
        entry: the index or key of the entry that is due; None for all of it.

    Raises:
        CourseError: the reference is not made of real numbers, or has no such entry.
    """
    try:
        picked = reference if entry is None else _pick(reference, entry)
        array = np.asarray(picked, dtype=np.float64)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        problem = f"{reference!r} ({type(reference).__name__}) has no numbers at {entry!r}: {error}"
        raise CourseError([Problem("reference", 0, str(entry), problem)]) from error
    return Numbers(array.shape, tuple(array.ravel().tolist()))


def _pick(reference: object, entry: int | str) -> object:
    if isinstance(reference, Mapping):
        return reference[entry]
    flat: object = np.asarray(reference, dtype=np.float64)[int(entry)]
    return flat
