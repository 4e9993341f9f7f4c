"""A repository with a base, as the tests of `grader ci` have it."""

from tests.ci.conftest import bare_runner

__all__ = ["bare_runner"]
