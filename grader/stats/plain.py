"""The class page as text for a terminal, and as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table

from grader.report.drawing import draw, plain
from grader.report.points import format_points, json_points
from grader.report.text import WORDS
from grader.stats.curves import Panel
from grader.stats.numbers import ClassStats
from grader.stats.page import show_mean
from grader.stats.sharing import ENOUGH, SharedStats
from grader.stats.slopes import SlopeChart
from grader.stats.words import describe_chart, describe_class, describe_runs, name_ending, show_seconds

SCHEMA = "grader/stats/v1"
_FEW = "none that five students share"  # and nobody learns whether fewer do
_FIRST = 10  # of a list


def render_text(stats: ClassStats | SharedStats, *, width: int, color: bool) -> str:
    """Return the page's tables, as wide as a terminal."""
    shown = _list_shared(stats) if isinstance(stats, SharedStats) else _list_staff(stats)
    return draw(shown, width=width, color=color)


def _list_staff(stats: ClassStats) -> Iterable[RenderableType]:
    yield plain(describe_class(stats), "bold")
    for message, count in stats.broken:
        yield plain(f"! not graded, {count}: {message}")
    if not stats.graded:
        return
    if stats.scores is not None and stats.scores.quartiles is not None:
        low, median, high = map(format_points, stats.scores.quartiles)
        yield plain(f"Scores: median {median} of {format_points(stats.scores.max)}, quartiles {low} and {high}")
    yield _table(
        "What to teach next",
        ("cause", "part", "students", "points"),
        [(one.title, _name(one.parts), one.students, format_points(one.lost)) for one in stats.lessons[:_FIRST]],
    )
    yield _table(
        "Parts",
        ("part", "mean", "students", "disc.", "time", "halted", "⚠"),
        [
            (
                row.id,
                show_mean(row),
                ", ".join(f"{count} {WORDS[state]}" for state, count in row.counts.items() if count),
                "–" if row.discrimination is None else f"{row.discrimination:.2f}",
                show_seconds(row.median_s),
                row.halted or "",
                "; ".join(row.unusual),
            )
            for row in stats.parts
        ],
    )
    yield _table(
        "Known mistakes",
        ("mistake", "students", "parts", "points"),
        [(row.title, row.count, " ".join(row.parts), format_points(row.lost)) for row in stats.mistakes],
    )
    yield _table("Theorems violated", ("theorem", "students"), [(row.title, row.count) for row in stats.theorems])
    for chart in stats.charts:
        yield plain(f"{describe_chart(chart)}.")
    yield _table(
        "Checks that say nothing",
        ("check", "students", ""),
        [(one.id, one.count, "all right" if one.is_right else "always wrong") for one in stats.silent],
    )
    yield _table("Runs", ("ending", "students"), [(name_ending(one.kind), one.count) for one in stats.endings])
    if stats.runs is not None:
        yield plain(describe_runs(stats.runs))
    yield _table("Imports that are not there", ("module", "students"), stats.modules)
    yield _table(
        "Marking",
        ("part", "marker", "texts", "mean", "kappa"),
        [(row.part, row.who, row.count, format_points(row.mean), row.kappa) for row in stats.marking],
    )
    yield _table(
        "Requests for another look",
        ("about", "requests", "to be answered", "changed"),
        [(row.about, row.count, row.waiting, row.changed) for row in stats.requests],
    )


def _list_shared(shared: SharedStats) -> Iterable[RenderableType]:
    if shared.count is None:
        yield plain(f"Fewer than {ENOUGH} students are graded: nothing is shared.")
        return
    yield plain(f"{shared.count.words} students", "bold")
    bins = [(f"{one.low:g} to {one.high:g}", one.count.words) for one in shared.bins]
    yield _table("Scores", ("points", "students"), bins)
    lessons = [(title, " ".join(parts), count.words) for title, parts, count in shared.lessons]
    yield _table("What to teach next", ("cause", "part", "students"), lessons, _FEW)
    parts = [
        (part.id, WORDS[state], count.words)
        for part in shared.parts
        for state, count in (part.counts or {}).items()
        if count.low
    ]
    yield _table("Parts", ("part", "state", "students"), parts)
    mistakes = [(row[0], row[2].words) for row in shared.mistakes]
    yield _table("Known mistakes", ("mistake", "students"), mistakes, _FEW)
    theorems = [(name, one.words) for name, one in shared.theorems]
    yield _table("Theorems violated", ("theorem", "students"), theorems, _FEW)
    for chart in shared.charts:
        yield plain(f"{describe_chart(chart)}.")
    endings = [(name_ending(kind), one.words) for kind, one in shared.endings]
    yield _table("Runs", ("ending", "students"), endings, _FEW)


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[object]], nothing: str = "none") -> RenderableType:
    if not rows:
        return plain(f"{title}: {nothing}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=plain(title, "bold"), title_justify="left")
    for name in names:
        table.add_column(name, justify="right" if name in {"points", "halted"} else "left")
    for row in rows:
        table.add_row(*(plain(str(cell)) for cell in row))
    return table


def _name(parts: Sequence[str]) -> str:
    return " ".join(parts[:3]) + (" …" if len(parts) > 3 else "")


def render_json(stats: ClassStats | SharedStats) -> str:
    """Return the numbers as JSON, schema `grader/stats/v1`: of curves how many there are, not the curves."""
    panels = [_summarize(panel) for panel in stats.panels]
    charts = [_summarize_chart(chart) for chart in stats.charts]
    data = asdict(replace(stats, panels=(), charts=()))
    is_shared = isinstance(stats, SharedStats)
    audience = "everybody" if is_shared else "staff"
    whole = {"schema": SCHEMA, "audience": audience, **data, "panels": panels, "charts": charts}
    return json.dumps(_simplify(whole), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _summarize(panel: Panel) -> dict[str, Any]:
    return {name: getattr(panel, name) for name in ("part", "answer", "group", "accepted", "refused", "left_out")}


def _summarize_chart(chart: SlopeChart) -> dict[str, Any]:
    names = ("title", "answers", "medians", "outside")
    return {name: getattr(chart, name) for name in names} | {"rows": [asdict(row) for row in chart.rows]}


def _simplify(value: Any) -> Any:
    if isinstance(value, Fraction):
        return json_points(value)
    if isinstance(value, dict):
        return {key: _simplify(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_simplify(item) for item in value]
    return value
