"""What a student's function is called with: fresh, writable objects, built for each call from the call's JSON.

`argument_object` in `grader/judge/arguments.py` builds the same for the reference; a test holds the two together.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import BUILTINS

__builtins__ = BUILTINS

_DTYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_, "complex": np.complex128}


class ArgumentsError(Exception):
    """The arguments could not be built: never the fault of the function that they are for.

    They were all built once outside, so it is this machine's, the course's (a package that is not offered), or the
    work of a student who took apart what builds them. Whoever can raise it can send it: it decides nothing.
    """


def call(function: Callable[..., Any], args: list[Any]) -> object:
    """Call a student's function with fresh, writable inputs.

    Raises:
        ArgumentsError: they could not be built.
    """
    try:
        built = [build(arg) for arg in args]
    except Exception as error:
        raise ArgumentsError(f"{type(error).__name__}: {error}") from error
    return function(*built)


def build(arg: Any) -> object:
    """Return the object that the JSON of one argument stands for: a list of numbers is a float64 array."""
    if isinstance(arg, list):
        return np.array(arg, dtype=np.float64)
    if isinstance(arg, dict):
        return _BUILDERS[arg["type"]](arg)
    return arg


def _build_array(arg: dict[str, Any]) -> object:
    return _build_vector(arg["dtype"], arg["values"]).reshape(arg["shape"])


def _build_vector(dtype: str, texts: list[str]) -> np.ndarray[Any, Any]:
    values: list[Any] = [_parse(dtype, text) for text in texts]
    wide = dtype == "int" and max(values, default=0) > np.iinfo(np.int64).max
    return np.array(values, dtype=np.uint64 if wide else _DTYPES[dtype])


def _build_function(arg: dict[str, Any]) -> object:
    # The source is the course's, never a student's, and outside it was compiled and its names were looked up.
    return eval(arg["source"], {"np": np, "numpy": np, "math": math})  # noqa: S307


def _build_table(arg: dict[str, Any]) -> object:
    pandas = importlib.import_module("pandas")
    index = arg["index"]
    if index is not None:
        index = pandas.Index(_build_column(pandas, index), name=index["label"])
    columns = [_build_column(pandas, column) for column in arg["columns"]]
    labels = [column["label"] for column in arg["columns"]]
    if arg["form"] == "series":
        return pandas.Series(columns[0], index=index, name=labels[0])
    frame = pandas.DataFrame(dict(enumerate(columns)), index=index)
    frame.columns = labels
    return frame


def _build_column(pandas: Any, column: dict[str, Any]) -> object:
    dtype, values = column["dtype"], column["values"]
    if dtype == "datetime":
        return pandas.array(np.array(["NaT" if text is None else text for text in values], dtype="datetime64[ns]"))
    if dtype == "str":
        return pandas.Series(values, dtype="str").array
    return _build_vector(dtype, values)


def _parse(dtype: str, text: str) -> object:
    if dtype == "float":
        return float.fromhex(text)
    if dtype == "complex":
        re, im = map(float.fromhex, text.split(" "))
        return complex(re, im)
    return int(text) if dtype == "int" else text == "true"


_BUILDERS: dict[str, Callable[[dict[str, Any]], object]] = {
    "float": lambda arg: float.fromhex(arg["value"]),
    "complex": lambda arg: _parse("complex", f"{arg['re']} {arg['im']}"),
    "array": _build_array,
    "list": lambda arg: [build(item) for item in arg["items"]],
    "dict": lambda arg: {key: build(item) for key, item in arg["items"]},
    "function": _build_function,
    "table": _build_table,
}
