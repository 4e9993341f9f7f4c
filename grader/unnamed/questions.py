"""The checks that hold numbers against the reference, and what students gave whose failure nothing explains."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from grader.course import Answer, Exercise
from grader.errors import CourseError
from grader.judge.compare import expect_numbers
from grader.judge.context import read_by_kind, read_result
from grader.judge.decoding import Numbers, as_list, read_complex_numbers, read_entry, read_numbers
from grader.judge.describe import Invalid
from grader.judge.evidence import Answers
from grader.judge.expectations import arguments_of
from grader.judge.matching import Comparison
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.function import FunctionCheck, comparison_of, expect_result
from grader.model import Call, Evidence, Report
from grader.oracle import Oracle
from grader.pipeline import Grader, judge

Reading = Numbers | str  # numbers, or the code of the reason why there are none
Row = tuple[Reading, ...]  # one reading an input; a value has one input
RAISED, NAN, UNREADABLE = "call.raised", "value.nan", "value.unreadable"
NO_CALL = Call(args=())


@dataclass(frozen=True, eq=False)
class Question:
    """One check that holds numbers against the reference: what it asks, and the right results."""

    id: str
    exercise: Exercise
    check: CloseCheck | FunctionCheck
    answer: Answer
    calls: tuple[Call, ...]
    right: object = field(repr=False)  # what the reference gives for a value; None for a function
    truth: tuple[Numbers, ...] = field(repr=False)

    @property
    def comparison(self) -> Comparison:
        """How results are held against each other: as the judge does."""
        if isinstance(self.check, FunctionCheck):
            return comparison_of(self.check)
        return Comparison(self.check.tolerance, self.check.up_to, any_order=self.check.order == "any")

    @property
    def is_free_by_constant(self) -> bool:
        """Whether one number may be added to all results."""
        return isinstance(self.check, FunctionCheck) and self.check.up_to_constant

    def read(self, found: object) -> Reading:
        """Return what a changed reference gave, as the judge would read it of a student."""
        try:
            if isinstance(self.check, CloseCheck):
                numbers = expect_numbers(found, self.check.entry)
            else:
                numbers = _expect_numbers(self.answer, found)
        except CourseError:
            return UNREADABLE
        return NAN if any(map(_is_nan, numbers.values)) else numbers


def _is_nan(number: complex) -> bool:
    return number != number  # noqa: PLR0124 - of a complex number, a part of it


def _expect_numbers(answer: Answer, found: object) -> Numbers:
    expected = expect_result(answer, found)
    return expected if isinstance(expected, Numbers) else expect_numbers(object())


def list_questions(grader: Grader) -> Iterator[Question]:
    """Yield the checks of a course that compare numbers; those whose right results do not come are left out."""
    for exercise in grader.course.exercises:
        for part in exercise.parts:
            answers = {answer.name: answer for answer in part.answers}
            for check in part.checks:
                if isinstance(check, CloseCheck | FunctionCheck) and check.answer in answers:
                    try:
                        yield from _ask(grader.oracle, exercise, f"{part.id}.{check.id}", check, answers[check.answer])
                    except CourseError:
                        continue  # nobody's answer can be judged by it; the report says so to everybody


def _ask(
    oracle: Oracle, exercise: Exercise, name: str, check: CloseCheck | FunctionCheck, answer: Answer
) -> Iterator[Question]:
    if isinstance(check, CloseCheck):
        right = oracle.value(exercise.id, check.reference_name)
        yield Question(name, exercise, check, answer, (NO_CALL,), right, (expect_numbers(right, check.entry),))
    elif answer.result in {"number", "complex"}:
        calls = oracle.inputs(check.inputs, answer.parameters)
        function = oracle.function(exercise.id, check.reference_name)
        truth = tuple(_expect_numbers(answer, function(*arguments_of(call))) for call in calls)
        yield Question(name, exercise, check, answer, calls, None, truth)


# ---------------------------------------------------------------- what students gave


@dataclass(frozen=True)
class Attempt:
    """What one student gave for one check."""

    student: str
    row: Row


def gather(
    grader: Grader, questions: Iterable[Question], pieces: Iterable[Evidence]
) -> Mapping[Question, tuple[Attempt, ...]]:
    """Return by check what students gave whose failure no known mistake and no earlier answer explains.

    Left out: what holds no number at all, and exercises of which a student has other data than the rest of the class.
    """
    asked = tuple(questions)
    found: dict[Question, list[Attempt]] = {question: [] for question in asked}
    for evidence in pieces:
        report = judge(grader, evidence)
        own = list_own_exercises(grader, evidence.student)
        failed = _list_unexplained(report)
        answers = Answers(evidence, grader.probes)
        for question in asked:
            if question.id in failed and question.exercise.id not in own:
                row = _read_row(question, answers)
                if any(isinstance(reading, Numbers) for reading in row):
                    found[question].append(Attempt(evidence.student, row))
    return {question: tuple(attempts) for question, attempts in found.items()}


def list_own_exercises(grader: Grader, student: str) -> frozenset[str]:
    """Return the exercises of which a student was given data of their own."""
    assigned = {} if grader.variants is None else grader.variants.assign(student)
    return frozenset(name for name, one in assigned.items() if one.draw is not None)


def _list_unexplained(report: Report) -> frozenset[str]:
    return frozenset(check.id for check in report.list_checks() if check.outcome == "fail" and check.mistake is None)


def _read_row(question: Question, answers: Answers) -> Row:
    name = question.answer.name
    if isinstance(question.check, CloseCheck):
        return (_read_value(question, question.check, answers),)
    results = answers.calls(name)
    rows: list[Reading] = []
    for call, expected in zip(question.calls, question.truth, strict=True):
        if call not in results:
            return ()  # it was never called, as something else stands in its place
        reading = read_result(results[call], partial(_read_as, question, expected))
        rows.append(reading.code if isinstance(reading, Invalid) else reading)
    return tuple(rows)


def _read_as(question: Question, expected: Numbers, value: object) -> Numbers | Invalid:
    read: Callable[..., Numbers | Invalid] = (
        read_complex_numbers if question.answer.result == "complex" else read_numbers
    )
    return read(as_list(value) if question.check.order == "any" else value, expected.shape)  # type: ignore[arg-type]  # a value


def _read_value(question: Question, check: CloseCheck, answers: Answers) -> Reading:
    value = answers.get(question.answer.name).value
    if check.entry is None:
        listed = as_list(value) if check.order == "any" else value
        reading = read_by_kind(question.answer, listed, question.truth[0].shape)
        return reading.code if isinstance(reading, Invalid) else reading
    number = read_entry(value, question.right, check.entry)
    return number.code if isinstance(number, Invalid) else Numbers((), (number,))


# ---------------------------------------------------------------- whether two results are the same


class Following:
    """Holds results, as they come, against those of a row; of an answer that is free by a constant, up to it."""

    def __init__(self, question: Question, row: Row) -> None:
        """Begin at the first input."""
        self._comparison, self._row, self._place = question.comparison, row, 0
        self._offset = None if question.is_free_by_constant else 0.0

    def accepts(self, target: Reading) -> bool:
        """Return whether the row has this result at the next input: it may differ from `target` by the tolerance."""
        own = self._row[self._place]
        self._place += 1
        try:
            return self._agrees(own, target)
        except (OverflowError, ValueError):  # numbers near the largest there is: their difference is none
            return False

    def _agrees(self, own: Reading, target: Reading) -> bool:
        if isinstance(own, str) or isinstance(target, str):
            return own == target
        if self._offset is None and own.values and target.values:
            difference = own.values[0] - target.values[0]
            self._offset = difference if math.isfinite(abs(difference)) else None
        if self._offset:
            own = own._replace(values=tuple(number - self._offset for number in own.values))
        return self._comparison.agrees(own, target)


def agrees(question: Question, row: Row, target: Row) -> bool:
    """Return whether a row has the results of another, each within the tolerance of the other's."""
    following = Following(question, row)
    return all(map(following.accepts, target))
