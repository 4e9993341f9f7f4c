"""What the student's value is, read as the kind that is asked for, or why it cannot be.

Nothing is converted that the student did not write: no bool becomes a number, no list of one a scalar, and
nothing is broadcast.
"""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, NamedTuple, TypeAlias, assert_never, cast

import numpy as np
import numpy.typing as npt

from grader.judge.invisible import drop_invisible
from grader.judge.shapes import is_shape, show_index, show_shape
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

DEPTH_LIMIT = 8
SHOWN_ITEMS = 8

WHY_UNREADABLE = {
    "too_large": "is too large to be read",
    "too_deep": "is nested too deeply to be read",
    "raised": "raised an exception when it was read",
    "timed_out": "took too long to be read",
}


@dataclass(frozen=True)
class Refusal:
    """Why a value is not of the kind that is asked for: a code, and a predicate that follows the answer's name."""

    code: str
    message: str


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


# ---------------------------------------------------------------- numbers


def parse_float(text: str) -> float | Refusal:
    """Return the number that `float.hex` wrote as `text`."""
    try:
        number = float.fromhex(text)
    except (ValueError, OverflowError):
        return Refusal("value.unreadable", f"could not be read as a number ({clean(text, 40)})")
    return Refusal("value.nan", "is NaN, not a number") if math.isnan(number) else number


def parse_int(text: str) -> float | Refusal:
    """Return the integer `text`; one beyond the floats becomes the largest of them, for it is not infinite."""
    try:
        number = int(text)
    except ValueError:
        return Refusal("value.unreadable", f"could not be read as a number ({clean(text, 40)})")
    largest = sys.float_info.max
    return float(number) if abs(number) <= largest else largest if number > 0 else -largest


def read_number(value: Value) -> float | Refusal:
    """Return the one real number that `value` is."""
    match value:
        case FloatValue():
            return parse_float(value.value)
        case IntValue():
            return parse_int(value.value)
        case SymbolicValue(value=str(text)):
            return parse_float(text)
        case ArrayValue(dtype="complex"):
            return refuse(value, "a number")
        case ArrayValue(shape=()) if len(value.values) == 1:
            return _array_entries(value)[0]
        case ArrayValue() | SequenceValue() | TableValue():
            return Refusal("value.shape_mismatch", f"is {describe(value)}, but should be a single number")
        case _:
            return refuse(value, "a number")


def read_integer(value: Value) -> int | Refusal:
    """Return the whole number that `value` is: an integer, or a float without a fraction."""
    if isinstance(value, IntValue):
        whole = parse_int(value.value)
        return whole if isinstance(whole, Refusal) else int(value.value)
    number = read_number(value)
    if isinstance(number, Refusal):
        return number
    if not math.isfinite(number) or number != int(number):
        return Refusal("value.wrong_type", f"= {show(number)}, expected a whole number")
    return int(number)


def _array_entries(value: ArrayValue) -> tuple[float | Refusal, ...]:
    """Return the entries of an array as numbers, each with its own refusal."""
    match value.dtype:
        case "float":
            return tuple(parse_float(text) for text in value.values)
        case "int":
            return tuple(parse_int(text) for text in value.values)
        case "bool":
            return tuple(Refusal("value.wrong_type", "is a bool, but should be a number") for _ in value.values)
        case "complex":
            return tuple(Refusal("value.complex", "is complex, but should be a number") for _ in value.values)


def read_numbers(value: Value, shape: tuple[int, ...] | None) -> Numbers | Refusal:
    """Return an array, all of it numbers, of the given shape; None for an array of any shape."""
    if shape == ():
        number = read_number(value)
        return number if isinstance(number, Refusal) else Numbers((), (number,))
    entries = read_entries(value, shape)
    if isinstance(entries, Refusal):
        return entries
    found, numbers = entries
    for index, number in enumerate(numbers):
        if isinstance(number, Refusal):
            return Refusal(number.code, f"has an entry [{show_index(index, found)}] that {number.message}")
    return Numbers(found, cast("tuple[float, ...]", numbers))


def as_list(value: Value) -> Value:
    """Return a set as a list of its items, for where order does not count; anything else as it is."""
    is_set = isinstance(value, SequenceValue) and value.form == "set"
    return value.model_copy(update={"form": "list"}) if is_set else value


Entries = tuple[tuple[int, ...], tuple[float | Refusal, ...]]


