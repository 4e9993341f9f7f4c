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
from grader.validate.examiner import Examiner, Results
from grader.validate.flaws import Flaw, list_flaws
from grader.validate.mistakes import list_uses
from grader.validate.wrong_answers import list_wrong


def follow_rule(check: BaseCheck) -> tuple[tuple[str, ...], str] | None:
    """Return what a check's answer may follow from, and by which function of the reference."""
    if isinstance(check, ConsistentCheck):
        return check.uses, check.by
    rule = getattr(check, "follow_through", None)
    return None if rule is None else (rule.uses, rule.by)


def prove_follow_through(examiner: Examiner) -> Iterator[Flaw]:
    """Yield the declared dependencies by which no consistent student can earn anything."""
    for _, check, name in examiner.list_checks():
        if not isinstance(check, CloseCheck | ExactCheck | FunctionCheck) or check.follow_through is None:
            continue
        rule = check.follow_through
        try:
            earns = _earns(examiner, name, examiner.specs[check.answer], rule)
        except CourseError as error:
            yield from list_flaws(examiner.oracle.place(error, examiner.exercise.id))
            continue
        if not earns:
            message = f"no wrong {' or '.join(rule.uses)} lets a consistent {check.answer} pass by following through"
            yield Flaw("follow_through.unreachable", name, message)


def _earns(examiner: Examiner, name: str, answer: Answer, rule: FollowThrough) -> bool:
    """Return whether some wrong earlier answer lets the consistent later one earn all its points."""
    results = (result[name] for result in _go_on_from_wrong(examiner, answer, rule, rule.by))
    return any(result.follow_through and result.score == result.max for result in results)


def _go_on_from_wrong(examiner: Examiner, answer: Answer, rule: FollowThrough, name: str) -> Iterator[Results]:
    """Yield what the judge says of students with one earlier answer wrong, and the later one by function `name`."""
    by = examiner.oracle.function(examiner.exercise.id, name)
    for used in rule.uses:
        for _, wrong in _list_candidates(examiner, examiner.specs[used]):
            own = {one: examiner.right[one] for one in rule.uses} | {used: wrong}
            try:
                with bounded(name):
                    later = find_consistent(examiner, answer, by, own)
            except CourseError:
                raise
            except Exception:  # noqa: BLE001, S112 - a wrong function may raise anything: nothing follows from it
                continue
            yield examiner.judge_with(**own, **{answer.name: later})


def prove_own_mistakes(examiner: Examiner) -> Iterator[Flaw]:
    """Yield each `from` of a mistake that is not what `wrong` is, or by which the mistake is never recognised."""
    for _, check, name in examiner.list_checks():
        rule: FollowThrough | None = getattr(check, "follow_through", None)
        if rule is None:
            continue
        for use in list_uses(check):
            if use.from_ is not None:
                try:
                    yield from _prove_from(examiner, examiner.specs[check.answer], rule, use, name)
                except CourseError as error:
                    yield from list_flaws(examiner.oracle.place(error, examiner.exercise.id))


def _prove_from(examiner: Examiner, answer: Answer, rule: FollowThrough, use: MistakeUse, name: str) -> Iterator[Flaw]:
    own_name = use.from_ or ""
    by = examiner.oracle.function(examiner.exercise.id, own_name)
    with bounded(own_name):
        alone = find_consistent(examiner, answer, by, {one: examiner.right[one] for one in rule.uses})
    if examiner.judge_with(**{answer.name: alone})[name].mistake != use.code:
        message = f"{own_name} of the right {' and '.join(rule.uses)} is not {use.code}, which {use.wrong} gives"
        yield Flaw("mistake.from_differs", name, message)
    elif all(one[name].mistake != use.code for one in _go_on_from_wrong(examiner, answer, rule, own_name)):
        message = f"{use.code} is recognised on no wrong {' or '.join(rule.uses)}, although {own_name} works it out"
        yield Flaw("mistake.from_unreachable", name, message)


def _list_candidates(examiner: Examiner, used: Answer) -> Iterator[tuple[str, object]]:
    """Yield wrong values of an earlier answer; those of vectors stay positive, so that something follows from them."""
    if used.kind == "array":
        array = np.asarray(examiner.right[used.name], dtype=np.float64)
        yield "backwards", array[::-1].copy()
    checks = [check for check in examiner.checks if check.answer == used.name]
    yield from list_wrong(examiner, used, checks)


def find_consistent(examiner: Examiner, answer: Answer, by: Callable[..., object], own: dict[str, object]) -> Any:
    """Return what follows from these earlier answers."""
    if answer.kind == "function":
        functions = [cast("Callable[..., object]", value) for value in own.values()]
        return lambda *arguments: by(*(function(*arguments) for function in functions))
    calls = {probe.name: probe.calls for probe in examiner.probes}

    def read(name: str, value: object) -> object:
        if not callable(value):
            return value
        rows = [(arguments_of(call), value(*arguments_of(call))) for call in calls[name]]
        return [(arguments, float(cast("float", result))) for arguments, result in rows]

    return by(*(read(name, value) for name, value in own.items()))
