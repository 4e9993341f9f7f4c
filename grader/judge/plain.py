"""Evidence as the plain data that the students' check looks at. Evidence may be forged: nothing is evaluated."""

from __future__ import annotations

import math
from typing import assert_never

from grader.judge.entries import read_array, read_complex, read_float
from grader.model import (
    ArrayValue,
    AxesEvidence,
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
from numgrade_student.invisible import take_visible
from numgrade_student.plain import (
    RAISED,
    TOO_DEEP,
    TOO_LARGE,
    Figure,
    Items,
    Other,
    Pairs,
    Panel,
    Symbol,
    Table,
    Unreadable,
)

WHY_UNREADABLE = {
    "too_large": TOO_LARGE,
    "too_deep": TOO_DEEP,
    "raised": RAISED,
    "timed_out": Unreadable("took too long to be read"),
}


def plain_of(value: Value) -> object:
    """Return what `numgrade_student.plain.take_plain` makes of the object that this evidence is of."""
    try:
        return _plain(value)
    except (ValueError, OverflowError, RecursionError):  # forged: no object is reduced to this
        return RAISED


def _plain(value: Value) -> object:  # noqa: C901, PLR0912 - one line for each of the kinds of value
    match value:
        case FloatValue():
            return read_float(value.value)
        case IntValue():
            return int(value.value)
        case ComplexValue():
            return complex(read_float(value.re), read_float(value.im))
        case BoolValue() | StrValue():
            return value.value
        case EmptyValue():
            return Ellipsis if value.type == "ellipsis" else None
        case ArrayValue():
            return _plain_array(value)
        case SequenceValue():
            return Items(value.form, tuple(map(_plain, value.items)))
        case MappingValue():
            return Pairs(tuple((_plain(key), _plain(item)) for key, item in value.items))
        case TableValue():
            return _plain_table(value)
        case SymbolicValue():
            return _plain_symbol(value)
        case FigureValue():
            return Figure(tuple(map(take_panel, value.axes)))
        case OtherValue():
            return Other(value.type_name, is_callable=value.type == "callable")
        case UnreadableValue():
            return WHY_UNREADABLE[value.why]
        case _ as never:
            assert_never(never)


def take_panel(panel: AxesEvidence) -> Panel:
    """Return which words stand in a panel of a figure, and how much is drawn there."""
    texts = {take_visible(text) for text in panel.legend} - {""}
    return Panel(
        curves=len(panel.lines or panel.points),
        is_drawn=bool(panel.lines or panel.points or panel.bars),
        has_title=bool(take_visible(panel.title)),
        has_x_label=bool(take_visible(panel.x_label)),
        has_y_label=bool(take_visible(panel.y_label)),
        entries=len(texts) if panel.has_legend else 0,
    )


def _plain_array(value: ArrayValue) -> object:
    if not is_shape(value.shape, len(value.values)):
        return RAISED
    return read_array(value.dtype, value.values).reshape(value.shape)


def _plain_table(value: TableValue) -> object:
    if not is_whole(value):
        return RAISED
    return Table(value.form, len(value.index), tuple(tuple(map(_plain, column)) for column in value.cells))


def _plain_symbol(value: SymbolicValue) -> Symbol:
    if value.value is not None:
        return Symbol(value.text, read_float(value.value))
    return Symbol(value.text, None if value.parts is None else read_complex(" ".join(value.parts)))


# ---------------------------------------------------------------- what holds together

_DIMENSIONS, _ENTRIES = 32, 1 << 31  # within those of NumPy, which refuses to shape more

Shape = tuple[int, ...]


def is_shape(shape: Shape, count: int) -> bool:
    """Return whether NumPy has arrays of this shape with `count` entries: a student may write what no array has."""
    if len(shape) > _DIMENSIONS or min(shape, default=0) < 0:
        return False
    return math.prod(shape) == count and math.prod(length or 1 for length in shape) <= _ENTRIES


def is_whole(table: TableValue) -> bool:
    """Return whether a table has a cell for each column and row: a student may write what no table has."""
    if len(table.columns) != len(table.cells) or (table.form == "series" and len(table.columns) != 1):
        return False
    return all(len(column) == len(table.index) for column in table.cells)
