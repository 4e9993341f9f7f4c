"""Whether a value of the reference is one of its answer's kind: "expected …, got …" where it is not."""

from __future__ import annotations

import cmath
import math
import numbers
from collections.abc import Callable, Mapping

import numpy as np

from grader.course import Answer
from grader.errors import CourseError
from grader.judge.decoding import Numbers
from grader.judge.rules.function import expect_result

_SHOWN = 80  # characters of a value in a message


def find_fault(answer: Answer, value: object) -> str | None:
    """Return why a value is none of the answer's kind, as "expected …, got …"; None where it is one."""
    find = _KINDS.get(answer.kind)
    expected = find(answer, value) if find is not None else None
    return None if expected is None else f"expected {expected}, got {show(value)}"


def find_bad_result(answer: Answer, value: object) -> tuple[str, str] | None:
    """Return what was expected and what came, where nothing of a student's can be held against a result."""
    bad = find_bad_number(value)
    if bad is not None:
        return "numbers", bad
    try:
        result = expect_result(answer, value)
    except CourseError:
        return _RESULTS[answer.result], show(value)
    if answer.result == "number" and isinstance(result, Numbers) and any(isinstance(x, complex) for x in result.values):
        return f"real numbers (or `result: complex` in the YAML of {answer.name})", show(value)
    return None


_RESULTS = {"number": "numbers", "complex": "numbers", "string": "a string", "bool": "True or False"}


def find_bad_number(value: object) -> str | None:
    """Return what is no number in a result: None or NaN, however deep; None where nothing is wrong."""
    if value is None:
        return "None"
    if isinstance(value, Mapping):
        return next(filter(None, map(find_bad_number, value.values())), None)
    if isinstance(value, list | tuple):
        return next(filter(None, map(find_bad_number, value)), None)
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return find_bad_number(value.ravel().tolist())
        return "NaN" if value.dtype.kind in "fc" and bool(np.isnan(value).any()) else None
    return "NaN" if isinstance(value, numbers.Complex) and cmath.isnan(complex(value)) else None


def is_number(value: object) -> bool:
    """Return whether a value is a real number, and not NaN."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, numbers.Real) and not math.isnan(value)


def _find_number(_answer: Answer, value: object) -> str | None:
    return None if is_number(value) else "a number"


def _find_integer(_answer: Answer, value: object) -> str | None:
    return None if is_number(value) and value == int(value) else "a whole number"  # type: ignore[call-overload]


def _find_complex(answer: Answer, value: object) -> str | None:
    if isinstance(value, list | tuple | np.ndarray) or answer.shape is not None:
        return _find_array(answer, value)
    is_number = isinstance(value, numbers.Complex) and not isinstance(value, bool)
    return None if is_number and not find_bad_number(value) else "a complex number"


def _find_array(answer: Answer, value: object) -> str | None:
    if isinstance(value, Mapping):
        return "numbers alone" if find_bad_number(value) else None
    if value is None or isinstance(value, str | set | frozenset) or find_bad_number(value):
        return "an array of numbers, none of them NaN or None"
    try:
        array = np.asarray(value)
    except ValueError:
        return "an array with rows of equal length"
    if array.dtype.kind not in "iufc":
        return "an array of numbers"
    if array.ndim == 0:
        return "an array, and not a single number"
    if answer.shape is not None and array.shape != answer.shape:
        return f"an array of shape {list(answer.shape)}, and not {list(array.shape)}"
    return None


def _find_bool(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, bool | np.bool_) else "True or False"


def _find_string(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) else "a string"


def _find_dict(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, Mapping) else "a dict"


def _find_table(_answer: Answer, value: object) -> str | None:
    is_table = isinstance(value, Mapping) and all(isinstance(column, Mapping) for column in value.values())
    return None if is_table else "a dict of columns, each a dict of its rows"


def _find_choice(answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) and value in answer.choices else f"one of {', '.join(answer.choices)}"


def _find_set(answer: Answer, value: object) -> str | None:
    is_set = isinstance(value, set | frozenset) and value <= set(answer.choices)
    return None if is_set else f"a set of some of {', '.join(answer.choices)}"


def _find_expression(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) else "an exact expression in a string"


_KINDS: dict[str, Callable[[Answer, object], str | None]] = {
    "number": _find_number,
    "integer": _find_integer,
    "complex": _find_complex,
    "array": _find_array,
    "bool": _find_bool,
    "string": _find_string,
    "dict": _find_dict,
    "table": _find_table,
    "choice": _find_choice,
    "set": _find_set,
    "expression": _find_expression,  # whether it can be read, the check knows: which variables and functions it has
}


def show(value: object) -> str:
    """Return a value with its type on one short line, as a message shows it."""
    try:
        shown = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - the author's own class may not be able to show itself
        shown = "something"
    return f"{_shorten(shown)} ({type(value).__name__})"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
