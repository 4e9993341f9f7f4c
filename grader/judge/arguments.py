"""The arguments of calls: from the author's objects to records, to fresh objects for the reference, to words.

They come from the author, never from a student: a function's source is compiled here as it is inside the sandbox.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import math
import symtable
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Literal, assert_never, cast

import numpy as np

from grader.judge.describe import bracket, show
from grader.judge.entries import Array, read_array, write_entry
from grader.judge.verdict import clean
from grader.model import (
    Argument,
    ArrayArgument,
    Call,
    ColumnArgument,
    ComplexArgument,
    DictArgument,
    FloatArgument,
    Frozen,
    FunctionArgument,
    Label,
    ListArgument,
    TableArgument,
    Vector,
)
from numgrade_student.syntax import parse_expression

Kind = Literal["value", "function"]
SHOWN_CHARS, SOURCE_CHARS, TEXT_CHARS = 1500, 80, 40
_KINDS = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}  # by NumPy's letter
_SCOPE = {"np": np, "numpy": np, "math": math}

# ---------------------------------------------------------------- from the author's objects


def build_argument(value: object, kind: Kind = "value") -> Argument:
    """Return what an author's module of inputs gave as an argument of a call.

    Numbers in (nested) lists and tuples of one length, and arrays of floats, become float64 arrays: integers too.
    Arrays of integers, bools and complex numbers keep their type, and so do scalars. A list or tuple that holds
    anything else is a list; a pandas `DataFrame` or `Series` is a table.

    Args:
        value: what the author gave.
        kind: "function" where the argument is a function: `value` is the source of a lambda expression then.

    Raises:
        ValueError: it is nothing that can be sent; the message says what was expected and what came.
    """
    if isinstance(value, Frozen):  # an argument already: an invariant hands on what it was given
        return cast("Argument", value)
    if kind == "function":
        return _build_function(value)
    if isinstance(value, np.generic):
        value = _build_scalar(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else FloatArgument(value=_write_odd(value))
    if isinstance(value, complex):
        return ComplexArgument(re=value.real.hex(), im=value.imag.hex())
    return _build_collection(value)


def _build_collection(value: object) -> Argument:
    if isinstance(value, np.ndarray):
        return _build_array(value)
    if isinstance(value, list | tuple):
        if all(map(_is_real, _flatten(value))):
            return _build_array(_as_array(value))
        return ListArgument(items=tuple(map(build_argument, value)))
    if isinstance(value, Mapping):
        return DictArgument(items=tuple((_build_label(key), build_argument(item)) for key, item in value.items()))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        return _build_table(value, pandas)
    raise ValueError(
        "expected a number, string, bool, None, array, list, dict or pandas table as an argument, "
        f"got {_show_object(value)}"
    )


def _build_scalar(value: np.generic) -> object:
    found: object = value.item()
    if isinstance(value, np.bool_ | np.str_ | np.number) and not isinstance(value, np.timedelta64):
        return float(value) if isinstance(value, np.floating) else found  # a longdouble's item is no float
    raise ValueError(f"expected a number, string or bool, got {_show_object(value)}")


def _write_odd(value: float) -> Literal["inf", "-inf", "nan"]:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _is_real(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.timedelta64)


def _flatten(value: object) -> Iterator[object]:
    if isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_flatten, value))
    else:
        yield value


def _as_array(value: Sequence[object]) -> Array:
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, OverflowError) as error:  # ragged, or an integer beyond the floats
        raise ValueError(f"expected numbers in rows of one length, got {_show_object(value)}: {error}") from error


def _build_array(value: Array) -> Argument:
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError("expected an array, got a masked array: fill it")
    dtype = _KINDS.get(value.dtype.kind)
    if dtype is None:
        raise ValueError(f"expected an array of numbers or bools, got one of {value.dtype}: use a list")
    if dtype == "float":
        value = value.astype(np.float64)
        # A nested tuple has a shape unless an entry is no finite number, or there is nothing behind its first 0.
        if value.ndim and np.isfinite(value).all() and 0 not in value.shape[:-1]:
            return _nest(value.tolist())
    texts = tuple(map(write_entry, value.ravel().tolist()))
    return ArrayArgument.model_validate({"dtype": dtype, "shape": tuple(map(int, value.shape)), "values": texts})


def _nest(items: list[Any]) -> Vector:
    return tuple(_nest(item) if isinstance(item, list) else item for item in items)


def _build_label(value: object) -> Label:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, bool) or not isinstance(plain, str | int | float | None):
        raise ValueError(f"expected a string, a number or None as a key or label, got {_show_object(value)}")
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"expected a finite number as a key or label, got {plain}")
    return plain


def _show_object(value: object) -> str:
    return f"{clean(repr(value), SOURCE_CHARS)} ({type(value).__name__})"


# ---------------------------------------------------------------- tables and functions


def _build_table(value: Any, pandas: Any) -> TableArgument:
    is_series = isinstance(value, pandas.Series)
    series = [value] if is_series else [value.iloc[:, place] for place in range(len(value.columns))]
    columns = tuple(_build_column(one) for one in series)
    index = value.index
    numbered = isinstance(index, pandas.RangeIndex) and (index.start, index.step, index.name) == (0, 1, None)
    return TableArgument(
        form="series" if is_series else "frame",
        columns=columns,
        index=None if numbered and columns else _build_column(index),
    )


def _build_column(entries: Any) -> ColumnArgument:
    """Return a column or index of floats, integers, bools, strings or dates; the other types of pandas are refused."""
    label = _build_label(entries.name)
    kind = entries.dtype.kind if isinstance(entries.dtype, np.dtype) else "O"
    if kind == "M":
        moments = np.asarray(entries).astype("datetime64[ns]")
        dates = tuple(None if np.isnat(one) else str(one) for one in moments)
        return ColumnArgument(label=label, dtype="datetime", values=dates)
    if kind in _KINDS and kind != "c":
        texts = map(write_entry, np.asarray(entries).tolist())
        return ColumnArgument.model_validate({"label": label, "dtype": _KINDS[kind], "values": tuple(texts)})
    found = list(entries)
    if not all(isinstance(one, str) or _is_missing(one) for one in found):
        message = f"expected floats, integers, bools, strings or dates in column {label!r}, got {entries.dtype}"
        raise ValueError(message)
    words = tuple(one if isinstance(one, str) else None for one in found)
    return ColumnArgument(label=label, dtype="str", values=words)


def _is_missing(value: object) -> bool:
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and math.isnan(value))


def _build_function(value: object) -> FunctionArgument:
    """Return a function of the author's, once it is known to be one and to look up nothing that is not there."""
    expected = "expected the source of a function such as 'lambda t, y: -2 * t * y'"
    if not isinstance(value, str):
        raise ValueError(f"{expected}, got {_show_object(value)}")
    source = value.strip()
    try:
        body = parse_expression(source)
        names = symtable.symtable(source, "<function>", "eval")
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ValueError(f"{expected}, got {_show_object(value)}: {error}") from error
    if not isinstance(body, ast.Lambda):
        raise ValueError(f"{expected}, got {_show_object(value)}")
    unknown = sorted(set(_find_globals(names)) - set(_SCOPE) - set(dir(builtins)))
    if unknown:
        raise ValueError(f"expected a function of np, numpy and math alone, got {source!r} with {', '.join(unknown)}")
    return FunctionArgument(source=source)


