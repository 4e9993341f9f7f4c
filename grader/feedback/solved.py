"""What is right, shown once the solutions are out: the same for the page, the notebook and the Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.feedback.causes import Placed
from grader.feedback.items import name_check, show_of
from grader.feedback.work import Work
from grader.judge.solution import Solution, Tried
from grader.model import PartScore


@dataclass(frozen=True)
class Solved:
    """What is right of an answer, in words; of a function, inputs with what is right there."""

    label: str
    text: str
    inputs: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Example:
    """A text by which markers were kept together: its points, and why it gets them."""

    points: str
    text: str
    why: str


def list_solved(work: Work, part: PartScore) -> tuple[Solved, ...]:
    """Return what is right in a part, check by check; nothing before its solutions are out."""
    return tuple(_list_solved(work, part)) if work.find_stage(part.id) == "solutions" else ()


def list_drawn(work: Work, part: PartScore, answer: str, check_id: str | None = None) -> tuple[Solution, ...]:
    """Return what an answer's drawing lacks once solutions are out: curves that are shown rightly need no second line.

    With `check_id`, what that check of the part draws, whether it was right or not.
    """
    if work.find_stage(part.id) != "solutions":
        return ()
    if check_id is not None:
        wanted = [f"{part.id}.{check_id}"]
    else:
        wanted = [one.id for one in part.checks if one.answer == answer and one.kind == "figure" and one.line is None]
    found = (work.solutions[name] for name in wanted if name in work.solutions)
    return tuple(one for one in found if one.curves or one.points)


def list_examples(work: Work, part: str, answer: str) -> tuple[Example, ...]:
    """Return the marked examples of a text answer; none before the solutions of its part are out."""
    if work.find_stage(part) != "solutions":
        return ()
    return tuple(
        Example(show_of(sum(one.points.values(), Fraction(0)), rubric.points), one.text, one.why)
        for rubric in work.course.rubrics
        for one in (rubric.examples if rubric.answer == answer else ())
    )


def _list_solved(work: Work, part: PartScore) -> Iterator[Solved]:
    for check in part.checks:
        solution = work.solutions.get(check.id)
        if solution is None:
            continue
        if check.outcome == "missing":  # what a placeholder gave is nobody's answer
            solution = replace(solution, failing=0, inputs=tuple(replace(one, own="") for one in solution.inputs))
        text = _describe(solution)
        if check.follow_through and solution.failing:
            text = (
                f"Yours has full points, as it follows from {' and '.join(check.because_of)}. By the reference: {text}"
            )
        if text:
            yield Solved(name_check(work, Placed(part.id, check)), text, solution.inputs)


def _describe(solution: Solution) -> str:
    """Return what is right in words; '' of what is only drawn."""
    if solution.tried:
        return f"{_describe_inputs(solution)}; {solution.allowed}."
    if not solution.expected:
        return ""
    return f"{solution.expected}{f'; {solution.allowed}' if solution.allowed else ''}."


def _describe_inputs(solution: Solution) -> str:
    tried = f"{solution.tried} input{'s' if solution.tried != 1 else ''}"
    if not solution.failing:
        return f"Tried on {tried}, these among them" if solution.inputs else f"Right on all {tried}"
    first = f", of which these are the first {len(solution.inputs)}" if solution.failing > len(solution.inputs) else ""
    return f"Not right on {solution.failing} of {tried}{first}"
