"""How the scores of the class are spread, for its students: a histogram in which nobody can be found."""

from __future__ import annotations

from dataclasses import dataclass

from grader.feedback.plot import Panel, draw_bars
from grader.model import Report
from grader.release import Spread
from grader.report.points import format_points, name_points


@dataclass(frozen=True)
class Histogram:
    """The scores of an assignment, drawn; `rows` are the same for a table: range, students, whether one's own."""

    title: str
    students: int
    panel: Panel
    rows: tuple[tuple[str, int, bool], ...]


def draw_histogram(spread: Spread, report: Report) -> Histogram:
    """Return the histogram of a class, with the bin in which the student's own score lies."""
    own = spread.find_bin(report)
    step = spread.bins[-1].high / 10  # bins that were joined are wider, so the area of a bar shows its students
    groups: dict[str, list[tuple[float, float, float]]] = {"": [], "you": []}
    for one in spread.bins:
        height = float(one.count * step / (one.high - one.low))
        groups["you" if one == own else ""].append((float(one.low), float(one.high), height))
    told = ", ".join(
        f"{format_points(one.low)} to {format_points(one.high)} points: {one.count} students" for one in spread.bins
    )
    panel = draw_bars(
        [(label, bars) for label, bars in groups.items() if bars],
        "points",
        f"students in {name_points(step)}",
        f"Scores of {spread.students} students. {told}.",
    )
    rows = tuple(
        (f"{format_points(one.low)} to {format_points(one.high)}", one.count, one == own) for one in spread.bins
    )
    return Histogram(spread.assignment.title, spread.students, panel, rows)
