"""Who may see what when: from `release.yaml`, due moments, the moment and the class to what a report shows.

Pure. Knows no file and no clock, and changes no score: a report is cut down to what a stage shows, and every writer of
something that a student may read writes that and nothing else. Without the file nothing is withheld.
"""

from grader.release.spread import Spread, Spreads, choose_spreads, measure_spreads, strip_report
from grader.release.stages import (
    STAGES,
    Left,
    Stage,
    describe_begin,
    find_request_ends,
    find_stages,
    list_running,
    measure_left,
    shows_feedback,
    shows_scores,
)
from grader.release.withhold import UNKNOWN, Receipt, build_receipt, describe_receipt, withhold

__all__ = [
    "STAGES",
    "UNKNOWN",
    "Left",
    "Receipt",
    "Spread",
    "Spreads",
    "Stage",
    "build_receipt",
    "choose_spreads",
    "describe_begin",
    "describe_receipt",
    "find_request_ends",
    "find_stages",
    "list_running",
    "measure_left",
    "measure_spreads",
    "shows_feedback",
    "shows_scores",
    "strip_report",
    "withhold",
]
