"""Data for single students, held against what holds for the printed ones: can every mistake be told from the truth?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from grader.course import Course, Datum, Draw, Exercise
from grader.errors import CourseError
from grader.oracle import VARIANTS, Oracle
from grader.validate.evidence import keep_quiet
from grader.validate.harness import ExerciseHarness
from grader.validate.issues import Issue, list_issues
from grader.validate.mistakes import find_collisions, make_mistakes
from grader.validate.tolerances import verify_tolerances
from grader.validate.verification import verify_reference
from grader.variants import draw_values
from grader.variants.draws import find_misfit
from grader.variants.reference import VariantReferences

TRIALS = 20  # draws that are tried of each exercise when the course is validated
_VERIFICATIONS: tuple[Callable[[ExerciseHarness], Iterator[object]], ...] = (
    find_collisions,
    verify_tolerances,
    verify_reference,
    make_mistakes,
)


class DrawFaults:
    """Finds what is wrong with drawn data: the first thing that would be a problem of a course with these data."""

    def __init__(self, course: Course, oracle: Oracle) -> None:
        """Verify draws of a course; equal data are verified once."""
        self._course = course
        self._references = VariantReferences(oracle.reference)
        self._found: dict[str, str] = {}

    def find(self, exercise: Exercise, values: Mapping[str, Datum]) -> str:
        """Return why these data would not do, in words; empty where they do.

        Raises:
            CourseError: the reference lacks the constants that are drawn.
        """
        key = json.dumps([exercise.id, values], sort_keys=True)
        if key not in self._found:
            self._found[key] = self._find(exercise, values)
        return self._found[key]

    def _find(self, exercise: Exercise, values: Mapping[str, Datum]) -> str:
        reference = self._references.build(exercise, values)
        reference.module(exercise.module)
        try:
            with keep_quiet():
                harness = ExerciseHarness(self._course, exercise, reference)
                found = (one for verify in _VERIFICATIONS for one in verify(harness))
                issue = next((one for one in found if isinstance(one, Issue)), None)
        except CourseError as error:
            return "; ".join(problem.message for problem in error.problems)
        return "" if issue is None else f"{issue.where}: {issue.code}: {issue.message}"


def verify_draws(
    course: Course, oracle: Oracle, exercises: Sequence[Exercise], draws: Sequence[Draw]
) -> Iterator[Issue]:
    """Yield what is wrong with the variants of these exercises, and with data that students were given.

    Args:
        course: all of it.
        oracle: of the course.
        exercises: whose variants are tried, whether the course uses them or not.
        draws: what was given out.
    """
    faults = DrawFaults(course, oracle)
    for exercise in exercises:
        if exercise.variant is not None:
            try:
                yield from _try_variant(oracle, exercise, exercise.variant.draw, faults)
            except CourseError as error:
                yield from list_issues(error)
    known = {exercise.id: exercise for exercise in exercises}
    yield from (
        issue for draw in draws if draw.exercise in known for issue in _verify(known[draw.exercise], draw, faults)
    )


def _try_variant(oracle: Oracle, exercise: Exercise, draw: str, faults: DrawFaults) -> Iterator[Issue]:
    """Yield that the printed data are not the reference's, or that none of some draws can be used."""
    yield from _compare_constants(oracle, exercise)
    fault = ""
    for seed in range(TRIALS):
        fault = faults.find(exercise, draw_values(oracle, exercise, np.random.default_rng(seed)))
        if not fault:
            return
    problem = oracle.reference.locate(VARIANTS[0], draw, "")
    where = f"{problem.file}:{problem.line}"
    yield Issue("variant.unusable", exercise.id, f"none of {TRIALS} draws can be used; the last: {fault}", where)


def _compare_constants(oracle: Oracle, exercise: Exercise) -> Iterator[Issue]:
    printed = exercise.data
    for parameter in exercise.variant.parameters if exercise.variant is not None else ():
        constant = getattr(oracle.reference.module(exercise.module), parameter.constant)
        if not np.array_equal(np.asarray(constant), np.asarray(printed[parameter.name])):
            message = (
                f"{parameter.name} is given as {printed[parameter.name]}, and {parameter.constant} is {constant!r:.60}"
            )
            yield Issue("variant.constant_differs", exercise.id, message)


def _verify(exercise: Exercise, draw: Draw, faults: DrawFaults) -> Iterator[Issue]:
    try:
        fault = find_misfit(exercise, draw.values) or faults.find(exercise, draw.values)
    except CourseError as error:
        fault = str(error)
    if fault:
        message = f"the data that {draw.student} was given can no longer be judged by: {fault}"
        yield Issue("variant.ambiguous", exercise.id, message)
