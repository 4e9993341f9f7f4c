"""What to take from a student's namespace: one probe per answer, with every call that some check needs of it.

Holds no expected value, tolerance or points: a probe goes where student code runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from grader.errors import CourseError, Problem
from grader.inputs import GENERATORS, MAX_CALLS
from grader.judge.invariants import find_theorem
from grader.model import Call, Probe
from grader.spec.model import Check, Course, Exercise, FunctionCheck, InvariantCheck


def build_probes(course: Course) -> tuple[Probe, ...]:
    """Return one probe per answer, in the order of the course, its calls without repeats and simplest first.

    A text has a probe as well, without calls, for it may be a string variable.

    Raises:
        CourseError: a check names an unknown generator or theorem, or a function would be called too often.
    """
    needed = _collect_calls(course)
    probes = tuple(
        Probe(name=answer.name, exercise=exercise.id, calls=tuple(needed.get(answer.name, ())))
        for exercise in course.exercises
        for part in exercise.parts
        for answer in part.answers
    )
    problems = [_say_too_many(probe) for probe in probes if len(probe.calls) > MAX_CALLS]
    if problems:
        raise CourseError(problems)
    return probes


def probes_sha256(probes: Iterable[Probe]) -> str:
    """Return a digest of the questions: it changes with any name, exercise, input or order."""
    plain = [probe.model_dump(mode="json") for probe in probes]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _collect_calls(course: Course) -> dict[str, dict[Call, None]]:
    """Return the calls of each function: first what points depend on, then what the theorems ask."""
    functions: dict[str, None] = {
        answer.name: None
        for exercise in course.exercises
        for part in exercise.parts
        for answer in part.answers
        if answer.kind == "function"
    }
    checks = [(exercise, check) for exercise in course.exercises for part in exercise.parts for check in part.checks]
    # The sort is stable: checks with inputs of their own come before the theorems, whatever the file's order.
    checks.sort(key=lambda one: isinstance(one[1], InvariantCheck))
    needed: dict[str, dict[Call, None]] = {name: {} for name in functions}
    for exercise, check in checks:
        for name, calls in _list_calls(exercise, check):
            if name in needed:
                needed[name].update(dict.fromkeys(calls))
    return needed


def _list_calls(exercise: Exercise, check: Check) -> Iterator[tuple[str, tuple[Call, ...]]]:
    """Yield which calls a check needs of which function."""
    if isinstance(check, InvariantCheck):
        yield from find_theorem(check.theorem, check.of).calls(check.of).items()
    if isinstance(check, FunctionCheck):
        if check.inputs not in GENERATORS:
            message = f"{check.inputs!r} is none of {', '.join(sorted(GENERATORS))}"
            raise CourseError([Problem(_file_of(exercise.id), 0, f"{check.id}.inputs", message)])
        calls = GENERATORS[check.inputs]()
        yield check.answer, calls
        # What a function is consistent with is the student's earlier functions at the same inputs.
        for name in check.follow_through.uses if check.follow_through else ():
            yield name, calls


def _say_too_many(probe: Probe) -> Problem:
    message = f"{len(probe.calls)} calls over all checks; at most {MAX_CALLS} are made of one function"
    return Problem(_file_of(probe.exercise), 0, probe.name, message)


def _file_of(exercise_id: str) -> str:
    return f"exercises/ex{exercise_id}.yaml"
