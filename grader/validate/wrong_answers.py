"""Wrong answers of every kind, one at a time: is each check seen to fail, and does each catch something by itself?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from grader.judge.exact import expect_exact
from grader.spec.model import Answer, Check, CurveCheck, ExactCheck, GridCheck
from grader.validate.evidence import Drawn
from grader.validate.examiner import Examiner, Results

FAR = 0.05  # relative and absolute: outside every tolerance of the course
Wrong = tuple[str, object]  # what is wrong, in words, and the value or function


def try_wrong_answers(examiner: Examiner) -> Iterator[tuple[str, Results]]:
    """Yield what the judge says of each wrong answer: the answer with what is wrong with it, and all results."""
    for part in examiner.exercise.parts:
        for answer in part.answers:
            if answer.name not in examiner.namespace:
                continue
            checks = [check for check in part.checks if check.answer == answer.name]
            for words, value in list_wrong(answer, checks, examiner.namespace[answer.name]):
                yield f"{answer.name}: {words}", examiner.judge_with(**{answer.name: value})


def list_wrong(answer: Answer, checks: list[Check], truth: object) -> Iterator[Wrong]:
    """Yield wrong answers of the right form."""
    match answer.kind:
        case "number":
            yield from (("higher", move(truth)), ("below zero", -abs(cast("float", truth)) - 1.0))
        case "array":
            yield from _list_wrong_arrays(checks, truth)
        case "bool":
            yield "the other one", not truth
        case "choice":
            yield from ((choice, choice) for choice in answer.choices if choice != truth)
        case "set":
            yield from _list_wrong_sets(answer, checks, cast("frozenset[str]", truth))
        case "expression":
            yield from (("one more", f"1 + {truth}"), ("a decimal", "0.5"))
        case "function":
            yield from _list_wrong_functions(cast("Callable[..., object]", truth))
        case "figure":
            yield from _list_wrong_figures(cast("Drawn", truth))
        case "text":
            yield "empty", ""


def move(value: object, by: float = FAR) -> Any:
    """Return numbers, and collections of them, each moved up by more than any tolerance."""
    if isinstance(value, Mapping):
        return {key: move(item, by) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(move(item, by) for item in value)
    number = np.asarray(value, dtype=np.float64)
    moved = number + by * (1.0 + np.abs(number))
    return moved if moved.ndim else float(moved)


def _list_wrong_arrays(checks: list[Check], truth: object) -> Iterator[Wrong]:
    if isinstance(truth, Mapping):
        yield from ((f"entry {key}", {**truth, key: move(truth[key])}) for key in truth)
        return
    array = np.array(truth, dtype=np.float64)
    if any(isinstance(check, GridCheck) for check in checks):
        yield from (("backwards", array[::-1].copy()), ("too short", array[:5]))
        return
    if any(isinstance(check, CurveCheck) for check in checks):
        yield "all shifted by a constant", array + 1.0
    for index in range(array.size) if array.size <= 8 else (0, array.size // 2):
        # A probability may be tiny: an error of a tenth is as wrong there as anywhere.
        yield f"entry {index}", np.where(np.arange(array.size) == index, array * 1.1 + np.sign(array) * 1e-12, array)
        yield f"entry {index}, far off", np.where(np.arange(array.size) == index, array + 1.0, array)
    yield "all below zero", -np.abs(array) - 1.0


def _list_wrong_sets(answer: Answer, checks: list[Check], truth: frozenset[str]) -> Iterator[Wrong]:
    also = {frozenset(one) for check in checks if isinstance(check, ExactCheck) for one in check.also}
    for choice in answer.choices:
        changed = truth ^ {choice}
        if changed not in also and changed != expect_exact(truth):
            yield f"with {choice}" if choice in changed else f"without {choice}", changed


def _list_wrong_functions(truth: Callable[..., object]) -> Iterator[Wrong]:
    yield "higher", lambda *arguments: move(truth(*arguments))
    yield "negative", lambda *arguments: _negate(truth(*arguments))
    yield "always zero", lambda *arguments: _scale(truth(*arguments), 0.0)
    yield "a thousandfold", lambda *arguments: _scale(truth(*arguments), 1000.0)
    yield "with another input", lambda *arguments: truth(*_disturb(arguments))


def _negate(value: object) -> object:
    return tuple(map(_negate, value)) if isinstance(value, tuple) else -np.asarray(value, dtype=np.float64)


def _scale(value: object, by: float) -> object:
    if isinstance(value, tuple):
        return tuple(_scale(one, by) for one in value)
    number = np.asarray(value, dtype=np.float64)
    return np.where(np.isfinite(number), number, 1.0) * by


def _disturb(arguments: tuple[object, ...]) -> tuple[object, ...]:
    """Return the arguments with the first of them changed: backwards if it is an array, smaller if it is a number."""
    first, *others = arguments
    return (first[::-1] if isinstance(first, np.ndarray) else 0.9 * cast("float", first), *others)


def _list_wrong_figures(truth: Drawn) -> Iterator[Wrong]:
    (panel,) = truth.plain["axes"]
    yield "no labels", _redraw(truth, x_label="", y_label="")
    yield "no legend", _redraw(truth, has_legend=False, legend=[])
    for index, line in enumerate(panel["lines"]):
        lines = [*panel["lines"][:index], *panel["lines"][index + 1 :]]
        yield f"without {line['label']}", _redraw(truth, lines=lines)


def _redraw(truth: Drawn, **changed: object) -> Drawn:
    return Drawn({**truth.plain, "axes": [{**truth.plain["axes"][0], **changed}]})
