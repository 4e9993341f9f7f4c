"""How messages name and show values, and what is wrong with one that is not of the kind that is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grader.judge.plain import WHY_UNREADABLE, Shape, plain_of
from grader.model import ArrayValue, ComplexValue, SymbolicValue, UnreadableValue, Value
from numgrade_student.forms import describe as describe_plain

SHOWN_ITEMS = 8


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
            return Invalid("value.unreadable", WHY_UNREADABLE[value.why].why)
        case _ if is_complex(value):
            return Invalid("value.complex", f"is complex, but should be {expected}")
        case _:
            return Invalid("value.wrong_type", f"is {describe(value)}, but should be {expected}")


def describe(value: Value) -> str:
    """Return what `value` is, with its article, to stand after "is": in the words of the students' own check."""
    return describe_plain(plain_of(value))


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


def show_shape(shape: Shape) -> str:
    """Return a shape with its article, to stand after "is" in a message."""
    return "a single number" if shape == () else f"an array of shape {shape}"


def show_index(flat: int, shape: Shape) -> str:
    """Return the place of the entry number `flat`, row by row, as it stands in brackets."""
    return ", ".join(str(int(index)) for index in np.unravel_index(flat, shape))
