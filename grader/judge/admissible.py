"""Which of a student's own earlier values something can follow from: finite, what their name promises, and not trivial.

Whoever writes zero three times and adds them up has shown nothing. A value is trivial where it is zero, all alike,
constant, everything on one entry, or what a function was given, and the true one is not; nothing follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from grader.course import Answer

ZERO = 1e-6  # what is smaller is zero, where the true value is not small itself
ALIKE = 1e-6  # relative: entries that differ by less are all the same
NEARLY_ALL = 0.9  # of the results of a function that are alike: one with a single spike is constant, too
SUM = 5e-3  # probabilities typed in with three decimals still sum to 1 within this

Own: TypeAlias = object  # a number, an array, a word, or the rows of a function: (arguments, result)


def is_admissible(answer: Answer, own: Own) -> bool:
    """Return whether a value is finite and what its name promises."""
    numbers = take_numbers(own)
    if numbers is None:
        return True
    if numbers.size == 0 or not np.isfinite(numbers).all():
        return False
    match answer.promises:
        case "probabilities":
            rows = [take_numbers(result) for _, result in own] if isinstance(own, list) else [numbers]
            return all(row is not None and row.min() >= 0 and abs(row.sum() - 1) <= SUM for row in rows)
        case "positive":
            return bool(numbers.min() > 0)
        case "any":
            return True


def take_numbers(own: Own) -> Any:
    """Return the numbers that a value holds, as a vector; None where it holds none."""
    if isinstance(own, list):  # a function: its results, whatever their shapes
        parts = [take_numbers(result) for _, result in own]
        found = [part for part in parts if part is not None]
        return np.concatenate(found) if found and len(found) == len(parts) else None
    if isinstance(own, bool | str | frozenset | dict):
        return None
    array = np.asarray(own)
    return array.ravel() if array.dtype.kind in "fiuc" else None


def is_trivial(own: Own, true: Own) -> bool:
    """Return whether a value is infinite, zero, all alike, on one entry or what was given, and the true one is not."""
    numbers, truth = take_numbers(own), take_numbers(true)
    if numbers is None or truth is None or numbers.size == 0 or truth.size == 0:
        return False
    if not np.isfinite(numbers).all():
        return bool(np.isfinite(truth).all())
    finite = truth[np.isfinite(truth)]
    largest = float(np.abs(finite).max()) if finite.size else math.inf
    if float(np.abs(numbers).max()) <= min(ZERO, largest / 1000):
        return largest > 0
    if numbers.size > 1 and are_alike(numbers) and not are_alike(truth):
        return True
    if isinstance(own, list) and isinstance(true, list):
        return returns_argument(own) and not returns_argument(true)
    return is_on_one_entry(numbers) and not is_on_one_entry(truth)


def are_alike(numbers: Any) -> bool:
    """Return whether nearly all of some numbers are the same, to rounding; all of them, where they are few."""
    if not np.isfinite(numbers).all():
        return len(set(numbers.tolist())) == 1
    usual = np.sort(numbers)[numbers.size // 2]  # what most of them are, where most of them are alike
    same = np.abs(numbers - usual) <= ALIKE * float(np.abs(usual))
    return bool(np.count_nonzero(same) >= NEARLY_ALL * numbers.size)


def is_on_one_entry(numbers: Any) -> bool:
    """Return whether one entry of a vector has everything and the others nothing, as where one thing is certain."""
    size = np.abs(numbers)
    return bool(numbers.size > 1 and np.count_nonzero(size > ZERO * size.max()) == 1)


def returns_argument(rows: list[tuple[tuple[object, ...], object]]) -> bool:
    """Return whether a function gives back one of its arguments, or the same multiple of it everywhere."""
    results = [take_numbers(result) for _, result in rows]
    places = range(min((len(arguments) for arguments, _ in rows), default=0))
    return any(_are_proportional(results, [take_numbers(row[place]) for row, _ in rows]) for place in places)


def _are_proportional(results: list[Any], arguments: list[Any]) -> bool:
    if any(
        one is None or other is None or one.shape != other.shape for one, other in zip(results, arguments, strict=True)
    ):
        return False
    own, given = np.concatenate(results), np.concatenate(arguments)
    if not (np.isfinite(own).all() and np.isfinite(given).all()) or not given.any():
        return False
    largest = int(np.argmax(np.abs(given)))
    factor = own[largest] / given[largest]
    return bool(np.abs(own - factor * given).max() <= ALIKE * np.abs(own).max())


def are_trivial(own: Sequence[Own], true: Sequence[Own]) -> bool:
    """Return whether one of several values is trivial, or all of them are the same where the true ones are not."""
    if any(is_trivial(one, other) for one, other in zip(own, true, strict=True)):
        return True
    numbers, truth = [take_numbers(one) for one in own], [take_numbers(one) for one in true]
    if len(own) < 2 or any(one is None for one in (*numbers, *truth)):
        return False
    return _are_same(numbers) and not _are_same(truth)


def _are_same(values: list[Any]) -> bool:
    """Return whether several vectors are one and the same, to rounding."""
    first, *others = values
    if any(one.shape != first.shape for one in others):
        return False
    size = max(float(np.abs(one).max(initial=0.0)) for one in values)
    return all(bool(np.abs(one - first).max(initial=0.0) <= ALIKE * size) for one in others)
