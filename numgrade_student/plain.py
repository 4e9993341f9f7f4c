"""A student's object as plain data: what it is, taken once, so that all that follows looks at the same thing.

Plain are None, `...`, bools, ints, floats, complex numbers, strings, arrays of numbers or bools, and the records below.
Nothing is converted that the student did not write: no bool becomes a number, and no list an array.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import sys
from array import array
from collections import UserList, deque
from collections.abc import Iterable, Iterator, Mapping, MappingView
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import numpy as np

from numgrade_student.invisible import take_visible

_DEPTH = 8
_ENTRIES = 100_000  # of one container
_TOTAL = 300_000  # of a value with all that is nested in it
_LARGEST = 10**400
_PANELS = 64  # of a figure


@dataclass(frozen=True)
class Items:
    """A list, tuple or set, or (form `array`) an array of anything but numbers."""

    form: str
    items: tuple[object, ...]


@dataclass(frozen=True)
class Pairs:
    """A dict."""

    items: tuple[tuple[object, object], ...]


@dataclass(frozen=True)
class Table:
    """A pandas table, its cells column by column."""

    form: str  # frame or series
    rows: int
    columns: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Symbol:
    """A SymPy object: its text, and its value where it is a number."""

    text: str
    number: float | complex | None = None


@dataclass(frozen=True)
class Panel:
    """One of the axes of a figure: how many lines, or else scatters, it has, and which words stand around them.

    `entries` counts the different texts of its legend, or of the figure's.
    """

    curves: int
    is_drawn: bool
    has_title: bool
    has_x_label: bool
    has_y_label: bool
    entries: int


@dataclass(frozen=True)
class Figure:
    """A Matplotlib figure, axes, or several axes."""

    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True)
class Other:
    """Anything else, by the name of its type."""

    type_name: str
    is_callable: bool = False


@dataclass(frozen=True)
class Unreadable:
    """An object that could not be looked at; `why` is a predicate that follows its name."""

    why: str


TOO_LARGE = Unreadable("is too large to be read")
TOO_DEEP = Unreadable("is nested too deeply to be read")
RAISED = Unreadable("raised an exception when it was read")


class _TooLargeError(Exception):
    """There is more of it than any answer has."""


class _TooDeepError(Exception):
    """It is nested deeper than any answer is."""


class _Budget:
    """How many entries may still be read, of a value as a whole."""

    def __init__(self) -> None:
        self._left = _TOTAL

    def spend(self, entries: int) -> None:
        """Count entries before they are read; raises where there are too many."""
        self._left -= entries
        if entries > _ENTRIES or self._left < 0:
            raise _TooLargeError


@dataclass(frozen=True)
class _Level:
    """How deep in a value an object lies, and what may still be read of that value."""

    depth: int
    budget: _Budget

    def deeper(self) -> _Level:
        """Return the level below."""
        return _Level(self.depth + 1, self.budget)


def take_plain(value: object) -> object:
    """Return a student's object as plain data."""
    try:
        return _take(value, _Level(0, _Budget()))
    except _TooLargeError:
        return TOO_LARGE
    except (_TooDeepError, RecursionError):
        return TOO_DEEP
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001 - the object's own methods may raise anything, SystemExit too; said as such
        return RAISED


