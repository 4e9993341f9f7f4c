"""A student's value as plain Python data, for a course's own rules.

Values come from a student and are read with suspicion: nothing is evaluated, and what does not hold together raises
`ValueError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from grader.judge.entries import Array, read_array, read_float
from grader.judge.plain import is_shape, is_whole
from grader.judge.verdict import clean
from grader.model import (
    ArrayValue,
    AxesEvidence,
    BarsEvidence,
    BoolValue,
    ComplexValue,
    EmptyValue,
    FigureValue,
    FloatValue,
    IntValue,
    LineEvidence,
    MappingValue,
    OtherValue,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    UnreadableValue,
    Value,
)

DEPTH = 32  # of a value: more than the sandbox sends, less than Python's stack
_SHOWN_CHARS = 40


def plain_value(value: Value) -> object:
    """Return a student's value as plain Python data.

    Numbers, bools, strings, None and complex numbers are themselves; a SymPy number is its value, any other SymPy
    object its text. Arrays are NumPy's, of float64, int64 (uint64 where that is too small), bool or complex128. Lists,
    tuples and dicts are themselves, a set is a frozenset. A figure is a dict of lists, named as in `FigureValue`. A
    table is a dict of `form`, `columns`, `index` and `data`, which holds a list for each column's label.

    Raises:
        ValueError: the value is absent, unreadable, a function or another object, or does not hold together.
    """
    return _plain(value, DEPTH)


def _plain(value: Value, depth: int) -> object:
    if depth == 0:
        raise ValueError(f"expected a value nested at most {DEPTH} deep, got a deeper one")
    match value:
        case SequenceValue():
            return _plain_sequence(value, depth - 1)
        case MappingValue():
            return _plain_dict(((_plain(key, depth - 1), _plain(item, depth - 1)) for key, item in value.items), "key")
        case TableValue():
            return _plain_table(value, depth - 1)
        case ArrayValue():
            return _plain_array(value)
        case FigureValue():
            return {"suptitle": value.suptitle, "axes": [_plain_axes(panel) for panel in value.axes]}
        case _:
            return _plain_scalar(value)


Scalar = (
    FloatValue | IntValue | ComplexValue | BoolValue | StrValue | EmptyValue | SymbolicValue | OtherValue
    | UnreadableValue
)  # fmt: skip


def _plain_scalar(value: Scalar) -> object:
    match value:
        case FloatValue():
            return read_float(value.value)
        case IntValue():
            return int(value.value)
        case ComplexValue():
            return complex(read_float(value.re), read_float(value.im))
        case BoolValue() | StrValue():
            return value.value
        case EmptyValue(type="none"):
            return None
        case SymbolicValue():
            return _plain_symbolic(value)
        case EmptyValue() | OtherValue() | UnreadableValue():
            raise ValueError(f"expected a value, got {_show_missing(value)}")
        case _ as never:
            assert_never(never)


def _show_missing(value: EmptyValue | OtherValue | UnreadableValue) -> str:
    match value:
        case EmptyValue():
            return "..." if value.type == "ellipsis" else "none of that name"
        case OtherValue():
            return f"a {clean(value.type_name, _SHOWN_CHARS) or value.type}"
        case UnreadableValue():
            return f"one that could not be read ({value.why})"


def _plain_array(value: ArrayValue) -> Array:
    if not is_shape(value.shape, len(value.values)):
        raise ValueError(f"expected entries of shape {value.shape}, got {len(value.values)} of them")
    return read_array(value.dtype, value.values).reshape(value.shape)


def _plain_sequence(value: SequenceValue, depth: int) -> object:
    items = [_plain(item, depth) for item in value.items]
    match value.form:
        case "tuple":
            return tuple(items)
        case "set":
            return _hash(lambda: frozenset(items), "items of a set")
        case "list" | "array":
            return items


def _hash(build: Callable[[], object], what: str) -> object:
    """Return what `build` makes of values that must be hashable: a forged one need not be."""
    try:
        return build()
    except TypeError as error:
        raise ValueError(f"expected hashable {what}: {error}") from error


def _plain_dict(pairs: Iterable[tuple[object, object]], what: str) -> dict[Any, object]:
    listed = list(pairs)
    found: dict[Any, object] = {}
    _hash(lambda: found.update(listed), f"{what}s")
    if len(found) < len(listed):
        raise ValueError(f"expected every {what} once, got {len(listed)} with {len(found)} different ones")
    return found


def _plain_table(value: TableValue, depth: int) -> dict[str, object]:
    if not is_whole(value):
        raise ValueError("expected as many cells as columns and index say, got others")
    columns = [_plain(label, depth) for label in value.columns]
    cells = [[_plain(cell, depth) for cell in column] for column in value.cells]
    return {
        "form": value.form,
        "columns": columns,
        "index": [_plain(label, depth) for label in value.index],
        "data": _plain_dict(zip(columns, cells, strict=True), "column"),
    }


def _plain_symbolic(value: SymbolicValue) -> object:
    if value.value is not None:
        return read_float(value.value)
    if value.parts is not None:
        return complex(*map(read_float, value.parts))
    return {"True": True, "False": False}.get(value.text, value.text)


def _plain_axes(panel: AxesEvidence) -> dict[str, object]:
    return {
        "title": panel.title,
        "x_label": panel.x_label,
        "y_label": panel.y_label,
        "has_legend": panel.has_legend,
        "legend": list(panel.legend),
        "x_scale": panel.x_scale,
        "y_scale": panel.y_scale,
        "x_limits": None if panel.x_limits is None else tuple(map(read_float, panel.x_limits)),
        "y_limits": None if panel.y_limits is None else tuple(map(read_float, panel.y_limits)),
        "lines": [_plain_drawn(line, ("x", "y")) for line in panel.lines],
        "points": [_plain_drawn(points, ("x", "y")) for points in panel.points],
        "bars": [
            {"orientation": bars.orientation, **_plain_drawn(bars, ("left", "width", "bottom", "height"))}
            for bars in panel.bars
        ],
    }


def _plain_drawn(drawn: LineEvidence | BarsEvidence, names: tuple[str, ...]) -> dict[str, object]:
    """Return lists of numbers by name, the label, and how many there were before some were left out."""
    lists: dict[str, list[float]] = {name: list(map(read_float, getattr(drawn, name))) for name in names}
    lengths = {len(numbers) for numbers in lists.values()}
    if len(lengths) > 1:
        raise ValueError(f"expected lists of one length in a figure, got lengths {sorted(lengths)}")
    return {**lists, "label": drawn.label, "count": max(lengths) if drawn.count is None else drawn.count}
