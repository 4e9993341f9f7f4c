"""What counts as a distribution, as a number, as a pair that can be compared: the refusals of the whole package."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

SUM_TOLERANCE = 1e-9


def finite(value: float, name: str) -> float:
    """Return `value` as a float; NaN and infinities are a `ValueError` that shows `name`."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} = {value!r} ({type(value).__name__}) must be a finite number")
    return number


def positive(value: float, name: str) -> float:
    """Return `value` as a float greater than 0; anything else is a `ValueError` that shows `name`."""
    number = finite(value, name)
    if number <= 0:
        raise ValueError(f"{name} = {value!r} ({type(value).__name__}) must be greater than 0")
    return number


def real_array(values: ArrayLike, name: str) -> Vector:
    """Return `values` as a float64 array of finite numbers, with at least one axis and one entry.

    Args:
        values: numbers of any real type and any shape but a scalar's.
        name: what the message calls them.

    Raises:
        ValueError: no axis, no entry, an entry that is no real number, NaN or an infinity.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iufO":
        raise ValueError(f"{name} = {values!r} ({array.dtype}) must hold real numbers")
    try:
        array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} = {values!r} must hold real numbers: {error}") from error
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name} has the shape {array.shape}; at least one entry on at least one axis was expected")
    _refuse_where(~np.isfinite(array), array, f"every entry of {name} must be finite")
    return array


def probabilities(values: ArrayLike, name: str, *, normalize: bool = False) -> Vector:
    """Return `values` as a float64 distribution of the same shape.

    Args:
        values: non-negative numbers with sum 1 (to 1e-9); every shape but a scalar's, a table is a joint distribution.
        name: what the message calls them.
        normalize: divide by the sum instead of refusing a sum that is not 1.

    Returns:
        The same numbers in float64; float32 input is widened *before* its sum is looked at.

    Raises:
        ValueError: a negative entry, a sum that is not 1 (or, with `normalize`, is 0 or overflows), or as `real_array`.
    """
    array = real_array(values, name)
    _refuse_where(array < 0, array, f"a probability in {name} cannot be negative")
    total = math.fsum(array.ravel().tolist())
    if normalize and 0 < total < math.inf:
        return np.asarray(array / total, dtype=np.float64)
    if not abs(total - 1.0) <= SUM_TOLERANCE:
        raise ValueError(f"{name} has the sum {total!r}; 1 (to {SUM_TOLERANCE:g}) was expected")
    return array


def distribution_pair(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> tuple[Vector, Vector]:
    """Return `p` and `q` as distributions over the same outcomes; unequal shapes are never broadcast.

    Raises:
        ValueError: the shapes differ, or as `probabilities`.
    """
    first, second = probabilities(p, "p", normalize=normalize), probabilities(q, "q", normalize=normalize)
    if first.shape != second.shape:
        raise ValueError(f"p has the shape {first.shape} and q {second.shape}; the same shape was expected")
    return first, second


def _refuse_where(wrong: NDArray[np.bool_], array: Vector, rule: str) -> None:
    """Raise a `ValueError` that shows the first entry for which `wrong` holds."""
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        raise ValueError(f"{rule}: entry {list(place)} is {float(array[place])!r}")
