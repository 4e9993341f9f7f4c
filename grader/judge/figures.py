"""What a figure shows, judged by the data that was drawn: the curves, the axis labels, the legend."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import assert_never

from grader.errors import CourseError, Problem
from grader.judge.compare import is_close
from grader.judge.evidence import Answers
from grader.judge.values import Refusal, parse_float, refuse
from grader.judge.verdict import Verdict, clean, failed, lost, missing, passed
from grader.model import AxesEvidence, FigureValue, LineEvidence
from grader.oracle import Expectations, ReferenceRefused
from grader.spec.model import FigureCheck, Tolerance

# Where the curves of a family nearly meet, a dense line has many points within the tolerance of the wrong one.
FOLLOWING = 0.9  # so this share of a line's points in (0, 1) must agree
LABEL_LENGTH = 30
DENSE = 100  # points of a line: of one with more, evenly many are looked at
PLACES = 10_000  # at which a curve is remembered


def check_figure(check: FigureCheck, answers: Answers, oracle: Expectations, exercise_id: str) -> Verdict:
    """Return whether the figure has the aspect that the check asks for.

    Raises:
        CourseError: the check names no curve or tolerance, or the reference has no such curve.
    """
    name = check.answer
    if not answers.attempted(name):
        cause = answers.lost(name)
        return missing(name) if cause is None else lost(name, cause)
    value = answers.get(name).value
    if not isinstance(value, FigureValue):
        refusal = refuse(value, "a Matplotlib figure (plt.gcf(), or what plt.subplots returns)")
        return failed(refusal.code, f"{name} {refusal.message}")
    panels = [panel for panel in value.axes if panel.lines]
    if not panels:
        return failed("figure.lacking", f"{name} has no lines: draw the curves with plot before you assign the figure")
    match check.aspect:
        case "curve":
            return _check_line(check, panels, oracle, exercise_id)
        case "axis_labels":
            return _check_axis_labels(name, panels)
        case "legend":
            return _check_legend(name, panels)
        case _ as never:
            assert_never(never)


# ---------------------------------------------------------------- curves


@dataclass(frozen=True)
class _Match:
    """How far a line follows a curve: at `close` of its `points` places in (0, 1)."""

    label: str
    close: int
    points: int


def _check_line(check: FigureCheck, panels: list[AxesEvidence], oracle: Expectations, exercise_id: str) -> Verdict:
    curve, tolerance = check.curve, check.tolerance
    if curve is None or tolerance is None:
        raise CourseError([Problem(f"exercises/ex{exercise_id}.yaml", 0, check.id, "a curve and a tolerance are due")])
    function = oracle.derive(("curve", exercise_id, curve), lambda: _remember(oracle.function(exercise_id, curve)))
    matches: list[_Match] = []
    for line in chain.from_iterable(panel.lines for panel in panels):
        matches.append(_match(line, function, tolerance))
        if _follows(matches[-1], check):
            return passed("figure.shown", f"a line of {check.answer} follows {curve}")
    best = max(matches, key=attrgetter("close"))
    return failed("figure.lacking", f"no line of {check.answer} follows {curve}: {_explain(best, check)}")


def _remember(function: Callable[..., object]) -> Callable[[float], float | None]:
    """Return the reference curve, None where it refuses a student's place; a class draws many of the same places."""

    @lru_cache(maxsize=PLACES)
    def value(x: float) -> float | None:
        try:
            return float(str(function(x)))
        except ReferenceRefused:
            return None

    return value


def _match(line: LineEvidence, function: Callable[[float], float | None], tolerance: Tolerance) -> _Match:
    """Return how far a line follows the function, by the places that are looked at."""
    close = 0
    points = _read_points(line)
    for x, y in points:
        expected = function(x)
        close += expected is not None and is_close(y, expected, tolerance)
    return _Match(line.label, close, len(points))


@lru_cache(maxsize=64)  # the same lines are held against every curve
def _read_points(line: LineEvidence) -> tuple[tuple[float, float], ...]:
    """Return the distinct places of a line in (0, 1) with a finite value; of very many, an even choice."""
    drawn: dict[float, float] = {}
    for x, y in zip(map(parse_float, line.x), map(parse_float, line.y), strict=False):
        if isinstance(x, Refusal) or isinstance(y, Refusal) or not 0 < x < 1 or math.isinf(y):
            continue
        drawn.setdefault(x, y)
    return tuple(drawn.items())[:: 1 + len(drawn) // DENSE]


def _follows(match: _Match, check: FigureCheck) -> bool:
    return match.close >= check.at_least and match.close >= FOLLOWING * match.points


def _explain(best: _Match, check: FigureCheck) -> str:
    label = clean(best.label, LABEL_LENGTH)
    line = "the line that comes closest" + (f" ('{label}')" if label and not label.startswith("_") else "")
    if best.points < check.at_least:
        return f"{line} has {best.points} points with theta in (0, 1), and at least {check.at_least} are due"
    return f"{line} agrees with it at {best.close} of {best.points} points in (0, 1)"


# ---------------------------------------------------------------- labels and legend


def _check_axis_labels(name: str, panels: list[AxesEvidence]) -> Verdict:
    x_labels = sum(bool(panel.x_label.strip()) for panel in panels)
    y_labels = sum(bool(panel.y_label.strip()) for panel in panels)
    # A grid of r rows and c columns that is labelled along its outside only has c labels for x and r for y.
    if x_labels * y_labels >= len(panels):
        return passed("figure.shown", f"the axes of {name} are labelled")
    lacking = [axis for axis, count in (("x", x_labels), ("y", y_labels)) if count < len(panels)]
    where = "its axes" if len(panels) == 1 else f"some of its {len(panels)} panels"
    advice = "say with set_xlabel and set_ylabel what is drawn and in which unit"
    return failed("figure.lacking", f"{name} lacks a label for {' and '.join(lacking)} on {where}: {advice}")


def _check_legend(name: str, panels: list[AxesEvidence]) -> Verdict:
    lines = sum(len(panel.lines) for panel in panels)
    one_for_all = any(len(_entries(panel)) >= max(lines, 2) for panel in panels)
    if one_for_all or all(map(_tells_lines_apart, panels)):
        return passed("figure.shown", f"the curves of {name} can be told apart")
    advice = "give each plot a label=… and call legend(), or give each panel of one curve a title"
    return failed("figure.lacking", f"{name} does not say which curve is which: {advice}")


def _entries(panel: AxesEvidence) -> set[str]:
    """Return the different texts of a panel's legend."""
    return {text.strip() for text in panel.legend if text.strip()} if panel.has_legend else set()


def _tells_lines_apart(panel: AxesEvidence) -> bool:
    """Return whether a reader knows which line is which: by the legend, or by the title over a single line."""
    if len(panel.lines) == 1:
        return bool(panel.title.strip() or _entries(panel))
    return len(_entries(panel)) >= 2
