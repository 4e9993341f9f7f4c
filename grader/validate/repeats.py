"""Does the reference give the same again? Evidence is kept, and judged again by what the course gives then.

A generator without a seed asks each student something else, and a stored answer is then held against other inputs.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.course import BaseCheck, Course, Exercise
from grader.errors import CourseError, Problem
from grader.judge.cache import Cache
from grader.judge.expectations import arguments_of
from grader.judge.rules import rule_of
from grader.judge.rules.function import FunctionCheck
from grader.judge.rules.invariant import InvariantCheck, list_instances
from grader.oracle import CATALOGUES, Oracle
from grader.sandbox.box.reduce import reduce_value
from grader.validate.evidence import VALUE_BYTES
from grader.validate.values import find_arity

_ADVICE = "expected the same, as from a generator with a fixed seed such as np.random.default_rng(1)"


def find_changing(course: Course, first: Oracle, again: Oracle) -> Iterator[Problem]:
    """Yield the functions of the reference that give something else when they are asked again.

    Args:
        course: all of it.
        first: has nothing wrong with it.
        again: of the same course, and asked nothing yet.
    """
    for exercise in course.exercises:
        for part in exercise.parts:
            for check in part.checks:
                try:
                    yield from _Compared(course, exercise, first, again).find(check)
                except CourseError as error:  # the first time nothing was wrong
                    yield from error.problems


class _Compared:
    """One exercise, asked twice."""

    def __init__(self, course: Course, exercise: Exercise, first: Oracle, again: Oracle) -> None:
        self.exercise = exercise
        self.oracles = (first, again)
        self.specs = {answer.name: answer for one in course.exercises for part in one.parts for answer in part.answers}

    def find(self, check: BaseCheck) -> Iterator[Problem]:
        """Yield what changes of what a check asks for."""
        answer = self.specs[check.answer]
        inputs = getattr(check, "inputs", None)
        if inputs is not None:
            called = self.specs[check.of[0]] if isinstance(check, InvariantCheck) else answer
            rows, others = (oracle.inputs(inputs, called.parameters) for oracle in self.oracles)
            if rows != others:
                yield self._locate_in("inputs", inputs)
                return  # what is made of them changes with them
        if isinstance(check, InvariantCheck):
            instances = [list_instances(check, self.specs, oracle, Cache(), check.slack) for oracle in self.oracles]
            asked, other_asked = ([one.asked for one in found] for found in instances)
            if asked != other_asked:
                yield self._locate_in("invariants", check.theorem)
        for _, name in rule_of(check).functions(check, answer):
            if self._changes(check, name):
                yield self._locate(self.exercise.module, name)

    def _changes(self, check: BaseCheck, name: str) -> bool:
        """Return whether a function of the exercise's module gives something else; of arguments, at the check's."""
        function = self.oracles[0].function(self.exercise.id, name)
        if isinstance(check, FunctionCheck) and name == check.reference_name:
            calls = self.oracles[0].inputs(check.inputs, self.specs[check.answer].parameters)
            return any(_show(function(*arguments_of(call))) != _show(function(*arguments_of(call))) for call in calls)
        if find_arity(self.oracles[0].reference.function(self.exercise.module, name), ()) is not None:
            return False
        return _show(self.oracles[0].value(self.exercise.id, name)) != _show(function())

    def _locate_in(self, catalogue: str, name: str) -> Problem:
        module, _ = self.oracles[0].reference.find_function(CATALOGUES[catalogue], name)
        return self._locate(module, name)

    def _locate(self, module: str, name: str) -> Problem:
        return self.oracles[0].reference.locate(module, name, f"gives something else when it is asked again: {_ADVICE}")


def _show(value: object) -> object:
    """Return a value as plain data, in which NaN equals itself."""
    return reduce_value(value, VALUE_BYTES)
