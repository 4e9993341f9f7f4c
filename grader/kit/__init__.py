"""What students get of a course: starters, data, and a check that knows what they may know of the course.

Knows which part of a course is public, and copies nothing else. Grades nothing, and runs none of the author's code.
"""

from grader.kit.build import build_kit
from grader.kit.public_course import build_public_course, compile_public_course, list_public_theorems

__all__ = ["build_kit", "build_public_course", "compile_public_course", "list_public_theorems"]
