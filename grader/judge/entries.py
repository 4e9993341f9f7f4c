"""The entries of arrays as the texts that records hold: `float.hex`, digits, "true", or two parts with a space between.

Texts come from a student too: what is no entry raises `ValueError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.judge.verdict import clean

Array = np.ndarray[Any, np.dtype[Any]]
_SHOWN_CHARS = 40


def write_entry(item: bool | complex) -> str:  # noqa: FBT001 - an entry, no switch
    """Return the text of an entry."""
    match item:
        case bool():
            return "true" if item else "false"
        case int():
            return str(item)
        case float():
            return item.hex()
        case complex():
            return f"{item.real.hex()} {item.imag.hex()}"


def read_array(dtype: str, texts: Sequence[str]) -> Array:
    """Return a fresh vector of the entries that `texts` write: float64, int64, bool or complex128.

    Raises:
        ValueError: one is no entry of this type, or an integer of more than 64 bits.
    """
    match dtype:
        case "bool":
            return np.array([read_bool(text) for text in texts], dtype=np.bool_)
        case "int":
            return _read_integers(texts)
        case "float":
            return np.array([read_float(text) for text in texts], dtype=np.float64)
        case _:
            return np.array([read_complex(text) for text in texts], dtype=np.complex128)


def read_float(text: str) -> float:
    """Return the float that `float.hex` wrote as `text`."""
    try:
        return float.fromhex(text)
    except OverflowError as error:
        raise ValueError(f"expected a float, got {clean(text, _SHOWN_CHARS)}") from error


def read_complex(text: str) -> complex:
    """Return the number whose two parts are in `text`."""
    re, separator, im = text.partition(" ")
    if not separator:
        raise ValueError(f"expected two numbers, got {clean(text, _SHOWN_CHARS)}")
    return complex(read_float(re), read_float(im))


def read_bool(text: str) -> bool:
    """Return the truth value that `text` names."""
    if text not in {"true", "false"}:
        raise ValueError(f"expected true or false, got {clean(text, _SHOWN_CHARS)}")
    return text == "true"


def _read_integers(texts: Sequence[str]) -> Array:
    """Return integers as int64, or as uint64 where only that can hold them."""
    numbers = [int(text) for text in texts]
    for dtype in (np.int64, np.uint64):
        if all(np.iinfo(dtype).min <= number <= np.iinfo(dtype).max for number in numbers):
            return np.array(numbers, dtype=dtype)
    raise ValueError("expected integers of 64 bits in an array, got larger ones")
