"""Says what judging again changes: which points move, because of which check and which change of the course.

Pure: two reports and two versions of a course in, plain records out. Decides no mark.
"""

from grader.changes.moves import Move, MovedCheck, compare_reports
from grader.changes.version import CourseVersion, describe_version, parse_version, render_version

__all__ = [
    "CourseVersion",
    "Move",
    "MovedCheck",
    "compare_reports",
    "describe_version",
    "parse_version",
    "render_version",
]
