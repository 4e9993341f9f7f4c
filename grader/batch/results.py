"""What a batch says of each student, and how much of it is kept: a line each, never every report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from grader import pipeline
from grader.model import Report
from grader.report.points import format_points
from grader.report.remarks import first_remark
from grader.submission import Entry

Status = Literal["graded", "refused"]
_REMARK_CHARS = 200
NOTHING = "–"  # where no points were decided, which is not the same as none


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """A report in one line: points as text (nothing where they are zero), and the first remark."""

    score: str
    pending: str
    ungraded: str
    remark: str
    is_ungraded: bool


def summarize_report(report: Report) -> ReportSummary:
    """Return a report's line."""
    pending, ungraded = (format_points(points) if points else "" for points in (report.pending, report.ungraded))
    remark = next(iter(report.notes), "") or first_remark(report.list_parts())
    decided = format_points(report.score) if report.ungraded < report.max else NOTHING  # nobody is to read a zero there
    score = f"{decided}/{format_points(report.max)}" if report.max else NOTHING
    return ReportSummary(score, pending, ungraded, remark[:_REMARK_CHARS], pipeline.is_ungraded(report))


@dataclass(frozen=True)
class EntryResult:
    """How one student's entry ended. `reason` says why it was refused; `reused` that nothing had to be run again.

    `summary` follows from the report and stays when the report is let go.
    """

    entry: Entry
    status: Status
    reason: str = ""
    report: Report | None = None
    reused: bool = False
    summary: ReportSummary | None = None

    def __post_init__(self) -> None:
        """Write the line while the report is there."""
        if self.report is not None and self.summary is None:
            object.__setattr__(self, "summary", summarize_report(self.report))

    def without_report(self) -> EntryResult:
        """Return what can be kept for a class of any size."""
        return replace(self, report=None)


OnDone = Callable[[EntryResult, int, int], None]


@dataclass(frozen=True)
class BatchSummary:
    """All entries in the order of the folder."""

    results: tuple[EntryResult, ...]

    @property
    def is_ungraded(self) -> bool:
        """Whether something could not be decided because of a mistake on our side."""
        return any(result.summary is not None and result.summary.is_ungraded for result in self.results)
