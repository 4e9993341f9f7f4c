"""Proves the course itself with the judge that students meet: reference, starter, mistakes, tolerances, mutants.

Runs without a sandbox, for all code that it runs is the author's. Knows course and reference; must never see a
submission.
"""

from grader.validate.flaws import Flaw
from grader.validate.render import render_validation
from grader.validate.result import Validation, build_json
from grader.validate.run import validate_course

__all__ = ["Flaw", "Validation", "build_json", "render_validation", "validate_course"]
