"""What the check says of each part: what is there and of its form, what is missing, which theorems are broken.

Knows a student's work only by the protocol `Work`: live objects of a session, the state after a file was run, or what
a sandbox brought out. So all of them are told the same in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal, Protocol

from numgrade_student.calls import InterruptedCallError, Outcome, Raised, Returned, is_untouched
from numgrade_student.course import Answer, Args, Exercise, Invariant, Part, PublicCourse
from numgrade_student.figures import list_figure_faults
from numgrade_student.forms import Numbers, Unfit, describe_result, find_fault, read_any_numbers
from numgrade_student.missing import describe_misspelt, describe_printing, find_meant
from numgrade_student.plain import Figure, Other, is_empty
from numgrade_student.show import join_names, show_call
from numgrade_student.stops import Stop, list_lost
from numgrade_student.texts import TextState
from numgrade_student.texts import is_untouched as is_untouched_text
from numgrade_student.theorems import CountError, InconclusiveError, find_counterexample, list_calls, name_call

Status = Literal["fine", "look", "incomplete", "unseen", "missing", "skipped"]


class Work(Protocol):
    """What a student has done, however it is looked at."""

    @property
    def stops(self) -> Sequence[Stop]:
        """Where cells stopped."""
        ...

    @property
    def names(self) -> Iterable[str]:
        """The names that the student has given a value."""
        ...

    def value(self, name: str, /) -> object:
        """Return the plain value of a name; None where there is none."""
        ...

    def call(self, answer: Answer, args: Args, /) -> Outcome:
        """Return what a function of the student's gives."""
        ...

    def text(self, name: str, /) -> TextState:
        """Return whether a markdown cell holds this answer."""
        ...


@dataclass
class PartResult:
    """What is said of a part."""

    exercise: Exercise
    part: Part
    status: Status = "missing"
    faults: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    fine: int = 0


@dataclass(frozen=True)
class Result:
    """All that the check says of one look at a student's work."""

    parts: tuple[PartResult, ...]
    stops: tuple[tuple[Stop, tuple[str, ...]], ...] = ()


def examine(course: PublicCourse, work: Work, part_ids: Iterable[str]) -> Result:
    """Return what is to be said of these parts."""
    chosen = [(exercise, part) for exercise, part in course.list_parts() if part.id in set(part_ids)]
    look = _Look(course, work, [part for _, part in chosen])
    results: list[PartResult] = []
    is_interrupted = False
    for exercise, part in chosen:
        result = PartResult(exercise, part)
        if is_interrupted:
            result.status = "skipped"
        else:
            is_interrupted = not look.examine_part(result)
        results.append(result)
    told = {stop: tuple(name for name, cause in look.lost.items() if cause is stop) for stop in work.stops}
    return Result(tuple(results), tuple(told.items()))


