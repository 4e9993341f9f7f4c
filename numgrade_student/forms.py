"""Is a value of the form that is asked for? Says nothing of whether it is right: every value of the form is alike.

A `Fault` is told of an answer ("ex1_r is True, but should be a number.") and of what a call returned.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from numgrade_student.course import Answer
from numgrade_student.expressions import ExpressionError, check_expression
from numgrade_student.invisible import drop_invisible
from numgrade_student.plain import Figure, Items, Other, Pairs, Symbol, Table, Unreadable, is_empty, is_nan
from numgrade_student.show import clean, show_choices, show_index

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Fault:
    """What a value is, what it should be, and how to mend it; `verb` is "has" where that is a shape."""

    got: str
    should: str = ""
    tip: str = ""
    verb: str = "is"
    should_verb: str = "be"

    def of_answer(self, name: str) -> str:
        """Return the sentence about an answer."""
        should = f", but should {self.should_verb} {self.should}" if self.should else ""
        return f"{name} {self.verb} {self.got}{should}{self._advice}."

    @property
    def of_result(self) -> str:
        """What a call did that returned this, as a predicate without a full stop."""
        should = f", but should return {self.should}" if self.should else ""
        return f"returned {self.got}{should}{self._advice}"

    @property
    def _advice(self) -> str:
        return f": {self.tip}" if self.tip else ""


class Unfit(Exception):  # noqa: N818 - what a student gave is no error of ours
    """A value that is not of the form."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.got)
        self.fault = fault


def _unfit(value: object, should: str, tip: str = "") -> Unfit:
    if isinstance(value, Unreadable):
        verb, _, rest = value.why.partition(" ")
        return Unfit(Fault(rest, verb=verb))
    if isinstance(value, Other) and value.is_callable and not tip:
        tip = "call it with its arguments, in parentheses"
    return Unfit(Fault(describe(value), should, tip))


# ---------------------------------------------------------------- numbers


Plain: TypeAlias = "complex | tuple[Plain, ...]"


class Numbers(NamedTuple):
    """Numbers in row-major order; a single one has the shape ()."""

    shape: Shape
    values: tuple[Any, ...]

    @property
    def plain(self) -> Plain:
        """The number itself, or nested tuples."""
        return self.values[0] if self.shape == () else _nest(self.shape, self.values)


