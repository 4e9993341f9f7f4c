"""One check put to one submission, with everything that judging it may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar, cast

import numpy.typing as npt

from grader.course import Answer, BaseCheck, FollowThrough, Invariant, Mistake, Name, Part
from grader.errors import CourseError, Problem
from grader.judge.admissible import are_trivial, is_admissible
from grader.judge.bounds import bounded
from grader.judge.cache import Cache
from grader.judge.content import plain_value
from grader.judge.decoding import (
    Numbers,
    as_list,
    read_bool,
    read_complex_numbers,
    read_integer,
    read_number,
    read_numbers,
)
from grader.judge.describe import Invalid, reject
from grader.judge.evidence import Answers
from grader.judge.expectations import Expectations, RejectedByReference, arguments_of
from grader.judge.verdict import clean
from grader.judge.words import read_choice, read_set, read_string
from grader.model import (
    ArrayValue,
    Call,
    CallResult,
    MappingValue,
    Raised,
    Returned,
    SequenceValue,
    TableValue,
    Value,
)
from numgrade_student.calls import Raised as RaisedCall

C_co = TypeVar("C_co", bound=BaseCheck, covariant=True)
D = TypeVar("D", bound=BaseCheck)
T = TypeVar("T")

StudentValue = (
    float | bool | str | frozenset[str] | npt.NDArray[Any] | dict[Any, Any] | list[tuple[tuple[object, ...], object]]
)  # fmt: skip


@dataclass(frozen=True)
class CheckContext(Generic[C_co]):
    """A check, the answer it asks about, and what both sides have to say.

    `specs` are the answers of the whole course by name, `homes` their exercises and the names of their reference
    functions, `mistakes` and `invariants` the catalogues; `is_wrong` says whether an earlier answer is not right by the
    reference.
    """

    check: C_co
    answer: Answer
    part: Part
    exercise_id: str
    answers: Answers
    oracle: Expectations
    cache: Cache
    specs: Mapping[str, Answer]
    homes: Mapping[str, tuple[str, str]]
    mistakes: Mapping[str, Mistake]
    invariants: Mapping[str, Invariant]
    is_wrong: Callable[[str], bool]

    @property
    def name(self) -> str:
        """Return the name of the answer."""
        return self.answer.name

    @property
    def value(self) -> Value:
        """Return what the student gave for the answer."""
        return self.order_freely(self.answers.get(self.answer.name).value)

    def order_freely(self, value: Value) -> Value:
        """Return the answer's value, or a result of it: a set as a list, where the entries may stand in any order."""
        listed = as_list(value)
        if listed is value:  # no set: whether its order counts is asked for nothing
            return value
        checks = (check for check in self.part.checks if check.answer == self.answer.name)
        return listed if any(getattr(check, "order", "given") == "any" for check in checks) else value

    def narrow(self, check: D) -> CheckContext[D]:
        """Return this context for `check`, whose type says more."""
        if check is self.check:
            return cast("CheckContext[D]", self)
        return replace(cast("CheckContext[D]", self), check=check)

    def key(self, aspect: str) -> tuple[str, str, str]:
        """Return the key under which the cache keeps what follows from this check alone."""
        return (self.part.id, self.check.id, aspect)

    def memoize(self, aspect: str, compute: Callable[[], T]) -> T:
        """Return what `compute` makes of this check alone, whoever is judged: once for all students."""
        return self.cache.memoize(self.key(aspect), compute)

    def mistake(self, code: str) -> Mistake:
        """Return the catalogue's entry for a known mistake.

        Raises:
            CourseError: the catalogue has none.
        """
        if code not in self.mistakes:
            raise CourseError([Problem("course.yaml", 1, "mistakes", f"{code} is not in the catalogue")])
        return self.mistakes[code]

    def student_value(self, name: Name) -> StudentValue | Invalid:
        """Return the student's own value of an earlier answer: a function's as its calls and their results."""
        spec, value = self.specs[name], self.answers.get(name).value
        match spec.kind:
            case "number":
                return read_number(value)
            case "integer":
                return read_integer(value)
            case "string":
                return read_string(value)
            case "array" | "complex":
                numbers = read_by_kind(spec, value, spec.shape)
                return numbers if isinstance(numbers, Invalid) else numbers.content
            case "dict" | "table":
                return _read_plain(value, spec.kind)
            case "bool":
                return read_bool(value)
            case "choice":
                return read_choice(value, spec.choices)
            case "set":
                return read_set(value, spec.choices)
            case "function":
                return self._read_calls(name)
            case _:
                return reject(value, "a value to go on with")

    def _read_calls(self, name: Name) -> list[tuple[tuple[object, ...], object]] | Invalid:
        found: list[tuple[tuple[object, ...], object]] = []
        for call, result in self.answers.calls(name).items():
            reading = read_result(result, partial(read_any_numbers, self.specs[name]))
            if isinstance(reading, Invalid):
                return reading
            found.append((arguments_of(call), reading.content))
        return found or Invalid("call.lost", "was not called")

    def student_result(self, name: Name, call: Call) -> object | None:
        """Return what the student's own function gave at this call, a number or an array; None for anything else."""
        result = self.answers.calls(name).get(call)
        reading = None if result is None else read_result(result, partial(read_any_numbers, self.specs[name]))
        return reading.content if isinstance(reading, Numbers) else None

    def follow(self, rule: FollowThrough | None, by: Name | None = None) -> object | None:
        """Return what follows from the student's own earlier values, where one of them is wrong.

        None where none is wrong, where one is invalid, not attempted or inadmissible, or where nothing follows: then
        the reference decides. `by` takes the place of the rule's own function: what a known mistake gives on the same
        values.
        """
        own = None if rule is None else self.student_values(rule)
        if rule is None or own is None:
            return None
        name = by or rule.by
        try:
            with bounded(name):
                return self.oracle.function(self.exercise_id, name)(*own)
        except RejectedByReference:
            return None

    def student_values(self, rule: FollowThrough) -> list[StudentValue] | None:
        """Return the student's own earlier values where one of them is wrong and something can follow from them."""
        if not (all(map(self.answers.attempted, rule.uses)) and any(map(self.is_wrong, rule.uses))):
            return None
        own = [self.student_value(name) for name in rule.uses]
        kept = [value for value in own if not isinstance(value, Invalid)]
        if len(kept) < len(own):
            return None
        if not all(is_admissible(self.specs[name], value) for name, value in zip(rule.uses, kept, strict=True)):
            return None
        return None if are_trivial(kept, [self.true_value(name) for name in rule.uses]) else kept

    def true_value(self, name: Name) -> object:
        """Return the reference's value of another answer; a function's as its calls and their results."""
        exercise_id, reference = self.homes[name]
        if self.specs[name].kind != "function":
            return self.oracle.value(exercise_id, reference)
        return self.cache.memoize(("true results", name), lambda: self._true_results(name))

    def _true_results(self, name: Name) -> list[tuple[tuple[object, ...], object]]:
        exercise_id, reference = self.homes[name]
        function = self.oracle.function(exercise_id, reference)
        return [(arguments_of(call), function(*arguments_of(call))) for call in self.answers.asked(name)]


