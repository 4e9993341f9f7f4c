"""Other data for each student: the secret they are drawn with, the draws, and what they make of the reference.

Knows the secret only while data are drawn and marked. What was given out stands in `variants.json`, which is all that
grading reads. Decides nothing about a submission.
"""

from grader.variants.draws import Drawing, draw_values, refresh
from grader.variants.given import GivenVariants
from grader.variants.record import read_variants, render_variants
from grader.variants.secret import Secret, read_secret

__all__ = [
    "Drawing",
    "GivenVariants",
    "Secret",
    "draw_values",
    "read_secret",
    "read_variants",
    "refresh",
    "render_variants",
]
