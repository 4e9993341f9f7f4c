"""Follow-through: a wrong earlier answer with a later one that is consistent with it earns the later one's points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np

from grader.errors import CourseError
from grader.oracle import arguments_of
from grader.spec.model import Answer, CloseCheck, ExactCheck, FollowThrough, FunctionCheck
from grader.validate.examiner import Examiner
from grader.validate.flaws import Flaw, list_flaws
from grader.validate.wrong_answers import list_wrong


def prove_follow_through(examiner: Examiner) -> Iterator[Flaw]:
    """Yield the declared dependencies by which no consistent student can earn anything."""
    answers = {answer.name: answer for part in examiner.exercise.parts for answer in part.answers}
    for _, check, name in examiner.list_checks():
        if not isinstance(check, CloseCheck | ExactCheck | FunctionCheck) or check.follow_through is None:
            continue
        rule = check.follow_through
        try:
            earns = _earns(examiner, name, check.answer, rule, answers)
        except CourseError as error:
            yield from list_flaws(error)
            continue
        if not earns:
            message = f"no wrong {' or '.join(rule.uses)} lets a consistent {check.answer} pass by following through"
            yield Flaw("follow_through.unreachable", name, message)


def _earns(examiner: Examiner, name: str, answer: str, rule: FollowThrough, answers: dict[str, Answer]) -> bool:
    """Return whether some wrong earlier answer lets the consistent later one earn all its points."""
    by = examiner.oracle.function(examiner.exercise.id, rule.by)
    for used in rule.uses:
        for _, wrong in _list_candidates(examiner, answers[used]):
            own = {one: examiner.namespace[one] for one in rule.uses} | {used: wrong}
            consistent = _follow(examiner, answers[answer], by, own)
            result = examiner.judge_with(**own, **{answer: consistent})[name]
            if result.follow_through and result.score == result.max:
                return True
    return False


def _list_candidates(examiner: Examiner, used: Answer) -> Iterator[tuple[str, object]]:
    """Yield wrong values of an earlier answer; those of vectors stay positive, so that something follows from them."""
    if used.kind == "array":
        array = np.asarray(examiner.namespace[used.name], dtype=np.float64)
        yield "backwards", array[::-1].copy()
    yield from list_wrong(used, [], examiner.namespace[used.name])


def _follow(examiner: Examiner, answer: Answer, by: Callable[..., object], own: dict[str, object]) -> Any:
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
