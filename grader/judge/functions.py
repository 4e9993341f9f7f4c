"""Checks of functions: every call that was made of them, held against the reference at the same inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from grader.errors import SandboxError
from grader.inputs import GENERATORS
from grader.judge.case import Case, read_result
from grader.judge.closeness import followed, neither
from grader.judge.compare import are_close, are_nearly, expect_numbers
from grader.judge.mistakes import find_mistake
from grader.judge.values import Numbers, Refusal, refuse, show_argument, show_numbers
from grader.judge.verdict import Verdict, failed, lost, passed
from grader.model import Call, OtherValue
from grader.oracle import ReferenceRefused, arguments_of
from grader.spec.model import FunctionCheck, MistakeUse, Tolerance

HIDDEN_INFINITY = "smoothing_hides_inf"
SAFE_Q = 1e-8  # smoothing by less than this changes nothing that the tolerance can see


class Trial(NamedTuple):
    """One call: what the student's function gave, and what the reference gives."""

    call: Call
    reading: Numbers | Refusal
    expected: Numbers

    def agrees(self, target: Numbers, tolerance: Tolerance) -> bool:
        """Return whether the student's result is close to `target`."""
        return isinstance(self.reading, Numbers) and are_close(self.reading, target, tolerance)


def check_function(case: Case[FunctionCheck]) -> Verdict:
    """Judge a function by its calls: the reference, then earlier answers, then known mistakes, then a partial share."""
    evidence = case.answers.get(case.name)
    if not (isinstance(evidence.value, OtherValue) and evidence.value.type == "callable"):
        reading = refuse(evidence.value, "a function")
        return failed(reading.code, f"{case.name} {reading.message}")
    if not evidence.calls and evidence.lost:
        return lost(case.name, evidence.lost)
    trials = _try_calls(case)
    right = [trial.agrees(trial.expected, case.check.tolerance) for trial in trials]
    if all(right):
        return passed("function.agrees", f"{case.name} is right on all {len(trials)} inputs")
    detail = f"right on {sum(right)} of {len(trials)} inputs"
    return _follow(case, trials, detail) or _explain(case, trials) or _disagree(case, trials, right)


def _try_calls(case: Case[FunctionCheck]) -> list[Trial]:
    name, numbers, results = case.name, case.answers.numbers, case.answers.results(case.name)
    calls = expected_calls(case)
    expected = case.oracle.derive(
        case.key("expected"), lambda: tuple(_expect(case, case.check.reference or name, call) for call in calls)
    )
    places = case.oracle.derive(case.key("places"), lambda: _find_places(case.answers.asked(name), calls))
    trials: list[Trial] = []
    for call, place, target in zip(calls, places, expected, strict=True):
        if place >= len(results):
            raise SandboxError(f"{name}: the evidence has no result for the call {call.args}")
        reading = read_result(results[place], target.shape)
        if isinstance(reading, Numbers):
            numbers[name, call] = reading.values  # the theorems will ask for them
        trials.append(Trial(call, reading, target))
    offset = _find_offset(case, ((trial.reading, trial.expected) for trial in trials))
    return [trial._replace(expected=_move(trial.expected, offset)) for trial in trials] if offset else trials


def _find_places(asked: tuple[Call, ...], calls: tuple[Call, ...]) -> tuple[int, ...]:
    """Return at which place each call was asked; behind the last one for a call that was not."""
    places = {call: place for place, call in enumerate(asked)}
    return tuple(places.get(call, len(asked)) for call in calls)


def _find_offset(case: Case[FunctionCheck], pairs: Iterable[tuple[Numbers | Refusal, Numbers | None]]) -> float:
    """Return the one constant by which the targets may be moved: what makes the first of them agree."""
    if not case.check.up_to_constant:
        return 0.0
    differences = (
        own.values[0] - target.values[0] for own, target in pairs if isinstance(own, Numbers) and target is not None
    )
    return next(filter(math.isfinite, differences), 0.0)


def _move(target: Numbers, offset: float) -> Numbers:
    return target._replace(values=tuple(value + offset for value in target.values)) if offset else target


def expected_calls(case: Case[FunctionCheck]) -> tuple[Call, ...]:
    """Return the calls that this check looks at, simplest first."""
    return case.oracle.derive(("inputs", case.check.inputs), lambda: tuple(GENERATORS[case.check.inputs]()))


def _expect(case: Case[FunctionCheck], name: str, call: Call) -> Numbers:
    return expect_numbers(case.oracle.function(case.exercise_id, name)(*arguments_of(call)))


# ---------------------------------------------------------------- follow-through


def _follow(case: Case[FunctionCheck], trials: list[Trial], detail: str) -> Verdict | None:
    """Return full points where every result follows from the student's own functions at the same input."""
    rule = case.check.follow_through
    if rule is None or not case.goes_on_from_wrong(rule):
        return None
    by = case.oracle.function(case.exercise_id, rule.by)
    if not all(trial.agrees(_own_target(case, rule.uses, by, trial), case.check.tolerance) for trial in trials):
        return None
    return followed(case, f"your {case.name}", rule.uses, detail)


def _own_target(case: Case[FunctionCheck], uses: tuple[str, ...], by: Callable[..., object], trial: Trial) -> Numbers:
    """Return what follows at this input; where an own result is no number, the reference decides."""
    own = [case.own_result(name, trial.call) for name in uses]
    if any(value is None for value in own):
        return trial.expected
    try:
        return expect_numbers(by(*own))
    except ReferenceRefused:
        return trial.expected


