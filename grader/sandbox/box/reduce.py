"""Reduces whatever a student bound to a name to plain data, once. What is judged is only this data.

The objects may lie, change between two looks, raise, recurse or never end: every look is bounded, and a lie is worth
no more than writing the same number down. The shapes sent are those of `grader/model.py`. Figures are in
`figures.py`, and what a student's function is called with in `calls.py`.
"""

from __future__ import annotations

import datetime as dt
import numbers
import sys
from array import array
from collections import UserList, deque
from collections.abc import Iterable, Mapping, MappingView
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from . import BUILTINS
from .budget import Budget, Plain, TooDeepError, TooLargeError, hex_text, plain_text, type_name
from .figures import reduce_figure

__builtins__ = BUILTINS

_DEPTH = 8
_ENTRY_BYTES = 26  # what the smallest cell of a table is counted for
_LARGEST = 10**400  # integers have fewer digits than this


def describe_callable(value: object) -> Plain:
    """Return the record of what is about to be called, be it a class, a polynomial or a SymPy `Lambda` too."""
    return {"type": "callable", "type_name": plain_text(type_name(value), 100)}


def reduce_value(value: object, value_bytes: int) -> Plain:
    """Return `value` as plain data, or as `unreadable` with the reason."""
    try:
        return _reduce(value, Budget(value_bytes), 0)
    except TooLargeError:
        return _unreadable("too_large", value)
    except (TooDeepError, RecursionError):
        return _unreadable("too_deep", value)
    except KeyboardInterrupt:
        return _unreadable("timed_out", value)
    except BaseException as error:  # noqa: BLE001 -- the value's own methods may raise anything; said as such
        return _unreadable("raised", error)


def _unreadable(why: str, cause: object) -> Plain:
    return {"type": "unreadable", "why": why, "note": plain_text(type_name(cause), 100)}


def _float(number: float) -> Plain:
    return {"type": "float", "value": hex_text(number)}


def _reduce(value: object, budget: Budget, depth: int) -> Plain:
    budget.spend(24)
    if depth > _DEPTH:
        raise TooDeepError
    if value is None:
        return {"type": "none"}
    if value is Ellipsis:
        return {"type": "ellipsis"}
    scalar = _reduce_scalar(value, budget)
    if scalar is not None:
        return scalar
    figure = reduce_figure(value, budget)  # before arrays: plt.subplots returns an array of axes
    if figure is not None:
        return figure
    if isinstance(value, np.ndarray):
        return _reduce_array(value, budget, depth)
    return _reduce_container(value, budget, depth) or _reduce_other(value, budget, depth)


def _reduce_scalar(value: object, budget: Budget) -> Plain | None:
    if isinstance(value, bool | np.bool_):
        return {"type": "bool", "value": value is True or (isinstance(value, np.bool_) and bool(value))}
    if isinstance(value, int | np.integer):
        return _reduce_integer(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, np.floating):
        return _float(float(value))
    if isinstance(value, str):
        budget.spend(4 * str.__len__(value))
        return {"type": "str", "value": plain_text(value, str.__len__(value))}
    if isinstance(value, Fraction | Decimal):
        return _float(float(value))
    if isinstance(value, complex):
        return _complex(complex.__pos__(value))  # the number itself, whatever a subclass says of its parts
    if isinstance(value, np.complexfloating):
        return _complex(complex(value))
    return None


def _complex(number: complex) -> Plain:
    return {"type": "complex", "re": hex_text(number.real), "im": hex_text(number.imag)}


def _reduce_integer(value: int) -> Plain:
    if not -_LARGEST < value < _LARGEST:
        return {"type": "unreadable", "why": "too_large", "note": "int"}
    return {"type": "int", "value": int.__repr__(value)}


# ---------------------------------------------------------------- arrays and containers


def _reduce_array(value: np.ndarray[Any, Any], budget: Budget, depth: int) -> Plain:
    if isinstance(value, np.ma.MaskedArray):  # the constant `masked` too: what is masked is no number
        return {"type": "other", "type_name": plain_text(type_name(value), 100)}
    plain = np.asarray(value)
    kind = plain.dtype.kind
    if kind not in "fiubc":
        if plain.ndim == 0:
            return _reduce(plain.item(), budget, depth + 1)
        return _reduce_sequence(plain.tolist(), budget, depth, form="array")
    budget.spend(plain.size * (16 if kind == "c" else 8))
    dtype, texts = _write_entries(plain.ravel(), kind)
    budget.spend(sum(map(len, texts)))
    return {"type": "array", "dtype": dtype, "shape": list(plain.shape), "values": texts}


