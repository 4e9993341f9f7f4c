"""What to take from a student's namespace: one probe per answer, with every call that some check needs of it.

Holds no expected value, tolerance or points: a probe goes where student code runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from grader.course import BaseCheck, Course, Exercise
from grader.errors import CourseError, Problem
from grader.judge.cache import Cache
from grader.judge.expectations import Expectations
from grader.judge.rules import rule_of
from grader.judge.rules.base import Asking
from grader.model import Call, Probe

MAX_CALLS = 64  # of one function, over all checks (contract)


def build_probes(course: Course, oracle: Expectations, cache: Cache | None = None) -> tuple[Probe, ...]:
    """Return one probe per answer and mark, in the order of the course, its calls without repeats and simplest first.

    A text has a probe as well, without calls, for it may be a string variable. `cache` is the course's, if it has one.

    Raises:
        CourseError: the course's inputs or invariants failed, or a function would be called too often.
    """
    needed = _collect_calls(course, oracle, cache or Cache())
    probes = tuple(
        probe for exercise in course.exercises for probe in _list_probes(exercise, needed, course.file.variants)
    )
    problems = [_say_too_many(probe) for probe in probes if len(probe.calls) > MAX_CALLS]
    if problems:
        raise CourseError(problems)
    return probes


def _list_probes(
    exercise: Exercise, needed: Mapping[str, Iterable[Call]], variants: Collection[str]
) -> Iterator[Probe]:
    """Yield the probes of an exercise; where each student has other data, the mark that says whose they are is one."""
    if exercise.id in variants:
        yield Probe(name=exercise.mark, exercise=exercise.id)
    for part in exercise.parts:
        for answer in part.answers:
            yield Probe(name=answer.name, exercise=exercise.id, calls=tuple(needed.get(answer.name, ())))


def probes_sha256(probes: Iterable[Probe]) -> str:
    """Return a digest of the questions: it changes with any name, exercise, input or order."""
    plain = [probe.model_dump(mode="json") for probe in probes]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _collect_calls(course: Course, oracle: Expectations, cache: Cache) -> dict[str, dict[Call, None]]:
    """Return the calls of each function: first what points depend on, then what the invariants ask."""
    specs = {answer.name: answer for exercise in course.exercises for part in exercise.parts for answer in part.answers}
    needed: dict[str, dict[Call, None]] = {name: {} for name, answer in specs.items() if answer.kind == "function"}
    invariants = {one.name: one for one in course.file.invariants}
    asking = Asking(specs, invariants, oracle, cache)
    checks: list[BaseCheck] = [
        check for exercise in course.exercises for part in exercise.parts for check in part.checks
    ]
    # The sort is stable: checks with inputs of their own come before the invariants, whatever the file's order.
    checks.sort(key=lambda check: rule_of(check).result_kind == "invariant")
    for check in checks:
        for name, calls in rule_of(check).calls(check, asking):
            if name in needed:
                needed[name].update(dict.fromkeys(calls))
    return needed


def _say_too_many(probe: Probe) -> Problem:
    message = f"{len(probe.calls)} calls over all checks; at most {MAX_CALLS} are made of one function"
    return Problem("exercises", 1, probe.name, message)
