"""Figures as the data that was drawn: lines, scattered points, bars, and the words and scales around them.

Left out are what is hidden or transparent, filled areas and images. Bounded by counts: what a point takes on the
way is not charged to the student. A long line is as well known by 2,000 of its points, and one of very many lines by
fewer.
"""

from __future__ import annotations

import itertools
import sys
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from . import BUILTINS
from .budget import Budget, Plain, TooLargeError, hex_text, plain_text

__builtins__ = BUILTINS

_LABEL_CHARS, _PANELS, _DRAWN = 200, 64, 64  # panels of a figure; lines, scatters and groups of bars in each
_LONGEST = 2000  # points of a line or a scatter, bars of a group
Floats = np.ndarray[Any, np.dtype[np.float64]]


def reduce_figure(value: object, budget: Budget) -> Plain | None:
    """Return a figure, one of its axes, or a collection of axes as plain data; None for anything else."""
    figures = sys.modules.get("matplotlib.figure")
    axes_module = sys.modules.get("matplotlib.axes")
    if figures is None or axes_module is None:
        return None
    if isinstance(value, figures.FigureBase):
        return _figure(value, list(value.axes), budget)
    if isinstance(value, axes_module.Axes):
        return _figure(value.figure, [value], budget)
    if isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.dtype == np.object_):
        panels = list(itertools.islice(_flatten_axes(value, axes_module.Axes, figures.FigureBase), _PANELS + 1))
        if panels:
            return _figure(panels[0].figure, panels, budget)
    return None


def _flatten_axes(value: Any, axes_type: type, figure_type: type) -> Iterable[Any]:
    """Yield the axes of (nested) collections that hold nothing but axes, as `plt.subplots` returns them.

    A pair (figure, axes), as assigned without unpacking, gives its axes.
    """
    items = value.ravel().tolist() if isinstance(value, np.ndarray) else list(itertools.islice(value, _PANELS + 1))
    nested: list[Any] = []
    for item in items:
        if isinstance(item, figure_type):
            continue
        if isinstance(item, axes_type):
            nested.append(item)
        elif isinstance(item, tuple | list | np.ndarray):
            nested.extend(_flatten_axes(item, axes_type, figure_type))
        else:
            return []
    return nested


def _figure(figure: Any, panels: list[Any], budget: Budget) -> Plain:
    suptitle = getattr(figure, "get_suptitle", str)()
    shared = [getattr(figure, name, str)() for name in ("get_supxlabel", "get_supylabel")]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # limits are found as by drawing, which has remarks on an empty log axis
        axes = [_axes(panel, shared, budget) for panel in panels[:_PANELS] if panel.get_visible()]
    _thin([curve for panel in axes for curve in (*panel["lines"], *panel["points"])], budget)
    return {"type": "figure", "suptitle": _label(suptitle, budget), "axes": axes}


def _axes(panel: Any, shared: list[str], budget: Budget) -> Plain:
    legend = _find_legend(panel)
    texts = [text.get_text() for text in legend.get_texts()][:_DRAWN] if legend is not None else []
    return {
        "title": _label(panel.get_title(), budget),
        "x_label": _label(panel.get_xlabel() or shared[0], budget),
        "y_label": _label(panel.get_ylabel() or shared[1], budget),
        "has_legend": legend is not None,
        "legend": [_label(text, budget) for text in texts],
        "lines": [_line(line, budget) for line in itertools.islice(filter(_is_line_seen, panel.get_lines()), _DRAWN)],
        "points": [_points(one, budget) for one in _find_scatters(panel)],
        "bars": [_bars(*group, budget) for group in itertools.islice(_find_bars(panel), _DRAWN)],
        "x_scale": plain_text(panel.get_xscale(), 40),
        "y_scale": plain_text(panel.get_yscale(), 40),
        "x_limits": _write(np.array(panel.get_xlim(), dtype=np.float64)[:2]),
        "y_limits": _write(np.array(panel.get_ylim(), dtype=np.float64)[:2]),
    }


def _find_legend(panel: Any) -> Any:
    """Return the panel's own legend, or that of the figure it is in, be it part of another."""
    figure = panel.figure
    owners = (figure, getattr(figure, "figure", None))
    shared = itertools.chain.from_iterable(getattr(owner, "legends", ()) for owner in owners)
    own = panel.get_legend()
    return next((legend for legend in (own, *shared) if legend is not None and legend.get_visible()), None)


def _label(text: object, budget: Budget) -> str:
    label = plain_text(text, _LABEL_CHARS)
    budget.spend(4 * len(label))
    return label


def _write(values: Floats) -> list[str]:
    return [float(item).hex() for item in values.tolist()]


def _is_seen(artist: Any) -> bool:
    """Return whether an artist is neither hidden nor wholly transparent."""
    alpha = artist.get_alpha()  # None, a number, or one for each of the points
    return bool(artist.get_visible()) and (alpha is None or bool(np.any(np.asarray(alpha) > 0)))


# ---------------------------------------------------------------- lines and points

_NOTHING = ("none", "", " ")  # as Matplotlib calls a stroke and a marker that it does not draw


def _is_line_seen(line: Any) -> bool:
    """Return whether a line is drawn: by a stroke, or by markers."""
    is_stroked = str(line.get_linestyle()).lower() not in _NOTHING and line.get_linewidth() > 0
    is_marked = str(line.get_marker()).lower() not in _NOTHING and line.get_markersize() > 0
    opaque: Any = sys.modules["matplotlib.colors"].to_rgba_array([line.get_color(), *_marker_colors(line)])[:, 3] > 0
    return _is_seen(line) and bool((is_stroked and opaque[0]) or (is_marked and opaque[1:].any()))