class _Look:
    """One look at a student's work: every call is made once."""

    def __init__(self, course: PublicCourse, work: Work, parts: Sequence[Part]) -> None:
        self._course, self._work = course, work
        self._answers = course.answers
        self._values: dict[str, object] = {}
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        names = [answer.name for part in parts for answer in part.answers if is_empty(self._value(answer.name))]
        self.lost: Mapping[str, Stop] = list_lost(work.stops, names)

    @cached_property
    def _calls(self) -> Mapping[str, tuple[Args, ...]]:
        return list_calls(self._course)

    @cached_property
    def _candidates(self) -> list[str]:
        """The names that may be misspelt answers."""
        return [name for name in self._work.names if name not in self._answers and not name.startswith("_")]

    def examine_part(self, result: PartResult) -> bool:
        """Fill in what is to be said of a part; return whether the student let it come to its end."""
        try:
            for answer in result.part.answers:
                self._examine_answer(result, answer)
            for invariant in result.part.invariants:
                self._hold_against(result, invariant)
        except InterruptedCallError as error:
            result.faults.append(f"{error} was still running when you interrupted it.")
            result.status = "look"
            return False
        result.faults += _describe_lost(result.lost, self.lost)
        result.status = self._find_status(result)
        return True

    @staticmethod
    def _find_status(result: PartResult) -> Status:
        if result.faults:
            return "look"
        if result.fine or result.remarks:
            return "incomplete" if result.missing else "fine"
        return "missing" if result.missing else "unseen" if result.unseen else "fine"

    # ------------------------------------------------------------ one answer

    def _examine_answer(self, result: PartResult, answer: Answer) -> None:
        if answer.kind == "text":
            self._examine_text(result, answer)
            return
        value = self._value(answer.name)
        if is_empty(value):
            self._miss(result, answer)
            return
        fault = find_fault(answer, value)
        if fault is not None:
            result.faults.append(fault.of_answer(answer.name))
        elif isinstance(value, Figure) and (lacking := list(list_figure_faults(answer.name, value, answer.shows))):
            result.faults += lacking
        elif answer.kind != "function" or self._examine_calls(result, answer):
            result.fine += 1

    def _miss(self, result: PartResult, answer: Answer) -> None:
        if answer.name in self.lost:
            result.lost.append(answer.name)
            return
        meant = find_meant(answer.name, self._candidates)
        if meant is not None:
            self._candidates.remove(meant)
            result.remarks.append(describe_misspelt(answer.name, meant))
        elif answer.optional:
            return
        result.missing.append(answer.name)

    def _examine_text(self, result: PartResult, answer: Answer) -> None:
        state = self._work.text(answer.name)
        value = self._value(answer.name)
        if state not in {"there", "below"} and not is_empty(value):
            fault = find_fault(answer, value)
            if fault is not None:
                result.faults.append(fault.of_answer(answer.name))
                return
            if not (isinstance(value, str) and is_untouched_text(value, answer.placeholder)):
                state = "there"
        if state == "below":
            result.remarks.append(
                f"{answer.name}: its own cell is as it was, so what stands below it will be taken for the answer."
            )
        if state == "unseen":
            result.unseen.append(answer.name)
        elif state != "missing":
            result.fine += 1
        elif answer.name in self.lost:
            result.lost.append(answer.name)
        elif not answer.optional:
            result.missing.append(answer.name)

    # ------------------------------------------------------------ functions

    def _examine_calls(self, result: PartResult, answer: Answer) -> bool:
        """Return whether every call gives something of the form; else say what the simplest one does."""
        outcomes = [(args, self._call(answer, args)) for args in self._calls[answer.name]]
        if outcomes and all(is_untouched(outcome) for _, outcome in outcomes):
            if any(isinstance(outcome, Returned) and outcome.printed for _, outcome in outcomes):
                result.faults.append(describe_printing(answer.name))
            else:
                result.missing.append(answer.name)
            return False
        faults = (_find_call_fault(answer, args, outcome) for args, outcome in outcomes)
        fault = next((fault for fault in faults if fault is not None), None)
        if fault is not None:
            result.faults.append(fault)
        return fault is None

    def _value(self, name: str) -> object:
        if name not in self._values:
            self._values[name] = self._work.value(name)
        return self._values[name]

    def _call(self, answer: Answer, args: Args) -> Outcome:
        key = (answer.name, name_call(args))
        if key not in self._outcomes:
            try:
                self._outcomes[key] = self._work.call(answer, args)
            except InterruptedCallError:
                raise InterruptedCallError(show_call(answer, args)) from None
        return self._outcomes[key]

    # ------------------------------------------------------------ theorems

    def _hold_against(self, result: PartResult, invariant: Invariant) -> None:
        if any(is_empty(self._value(name)) for name in invariant.of):
            return
        try:
            found = find_counterexample(self._course, invariant, self._lookup, self._answers)
        except CountError as error:
            self._say_count(result, error)
            return
        if found is not None:
            result.faults.append(f"{_begin(found)}. {_begin(invariant.says)}.")

    def _say_count(self, result: PartResult, error: CountError) -> None:
        """Say once of a function that it returns another number of numbers."""
        ask = error.ask
        if ask.args is None or any(fault.startswith(f"{ask.name}(") for fault in result.faults):
            return
        got, should = (f"{count} number{'' if count == 1 else 's'}" for count in (error.count, ask.count))
        call = show_call(self._answers[ask.name], ask.args)
        result.faults.append(f"{call} returned {got}, but should return {should}.")

    def _lookup(self, name: str, args: Args | None) -> Numbers:
        """Return the numbers of a call, or of an answer's own value; raises where there are none."""
        answer, value = self._answers[name], self._value(name)
        if args is not None:
            is_callable = isinstance(value, Other) and value.is_callable
            outcome = self._call(answer, args) if is_callable else None
            if not isinstance(outcome, Returned):
                raise InconclusiveError
            value = outcome.value
        try:
            return read_any_numbers(answer, value)
        except Unfit as unfit:
            raise InconclusiveError from unfit


def _find_call_fault(answer: Answer, args: Args, outcome: Outcome) -> str | None:
    call = show_call(answer, args)
    match outcome:
        case Returned(value=value):
            fault = describe_result(answer, value, args)
            return None if fault is None else f"{call} {fault}{'' if fault.endswith('?') else '.'}"
        case Raised():
            return f"{call} {outcome}."
        case _:
            return f"{call} {outcome.why}."


def _describe_lost(names: Iterable[str], causes: Mapping[str, Stop]) -> Iterator[str]:
    """Yield once for each stop which names are not set because of it."""
    for stop, found in groupby(sorted(names, key=lambda name: _quote(causes[name])), key=causes.__getitem__):
        listed = list(found)
        yield f"{join_names(listed)} {'are' if len(listed) > 1 else 'is'} not set, because {_quote(stop)} stopped."


def _quote(stop: Stop) -> str:
    return f"{stop.where[:1].lower()}{stop.where[1:]}"


def _begin(sentence: str) -> str:
    stripped = sentence.strip().rstrip(".")
    name = stripped.partition(" ")[0]
    return stripped if "_" in name or "(" in name else stripped[:1].upper() + stripped[1:]
