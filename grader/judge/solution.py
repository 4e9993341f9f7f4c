"""What a check holds an answer against, in pieces, to be shown once the solutions are out.

Verdicts never carry it: it is worked out apart, of the same course and evidence, and only for who may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.model import LineEvidence

SHOWN_INPUTS = 5


@dataclass(frozen=True)
class Tried:
    """A function at one input: the call, what is right there, and what the student's own gave; '' where it was none."""

    call: str
    expected: str
    own: str = ""


@dataclass(frozen=True)
class Solution:
    """What is right by a check. Every piece is empty where it does not apply; texts are ready to be read.

    `expected` is the right value and `allowed` says how far an answer may be off. Of a function, `inputs` are some at
    which it is not right, of `failing` of them among `tried`. `curves` and `points` are what a figure was to show, and
    `bounds` the lines between which an estimate had to lie, all over what `along` names.
    """

    expected: str = ""
    allowed: str = ""
    inputs: tuple[Tried, ...] = ()
    failing: int = 0
    tried: int = 0
    curves: tuple[LineEvidence, ...] = ()
    points: tuple[LineEvidence, ...] = ()
    bounds: tuple[LineEvidence, ...] = ()
    along: str = ""


def build_line(label: str, xs: Iterable[float], ys: Iterable[float]) -> LineEvidence:
    """Return a curve of the reference as those of students are written."""
    x, y = (tuple(float(number).hex() for number in numbers) for numbers in (xs, ys))
    return LineEvidence(x=x, y=y, label=label)
