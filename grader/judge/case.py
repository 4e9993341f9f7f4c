"""One check put to one submission, with everything that judging it may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt

from grader.errors import CourseError, Problem
from grader.judge.evidence import Answers
from grader.judge.values import Numbers, Refusal, read_bool, read_choice, read_number, read_numbers, read_set, refuse
from grader.model import Call, CallResult, Raised, Returned, Value
from grader.oracle import Expectations, ReferenceRefused, arguments_of
from grader.spec.model import Answer, BaseCheck, FollowThrough, Mistake, Name, Part

C_co = TypeVar("C_co", bound=BaseCheck, covariant=True)
D = TypeVar("D", bound=BaseCheck)

Own = float | bool | str | frozenset[str] | npt.NDArray[np.float64] | list[tuple[tuple[object, ...], float]]


@dataclass(frozen=True)
class Case(Generic[C_co]):
    """A check, the answer it asks about, and what both sides have to say.

    `specs` are the answers of the whole course by name, `mistakes` its catalogue; `is_wrong` says whether an
    earlier answer is not right by the reference.
    """

    check: C_co
    answer: Answer
    part: Part
    exercise_id: str
    answers: Answers
    oracle: Expectations
    specs: Mapping[str, Answer]
    mistakes: Mapping[str, Mistake]
    is_wrong: Callable[[str], bool]

    @property
    def name(self) -> str:
        """Return the name of the answer."""
        return self.answer.name

    @property
    def value(self) -> Value:
        """Return what the student gave for the answer."""
        return self.answers.get(self.answer.name).value

    def put(self, check: D) -> Case[D]:
        """Return this case for `check`, whose type says more."""
        if check is self.check:
            return cast("Case[D]", self)
        return replace(cast("Case[D]", self), check=check)

    def key(self, aspect: str) -> tuple[str, str, str]:
        """Return the key under which the oracle keeps what follows from this check alone."""
        return (self.part.id, self.check.id, aspect)

    def mistake(self, code: str) -> Mistake:
        """Return the catalogue's entry for a known mistake.

        Raises:
            CourseError: the catalogue has none.
        """
        if code not in self.mistakes:
            raise CourseError([Problem("course.yaml", 1, "mistakes", f"{code} is not in the catalogue")])
        return self.mistakes[code]

    def read_own(self, name: Name) -> Own | Refusal:
        """Return the student's own value of an earlier answer: a function's as its calls and their results."""
        spec, value = self.specs[name], self.answers.get(name).value
        match spec.kind:
            case "number":
                return read_number(value)
            case "array":
                numbers = read_numbers(value, spec.shape)
                return numbers if isinstance(numbers, Refusal) else numbers.content
            case "bool":
                return read_bool(value)
            case "choice":
                return read_choice(value, spec.choices)
            case "set":
                return read_set(value, spec.choices)
            case "function":
                return self._read_calls(name)
            case _:
                return refuse(value, "a value to go on with")

    def _read_calls(self, name: Name) -> list[tuple[tuple[object, ...], float]] | Refusal:
        found: list[tuple[tuple[object, ...], float]] = []
        for call, result in self.answers.calls(name).items():
            reading = read_result(result, ())
            if isinstance(reading, Refusal):
                return reading
            found.append((arguments_of(call), reading.values[0]))
        return found or Refusal("call.lost", "was not called")

    def own_result(self, name: Name, call: Call) -> float | None:
        """Return what the student's own function gave at this call; None where that is no number."""
        result = self.answers.calls(name).get(call)
        reading = None if result is None else read_result(result, ())
        return reading.values[0] if isinstance(reading, Numbers) else None

    def follow(self, rule: FollowThrough | None) -> object | None:
        """Return what follows from the student's own earlier values, where one of them is wrong.

        None where none is wrong, where one was refused or not attempted, or where nothing follows: then the
        reference decides.
        """
        if rule is None or not self.goes_on_from_wrong(rule):
            return None
        own = [self.read_own(name) for name in rule.uses]
        if any(isinstance(value, Refusal) for value in own):
            return None
        try:
            return self.oracle.function(self.exercise_id, rule.by)(*own)
        except ReferenceRefused:
            return None

    def goes_on_from_wrong(self, rule: FollowThrough) -> bool:
        """Return whether all the earlier answers are there, and one of them is not right by the reference."""
        return all(map(self.answers.attempted, rule.uses)) and any(map(self.is_wrong, rule.uses))


def read_result(result: CallResult, shape: tuple[int, ...]) -> Numbers | Refusal:
    """Return what a call gave, as numbers of the given shape, or why it is none; the predicate follows the call."""
    if isinstance(result, Returned):
        reading = read_numbers(result.value, shape)
        if isinstance(reading, Refusal):
            return Refusal(reading.code, f"returned something that {reading.message}")
        return reading
    if isinstance(result, Raised):
        place = "" if result.line is None else f" (line {result.line})"
        return Refusal("call.raised", f"raised {result.error[:60]}: {result.message[:160]}{place}")
    if result.type == "timed_out":
        return Refusal("call.timed_out", "took too long")
    return Refusal("call.lost", "never came back: the process was gone")
