"""Figures become the data that was drawn, bounded by counts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grader.judge.content import plain_value
from tests.conftest import reduce as _reduce

mpl.use("agg")


@pytest.fixture
def figure() -> Iterator[Figure]:
    """A figure that is closed afterwards."""
    from matplotlib import pyplot as plt

    made = plt.figure()
    yield made
    plt.close(made)


@pytest.fixture
def axes(figure: Figure) -> Axes:
    """The one panel of the figure."""
    return figure.subplots()


def _panel(value: object) -> dict[str, Any]:
    return plain_value(_reduce(value))["axes"][0]


def test_scales_and_limits_are_those_drawn(axes: Axes) -> None:
    """A scale has Matplotlib's name; limits are found as by drawing, and keep their direction."""
    axes.loglog([1.0, 10.0, 100.0], [3.0, 2.0, 1.0])
    axes.set_ylim(10.0, 0.1)
    panel = _panel(axes)
    assert (panel["x_scale"], panel["y_scale"]) == ("log", "log")
    assert panel["x_limits"][0] <= 1.0
    assert panel["x_limits"][1] >= 100.0
    assert panel["y_limits"] == (10.0, 0.1)


def test_finding_limits_says_nothing(axes: Axes) -> None:
    """Where drawing would warn, and warnings are errors, the figure is read all the same."""
    axes.plot([1.0, 2.0], [-1.0, -2.0])
    with pytest.warns(UserWarning, match="no positive values"):
        axes.set_yscale("log")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _reduce(axes).type == "figure"


def test_scattered_points(axes: Axes) -> None:
    """A scatter has its places and its label, NaN where one is masked; filled areas are left out."""
    axes.scatter(np.ma.array([1.0, 2.0], mask=[False, True]), [3.0, 4.0], label="seen")
    axes.fill_between([0, 1], [0, 1])
    (points,) = _panel(axes)["points"]
    assert (points["label"], points["count"], points["x"][0], points["y"][0]) == ("seen", 2, 1.0, 3.0)
    assert np.isnan(points["x"][1])


@pytest.mark.parametrize(("draw", "orientation"), [("bar", "vertical"), ("barh", "horizontal")])
def test_bars_that_lie_are_turned_upright(axes: Axes, draw: str, orientation: str) -> None:
    """Place, width, base and height mean the same of standing and of lying bars."""
    base = {"left" if draw == "barh" else "bottom": [1.0, 1.0]}
    getattr(axes, draw)([0.5, 1.5], [3.0, -4.0], 1.0, label="bars", **base)
    assert _panel(axes)["bars"] == [
        {"orientation": orientation, "left": [0.0, 1.0], "width": [1.0, 1.0], "bottom": [1.0, 1.0],
         "height": [3.0, -4.0], "label": "bars", "count": 2},
    ]  # fmt: skip


@pytest.mark.parametrize("orientation", ["vertical", "horizontal"])
@pytest.mark.parametrize("histtype", ["bar", "step", "stepfilled"])
def test_histograms_of_every_kind_are_bars(axes: Axes, histtype: str, orientation: str) -> None:
    """A histogram has the same bars however it is drawn."""
    axes.hist([0.5, 1.5, 1.6, 2.5], bins=[0, 1, 2, 3], histtype=histtype, orientation=orientation, label="counts")
    (bars,) = _panel(axes)["bars"]
    assert (bars["left"], bars["width"], bars["height"]) == ([0.0, 1.0, 2.0], [1.0] * 3, [1.0, 2.0, 1.0])
    assert (bars["orientation"], bars["label"], bars["bottom"]) == (orientation, "counts", [0.0] * 3)


def test_stairs_are_bars_and_other_polygons_are_not(axes: Axes) -> None:
    """`stairs` has edges and heights over its baseline; a triangle, and what has too few corners, has neither."""
    axes.stairs([1.0, 3.0], [0.0, 1.0, 4.0], baseline=0.5, label="s")
    axes.fill([0, 1, 1], [0, 0, 1])
    axes.fill([0, 0], [0, 1])
    (bars,) = _panel(axes)["bars"]
    assert (bars["left"], bars["width"], bars["bottom"], bars["height"]) == ([0, 1], [1, 3], [0.5, 0.5], [0.5, 2.5])
    axes.clear()
    axes.stairs([1.0], baseline=None)
    assert _panel(axes)["bars"][0]["bottom"] == [0.0]


def test_lines_are_as_drawn(axes: Axes) -> None:
    """Words and dates on an axis are the numbers that stand for them; what is masked is NaN; `axhline` is a line."""
    axes.plot(["a", "b"], np.ma.array([1.0, 2.0], mask=[False, True]))
    axes.axhline(3.0)
    first, second = _panel(axes)["lines"]
    assert first["x"] == [0.0, 1.0]
    assert first["y"][0] == 1.0
    assert np.isnan(first["y"][1])
    assert (second["x"], second["y"]) == ([0.0, 1.0], [3.0, 3.0])


def test_the_legend_of_a_figure_counts_for_its_panels(figure: Figure) -> None:
    """A legend may belong to the panel, to the figure, or to the figure that this one is part of."""
    part = figure.subfigures(1, 2)[0]
    axes = part.subplots()
    axes.plot([0, 1], [0, 1], label="line")
    assert not _reduce(axes).axes[0].has_legend
    figure.legend(handles=axes.get_lines())
    assert _reduce(axes).axes[0].legend == ("line",)


