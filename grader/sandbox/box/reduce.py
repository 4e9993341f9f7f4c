"""Reduces whatever a student bound to a name to plain data, once. What is judged is only this data.

The objects may lie, change between two looks, raise, recurse or never end: every look is bounded, and a lie is worth
no more than writing the same number down. The shapes sent are those of `grader/model.py`.
"""

from __future__ import annotations

import itertools
import numbers
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

Plain = dict[str, Any]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_DEPTH, _DIGITS, _LABEL_CHARS = 8, 400, 200


class _TooLargeError(Exception):
    """The value holds more than the budget allows."""


class _TooDeepError(Exception):
    """Containers in containers, past what any answer needs."""


class _Budget:
    """Bytes that one value may still take."""

    def __init__(self, total_bytes: int) -> None:
        self.left = total_bytes

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooLargeError


def plain_text(text: object, limit: int) -> str:
    """Return `text` as a string of at most `limit` characters, memory addresses removed, safe to encode."""
    if not isinstance(text, str):
        text = type(text).__name__
    short = str.__getitem__(text, slice(0, limit))
    return _ADDRESS.sub("0x…", short).encode("utf-8", "replace").decode("utf-8")


def describe_exception(error: BaseException) -> Plain:
    """Return an exception as data; its own `__str__` may raise."""
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 -- the student's __str__ may raise anything, SystemExit too; said as such
        message = "(its message could not be read)"
    return {"type": "raised", "error": plain_text(type(error).__name__, 100), "message": plain_text(message, 1000)}


def reduce_value(value: object, value_bytes: int) -> Plain:
    """Return `value` as plain data, or as `unreadable` with the reason."""
    try:
        return _reduce(value, _Budget(value_bytes), 0)
    except _TooLargeError:
        return {"type": "unreadable", "why": "too_large", "note": plain_text(type(value).__name__, 100)}
    except (_TooDeepError, RecursionError):
        return {"type": "unreadable", "why": "too_deep", "note": plain_text(type(value).__name__, 100)}
    except KeyboardInterrupt:
        return {"type": "unreadable", "why": "timed_out", "note": plain_text(type(value).__name__, 100)}
    except BaseException as error:  # noqa: BLE001 -- the value's own methods may raise anything; said as such
        return {"type": "unreadable", "why": "raised", "note": plain_text(type(error).__name__, 100)}


def _float(number: float) -> Plain:
    return {"type": "float", "value": _hex(number)}


def _hex(number: float) -> str:
    return float.__float__(number).hex()  # "inf", "-inf" and "nan" come out as such


def _reduce(value: object, budget: _Budget, depth: int) -> Plain:
    budget.spend(24)
    if depth > _DEPTH:
        raise _TooDeepError
    if value is None:
        return {"type": "none"}
    if value is Ellipsis:
        return {"type": "ellipsis"}
    scalar = _reduce_scalar(value, budget)
    if scalar is not None:
        return scalar
    figure = _reduce_figure(value, budget)  # before arrays: plt.subplots returns an array of axes
    if figure is not None:
        return figure
    if isinstance(value, np.ndarray):
        return _reduce_array(value, budget, depth)
    if isinstance(value, Mapping):
        pairs = [
            [_reduce(key, budget, depth + 1), _reduce(item, budget, depth + 1)]
            for key, item in _bounded(value.items(), budget)
        ]
        return {"type": "mapping", "items": pairs}
    if isinstance(value, list | tuple | set | frozenset) or _is_collection_view(value):
        return _reduce_sequence(value, budget, depth)  # type: ignore[arg-type]  # each of these can be iterated
    return _reduce_other(value, budget, depth)


def _is_collection_view(value: object) -> bool:
    return isinstance(value, range | type({}.keys()) | type({}.values()))


def _bounded(items: Iterable[Any], budget: _Budget) -> Iterable[Any]:
    for item in items:
        budget.spend(2)
        yield item


def _reduce_scalar(value: object, budget: _Budget) -> Plain | None:
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
    if isinstance(value, complex | np.complexfloating):
        return {"type": "complex", "type_name": plain_text(type(value).__name__, 100)}
    return None


def _reduce_integer(value: int) -> Plain:
    if int.bit_length(value) > _DIGITS * 3:
        return {"type": "unreadable", "why": "too_large", "note": "int"}
    return {"type": "int", "value": int.__repr__(value)}


def _reduce_array(value: np.ndarray[Any, Any], budget: _Budget, depth: int) -> Plain:
    array = np.asarray(value)
    if array.dtype.kind == "c":
        return {"type": "complex", "type_name": "array"}
    if array.dtype.kind not in "fiub":
        if array.ndim == 0:
            return _reduce(array.item(), budget, depth + 1)
        return _reduce_sequence(array.tolist(), budget, depth, form="array")
    budget.spend(array.size * 8)
    flat = array.ravel()
    if array.dtype.kind == "f":
        kind, texts = "float", [float(item).hex() for item in flat.astype(np.float64).tolist()]
    elif array.dtype.kind == "b":
        kind, texts = "bool", ["true" if item else "false" for item in flat.tolist()]
    else:
        kind, texts = "int", [str(item) for item in flat.tolist()]
    budget.spend(sum(map(len, texts)))
    return {"type": "array", "dtype": kind, "shape": list(array.shape), "values": texts}


