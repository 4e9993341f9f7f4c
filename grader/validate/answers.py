"""The answers that a reference gives: everything that a student would hand in who has its functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from grader.spec.model import Answer, Check, CurveCheck, Exercise, FigureCheck, GridCheck, Part
from grader.validate.evidence import Broken, Drawn, keep_quiet

WORDS = "An answer in words, which a person will mark."
GRID_POINTS = 61
FIGURE_POINTS = 99


def build_namespace(exercise: Exercise, module: ModuleType) -> dict[str, object]:
    """Return each answer of the exercise by name, as the functions of a reference module give it."""
    grids = {
        check.answer: build_grid(check)
        for part in exercise.parts
        for check in part.checks
        if isinstance(check, GridCheck)
    }
    namespace: dict[str, object] = {}
    with keep_quiet():
        for part in exercise.parts:
            for answer in part.answers:
                if answer.optional and not hasattr(module, answer.name):
                    continue
                try:
                    namespace[answer.name] = _answer(part, answer, module, grids)
                except Exception as error:  # noqa: BLE001 - a mutant may raise anything; it is kept, and judged
                    namespace[answer.name] = Broken(error)
    return namespace


def build_grid(check: GridCheck) -> Any:
    """Return a regular grid that the check accepts."""
    return np.linspace(check.low, check.high, min(max(check.at_least, GRID_POINTS), check.at_most))


def _answer(part: Part, answer: Answer, module: ModuleType, grids: dict[str, Any]) -> object:
    checks = [check for check in part.checks if check.answer == answer.name]
    if answer.kind == "text":
        return WORDS
    if answer.kind == "figure":
        return draw_figure(checks, lambda name: getattr(module, name))
    for check in checks:
        if isinstance(check, GridCheck):
            return grids[answer.name]
        if isinstance(check, CurveCheck):
            return module.reverse_kl_curve(grids[check.grid], check.default_variance)
    function = getattr(module, _find_name(answer, checks, module))
    return function if answer.kind == "function" else function()


def _find_name(answer: Answer, checks: list[Check], module: ModuleType) -> str:
    """Return the reference's name of an answer: its own, or the one that a check gives."""
    given = (getattr(check, "reference", None) for check in checks)
    names = [answer.name, *filter(None, given)]
    return next((name for name in names if hasattr(module, name)), answer.name)


def draw_figure(checks: list[Check], find: Callable[[str], Callable[[float], float]]) -> Drawn:
    """Return the figure that has everything the checks ask for."""
    x = np.linspace(0.01, 0.99, FIGURE_POINTS).tolist()
    lines = [_draw_line(name, x, find(name)) for name in _list_curves(checks)]
    panel = {
        "title": "",
        "x_label": "theta",
        "y_label": "nats",
        "has_legend": True,
        "legend": [line["label"] for line in lines],
        "lines": lines,
    }
    return Drawn({"type": "figure", "suptitle": "", "axes": [panel]})


def _list_curves(checks: list[Check]) -> Iterator[str]:
    for check in checks:
        if isinstance(check, FigureCheck) and check.curve is not None:
            yield check.curve


def _draw_line(name: str, x: list[float], function: Callable[[float], float]) -> dict[str, Any]:
    return {"x": [one.hex() for one in x], "y": [float(function(one)).hex() for one in x], "label": name}
