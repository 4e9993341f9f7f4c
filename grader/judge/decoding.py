"""Decodes a student's value as the kind that is asked for, or says why it cannot be: numbers, arrays, bools.

Nothing is converted that the student did not write: no bool becomes a number, no list of one a scalar, and
nothing is broadcast. Words are decoded in `words`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from grader.judge.describe import Invalid, bracket, describe, is_complex, reject, show, show_index, show_shape
from grader.judge.plain import is_shape, is_whole
from grader.judge.verdict import clean
from grader.judge.words import fold
from grader.model import (
    ArrayValue,
    BoolValue,
    ComplexValue,
    FloatValue,
    IntValue,
    MappingValue,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    Value,
)

DEPTH_LIMIT = 8


Plain: TypeAlias = "float | tuple[float, ...] | tuple[Plain, ...]"


def _nest(shape: tuple[int, ...], values: tuple[float, ...]) -> Plain:
    if len(shape) == 1:
        return values
    size = len(values) // shape[0] if shape[0] else 0
    return tuple(_nest(shape[1:], values[start * size : (start + 1) * size]) for start in range(shape[0]))


class Numbers(NamedTuple):
    """Finite or infinite numbers in row-major order; a single number has the shape ()."""

    shape: tuple[int, ...]
    values: tuple[Any, ...]  # floats; complex numbers where these are asked for

    @property
    def plain(self) -> Plain:
        """Return the number itself, or nested tuples of numbers."""
        if len(self.shape) < 2:
            return self.values[0] if self.shape == () else self.values
        nested: Plain = _nest(self.shape, self.values)
        return nested

    @property
    def content(self) -> float | npt.NDArray[np.float64]:
        """Return the number itself, or a fresh array."""
        return self.values[0] if self.shape == () else np.array(self.values).reshape(self.shape)


def show_numbers(numbers: Numbers) -> str:
    """Return numbers as messages show them: a vector in brackets, the tail of a long one left out."""
    if numbers.shape == ():
        return show(numbers.values[0])
    return bracket(show(number) for number in numbers.values)


# ---------------------------------------------------------------- numbers


def parse_float(text: str) -> float | Invalid:
    """Return the number that `float.hex` wrote as `text`."""
    try:
        number = float.fromhex(text)
    except (ValueError, OverflowError):
        return Invalid("value.unreadable", f"could not be read as a number ({clean(text, 40)})")
    return Invalid("value.nan", "is NaN, not a number") if math.isnan(number) else number


def parse_int(text: str) -> float | Invalid:
    """Return the integer `text`; one beyond the floats becomes the largest of them, for it is not infinite."""
    try:
        number = int(text)
    except ValueError:
        return Invalid("value.unreadable", f"could not be read as a number ({clean(text, 40)})")
    largest = sys.float_info.max
    return float(number) if abs(number) <= largest else largest if number > 0 else -largest


def read_number(value: Value) -> float | Invalid:
    """Return the one real number that `value` is."""
    match value:
        case FloatValue():
            return parse_float(value.value)
        case IntValue():
            return parse_int(value.value)
        case SymbolicValue(value=str(text)):
            return parse_float(text)
        case ArrayValue(dtype="complex"):
            return reject(value, "a number")
        case ArrayValue(shape=()) if len(value.values) == 1:
            return _array_entries(value)[0]
        case ArrayValue() | SequenceValue() | TableValue():
            return Invalid("value.shape_mismatch", f"is {describe(value)}, but should be a single number")
        case _:
            return reject(value, "a number")


def read_integer(value: Value) -> int | Invalid:
    """Return the whole number that `value` is: an integer, or a float without a fraction."""
    if isinstance(value, IntValue):
        whole = parse_int(value.value)
        return whole if isinstance(whole, Invalid) else int(value.value)
    number = read_number(value)
    if isinstance(number, Invalid):
        return number
    if not math.isfinite(number) or number != int(number):
        return Invalid("value.wrong_type", f"= {show(number)}, expected a whole number")
    return int(number)


def _array_entries(value: ArrayValue) -> tuple[float | Invalid, ...]:
    """Return the entries of an array as numbers, each decoded by itself, or invalid."""
    match value.dtype:
        case "float":
            return tuple(parse_float(text) for text in value.values)
        case "int":
            return tuple(parse_int(text) for text in value.values)
        case "bool":
            return tuple(Invalid("value.wrong_type", "is a bool, but should be a number") for _ in value.values)
        case "complex":
            return tuple(Invalid("value.complex", "is complex, but should be a number") for _ in value.values)


def read_numbers(value: Value, shape: tuple[int, ...] | None) -> Numbers | Invalid:
    """Return an array, all of it numbers, of the given shape; None for an array of any shape."""
    if shape == ():
        number = read_number(value)
        return number if isinstance(number, Invalid) else Numbers((), (number,))
    entries = read_entries(value, shape)
    if isinstance(entries, Invalid):
        return entries
    found, numbers = entries
    for index, number in enumerate(numbers):
        if isinstance(number, Invalid):
            return Invalid(number.code, f"has an entry [{show_index(index, found)}] that {number.message}")
    return Numbers(found, cast("tuple[float, ...]", numbers))


def as_list(value: Value) -> Value:
    """Return a set as a list of its items, for where order does not count; anything else as it is."""
    is_set = isinstance(value, SequenceValue) and value.form == "set"
    return value.model_copy(update={"form": "list"}) if is_set else value


Entries = tuple[tuple[int, ...], tuple[float | Invalid, ...]]


def read_entries(value: Value, shape: tuple[int, ...] | None) -> Entries | Invalid:
    """Return the shape of an array-like value and its entries, each a number or invalid by itself."""
    if isinstance(value, FloatValue | IntValue) or (isinstance(value, SymbolicValue) and value.value is not None):
        return Invalid("value.shape_mismatch", f"is a single number, but should be {_name_array(shape)}")
    if not isinstance(value, ArrayValue | SequenceValue | TableValue) or is_complex(value):
        return reject(value, "an array of numbers")
    found = _flatten(value, DEPTH_LIMIT)
    if isinstance(found, Invalid):
        return found
    if found[0] == () or (shape is not None and found[0] != shape):
        return Invalid("value.shape_mismatch", f"is {show_shape(found[0])}, but should be {_name_array(shape)}")
    return found


def _name_array(shape: tuple[int, ...] | None) -> str:
    return "an array" if shape is None else show_shape(shape)


def _flatten(value: Value, depth: int) -> Entries | Invalid:
    """Return shape and entries of nested lists, tuples and arrays; a set has no order, and a ragged list no shape."""
    if isinstance(value, ArrayValue) and not is_complex(value):
        if not is_shape(value.shape, len(value.values)):
            return Invalid("value.unreadable", "could not be read: its shape and its entries do not match")
        return value.shape, _array_entries(value)
    if isinstance(value, TableValue):
        return _table_entries(value)
    if not isinstance(value, SequenceValue):
        return (), (read_number(value),)
    if value.form == "set":
        return Invalid("value.wrong_type", "is a set, which has no order, but should be an array or a list")
    if depth == 0:
        return Invalid("value.unreadable", "is nested too deeply to be read")
    parts = [_flatten(item, depth - 1) for item in value.items]
    shapes, entries = set(), []
    for part in parts:
        if isinstance(part, Invalid):
            return part
        shapes.add(part[0])
        entries.append(part[1])
    if len(shapes) > 1:
        return Invalid("value.shape_mismatch", "is ragged: its rows differ in length")
    return (len(parts), *next(iter(shapes), ())), tuple(chain.from_iterable(entries))


def _table_entries(value: TableValue) -> Entries | Invalid:
    """Return shape and entries of a table as pandas turns it into an array: row by row, a series without columns."""
    rows = len(value.index)
    if not is_whole(value):
        return Invalid("value.unreadable", "could not be read: its columns and its index do not match")
    shape = (rows, len(value.cells)) if value.form == "frame" else (rows,)
    return shape, tuple(map(read_number, chain.from_iterable(zip(*value.cells, strict=True))))


def read_entry(value: Value, reference: object, entry: int | str) -> float | Invalid:
    """Return one entry of an array, or of a dict or sequence whose keys and order are those of `reference`."""
    keys = [fold(str(key)) for key in reference] if isinstance(reference, Mapping) else []
    if keys and isinstance(value, MappingValue):
        item = read_item(value, str(entry))
        return item if isinstance(item, Invalid) else read_number(item)
    position = keys.index(fold(str(entry))) if keys else int(entry)
    entries = read_entries(value, entry_shape(reference))
    return entries if isinstance(entries, Invalid) else entries[1][position]


def entry_shape(reference: object) -> tuple[int, ...]:
    """Return the shape that an array or sequence must have whose entries are those of `reference`."""
    return (len(reference),) if isinstance(reference, Mapping) else np.shape(np.asarray(reference))


def read_item(value: MappingValue, key: str) -> Value | Invalid:
    """Return what stands under `key`, without regard to case."""
    wanted = fold(key)
    found = [item for name, item in value.items if isinstance(name, StrValue) and fold(name.value) == wanted]
    if len(found) != 1:
        return Invalid("value.entry_missing", f"has {'no' if not found else 'more than one'} entry '{wanted}'")
    return found[0]


def read_bool(value: Value) -> bool | Invalid:
    """Return the truth value that `value` is: `True` or `False` of Python, NumPy or SymPy, and nothing else."""
    match value:
        case BoolValue():
            return value.value
        case ArrayValue(dtype="bool", shape=(), values=("true" | "false",)):
            return value.values[0] == "true"
        case SymbolicValue(text="True" | "False"):
            return value.text == "True"
        case _:
            return reject(value, "True or False")


# ---------------------------------------------------------------- complex numbers

_ZERO = float(0).hex()


def read_complex_numbers(value: Value, shape: tuple[int, ...] | None) -> Numbers | Invalid:
    """Return a complex number or an array of them, of the given shape; real numbers are complex, too."""
    real, imaginary = split_parts(value, DEPTH_LIMIT)
    parts = read_numbers(real, shape), read_numbers(imaginary, shape)
    for part in parts:
        if isinstance(part, Invalid):
            return part
    values = tuple(complex(re, im) for re, im in zip(parts[0].values, parts[1].values, strict=True))  # type: ignore[union-attr]  # both were read
    return Numbers(parts[0].shape, values)  # type: ignore[union-attr]  # both were read


def split_parts(value: Value, depth: int) -> tuple[Value, Value]:
    """Return the real and the imaginary part of a value; of what is no number, the value itself twice."""
    match value:
        case ComplexValue():
            return FloatValue(value=value.re), FloatValue(value=value.im)
        case SymbolicValue(parts=(str(re), str(im))):
            return FloatValue(value=re), FloatValue(value=im)
        case SymbolicValue(value=str()) | FloatValue():
            return value, FloatValue(value=_ZERO)
        case ArrayValue(dtype="complex"):
            pairs = [text.partition(" ") for text in value.values]
            parts = tuple(re for re, _, _ in pairs), tuple(im for _, _, im in pairs)
            first, second = (ArrayValue(dtype="float", shape=value.shape, values=texts) for texts in parts)
            return first, second
        case ArrayValue(dtype="float" | "int"):
            return value, ArrayValue(dtype="float", shape=value.shape, values=(_ZERO,) * len(value.values))
        case SequenceValue() if depth:
            split = [split_parts(item, depth - 1) for item in value.items]
            return (
                value.model_copy(update={"items": tuple(re for re, _ in split)}),
                value.model_copy(update={"items": tuple(im for _, im in split)}),
            )
        case TableValue() if depth:
            cells = [[split_parts(cell, depth - 1) for cell in column] for column in value.cells]
            return (
                value.model_copy(update={"cells": tuple(tuple(re for re, _ in column) for column in cells)}),
                value.model_copy(update={"cells": tuple(tuple(im for _, im in column) for column in cells)}),
            )
        case _:
            return value, _imaginary(value)


def _imaginary(value: Value) -> Value:
    return FloatValue(value=_ZERO) if value.type == "int" else value
