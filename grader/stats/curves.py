"""Everybody's curves of an answer, on one pair of axes: accepted ones below, refused ones above them.

Curves are drawn by us from the numbers that students estimated or plotted, never a picture of theirs.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from grader.course import Answer, Course
from grader.feedback.page import find_right_lines
from grader.feedback.plot import BOTTOM, FARTHEST, LEFT, TOP, join_runs, parse_numbers, read_array
from grader.feedback.scale import Scale, build_scale
from grader.feedback.work import Work
from grader.judge.decoding import read_number
from grader.judge.describe import Invalid
from grader.judge.evidence import Answers
from grader.judge.rules.figure import FigureCheck
from grader.judge.rules.statistic import StatisticCheck
from grader.model import ArrayValue, Evidence, FigureValue, Report

MOST_STUDENTS = 200  # whose curves are drawn
MOST_CURVES = 400  # in a panel
MOST_PANELS = 24
MOST_PLACES = 100  # of a curve
MOST_LINES = 24  # of one student's figure
TABLE_ROWS = 8


@dataclass(frozen=True)
class Drawn:
    """A curve of a student. `group` is what they declared, in words; curves with other declarations lie elsewhere."""

    part: str
    answer: str
    along: str
    group: str
    student: str
    is_accepted: bool
    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True)
class TableRow:
    """Between which places, and the medians of accepted and refused curves there."""

    low: str
    high: str
    accepted: str
    refused: str


@dataclass(frozen=True)
class Panel:
    """One pair of axes, ready for the page."""

    part: str
    answer: str
    along: str
    group: str
    accepted: int
    refused: int
    left_out: int
    curves: tuple[Drawn, ...]  # that are drawn
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    accepted_runs: tuple[str, ...]
    refused_runs: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def who(self) -> tuple[str, ...]:
        """The students whose curves are refused."""
        return tuple(dict.fromkeys(one.student for one in self.curves if not one.is_accepted))


def find_drawing_checks(course: Course) -> frozenset[str]:
    """Return the checks, by the id that reports give them, of answers that are drawn: as curves or in slope charts."""
    joined = {name for exercise in course.exercises for slope in exercise.slopes for name in (slope.from_, slope.to)}
    return frozenset(
        f"{part.id}.{check.id}"
        for exercise in course.exercises
        for part in exercise.parts
        for check in part.checks
        if (isinstance(check, StatisticCheck) and check.along is not None)
        or isinstance(check, FigureCheck)
        or check.answer in joined
    )


def is_drawn(report: Report, checks: Collection[str]) -> bool:
    """Return whether a student answered anything that is drawn: only then is evidence needed."""
    return any(check.id in checks and check.outcome in {"pass", "fail"} for check in report.list_checks())


def list_curves(course: Course, report: Report, evidence: Evidence) -> Iterator[Drawn]:
    """Yield the curves of a student that were judged: estimates along an answer, and the lines of figures."""
    work, answers = Work(course, report, evidence), Answers(evidence, ())  # whatever is a text is not drawn
    for part in report.list_parts():
        results = {check.id: check for check in part.checks}
        asked = work.parts.get(part.id)
        if asked is None:
            continue
        for check in asked.checks:
            if isinstance(check, StatisticCheck) and check.along is not None:
                result = results.get(f"{part.id}.{check.id}")
                if result is not None and result.outcome in {"pass", "fail"}:
                    yield from _read_estimates(work, answers, part.id, check, is_accepted=result.outcome == "pass")
        for answer in asked.answers:
            value = answers.get(answer.name).value
            right = find_right_lines(work, answer.name, part)
            if isinstance(value, FigureValue) and right is not None:
                yield from _read_lines(report.student, part.id, answer.name, value, right)


def _read_estimates(
    work: Work, answers: Answers, part: str, check: StatisticCheck, *, is_accepted: bool
) -> Iterator[Drawn]:
    along = check.along or ""
    xs, ys = (answers.get(name).value for name in (along, check.answer))
    if isinstance(xs, ArrayValue) and isinstance(ys, ArrayValue):
        points = _thin(parse_numbers(read_array(xs)), parse_numbers(read_array(ys)))
        group = ", ".join(_declare(work, answers, part, check))
        yield Drawn(part, check.answer, along, group, work.report.student, is_accepted, *points)


def _declare(work: Work, answers: Answers, part: str, check: StatisticCheck) -> Iterator[str]:
    """Yield what a student declared of the optional numbers that the truth depends on, or what holds without."""
    asked: Mapping[str, Answer] = {answer.name: answer for answer in work.parts[part].answers}
    for name in check.uses:
        answer = asked.get(name)
        if answer is None or answer.kind != "number" or answer.default is None:
            continue
        number = read_number(answers.get(name).value)
        low, high = answer.range or (-math.inf, math.inf)
        holds = answer.default if isinstance(number, Invalid) or not low <= number <= high else number
        yield f"{name} = {holds:.3g}"


def _read_lines(student: str, part: str, name: str, figure: FigureValue, right: set[int]) -> Iterator[Drawn]:
    index = 0
    for axes in figure.axes:
        for line in (*axes.lines, *axes.points):
            if index < MOST_LINES:
                points = _thin(parse_numbers(line.x), parse_numbers(line.y))
                yield Drawn(part, name, "", "", student, index in right, *points)
            index += 1


def _thin(xs: Sequence[float], ys: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    step = max(1, -(-min(len(xs), len(ys)) // MOST_PLACES))
    pairs = list(zip(xs, ys, strict=False))[::step]
    return tuple(x for x, _ in pairs), tuple(y for _, y in pairs)


# ---------------------------------------------------------------- on the paper


def build_panels(curves: Sequence[Drawn]) -> tuple[Panel, ...]:
    """Return a panel for each answer and declaration, in the order of the parts, those of most curves first."""
    found: dict[tuple[str, str], dict[str, list[Drawn]]] = {}
    for one in curves:
        found.setdefault((one.part, one.answer), {}).setdefault(one.group, []).append(one)
    ordered = (
        group for groups in found.values() for _, group in sorted(groups.items(), key=lambda x: (-len(x[1]), x[0]))
    )
    return tuple(build_panel(group) for group, _ in zip(ordered, range(MOST_PANELS), strict=False))


def build_panel(curves: Sequence[Drawn]) -> Panel:
    """Return the panel of these curves, of which there is at least one; of very many it shows the first."""
    shown = tuple(curves[:MOST_CURVES])
    first = shown[0]
    accepted, refused = ([one for one in shown if one.is_accepted is verdict] for verdict in (True, False))
    x, y = _build_scales(accepted or shown)
    return Panel(
        part=first.part,
        answer=first.answer,
        along=first.along,
        group=first.group,
        accepted=len(accepted),
        refused=len(refused),
        left_out=len(curves) - len(shown),
        curves=shown,
        x_ticks=tuple(x.list_ticks()),
        y_ticks=tuple(y.list_ticks()),
        accepted_runs=tuple(chain.from_iterable(_draw(one, x, y) for one in accepted)),
        refused_runs=tuple(chain.from_iterable(_draw(one, x, y) for one in refused)),
        rows=tuple(_build_rows(accepted, refused, x)),
    )


def _build_scales(curves: Sequence[Drawn]) -> tuple[Scale, Scale]:
    """Return scales on which the given curves can be told apart, with as much room again above and below."""
    x = build_scale(chain.from_iterable(one.xs for one in curves), LEFT, FARTHEST)
    finite = sorted(y for one in curves for y in one.ys if math.isfinite(y)) or [0.0, 1.0]
    low, high = finite[len(finite) // 50], finite[-1 - len(finite) // 50]  # a few outliers flatten nothing
    room = (high - low) / 2
    return x, build_scale((low - room, high + room) if math.isfinite(room) else (0.0, 1.0), BOTTOM, TOP)


def _draw(curve: Drawn, x: Scale, y: Scale) -> Iterator[str]:
    return join_runs([_place(x, y, one, other) for one, other in zip(curve.xs, curve.ys, strict=True)])


def _place(x: Scale, y: Scale, one: float, other: float) -> tuple[float | None, float | None]:
    """Return a place on the paper; none for what lies outside the axes."""
    across, up = x.place(one), y.place(other)
    if across is None or up is None or not (LEFT <= across <= FARTHEST and TOP <= up <= BOTTOM):
        return None, None
    return across, up


def _build_rows(accepted: Sequence[Drawn], refused: Sequence[Drawn], x: Scale) -> Iterator[TableRow]:
    width = (x.high - x.low) / TABLE_ROWS
    for index in range(TABLE_ROWS):
        low, high = x.low + index * width, x.low + (index + 1) * width
        medians = (_find_median(curves, low, high) for curves in (accepted, refused))
        yield TableRow(f"{low:.3g}", f"{high:.3g}", *medians)


def _find_median(curves: Sequence[Drawn], low: float, high: float) -> str:
    found = [y for one in curves for x, y in zip(one.xs, one.ys, strict=True) if low <= x < high and math.isfinite(y)]
    return f"{statistics.median_low(found):.4g}" if found else "–"
