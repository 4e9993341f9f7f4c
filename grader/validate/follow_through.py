"""Follow-through: a wrong earlier answer with a later one that is consistent with it earns the later one's points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np

from grader.course import Answer, BaseCheck, FollowThrough, MistakeUse
from grader.errors import CourseError
from grader.judge.bounds import bounded
from grader.judge.expectations import arguments_of
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.consistent import ConsistentCheck
from grader.judge.rules.exact import ExactCheck
from grader.judge.rules.function import FunctionCheck
from grader.validate.harness import ExerciseHarness, Results
from grader.validate.issues import Issue, list_issues
from grader.validate.mistakes import list_uses
from grader.validate.wrong_answers import list_wrong


def follow_rule(check: BaseCheck) -> tuple[tuple[str, ...], str] | None:
    """Return what a check's answer may follow from, and by which function of the reference."""
    if isinstance(check, ConsistentCheck):
        return check.uses, check.by
    rule = getattr(check, "follow_through", None)
    return None if rule is None else (rule.uses, rule.by)


def verify_follow_through(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield the declared dependencies by which no consistent student can earn anything."""
    for _, check, name in harness.list_checks():
        if not isinstance(check, CloseCheck | ExactCheck | FunctionCheck) or check.follow_through is None:
            continue
        rule = check.follow_through
        try:
            earns = _earns(harness, name, harness.specs[check.answer], rule)
        except CourseError as error:
            yield from list_issues(harness.oracle.place(error, harness.exercise.id))
            continue
        if not earns:
            message = f"no wrong {' or '.join(rule.uses)} lets a consistent {check.answer} pass by following through"
            yield Issue("follow_through.unreachable", name, message)


def _earns(harness: ExerciseHarness, name: str, answer: Answer, rule: FollowThrough) -> bool:
    """Return whether some wrong earlier answer lets the consistent later one earn all its points."""
    results = (result[name] for result in _go_on_from_wrong(harness, answer, rule, rule.by))
    return any(result.follow_through and result.score == result.max for result in results)


def _go_on_from_wrong(harness: ExerciseHarness, answer: Answer, rule: FollowThrough, name: str) -> Iterator[Results]:
    """Yield what the judge says of students with one earlier answer wrong, and the later one by function `name`."""
    by = harness.oracle.function(harness.exercise.id, name)
    for used in rule.uses:
        for _, wrong in _list_candidates(harness, harness.specs[used]):
            own = {one: harness.right[one] for one in rule.uses} | {used: wrong}
            try:
                with bounded(name):
                    later = find_consistent(harness, answer, by, own)
            except CourseError:
                raise
            except Exception:  # noqa: BLE001, S112 - a wrong function may raise anything: nothing follows from it
                continue
            yield harness.judge_with(**own, **{answer.name: later})


def verify_own_mistakes(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield each `from` of a mistake that is not what `wrong` is, or by which the mistake is never recognised."""
    for _, check, name in harness.list_checks():
        rule: FollowThrough | None = getattr(check, "follow_through", None)
        if rule is None:
            continue
        for use in list_uses(check):
            if use.from_ is not None:
                try:
                    yield from _verify_from(harness, harness.specs[check.answer], rule, use, name)
                except CourseError as error:
                    yield from list_issues(harness.oracle.place(error, harness.exercise.id))


def _verify_from(
    harness: ExerciseHarness, answer: Answer, rule: FollowThrough, use: MistakeUse, name: str
) -> Iterator[Issue]:
    own_name = use.from_ or ""
    by = harness.oracle.function(harness.exercise.id, own_name)
    with bounded(own_name):
        alone = find_consistent(harness, answer, by, {one: harness.right[one] for one in rule.uses})
    if harness.judge_with(**{answer.name: alone})[name].mistake != use.code:
        message = f"{own_name} of the right {' and '.join(rule.uses)} is not {use.code}, which {use.wrong} gives"
        yield Issue("mistake.from_differs", name, message)
    elif all(one[name].mistake != use.code for one in _go_on_from_wrong(harness, answer, rule, own_name)):
        message = f"{use.code} is recognised on no wrong {' or '.join(rule.uses)}, although {own_name} works it out"
        yield Issue("mistake.from_unreachable", name, message)


def _list_candidates(harness: ExerciseHarness, used: Answer) -> Iterator[tuple[str, object]]:
    """Yield wrong values of an earlier answer; those of vectors stay positive, so that something follows from them."""
    if used.kind == "array":
        array = np.asarray(harness.right[used.name], dtype=np.float64)
        yield "backwards", array[::-1].copy()
    checks = [check for check in harness.checks if check.answer == used.name]
    yield from list_wrong(harness, used, checks)


def find_consistent(harness: ExerciseHarness, answer: Answer, by: Callable[..., object], own: dict[str, object]) -> Any:
    """Return what follows from these earlier answers."""
    if answer.kind == "function":
        functions = [cast("Callable[..., object]", value) for value in own.values()]
        return lambda *arguments: by(*(function(*arguments) for function in functions))
    calls = {probe.name: probe.calls for probe in harness.probes}

    def read(name: str, value: object) -> object:
        if not callable(value):
            return value
        rows = [(arguments_of(call), value(*arguments_of(call))) for call in calls[name]]
        return [(arguments, float(cast("float", result))) for arguments, result in rows]

    return by(*(read(name, value) for name, value in own.items()))
