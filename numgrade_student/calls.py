"""Calls of a student's functions: fresh inputs every time, and what came back as plain data."""

from __future__ import annotations

import copy
import io
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from numgrade_student.course import Answer
from numgrade_student.plain import is_empty, name_type, take_plain
from numgrade_student.show import clean
from numgrade_student.stops import find_own_line


@dataclass(frozen=True)
class Returned:
    """A call that came back with a plain value; `printed` where it wrote something."""

    value: object
    printed: bool = False


@dataclass(frozen=True)
class Raised:
    """A call that raised; `line` is that of the student's own cell or file."""

    error: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Return it as a predicate that follows the call, with a tip where there is one."""
        place = "" if self.line is None else f" (line {self.line})"
        message = f": {self.message}" if self.message else ""
        is_hidden = self.error == "TypeError" and self.message.endswith("object is not callable")
        return f"raised {self.error}{message}{place}{_HIDDEN if is_hidden else ''}"


_HIDDEN = ". A name that your function uses was given another value later in the notebook"


@dataclass(frozen=True)
class NoResult:
    """A call that was cut off; `why` is a predicate."""

    why: str


Outcome: TypeAlias = Returned | Raised | NoResult


class InterruptedCallError(Exception):
    """The student interrupted a call that went on and on."""


def is_untouched(outcome: Outcome) -> bool:
    """Return whether a call did what the starter's function does: nothing."""
    match outcome:
        case Returned(value=value):
            return is_empty(value)
        case Raised(error=error):
            return error == "NotImplementedError"
        case NoResult():
            return False


def call_function(function: Callable[..., object], answer: Answer, args: Sequence[Any]) -> Outcome:
    """Return what a live function gives for these arguments.

    Raises:
        InterruptedCallError: the student interrupted it.
    """
    built = [build_argument(value, kind) for value, kind in zip(args, list_kinds(answer, len(args)), strict=True)]
    with _captured() as output:
        try:
            value = take_plain(function(*built))
        except KeyboardInterrupt as error:
            raise InterruptedCallError(answer.name) from error
        except BaseException as error:  # noqa: BLE001 - a student's function may raise anything, SystemExit too
            return describe_exception(error)
    return Returned(value, printed=bool(output.getvalue().strip()))


def list_kinds(answer: Answer, count: int) -> list[str]:
    """Return the kinds of so many arguments."""
    kinds = [parameter.kind for parameter in answer.parameters]
    return kinds if len(kinds) == count else ["value"] * count


def describe_exception(error: BaseException) -> Raised:
    """Return an exception as data; its own `__str__` may raise."""
    try:
        message = str(error.msg if isinstance(error, SyntaxError) else error)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001 - see above
        message = "(its message could not be read)"
    return Raised(name_type(error), clean(message, 160), find_own_line(error))


@contextmanager
def _captured() -> Iterator[io.StringIO]:
    """Keep what is printed inside from the screen."""
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(io.StringIO()):
        yield output


def build_argument(value: Any, kind: str = "value") -> Any:
    """Return a fresh, writable object: numbers in tuples and lists are a float64 array, a source is a function."""
    if kind == "function":
        return eval(value, {"np": np, "numpy": np, "math": math})  # noqa: S307 - the course's, as the generators are
    if isinstance(value, list | tuple):
        return np.array(value, dtype=np.float64) if _is_numeric(value) else [build_argument(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if value.dtype.kind == "f" else value.copy()
    if isinstance(value, dict):
        return {key: build_argument(item) for key, item in value.items()}
    return copy.deepcopy(value)


def _is_numeric(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_numeric, value))
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