def read_by_kind(spec: Answer, value: Value, shape: tuple[int, ...] | None) -> Numbers | Invalid:
    """Return the numbers of an answer: complex ones where its kind says so, whole ones where it says that."""
    match spec.kind:
        case "complex":
            return read_complex_numbers(value, shape or ())
        case "integer":
            whole = read_integer(value)
            return whole if isinstance(whole, Invalid) else Numbers((), (float(whole),))
        case _:
            return read_numbers(value, shape)


def _read_plain(value: Value, kind: str) -> dict[Any, Any] | Invalid:
    """Return a dict or a table as plain data."""
    if not isinstance(value, MappingValue | TableValue):
        return reject(value, f"a {kind}")
    try:
        plain = plain_value(value)
    except ValueError as error:
        return Invalid("value.unreadable", str(error))
    return cast("dict[Any, Any]", plain)


def read_any_numbers(spec: Answer, value: Value) -> Numbers | Invalid:
    """Return a number, or an array of numbers of any shape; complex ones where the answer or its result is so."""
    read = read_complex_numbers if "complex" in (spec.kind, spec.result) else read_numbers
    is_array = isinstance(value, ArrayValue | SequenceValue | TableValue)
    is_single = isinstance(value, ArrayValue) and value.shape == () and len(value.values) == 1
    return read(value, None if is_array and not is_single else ())


def read_result(result: CallResult, read: Callable[[Value], T | Invalid]) -> T | Invalid:
    """Return what a call gave, as `read` reads it, or why it is none; the predicate follows the call."""
    if isinstance(result, Returned):
        reading = read(result.value)
        if isinstance(reading, Invalid):
            return Invalid(reading.code, _say_returned(reading.message))
        return reading
    if isinstance(result, Raised):
        return Invalid("call.raised", str(RaisedCall(clean(result.error, 60), clean(result.message, 160), result.line)))
    if result.type == "timed_out":
        return Invalid("call.timed_out", "took too long")
    return Invalid("call.lost", "never came back: the process was gone")


def _say_returned(predicate: str) -> str:
    """Return what a call returned, from what its value is."""
    got, comma, should = predicate.removeprefix("is ").rpartition(", but should be ")
    if not predicate.startswith("is "):
        return f"returned a value that {predicate}"
    return f"returned {got}, but should return {should}" if comma else f"returned {should}"
