"""The rule `figure`: what a figure shows, judged by the data that was drawn and never by a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, assert_never

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, Name, Tolerance
from grader.errors import CourseError, Problem
from grader.judge.bounds import bounded
from grader.judge.compare import find_close, is_close
from grader.judge.context import CheckContext
from grader.judge.curves import Function, Match, Range, assign_lines, match_line, read_points, runs_through, show_label
from grader.judge.decoding import parse_float
from grader.judge.describe import Invalid, bracket, reject, show
from grader.judge.drawn import wrong_figures
from grader.judge.expectations import RejectedByReference, arguments_of
from grader.judge.forms import reject_form
from grader.judge.plain import take_panel
from grader.judge.rules.base import FieldProblem, KeyPath, Rule, Wrong
from grader.judge.rules.common import check_tolerance
from grader.judge.solution import Solution, build_line
from grader.judge.verdict import Code, Verdict, failed, passed
from grader.model import AxesEvidence, BarsEvidence, FigureValue, LineEvidence
from numgrade_student.figures import (
    describe_empty,
    describe_unlabelled,
    describe_unnamed,
    find_unlabelled,
    tells_curves_apart,
)
from numgrade_student.invisible import take_visible

PLACES = 10_000  # at which a curve is remembered
DRAWN = 200  # at which it is drawn, once solutions are out
Aspect = Literal["curve", "points", "bars", "axis_labels", "legend", "title", "scale", "limits"]

# Which keys belong to which aspects: those that it needs, and those that it may have.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "curve": ("curve", "x", "tolerance"),
    "points": ("data", "tolerance"),
    "bars": ("data", "tolerance"),
    "scale": ("axis", "scale"),
    "limits": ("axis", "low", "high"),
}
_SHOWN = ("curve", "points", "bars")  # aspects that are data; the others speak of these
_KEYS = ("curve", "x", "tolerance", "data", "axis", "scale", "low", "high")


class FigureCheck(BaseCheck):
    """The figure has the aspect.

    `curve`: some line or scatter follows the reference's function. `points`: a scatter or a line shows the reference's
    points. `bars`: bars or a histogram have the reference's heights, and its edges where it gives them. `axis_labels`,
    `legend`, `title`: they are there, on a figure that shows something that was asked for. `scale`, `limits`: of an
    axis.
    """

    rule: Literal["figure"]
    aspect: Aspect = Field(description="What the figure is to have.")
    curve: Name | None = Field(None, description="`curve`: the reference's function of one number.")
    x: Range | None = Field(None, description="`curve`: where a line has to follow it.")
    data: Name | None = Field(
        None,
        description="`points`: the reference's function that gives a dict of `x` and `y`. `bars`: of `height`, and of "
        "`edges` where these matter.",
    )
    axis: Literal["x", "y"] | None = Field(None, description="`scale`, `limits`: which axis.")
    scale: Literal["linear", "log"] | None = Field(None, description="`scale`: how the axis is divided.")
    low: float | None = Field(None, description="`limits`: the axis shows at least from here …")
    high: float | None = Field(None, description="`limits`: … to there.")
    tolerance: Tolerance | None = Field(None, description="`curve`, `points`, `bars`: how close.")
    at_least: int = Field(20, description="`curve`: on how many points of `x` the line has to follow it.")


class Figure(Rule[FigureCheck]):
    """By the data that was drawn."""

    record = FigureCheck
    kinds = ("figure",)
    asks = "`curve` is a function of one number; `data` is a function without arguments that returns a dict of vectors."
    codes = {
        "figure.shown": Code("the figure has what was asked for", "right"),
        "figure.lacking": Code("the figure lacks it", "wrong"),
    }

    def find_problems(self, check: FigureCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield keys that the aspect lacks or does not have."""
        del answer
        needed = _NEEDED.get(check.aspect, ())
        for key in _KEYS:
            value = getattr(check, key)
            if key in needed and value is None:
                yield (key,), f"missing key: the aspect {check.aspect} needs it"
            if key not in needed and value is not None:
                yield (key,), f"unknown key for the aspect {check.aspect}"
        if check.tolerance is not None:
            yield from check_tolerance(check.tolerance)
        if check.x is not None:
            yield from _check_range(check.x)
        if check.at_least < 2:
            yield ("at_least",), f"{check.at_least}: expected at least 2 points"

    def functions(self, check: FigureCheck, answer: Answer) -> Iterator[tuple[KeyPath, str]]:
        """Yield the curve, or what gives the data."""
        del answer
        yield from (((key,), name) for key in ("curve", "data") if (name := getattr(check, key)) is not None)

    def judge(self, context: CheckContext[FigureCheck]) -> Verdict:
        """Judge one aspect of a figure."""
        return _judge(context)

    def solve(self, context: CheckContext[FigureCheck]) -> Solution | None:
        """Return the curve, the points or the bars that were to be drawn; nothing of axes and words."""
        match context.check.aspect:
            case "curve":
                return _solve_curve(context)
            case "points":
                data = _take_data(context, "x", "y")
                return Solution(points=(build_line(context.check.data or "", data["x"], data["y"]),))
            case "bars":
                heights = _take_data(context, "height")["height"]
                return Solution(f"Bars of the heights {bracket(map(show, heights.tolist()))}")
            case _:
                return None

    def presupposes(self, check: FigureCheck, other: BaseCheck) -> bool:
        """Return whether this says something of a figure that says nothing where what was asked for is not shown."""
        return check.aspect not in _SHOWN and isinstance(other, FigureCheck) and other.aspect in _SHOWN

    def wrong_examples(self, check: FigureCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield the figure without this aspect."""
        del answer
        yield from wrong_figures(check.aspect, check.axis or "x", truth)


def _check_range(axis: Range) -> Iterator[FieldProblem]:
    if axis.low >= axis.high:
        yield ("x", "low"), f"{axis.low:g}: expected less than high, {axis.high:g}"
    if axis.scale == "log" and axis.low <= 0:
        yield ("x", "low"), f"{axis.low:g}: expected more than 0 on a logarithmic scale"


def _judge(context: CheckContext[FigureCheck]) -> Verdict:
    name, value = context.name, context.value
    if not isinstance(value, FigureValue):
        return reject_form(context, reject(value, "a Matplotlib figure"))
    panels = [panel for panel in value.axes if panel.lines or panel.points or panel.bars]
    if not panels:
        return failed("figure.lacking", describe_empty(name))
    match context.check.aspect:
        case "curve":
            return _check_curve(context, panels)
        case "points":
            return _check_points(context, panels)
        case "bars":
            return _check_bars(context, panels)
        case "scale" | "limits" | "axis_labels" | "legend" | "title":
            return _check_frame(context, value, panels)
        case _ as never:
            assert_never(never)


def _check_frame(context: CheckContext[FigureCheck], value: FigureValue, panels: list[AxesEvidence]) -> Verdict:
    """Judge axes and words of a figure, which say nothing on one that shows nothing of what was asked for."""
    if not _shows_anything(context, panels):
        words = context.check.aspect not in {"scale", "limits"}
        which = "labels, legend and title" if words else "axes"
        message = f"{context.name} shows nothing of what was asked for yet, so its {which} do not count"
        return failed("figure.lacking", message)
    if context.check.aspect in {"scale", "limits"}:
        return _check_axis(context, panels)
    if context.check.aspect == "axis_labels":
        return _check_axis_labels(context.name, panels)
    if context.check.aspect == "legend":
        return _check_legend(context.name, panels)
    if take_visible(value.suptitle) or all(take_visible(panel.title) for panel in panels):
        return passed("figure.shown", f"{context.name} has a title")
    return failed("figure.lacking", f"{context.name} has no title: say with set_title what it shows")


# ---------------------------------------------------------------- curves


def _solve_curve(context: CheckContext[FigureCheck]) -> Solution | None:
    check = context.check
    if check.curve is None or check.x is None:
        return None
    function = _remember(context.oracle.function(context.exercise_id, check.curve))
    pairs = [(x, y) for x in check.x.list_places(DRAWN) if (y := function(x)) is not None]
    line = build_line(check.curve, (x for x, _ in pairs), (y for _, y in pairs))
    return Solution(curves=(line,), along=check.x.name)


def _list_checks(context: CheckContext[FigureCheck]) -> list[FigureCheck]:
    """Return the checks of this figure, in their order."""
    return [check for check in context.part.checks if isinstance(check, FigureCheck) and check.answer == context.name]


def _list_curves(context: CheckContext[FigureCheck]) -> list[FigureCheck]:
    """Return the checks of this figure that look for curves, in their order."""
    return [check for check in _list_checks(context) if check.aspect == "curve"]


def _match_all(context: CheckContext[FigureCheck], check: FigureCheck, panels: list[AxesEvidence]) -> list[Match]:
    """Return how far each line of the figure follows the curve of a check."""
    curve, axis, tolerance = check.curve, check.x, check.tolerance
    if curve is None or axis is None or tolerance is None:
        raise CourseError([Problem("exercises", 1, check.id, "expected a curve, its x and a tolerance")])
    key = ("curve", context.exercise_id, curve)
    function = context.cache.memoize(key, lambda: _remember(context.oracle.function(context.exercise_id, curve)))
    lines = chain.from_iterable((*panel.lines, *panel.points) for panel in panels)

    def match() -> list[Match]:
        with bounded(curve):
            return [match_line(line, function, axis, tolerance) for line in lines]

    return context.answers.remember(("matches", check.answer, check.id), match)


def _assign(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> dict[str, int | None]:
    """Return which line counts for which curve of this figure, by the check's id."""
    return context.answers.remember(("lines", context.part.id, context.name), lambda: _assign_lines(context, panels))


def _assign_lines(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> dict[str, int | None]:
    checks = _list_curves(context)
    follows = [[match.follows(check.at_least) for match in _match_all(context, check, panels)] for check in checks]
    return {check.id: line for check, line in zip(checks, assign_lines(follows), strict=True)}


def _check_curve(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> Verdict:
    check, name = context.check, context.name
    matches = _match_all(context, check, panels)
    followers = [match for match in matches if match.follows(check.at_least)]
    if followers:
        line = _assign(context, panels)[check.id]
        if line is not None:
            return replace(passed("figure.shown", f"a line of {name} follows {check.curve}"), line=line)
        message = f"no line of {name} is left for {check.curve}: each curve needs a line of its own"
        return failed("figure.lacking", message)
    if not matches or check.x is None:
        return failed("figure.lacking", describe_empty(name))
    return _find_own(context, panels, check.x) or _say_none(context, matches, check.x)


def _say_none(context: CheckContext[FigureCheck], matches: list[Match], axis: Range) -> Verdict:
    best = max(matches, key=attrgetter("close"))
    why = best.explain(axis, context.check.at_least)
    message = f"none of your curves in {context.name} is {context.check.curve}"
    return failed("figure.lacking", f"{message}: {why}" if why else message)


def _find_own(context: CheckContext[FigureCheck], panels: list[AxesEvidence], axis: Range) -> Verdict | None:
    """Return the verdict on a curve that is drawn as the student's own function has it, which is wrong."""
    name = context.check.curve or ""
    spec = context.specs.get(name)
    if spec is None or spec.kind != "function" or not context.answers.attempted(name) or not context.is_wrong(name):
        return None
    own = _list_own(context, name)
    for line in chain.from_iterable((*panel.lines, *panel.points) for panel in panels):
        if runs_through(read_points(line, axis)[0], own, context.check.tolerance):
            shown = f"the curve {show_label(line.label)}".rstrip() if show_label(line.label) else "one of your curves"
            verdict = failed("figure.lacking", f"{shown} shows your {name}, so it has the same mistake")
            return replace(verdict, because_of=(name,))
    return None


def _list_own(context: CheckContext[FigureCheck], name: Name) -> list[tuple[float, float]]:
    """Return where the student's own function of one number was asked, and what it gave."""
    results = {arguments_of(call): context.student_result(name, call) for call in context.answers.calls(name)}
    return [(args[0], y) for args, y in results.items() if isinstance(args[0], float) and isinstance(y, float)]


def _remember(function: Callable[..., object]) -> Function:
    """Return the reference curve, None where it rejects a student's place; a class draws many of the same places."""

    @lru_cache(maxsize=PLACES)
    def value(x: float) -> float | None:
        try:
            return float(str(function(x)))
        except RejectedByReference:
            return None

    return value


def _shows_anything(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> bool:
    """Return whether the figure shows some of what is asked for: a curve, the points or the bars."""
    asked = [context.narrow(check) for check in _list_checks(context) if check.aspect in _SHOWN]
    return not asked or any(_shows(one, panels) for one in asked)


def _shows(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> bool:
    if context.check.aspect == "curve":
        return any(match.follows(context.check.at_least) for match in _match_all(context, context.check, panels))
    judge = _check_points if context.check.aspect == "points" else _check_bars
    return judge(context, panels).outcome == "pass"


# ---------------------------------------------------------------- points and bars


def _take_data(context: CheckContext[FigureCheck], *names: str) -> dict[str, Any]:
    """Return the vectors of these names that the reference gives."""
    function = context.check.data or ""
    found = context.oracle.value(context.exercise_id, function)
    if not isinstance(found, Mapping) or not set(names) <= set(found):
        wanted = ", ".join(names)
        message = f"expected a dict with {wanted}, got {found!r:.80}"
        raise CourseError([Problem("reference", 1, function, message)])
    return {name: np.asarray(vector, dtype=np.float64).ravel() for name, vector in found.items()}


def _check_points(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> Verdict:
    name, data = context.name, _take_data(context, "x", "y")
    wanted = np.column_stack([data["x"], data["y"]])
    drawn = [one for panel in panels for one in (*panel.points, *panel.lines)]
    if any(_are_points(one, wanted, context.check.tolerance) for one in drawn):
        return passed("figure.shown", f"{name} shows the {len(wanted)} points")
    counts = ", ".join(str(one.count or len(one.x)) for one in drawn[:5]) or "none"
    message = f"no scatter or line of {name} shows the {len(wanted)} points: it draws {counts}"
    return failed("figure.lacking", message)


def _are_points(drawn: LineEvidence, wanted: Any, tolerance: Tolerance | None) -> bool:
    """Return whether the drawn points are the wanted ones, in any order."""
    x, y = (_parse_all(texts) for texts in (drawn.x, drawn.y))
    if tolerance is None or len(x) != len(wanted) or len(x) != len(y):
        return False
    own = np.column_stack([x, y])
    close = np.all(find_close(own[None, :, :], wanted[:, None, :], tolerance), axis=2)
    return bool(close.any(axis=1).all() and close.any(axis=0).all())


def _check_bars(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> Verdict:
    name, data = context.name, _take_data(context, "height")
    drawn = [bars for panel in panels for bars in panel.bars]
    if any(_are_bars(bars, data, context.check.tolerance) for bars in drawn):
        return passed("figure.shown", f"{name} shows the {len(data['height'])} bars")
    heights = [", ".join(map(show, _parse_all(bars.height)[:5])) for bars in drawn[:2]]
    seen = f": it draws bars of the heights {' and '.join(heights)} …" if heights else ": it draws no bars"
    return failed("figure.lacking", f"no bars of {name} are the {len(data['height'])} that were asked for{seen}")


def _are_bars(bars: BarsEvidence, data: dict[str, Any], tolerance: Tolerance | None) -> bool:
    left, width, height = (_parse_all(texts) for texts in (bars.left, bars.width, bars.height))
    if tolerance is None or not len(left) == len(width) == len(height) == len(data["height"]):
        return False
    order = sorted(range(len(left)), key=left.__getitem__)
    pairs = [(height[place], due) for place, due in zip(order, data["height"], strict=True)]
    if "edges" in data:
        edges = data["edges"]
        pairs += [(left[place], due) for place, due in zip(order, edges[:-1], strict=True)]
        pairs += [(left[place] + width[place], due) for place, due in zip(order, edges[1:], strict=True)]
    return all(is_close(float(own), float(due), tolerance) for own, due in pairs)


def _parse_all(texts: tuple[str, ...]) -> list[float]:
    numbers = map(parse_float, texts)
    return [number for number in numbers if not isinstance(number, Invalid)]


# ---------------------------------------------------------------- axes


def _check_axis(context: CheckContext[FigureCheck], panels: list[AxesEvidence]) -> Verdict:
    check, name = context.check, context.name
    axis = check.axis or "x"
    if check.aspect == "scale":
        wrong = [panel for panel in panels if getattr(panel, f"{axis}_scale") != check.scale]
        if not wrong:
            return passed("figure.shown", f"the {axis} axis of {name} is {check.scale}")
        found = str(getattr(wrong[0], f"{axis}_scale"))[:20]
        return failed("figure.lacking", f"the {axis} axis of {name} is {found}, expected {check.scale}")
    low, high = check.low or 0.0, check.high or 0.0
    limits = [getattr(panel, f"{axis}_limits") for panel in panels]
    if all(pair is not None and _covers(pair, low, high) for pair in limits):
        return passed("figure.shown", f"the {axis} axis of {name} runs over [{low:g}, {high:g}]")
    return failed("figure.lacking", f"the {axis} axis of {name} does not run over all of [{low:g}, {high:g}]")


def _covers(pair: tuple[str, str], low: float, high: float) -> bool:
    ends = _parse_all(pair)
    return len(ends) == 2 and min(ends) <= low and max(ends) >= high


# ---------------------------------------------------------------- words


def _check_axis_labels(name: str, panels: list[AxesEvidence]) -> Verdict:
    axes = find_unlabelled(list(map(take_panel, panels)))
    if axes:
        return failed("figure.lacking", describe_unlabelled(name, axes, len(panels)))
    return passed("figure.shown", f"the axes of {name} are labelled")


def _check_legend(name: str, panels: list[AxesEvidence]) -> Verdict:
    if tells_curves_apart(list(map(take_panel, panels))):
        return passed("figure.shown", f"the curves of {name} can be told apart")
    return failed("figure.lacking", describe_unnamed(name))


RULE = Figure()