def read_entries(value: Value, shape: tuple[int, ...] | None) -> Entries | Refusal:
    """Return the shape of an array-like value and its entries, each a number or a refusal of its own."""
    if isinstance(value, FloatValue | IntValue) or (isinstance(value, SymbolicValue) and value.value is not None):
        return Refusal("value.shape_mismatch", f"is a single number, but should be {_name_array(shape)}")
    if not isinstance(value, ArrayValue | SequenceValue | TableValue) or is_complex(value):
        return refuse(value, "an array of numbers")
    found = _flatten(value, DEPTH_LIMIT)
    if isinstance(found, Refusal):
        return found
    if found[0] == () or (shape is not None and found[0] != shape):
        return Refusal("value.shape_mismatch", f"is {show_shape(found[0])}, but should be {_name_array(shape)}")
    return found


def _name_array(shape: tuple[int, ...] | None) -> str:
    return "an array" if shape is None else show_shape(shape)


def _flatten(value: Value, depth: int) -> Entries | Refusal:
    """Return shape and entries of nested lists, tuples and arrays; a set has no order, and a ragged list no shape."""
    if isinstance(value, ArrayValue) and not is_complex(value):
        if not is_shape(value.shape, len(value.values)):
            return Refusal("value.unreadable", "could not be read: its shape and its entries do not match")
        return value.shape, _array_entries(value)
    if isinstance(value, TableValue):
        return _table_entries(value)
    if not isinstance(value, SequenceValue):
        return (), (read_number(value),)
    if value.form == "set":
        return Refusal("value.wrong_type", "is a set, which has no order, but should be an array or a list")
    if depth == 0:
        return Refusal("value.unreadable", "is nested too deeply to be read")
    parts = [_flatten(item, depth - 1) for item in value.items]
    shapes, entries = set(), []
    for part in parts:
        if isinstance(part, Refusal):
            return part
        shapes.add(part[0])
        entries.append(part[1])
    if len(shapes) > 1:
        return Refusal("value.shape_mismatch", "is ragged: its rows differ in length")
    return (len(parts), *next(iter(shapes), ())), tuple(chain.from_iterable(entries))


def is_whole(table: TableValue) -> bool:
    """Return whether a table has a cell for each column and row: a student may write what no table has."""
    if len(table.columns) != len(table.cells) or (table.form == "series" and len(table.columns) != 1):
        return False
    return all(len(column) == len(table.index) for column in table.cells)


def _table_entries(value: TableValue) -> Entries | Refusal:
    """Return shape and entries of a table as pandas turns it into an array: row by row, a series without columns."""
    rows = len(value.index)
    if not is_whole(value):
        return Refusal("value.unreadable", "could not be read: its columns and its index do not match")
    shape = (rows, len(value.cells)) if value.form == "frame" else (rows,)
    return shape, tuple(map(read_number, chain.from_iterable(zip(*value.cells, strict=True))))


def read_entry(value: Value, reference: object, entry: int | str) -> float | Refusal:
    """Return one entry of an array, or of a dict or sequence whose keys and order are those of `reference`."""
    keys = [fold(str(key)) for key in reference] if isinstance(reference, Mapping) else []
    if keys and isinstance(value, MappingValue):
        item = read_item(value, str(entry))
        return item if isinstance(item, Refusal) else read_number(item)
    position = keys.index(fold(str(entry))) if keys else int(entry)
    entries = read_entries(value, entry_shape(reference))
    return entries if isinstance(entries, Refusal) else entries[1][position]


def entry_shape(reference: object) -> tuple[int, ...]:
    """Return the shape that an array or sequence must have whose entries are those of `reference`."""
    return (len(reference),) if isinstance(reference, Mapping) else np.shape(np.asarray(reference))


def read_item(value: MappingValue, key: str) -> Value | Refusal:
    """Return what stands under `key`, without regard to case."""
    wanted = fold(key)
    found = [item for name, item in value.items if isinstance(name, StrValue) and fold(name.value) == wanted]
    if len(found) != 1:
        return Refusal("value.entry_missing", f"has {'no' if not found else 'more than one'} entry '{wanted}'")
    return found[0]


# ---------------------------------------------------------------- bools, choices, sets, expressions


def read_bool(value: Value) -> bool | Refusal:
    """Return the truth value that `value` is: `True` or `False` of Python, NumPy or SymPy, and nothing else."""
    match value:
        case BoolValue():
            return value.value
        case ArrayValue(dtype="bool", shape=(), values=("true" | "false",)):
            return value.values[0] == "true"
        case SymbolicValue(text="True" | "False"):
            return value.text == "True"
        case _:
            return refuse(value, "True or False")


