"""Shows a `Report`: text, JSON. Escapes everything that came from a student.

Knows wording, order and layout. Must never decide anything: an outcome, a score or a status is shown as it came.
"""

from grader.report.escape import escape
from grader.report.json import render_json
from grader.report.points import format_points
from grader.report.text import render_text

__all__ = ["escape", "format_points", "render_json", "render_text"]
