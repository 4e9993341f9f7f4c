"""How messages name and show values, and what is wrong with one that is not of the kind that is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from grader.judge.verdict import clean
from grader.model import (
    ArrayValue,
    BoolValue,
    ComplexValue,
    EmptyValue,
    FigureValue,
    FloatValue,
    IntValue,
    MappingValue,
    OtherValue,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    UnreadableValue,
    Value,
)

SHOWN_ITEMS = 8

WHY_UNREADABLE = {
    "too_large": "is too large to be read",
    "too_deep": "is nested too deeply to be read",
    "raised": "raised an exception when it was read",
    "timed_out": "took too long to be read",
}


@dataclass(frozen=True)
class Invalid:
    """Why a value is not of the kind that is asked for: a code, and a predicate that follows the answer's name."""

    code: str
    message: str


# ---------------------------------------------------------------- kinds


def is_complex(value: Value) -> bool:
    """Return whether a value is a complex number or an array of them."""
    match value:
        case ComplexValue() | ArrayValue(dtype="complex") | SymbolicValue(parts=(_, _)):
            return True
        case _:
            return False


def reject(value: Value, expected: str) -> Invalid:
    """Return why a value that is of another kind than `expected` is invalid."""
    match value:
        case UnreadableValue():
            return Invalid("value.unreadable", WHY_UNREADABLE[value.why])
        case _ if is_complex(value):
            return Invalid("value.complex", f"is complex, but should be {expected}")
        case _:
            return Invalid("value.wrong_type", f"is {describe(value)}, but should be {expected}")


def describe(value: Value) -> str:  # noqa: C901, PLR0912 - one line for each of the kinds of value
    """Return what `value` is, with its article, to stand after "is" in a message."""
    match value:
        case FloatValue() | IntValue():
            return "a number"
        case ComplexValue():
            return "a complex number"
        case BoolValue():
            return "a bool"
        case StrValue():
            return f"a string ('{clean(value.value, 40)}')"
        case EmptyValue():
            return "nothing" if value.type == "absent" else {"none": "None", "ellipsis": "..."}[value.type]
        case ArrayValue():
            return f"{show_shape(value.shape)} of {value.dtype}s" if value.shape else f"a {value.dtype}"
        case SequenceValue():
            article = "an" if value.form == "array" else "a"
            return f"{article} {value.form} of {len(value.items)}"
        case MappingValue():
            return "a dict"
        case TableValue(form="series"):
            return f"a pandas Series of {len(value.index)}"
        case TableValue():
            return f"a pandas DataFrame of shape {(len(value.index), len(value.columns))}"
        case SymbolicValue():
            return f"a SymPy object ({clean(value.text, 40)})"
        case FigureValue():
            return "a figure"
        case OtherValue():
            return f"a {clean(value.type_name, 40) or value.type}"
        case UnreadableValue():
            return "something that could not be read"
        case _ as never:
            assert_never(never)


def show(number: complex) -> str:
    """Return a number as messages show it: nine significant digits."""
    if isinstance(number, complex):
        return f"{number.real:.9g}{number.imag:+.9g}j"
    return f"{number:.9g}"


def bracket(items: Iterable[str], pair: str = "[]") -> str:
    """Return what messages show of several items between a pair of brackets: the tail of many is left out."""
    shown = list(items)
    tail = [f"… {len(shown)} in all"] if len(shown) > SHOWN_ITEMS else []
    return f"{pair[0]}{', '.join(shown[:SHOWN_ITEMS] + tail)}{pair[1]}"


# ---------------------------------------------------------------- shapes


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