# ---------------------------------------------------------------- known mistakes


def _explain(case: Case[FunctionCheck], trials: list[Trial]) -> Verdict | None:
    def explains(use: MistakeUse) -> bool:
        if use.code == HIDDEN_INFINITY:  # whatever was added or masked; `wrong` is but one example
            return _hides_inf(case, trials)
        return use.wrong is not None and _is_mistake(case, use.wrong, trials)

    verdict = find_mistake(case, case.check.mistakes, explains, f"your {case.name}")
    if verdict is None or verdict.mistake != HIDDEN_INFINITY:
        return verdict
    shown = next(_show_trial(case, trial) for trial in trials if _is_infinite(trial))
    return find_mistake(case, case.check.mistakes, explains, shown)


def _is_mistake(case: Case[FunctionCheck], name: str, trials: list[Trial]) -> bool:
    """Return whether the wrong function explains every result, and is told from the truth by some of them.

    An input at which the wrong function has no value says nothing.
    """
    targets = case.oracle.derive(
        case.key(name), lambda: tuple(_expect_wrong(case, name, trial.call) for trial in trials)
    )
    tolerance = case.check.tolerance
    offset = _find_offset(case, ((trial.reading, wrong) for trial, wrong in zip(trials, targets, strict=True)))
    pairs = [(trial, _move(wrong, offset)) for trial, wrong in zip(trials, targets, strict=True) if wrong is not None]
    return all(trial.agrees(wrong, tolerance) for trial, wrong in pairs) and any(
        not are_close(wrong, trial.expected, tolerance) for trial, wrong in pairs
    )


def _expect_wrong(case: Case[FunctionCheck], name: str, call: Call) -> Numbers | None:
    try:
        numbers = _expect(case, name, call)
    except ReferenceRefused:
        return None
    return None if any(map(math.isnan, numbers.values)) else numbers


def _hides_inf(case: Case[FunctionCheck], trials: list[Trial]) -> bool:
    """Return whether the function is finite wherever the truth is not, and right wherever q is not tiny."""
    if not any(map(_is_infinite, trials)):
        return False
    for trial in trials:
        if isinstance(trial.reading, Refusal) or any(map(math.isinf, trial.reading.values)):
            return False
        if _has_safe_q(trial.call) and not trial.agrees(trial.expected, case.check.tolerance):
            return False
    return True


def _is_infinite(trial: Trial) -> bool:
    return any(map(math.isinf, trial.expected.values))


def _has_safe_q(call: Call) -> bool:
    """Return whether all entries of the second distribution are at least `SAFE_Q`."""
    return len(call.args) < 2 or all(q >= SAFE_Q for q in _flatten(call.args[1]))


def _flatten(argument: object) -> Iterator[float]:
    """Yield the numbers of a vector or a table; none of a plain number, which is no distribution."""
    for item in argument if isinstance(argument, tuple) else ():
        if isinstance(item, tuple):
            yield from _flatten(item)
        else:
            yield float(item)


# ---------------------------------------------------------------- neither right nor recognised


def _disagree(case: Case[FunctionCheck], trials: list[Trial], right: list[bool]) -> Verdict:
    """Return the verdict of a wrong function: the simplest failing input, and the share that it keeps."""
    first = trials[right.index(False)]
    # with a constant to choose, one input is right whatever the function does
    given = int(case.check.up_to_constant)
    reached = Fraction(max(sum(right) - given, 0), len(right))
    share = min(case.check.partial, reached)
    failing = [trial for trial, agrees in zip(trials, right, strict=True) if not agrees]
    message = f"your {show_call(case.name, first.call)} {_complaint(case, first, nearly=all(map(_is_nearly, failing)))}"
    message += neither(case, case.check.follow_through)
    if reached:
        message += f"; on {sum(right)} of {len(right)} inputs it is right"
    code = "function.partly_right" if reached else "function.disagrees"
    if isinstance(first.reading, Refusal):
        code = _loss_code(case, first.reading)
    return failed(code, message, f"expected {show_numbers(first.expected)} there", share)


def _loss_code(case: Case[FunctionCheck], reading: Refusal) -> str:
    """Return the refusal's code, or the end that the process came to where the call was lost with it."""
    cause = case.answers.get(case.name).lost
    return f"run.{cause.cause}" if reading.code == "call.lost" and cause else reading.code


def _is_nearly(trial: Trial) -> bool:
    return isinstance(trial.reading, Numbers) and are_nearly(trial.reading, trial.expected)


def _show_trial(case: Case[FunctionCheck], trial: Trial) -> str:
    result = show_numbers(trial.reading) if isinstance(trial.reading, Numbers) else "nothing"
    return f"your {show_call(case.name, trial.call)} returned {result}"


def _complaint(case: Case[FunctionCheck], trial: Trial, *, nearly: bool) -> str:
    reading = trial.reading
    if isinstance(reading, Refusal):
        return reading.message
    shown = f"returned {show_numbers(reading)}"
    if any(map(math.isinf, reading.values)) and not _is_infinite(trial):
        return f"{shown}, but it is finite there"
    if _is_infinite(trial) and not any(map(math.isinf, reading.values)):
        return f"{shown}; it should be infinite there"
    shown = f"{shown} {case.answer.unit}".rstrip()
    if nearly:
        return f"{shown}, which is right to two digits, but not precise enough"
    return f"{shown}, which is not right"


def show_call(name: str, call: Call) -> str:
    """Return a call as a student would write it."""
    return f"{name}({', '.join(map(show_argument, call.args))})"
