"""What the reference gives, before anything is judged by it: does each function run, and fit its arguments and kind?

Everything here is the author's, and each call is bounded. What is found has the line of the function that is at fault.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.course import Answer, BaseCheck, Course, Exercise, Part
from grader.errors import CourseError, Problem
from grader.judge.arguments import show_call
from grader.judge.cache import Cache
from grader.judge.compare import expect_numbers
from grader.judge.describe import Invalid
from grader.judge.expectations import RejectedByReference, arguments_of
from grader.judge.expressions import evaluate_expression
from grader.judge.probes import MAX_CALLS
from grader.judge.rules import rule_of
from grader.judge.rules.base import Named
from grader.judge.rules.custom import CustomCheck
from grader.judge.rules.expression import ExpressionCheck, list_functions, list_points
from grader.judge.rules.figure import FigureCheck
from grader.judge.rules.function import FunctionCheck
from grader.judge.rules.invariant import InvariantCheck, list_instances
from grader.judge.rules.statistic import StatisticCheck
from grader.model import Call
from grader.oracle import CATALOGUES, INPUTS, RULES, Oracle
from grader.spec.keys import list_misspelt
from grader.validate.follow_through import follow_rule
from grader.validate.kinds import find_bad_result, find_fault, is_number, show

_JUDGED_BY_VALUE = frozenset({"close", "exact", "consistent", "custom", "expression", "labelled", "pattern"})
# What the course's own code is called with, in words, by where it is.
_CALLED_WITH = {
    "inputs": (),
    "public.inputs": (),
    "invariants": ("names", "inputs", "slack"),
    "custom": ("value", "used", "options"),
    "mistake": ("trials",),
}


def find_value_problems(course: Course, oracle: Oracle) -> list[Problem]:
    """Return what is wrong with the values and functions that the reference gives for a course."""
    known = {answer.name: answer for exercise in course.exercises for part in exercise.parts for answer in part.answers}
    truths: dict[str, object] = {}
    problems: list[Problem] = []
    references = [_ExerciseReference(exercise, oracle, known, truths, problems) for exercise in course.exercises]
    for reference in references:
        for part in reference.exercise.parts:
            reference.verify_answers(part)
    for reference in references:
        for part in reference.exercise.parts:
            for check in part.checks:
                reference.verify_check(check)
    return problems


@contextmanager
def problem_collector(problems: list[Problem]) -> Iterator[None]:
    """Add what the block finds wrong with the course to `problems`."""
    try:
        yield
    except CourseError as error:
        problems += error.problems


@dataclass(frozen=True)
class _ExerciseReference:
    """The reference of one exercise. `truths` and `problems` are what was found so far, of the whole course.

    The public methods collect problems; the others raise `CourseError` at the first.
    """

    exercise: Exercise
    oracle: Oracle
    known: Mapping[str, Answer]
    truths: dict[str, object]
    problems: list[Problem]

    # ------------------------------------------------------------ right answers

    def verify_answers(self, part: Part) -> None:
        """Ask for the right answers of a part."""
        for answer in part.answers:
            checks = [check for check in part.checks if check.answer == answer.name]
            for name in sorted({check.reference_name for check in checks if _has_truth(check)}):
                with problem_collector(self.problems):
                    is_function = answer.kind == "function"
                    truth = self._ask_function(answer, name, checks) if is_function else self._ask_value(answer, name)
                    self.truths.setdefault(answer.name, truth)

    def _ask_value(self, answer: Answer, name: str) -> object:
        self._check_arity(name)
        value = self.oracle.value(self.exercise.id, name)
        fault = find_fault(answer, value)
        if fault is not None:
            raise self._blame(name, f"{fault} ({answer.kind} {answer.name})")
        return value

    def _ask_function(self, answer: Answer, name: str, checks: list[BaseCheck]) -> Callable[..., object]:
        self._check_parameters(answer, name)
        problems: list[Problem] = []
        for check in checks:
            if isinstance(check, FunctionCheck) and check.reference_name == name:
                with problem_collector(problems):
                    self._verify_calls(answer, check)
        if problems:
            raise CourseError(problems)
        return self.oracle.function(self.exercise.id, name)

    def _verify_calls(self, answer: Answer, check: FunctionCheck) -> None:
        """Find the first call of a right function that gives no result, or a result that nothing can equal."""
        name = check.reference_name
        function = self.oracle.function(self.exercise.id, name)
        for call in self._list_calls(answer, check):
            fault = find_bad_result(answer, function(*arguments_of(call)))
            if fault is not None:
                expected, got = fault
                raise self._blame(name, f"expected {expected} from {show_call(name, call)}, got {got}")

    def _list_calls(self, answer: Answer, check: FunctionCheck) -> tuple[Call, ...]:
        self._check_own_code(INPUTS, check.inputs, _CALLED_WITH["inputs"])
        calls = self.oracle.inputs(check.inputs, answer.parameters)
        if len(calls) > MAX_CALLS:
            raise self._blame_own_code(
                INPUTS, check.inputs, f"expected at most {MAX_CALLS} different rows, got {len(calls)}"
            )
        return calls

    # ------------------------------------------------------------ what a check names beside them

    def verify_check(self, check: BaseCheck) -> None:
        """Try the wrong answers, the consequences and the course's own code of a check."""
        before = len(self.problems)
        for named in rule_of(check).names(check):
            wanted = _find_wanted(named)
            if wanted is not None:
                with problem_collector(self.problems):
                    self._check_own_code(CATALOGUES[named.catalogue], named.name, wanted)
        if len(self.problems) > before:
            return
        for verify in self._list_steps(check, self.known[check.answer]):
            with problem_collector(self.problems):
                verify()

    def _list_steps(self, check: BaseCheck, answer: Answer) -> Iterator[Callable[[], object]]:
        for use in getattr(check, "mistakes", ()):
            if use.wrong is not None:
                yield partial(self._verify_wrong, answer, use.wrong, check)
        for name in rule_of(check).wrong_answers(check):
            yield partial(self._verify_wrong, answer, name, check)
        if isinstance(check, CustomCheck):
            yield partial(self._verify_rule, check)
        if isinstance(check, ExpressionCheck):
            for _, name in rule_of(check).functions(check, answer):
                yield partial(self._verify_expression, check, name)
        if isinstance(check, FigureCheck):
            yield partial(self._verify_curve, check)
            yield partial(self._verify_data, check)
        if isinstance(check, StatisticCheck):
            yield partial(self._check_arity, check.reference, check.uses, "the answers under `uses`")
        yield partial(self._verify_consequence, check, answer)
        if isinstance(check, InvariantCheck):
            yield partial(list_instances, check, self.known, self.oracle, Cache(), check.slack)

    def _verify_wrong(self, answer: Answer, name: str, check: BaseCheck) -> None:
        if answer.kind != "function":
            # Where the right answer does not fit, the wrong ones say the same again.
            if check.rule in _JUDGED_BY_VALUE and answer.name in self.truths:
                self._ask_value(answer, name)
            return
        self._check_parameters(answer, name)
        if not isinstance(check, FunctionCheck) or answer.name not in self.truths:
            return
        wrong = self.oracle.function(self.exercise.id, name)
        right = self.oracle.function(self.exercise.id, check.reference_name)
        calls = self._list_calls(answer, check)
        results = [_call_wrong(wrong, call) for call in calls]
        for rule in (use.by for use in check.mistakes if use.by is not None and use.wrong == name):
            pairs = zip(calls, results, strict=True)
            self.oracle.rule(rule)([_build_trial(call, result, right) for call, result in pairs])

    def _verify_expression(self, check: ExpressionCheck, name: str) -> None:
        """Find an expression of the reference that has no value at any point of the check."""
        try:
            text = self.oracle.value(self.exercise.id, name)
        except CourseError:  # named with the values
            return
        points, functions = list_points(check), list_functions(check)
        found = [evaluate_expression(text, point, functions) for point in points] if isinstance(text, str) else []
        if found and all(isinstance(one, Invalid) for one in found):
            raise self._blame(name, f"expected an exact expression, got {show(text)}, which {found[0].message}")

    def _verify_curve(self, check: FigureCheck) -> None:
        name = check.curve
        if name is None:
            return
        axis = check.x.name if check.x is not None else "x"
        self._check_arity(name, (axis,), f"what the curve of {check.answer} is drawn over")
        if check.x is None:
            return
        function = self.oracle.function(self.exercise.id, name)
        for share in (0.25, 0.5, 0.75):
            place = check.x.low + share * (check.x.high - check.x.low)
            value = function(place)
            if not is_number(value):
                raise self._blame(name, f"expected a number from {name}({place:g}), got {show(value)}")

    def _verify_data(self, check: FigureCheck) -> None:
        if check.data is not None:
            self._check_arity(check.data)
            self.oracle.value(self.exercise.id, check.data)

    def _verify_consequence(self, check: BaseCheck, answer: Answer) -> None:
        """Try the function that works an answer out from earlier ones."""
        rule = follow_rule(check)
        if rule is None:
            return
        uses, by = rule
        self._check_arity(by, uses, "the answers under `uses`")
        own = [self.truths.get(name) for name in uses]
        if answer.kind == "function" or any(value is None or callable(value) for value in own):
            return
        try:
            value = self.oracle.function(self.exercise.id, by)(*map(_as_read, own))
        except RejectedByReference:
            return
        fault = find_fault(answer, value)
        if fault is not None:
            raise self._blame(by, f"{fault} ({answer.kind} {answer.name}, worked out from the right answers)")

    def _verify_rule(self, check: CustomCheck) -> None:
        """Let a rule of the course's own judge the right answer and the wrong ones."""
        own = {name: _as_read(self.truths[name]) for name in (check.answer, *check.uses) if name in self.truths}
        if check.answer not in own or any(map(callable, own.values())):
            return
        options = _Options(check.options)
        problems: list[Problem] = []
        with problem_collector(problems):
            self._judge_by_rule(check, own, options)
        for given, meant in options.list_misspelt().items():  # what it raised, or gave by a default, follows from it
            message = f"looks for the option {meant!r}, got {given!r} in the check {check.id}"
            problems = self._blame_own_code(RULES, check.by, message).problems
        if problems:
            raise CourseError(problems)

    def _judge_by_rule(self, check: CustomCheck, own: Mapping[str, object], options: _Options) -> None:
        rule = self.oracle.rule(check.by)
        used = {name: {"value": own.get(name), "problem": ""} for name in check.uses}
        wrong = [_as_read(self.oracle.value(self.exercise.id, name)) for name in check.wrong]
        found = [rule(value, used, options) for value in (own[check.answer], *wrong)]
        for one in found:
            if not isinstance(one, Mapping):
                raise self._blame_own_code(RULES, check.by, f"expected to return a dict, got {show(one)}")

    # ------------------------------------------------------------ how functions are called, and whose fault it is

    def _check_parameters(self, answer: Answer, name: str) -> None:
        parameters = tuple(parameter.name for parameter in answer.parameters)
        self._check_arity(name, parameters, f"the arguments of {answer.name}")

    def _check_arity(self, name: str, wanted: tuple[str, ...] = (), what: str = "") -> None:
        message = find_arity(self.oracle.reference.function(self.exercise.module, name), wanted)
        if message is not None:
            raise self._blame(name, f"{message}: {what}" if wanted else message)

    def _check_own_code(self, catalogue: tuple[str, ...], name: str, wanted: tuple[str, ...]) -> None:
        """Find a function of inputs.py, invariants.py or rules.py that does not take what it is called with."""
        _, function = self.oracle.reference.find_function(catalogue, name)
        message = find_arity(function, wanted)
        if message is not None:
            raise self._blame_own_code(catalogue, name, message)

    def _blame(self, name: str, message: str) -> CourseError:
        return CourseError([self.oracle.reference.locate(self.exercise.module, name, message)])

    def _blame_own_code(self, catalogue: tuple[str, ...], name: str, message: str) -> CourseError:
        module, _ = self.oracle.reference.find_function(catalogue, name)
        return CourseError([self.oracle.reference.locate(module, name, message)])