def _write_entries(flat: np.ndarray[Any, Any], kind: str) -> tuple[str, list[str]]:
    if kind == "f":
        return "float", [float(item).hex() for item in flat.astype(np.float64).tolist()]
    if kind == "b":
        return "bool", ["true" if item else "false" for item in flat.tolist()]
    if kind == "c":
        return "complex", [
            f"{item.real.hex()} {item.imag.hex()}" for item in flat.astype(np.complex128, copy=False).tolist()
        ]
    return "int", [str(item) for item in flat.tolist()]


def _reduce_container(value: object, budget: Budget, depth: int) -> Plain | None:
    if isinstance(value, Mapping):
        pairs = [
            [_reduce(key, budget, depth + 1), _reduce(item, budget, depth + 1)]
            for key, item in budget.bounded(value.items())
        ]
        return {"type": "mapping", "items": pairs}
    if isinstance(value, list | tuple | set | frozenset | deque | UserList | range | MappingView):
        return _reduce_sequence(value, budget, depth)  # type: ignore[arg-type]  # each of these can be iterated
    if isinstance(value, array):
        return _reduce_array(np.asarray(value), budget, depth)
    return _reduce_table(value, budget, depth + 1)


def _reduce_sequence(value: Iterable[Any], budget: Budget, depth: int, form: str = "") -> Plain:
    unordered = isinstance(value, set | frozenset)
    if not form:
        form = "set" if unordered else "tuple" if isinstance(value, tuple) else "list"
    items = [_reduce(item, budget, depth + 1) for item in budget.bounded(value)]
    if unordered:
        items.sort(key=repr)  # the order of a set is nobody's answer, and differs from run to run
    return {"type": "sequence", "form": form, "items": items}


# ---------------------------------------------------------------- tables


def _reduce_table(value: object, budget: Budget, depth: int) -> Plain | None:
    """Return a `DataFrame` or `Series` as plain data, cells by column; None for anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    is_series = isinstance(value, getattr(pandas, "Series", ()))
    if not is_series and not isinstance(value, getattr(pandas, "DataFrame", ())):
        return None
    table: Any = value
    index = _read_items(table.index, pandas, budget, depth)
    labels = [table.name] if is_series else list(budget.bounded(table.columns))
    budget.require(len(index) * len(labels) * _ENTRY_BYTES)
    columns = [_reduce_cell(label, pandas, budget, depth) for label in labels]
    cells = []
    for place in range(len(labels)):
        series = table if is_series else table.iloc[:, place]
        cells.append(_read_items(series, pandas, budget, depth))
        if len(cells[-1]) != len(index):
            raise ValueError("a column is not as long as the index")
    form = "series" if is_series else "frame"
    return {"type": "table", "form": form, "columns": columns, "index": index, "cells": cells}


def _read_items(items: Any, pandas: Any, budget: Budget, depth: int) -> list[Plain]:
    budget.require(len(items) * _ENTRY_BYTES)
    found: Iterable[Any] = budget.bounded(items)
    return [_reduce_cell(item, pandas, budget, depth) for item in found]


def _reduce_cell(item: object, pandas: Any, budget: Budget, depth: int) -> Plain:
    """Return a label or a cell: dates and intervals as text, what is missing as none or as the NaN that it is."""
    if isinstance(item, float | int | str):
        return _reduce(item, budget, depth)
    if item is pandas.NA or item is pandas.NaT:
        return _reduce(None, budget, depth)
    if isinstance(item, dt.date | dt.time | pandas.Timedelta):
        return _reduce(item.isoformat(), budget, depth)
    if isinstance(item, np.datetime64 | pandas.Period | pandas.Interval):
        return _reduce(str(item), budget, depth)
    return _reduce(item, budget, depth)


# ---------------------------------------------------------------- everything else


def _reduce_other(value: object, budget: Budget, depth: int) -> Plain:
    symbolic = _reduce_symbolic(value, budget)
    if symbolic is not None:
        return symbolic
    if isinstance(value, numbers.Real):
        return _float(float(value))
    if isinstance(value, numbers.Complex):
        return _complex(complex(value))
    if hasattr(type(value), "__array__"):  # torch and the like
        return _reduce_array(np.asarray(value), budget, depth + 1)
    if callable(value):
        return describe_callable(value)
    return {"type": "other", "type_name": plain_text(type_name(value), 100)}


def _reduce_symbolic(value: object, budget: Budget) -> Plain | None:
    sympy: Any = sys.modules.get("sympy")
    if not isinstance(value, getattr(sympy, "Basic", ())):  # it may be the student's own module of this name
        return None
    text = plain_text(str(value), 10_000)
    budget.spend(len(text))
    reduced: Plain = {"type": "symbolic", "text": text, "value": None}
    if isinstance(value, sympy.Expr) and value.is_number:
        if value.is_extended_real or value is sympy.nan:  # `oo` is no `is_real`, and is a number here
            reduced["value"] = hex_text(float(value))
        elif value.is_complex and value.is_extended_real is False:
            number = complex(value)
            reduced["parts"] = [hex_text(number.real), hex_text(number.imag)]
    return reduced
