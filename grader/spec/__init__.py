"""Reads the author's YAML into a `Course`, strictly. Knows nothing of students, the sandbox or reference values."""

from grader.spec.load import find_course, load_course, read_near_id, read_options
from grader.spec.placement import choose_course

__all__ = ["choose_course", "find_course", "load_course", "read_near_id", "read_options"]
