"""The starter's own words in a text cell; `numgrade_student.texts` tells what a student wrote beside them."""

from __future__ import annotations

from fractions import Fraction

from grader.course import Answer, Exercise, Part

OPEN_TEXT = "*Double-click here and replace this line by your answer.*"
OPEN_COMMENT = "*Replace this line by your answer.*"  # in a script
_FORMER = ("*Write your answer here, in place of these lines.*",)  # of starters that students may still have


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
