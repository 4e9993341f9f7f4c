"""The starter's own words in a text cell, and whether a student has written anything beside them."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from grader.course import Answer, Exercise, Part
from numgrade_student.invisible import take_visible_lines

# A line of these alone (a rule, an ellipsis, an emptied list) says nothing; any other sign may be an answer, as ∞ is.
_ORNAMENTS = frozenset(".…#*_-~`>:")
OPEN_TEXT = "*Double-click here and replace this line by your answer.*"
OPEN_COMMENT = "*Replace this line by your answer.*"  # in a script
_FORMER = ("*Write your answer here, in place of these lines.*",)  # of starters that students may still have
_HEAD = re.compile(r"(?P<head>\*\*(?P<name>\w+)\*\* \([^)]*\):) ")


def answer_points(part: Part, answer: Answer) -> Fraction:
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
    points = show_points(answer_points(part, answer))
    return f"**{answer.name}** ({points}): {about}\n\n{OPEN_TEXT}"


def starter_words(part: Part, answer: Answer) -> str:
    """Return every line that any starter has put into the cell of a text answer, one below another."""
    return "\n".join((text_placeholder(part, answer), OPEN_COMMENT, *_FORMER))


def part_heading(part: Part) -> str:
    """Return the first line of a part's question in the starter."""
    return f"### {part.id}: {' '.join(part.title.split())} ({show_points(part.points)})"


def exercise_heading(exercise: Exercise) -> str:
    """Return the first line of an exercise in the starter."""
    return f"## Exercise {exercise.id}: {' '.join(exercise.title.split())}"


def is_untouched(text: str, placeholder: str) -> bool:
    """Return whether `text` shows nothing but lines of `placeholder`: all of them, some, any of them again, or none.

    Space, line breaks, comment signs and what is invisible do not count, nor does the answer's name by itself. Whole
    lines are compared and not words, since a one-word answer may well be a word of the question.
    """
    left = _squeeze(text)
    if set(left) <= _ORNAMENTS:
        return True
    pieces = _list_pieces(placeholder)
    reached, waiting = {0}, [0]  # how much of `left` the pieces can make up
    while waiting:
        start = waiting.pop()
        ends = {start + len(piece) for piece in pieces if left.startswith(piece, start)}
        if start < len(left) and left[start] in _ORNAMENTS:
            ends.add(start + 1)
        waiting += ends - reached
        reached |= ends
    return len(left) in reached


@cache  # a course has few, and every student's text is held against them
def _list_pieces(placeholder: str) -> frozenset[str]:
    """Return what a student may leave of a placeholder: its lines; of the first the name, and both halves."""
    lines = placeholder.splitlines()
    match = _HEAD.match(placeholder)
    pieces = lines if match is None else [*lines, match["name"], match["head"], lines[0][match.end() :]]
    return frozenset(filter(None, map(_squeeze, pieces)))


def _squeeze(text: str) -> str:
    lines = take_visible_lines(text)
    return "".join(line.lstrip("#") for line in lines)