def _reduce_sequence(value: Iterable[Any], budget: _Budget, depth: int, form: str = "") -> Plain:
    unordered = isinstance(value, set | frozenset)
    if not form:
        form = "set" if unordered else "tuple" if isinstance(value, tuple) else "list"
    items = [_reduce(item, budget, depth + 1) for item in _bounded(value, budget)]
    if unordered:
        items.sort(key=repr)  # the order of a set is nobody's answer, and differs from run to run
    return {"type": "sequence", "form": form, "items": items}


def _reduce_other(value: object, budget: _Budget, depth: int) -> Plain:
    symbolic = _reduce_symbolic(value, budget)
    if symbolic is not None:
        return symbolic
    name = plain_text(type(value).__name__, 100)
    if isinstance(value, numbers.Real):
        return _float(float(value))
    if hasattr(type(value), "__array__"):  # pandas, torch and the like
        return _reduce_array(np.asarray(value), budget, depth + 1)
    return {"type": "callable" if callable(value) else "other", "type_name": name}


def _reduce_symbolic(value: object, budget: _Budget) -> Plain | None:
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(value, sympy.Basic):
        return None
    text = plain_text(str(value), 10_000)
    budget.spend(len(text))
    number = float(value) if isinstance(value, sympy.Expr) and value.is_real and value.is_number else None
    return {"type": "symbolic", "text": text, "value": None if number is None else _hex(number)}


# ---------------------------------------------------------------- figures


def _reduce_figure(value: object, budget: _Budget) -> Plain | None:
    figures = sys.modules.get("matplotlib.figure")
    axes_module = sys.modules.get("matplotlib.axes")
    if figures is None or axes_module is None:
        return None
    if isinstance(value, figures.FigureBase):
        return _figure(value, list(value.axes), budget)
    if isinstance(value, axes_module.Axes):
        return _figure(value.figure, [value], budget)
    if isinstance(value, tuple | list | np.ndarray):
        panels = list(itertools.islice(_flatten_axes(value, axes_module.Axes, figures.FigureBase), 65))
        if panels:
            return _figure(panels[0].figure, panels, budget)
    return None


def _flatten_axes(value: Any, axes_type: type, figure_type: type) -> Iterable[Any]:
    """Yield the axes of (nested) collections that hold nothing but axes, as `plt.subplots` returns them.

    A pair (figure, axes), as assigned without unpacking, gives its axes.
    """
    items = value.ravel().tolist() if isinstance(value, np.ndarray) else list(itertools.islice(value, 65))
    nested: list[Any] = []
    for item in items:
        if isinstance(item, figure_type):
            continue
        if isinstance(item, axes_type):
            nested.append(item)
        elif isinstance(item, tuple | list | np.ndarray):
            nested.extend(_flatten_axes(item, axes_type, figure_type))
        else:
            return []
    return nested


def _figure(figure: Any, panels: list[Any], budget: _Budget) -> Plain:
    suptitle = getattr(figure, "get_suptitle", str)()
    shared = [getattr(figure, name, str)() for name in ("get_supxlabel", "get_supylabel")]
    axes = [_axes(panel, shared, budget) for panel in panels[:64]]
    return {"type": "figure", "suptitle": plain_text(suptitle, _LABEL_CHARS), "axes": axes}


def _axes(panel: Any, shared: list[str], budget: _Budget) -> Plain:
    legend = panel.get_legend() or next(iter(getattr(panel.figure, "legends", [])), None)
    texts = [text.get_text() for text in legend.get_texts()][:64] if legend is not None else []
    return {
        "title": plain_text(panel.get_title(), _LABEL_CHARS),
        "x_label": plain_text(panel.get_xlabel() or shared[0], _LABEL_CHARS),
        "y_label": plain_text(panel.get_ylabel() or shared[1], _LABEL_CHARS),
        "has_legend": legend is not None,
        "legend": [plain_text(text, _LABEL_CHARS) for text in texts],
        "lines": [_line(line, budget) for line in list(panel.get_lines())[:64]],
    }


def _line(line: Any, budget: _Budget) -> Plain:
    x, y = (np.asarray(data, dtype=np.float64).ravel() for data in (line.get_xdata(), line.get_ydata()))
    step = max(1, -(-len(x) // 2000))  # a line of a million points is as well known by 2,000 of them
    budget.spend(2 * 26 * (len(x) // step))
    texts = [[float(item).hex() for item in values[::step].tolist()] for values in (x, y)]
    return {"x": texts[0], "y": texts[1], "label": plain_text(line.get_label(), _LABEL_CHARS)}


def call(function: Callable[..., Any], args: list[Any]) -> object:
    """Call a student's function with fresh, writable inputs: floats, float64 vectors and tables."""
    return function(*[np.array(arg, dtype=np.float64) if isinstance(arg, list) else float(arg) for arg in args])
