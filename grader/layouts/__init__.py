"""What comes in: a folder, a zip or a tar, as a learning management system (LMS) gives it, sorted into students.

Knows how downloads of Canvas, Moodle, Blackboard, Brightspace and Gradescope are laid out, and repositories of one
student each, and how an archive is unpacked within bounds. Must never guess whose work something is, and never open
what a student wrote but to copy it.
"""

from grader.layouts.arrival import Arrival, Known, Reading, read_arrival
from grader.layouts.recognition import LAYOUTS, PLAIN

__all__ = ["LAYOUTS", "PLAIN", "Arrival", "Known", "Reading", "read_arrival"]
