"""A student's figure, drawn by us from the evidence: never their picture, only the numbers that they plotted.

The axes show the student's own data and nothing else, so that not even the frame gives a reference away. Once solutions
are out they are drawn over it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from grader.feedback.formulas import read_aloud
from grader.feedback.scale import Scale, build_scale
from grader.judge.solution import Solution
from grader.model import ArrayValue, AxesEvidence, BarsEvidence, FigureValue, LineEvidence

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 330, 28, 250  # of the axes; what is to the right is room for names …
FARTHEST = WIDTH - 14  # … which the axes take where there are none
MAX_PANELS, MAX_CURVES, MAX_PLACES, MAX_ROWS = 12, 24, 400, 9
_HUES, _GAP = 8, 14
_LABEL_CHARS, _TITLE_CHARS = 15, 60
Role = Literal["own", "solution", "bound"]  # whose a curve is; a bound is what chance may do


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str
    hue: int
    is_right: bool | None
    role: Role = "own"


@dataclass(frozen=True)
class Trace:
    """One curve, scatter or group of bars on the paper, with some of its numbers for the table beside it.

    `is_right` says that it was taken for a curve that was asked for, or that it was not; None where nothing says it.
    """

    name: str
    hue: int
    is_right: bool | None = None
    role: Role = "own"
    runs: tuple[str, ...] = ()  # `points` of polylines: a curve has gaps where it is not finite
    dots: tuple[tuple[float, float], ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()  # x, y, width, height
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """One pair of axes, ready for the page."""

    title: str
    x_label: str
    y_label: str
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    traces: tuple[Trace, ...]
    labels: tuple[Label, ...]
    right: float
    about: str
    left_out: int

    @property
    def has_refused(self) -> bool:
        """Whether some curve is not one that was asked for."""
        return any(trace.is_right is False for trace in self.traces)

    @property
    def has_solution(self) -> bool:
        """Whether what is right is drawn as well."""
        return any(trace.role != "own" for trace in self.traces)

    @property
    def is_own(self) -> bool:
        """Whether it is the student's, and not a solution alone."""
        return not self.has_solution or any(trace.role == "own" for trace in self.traces)


@dataclass
class _Axes:
    x: Scale
    y: Scale
    traces: list[Trace] = field(default_factory=list)
    ends: list[Label] = field(default_factory=list)


def draw_figure(
    name: str, figure: FigureValue, right: Collection[int] | None = None, solutions: Sequence[Solution] = ()
) -> tuple[Panel, ...]:
    """Return the panels of a figure; of very many the first.

    Args:
        name: the answer's.
        figure: what was drawn.
        right: the lines that were taken for curves that were asked for; None where none were asked for.
        solutions: what is drawn over the only panel; of none or several, in one of its own.
    """
    panels, first = [], 0
    over = solutions if len(figure.axes) == 1 else ()
    for axes in figure.axes[:MAX_PANELS]:
        count = len(axes.lines) + len(axes.points)
        verdicts = [None if right is None else index in right for index in range(first, first + count)]
        panels.append(_draw_panel(name, axes, verdicts, over))
        first += count
    if solutions and not over:
        empty = AxesEvidence(title="Solution", x_label=solutions[0].along, y_label=name, has_legend=False, lines=())
        panels.append(_draw_panel(name, empty, (), solutions))
    return tuple(panels)


def draw_estimates(
    name: str, along: str, xs: ArrayValue, ys: ArrayValue, solutions: Sequence[Solution] = ()
) -> tuple[Panel, ...]:
    """Return the student's own estimates over the places where they made them, in one panel."""
    points = LineEvidence(x=read_array(xs), y=read_array(ys), label=name)
    axes = AxesEvidence(title="", x_label=along, y_label=name, has_legend=False, lines=(), points=(points,))
    return draw_figure(name, FigureValue(axes=(axes,)), solutions=solutions)


def draw_bars(
    groups: Sequence[tuple[str, Sequence[tuple[float, float, float]]]], x_label: str, y_label: str, about: str
) -> Panel:
    """Return groups of bars in one panel.

    Args:
        groups: each with its label, and its bars: where one begins and ends, and how high it is.
        x_label: what is to the right.
        y_label: what is upward.
        about: what is to be seen, for who does not see it.
    """
    bars = tuple(
        BarsEvidence(
            left=tuple(low.hex() for low, _, _ in group),
            width=tuple((high - low).hex() for low, high, _ in group),
            bottom=((0.0).hex(),) * len(group),
            height=tuple(height.hex() for _, _, height in group),
            label=label,
        )
        for label, group in groups
    )
    axes = AxesEvidence(title="", x_label=x_label, y_label=y_label, has_legend=False, lines=(), bars=bars)
    return replace(_draw_panel("", axes, ()), about=about)


