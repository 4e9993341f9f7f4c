"""Mistakes that nobody has named: wrong results that students share, and what change of the reference gives them.

Knows evidence, the judge's verdicts and the changes that validation makes to a reference. What is found is a guess for
whoever writes the course: it reaches no report, no feedback and no export.
"""

from grader.unnamed.find import LEAST, LIMIT_S, Explained, Unnamed, find_unnamed
from grader.unnamed.render import build_json, render_unnamed

__all__ = ["LEAST", "LIMIT_S", "Explained", "Unnamed", "build_json", "find_unnamed", "render_unnamed"]
