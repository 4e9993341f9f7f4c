"""Many students: one evidence and one report each, whatever any of them handed in.

Knows the output folder and the order of work. Must never let one student, or our failure on one, stop the class,
and never follows a link when it writes.
"""

from grader.batch.again import Rejudged, judge_again
from grader.batch.run import BatchOptions, BatchSummary, EntryResult, run_batch
from grader.batch.store import parse_evidence, read_evidence, render_evidence, write_report
from grader.batch.summary import render_summary

__all__ = [
    "BatchOptions",
    "BatchSummary",
    "EntryResult",
    "Rejudged",
    "judge_again",
    "parse_evidence",
    "read_evidence",
    "render_evidence",
    "render_summary",
    "run_batch",
    "write_report",
]