def fold(text: str) -> str:
    """Return `text` without regard to case, surrounding space and what nobody sees."""
    return drop_invisible(text).strip().casefold()


def read_choice(value: Value, choices: tuple[str, ...]) -> str | Refusal:
    """Return the choice that `value` names, as the author spells it."""
    match value:
        case StrValue():
            return _find_choice(value.value, choices)
        case ArrayValue() | SequenceValue() | TableValue() if not is_complex(value):
            return Refusal("value.shape_mismatch", f"is {describe(value)}, but should be a single word")
        case _:
            return refuse(value, _choices_text(choices))


def read_set(value: Value, choices: tuple[str, ...]) -> frozenset[str] | Refusal:
    """Return the set of choices that `value` names: any collection of words, or a single word; a dict is none."""
    match value:
        case StrValue():
            items: tuple[Value, ...] = (value,)
        case SequenceValue():
            items = value.items
        case TableValue(form="series", cells=(cells,)):
            items = cells
        case ArrayValue(values=()) if not is_complex(value):
            items = ()
        case _:
            return refuse(value, f"a collection of words out of {', '.join(choices)}")
    found = [read_choice(item, choices) for item in items]
    for word in found:
        if isinstance(word, Refusal):
            return Refusal(word.code, f"holds something that {word.message}")
    return frozenset(word for word in found if isinstance(word, str))


def _find_choice(text: str, choices: tuple[str, ...]) -> str | Refusal:
    by_folded = {fold(choice): choice for choice in choices}
    wanted = fold(text)
    if wanted in by_folded:
        return by_folded[wanted]
    return Refusal("value.not_a_choice", f"is '{clean(text, 60)}', but should be {_choices_text(choices)}")


def _choices_text(choices: tuple[str, ...]) -> str:
    return f"one of {', '.join(repr(choice) for choice in choices)}"


def read_text(value: Value) -> str | Refusal:
    """Return a string, or the text of a SymPy object."""
    match value:
        case StrValue():
            return value.value
        case SymbolicValue():
            return value.text
        case FloatValue() | IntValue():
            return Refusal("value.wrong_type", 'is a number, but should be an exact expression such as "log(2)/3"')
        case _:
            return refuse(value, 'an exact expression such as "log(2)/3"')


# ---------------------------------------------------------------- strings


Normalisation = Literal["case", "space"]


def read_string(value: Value) -> str | Refusal:
    """Return the string that `value` is."""
    match value:
        case StrValue():
            return value.value
        case ArrayValue() | SequenceValue():
            return Refusal("value.shape_mismatch", f"is {describe(value)}, expected a single string")
        case _:
            return refuse(value, "a string")


def normalise(text: str, how: Iterable[Normalisation]) -> str:
    """Return `text` in a normal form: composed characters; `case` folded; `space` at the ends off, inside single.

    With `space` goes what nobody sees.
    """
    found = unicodedata.normalize("NFC", text)
    if "space" in how:
        found = " ".join(drop_invisible(found).split())
    return found.casefold() if "case" in how else found


# ---------------------------------------------------------------- wording


def is_complex(value: Value) -> bool:
    """Return whether a value is a complex number or an array of them."""
    match value:
        case ComplexValue() | ArrayValue(dtype="complex") | SymbolicValue(parts=(_, _)):
            return True
        case _:
            return False


def refuse(value: Value, expected: str) -> Refusal:
    """Return the refusal of a value that is of another kind than `expected`."""
    match value:
        case UnreadableValue():
            return Refusal("value.unreadable", WHY_UNREADABLE[value.why])
        case _ if is_complex(value):
            return Refusal("value.complex", f"is complex, but should be {expected}")
        case _:
            return Refusal("value.wrong_type", f"is {describe(value)}, but should be {expected}")


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


def show_numbers(numbers: Numbers) -> str:
    """Return numbers as messages show them: a vector in brackets, the tail of a long one left out."""
    if numbers.shape == ():
        return show(numbers.values[0])
    return bracket(show(number) for number in numbers.values)


def bracket(items: Iterable[str], pair: str = "[]") -> str:
    """Return what messages show of several items between a pair of brackets: the tail of many is left out."""
    shown = list(items)
    tail = [f"… {len(shown)} in all"] if len(shown) > SHOWN_ITEMS else []
    return f"{pair[0]}{', '.join(shown[:SHOWN_ITEMS] + tail)}{pair[1]}"
