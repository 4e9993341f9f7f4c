"""Everybody's curves: which panel they lie in, what is drawn of them, and how much at most."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.course import Course
from grader.feedback import Work
from grader.feedback.plot import BOTTOM, FARTHEST, LEFT, TOP
from grader.model import FigureValue
from grader.pipeline import Grader
from grader.stats import Drawn, list_curves
from grader.stats.curves import (
    MOST_CURVES,
    MOST_LINES,
    MOST_PANELS,
    MOST_PLACES,
    build_panels,
    find_drawing_checks,
    is_drawn,
)
from tests.feedback.conftest import build_figure
from tests.feedback.test_causes import build_without_half
from tests.stats.conftest import answer_with, select_exercise

GRID = np.linspace(-3, 3, 61)


@pytest.fixture(scope="session")
def exercise_3() -> Grader:
    """The real course's third exercise, whose estimates lie along a grid and may declare a variance."""
    return select_exercise("3")


def build_estimates(grader: Grader, **values: Any) -> list[Drawn]:
    """Return the curves of a student with these answers."""
    report, evidence = answer_with(grader, **values)
    assert is_drawn(report, find_drawing_checks(grader.course)) == ("ex3_reverse_kl" in values)
    return list(list_curves(grader.course, report, evidence))


def find_truth(grader: Grader, variance: float) -> Any:
    """Return the true curve over the grid."""
    return grader.oracle.function("3", "ex3_reverse_kl_law")(GRID, variance)["value"]


def test_estimates_lie_by_what_was_declared(exercise_3: Grader) -> None:
    """The declared number names the panel; left out or out of range, its default does."""
    truth = find_truth(exercise_3, 0.25)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "ex3_var_q = 0.25"),
        ({"ex3_var_q": 1.0}, "ex3_var_q = 1"),
        ({"ex3_var_q": 1}, "ex3_var_q = 1"),
        ({"ex3_var_q": 17.0}, "ex3_var_q = 0.25"),
        ({"ex3_var_q": "wide"}, "ex3_var_q = 0.25"),
    ]
    for declared, group in cases:
        (curve,) = build_estimates(exercise_3, ex3_mu_grid=GRID, ex3_reverse_kl=truth, **declared)
        assert (curve.group, curve.along, curve.part) == (group, "ex3_mu_grid", "3b")


def test_verdict_is_the_reports(exercise_3: Grader) -> None:
    """What passes is accepted, what fails is not, what was not attempted is not there."""
    truth = find_truth(exercise_3, 0.25)
    (right,) = build_estimates(exercise_3, ex3_mu_grid=GRID, ex3_reverse_kl=truth)
    (wrong,) = build_estimates(exercise_3, ex3_mu_grid=GRID, ex3_reverse_kl=truth + 5)
    assert (right.is_accepted, wrong.is_accepted) == (True, False)
    assert right.ys == pytest.approx(truth)
    assert build_estimates(exercise_3, ex3_mu_grid=GRID) == []


def test_lines_of_a_figure(course: Course, build_work: Callable[..., Work]) -> None:
    """Those taken for a curve that was asked for are accepted."""
    work = build_without_half(build_work)
    curves = list(list_curves(course, work.report, work.evidence))
    assert [(one.answer, one.is_accepted) for one in curves] == [
        ("ex5_figure", True), ("ex5_figure", True), ("ex5_figure", False), ("ex5_figure", True),
    ]  # fmt: skip


def test_figures_are_bounded(course: Course, build_work: Callable[..., Work]) -> None:
    """Of a thousand lines the first are looked at, and of each few places."""
    figure = build_figure(kl=lambda theta: theta)
    (axes,) = figure.axes
    (line,) = axes.lines
    long = line.model_copy(update={"x": line.x * 50, "y": line.y * 50})
    many = FigureValue(axes=(axes.model_copy(update={"lines": (long,) * 200}),))
    work = build_work({"ex5_figure": many})
    curves = list(list_curves(course, work.report, work.evidence))
    assert len(curves) == MOST_LINES
    assert max(len(one.xs) for one in curves) <= MOST_PLACES


def test_course_without_curves_needs_no_evidence(tiny_grader: Any) -> None:
    """Nor does a student who drew nothing."""
    assert find_drawing_checks(tiny_grader.course) == frozenset()


def build_curve(student: str = "ada", group: str = "", *, is_accepted: bool = True, ys: Any = None) -> Drawn:
    """Return a curve over 0 … 1."""
    xs = tuple(k / 10 for k in range(11))
    return Drawn("3b", "curve", "mu", group, student, is_accepted, xs, xs if ys is None else ys)


def test_one_panel_for_each_declaration() -> None:
    """Those of most curves first; accepted and refused are counted, and whose is refused is told to staff."""
    curves = [build_curve("a", "v = 1"), *(build_curve(name, "v = 2", is_accepted=name != "d") for name in "bcd")]
    first, second = build_panels(curves)
    assert (first.group, first.accepted, first.refused, first.who) == ("v = 2", 2, 1, ("d",))
    assert (second.group, second.accepted, second.refused, second.who) == ("v = 1", 1, 0, ())


def test_panels_and_curves_are_bounded() -> None:
    """What a thousand students declare makes no thousand panels."""
    assert len(build_panels([build_curve(group=f"v = {k}") for k in range(100)])) == MOST_PANELS
    (panel,) = build_panels([build_curve(str(k)) for k in range(MOST_CURVES + 7)])
    assert (len(panel.curves), panel.left_out) == (MOST_CURVES, 7)


@pytest.mark.parametrize("wild", [1e6, -50.0, 1e300, -1e300, math.inf, math.nan])
def test_refused_curve_flattens_nothing(wild: float) -> None:
    """The frame is that of accepted curves; what leaves it is not drawn, and nothing lies outside the paper."""
    ys = tuple(wild if k % 2 else 0.5 for k in range(11))
    (panel,) = build_panels([build_curve(), build_curve("b", is_accepted=False, ys=ys)])
    (calm,) = build_panels([build_curve()])
    assert (panel.y_ticks, panel.accepted_runs) == (calm.y_ticks, calm.accepted_runs)
    for run in (*panel.accepted_runs, *panel.refused_runs):
        for place in run.split():
            x, y = map(float, place.split(","))
            assert LEFT <= x <= FARTHEST
            assert TOP <= y <= BOTTOM


def test_curves_of_nothing_finite() -> None:
    """There is a frame, and no curve."""
    (panel,) = build_panels([replace(build_curve(ys=(math.nan,) * 11), xs=(math.inf,) * 11)])
    assert panel.accepted_runs == ()
    assert panel.x_ticks


def test_table_has_medians() -> None:
    """In each stretch of the axis, of the accepted and of the refused."""
    ones, twos, fives = ((float(value),) * 11 for value in (1, 2, 5))
    (panel,) = build_panels(
        [
            *(build_curve(str(k), ys=ys) for k, ys in enumerate((ones, twos, twos))),
            build_curve("r", is_accepted=False, ys=fives),
        ]
    )
    assert {(row.accepted, row.refused) for row in panel.rows if row.accepted != "–"} == {("2", "5")}
