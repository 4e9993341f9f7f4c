"""The table at the end of a batch: one line per student."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from grader.batch.run import EntryResult
from grader.model import Report
from grader.report import format_points
from grader.report.remarks import first_remark
from grader.report.text import draw, plain

DEFAULT_WIDTH = 120


def render_summary(results: Sequence[EntryResult], *, width: int = DEFAULT_WIDTH, color: bool = False) -> str:
    """Return the table: student, score, what waits for a person, what we owe, and the first remark."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("student", ratio=2)
    for name in ("score", "pending", "ungraded"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("first remark", ratio=5, no_wrap=True, overflow="ellipsis")
    for result in results:
        table.add_row(*_row(result))
    refused = sum(result.status == "refused" for result in results)
    total = plain(f"{len(results)} student{'' if len(results) == 1 else 's'}, {refused} refused")
    return draw([table, total], width=width, color=color)


def _row(result: EntryResult) -> tuple[Text, ...]:
    student = plain(result.entry.student)
    if result.report is None:
        return (student, plain("–"), plain("–"), plain("–"), plain(f"refused: {result.reason}", "red"))
    return (student, *(plain(cell) for cell in points_cells(result.report)), plain(remark_on(result), "dim"))


def points_cells(report: Report) -> tuple[str, str, str]:
    """Return score/max, pending and ungraded as text; nothing where they are zero."""
    pending, owed = (format_points(points) if points else "" for points in (report.pending, report.ungraded))
    return (f"{format_points(report.score)}/{format_points(report.max)}", pending, owed)


def remark_on(result: EntryResult) -> str:
    """Return the one thing to say about a graded student: our fault, a note on the hand-in, or the first failure."""
    if result.report is None or result.reason:
        return result.reason
    parts = (part for exercise in result.report.exercises for part in exercise.parts)
    return next(iter(result.report.notes), "") or first_remark(parts)