def _marker_colors(line: Any) -> tuple[Any, Any]:
    return line.get_markerfacecolor(), line.get_markeredgecolor()


def _line(line: Any, budget: Budget) -> Plain:
    # As it was drawn: dates and words as numbers, NaN where it is masked.
    x, y = (_flatten(data) for data in (line.get_xdata(orig=False), line.get_ydata(orig=False)))
    return _curve(x, y, line, budget)


def _points(scatter: Any, budget: Budget) -> Plain:
    offsets = _flatten(scatter.get_offsets()).reshape(-1, 2)
    return _curve(offsets[:, 0], offsets[:, 1], scatter, budget)


def _curve(x: Floats, y: Floats, artist: Any, budget: Budget) -> Plain:
    """Return a curve whose numbers are not written yet: how many of them are is known when all are seen."""
    return {"x": x, "y": y, "label": _label(artist.get_label(), budget), "count": max(len(x), len(y))}


def _flatten(data: Any) -> Floats:
    if isinstance(data, np.ma.MaskedArray):
        data = np.ma.filled(data.astype(np.float64), np.nan)
    return np.asarray(data, dtype=np.float64).ravel()


def _find_scatters(panel: Any) -> list[Any]:
    collections: Any = sys.modules["matplotlib.collections"]
    return [one for one in panel.collections if isinstance(one, collections.PathCollection) and _is_seen(one)][:_DRAWN]


def _thin(curves: list[Plain], budget: Budget) -> None:
    """Write the numbers of all curves: evenly many of each long one, so that together they keep within the budget."""
    most = _LONGEST
    while sum(min(curve["count"], most) for curve in curves) > budget.points:
        most = most * 7 // 8
    if curves and not most:
        raise TooLargeError
    for curve in curves:
        step = max(1, -(-curve["count"] // most))
        curve["x"], curve["y"] = _write(curve["x"][::step]), _write(curve["y"][::step])


# ---------------------------------------------------------------- bars

Bar = tuple[float, float, float, float]  # left, width, bottom, height; of one that lies, as if turned upright


def _find_bars(panel: Any) -> Iterable[tuple[str, Sequence[Bar], Any]]:
    """Yield orientation, bars and the artist with the label: of `bar`, `barh`, `hist` and `stairs`."""
    containers: Any = sys.modules["matplotlib.container"]
    patches: Any = sys.modules["matplotlib.patches"]
    for group in panel.containers:
        if isinstance(group, containers.BarContainer):
            upright = group.orientation != "horizontal"
            yield (
                _turn(upright),
                [_rectangle(bar, upright) for bar in filter(_is_seen, group.patches[:_LONGEST])],
                group,
            )
    for patch in filter(_is_seen, panel.patches):
        if isinstance(patch, patches.StepPatch):
            yield patch.orientation, _stairs(patch), patch
        elif isinstance(patch, patches.Polygon):
            upright, bars = _outline(_flatten(patch.get_xy()).reshape(-1, 2)[: 4 * _LONGEST])
            if bars:
                yield _turn(upright), bars, patch


def _turn(upright: object) -> str:
    return "vertical" if upright else "horizontal"


def _rectangle(bar: Any, upright: object) -> Bar:
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    return (x, width, y, height) if upright else (y, height, x, width)


def _stairs(patch: Any) -> list[Bar]:
    values, edges, baseline = patch.get_data()
    bottoms = np.broadcast_to(0.0 if baseline is None else baseline, np.shape(values))
    return list(zip(edges[:-1], np.diff(edges), bottoms, np.subtract(values, bottoms), strict=True))[:_LONGEST]


def _outline(corners: Floats) -> tuple[bool, list[Bar]]:
    """Return the bars under an outline of steps, as `hist(histtype="step")` draws it; none of any other polygon."""
    if len(corners) < 4:
        return True, []
    moves = np.diff(corners, axis=0)
    if (np.count_nonzero(moves, axis=1) > 1).any():
        return True, []
    upright = bool(moves[0, 0] == 0.0)  # it starts with the side of the first bar
    if not upright:
        corners, moves = corners[:, ::-1], moves[:, ::-1]
    bottom = corners[0, 1]
    tops = np.flatnonzero(moves[:, 0] > 0.0)  # the way back is the baseline
    return upright, [(corners[at, 0], moves[at, 0], bottom, corners[at, 1] - bottom) for at in tops]


def _bars(orientation: object, bars: Sequence[Bar], artist: Any, budget: Budget) -> Plain:
    budget.points -= 2 * len(bars)
    if budget.points < 0:
        raise TooLargeError
    left, width, bottom, height = ([hex_text(float(bar[side])) for bar in bars] for side in range(4))
    label = artist.get_label()
    if str(label).startswith("_") and hasattr(artist, "patches"):  # `hist` labels the first of its bars
        label = next((bar.get_label() for bar in artist.patches[:1]), label)
    return {
        "orientation": "horizontal" if orientation == "horizontal" else "vertical",
        "left": left, "width": width, "bottom": bottom, "height": height,
        "label": _label(label, budget),
        "count": len(getattr(artist, "patches", bars)),
    }  # fmt: skip
