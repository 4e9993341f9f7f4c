"""A figure is judged by what it shows: curves that are followed, labels, lines that can be told apart."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import pytest

from grader.errors import CourseError
from grader.judge.evidence import Answers
from grader.judge.figures import check_figure
from grader.judge.verdict import Verdict
from grader.model import (
    AnswerEvidence,
    AxesEvidence,
    EmptyValue,
    Evidence,
    FigureValue,
    FileEvidence,
    FloatValue,
    LineEvidence,
    Lost,
    Value,
)
from grader.oracle import ReferenceRefused
from grader.spec.model import FigureCheck, Tolerance

T = TypeVar("T")
THETAS = np.linspace(0.01, 0.99, 99)
CURVES: dict[str, Callable[[float], float]] = {
    "ex5_kl": lambda t: t * math.log(2 * t) + (1 - t) * math.log(2 * (1 - t)),
    "ex5_reverse_kl": lambda t: -0.5 * math.log(4 * t * (1 - t)),
    "ex5_tv": lambda t: abs(t - 0.5),
}


class FakeOracle:
    """Knows the curves of this file."""

    def value(self, exercise_id: str, name: str) -> object:
        """Nothing here has a value."""
        raise AssertionError((exercise_id, name))

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return a curve, or one that refuses every place."""
        assert exercise_id == "5"
        return CURVES.get(name, refuse)

    def derive(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute without keeping."""
        del key
        return compute()


def refuse(theta: float) -> object:
    """Refuse, as a reference does outside its domain."""
    raise ReferenceRefused([]) from ValueError(theta)


def line(x: Any, y: Any, label: str = "") -> LineEvidence:
    """Return a line as the sandbox reports it."""
    return LineEvidence(x=tuple(float(a).hex() for a in x), y=tuple(float(b).hex() for b in y), label=label)


def draw(name: str, x: Any = THETAS) -> LineEvidence:
    """Return the line of a true curve."""
    return line(x, [CURVES[name](float(theta)) for theta in x], name)


def panel(*lines: LineEvidence, **more: Any) -> AxesEvidence:
    """Return a panel with some lines, without labels unless given."""
    plain: dict[str, Any] = {"title": "", "x_label": "", "y_label": "", "has_legend": False, "lines": lines}
    return AxesEvidence(**(plain | more))


def ask(aspect: Any, value: Value | None = None, *panels: AxesEvidence, curve: str | None = None) -> Verdict:
    """Return the verdict on one aspect of a figure of these panels, or of another value."""
    tolerance = Tolerance(absolute=1e-3, reason="As the contract has it.") if curve else None
    check = FigureCheck(id="f", answer="ex5_figure", rule="figure", aspect=aspect, curve=curve, tolerance=tolerance)
    given = {"ex5_figure": AnswerEvidence(value=value or FigureValue(axes=panels))}
    return check_figure(check, collect(given), FakeOracle(), "5")


def collect(given: dict[str, AnswerEvidence]) -> Answers:
    """Return the answers of one file."""
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=("a.py",), submission_sha256="", probes_sha256="",
        isolation="none", runs=(FileEvidence(file="a.py", answers=given),),
    )  # fmt: skip
    return Answers(evidence, ())


# ---------------------------------------------------------------- curves


def test_each_curve_is_found_among_the_lines() -> None:
    """Whatever the order of lines and panels, each curve is found."""
    panels = (panel(draw("ex5_tv"), draw("ex5_kl")), panel(draw("ex5_reverse_kl")))
    for name in CURVES:
        verdict = ask("curve", None, *panels, curve=name)
        assert (verdict.outcome, verdict.code) == ("pass", "figure.shown"), verdict.message


def test_points_outside_the_open_interval_do_not_count() -> None:
    """Ends at 0 and 1, NaN and infinities on a line neither help nor harm."""
    base = draw("ex5_kl")
    extended = LineEvidence(
        x=((0.0).hex(), (1.0).hex(), (0.5).hex(), (0.25).hex(), *base.x),
        y=("nan", "inf", "inf", "nan", *base.y),
        label="",
    )
    assert ask("curve", None, panel(extended), curve="ex5_kl").outcome == "pass"


def test_rounded_curve_passes() -> None:
    """A line within the tolerance follows the curve."""
    ys = [CURVES["ex5_kl"](float(t)) + 9e-4 for t in THETAS]
    assert ask("curve", None, panel(line(THETAS, ys)), curve="ex5_kl").outcome == "pass"


@pytest.mark.parametrize("count", [20, 19])
def test_twenty_points_are_due(count: int) -> None:
    """Twenty points in (0, 1) are enough, nineteen are not, and repeated ones count once."""
    x = [*np.linspace(0.1, 0.9, count), 0.1, 0.1]
    verdict = ask("curve", None, panel(draw("ex5_kl", x)), curve="ex5_kl")
    assert verdict.outcome == ("pass" if count == 20 else "fail")
    if count == 19:
        assert "19 points" in verdict.message


def test_dense_wrong_line_fails_although_the_curves_nearly_meet() -> None:
    """A dense line of the reverse divergence is within the tolerance of the forward one near a half, and fails."""
    dense = np.linspace(0.001, 0.999, 1999)
    drawn = draw("ex5_reverse_kl", dense)
    close = sum(abs(CURVES["ex5_kl"](float(t)) - CURVES["ex5_reverse_kl"](float(t))) <= 1e-3 for t in dense)
    assert close >= 20
    verdict = ask("curve", None, panel(drawn), curve="ex5_kl")
    assert (verdict.outcome, verdict.code) == ("fail", "figure.lacking")
    assert re.search(r"'ex5_reverse_kl'\) agrees with it at \d+ of \d+ points", verdict.message)


def test_the_closest_of_the_wrong_lines_is_named() -> None:
    """Where no line follows the curve, the student reads of the one that agrees with it most, wherever it stands."""
    ys = [CURVES["ex5_kl"](float(t)) + (t > 0.8) for t in THETAS]
    lines = (draw("ex5_tv"), line(THETAS, ys, "almost"), line(THETAS, THETAS, "straight"))
    assert "('almost') agrees" in ask("curve", None, panel(*lines), curve="ex5_kl").message


def test_curve_in_bits_fails() -> None:
    """A line in another unit is another curve."""
    ys = [CURVES["ex5_kl"](float(t)) / math.log(2) for t in THETAS]
    assert ask("curve", None, panel(line(THETAS, ys)), curve="ex5_kl").outcome == "fail"


def test_places_that_the_reference_refuses_do_not_agree() -> None:
    """A place that the reference refuses is no agreement, and no fault of ours."""
    assert ask("curve", None, panel(draw("ex5_kl")), curve="ex5_unknown").outcome == "fail"


def test_check_without_a_curve_is_the_authors_mistake() -> None:
    """An aspect `curve` that names none is a course error."""
    with pytest.raises(CourseError):
        ask("curve", None, panel(draw("ex5_kl")))


# ---------------------------------------------------------------- what is no figure


def test_other_values_are_no_figure() -> None:
    """A number is refused, and the message says what is due."""
    verdict = ask("legend", FloatValue(value=(1.0).hex()))
    assert (verdict.outcome, verdict.code) == ("fail", "value.wrong_type")
    assert "Matplotlib figure" in verdict.message


def test_empty_figure_lacks_everything() -> None:
    """A figure without lines has no labels worth points, though its axes are labelled."""
    labelled = panel(x_label="theta", y_label="nats", has_legend=True, legend=("a", "b"))
    for aspect in ("axis_labels", "legend"):
        verdict = ask(aspect, None, labelled)
        assert verdict.code == "figure.lacking"
        assert "no lines" in verdict.message


def test_figure_left_out() -> None:
    """A figure left out is missing; one lost with the process fails with the cause."""
    check = FigureCheck(id="f", answer="ex5_figure", rule="figure", aspect="legend")
    assert check_figure(check, collect({}), FakeOracle(), "5").outcome == "missing"
    gone = AnswerEvidence(value=EmptyValue(type="absent"), lost=Lost(cause="timed_out"))
    assert check_figure(check, collect({"ex5_figure": gone}), FakeOracle(), "5").code == "run.timed_out"


# ---------------------------------------------------------------- labels


ONE = line([0.1], [0.1])


@pytest.mark.parametrize(
    ("labels", "outcome"),
    [
        ([("theta", "nats")], "pass"),
        ([("theta", "")], "fail"),
        ([(" ", "nats")], "fail"),
        ([("theta", "nats")] * 4, "pass"),
        ([("", "nats"), ("", ""), ("theta", "nats"), ("theta", "")], "pass"),  # 2 x 2, labelled along the outside
        ([("", "nats"), ("", "nats"), ("", "nats"), ("theta", "nats")], "pass"),  # 4 x 1, shared x axis
        ([("theta", "nats"), ("theta", ""), ("theta", "")], "pass"),  # 1 x 3, shared y axis
        ([("theta", "nats"), ("", ""), ("", ""), ("", "")], "fail"),
        ([("", "nats")] * 4, "fail"),
    ],
)
def test_axis_labels(labels: list[tuple[str, str]], outcome: str) -> None:
    """Every panel is labelled, or the outside of a grid of panels is."""
    verdict = ask("axis_labels", None, *(panel(ONE, x_label=x, y_label=y) for x, y in labels))
    assert verdict.outcome == outcome
    assert verdict.code == ("figure.shown" if outcome == "pass" else "figure.lacking")


def test_message_says_which_axis_lacks_a_label() -> None:
    """The message names the axis and the way to label it."""
    message = ask("axis_labels", None, panel(ONE, x_label="theta")).message
    assert "lacks a label for y" in message
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
        ([panel(ONE, ONE, ONE, ONE, has_legend=True, legend=("kl", "kl"))], "fail"),
        ([panel(ONE, ONE, title="all four")], "fail"),
        ([panel(ONE, title=name) for name in NAMES], "pass"),
        ([panel(ONE, has_legend=True, legend=(name,)) for name in NAMES], "pass"),
        ([panel(ONE, title="kl"), panel(ONE)], "fail"),
        ([panel(ONE, ONE, has_legend=True, legend=NAMES), panel(ONE, ONE)], "pass"),  # a twin axis, one legend
        ([panel(ONE, title="kl"), panel()], "pass"),  # an empty panel needs no name
    ],
)
def test_legend(panels: list[AxesEvidence], outcome: str) -> None:
    """A legend with different texts, or a title over each single curve, tells the lines apart."""
    verdict = ask("legend", None, *panels)
    assert verdict.outcome == outcome
    assert verdict.code == ("figure.shown" if outcome == "pass" else "figure.lacking")
