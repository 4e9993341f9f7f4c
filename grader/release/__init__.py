"""Who may see what when: from `release.yaml`, due moments, the moment and the class to what a report shows.

Pure. Knows no file and no clock, and changes no score: a report is cut down to what a stage shows, and every writer of
something that a student may read writes that and nothing else. Without the file nothing is withheld.
"""

from grader.release.stages import (
    STAGES,
    Left,
    Stage,
    find_request_ends,
    find_stages,
    list_running,
    measure_left,
    shows_feedback,
)
from grader.release.withhold import build_receipt, describe_receipt, withhold

__all__ = [
    "STAGES",
    "Left",
    "Stage",
    "build_receipt",
    "describe_receipt",
    "find_request_ends",
    "find_stages",
    "list_running",
    "measure_left",
    "shows_feedback",
    "withhold",
]
