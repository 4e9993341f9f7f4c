"""Evidence as the plain data that the students' check looks at. Evidence may be forged: nothing is evaluated."""

from __future__ import annotations

from typing import assert_never

from grader.judge.decoding import is_whole
from grader.judge.describe import is_shape
from grader.judge.entries import read_array, read_complex, read_float
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
from numgrade_student.plain import (
    RAISED,
    TOO_DEEP,
    TOO_LARGE,
    Figure,
    Items,
    Other,
    Pairs,
    Symbol,
    Table,
    Unreadable,
)

_WHY = {
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
            return Figure()
        case OtherValue():
            return Other(value.type_name, is_callable=value.type == "callable")
        case UnreadableValue():
            return _WHY[value.why]
        case _ as never:
            assert_never(never)


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
