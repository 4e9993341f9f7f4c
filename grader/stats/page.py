"""The class page as HTML: one self-contained file without a script; the marking page shows the same parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader

from grader.feedback.page import build_environment, build_style, seal
from grader.model import PartStatus
from grader.report.points import format_points
from grader.report.text import WORDS
from grader.stats.numbers import STATES, ClassStats, PartRow, Scores
from grader.stats.sharing import SharedStats
from grader.stats.words import WAYS, describe_chart, describe_class, describe_runs, name_ending, show_seconds

WIDTH, HEIGHT, FLOOR, ROOF, ASIDE = 460, 150, 120, 14, 14  # of the distribution's paper
LOADER = ChoiceLoader([PackageLoader("grader.stats"), PackageLoader("grader.feedback")])


@dataclass(frozen=True)
class Column:
    """A bar of the distribution on the paper, and what it says."""

    x: float
    width: float
    y: float
    label: str
    count: str


@dataclass(frozen=True)
class Histogram:
    """The distribution of scores, ready for the page; `marks` are the places of median and quartiles."""

    columns: tuple[Column, ...]
    marks: tuple[float, ...]
    high: str
    about: str


def render_page(stats: ClassStats | SharedStats) -> str:
    """Return the whole page: of `ClassStats` for staff, of `SharedStats` for everybody."""
    style = build_style("Class page") + read_class_style()
    if isinstance(stats, SharedStats):
        return seal(_environment().get_template("shared.html"), style, stats=stats, shared=build_shared(stats))
    return seal(_environment().get_template("staff.html"), style, stats=stats, view=build_view(stats))


@cache
def _environment() -> Environment:
    return extend_environment(build_environment(LOADER))


def extend_environment(environment: Environment) -> Environment:
    """Return the environment with what the class page's templates need."""
    environment.globals |= {"STATES": STATES, "sheet": {"W": WIDTH, "H": HEIGHT, "FLOOR": FLOOR}}
    environment.globals |= {
        "describe": describe_class,
        "ending": name_ending,
        "mean": show_mean,
        "seconds": show_seconds,
        "runs": describe_runs,
    }
    environment.globals |= {"WAYS": WAYS, "describe_chart": describe_chart}
    return environment


@cache
def read_class_style() -> str:
    """Return what the class page adds to the feedback page's style sheet."""
    return files("grader.stats").joinpath("templates/class.css").read_text(encoding="utf-8")


# ---------------------------------------------------------------- what is shown


@dataclass(frozen=True)
class View:
    """What the templates show of the staff's page beside its numbers. `sort` is the column that parts are sorted by."""

    histogram: Histogram | None
    parts: tuple[PartRow, ...]
    bars: Mapping[str, tuple[tuple[str, float, float], ...]]
    words: Mapping[str, str]
    sort: str = ""


@dataclass(frozen=True)
class SharedView:
    """The same for everybody."""

    histogram: Histogram | None
    bars: Mapping[str, tuple[tuple[str, float, float], ...]]
    words: Mapping[str, str]


# Each sorts what deserves a look first.
SORTS: dict[str, Callable[[PartRow], tuple[float, ...]]] = {
    "mean": lambda row: (2.0,) if row.mean is None else (float(row.mean / row.max),),
    "right": lambda row: (row.counts["pass"] / (sum(row.counts.values()) or 1),),
    "discrimination": lambda row: (2.0,) if row.discrimination is None else (row.discrimination,),
    "time": lambda row: (-(row.median_s or 0.0),),
    "halted": lambda row: (-row.halted,),
}


def build_view(stats: ClassStats, sort: str = "") -> View:
    """Return what the staff's page shows; an order that is not known is the course's."""
    key = SORTS.get(sort)
    return View(
        histogram=_draw_scores(stats.scores),
        parts=tuple(sorted(stats.parts, key=key)) if key else stats.parts,
        bars={row.id: _stretch(row.counts) for row in stats.parts},
        words={
            row.id: ", ".join(f"{count} {WORDS[state]}" for state, count in row.counts.items() if count)
            for row in stats.parts
        },
        sort=sort if key else "",
    )


def build_shared(shared: SharedStats) -> SharedView:
    """Return what the page for everybody shows."""
    shown = {part.id: part.counts for part in shared.parts if part.counts is not None}
    said = {part: {state: count for state, count in counts.items() if count.low} for part, counts in shown.items()}
    return SharedView(
        histogram=_draw_groups(shared),
        bars={part: _stretch({state: count.low for state, count in counts.items()}) for part, counts in shown.items()},
        words={
            part: ", ".join(f"{count.words} {WORDS[state]}" for state, count in counts.items())
            + ("; of each other state fewer than 5" if len(counts) < len(shown[part]) else "")
            for part, counts in said.items()
        },
    )


def _stretch(counts: Mapping[PartStatus, int]) -> tuple[tuple[str, float, float], ...]:
    """Return the counts as stretches of a bar: state, where it begins, how long it is, in percent."""
    total = sum(counts.values())
    found, start = [], 0
    for state, count in counts.items():
        if count:
            found.append((state, round(100 * start / total, 2), round(100 * count / total, 2)))
        start += count
    return tuple(found)


def _draw_scores(scores: Scores | None) -> Histogram | None:
    if scores is None or scores.quartiles is None:
        return None
    low, median, high = scores.quartiles
    about = (
        f"Scores of {scores.count} students, of {format_points(scores.max)} automatic points: median "
        f"{format_points(median)}, quartiles {format_points(low)} and {format_points(high)}."
    )
    rows = [(float(one.low), float(one.high), one.count, str(one.count)) for one in scores.bins]
    return _draw(rows, [float(value) for value in scores.quartiles], about)


def _draw_groups(shared: SharedStats) -> Histogram | None:
    if shared.count is None or not shared.bins:
        return None
    about = f"Scores of {shared.count.words} students in {len(shared.bins)} bins of at least 5 students."
    return _draw([(one.low, one.high, one.count.low, one.count.words) for one in shared.bins], [], about)


def _draw(rows: Sequence[tuple[float, float, int, str]], marks: Sequence[float], about: str) -> Histogram:
    """Return bars whose areas are the counts."""
    most = rows[-1][1]
    scale = (WIDTH - 2 * ASIDE) / most
    tallest = max(count / (high - low) for low, high, count, _ in rows) or 1.0
    columns = []
    for low, high, count, words in rows:
        height = (FLOOR - ROOF) * count / (high - low) / tallest
        label = f"{low:g} to {high:g}"
        columns.append(Column(ASIDE + low * scale, (high - low) * scale, FLOOR - height, label, words))
    return Histogram(tuple(columns), tuple(ASIDE + mark * scale for mark in marks), f"{most:g}", about)


def show_mean(row: PartRow) -> str:
    """Return a part's mean, of how many points."""
    return "–" if row.mean is None else f"{format_points(_round(row.mean))} of {format_points(row.max)}"


def _round(points: Fraction) -> Fraction:
    return Fraction(round(points * 100), 100)