def read_array(array: ArrayValue) -> tuple[str, ...]:
    """Return an array's numbers as those of figures are written; integers are in decimal digits there."""
    return tuple(float(text).hex() for text in array.values) if array.dtype == "int" else array.values


def parse_numbers(texts: Sequence[str]) -> list[float]:
    """Return numbers as evidence writes them; what is none as NaN."""
    return [_parse(text) for text in texts]


def _parse(text: str) -> float:
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError):
        return float("nan")


def _draw_panel(
    name: str, panel: AxesEvidence, right: Sequence[bool | None], solutions: Sequence[Solution] = ()
) -> Panel:
    lines, points, bars = panel.lines[:MAX_CURVES], panel.points[:MAX_CURVES], panel.bars[:MAX_CURVES]
    solved = [*chain.from_iterable((*one.curves, *one.points, *one.bounds) for one in solutions)]
    axes = _build_axes(panel, [*lines, *points, *solved], bars)
    for group in bars:
        _add_bars(axes, group)
    for line, verdict in zip(lines, right, strict=False):
        _add_line(axes, line, is_right=verdict, is_scatter=False)
    for line, verdict in zip(points, right[len(panel.lines) :], strict=False):
        _add_line(axes, line, is_right=verdict, is_scatter=True)
    own = len(axes.traces)
    _add_solutions(axes, solutions)
    return Panel(
        title=_shorten(panel.title, _TITLE_CHARS),
        x_label=_shorten(panel.x_label, _TITLE_CHARS),
        y_label=_shorten(panel.y_label, _TITLE_CHARS),
        x_ticks=axes.x.list_ticks(),
        y_ticks=axes.y.list_ticks(),
        traces=tuple(axes.traces),
        labels=tuple(_spread(axes.ends)),
        right=axes.x.end,
        about=_describe(name, panel, axes.traces),
        left_out=sum(map(len, (panel.lines, panel.points, panel.bars))) - own,
    )


def _build_axes(panel: AxesEvidence, lines: Sequence[LineEvidence], bars: Sequence[BarsEvidence]) -> _Axes:
    xs = list(chain.from_iterable(parse_numbers(line.x) for line in lines))
    ys = list(chain.from_iterable(parse_numbers(line.y) for line in lines))
    for group in bars:
        for left, width, bottom, height in _list_bars(group):
            xs += [left, left + width]
            ys += [bottom, bottom + height]
    is_labelled = any(map(_is_label, (*(line.label for line in lines), *(group.label for group in bars))))
    return _Axes(
        build_scale(xs, LEFT, RIGHT if is_labelled else FARTHEST, is_log=panel.x_scale == "log"),
        build_scale(ys, BOTTOM, TOP, is_log=panel.y_scale == "log"),
    )


def _list_bars(group: BarsEvidence) -> Iterator[tuple[float, ...]]:
    columns = (group.left, group.width, group.bottom, group.height)
    yield from zip(*(parse_numbers(column[:MAX_PLACES]) for column in columns), strict=False)


def _add_bars(axes: _Axes, group: BarsEvidence) -> None:
    boxes = []
    for left, width, bottom, height in _list_bars(group):
        corners = axes.x.place(left), axes.x.place(left + width), axes.y.place(bottom), axes.y.place(bottom + height)
        x0, x1, y0, y1 = corners
        if x0 is None or x1 is None or y1 is None:
            continue
        floor = BOTTOM if y0 is None else y0  # the foot of a bar on a logarithmic axis
        boxes.append((min(x0, x1), min(floor, y1), abs(x1 - x0), abs(floor - y1)))
    centres = [left + width / 2 for left, width, *_ in _list_bars(group)]
    heights = [height for *_, height in _list_bars(group)]
    hue = len(axes.traces) % _HUES
    rows = _pick_rows(centres, heights)
    axes.traces.append(Trace(_name(group.label, axes), hue, boxes=tuple(boxes), rows=rows))
    if boxes and _is_label(group.label):
        x, y, width, _ = boxes[-1]
        axes.ends.append(Label(x + width + 6, y + 4, _shorten(group.label, _LABEL_CHARS), hue, None))


