"""Figures that the validator submits, as the data that they would be reduced to: the right one, and wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.course import BaseCheck
from grader.judge.curves import Range

POINTS = 99  # of a line
_DRAWINGS = ("lines", "points", "bars")


@dataclass(frozen=True)
class Drawn:
    """A figure that the validator submits."""

    plain: dict[str, Any]


def draw_figure(checks: Sequence[BaseCheck], find: Callable[[str], Callable[..., Any]]) -> Drawn:
    """Return the figure that has everything that the checks of an answer ask for.

    Args:
        checks: of the rule `figure`.
        find: returns a function of the reference by name.
    """
    panel: dict[str, Any] = {
        "title": "title", "x_label": "x", "y_label": "y", "has_legend": True, "legend": [], "lines": [], "points": [],
        "bars": [], "x_scale": "linear", "y_scale": "linear", "x_limits": None, "y_limits": None,
    }  # fmt: skip
    for check in checks:
        _add(panel, check, find)
    panel["legend"] = [drawn["label"] for drawn in (*panel["lines"], *panel["points"], *panel["bars"])]
    return Drawn({"type": "figure", "suptitle": "", "axes": [panel]})


def _add(panel: dict[str, Any], check: Any, find: Callable[[str], Callable[..., Any]]) -> None:
    """Add to a panel what one check asks for."""
    match check.aspect:
        case "curve":
            x = list_places(check.x)
            y = [float(find(check.curve)(one)) for one in x]
            panel["lines"].append({"x": _texts(x), "y": _texts(y), "label": check.curve})
        case "points":
            data = find(check.data)()
            panel["points"].append({"x": _texts(data["x"]), "y": _texts(data["y"]), "label": check.data})
        case "bars":
            panel["bars"].append(_draw_bars(find(check.data)(), check.data))
        case "scale":
            panel[f"{check.axis}_scale"] = check.scale
        case "limits":
            panel[f"{check.axis}_limits"] = _texts([check.low, check.high])
        case _:
            pass


def _draw_bars(data: Mapping[str, Any], label: str) -> dict[str, Any]:
    height = np.asarray(data["height"], dtype=np.float64)
    edges = np.asarray(data["edges"] if "edges" in data else np.arange(height.size + 1), dtype=np.float64)
    return {
        "left": _texts(edges[:-1]), "width": _texts(np.diff(edges)), "bottom": _texts(np.zeros(height.size)),
        "height": _texts(height), "label": label,
    }  # fmt: skip


def list_places(axis: Range) -> list[float]:
    """Return places spread evenly over a range, in its own scale, without its ends."""
    shares = np.linspace(1 / (POINTS + 1), 1 - 1 / (POINTS + 1), POINTS)
    if axis.scale == "log":
        places = axis.low * (axis.high / axis.low) ** shares
    else:
        places = axis.low + (axis.high - axis.low) * shares
    found: list[float] = places.tolist()
    return found


def _texts(numbers: Any) -> list[str]:
    return [float(number).hex() for number in numbers]


def wrong_figures(aspect: str, axis: str, truth: Drawn) -> Iterator[tuple[str, Drawn]]:
    """Yield the right figure without an aspect, with what is then wrong with it."""
    (panel,) = truth.plain["axes"]
    match aspect:
        case "axis_labels":
            yield "no labels", _redraw(truth, x_label="", y_label="")
        case "legend":
            yield "no legend", _redraw(truth, has_legend=False, legend=[], title="")
        case "title":
            yield "no title", _redraw(truth, title="")
        case "scale":
            other = "log" if panel[f"{axis}_scale"] == "linear" else "linear"
            yield f"another {axis} scale", _redraw(truth, **{f"{axis}_scale": other})
        case "limits":
            yield f"no {axis} limits", _redraw(truth, **{f"{axis}_limits": _texts([0.0, 0.0])})
        case _:
            yield from _without_one(truth, panel)


def _without_one(truth: Drawn, panel: Mapping[str, Any]) -> Iterator[tuple[str, Drawn]]:
    for kind in _DRAWINGS:
        for index, drawn in enumerate(panel[kind]):
            others = [*panel[kind][:index], *panel[kind][index + 1 :]]
            yield f"without {drawn['label']}", _redraw(truth, **{kind: others})
    if sum(len(panel[kind]) for kind in _DRAWINGS) == 1:
        # Without its only drawing a figure is empty, and nothing about it is right.
        yield "drawn elsewhere", _redraw(truth, **{kind: list(map(_shift, panel[kind])) for kind in _DRAWINGS})


def _shift(drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Return lines, points or bars that are all higher than they should be."""
    key = "height" if "height" in drawn else "y"
    heights = [float.fromhex(text) for text in drawn[key]]
    return {**drawn, key: _texts([height + 1.0 + abs(height) for height in heights])}


def _redraw(truth: Drawn, **changed: object) -> Drawn:
    return Drawn({**truth.plain, "axes": [{**truth.plain["axes"][0], **changed}]})
