"""Wrong answers of the right form, of every kind that several rules judge: for the validator to see them fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from grader.course import Answer
from grader.judge.rules.base import Wrong

FAR = 0.05  # relative and absolute: outside every sensible tolerance


def wrong_numbers(answer: Answer, truth: object, *, is_scalable: bool = False) -> Iterator[Wrong]:
    """Yield numbers, or arrays and dicts of them, that are off; `is_scalable`: a multiple of the truth is as right."""
    if isinstance(truth, Mapping):
        yield from ((f"entry {key}", {**truth, key: move(truth[key])}) for key in truth)
    elif np.ndim(cast("Any", truth)) == 0 and answer.kind == "integer":
        yield from (("one more", int(cast("int", truth)) + 1), ("below zero", -abs(int(cast("int", truth))) - 1))
    elif np.ndim(cast("Any", truth)) == 0:
        yield from (("higher", move(truth)), ("below zero", -abs(cast("float", truth)) - 1.0))
    else:
        yield from _wrong_arrays(np.array(truth), is_scalable=is_scalable)


def _wrong_arrays(array: Any, *, is_scalable: bool) -> Iterator[Wrong]:
    places = np.arange(array.size).reshape(array.shape)
    for index in range(array.size) if array.size <= 8 else (0, array.size // 2):
        # A probability may be tiny: an error of a tenth is as wrong there as anywhere.
        slightly = array * 1.1 + np.sign(array.real) * 1e-12
        yield f"entry {index}", np.where(places == index, slightly, array)
        yield f"entry {index}, far off", np.where(places == index, array + 1.0, array)
    if not is_scalable:
        yield "all below zero", -np.abs(array) - 1.0


def move(value: object, by: float = FAR) -> Any:
    """Return numbers, and collections of them, each moved up by more than any tolerance."""
    if isinstance(value, Mapping):
        return {key: move(item, by) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(move(item, by) for item in value)
    number = np.asarray(value, dtype=np.complex128 if np.iscomplexobj(cast("Any", value)) else np.float64)
    moved = number + by * (1.0 + np.abs(number))
    return moved if moved.ndim else moved.item()


def wrong_functions(answer: Answer, truth: Callable[..., object]) -> Iterator[Wrong]:
    """Yield functions that go wrong in ways of their own."""
    if answer.result == "bool":
        yield "the opposite", lambda *arguments: not truth(*arguments)
        return
    if answer.result == "string":
        yield "another word", lambda *arguments: f"not {truth(*arguments)}"
        return
    yield "higher", lambda *arguments: move(truth(*arguments))
    yield "negative", lambda *arguments: _scale(truth(*arguments), -1.0)
    yield "always zero", lambda *arguments: _scale(truth(*arguments), 0.0)
    yield "a thousandfold", lambda *arguments: _scale(truth(*arguments), 1000.0)
    # The first argument that is a number or an array changes; a function of functions alone keeps what it is.
    yield "with another input", lambda *arguments: truth(*_disturb(arguments))


def _scale(value: object, by: float) -> object:
    if isinstance(value, tuple):
        return tuple(_scale(one, by) for one in value)
    number = np.asarray(value)
    return np.where(np.isfinite(number), number, 1.0) * by if by >= 0 else -number


def _disturb(arguments: tuple[object, ...]) -> tuple[object, ...]:
    """Return the arguments with one of them changed: an array backwards, or a number smaller."""
    for index, one in enumerate(arguments):
        if isinstance(one, np.ndarray) and one.size > 1:
            return (*arguments[:index], one[::-1], *arguments[index + 1 :])
        if isinstance(one, float):
            return (*arguments[:index], 0.9 * one, *arguments[index + 1 :])
        if isinstance(one, int) and not isinstance(one, bool):
            return (*arguments[:index], one + 1, *arguments[index + 1 :])
    return arguments
