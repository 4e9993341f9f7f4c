"""A figure is judged by what it shows: curves that are followed, labels, lines that can be told apart."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.judge.expectations import RejectedByReference
from grader.model import (
    AnswerEvidence,
    AxesEvidence,
    CheckResult,
    EmptyValue,
    FigureValue,
    FloatValue,
    LineEvidence,
    Lost,
)

AXIS = {"name": "x", "low": 0.0, "high": 1.0}
PLACES = np.linspace(0.01, 0.99, 99)
CURVES: dict[str, Callable[[float], float]] = {
    "kl": lambda t: t * math.log(2 * t) + (1 - t) * math.log(2 * (1 - t)),
    "reverse_kl": lambda t: -0.5 * math.log(4 * t * (1 - t)),
    "tv": lambda t: abs(t - 0.5),
}


def refuse(x: float) -> object:
    """Refuse, as a reference does outside its domain."""
    raise RejectedByReference([]) from ValueError(x)


def line(x: Any, y: Any, label: str = "") -> LineEvidence:
    """Return a line as the sandbox reports it."""
    return LineEvidence(x=tuple(float(a).hex() for a in x), y=tuple(float(b).hex() for b in y), label=label)


def draw(name: str, x: Any = PLACES) -> LineEvidence:
    """Return the line of a true curve."""
    return line(x, [CURVES[name](float(x)) for x in x], name)


def panel(*lines: LineEvidence, **more: Any) -> AxesEvidence:
    """Return a panel with some lines, without labels unless given."""
    plain: dict[str, Any] = {"title": "", "x_label": "", "y_label": "", "has_legend": False, "lines": lines}
    return AxesEvidence(**(plain | more))


@pytest.fixture
def ask(quiz: Any) -> Callable[..., CheckResult]:
    """Return a function that judges one aspect of a figure of these panels, or of another value."""

    def judge(
        aspect: str, value: object = None, *panels: AxesEvidence, curve: str | None = None, **more: Any
    ) -> CheckResult:
        fresh = type(quiz)(table={**CURVES, "refuses": refuse})
        if curve:
            more = {"curve": curve, "x": AXIS, "tolerance": {"absolute": 1e-3}, **more}
        fresh.ask("figure", "figure", rule="figure", aspect=aspect, **more)
        return fresh.results(figure=value or FigureValue(axes=panels))["figure"]

    return judge


# ---------------------------------------------------------------- curves


def test_each_curve_is_found_among_the_lines(ask: Any) -> None:
    """Whatever the order of lines and panels, each curve is found."""
    panels = (panel(draw("tv"), draw("kl")), panel(draw("reverse_kl")))
    for name in CURVES:
        verdict = ask("curve", None, *panels, curve=name)
        assert (verdict.outcome, verdict.code) == ("pass", "figure.shown"), verdict.message


@pytest.mark.parametrize(("name", "line"), [("tv", 0), ("kl", 1), ("reverse_kl", 2)])
def test_line_that_was_taken_is_named(ask: Any, name: str, line: int) -> None:
    """Counted over all panels, for who draws the figure again."""
    panels = (panel(draw("tv"), draw("kl")), panel(draw("reverse_kl")))
    assert ask("curve", None, *panels, curve=name).line == line
    assert ask("curve", None, panel(draw("tv")), curve="kl").line is None


def test_points_outside_the_open_interval_do_not_count(ask: Any) -> None:
    """Ends at 0 and 1, NaN and infinities on a line neither help nor harm."""
    base = draw("kl")
    extended = LineEvidence(
        x=((0.0).hex(), (1.0).hex(), (0.5).hex(), (0.25).hex(), *base.x),
        y=("nan", "inf", "inf", "nan", *base.y),
        label="",
    )
    assert ask("curve", None, panel(extended), curve="kl").outcome == "pass"


def test_rounded_curve_passes(ask: Any) -> None:
    """A line within the tolerance follows the curve."""
    ys = [CURVES["kl"](float(t)) + 9e-4 for t in PLACES]
    assert ask("curve", None, panel(line(PLACES, ys)), curve="kl").outcome == "pass"


@pytest.mark.parametrize("count", [20, 19])
def test_twenty_points_are_due(ask: Any, count: int) -> None:
    """Twenty points in (0, 1) are enough, nineteen are not, and repeated ones count once."""
    x = [*np.linspace(0.1, 0.9, count), 0.1, 0.1]
    verdict = ask("curve", None, panel(draw("kl", x)), curve="kl")
    assert verdict.outcome == ("pass" if count == 20 else "fail")
    if count == 19:
        assert "19 points" in verdict.message


def test_dense_wrong_line_fails_although_the_curves_nearly_meet(ask: Any) -> None:
    """A dense line of the reverse divergence is within the tolerance of the forward one near a half, and fails."""
    dense = np.linspace(0.001, 0.999, 1999)
    drawn = draw("reverse_kl", dense)
    close = sum(abs(CURVES["kl"](float(t)) - CURVES["reverse_kl"](float(t))) <= 1e-3 for t in dense)
    assert close >= 20
    verdict = ask("curve", None, panel(drawn), curve="kl")
    assert (verdict.outcome, verdict.code) == ("fail", "figure.lacking")
    assert verdict.message == "none of your curves in figure is kl"


@pytest.mark.parametrize("width", [1e-11, 0.015])
@pytest.mark.parametrize("curve", ["kl", "reverse_kl"])
def test_points_crowded_where_the_curves_meet_show_none_of_them(ask: Any, curve: str, width: float) -> None:
    """A flat line with most of its points beside a half follows no curve, though it spans the range."""
    crowd = np.sort(np.r_[np.linspace(0.5 - width, 0.5 + width, 70), 0.09, 0.27, 0.45, 0.55, 0.73, 0.91])
    verdict = ask("curve", None, panel(line(crowd, np.zeros(76))), curve=curve)
    assert verdict.outcome == "fail"
    assert re.search(r"agrees with it on \d+% of \(0, 1\) only", verdict.message)


@pytest.mark.parametrize("aspect", ["axis_labels", "legend", "title", "scale", "limits"])
@pytest.mark.parametrize("what", ["points", "bars"])
def test_words_and_axes_count_only_where_something_is_shown(quiz: Any, aspect: str, what: str) -> None:
    """Labels, legend, title, scale and limits earn nothing on a figure without the data that was asked for."""
    quiz.table |= {"data": {"x": [1.0, 2.0], "y": [3.0, 4.0], "height": [3.0, 4.0]}}
    quiz.ask("figure", "figure", rule="figure", aspect=what, data="data", tolerance={"absolute": 1e-3})
    more = {"scale": {"axis": "x", "scale": "log"}, "limits": {"axis": "x", "low": 0.0, "high": 1.0}}.get(aspect, {})
    quiz.ask("figure", "figure", id="frame", rule="figure", aspect=aspect, **more)
    words = {"title": "t", "x_label": "x", "y_label": "y", "has_legend": True, "legend": ("a", "b"), "x_scale": "log"}
    limits = tuple(one.hex() for one in (0.0, 1.0))
    empty = panel(line([0.0, 1.0], [0.0, 0.0], "a"), **words, x_limits=limits)
    result = quiz.results(figure=FigureValue(axes=(empty,)))["frame"]
    assert (result.outcome, result.score) == ("fail", 0)
    assert "shows nothing of what was asked for" in result.message


def test_the_nearest_of_the_lines_is_named_where_it_is_only_drawn_badly(ask: Any) -> None:
    """Of values that are others nothing more is said: which line was meant is not known."""
    lines = (draw("tv"), draw("kl", np.linspace(0.3, 0.7, 40)), line(PLACES, PLACES, "straight"))
    message = ask("curve", None, panel(*lines), curve="kl").message
    assert message.startswith("none of your curves in figure is kl: the nearest one labelled 'kl' does not run")


@pytest.mark.parametrize(("label", "shown"), [("tv", "the curve labelled 'tv'"), ("_child0", "one of your curves")])
def test_curve_of_an_own_wrong_function_is_told_as_such(quiz: Any, label: str, shown: str) -> None:
    """It is drawn as it should be, so that the hint on drawing is left out; the points are lost all the same."""
    quiz.ask("tv", "function", CURVES["tv"], rule="function", inputs="numbers", partial=0)
    curve = {"curve": "tv", "x": AXIS, "tolerance": {"absolute": 1e-3}, "hint": "Draw it."}
    quiz.ask("figure", "figure", rule="figure", aspect="curve", **curve)

    def doubled(theta: float) -> float:
        return 2 * CURVES["tv"](theta)

    coarse = np.linspace(0.02, 0.98, 25)
    for x in (PLACES, coarse):
        drawn = panel(line(x, [doubled(float(one)) for one in x], label))
        result = quiz.results(tv=doubled, figure=FigureValue(axes=(drawn,)))["figure"]
        assert (result.outcome, result.code, result.score) == ("fail", "figure.lacking", 0)
        assert result.message == f"{shown} shows your tv, so it has the same mistake"
        assert result.because_of == ("tv",)
    other = quiz.results(tv=doubled, figure=FigureValue(axes=(panel(draw("kl")),)))["figure"]
    assert other.message == "none of your curves in figure is tv. Draw it."
    assert other.because_of == ()
    right = quiz.results(tv=CURVES["tv"], figure=FigureValue(axes=(panel(draw("kl")),)))["figure"]
    assert right.because_of == ()


def test_curve_in_bits_fails(ask: Any) -> None:
    """A line in another unit is another curve."""
    ys = [CURVES["kl"](float(t)) / math.log(2) for t in PLACES]
    assert ask("curve", None, panel(line(PLACES, ys)), curve="kl").outcome == "fail"


def test_places_that_the_reference_refuses_do_not_agree(ask: Any) -> None:
    """A place that the reference refuses is no agreement, and no fault of ours."""
    assert ask("curve", None, panel(draw("kl")), curve="refuses").outcome == "fail"


def test_a_line_is_looked_at_where_the_check_says(ask: Any) -> None:
    """On another interval the points inside it count alone, and the message names it."""
    axis = {"name": "t", "low": 0.5, "high": 0.8}
    ys = [CURVES["tv"](float(t)) + (t < 0.45) for t in PLACES]
    assert ask("curve", None, panel(line(PLACES, ys)), curve="tv", x=axis).outcome == "pass"
    verdict = ask("curve", None, panel(line(PLACES[:60], ys[:60])), curve="tv", x=axis)
    assert "has 10 points with t in (0.5, 0.8), but should have at least 20" in verdict.message


def test_the_ends_of_a_closed_range_are_places_like_others(ask: Any) -> None:
    """A grid from end to end counts whole, however its points are spaced, and rounding takes neither end from it."""
    axis = {"name": "h", "low": 0.1, "high": 1.0, "ends": "closed"}
    grids = [np.geomspace(0.1, 1.0, 20), np.linspace(0.1, 1.0, 20), np.arange(0.1, 1.0 + 0.9 / 19, 0.9 / 19)]
    for grid in grids:
        drawn = line(grid, [CURVES["tv"](float(x)) for x in grid])
        assert ask("curve", None, panel(drawn), curve="tv", x=axis).outcome == "pass"
    beyond = line([*grids[0], 1.1], [*map(CURVES["tv"], grids[0]), 9.0])
    assert ask("curve", None, panel(beyond), curve="tv", x=axis).outcome == "pass"
    fewer = ask("curve", None, panel(draw("tv", grids[0][1:])), curve="tv", x=axis)
    assert "has 19 points with h in [0.1, 1], but should have at least 20" in fewer.message


@pytest.mark.parametrize("first", sorted(CURVES))
def test_a_line_with_several_values_at_a_place_follows_nothing(ask: Any, first: str) -> None:
    """All curves in one line are none of them, whichever is drawn first; a line drawn to and fro is one curve."""
    names = [first, *(name for name in CURVES if name != first)]
    y = [CURVES[name](float(x)) for name in names for x in PLACES]
    assert ask("curve", None, panel(line(np.tile(PLACES, 3), y)), curve=first).outcome == "fail"
    assert ask("curve", None, panel(draw(first, [*PLACES, *PLACES[::-1]])), curve=first).outcome == "pass"


def test_a_scatter_follows_a_curve_like_a_line(ask: Any) -> None:
    """Points of `scatter` look like those of `plot` with markers, and are told apart by a legend likewise."""
    dots = panel(points=(draw("kl"), draw("tv")), has_legend=True, legend=("kl", "tv"))
    for curve in ("kl", "tv"):
        assert ask("curve", None, dots, curve=curve).outcome == "pass"
    assert ask("curve", None, dots, curve="reverse_kl").outcome == "fail"
    assert ask("legend", None, dots).outcome == "pass"
    assert ask("legend", None, panel(points=(draw("kl"),), title="kl")).outcome == "pass"
    assert ask("legend", None, panel(points=(draw("kl"), draw("tv")), title="kl")).outcome == "fail"
    marked = panel(draw("kl"), points=(line([0.5], [0.0]),), title="kl")  # one curve, with a place marked on it
    assert ask("legend", None, marked).outcome == "pass"


def test_check_without_a_curve_is_the_authors_mistake(ask: Any) -> None:
    """An aspect `curve` that names none leaves the check ungraded, as a course error."""
    result = ask("curve", None, panel(draw("kl")))
    assert result.outcome == "ungraded"
    assert "expected a curve, its x and a tolerance" in result.detail


# ---------------------------------------------------------------- what is no figure


def test_other_values_are_no_figure(ask: Any) -> None:
    """A number is refused, and the message says what is due."""
    verdict = ask("legend", FloatValue(value=(1.0).hex()))
    assert (verdict.outcome, verdict.code) == ("fail", "value.wrong_type")
    assert "Matplotlib figure" in verdict.message


def test_empty_figure_lacks_everything(ask: Any) -> None:
    """A figure without lines has no labels worth points, though its axes are labelled."""
    labelled = panel(x_label="x", y_label="nats", has_legend=True, legend=("a", "b"))
    for aspect in ("axis_labels", "legend"):
        verdict = ask(aspect, None, labelled)
        assert verdict.code == "figure.lacking"
        assert "no lines" in verdict.message


def test_figure_left_out(ask: Any) -> None:
    """A figure left out is missing; one lost with the process fails with the cause."""
    absent = EmptyValue(type="absent")
    assert ask("legend", absent).outcome == "missing"
    gone = AnswerEvidence(value=absent, lost=Lost(cause="timed_out"))
    assert ask("legend", gone).code == "run.timed_out"


# ---------------------------------------------------------------- labels


ONE = line([0.1], [0.1])


@pytest.mark.parametrize(
    ("labels", "outcome"),
    [
        ([("x", "nats")], "pass"),
        ([("x", "")], "fail"),
        ([(" ", "nats")], "fail"),
        ([("\u200b", "nats")], "fail"),  # nothing of it can be seen
        ([("x", "nats")] * 4, "pass"),
        ([("", "nats"), ("", ""), ("x", "nats"), ("x", "")], "pass"),  # 2 x 2, labelled along the outside
        ([("", "nats"), ("", "nats"), ("", "nats"), ("x", "nats")], "pass"),  # 4 x 1, shared x axis
        ([("x", "nats"), ("x", ""), ("x", "")], "pass"),  # 1 x 3, shared y axis
        ([("x", "nats"), ("", ""), ("", ""), ("", "")], "fail"),
        ([("", "nats")] * 4, "fail"),
    ],
)
def test_axis_labels(ask: Any, labels: list[tuple[str, str]], outcome: str) -> None:
    """Every panel is labelled, or the outside of a grid of panels is."""
    verdict = ask("axis_labels", None, *(panel(ONE, x_label=x, y_label=y) for x, y in labels))
    assert verdict.outcome == outcome
    assert verdict.code == ("figure.shown" if outcome == "pass" else "figure.lacking")


def test_message_says_which_axis_lacks_a_label(ask: Any) -> None:
    """The message names the axis and the way to label it."""
    message = ask("axis_labels", None, panel(ONE, x_label="x")).message
    assert "The y axis of figure has no label" in message
    assert "set_ylabel" in message


# ---------------------------------------------------------------- legend


NAMES = ("kl", "reverse kl", "tv", "jsd")


@pytest.mark.parametrize(
    ("panels", "outcome"),
    [
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=NAMES)], "pass"),
        ([panel(ONE, ONE, ONE, ONE, has_legend=False, legend=NAMES)], "fail"),
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=())], "fail"),
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=("", " "))], "fail"),
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=("\u200b", "\u2060"))], "fail"),
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=("kl", "kl"))], "fail"),
        ([panel(ONE, ONE, title="all four")], "fail"),
        ([panel(ONE, title=name) for name in NAMES], "pass"),
        ([panel(ONE, has_legend=True, legend=(name,)) for name in NAMES], "pass"),
        ([panel(ONE, title="kl"), panel(ONE)], "fail"),
        ([panel(ONE, ONE, has_legend=True, legend=NAMES), panel(ONE, ONE)], "pass"),  # a twin axis, one legend
        ([panel(ONE, title="kl"), panel()], "pass"),  # an empty panel needs no name
    ],
)
def test_legend(ask: Any, panels: list[AxesEvidence], outcome: str) -> None:
    """A legend with different texts, or a title over each single curve, tells the lines apart."""
    verdict = ask("legend", None, *panels)
    assert verdict.outcome == outcome
    assert verdict.code == ("figure.shown" if outcome == "pass" else "figure.lacking")