def _find_globals(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _find_globals(child)


# ---------------------------------------------------------------- to what a function is called with


def argument_object(argument: Argument) -> object:
    """Return a fresh object for the reference, the same that `grader/sandbox/box/calls.py` builds for a student.

    Raises:
        ValueError: a table needs pandas, which is not installed here.
    """
    match argument:
        case tuple():
            return np.array(argument, dtype=np.float64)
        case FloatArgument():
            return float(argument.value)
        case ComplexArgument():
            return complex(float.fromhex(argument.re), float.fromhex(argument.im))
        case ArrayArgument():
            return read_array(argument.dtype, argument.values).reshape(argument.shape)
        case ListArgument():
            return [argument_object(item) for item in argument.items]
        case DictArgument():
            return {key: argument_object(item) for key, item in argument.items}
        case TableArgument():
            return _make_table(argument)
        case FunctionArgument():
            return eval(argument.source, dict(_SCOPE))  # noqa: S307 - the author's, like the reference that calls it
        case None | bool() | int() | float() | str():
            return argument
        case _ as never:
            assert_never(never)


def _make_table(table: TableArgument) -> object:
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        raise ValueError("expected pandas for a table among the arguments, but it is not installed") from error
    columns = [_make_column(pandas, column) for column in table.columns]
    labels = [column.label for column in table.columns]
    index = table.index and pandas.Index(_make_column(pandas, table.index), name=table.index.label)
    if table.form == "series":
        return pandas.Series(columns[0], index=index, name=labels[0])
    frame = pandas.DataFrame(dict(enumerate(columns)), index=index)
    frame.columns = labels
    return frame


def _make_column(pandas: Any, column: ColumnArgument) -> object:
    if column.dtype == "datetime":
        return pandas.array(np.array([text or "NaT" for text in column.values], dtype="datetime64[ns]"))
    if column.dtype == "str":
        return pandas.Series(column.values, dtype="str").array
    return read_array(column.dtype, cast("tuple[str, ...]", column.values))


# ---------------------------------------------------------------- as a student would write them


def show_argument(argument: Argument) -> str:
    """Return an argument of a call as a student would write it, shortened where it is long."""
    shown = _show(argument)
    return shown if len(shown) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]} …"


def show_call(name: str, call: Call) -> str:
    """Return a call as a student would write it."""
    return f"{name}({', '.join(map(show_argument, call.args))})"


def _show(argument: Argument) -> str:  # noqa: C901 - one line for each kind of argument
    match argument:
        case None | bool() | int():
            return clean(str(argument), SOURCE_CHARS)
        case float():
            return show(argument)
        case str():
            return repr(clean(argument, TEXT_CHARS))
        case tuple():
            return bracket(map(_show, argument))
        case FloatArgument():
            return argument.value
        case ComplexArgument():
            return _show_entry(complex(float.fromhex(argument.re), float.fromhex(argument.im)))
        case ArrayArgument():
            return _show_nested(read_array(argument.dtype, argument.values).reshape(argument.shape).tolist())
        case ListArgument():
            return bracket(map(_show, argument.items))
        case DictArgument():
            return bracket((f"{key!r}: {_show(item)}" for key, item in argument.items), "{}")
        case TableArgument():
            return _show_table(argument)
        case FunctionArgument():
            return clean(argument.source, SOURCE_CHARS)
        case _ as never:
            assert_never(never)


def _show_nested(item: object) -> str:
    return bracket(map(_show_nested, item)) if isinstance(item, list) else _show_entry(item)


def _show_entry(item: object) -> str:
    return show(item) if isinstance(item, float | complex) else str(item)


def _show_table(table: TableArgument) -> str:
    rows = len(table.columns[0].values) if table.columns else 0
    if table.form == "series":
        return f"Series({bracket(str(text) for text in _show_column(table.columns[0]))})"
    labels = bracket((repr(column.label) for column in table.columns), "  ").strip()
    return f"DataFrame({rows} rows; columns {labels or 'none'})"


def _show_column(column: ColumnArgument) -> Iterator[str]:
    for text in column.values:
        yield show(float.fromhex(text)) if column.dtype == "float" and text else str(text)