def _add_solutions(axes: _Axes, solutions: Sequence[Solution]) -> None:
    for solution in solutions:
        for line in solution.bounds:
            _add_line(axes, line, is_right=None, is_scatter=False, role="bound")
        for line in solution.curves:
            _add_line(axes, line, is_right=None, is_scatter=False, role="solution")
        for line in solution.points:
            _add_line(axes, line, is_right=None, is_scatter=True, role="solution")


def _add_line(axes: _Axes, line: LineEvidence, *, is_right: bool | None, is_scatter: bool, role: Role = "own") -> None:
    xs, ys = parse_numbers(line.x), parse_numbers(line.y)
    step = -(-len(xs) // MAX_PLACES) or 1
    places = [(axes.x.place(x), axes.y.place(y)) for x, y in zip(xs[::step], ys[::step], strict=False)]
    seen = [(x, y) for x, y in places if x is not None and y is not None]
    hue = len(axes.traces) % _HUES
    runs = () if is_scatter or len(seen) < 2 else tuple(join_runs(places))
    dots = () if runs else tuple(seen)
    rows = _pick_rows(xs, ys)
    name = f"{line.label}, by the solution" if role == "solution" else _name(line.label, axes)
    axes.traces.append(Trace(name, hue, is_right, role, runs=runs, dots=dots, rows=rows))
    if seen and _is_label(line.label) and role != "bound":
        x, y = max(seen)
        axes.ends.append(Label(x + 6, y + 4, _shorten(line.label, _LABEL_CHARS), hue, is_right, role))


def join_runs(places: Sequence[tuple[float | None, float | None]]) -> Iterator[str]:
    """Yield the pieces of a curve between its gaps."""
    run: list[str] = []
    for x, y in [*places, (None, None)]:
        if x is not None and y is not None:
            run.append(f"{x:.1f},{y:.1f}")
        elif run:
            yield " ".join(run)
            run = []


def _pick_rows(xs: Sequence[float], ys: Sequence[float]) -> tuple[tuple[str, str], ...]:
    """Return a few of the numbers, evenly chosen, first and last among them."""
    pairs = list(zip(xs, ys, strict=False))
    last = max(len(pairs) - 1, 1)
    chosen = sorted({round(index * last / (MAX_ROWS - 1)) for index in range(MAX_ROWS)}) if pairs else []
    return tuple((f"{pairs[one][0]:.4g}", f"{pairs[one][1]:.4g}") for one in chosen if one < len(pairs))


def _spread(labels: Sequence[Label]) -> Iterator[Label]:
    """Yield the labels at the curves' ends, moved apart where they would lie on each other."""
    ordered = sorted(labels, key=lambda label: label.y)
    lowest = BOTTOM + 4 - _GAP * (len(ordered) - 1)
    free = 0.0
    for index, label in enumerate(ordered):
        y = max(min(label.y, lowest + _GAP * index), free)
        free = y + _GAP
        yield replace(label, y=y)


def _describe(name: str, panel: AxesEvidence, traces: Sequence[Trace]) -> str:
    """Return in a sentence what is to be seen, for who does not see it."""
    words = {True: " (right)", False: " (not one that was asked for)", None: ""}
    drawn = ", ".join(f"{trace.name}{words[trace.is_right]}" for trace in traces) or "nothing"
    x_label, y_label = (_shorten(label, _TITLE_CHARS) or "no label" for label in (panel.x_label, panel.y_label))
    is_solution = bool(traces) and all(trace.role != "own" for trace in traces)
    return (
        f"{'The solution of' if is_solution else 'Your'} {name}: {drawn}. To the right: {x_label}; upward: {y_label}."
    )


def _is_label(label: str) -> bool:
    return bool(label.strip()) and not label.startswith("_")  # Matplotlib's names for what has none


def _name(label: str, axes: _Axes) -> str:
    return _shorten(label, _TITLE_CHARS) if _is_label(label) else f"curve {len(axes.traces) + 1}, without a label"


def _shorten(text: str, limit: int) -> str:
    shown = read_aloud(text[: 10 * limit])
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
