"""What students were given, made ready for judging: each by the data of the own starter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from grader.course import Course, Draw, Exercise
from grader.judge.assigned import Assigned
from grader.judge.bounds import bounded
from grader.judge.cache import Cache
from grader.oracle import Oracle
from grader.variants.reference import VariantOracle, VariantReferences

_KEPT = 256  # draws whose values are kept for whoever has the same; each holds a module of the course
_Side = tuple[Oracle, Cache]


class GivenVariants:
    """The draws of a course, and by what their students are judged. Without draws nobody was given anything."""

    def __init__(self, course: Course, oracle: Oracle, draws: Iterable[Draw] = ()) -> None:
        """Keep the draws; what they make of the reference is worked out when it is first asked for."""
        self._course, self._oracle = course, oracle
        self._draws = {(draw.student, draw.exercise): draw for draw in draws}
        self._owners = {draw.mark: draw.student for draw in self._draws.values()}
        references = VariantReferences(oracle.reference)

        def build(exercise_id: str, values: str) -> _Side:
            exercise, draw = exercises[exercise_id], by_values[exercise_id, values]
            reference = references.build(exercise, draw.values)
            return VariantOracle(course, reference, oracle, bounded), Cache()

        exercises: Mapping[str, Exercise] = {exercise.id: exercise for exercise in course.variants}
        by_values = {(draw.exercise, _name(draw)): draw for draw in self._draws.values()}
        self._find_side: Callable[[str, str], _Side] = lru_cache(maxsize=_KEPT)(build)

    def assign(self, student: str) -> Mapping[str, Assigned]:
        """Return by what a student is judged, for each exercise of which each student has other data."""
        return {exercise.id: self._assign(exercise, student) for exercise in self._course.variants}

    def _assign(self, exercise: Exercise, student: str) -> Assigned:
        draw = self._draws.get((student, exercise.id))
        if draw is None:
            return Assigned(None, self._oracle, Cache(), self._owners)
        return Assigned(draw, *self._find_side(exercise.id, _name(draw)), self._owners)


def _name(draw: Draw) -> str:
    """Return a text that equal values have alike."""
    return draw.model_dump_json(include={"values"})
