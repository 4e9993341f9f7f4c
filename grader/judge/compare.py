"""The one comparison of numbers: how far a student's number may lie from the one it is held against."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from grader.course import Tolerance
from grader.errors import CourseError, Problem
from grader.judge.decoding import Numbers

Array = npt.NDArray[np.float64]
NEARLY = 0.005  # relative: two significant digits


def is_infinite(number: complex) -> bool:
    """Return whether a number, or a part of it, is infinite."""
    return cmath.isinf(number)


def is_close(number: complex, reference: complex, tolerance: Tolerance) -> bool:
    """Return whether |number - reference| <= absolute + relative * |reference| + ulps * ulp(|reference|).

    An infinity equals only itself, and NaN nothing.
    """
    if number == reference:
        return True
    size = abs(reference)
    if size == math.inf or abs(number) == math.inf:  # of a complex number, a part of it
        return False
    allowed = tolerance.absolute + tolerance.relative * size
    if tolerance.ulps:
        allowed += tolerance.ulps * math.ulp(size)
    return abs(number - reference) <= allowed


def find_close(numbers: Array, reference: Array, tolerance: Tolerance) -> npt.NDArray[np.bool_]:
    """Return where arrays are close, entry by entry, for as many numbers as no loop could compare; broadcast."""
    size = np.abs(reference)
    with np.errstate(all="ignore"):  # infinities and what is nearly infinite are compared as well
        allowed = tolerance.absolute + tolerance.relative * size + tolerance.ulps * np.spacing(size)
        near = np.isfinite(numbers) & np.isfinite(size) & (np.abs(numbers - reference) <= allowed)
    found: npt.NDArray[np.bool_] = (numbers == reference) | near
    return found


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


def is_nearly(number: complex, reference: complex) -> bool:
    """Return whether a finite number is right to two significant digits, close or not."""
    return cmath.isfinite(number) and cmath.isfinite(reference) and abs(number - reference) <= NEARLY * abs(reference)


def are_nearly(numbers: Numbers, reference: Numbers) -> bool:
    """Return whether the shapes are equal and each entry is right to two significant digits."""
    return numbers.shape == reference.shape and all(map(is_nearly, numbers.values, reference.values))


def expect_numbers(reference: object, entry: int | str | None = None) -> Numbers:
    """Return a reference value, or one entry of it, as numbers.

    Args:
        reference: a number, an array of numbers, or a dict of them.
        entry: the index or key of the entry that is asked for; None for all of it.

    Raises:
        CourseError: the reference is not made of numbers, or has no such entry.
    """
    try:
        picked = reference if entry is None else _pick(reference, entry)
        array = np.asarray(picked, dtype=np.complex128 if np.iscomplexobj(cast("Any", picked)) else np.float64)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        problem = f"{reference!r} ({type(reference).__name__}) has no numbers at {entry!r}: {error}"
        raise CourseError([Problem("reference", 0, str(entry), problem)]) from error
    return Numbers(array.shape, tuple(array.ravel().tolist()))


def _pick(reference: object, entry: int | str) -> object:
    if isinstance(reference, Mapping):
        return reference[entry]
    flat: object = np.asarray(reference)[int(entry)]
    return flat