class _Options(dict[str, object]):
    """The options of a check, as its rule gets them; remembers which of them the rule looks for."""

    def __init__(self, given: Mapping[str, object]) -> None:
        super().__init__(given)
        self._sought: set[str] = set()

    def __getitem__(self, key: str) -> object:
        self._sought.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._sought.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: object = None) -> object:
        """Return an option, or the default."""
        self._sought.add(key)
        return super().get(key, default)

    def list_misspelt(self) -> dict[str, str]:
        """Return the options that the rule never looked for, each with the one that it missed in its place."""
        given = set(self)
        return list_misspelt(given - self._sought, (), self._sought - given)


def _call_wrong(function: Callable[..., object], call: Call) -> object:
    """Return what a wrong function gives; None where it has no value, which says nothing."""
    try:
        return function(*arguments_of(call))
    except RejectedByReference:
        return None


def _build_trial(call: Call, result: object, right: Callable[..., object]) -> dict[str, object]:
    """Return a call as what recognises mistakes by a rule gets it."""
    plain = None if result is None else expect_numbers(result).plain
    expected = expect_numbers(right(*arguments_of(call))).plain
    return {"args": call.args, "result": plain, "expected": expected, "agrees": plain == expected}


def _has_truth(check: BaseCheck) -> bool:
    """Return whether the reference's value is what its kind says, whatever else the rule wants."""
    return check.rule in _JUDGED_BY_VALUE | {"function"}


def _find_wanted(named: Named) -> tuple[str, ...] | None:
    """Return what a function of the course's own code is called with; None for what is no function."""
    if named.catalogue == "rules":
        return _CALLED_WITH["custom" if named.path == ("by",) else "mistake"]
    return _CALLED_WITH.get(named.catalogue)


def find_arity(function: Callable[..., object], wanted: tuple[str, ...]) -> str | None:
    """Return why a function cannot be called with these arguments; None where it can, or where nobody can say."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        count = f"{len(wanted)} argument{'s' * (len(wanted) != 1)}" if wanted else "no arguments"
        listed = f" ({', '.join(wanted)})" if wanted else ""
        return f"expected a function of {count}{listed}, got one of {_show_signature(signature)}"
    return None


def _show_signature(signature: inspect.Signature) -> str:
    return f"({', '.join(signature.parameters)})"


def _as_read(value: object) -> object:
    """Return a right value as the judge gives a student's own to a function: lists are arrays."""
    if isinstance(value, list | tuple):
        return np.asarray(value, dtype=np.float64)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
