"""Grading in other people's machinery: pull requests on GitHub, merge requests on GitLab, Gradescope.

Knows events, git and the forms that services read. Must never check anything out, run a hook or a filter, or take the
course, the grader or a policy from what a student proposes: of that, files are read as data and nothing else.
"""

from grader.ci.gradescope_zip import build_autograder

__all__ = ["build_autograder"]
