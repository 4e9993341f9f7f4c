"""Shapes of arrays: which there can be, and how messages name them."""

from __future__ import annotations

import math

import numpy as np

_DIMENSIONS, _ENTRIES = 32, 1 << 31  # within those of NumPy, which refuses to shape more

Shape = tuple[int, ...]


def is_shape(shape: Shape, count: int) -> bool:
    """Return whether NumPy has arrays of this shape with `count` entries: a student may write what no array has."""
    if len(shape) > _DIMENSIONS or min(shape, default=0) < 0:
        return False
    return math.prod(shape) == count and math.prod(length or 1 for length in shape) <= _ENTRIES


def show_shape(shape: Shape) -> str:
    """Return a shape with its article, to stand after "is" in a message."""
    return "a single number" if shape == () else f"an array of shape {shape}"


def show_index(flat: int, shape: Shape) -> str:
    """Return the place of the entry number `flat`, row by row, as it stands in brackets."""
    return ", ".join(str(int(index)) for index in np.unravel_index(flat, shape))
