"""The rule `function`: every call that was made of a function agrees with the reference at the same inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, FollowThrough, MistakeUse, Name, Points, Tolerance
from grader.errors import CourseError, Problem, SandboxError
from grader.judge.admissible import is_trivial
from grader.judge.arguments import argument_object, show_call
from grader.judge.bounds import bounded
from grader.judge.compare import are_nearly, expect_numbers, is_infinite
from grader.judge.context import CheckContext, read_result
from grader.judge.decoding import Numbers, as_list, read_bool, read_complex_numbers, read_numbers, show_numbers
from grader.judge.describe import Invalid, reject
from grader.judge.expectations import RejectedByReference, arguments_of
from grader.judge.explain import find_mistake, find_own_mistake, followed, neither, show_allowed_error
from grader.judge.forms import describe_invalid_result, reject_form
from grader.judge.matching import Comparison
from grader.judge.rules.base import Asking, FieldProblem, Named, Rule, Use, Wrong
from grader.judge.rules.common import Order, ReferenceName, UpTo, check_mistakes, check_tolerance
from grader.judge.rules.examples import wrong_functions
from grader.judge.solution import SHOWN_INPUTS, Solution, Tried
from grader.judge.verdict import NOTHING, Code, Verdict, failed, passed
from grader.judge.words import read_string
from grader.model import Call, Frozen, OtherValue, Value


class FunctionCheck(BaseCheck):
    """A function agrees with the reference on every input; right on at least half, it keeps the share `partial`."""

    rule: Literal["function"]
    reference: ReferenceName = None
    inputs: Name = Field(description="The function of `reference/inputs.py` that gives the arguments of each call.")
    tolerance: Tolerance
    partial: Points = Field(
        description="The share that remains for a function that is right on at least half of the inputs; less than 1."
    )
    up_to_constant: bool = Field(
        default=False, description="One number, the same for all inputs, may be added to the reference."
    )
    order: Order = "given"
    up_to: UpTo = ()
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class FunctionRule(Rule[FunctionCheck]):
    """By the reference, then earlier answers, then known mistakes, then a partial share."""

    record = FunctionCheck
    kinds = ("function",)
    asks = (
        "A function named like the answer or by `reference`, with the answer's arguments, that returns what a "
        "student's should, and raises ValueError or ArithmeticError where it has no value; each `wrong` likewise. "
        "`inputs` is a function of `reference/inputs.py`."
    )
    codes = {
        "function.agrees": Code("agrees with the reference on every input", "right"),
        "function.disagrees": Code("right on fewer than half of the inputs", "wrong"),
        "function.partly_right": Code("right on at least half of the inputs, and not on all", "nearly"),
    }

    def find_problems(self, check: FunctionCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with the tolerance, the partial share and the mistakes."""
        del answer
        yield from check_tolerance(check.tolerance)
        yield from check_mistakes(check.mistakes, check.follow_through, has_rules=True)
        if check.partial >= 1:
            yield ("partial",), f"{check.partial}: expected less than 1, as a wrong function never earns all"

    def uses(self, check: FunctionCheck) -> Iterator[Use]:
        """Yield the earlier functions that it may follow from."""
        for index, name in enumerate(check.follow_through.uses if check.follow_through else ()):
            yield Use(("follow_through", "uses", index), name, ("function",))

    def names(self, check: FunctionCheck) -> Iterator[Named]:
        """Yield the generator of the inputs, and what recognises mistakes."""
        yield Named(("inputs",), "inputs", check.inputs)
        yield from super().names(check)

    def calls(self, check: FunctionCheck, asking: Asking) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """Yield the calls of the function, and of the earlier ones that it may be consistent with."""
        calls = asking.calls(check.answer, check.inputs)
        yield check.answer, calls
        for name in check.follow_through.uses if check.follow_through else ():
            yield name, calls

    def judge(self, context: CheckContext[FunctionCheck]) -> Verdict:
        """Judge a function by its calls."""
        return _judge(context)

    def solve(self, context: CheckContext[FunctionCheck]) -> Solution | None:
        """Return inputs at which the function is not right, with what is; of one that never ran, the first inputs."""
        return _solve(context)

    def wrong_examples(self, check: FunctionCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield functions that go wrong."""
        del check
        yield from wrong_functions(answer, truth)


Expected: TypeAlias = Numbers | bool | str
Reader: TypeAlias = Callable[[Value], Expected | Invalid]
Moved = TypeVar("Moved", bound=Expected | Invalid)


class Trial(NamedTuple):
    """One call: what the student's function gave, and what the reference gives."""

    call: Call
    reading: Expected | Invalid
    expected: Expected

    def agrees(self, target: Expected, comparison: Comparison, offset: float = 0.0) -> bool:
        """Return whether the student's result is the target, or close to it, once `offset` is taken off it.

        The target is not moved: it sets the tolerance, which a large constant must not widen.
        """
        return agree(move(self.reading, -offset) if offset else self.reading, target, comparison)


def agree(reading: Expected | Invalid, target: Expected, comparison: Comparison) -> bool:
    """Return whether a result is the target: numbers within the tolerance, bools and strings exactly."""
    if isinstance(reading, Numbers) and isinstance(target, Numbers):
        return comparison.agrees(reading, target)
    return type(reading) is type(target) and reading == target


def comparison_of(check: FunctionCheck) -> Comparison:
    """Return how the results of a function are held against others."""
    return Comparison(check.tolerance, check.up_to, any_order=check.order == "any")


def _judge(context: CheckContext[FunctionCheck]) -> Verdict:
    """Judge a function by its calls: the reference, then earlier answers, then known mistakes, then a partial share."""
    evidence = context.answers.get(context.name)
    if not _is_function(evidence.value):
        return reject_form(context, reject(evidence.value, "a function"))
    lost = None if evidence.calls else context.answers.judge_lost(context.name)
    if lost is not None:
        return lost
    trials = _try_calls(context)
    comparison = comparison_of(context.check)
    offset = _find_offset(context, ((trial.reading, trial.expected) for trial in trials))
    right = [trial.agrees(trial.expected, comparison, offset) for trial in trials]
    if all(right):
        return passed("function.agrees", f"{context.name} is right on all {len(trials)} inputs")
    rule = context.check.follow_through
    targets = _find_own(context, trials)
    if rule is not None and targets is not None and _agree_all(context, trials, targets):
        detail = f"right on {sum(right)} of {len(trials)} inputs"
        return followed(context, f"your {context.name}", rule.uses, detail)
    return (
        _explain(context, trials)
        or _explain_own(context, trials)
        or _disagree(context, trials, right, offset, neither(context, rule, targets))
    )


def _is_function(value: Value) -> bool:
    return isinstance(value, OtherValue) and value.type == "callable"


def _solve(context: CheckContext[FunctionCheck]) -> Solution:
    evidence, check = context.answers.get(context.name), context.check
    allowed = show_allowed_error(check.tolerance)
    if not (_is_function(evidence.value) and evidence.calls):
        calls = expected_calls(context)
        first = [(call, _expect(context, check.reference_name, call)) for call in calls[:SHOWN_INPUTS]]
        inputs = tuple(Tried(show_call(context.name, call), _show(expected)) for call, expected in first)
        return Solution(allowed=allowed, inputs=inputs, tried=len(calls))
    trials = _try_calls(context)
    offset = _find_offset(context, ((trial.reading, trial.expected) for trial in trials))
    comparison = comparison_of(check)
    failing = [trial for trial in trials if not trial.agrees(trial.expected, comparison, offset)]
    inputs = tuple(_tell_trial(context, trial, offset) for trial in failing[:SHOWN_INPUTS])
    return Solution(allowed=allowed, inputs=inputs, failing=len(failing), tried=len(trials))


def _tell_trial(context: CheckContext[FunctionCheck], trial: Trial, offset: float) -> Tried:
    own = trial.reading.message if isinstance(trial.reading, Invalid) else _show(trial.reading)
    return Tried(show_call(context.name, trial.call), _show(move(trial.expected, offset)), own)


def _try_calls(context: CheckContext[FunctionCheck]) -> list[Trial]:
    name, numbers, results = context.name, context.answers.numbers, context.answers.results(context.name)
    trials: list[Trial] = []
    for call, place, target, read in context.memoize("calls", lambda: tuple(_plan_calls(context))):
        if place >= len(results):
            raise SandboxError(f"{name}: the evidence has no result for the call {call.args}")
        reading: Expected | Invalid = read_result(results[place], read)
        if isinstance(reading, Numbers):
            numbers[name, call] = reading  # the invariants will ask for them
        trials.append(Trial(call, reading, target))
    return trials


def _plan_calls(context: CheckContext[FunctionCheck]) -> Iterator[tuple[Call, int, Expected, Reader]]:
    """Yield each call, at which place it was asked, what is expected of it, and how its result is read.

    The same for every student. The place is behind the last one for a call that was not asked.
    """
    asked = context.answers.asked(context.name)
    places = {call: place for place, call in enumerate(asked)}
    for call in expected_calls(context):
        expected = _expect(context, context.check.reference_name, call)
        yield call, places.get(call, len(asked)), expected, choose_reader(context.check, expected)


def _find_offset(
    context: CheckContext[FunctionCheck], pairs: Iterable[tuple[Expected | Invalid, Expected | None]]
) -> float:
    """Return the one constant by which the targets may be moved: what makes the first of them agree."""
    if not context.check.up_to_constant:
        return 0.0
    differences = (
        own.values[0] - target.values[0]
        for own, target in pairs
        if isinstance(own, Numbers) and isinstance(target, Numbers)
    )
    return next(filter(math.isfinite, differences), 0.0)


def move(content: Moved, offset: float) -> Moved:
    """Return numbers with a constant added; anything else as it is."""
    if not offset or not isinstance(content, Numbers):
        return content
    return cast("Moved", content._replace(values=tuple(value + offset for value in content.values)))


def expected_calls(context: CheckContext[FunctionCheck]) -> tuple[Call, ...]:
    """Return the calls that this check looks at, simplest first."""
    return context.oracle.inputs(context.check.inputs, context.answer.parameters)


def _expect(context: CheckContext[FunctionCheck], name: str, call: Call) -> Expected:
    return expect_result(context.answer, context.oracle.function(context.exercise_id, name)(*arguments_of(call)))


def expect_result(answer: Answer, found: object) -> Expected:
    """Return what the reference gave, as the kind of result that the function is to give.

    Raises:
        CourseError: it is none.
    """
    match answer.result:
        case "bool" if isinstance(found, bool | np.bool_):
            return bool(found)
        case "string" if isinstance(found, str):
            return found
        case "bool" | "string":
            message = f"expected a {answer.result}, got {found!r} ({type(found).__name__})"
            raise CourseError([Problem("reference", 1, answer.name, message)])
        case "complex":
            numbers = expect_numbers(found)
            return numbers._replace(values=tuple(map(complex, numbers.values)))
        case _:
            return expect_numbers(found)


def choose_reader(check: FunctionCheck, expected: Expected) -> Reader:
    """Return what reads a student's result as what it is held against."""
    if not isinstance(expected, Numbers):
        return read_bool if isinstance(expected, bool) else read_string
    is_complex = bool(expected.values) and isinstance(expected.values[0], complex)
    read = partial(read_complex_numbers if is_complex else read_numbers, shape=expected.shape)
    return (lambda value: read(as_list(value))) if check.order == "any" else read


# ---------------------------------------------------------------- follow-through


def _find_own(context: CheckContext[FunctionCheck], trials: list[Trial]) -> list[Expected] | None:
    """Return what follows from the student's own functions, input by input; None where nothing or what is trivial."""
    rule = context.check.follow_through
    if rule is None or context.student_values(rule) is None:
        return None
    targets = _own_targets(context, rule.uses, rule.by, trials)
    is_nothing = is_trivial(_list_results(targets), _list_results([trial.expected for trial in trials]))
    return None if is_nothing else targets


def _own_targets(
    context: CheckContext[FunctionCheck], uses: tuple[str, ...], name: str, trials: list[Trial]
) -> list[Expected]:
    """Return what the reference's function `name` makes of the student's own results, input by input."""
    by = context.oracle.function(context.exercise_id, name)
    with bounded(name):
        return [_own_target(context, uses, by, trial) for trial in trials]


def _agree_all(context: CheckContext[FunctionCheck], trials: list[Trial], targets: list[Expected]) -> bool:
    comparison = comparison_of(context.check)
    return all(trial.agrees(target, comparison) for trial, target in zip(trials, targets, strict=True))


def _list_results(results: list[Expected]) -> list[tuple[tuple[object, ...], object]]:
    return [((), result.content if isinstance(result, Numbers) else result) for result in results]


def _own_target(
    context: CheckContext[FunctionCheck], uses: tuple[str, ...], by: Callable[..., object], trial: Trial
) -> Expected:
    """Return what follows at this input; where an own result is no number, the reference decides."""
    own = [context.student_result(name, trial.call) for name in uses]
    if any(value is None for value in own):
        return trial.expected
    try:
        return expect_result(context.answer, by(*own))
    except RejectedByReference:
        return trial.expected


# ---------------------------------------------------------------- known mistakes


def _explain(context: CheckContext[FunctionCheck], trials: list[Trial]) -> Verdict | None:
    shown: dict[str, str] = {}  # by the rule that recognised something: the call that shows it

    def explains(use: MistakeUse) -> bool:
        if use.by is None:
            return use.wrong is not None and _is_mistake(context, use.wrong, trials)
        with bounded(use.by):
            place = context.oracle.rule(use.by)([_plain_trial(context, trial) for trial in trials])
        if place is None:
            return False
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(trials):
            message = f"expected None or the index of one of {len(trials)} trials, got {place!r}"
            raise CourseError([Problem("reference", 1, use.by, message)])
        shown[use.code] = _show_trial(context, trials[place])
        return True

    verdict = find_mistake(context, context.check.mistakes, explains, f"your {context.name}")
    if verdict is None or verdict.mistake not in shown:
        return verdict
    return find_mistake(context, context.check.mistakes, explains, shown[verdict.mistake])


def _explain_own(context: CheckContext[FunctionCheck], trials: list[Trial]) -> Verdict | None:
    """Look for a known mistake on the student's own functions."""
    rule = context.check.follow_through

    def explains(use: MistakeUse) -> bool:
        if rule is None or use.from_ is None:
            return False
        wrong = _own_targets(context, rule.uses, use.from_, trials)
        if is_trivial(_list_results(wrong), _list_results([trial.expected for trial in trials])):
            return False
        consistent = _own_targets(context, rule.uses, rule.by, trials)
        comparison = comparison_of(context.check)
        differs = any(not agree(one, other, comparison) for one, other in zip(wrong, consistent, strict=True))
        return differs and _agree_all(context, trials, wrong)

    return find_own_mistake(context, context.check.mistakes, explains, f"your {context.name}")


def _plain(content: Expected) -> object:
    return content.plain if isinstance(content, Numbers) else content


def _plain_argument(argument: object) -> object:
    return argument_object(cast("Any", argument)) if isinstance(argument, Frozen) else argument


def _plain_trial(context: CheckContext[FunctionCheck], trial: Trial) -> dict[str, object]:
    """Return a trial as a course's own rule gets it: plain data, and nothing of the student's objects."""
    return {
        "args": tuple(map(_plain_argument, trial.call.args)),
        "result": None if isinstance(trial.reading, Invalid) else _plain(trial.reading),
        "expected": _plain(trial.expected),
        "agrees": trial.agrees(trial.expected, comparison_of(context.check)),
    }


def _is_mistake(context: CheckContext[FunctionCheck], name: str, trials: list[Trial]) -> bool:
    """Return whether the wrong function explains every result, and is told from the truth by some of them.

    An input at which the wrong function has no value says nothing.
    """
    targets = context.memoize(name, lambda: tuple(_expect_wrong(context, name, trial.call) for trial in trials))
    comparison = comparison_of(context.check)
    offset = _find_offset(context, ((trial.reading, wrong) for trial, wrong in zip(trials, targets, strict=True)))
    pairs = [(trial, wrong) for trial, wrong in zip(trials, targets, strict=True) if wrong is not None]
    if not all(trial.agrees(wrong, comparison, offset) for trial, wrong in pairs):
        return False
    between = _find_offset(context, ((wrong, trial.expected) for trial, wrong in pairs))
    return any(not agree(move(wrong, -between), trial.expected, comparison) for trial, wrong in pairs)


def _expect_wrong(context: CheckContext[FunctionCheck], name: str, call: Call) -> Expected | None:
    try:
        result = _expect(context, name, call)
    except RejectedByReference:
        return None
    return None if isinstance(result, Numbers) and any(one != one for one in result.values) else result  # noqa: PLR0124 - NaN


def _is_infinite(content: Expected) -> bool:
    return isinstance(content, Numbers) and any(map(is_infinite, content.values))


# ---------------------------------------------------------------- neither right nor recognised


def _disagree(
    context: CheckContext[FunctionCheck], trials: list[Trial], right: list[bool], offset: float, clause: str
) -> Verdict:
    """Return the verdict of a wrong function: the simplest failing input, and the share that it keeps."""
    first = trials[right.index(False)]
    # with a constant to choose, one input is right whatever the function does
    given = int(context.check.up_to_constant)
    reached = max(sum(right) - given, 0)
    # All of the share from half of the inputs on, else nothing: a constant is right somewhere, too.
    share = context.check.partial if 2 * reached >= len(right) else NOTHING
    failing = [trial for trial, agrees in zip(trials, right, strict=True) if not agrees]
    message = (
        f"your {show_call(context.name, first.call)} {_complaint(context, first, nearly=all(map(_is_nearly, failing)))}"
    )
    message += clause
    if reached:
        message += f"{'' if message.endswith('?') else '.'} It is right for {sum(right)} of {len(right)} inputs"
    code = "function.partly_right" if share else "function.disagrees"
    if isinstance(first.reading, Invalid):
        code = _loss_code(context, first.reading)
    return failed(code, message, f"expected {_show(move(first.expected, offset))} there", share)


def _loss_code(context: CheckContext[FunctionCheck], reading: Invalid) -> str:
    """Return the code of an invalid result, or the end that the process came to where the call was lost with it."""
    cause = context.answers.get(context.name).lost
    return f"run.{cause.cause}" if reading.code == "call.lost" and cause else reading.code


def _is_nearly(trial: Trial) -> bool:
    reading, expected = trial.reading, trial.expected
    return isinstance(reading, Numbers) and isinstance(expected, Numbers) and are_nearly(reading, expected)


def _show(content: Expected) -> str:
    return show_numbers(content) if isinstance(content, Numbers) else repr(content)


def _show_trial(context: CheckContext[FunctionCheck], trial: Trial) -> str:
    result = "nothing" if isinstance(trial.reading, Invalid) else _show(trial.reading)
    return f"your {show_call(context.name, trial.call)} returned {result}"


def _complaint(context: CheckContext[FunctionCheck], trial: Trial, *, nearly: bool) -> str:
    reading = trial.reading
    if isinstance(reading, Invalid):
        return describe_invalid_result(
            context, trial.call, context.answers.calls(context.name).get(trial.call), reading
        )
    shown = f"returned {_show(reading)}"
    if _is_infinite(reading) and not _is_infinite(trial.expected):
        return f"{shown}, but it is finite there"
    if _is_infinite(trial.expected) and not _is_infinite(reading):
        return f"{shown}; it should be infinite there"
    shown = f"{shown} {context.answer.unit}".rstrip()
    if nearly:
        return f"{shown}, which is right to two digits, but not precise enough"
    return f"{shown}, which is not correct"


RULE = FunctionRule()
