"""The starter's own words in a text cell, and whether a student has written anything beside them."""

from __future__ import annotations

from fractions import Fraction

from grader.spec.model import Answer, Part

# A line of these alone (a rule, an ellipsis, an emptied list) says nothing; any other sign may be an answer, as ∞ is.
_ORNAMENTS = frozenset(".…#*_-~`>")


def count_points(part: Part, answer: Answer) -> Fraction:
    """Return the points of all checks on `answer`."""
    return sum((check.points for check in part.checks if check.answer == answer.name), Fraction(0))


def show_points(points: Fraction) -> str:
    """Return `points` with its unit: `0.5 points`, `1 point`, `1/3 points`."""
    decimal = f"{float(points):g}"
    number = decimal if Fraction(decimal) == points else str(points)
    return f"{number} point" if points == 1 else f"{number} points"


def text_placeholder(part: Part, answer: Answer) -> str:
    """Return what stands in the cell of a text answer before the student writes there."""
    about = " ".join(answer.about.split())
    points = show_points(count_points(part, answer))
    return f"**{answer.name}** ({points}): {about}\n\n*Write your answer here, in place of these lines.*"


def is_untouched(text: str, placeholder: str) -> bool:
    """Return whether `text` has nothing but lines of `placeholder`: all of them, some, or none.

    Space, line breaks and comment signs do not count. Whole lines are compared and not words, since a one-word
    answer may well be a word of the question.
    """
    left = _squeeze(text)
    if set(left) <= _ORNAMENTS:
        return True
    reached = {0}  # how much of `left` the lines so far can make up, each of them taken or left out
    for line in placeholder.splitlines():
        piece = _squeeze(line)
        reached |= {start + len(piece) for start in reached if left.startswith(piece, start)}
    return len(left) in reached


def _squeeze(text: str) -> str:
    return "".join("".join(line.strip().lstrip("#").split()) for line in text.splitlines())
