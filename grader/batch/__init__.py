"""Many students: one evidence and one report each, whatever any of them submitted.

Knows the output folder and the order of work. Must never let one student, or our failure on one, stop the class,
and never follows a link when it writes.
"""

from grader.batch.dispatch import BatchOptions, run_batch
from grader.batch.index import render_rows
from grader.batch.regrading import OnJudged, Regraded, list_evidence, regrade
from grader.batch.results import BatchSummary, EntryResult, OnDone
from grader.batch.store import parse_evidence, read_evidence, render_evidence, write_report
from grader.batch.summary import render_summary
from grader.batch.worker import Setup

__all__ = [
    "BatchOptions",
    "BatchSummary",
    "EntryResult",
    "OnDone",
    "OnJudged",
    "Regraded",
    "Setup",
    "list_evidence",
    "parse_evidence",
    "read_evidence",
    "regrade",
    "render_evidence",
    "render_rows",
    "render_summary",
    "run_batch",
    "write_report",
]