def name_type(value: object) -> str:
    """Return the name of an object's type, whatever a metaclass says of it."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name


def is_empty(value: object) -> bool:
    """Return whether an answer was left as the starter has it."""
    return value is None or value is Ellipsis


def _take(value: object, level: _Level) -> object:
    if level.depth > _DEPTH:
        raise _TooDeepError
    if is_empty(value):
        return value
    scalar = _take_scalar(value)
    if scalar is not None:
        return scalar
    if _is_figure(value):  # before arrays: `plt.subplots` returns an array of axes
        return Figure(tuple(map(_take_panel, islice(_list_axes(value), _PANELS))))
    if isinstance(value, np.ndarray):
        return _take_array(value, level)
    contained = _take_container(value, level)
    return _take_other(value, level) if contained is None else contained


def _take_scalar(value: object) -> object:
    match value:
        case bool() | np.bool_():
            return bool(value)
        case int() | np.integer():
            whole = int(value)
            return whole if -_LARGEST < whole < _LARGEST else TOO_LARGE
        case float() | np.floating() | Decimal():
            return float(value)
        case Fraction():
            return _take_fraction(value)
        case str():
            return str.__str__(value)
        case complex() | np.complexfloating():
            return complex(value)
        case _:
            return None


def _take_fraction(value: Fraction) -> float:
    """Return a fraction as a float, one beyond the floats as the largest of them: it is not infinite."""
    try:
        return float(value)
    except OverflowError:
        return sys.float_info.max if value > 0 else -sys.float_info.max


def _take_array(value: np.ndarray[Any, Any], level: _Level) -> object:
    if isinstance(value, np.ma.MaskedArray):
        return Other(name_type(value))
    level.budget.spend(value.size)
    plain = np.array(value)
    if plain.dtype.kind in "fiubc":
        return plain.astype(np.float64) if plain.dtype.kind == "f" else plain
    if plain.ndim == 0:
        return _take(plain.item(), level.deeper())
    return _take_items(plain.tolist(), level, "array")


def _take_container(value: object, level: _Level) -> object:
    if isinstance(value, Mapping):
        pairs = _bounded(value.items(), level)
        return Pairs(tuple((_take(key, level.deeper()), _take(item, level.deeper())) for key, item in pairs))
    if isinstance(value, list | tuple | set | frozenset | deque | UserList | range | MappingView):
        return _take_items(value, level)  # type: ignore[arg-type]  # each of these can be iterated
    if isinstance(value, array):
        return _take_array(np.asarray(value), level)
    return _take_table(value, level)


def _take_items(value: Iterable[Any], level: _Level, form: str = "") -> Items:
    if not form:
        form = "set" if isinstance(value, set | frozenset) else "tuple" if isinstance(value, tuple) else "list"
    return Items(form, tuple(_take(item, level.deeper()) for item in _bounded(value, level)))


def _bounded(items: Iterable[Any], level: _Level) -> list[Any]:
    found = list(islice(items, _ENTRIES + 1))
    level.budget.spend(len(found))
    return found


def _take_table(value: object, level: _Level) -> Table | None:
    pandas: Any = sys.modules.get("pandas")
    is_series = isinstance(value, getattr(pandas, "Series", ()))
    if not is_series and not isinstance(value, getattr(pandas, "DataFrame", ())):
        return None
    table: Any = value
    series = [table] if is_series else [table.iloc[:, place] for place in range(len(table.columns))]
    columns = tuple(
        tuple(_take_cell(cell, pandas, level.deeper()) for cell in _bounded(column, level)) for column in series
    )
    return Table("series" if is_series else "frame", len(table.index), columns)


def _take_cell(cell: object, pandas: Any, level: _Level) -> object:
    if cell is pandas.NA or cell is pandas.NaT:
        return None
    if isinstance(cell, dt.date | dt.time | pandas.Timedelta | np.datetime64 | pandas.Period | pandas.Interval):
        return str(cell)
    return _take(cell, level)


def _take_other(value: object, level: _Level) -> object:
    symbol = _take_symbol(value)
    if symbol is not None:
        return symbol
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, numbers.Complex):
        return complex(value)
    if hasattr(type(value), "__array__"):  # torch and the like
        return _take_array(np.asarray(value), level.deeper())
    return Other(name_type(value), callable(value))


def _take_symbol(value: object) -> Symbol | None:
    sympy: Any = sys.modules.get("sympy")
    if not isinstance(value, getattr(sympy, "Basic", ())):
        return None
    if isinstance(value, sympy.Expr) and value.is_number:
        if value.is_extended_real or value is sympy.nan:
            return Symbol(str(value), float(value))
        if value.is_complex and value.is_extended_real is False:
            return Symbol(str(value), complex(value))
    return Symbol(str(value))


def _is_figure(value: object) -> bool:
    figure: Any = getattr(sys.modules.get("matplotlib.figure"), "FigureBase", ())
    axes: Any = getattr(sys.modules.get("matplotlib.axes"), "Axes", ())
    if isinstance(value, np.ndarray) and value.dtype == np.object_:
        value = value.ravel().tolist()
    if isinstance(value, list | tuple):
        parts = (one if isinstance(one, list | tuple) else _list_array(one) for one in value)
        flat = chain.from_iterable(parts)  # one by one, as nothing is bounded yet
        return isinstance(next(flat, None), (figure, axes)) and all(isinstance(item, (figure, axes)) for item in flat)
    return isinstance(value, (figure, axes))


def _list_axes(value: Any) -> Iterator[Any]:
    """Yield the axes of what is a figure that can be seen."""
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if isinstance(value, list | tuple):
        for one in value:
            yield from _list_axes(one)
        return
    axes: Any = sys.modules["matplotlib.axes"].Axes
    yield from (one for one in ([value] if isinstance(value, axes) else value.axes) if one.get_visible())


def _take_panel(axes: Any) -> Panel:
    figure = axes.figure
    lines = [line for line in axes.get_lines() if line.get_visible()]
    scatters = [one for one in axes.collections if type(one).__name__ == "PathCollection" and one.get_visible()]
    legend = next((one for one in (axes.get_legend(), *figure.legends) if one is not None and one.get_visible()), None)
    texts = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    shared = [getattr(figure, f"get_sup{axis}label", str)() for axis in "xy"]
    return Panel(
        curves=len(lines or scatters),
        is_drawn=bool(lines or scatters or axes.patches),
        has_title=bool(take_visible(axes.get_title())),
        has_x_label=bool(take_visible(axes.get_xlabel() or shared[0])),
        has_y_label=bool(take_visible(axes.get_ylabel() or shared[1])),
        entries=len({take_visible(text) for text in texts} - {""}),
    )


def _list_array(value: object) -> list[Any]:
    return value.ravel().tolist() if isinstance(value, np.ndarray) and value.dtype == np.object_ else [value]


def is_nan(number: complex) -> bool:
    """Return whether a number, or a part of it, is NaN."""
    return math.isnan(number.real) or math.isnan(number.imag)