def _nest(shape: Shape, values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(shape) == 1:
        return values
    size = len(values) // shape[0] if shape[0] else 0
    return tuple(_nest(shape[1:], values[start * size : (start + 1) * size]) for start in range(shape[0]))


def read_number(value: object, *, is_complex: bool = False) -> complex:
    """Return the number that a plain value is.

    Raises:
        Unfit: it is none.
    """
    should = "a number"
    if isinstance(value, Symbol) and value.number is not None:
        value = value.number
    match value:
        case bool():
            raise _unfit(value, should)
        case np.ndarray() if value.ndim == 0:
            return read_number(value.item(), is_complex=is_complex)
        case np.ndarray() | Items() | Table():
            raise Unfit(_single(value, "a single number"))
        case complex() if not is_complex:
            raise Unfit(Fault("a complex number", "a real number", "take the part that you need, with .real or abs()"))
        case int() | float() | complex():
            if isinstance(value, int) or not is_nan(value):
                return _bound(value)
            raise Unfit(Fault("NaN (not a number)"))
        case str():
            raise _unfit(value, should, "write it without quotes" if _is_written_number(value) else "")
        case Other() if _is_masked(value):
            raise Unfit(Fault("a masked array", should, "fill it first"))
        case _:
            raise _unfit(value, should)


def _bound(value: complex) -> complex:
    """Return a number as a float, integers beyond the floats as the largest of them: they are not infinite."""
    try:
        return float(value) if isinstance(value, int) else value
    except OverflowError:
        return sys.float_info.max if value.real > 0 else -sys.float_info.max


def _is_written_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _single(value: object, should: str) -> Fault:
    """Return that a collection is given where one thing is asked for, and how to take it out where it has one."""
    if isinstance(value, np.ndarray) and value.size == 1:
        return Fault("an array with one entry", should, f"take the entry, x[{', '.join('0' * value.ndim)}]")
    if isinstance(value, Items) and len(value.items) == 1 and value.form != "set":
        return Fault(f"{_article(value.form)} with one entry", should, "take the entry, x[0]")
    return Fault(describe(value), should)


def read_numbers(value: object, shape: Shape | None, *, is_complex: bool = False) -> Numbers:
    """Return numbers of a shape; None for an array of any shape.

    Raises:
        Unfit: the value is none, of another shape, or has an entry that is no number.
    """
    if shape == ():
        return Numbers((), (read_number(value, is_complex=is_complex),))
    found, entries = _flatten(value)
    if found == ():
        raise _not_an_array(value, shape)
    if shape is not None and found != shape:
        raise Unfit(Fault(f"shape {found}", f"shape {shape}", _mend_shape(found, shape), "has", "have"))
    numbers = (_read_entry(entry, show_index(index, found), is_complex) for index, entry in enumerate(entries))
    return Numbers(found, tuple(numbers))


def _read_entry(entry: object, index: str, is_complex: bool) -> complex:  # noqa: FBT001 - handed on
    try:
        return read_number(entry, is_complex=is_complex)
    except Unfit as unfit:
        fault = unfit.fault
        should = f"{fault.should} there" if fault.should else ""
        raise Unfit(Fault(f"{fault.got} in entry [{index}]", should, fault.tip, "has", "have")) from None


def _not_an_array(value: object, shape: Shape | None) -> Unfit:
    should = "an array" if shape is None else f"an array of shape {shape}"
    match value:
        case bool() | str():
            return _unfit(value, should)
        case int() | float() | complex() | Symbol(number=int() | float() | complex()):
            return Unfit(Fault("a single number", should))
        case Pairs():
            return _unfit(value, should, "use a list")
        case Other() if _is_masked(value):
            return Unfit(Fault("a masked array", should, "fill it first"))
        case _:
            return _unfit(value, should)


def _is_masked(value: Other) -> bool:
    return value.type_name in {"MaskedArray", "MaskedConstant"}


def _mend_shape(found: Shape, shape: Shape) -> str:
    if found == (1, *shape):
        return "use one pair of brackets"
    if (math.prod(found), len(shape)) == (math.prod(shape), 1):
        return "flatten it with np.ravel"
    if len(found) > 1 and found == shape[::-1]:
        return "rows and columns may be exchanged, .T turns them"
    return ""


def _flatten(value: object) -> tuple[Shape, tuple[object, ...]]:
    """Return shape and entries of nested lists, tuples and arrays; a set has no order, a ragged list no shape."""
    match value:
        case np.ndarray():
            return value.shape, tuple(value.ravel().tolist())
        case Table():
            shape = (value.rows, len(value.columns)) if value.form == "frame" else (value.rows,)
            return shape, tuple(chain.from_iterable(zip(*value.columns, strict=True)))
        case Items(form="set"):
            raise Unfit(Fault("a set, which has no order", "a list or an array"))
        case Items():
            return _stack([_flatten(item) for item in value.items])
        case _:
            return (), (value,)


def _stack(parts: list[tuple[Shape, tuple[object, ...]]]) -> tuple[Shape, tuple[object, ...]]:
    shapes = {shape for shape, _ in parts}
    if len(shapes) > 1:
        raise Unfit(Fault("ragged", "a regular array", "its rows differ in length"))
    return (len(parts), *next(iter(shapes), ())), tuple(chain.from_iterable(entries for _, entries in parts))


def read_any_numbers(answer: Answer, value: object) -> Numbers:
    """Return a number, or an array of any shape; complex where the answer says so.

    Raises:
        Unfit: the value is neither.
    """
    is_complex = "complex" in (answer.kind, answer.result)
    is_array = isinstance(value, Table | Items) or (isinstance(value, np.ndarray) and value.ndim > 0)
    return read_numbers(value, None if is_array else (), is_complex=is_complex)


def describe(value: object) -> str:  # noqa: C901, PLR0912 - one line for each kind of value
    """Return what a plain value is, to stand after "is"."""
    match value:
        case None | bool():
            return repr(value)
        case int() | float():
            return "a number"
        case complex():
            return "a complex number"
        case str():
            return f"the string {clean(value, 40)!r}"
        case np.ndarray() if value.ndim:
            return f"an array of shape {value.shape}"
        case np.ndarray():
            return describe(value.item())
        case Items():
            count = len(value.items)
            return f"{_article(value.form)} of {count} {'entry' if count == 1 else 'entries'}"
        case Pairs():
            return "a dict"
        case Table():
            return "a pandas Series" if value.form == "series" else "a pandas DataFrame"
        case Symbol():
            return f"the SymPy object {clean(value.text, 40)}"
        case Figure():
            return "a figure"
        case Other():
            return "a function" if value.is_callable else f"an object of type {clean(value.type_name, 40)}"
        case Unreadable():
            return "something that could not be read"
        case _:
            return "..."


def _article(form: str) -> str:
    return f"{'an' if form == 'array' else 'a'} {form}"


# ---------------------------------------------------------------- words


def read_bool(value: object) -> bool:
    """Return the truth value that a plain value is: Python's, NumPy's or SymPy's, and nothing else.

    Raises:
        Unfit: it is none.
    """
    match value:
        case bool():
            return value
        case np.ndarray() if value.ndim == 0 and value.dtype.kind == "b":
            return bool(value)
        case Symbol(text="True" | "False"):
            return value.text == "True"
        case str() if value.strip().casefold() in {"true", "false"}:
            raise _unfit(value, "True or False", "write it without quotes")
        case _:
            raise _unfit(value, "True or False")


def read_string(value: object) -> str:
    """Return the string that a plain value is.

    Raises:
        Unfit: it is none.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray | Items):
        raise Unfit(_single(value, "a single string"))
    raise _unfit(value, "a string")


def _fold(text: str) -> str:
    return drop_invisible(text).strip().casefold()


def read_choice(value: object, choices: tuple[str, ...]) -> str:
    """Return the choice that a plain value names, as the course spells it.

    Raises:
        Unfit: it names none.
    """
    should = f"one of {show_choices(choices)}"
    if isinstance(value, str):
        found = {_fold(choice): choice for choice in choices}.get(_fold(value))
        if found is None:
            raise Unfit(Fault(repr(clean(value, 60)), should))
        return found
    if isinstance(value, np.ndarray | Items | Table):
        raise Unfit(_single(value, "a single word"))
    raise _unfit(value, should)


def read_set(value: object, choices: tuple[str, ...]) -> frozenset[str]:
    """Return the choices that a collection of words, or a single word, names.

    Raises:
        Unfit: it is no collection, or holds anything else.
    """
    match value:
        case str():
            items: tuple[object, ...] = (value,)
        case Items():
            items = value.items
        case Table(form="series", columns=(column,)):
            items = column
        case np.ndarray() if value.size == 0:
            items = ()
        case _:
            raise _unfit(value, f"a set or list of words out of {show_choices(choices)}")
    return frozenset(_read_member(item, choices) for item in items)


def _read_member(item: object, choices: tuple[str, ...]) -> str:
    try:
        return read_choice(item, choices)
    except Unfit as unfit:
        should = f"only words out of {show_choices(choices)}"
        raise Unfit(Fault(f"{unfit.fault.got} in it", should, verb="has", should_verb="have")) from None


# ---------------------------------------------------------------- by kind


def find_fault(answer: Answer, value: object) -> Fault | None:
    """Return what is wrong with the form of an answer's plain value; None where nothing is."""
    return _try(lambda: _READERS[answer.kind](answer, value))


def find_result_fault(answer: Answer, value: object, args: Sequence[object] = ()) -> Fault | None:
    """Return what is wrong with the form of what a function returned for `args`; None where nothing is."""
    match answer.result:
        case "string":
            return _try(lambda: read_string(value))
        case "bool":
            return _try(lambda: read_bool(value))
        case _:
            return _try(lambda: _read_result(answer, _as_list(answer, value), args))


def describe_result(answer: Answer, value: object, args: Sequence[object] = ()) -> str | None:
    """Return what is wrong with the form of a result, as a predicate that follows the call; None where nothing is."""
    fault = find_result_fault(answer, value, args)
    if fault is None or not is_empty(value):
        return None if fault is None else fault.of_result
    return f"returned {'None' if value is None else '...'}: does every branch end in `return`?"


def _read_result(answer: Answer, value: object, args: Sequence[object]) -> None:
    """Read numbers of any shape. One entry was meant to be that number, where no argument has one entry itself."""
    if read_any_numbers(answer, value).shape in {(1,), (1, 1)} and not any(map(_has_one_entry, args)):
        raise Unfit(_single(value, "a single number"))


def _has_one_entry(argument: object) -> bool:
    return isinstance(argument, list | tuple | np.ndarray) and np.ndim(argument) > 0 and np.size(argument) == 1


def _try(read: Callable[[], object]) -> Fault | None:
    try:
        read()
    except Unfit as unfit:
        return unfit.fault
    return None


def _as_list(answer: Answer, value: object) -> object:
    """Return a set as a list where order does not count."""
    return Items("list", value.items) if answer.any_order and isinstance(value, Items) else value


def _read_number(answer: Answer, value: object) -> None:
    number = read_number(value)
    if answer.range is None or not isinstance(number, float) or answer.range[0] <= number <= answer.range[1]:
        return
    low, high = answer.range
    used = "" if answer.default is None else f"else {answer.default:g} is used"
    raise Unfit(Fault(f"{number:.9g}", f"between {low:g} and {high:g}", used))


def _read_integer(answer: Answer, value: object) -> None:
    del answer
    number = read_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise Unfit(Fault(f"{number:.9g}", "a whole number"))


def _read_complex(answer: Answer, value: object) -> None:
    read_numbers(_as_list(answer, value), answer.shape or (), is_complex=True)


def _read_array(answer: Answer, value: object) -> None:
    if isinstance(value, Pairs) and answer.keys:
        _read_keys(answer.keys, value)
    else:
        read_numbers(_as_list(answer, value), answer.shape)


def _read_keys(keys: tuple[str, ...], value: Pairs) -> None:
    folded = [_fold(key) for key, _ in value.items if isinstance(key, str)]
    for key in keys:
        if folded.count(_fold(key)) != 1:
            raise Unfit(Fault("a dict", f"one with the keys {', '.join(map(repr, keys))}, each once"))
    for label, item in value.items:
        _read_entry(item, repr(label), is_complex=False)


def _read_table(answer: Answer, value: object) -> None:
    if not isinstance(value, Pairs | Table):
        raise _unfit(value, "a dict" if answer.kind == "dict" else "a table")
    if isinstance(value, Pairs):
        _check_readable(item for pair in value.items for item in pair)


def _check_readable(items: Iterable[object]) -> None:
    for item in items:
        if isinstance(item, Other | Unreadable) or item is Ellipsis:
            raise Unfit(Fault(f"{describe(item)} in it", "only numbers and words", verb="has", should_verb="have"))


def _read_function(answer: Answer, value: object) -> None:
    del answer
    if not (isinstance(value, Other) and value.is_callable):
        raise _unfit(value, "a function")


def _read_figure(answer: Answer, value: object) -> None:
    del answer
    if not isinstance(value, Figure):
        raise _unfit(value, "a Matplotlib figure", "give it what plt.figure or plt.subplots returned")


_EXAMPLE = 'for example "log(2)/3"'


def _read_expression(answer: Answer, value: object) -> None:
    text = value.text if isinstance(value, Symbol) else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Unfit(Fault("a number", f"an exact expression in quotes, {_EXAMPLE}"))
    if not isinstance(text, str):
        raise _unfit(value, f"an exact expression in quotes, {_EXAMPLE}")
    try:
        check_expression(text, answer.variables, answer.calls)
    except ExpressionError as error:
        verb, _, got = str(error).partition(" ")
        raise Unfit(Fault(got, verb=verb)) from None


def _read_text(answer: Answer, value: object) -> None:
    del answer
    if not isinstance(value, str | Symbol):
        raise _unfit(value, "text, in its markdown cell or in a string")


_READERS: dict[str, Callable[[Answer, object], object]] = {
    "number": _read_number,
    "integer": _read_integer,
    "complex": _read_complex,
    "array": _read_array,
    "string": lambda _, value: read_string(value),
    "bool": lambda _, value: read_bool(value),
    "choice": lambda answer, value: read_choice(value, answer.choices),
    "set": lambda answer, value: read_set(value, answer.choices),
    "dict": _read_table,
    "table": _read_table,
    "function": _read_function,
    "figure": _read_figure,
    "expression": _read_expression,
    "text": _read_text,
}