HIDDEN_LINES = [
    {"visible": False},
    {"alpha": 0},
    {"linestyle": "none"},
    {"linewidth": 0},
    {"color": "none"},
    {"color": (0, 0, 0, 0)},
    {"linestyle": "", "marker": "o", "markersize": 0},
    {"linestyle": "", "marker": "o", "markerfacecolor": "none", "markeredgecolor": "none"},
]
SEEN_LINES = [
    {"alpha": 0.01},
    {"linestyle": (0, (5, 10)), "color": "0.9"},
    {"linestyle": "none", "marker": "."},
    {"linewidth": 0, "marker": "o", "markerfacecolor": "none"},
    {"color": "none", "marker": "x", "markeredgecolor": "red"},
]


@pytest.mark.parametrize("style", HIDDEN_LINES, ids=str)
def test_a_line_of_which_nothing_is_drawn_is_left_out(axes: Axes, style: dict[str, Any]) -> None:
    """Hidden, transparent, or with neither stroke nor markers."""
    axes.plot([0, 1], [0, 1], **style)
    assert _panel(axes)["lines"] == []


@pytest.mark.parametrize("style", SEEN_LINES, ids=str)
def test_a_line_of_which_something_is_drawn_is_kept(axes: Axes, style: dict[str, Any]) -> None:
    """A faint line, a dashed one, markers alone."""
    axes.plot([0, 1], [0, 1], **style)
    assert len(_panel(axes)["lines"]) == 1


def test_what_is_hidden_is_left_out(figure: Figure) -> None:
    """Scatters, bars, legends and panels as well; a legend of the figure stands for a hidden one of the panel."""
    shown, hidden = figure.subplots(1, 2)
    hidden.plot([0, 1], [0, 1])
    hidden.set_visible(False)
    shown.scatter([0, 1], [0, 1], alpha=0)
    shown.scatter([0, 1], [0, 1], alpha=[0.0, 0.5])
    for bar in shown.bar([0, 1], [1, 2])[:1]:
        bar.set_visible(False)
    shown.stairs([1.0], [0.0, 1.0], visible=False)
    shown.plot([0, 1], [0, 1], label="line")
    shown.legend().set_visible(False)
    (panel,) = plain_value(_reduce(figure))["axes"]
    assert (len(panel["points"]), [bars["height"] for bars in panel["bars"]]) == (1, [[2.0]])
    assert not panel["has_legend"]
    figure.legend(handles=shown.get_lines())
    assert _panel(figure)["legend"] == ["line"]


def test_what_a_point_takes_is_not_charged(figure: Figure) -> None:
    """Three panels of four lines with 2,000 points each keep them all."""
    for axes in figure.subplots(1, 3):
        for power in range(4):
            axes.plot(np.linspace(0.001, 0.999, 2000), np.linspace(0.001, 0.999, 2000) ** power)
    value = _reduce(figure)
    assert [len(line.x) for panel in value.axes for line in panel.lines] == [2000] * 12
    assert len(value.model_dump_json()) < 4 << 20  # the largest frame there is


def test_very_many_points_are_thinned_evenly(figure: Figure) -> None:
    """Of a long line 2,000 points are kept, of very many lines fewer; how many there were is said."""
    axes = figure.subplots()
    for _ in range(64):
        axes.plot(np.arange(5001.0), np.arange(5001.0))
    lines = _reduce(figure).axes[0].lines
    assert {line.count for line in lines} == {5001}
    assert len(lines) == 64
    assert 500 < len(lines[0].x) <= 2000
    assert 64 * len(lines[0].x) <= (1 << 20) // 26
    assert len(set(np.diff([float.fromhex(text) for text in lines[0].x]))) == 1


def test_the_bounds_of_a_figure(figure: Figure) -> None:
    """64 panels, 64 lines in each, 2,000 bars in a group; more bars, points or words than the budget are too large."""
    axes = figure.subplots()
    for _ in range(70):
        axes.plot([0, 1], [0, 1])
    bars = axes.bar(np.arange(2100.0), 1.0)
    panel = _reduce(figure).axes[0]
    assert (len(panel.lines), len(panel.bars[0].left), panel.bars[0].count) == (64, 2000, 2100)
    assert _reduce(figure, 1 << 15).why == "too_large"
    bars.remove()
    assert _reduce(figure, 1 << 14).type == "figure"
    assert _reduce(figure, 700).why == "too_large"
    axes.clear()
    for _ in range(40):
        axes.plot([0], [0], label="word " * 40)
    assert _reduce(figure, 1 << 14).why == "too_large"
    axes.clear()
    assert len(_reduce([axes] * 70).axes) == 64


def test_a_figure_whose_methods_raise_is_unreadable(axes: Axes) -> None:
    """A panel that fails when asked is not read in part."""
    axes.get_xlim = lambda: 1 / 0
    assert _reduce(axes).why == "raised"
    axes.get_xlim = lambda: ("a", "b")
    assert _reduce(axes).why == "raised"
    axes.get_xlim = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    assert _reduce(axes.figure).why == "timed_out"


def test_a_lying_line_keeps_its_bound(axes: Axes) -> None:
    """A line that answers with more values of y than of x is thinned by the longer, and refused by the rules."""
    (line,) = axes.plot([0.0, 1.0], [0.0, 1.0])
    line.get_ydata = lambda **_: np.zeros(1_000_000)
    value = _reduce(axes)
    assert len(value.axes[0].lines[0].y) <= 2000
    with pytest.raises(ValueError, match="one length"):
        plain_value(value)
