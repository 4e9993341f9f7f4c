"""The rule `statistic`: an estimate lies within chance of the truth.

What chance may do comes from the reference: it gives the value and the true standard error of an honest estimate, or a
set of values that an honest estimate falls into. Never the student's own spread.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from grader.course import Answer, BaseCheck, MistakeUse, Name, Sentence
from grader.errors import CourseError, Problem
from grader.judge.context import CheckContext
from grader.judge.decoding import Numbers, read_numbers, show_numbers
from grader.judge.describe import Invalid, show, show_index
from grader.judge.explain import find_wrong_value
from grader.judge.forms import reject_form
from grader.judge.rules.base import FieldProblem, KeyPath, Rule, Use, Wrong
from grader.judge.rules.common import check_mistakes
from grader.judge.rules.examples import wrong_numbers
from grader.judge.solution import Solution, build_line
from grader.judge.verdict import Code, Verdict, blocked, failed, passed

Array = npt.NDArray[np.float64]
LAWS = 64  # that are remembered: most students of a class choose the same places


class StatisticCheck(BaseCheck):
    """Every entry lies within `standard_errors` true standard errors of the truth, or in the reference's set.

    The function `reference` of the exercise gets the student's own values of `uses` (the default of an optional answer
    that is left out or out of range) and returns a dict: `value` and `standard_error`, or `low` and `high`; numbers, or
    arrays like the answer. `false_fail_rate` is the probability that chance alone fails an honest student.
    """

    rule: Literal["statistic"]
    reference: Name = Field(description="The reference's function that gives the truth and what chance may do.")
    uses: tuple[Name, ...] = Field((), description="The student's own answers that it gets, in order.")
    needs_right: tuple[Name, ...] = Field((), description="Of `uses`: blocked where one of these is not right.")
    standard_errors: float | None = Field(None, gt=0, description="How many true standard errors chance may do.")
    false_fail_rate: Annotated[
        float, Field(gt=0, lt=1, description="The probability that chance alone fails an honest student.")
    ]
    reason: Sentence = Field(description="Where that probability comes from.")
    samples: int | None = Field(None, gt=0, description="For messages: of how many samples the noise is.")
    along: Name | None = Field(
        None, description="Of `uses`: the answer whose entries say where each estimate was made."
    )
    along_name: str = Field("", description="What these are called in messages.")
    shifted: str = Field("", description="What to tell where all is right but for one constant.")
    mistakes: tuple[MistakeUse, ...] = Field(
        (), description="Known mistakes, each judged by its own law: `wrong` returns what `reference` does."
    )
    wrong: Annotated[
        tuple[Name, ...], Field(min_length=1, description="Functions of the reference: answers that must not pass.")
    ]


class Statistic(Rule[StatisticCheck]):
    """By the true standard error."""

    record = StatisticCheck
    kinds = ("number", "array")
    asks = (
        "The function `reference` takes the values of `uses` and returns a dict; so does the `wrong` of each "
        "mistake. A function without arguments, named like the answer, returns what an honest student may get, which "
        "has to pass; the check's own `wrong` are such functions, and must not."
    )
    codes = {
        "statistic.close": Code("every entry within the allowed standard errors of the truth", "right"),
        "statistic.wrong": Code("some entry further away than chance explains", "wrong"),
    }

    def find_problems(self, check: StatisticCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield names that are not used, and a rate that is smaller than what chance alone does to one number."""
        yield from check_mistakes(check.mistakes)
        for key in ("needs_right", "along"):
            names = check.needs_right if key == "needs_right" else filter(None, [check.along])
            for name in names:
                if name not in check.uses:
                    yield (key,), f"{name}: expected one of the answers under uses"
        if check.standard_errors is not None and answer.kind == "number":
            rate = math.erfc(check.standard_errors / math.sqrt(2.0))
            if check.false_fail_rate < rate / 2:
                message = f"{check.false_fail_rate:g}: {check.standard_errors:g} standard errors fail {rate:.2g} of all"
                yield ("false_fail_rate",), f"{message} honest students; expected at least that"

    def uses(self, check: StatisticCheck) -> Iterator[Use]:
        """Yield the student's own values that the truth depends on."""
        yield from (Use(("uses", index), name) for index, name in enumerate(check.uses))

    def functions(self, check: StatisticCheck, answer: Answer) -> Iterator[tuple[KeyPath, str]]:
        """Yield the truth and the wrong answers."""
        yield ("answer",), answer.name
        yield from super().functions(check, answer)
        yield from ((("wrong", index), name) for index, name in enumerate(check.wrong))

    def mistaken_answer(self, found: object) -> object:
        """Return the value of a law, or the middle of its set."""
        if isinstance(found, Mapping):
            return found["value"] if "value" in found else (np.asarray(found["low"]) + np.asarray(found["high"])) / 2
        return found

    def wrong_answers(self, check: StatisticCheck) -> tuple[str, ...]:
        """Return those that the check names."""
        return check.wrong

    def judge(self, context: CheckContext[StatisticCheck]) -> Verdict:
        """Judge an estimate."""
        return _judge(context)

    def solve(self, context: CheckContext[StatisticCheck]) -> Solution | None:
        """Return the truth and what chance may do, for the student's own values of `uses`; None where one is wrong."""
        return _solve(context)

    def wrong_examples(self, check: StatisticCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield numbers that are far off: what is nearer may be chance."""
        del check
        yield from (example for example in wrong_numbers(answer, truth) if example[0] == "all below zero")


@dataclass(frozen=True)
class _Law:
    """What an honest estimate does: between `low` and `high`, entry by entry."""

    value: Array
    low: Array
    high: Array


def _judge(context: CheckContext[StatisticCheck]) -> Verdict:
    used = _read_all_used(context)
    if isinstance(used, Verdict):
        return used
    own, notes = used
    places = _find_places(context, own)
    reading = read_numbers(context.value, _find_shape(context, places))
    if isinstance(reading, Invalid):
        each = "" if places is None else f"Each value of {context.check.along} needs one estimate."
        return reject_form(context, reading, each)
    return _compare(context, reading, own, notes)


def _read_all_used(context: CheckContext[StatisticCheck]) -> tuple[list[object], str] | Verdict:
    """Return the student's own values and notes on them, or the verdict where there is none to go on with."""
    own: list[object] = []
    notes = ""
    for name in context.check.uses:
        value = _read_used(context, name)
        if isinstance(value, Verdict):
            return value
        own.append(value[0])
        notes += value[1]
    return own, notes


def _find_shape(context: CheckContext[StatisticCheck], places: Array | None) -> tuple[int, ...] | None:
    """Return the shape that the answer must have; None for an array of any."""
    if context.answer.kind == "number" or context.answer.shape is not None:
        return context.answer.shape or ()
    return None if places is None else places.shape


def _solve(context: CheckContext[StatisticCheck]) -> Solution | None:
    used = _read_all_used(context)
    if isinstance(used, Verdict):
        return None
    own, _ = used
    places = _find_places(context, own)
    shape = _find_shape(context, places)
    if shape is None:
        return None
    law = _find_law(context, own, shape)
    if places is None or places.ndim != 1:
        low, value, high = (
            show_numbers(Numbers(one.shape, tuple(one.ravel()))) for one in (law.low, law.value, law.high)
        )
        return Solution(f"{value} {context.answer.unit}".rstrip(), f"from {low} to {high} is chance")
    order = np.argsort(places)
    named = {"right": law.value, "lowest by chance": law.low, "highest by chance": law.high}
    right, *bounds = (build_line(label, places[order], one[order]) for label, one in named.items())
    return Solution(curves=(right,), bounds=tuple(bounds), along=context.check.along or "")


def _read_used(context: CheckContext[StatisticCheck], name: str) -> tuple[object, str] | Verdict:
    """Return the student's own value and a note on it, or the verdict where there is none to go on with."""
    spec = context.specs[name]
    if not context.answers.attempted(name):
        return (spec.default, "") if spec.default is not None else blocked(context.name, name)
    value = context.student_value(name)
    if isinstance(value, Invalid):
        if spec.default is None:
            return blocked(context.name, name, f"was rejected: it {value.message}")
        return spec.default, f" (your {name} {value.message}; so {show(spec.default)} was used)"
    if spec.range is not None and isinstance(value, float) and not spec.range[0] <= value <= spec.range[1]:
        said = f"= {show(value)} is not between {show(spec.range[0])} and {show(spec.range[1])}"
        if spec.default is None:
            return blocked(context.name, name, f"was rejected: it {said}")
        return spec.default, f" (your {name} {said}; so {show(spec.default)} was used)"
    if name in context.check.needs_right and context.is_wrong(name):
        return blocked(context.name, name, "is not as asked for")
    return value, ""


def _find_places(context: CheckContext[StatisticCheck], own: list[object]) -> Array | None:
    along = context.check.along
    if along is None:
        return None
    return np.asarray(own[context.check.uses.index(along)], dtype=np.float64)


def _find_law(
    context: CheckContext[StatisticCheck], own: list[object], shape: tuple[int, ...], name: str | None = None
) -> _Law:
    """Return what the reference says of an honest estimate; the same for students with the same own values.

    Raises:
        CourseError: the reference gave no finite values of this shape.
    """
    name = name or context.check.reference
    key = (
        *context.key(f"law {name}"),
        shape,
        *(one.tobytes() if isinstance(one, np.ndarray) else str(one) for one in own),
    )
    laws = context.cache.memoize("laws", OrderedDict[object, _Law])
    if key not in laws:
        laws[key] = _ask_law(context, own, shape, name)
    while len(laws) > LAWS:
        laws.popitem(last=False)
    return laws[key]


def _ask_law(context: CheckContext[StatisticCheck], own: list[object], shape: tuple[int, ...], name: str) -> _Law:
    found = context.oracle.function(context.exercise_id, name)(*own)
    if isinstance(found, Mapping) and {"low", "high"} <= set(found):
        low, high = (_take(context, found, name, shape) for name in ("low", "high"))
        return _Law(_take(context, found, "value", shape) if "value" in found else (low + high) / 2, low, high)
    if not isinstance(found, Mapping) or not {"value", "standard_error"} <= set(found):
        raise _wrong(context, f"expected a dict with value and standard_error, or low and high, got {found!r:.80}")
    if context.check.standard_errors is None:
        raise _wrong(context, "gives a standard error, and the check does not say how many are allowed")
    value, error = (_take(context, found, name, shape) for name in ("value", "standard_error"))
    if not (error > 0).all():
        raise _wrong(context, "expected standard errors above 0")
    away = context.check.standard_errors * error
    return _Law(value, value - away, value + away)


def _take(
    context: CheckContext[StatisticCheck], found: Mapping[str, object], name: str, shape: tuple[int, ...]
) -> Array:
    array = np.asarray(found[name], dtype=np.float64)
    if array.shape not in {shape, ()} or not np.isfinite(array).all():
        raise _wrong(context, f"{name}: expected finite numbers of shape {shape}, got shape {array.shape}")
    return np.broadcast_to(array, shape)


def _wrong(context: CheckContext[StatisticCheck], message: str) -> CourseError:
    return CourseError([Problem("reference", 1, context.check.reference, message)])


def _compare(context: CheckContext[StatisticCheck], reading: Numbers, own: list[object], notes: str) -> Verdict:
    check, law = context.check, _find_law(context, own, reading.shape)
    noise = f"the noise of {check.samples} samples" if check.samples else "chance"
    value = np.array(reading.values, dtype=np.float64).reshape(reading.shape)
    infinite = np.flatnonzero(np.isinf(value))
    if infinite.size:
        where = f"has an entry [{show_index(int(infinite[0]), value.shape)}] that is" if value.shape else "is"
        return failed("value.infinite", f"{context.name} {where} infinite")
    with np.errstate(over="ignore", invalid="ignore"):
        away = (value - law.value) / np.maximum((law.high - law.low) / 2, np.finfo(np.float64).tiny)
    outside = ~((value >= law.low) & (value <= law.high))
    worst = np.unravel_index(int(np.argmax(np.abs(away))), away.shape)
    detail = f"worst at {tuple(map(int, worst))}: {show(float(away[worst]))} of what is allowed"
    if not outside.any():
        what = context.name if reading.shape == () else f"every point of {context.name}"
        return passed("statistic.close", f"{what} is within {noise}{notes}", detail)
    known = _find_known(context, own, value)
    if known is not None:
        return known
    side = "high" if away[worst] > 0 else "low"
    here = _show_place(context, worst, _find_places(context, own))
    message = f"{here}{context.name} is {show(float(value[worst]))}, too {side} to be {noise}"
    if reading.shape != ():
        count = int((outside & (np.sign(away) == np.sign(away[worst]))).sum())
        message += f". In all, {count} of {value.size} points are too {side}"
    return failed("statistic.wrong", f"{message}{_say_shifted(check, value, law)}{notes}", detail)


def _find_known(context: CheckContext[StatisticCheck], own: list[object], value: Array) -> Verdict | None:
    """Return the verdict on an estimate of what a known mistake gives, within chance."""

    def explains(name: str) -> bool:
        law = _find_law(context, own, value.shape, name)
        true = _find_law(context, own, value.shape)
        told_apart = bool(((law.value < true.low) | (law.value > true.high)).any())
        return told_apart and bool(((value >= law.low) & (value <= law.high)).all())

    shown = f"{context.name} = {show(float(value))}" if value.shape == () else f"your {context.name}"
    return find_wrong_value(context, context.check.mistakes, explains, shown)


def _show_place(context: CheckContext[StatisticCheck], worst: tuple[Any, ...], places: Array | None) -> str:
    if places is not None:
        return f"at {context.check.along_name or context.check.along} = {show(float(places[worst]))} your "
    return f"at [{show_index(int(worst[0]), (int(worst[0]) + 1,))}] your " if len(worst) == 1 else "your "


def _say_shifted(check: StatisticCheck, value: Array, law: _Law) -> str:
    """Return what can be said of a curve of the right form at the wrong height, as with a forgotten constant."""
    if not check.shifted or value.size < 2:
        return ""
    difference = value - law.value
    spread = np.abs(difference - np.median(difference))
    if np.isfinite(spread).all() and (spread <= (law.high - law.low) / 2).all():
        return f". {check.shifted}"
    return ""


RULE = Statistic()
