"""Reads the author's YAML into a `Course`, strictly. Knows nothing of students, the sandbox or reference values."""

from grader.spec.load import find_course, load_course

__all__ = ["find_course", "load_course"]
