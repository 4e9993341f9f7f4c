"""Guesses: what somebody may submit who knows nothing, by the kind of the answer.

Constants, the data that the starter gives, functions that return a constant or what they got, figures with flat lines.
The reference is looked at for the form alone: a shape, keys, what kind of thing a function returns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from grader.course import Answer, Exercise
from grader.judge.drawn import Drawn

Guess: TypeAlias = tuple[str, object]  # in words, and the value or function

HUGE, TINY = 1e300, 1e-300
CONSTANTS = (0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, math.nan, HUGE, TINY)
EXPRESSIONS = ("0", "1", "-1", "1/2", "pi", "e", "0.5+0*pi")
WORDS = ("", "0", "1", "yes", "a")
LARGE = 10**9
DATA = 16  # of the given numbers, the first ones
KNOWN_BY_LUCK = frozenset({"bool", "choice", "set"})  # there are so few of them that one is right by luck


def list_guesses(exercise: Exercise, answer: Answer, truth: Any) -> tuple[Guess, ...]:
    """Return what somebody who knows nothing may try for an answer; nothing for texts, which a person reads.

    Args:
        exercise: gives the data that its starter assigns.
        answer: says what is asked for.
        truth: the reference's answer, for its form.
    """
    numbers = _list_numbers(exercise)
    match answer.kind:
        case "number" | "complex" | "array" | "dict" | "table":
            found = _guess_numbers(exercise, truth, numbers)
        case "integer":
            whole = (0, 1, -1, 2, LARGE, *(int(one) for one in numbers if one.is_integer()))
            found = ((str(one), one) for one in whole)
        case "expression":
            texts = (*EXPRESSIONS, *(str(Fraction(str(one))) for one in numbers))
            found = ((repr(one), one) for one in texts)
        case "string":
            texts = (*WORDS, *(str(one.value) for one in exercise.given if isinstance(one.value, str)))
            found = ((repr(one), one) for one in texts)
        case "function":
            found = _guess_functions(answer, truth)
        case "figure":
            found = _guess_figures(truth)
        case _:
            found = iter(())
    return tuple(dict(found).items())


def _list_numbers(exercise: Exercise) -> tuple[float, ...]:
    """Return the given numbers, entry by entry."""
    data = (np.ravel(one.value).tolist() for one in exercise.given if not isinstance(one.value, str))
    return tuple(dict.fromkeys(float(one) for numbers in data for one in numbers))[:DATA]


def _guess_numbers(exercise: Exercise, truth: Any, numbers: tuple[float, ...]) -> Iterator[Guess]:
    if isinstance(truth, Mapping):
        yield from ((f"{one:g} everywhere", dict.fromkeys(truth, one)) for one in (*CONSTANTS, *numbers))
    elif hasattr(truth, "columns"):  # a table keeps its labels, which are given with the data
        yield from ((f"{one:g} everywhere", truth * 0.0 + one) for one in CONSTANTS if hasattr(truth, "mul"))
    elif np.ndim(truth) == 0:
        yield from ((f"{one:g}", one) for one in (*CONSTANTS, *numbers))
    else:
        yield from _guess_arrays(exercise, np.shape(truth), numbers)


def _guess_arrays(exercise: Exercise, shape: tuple[int, ...], numbers: tuple[float, ...]) -> Iterator[Guess]:
    for one in CONSTANTS:
        yield f"{one:g} everywhere", np.full(shape, one)
    size = math.prod(shape)
    yield "all alike, with sum 1", np.full(shape, 1.0 / shape[-1])
    for place in dict.fromkeys((0, size - 1)):
        one_hot = np.zeros(size)
        one_hot[place] = 1.0
        yield f"zeros with a 1 at {place}", one_hot.reshape(shape)
    if len(shape) == 2:
        yield "ones on the diagonal", np.eye(*shape)
    for given in exercise.given:
        if not isinstance(given.value, str) and np.shape(given.value) == shape:
            yield f"the given {given.name}", np.array(given.value, dtype=np.float64)
    for one in numbers:
        yield f"{one:g} everywhere", np.full(shape, one)


def _guess_functions(answer: Answer, truth: Callable[..., object]) -> Iterator[Guess]:
    match answer.result:
        case "bool":
            yield from ((f"always {one}", _always(value=one)) for one in (True, False))
        case "string":
            yield from ((f"always {one!r}", _always(value=one)) for one in WORDS)
        case _:
            yield from ((f"always {one:g}", _fill(truth, one)) for one in CONSTANTS)
            yield "always all alike, with sum 1", _spread(truth)
    for index, parameter in enumerate(answer.parameters):
        yield f"{parameter.name} as it came", _return_argument(index)


def _always(*, value: object) -> Callable[..., object]:
    return lambda *_: value


def _fill(truth: Callable[..., object], one: float) -> Callable[..., object]:
    """Return the function that gives a constant, in the shape of what is right."""

    def constant(*arguments: object) -> object:
        shape = np.shape(np.asarray(truth(*arguments)))
        return np.full(shape, one) if shape else one

    return constant


def _spread(truth: Callable[..., object]) -> Callable[..., object]:
    """Return the function that gives equal shares, in the shape of what is right."""

    def uniform(*arguments: object) -> object:
        shape = np.shape(np.asarray(truth(*arguments)))
        return np.full(shape, 1.0 / shape[-1]) if shape else 0.5

    return uniform


def _return_argument(index: int) -> Callable[..., object]:
    return lambda *arguments: arguments[index]


def _guess_figures(truth: object) -> Iterator[Guess]:
    """Yield figures with all words and axes that are asked for, on which nothing is shown."""
    if not isinstance(truth, Drawn):
        return
    yield "nothing drawn", _flatten(truth, None)
    yield "flat lines at 0.5", _flatten(truth, 0.5)
    yield "flat lines at 0", _flatten(truth, 0.0)


def _flatten(truth: Drawn, height: float | None) -> Drawn:
    (panel,) = truth.plain["axes"]
    changed: dict[str, Any] = {}
    for name, key in (("lines", "y"), ("points", "y"), ("bars", "height")):
        flat = [{**one, key: [float(height or 0.0).hex()] * len(one[key])} for one in panel[name]]
        changed[name] = [] if height is None else flat
    return Drawn({**truth.plain, "axes": [{**panel, **changed}]})
