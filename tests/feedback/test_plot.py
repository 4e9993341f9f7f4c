"""Figures are drawn from numbers, whatever the numbers are."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.feedback.plot import (
    BOTTOM,
    FARTHEST,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    draw_estimates,
    draw_figure,
    parse_numbers,
)
from grader.feedback.scale import build_scale
from grader.model import ArrayValue, AxesEvidence, BarsEvidence, FigureValue, LineEvidence
from tests.feedback.conftest import build_figure

_ANY = st.floats(allow_nan=True, allow_infinity=True)


def _line(xs: list[float], ys: list[float], label: str = "a") -> LineEvidence:
    return LineEvidence(x=tuple(float(x).hex() for x in xs), y=tuple(float(y).hex() for y in ys), label=label)


def _figure(*lines: LineEvidence, **keys: object) -> FigureValue:
    axes = {"title": "", "x_label": "x", "y_label": "y", "has_legend": True, "lines": lines, **keys}
    return FigureValue(axes=(AxesEvidence.model_validate(axes),))


@example(xs=[0.3], ys=[], log_x=False, log_y=False)  # the last tick, 9 · 0.05, lies a rounding beyond 0.45
@given(st.lists(_ANY), st.lists(_ANY), st.booleans(), st.booleans())
def test_every_place_is_on_the_paper(xs: list[float], ys: list[float], log_x: bool, log_y: bool) -> None:  # noqa: FBT001
    """Also of infinities, subnormal numbers, and differences that overflow."""
    scales = {"x_scale": "log" if log_x else "linear", "y_scale": "log" if log_y else "linear"}
    (panel,) = draw_figure("f", _figure(_line(xs, ys), **scales))
    for trace in panel.traces:
        places = [tuple(map(float, pair.split(","))) for run in trace.runs for pair in run.split()]
        for x, y in [*places, *trace.dots]:
            assert LEFT <= x <= RIGHT
            assert TOP <= y <= BOTTOM
    assert all(LEFT <= x <= RIGHT for x, _ in panel.x_ticks)
    assert len(panel.x_ticks) <= 12


@pytest.mark.parametrize(("label", "right"), [("a", RIGHT), ("", FARTHEST), ("_child0", FARTHEST)])
def test_axes_take_the_room_for_names_where_there_are_none(label: str, right: float) -> None:
    """Else a third of the width would be empty."""
    (panel,) = draw_figure("f", _figure(_line([0, 1], [0, 1], label)))
    assert panel.right == right
    assert right - 20 < max(float(pair.split(",")[0]) for pair in panel.traces[0].runs[0].split()) <= right


@given(st.lists(_ANY, min_size=1), st.booleans())
def test_scale_shows_what_is_finite(numbers: list[float], is_log: bool) -> None:  # noqa: FBT001
    """And only that."""
    scale = build_scale(numbers, 0, 100, is_log=is_log)
    for number in numbers:
        place = scale.place(number)
        assert place is None or -1e-6 <= place <= 100 + 1e-6
        if math.isnan(number) or (is_log and number <= 0):
            assert place is None


@pytest.mark.parametrize(
    "ys",
    [
        *([0, 3e-323], [5e-324, 5e-324], [-5e-324, 5e-324], [0, 1e-300], [0, 2e-290], [1e-300, 3e-300]),
        *([-1e308, 1e308], [-1e290, 1e290], [1e308, 1e308], [0, 1e290], [2, 2], [0, 0]),
        *([math.inf, -math.inf], [math.nan, math.nan], [math.inf, 1]),
    ],
)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_any_two_numbers_have_axes(ys: list[float], scale: str) -> None:
    """Too near to be told apart, too far to be subtracted, equal, or none at all."""
    (panel,) = draw_figure("f", _figure(_line([0, 1], ys), y_scale=scale))
    assert len(panel.y_ticks) <= 12
    assert scale == "log" or len(panel.y_ticks) >= 2
    assert all(TOP <= y <= BOTTOM for y, _ in panel.y_ticks)


def test_gaps_stay_gaps() -> None:
    """A curve is not joined over what is not finite."""
    (panel,) = draw_figure("f", _figure(_line([0, 1, 2, 3, 4], [0, 1, math.nan, 1, 0])))
    assert len(panel.traces[0].runs) == 2


def test_right_curves_are_told_from_others() -> None:
    """By the verdicts of the report."""
    figure = build_figure(a=lambda x: x, b=lambda x: x * x)
    (panel,) = draw_figure("f", figure, {1})
    assert [trace.is_right for trace in panel.traces] == [False, True]
    assert panel.has_refused
    (unasked,) = draw_figure("f", figure)
    assert [trace.is_right for trace in unasked.traces] == [None, None]


def test_labels_do_not_lie_on_each_other() -> None:
    """Curves that end in one place have their names below one another."""
    (panel,) = draw_figure("f", _figure(*(_line([0, 1], [0, 1], f"curve {index}") for index in range(6))))
    heights = sorted(label.y for label in panel.labels)
    assert all(later - earlier >= 13 for earlier, later in pairwise(heights))
    assert all(0 <= label.y <= HEIGHT and label.x <= WIDTH for label in panel.labels)


def test_very_many_curves_are_counted() -> None:
    """The first are drawn; how many are not is said."""
    (panel,) = draw_figure("f", _figure(*(_line([0, 1], [0, 1]) for _ in range(40))))
    assert panel.left_out == 16


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_bars_stand_on_their_foot(scale: str) -> None:
    """On a logarithmic axis too, which has no zero."""
    bars = BarsEvidence(
        left=tuple(map(float.hex, [0.0, 1.0])),
        width=tuple(map(float.hex, [1.0, 1.0])),
        bottom=tuple(map(float.hex, [0.0, 0.0])),
        height=tuple(map(float.hex, [2.0, 4.0])),
        label="counts",
    )
    (panel,) = draw_figure("f", _figure(bars=(bars,), y_scale=scale))
    low, high = panel.traces[0].boxes
    assert high[3] > low[3] >= 0
    assert panel.traces[0].rows == (("0.5", "2"), ("1.5", "4"))


def test_the_frame_is_the_students_own() -> None:
    """Nothing of the reference decides how far an axis goes."""
    (panel,) = draw_figure("f", build_figure(a=lambda x: x / 100))
    assert all(re.fullmatch(r"0(\.00\d+)?|0\.01", text) for _, text in panel.y_ticks)


def test_numbers_that_are_none_are_nan() -> None:
    """Evidence is text; a hostile one may say anything."""
    assert all(map(math.isnan, parse_numbers(["nan", "x", "", "1e9999x"])))


def test_estimates_are_drawn_where_they_were_made() -> None:
    """Whole numbers too, which evidence writes in decimal digits."""
    places = ArrayValue(dtype="int", shape=(3,), values=("10", "20", "30"))
    estimates = ArrayValue(dtype="float", shape=(3,), values=tuple(map(float.hex, (0.5, math.nan, 1.5))))
    (panel,) = draw_estimates("kl", "mu", places, estimates)
    assert panel.traces[0].rows == (("10", "0.5"), ("20", "nan"), ("30", "1.5"))
    assert len(panel.traces[0].dots) == 2
    assert (panel.x_label, panel.y_label) == ("mu", "kl")
