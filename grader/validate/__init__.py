"""Verifies the course itself with the judge that students meet: reference, starter, mistakes, tolerances, mutants.

Runs without a sandbox, for all code that it runs is the author's. Knows course and reference; must never see a
submission.
"""

from grader.validate.course import validate_course
from grader.validate.issues import Issue
from grader.validate.render import render_validation
from grader.validate.result import Validation, build_json

__all__ = ["Issue", "Validation", "build_json", "render_validation", "validate_course"]
