"""The table at the end of a batch: one line per student."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from grader.batch.results import EntryResult
from grader.report.drawing import draw, plain

DEFAULT_WIDTH = 120
_ROWS = 300  # beyond this nobody reads a table, and drawing it would take minutes


def render_summary(results: Sequence[EntryResult], *, width: int = DEFAULT_WIDTH, color: bool = False) -> str:
    """Return the table: student, points, those that wait for a person, those that are ungraded, and the first remark.

    Of a large class only those are shown that need somebody: refused, or ungraded.
    """
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("student", ratio=2)
    for name in ("score", "pending", "ungraded"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("first remark", ratio=5, no_wrap=True, overflow="ellipsis")
    shown = results if len(results) <= _ROWS else [result for result in results if _needs_somebody(result)][:_ROWS]
    for result in shown:
        table.add_row(*_row(result))
    return draw([table, plain(_total(results, len(shown)))], width=width, color=color)


def _total(results: Sequence[EntryResult], shown: int) -> str:
    refused = sum(result.status == "refused" for result in results)
    total = f"{len(results)} student{'' if len(results) == 1 else 's'}, {refused} refused"
    return total if shown == len(results) else f"{total}; {len(results) - shown} not shown"


def _needs_somebody(result: EntryResult) -> bool:
    return result.summary is None or result.summary.is_ungraded


def _row(result: EntryResult) -> tuple[Text, ...]:
    student = plain(result.entry.student)
    summary = result.summary
    if summary is None:
        return (student, plain("–"), plain("–"), plain("–"), plain(f"refused: {result.reason}", "red"))
    points = (plain(cell) for cell in (summary.score, summary.pending, summary.ungraded))
    return (student, *points, plain(result.reason or summary.remark, "dim"))
