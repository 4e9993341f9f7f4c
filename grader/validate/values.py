"""What the reference gives, before anything is judged by it: does each function run, and fit its arguments and kind?

Everything here is the author's, and each call is bounded. What is found has the line of the function that is at fault.
"""

from __future__ import annotations

import cmath
import inspect
import math
import numbers
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.course import Answer, BaseCheck, Course, Exercise, Part
from grader.errors import CourseError, Problem
from grader.judge.arguments import show_call
from grader.judge.compare import expect_numbers
from grader.judge.decoding import Numbers
from grader.judge.describe import Invalid
from grader.judge.expectations import RejectedByReference, arguments_of
from grader.judge.expressions import evaluate_expression
from grader.judge.probes import MAX_CALLS
from grader.judge.rules import rule_of
from grader.judge.rules.base import Named
from grader.judge.rules.custom import CustomCheck
from grader.judge.rules.expression import ExpressionCheck, list_functions, list_points
from grader.judge.rules.figure import FigureCheck
from grader.judge.rules.function import FunctionCheck, expect_result
from grader.judge.rules.invariant import InvariantCheck, list_instances
from grader.judge.rules.statistic import StatisticCheck
from grader.model import Call
from grader.oracle import CATALOGUES, INPUTS, RULES, Oracle
from grader.spec.keys import list_misspelt
from grader.validate.follow_through import follow_rule

_SHOWN = 80  # characters of a value in a message
_JUDGED_BY_VALUE = frozenset({"close", "exact", "consistent", "custom", "expression", "labelled", "pattern"})
# What the course's own code is called with, in words, by where it is.
_CALLED_WITH = {
    "inputs": (),
    "invariants": ("names", "inputs", "slack"),
    "custom": ("value", "used", "options"),
    "mistake": ("trials",),
}


def find_value_problems(course: Course, oracle: Oracle) -> Iterator[Problem]:
    """Yield what is wrong with the values and functions that the reference gives for a course."""
    known = {answer.name: answer for exercise in course.exercises for part in exercise.parts for answer in part.answers}
    truths: dict[str, object] = {}
    for exercise in course.exercises:
        asked = _Asked(exercise, oracle, known, truths)
        for part in exercise.parts:
            yield from asked.find_answers(part)
    for exercise in course.exercises:
        asked = _Asked(exercise, oracle, known, truths)
        for part in exercise.parts:
            for check in part.checks:
                yield from asked.find_check(check)


@dataclass(frozen=True)
class _Asked:
    """One exercise whose reference is asked; `truths` are the right values found so far, of the whole course."""

    exercise: Exercise
    oracle: Oracle
    known: Mapping[str, Answer]
    truths: dict[str, object]

    # ------------------------------------------------------------ right answers

    def find_answers(self, part: Part) -> Iterator[Problem]:
        """Yield what is wrong with the right answers of a part."""
        for answer in part.answers:
            checks = [check for check in part.checks if check.answer == answer.name]
            names = {check.reference_name for check in checks if _has_truth(check)}
            for name in sorted(names):
                if answer.kind == "function":
                    yield from self._find_function(answer, name, checks)
                else:
                    yield from self._find_value(answer, name)

    def _find_value(self, answer: Answer, name: str, *, is_truth: bool = True) -> Iterator[Problem]:
        problems = list(self._find_arity(name, (), f"{answer.name} is no function"))
        if problems:
            yield from problems
            return
        try:
            value = self.oracle.value(self.exercise.id, name)
        except CourseError as error:
            yield from error.problems
            return
        fault = find_fault(answer, value)
        if fault is not None:
            yield self._locate(name, f"{fault} ({answer.kind} {answer.name})")
        elif is_truth:
            self.truths.setdefault(answer.name, value)

    def _find_function(self, answer: Answer, name: str, checks: list[BaseCheck]) -> Iterator[Problem]:
        parameters = tuple(parameter.name for parameter in answer.parameters)
        problems = list(self._find_arity(name, parameters, f"the arguments of {answer.name}"))
        yield from problems
        if problems:
            return
        function = self.oracle.function(self.exercise.id, name)
        for check in checks:
            if isinstance(check, FunctionCheck) and check.reference_name == name:
                problems += self._find_calls(answer, check, name, function)
        yield from problems
        if not problems:
            self.truths.setdefault(answer.name, function)

    def _find_calls(
        self, answer: Answer, check: FunctionCheck, name: str, function: Callable[..., object]
    ) -> Iterator[Problem]:
        """Yield the first call of a right function that gives no result, or a result that nothing can equal."""
        try:
            calls = self._list_calls(answer, check)
            for call in calls:
                fault = _find_bad_result(answer, function(*arguments_of(call)))
                if fault is not None:
                    expected, got = fault
                    yield self._locate(name, f"expected {expected} from {show_call(name, call)}, got {got}")
                    return
        except CourseError as error:
            yield from error.problems

    def _list_calls(self, answer: Answer, check: FunctionCheck) -> tuple[Call, ...]:
        reference = self.oracle.reference
        module, generator = reference.find_function(INPUTS, check.inputs)
        problem = find_arity(generator, _CALLED_WITH["inputs"])
        if problem is not None:
            raise CourseError([reference.locate(module, check.inputs, problem)])
        calls = self.oracle.inputs(check.inputs, answer.parameters)
        if len(calls) > MAX_CALLS:
            message = f"expected at most {MAX_CALLS} different rows, got {len(calls)}"
            raise CourseError([reference.locate(module, check.inputs, message)])
        return calls

    # ------------------------------------------------------------ what a check names beside them

    def find_check(self, check: BaseCheck) -> Iterator[Problem]:
        """Yield what is wrong with the wrong answers, the consequences and the course's own code of a check."""
        problems = list(self._find_own_code(check))
        yield from problems
        if problems:
            return
        answer = self.known[check.answer]
        for use in getattr(check, "mistakes", ()):
            if use.wrong is not None:
                yield from self._find_wrong(answer, use.wrong, check)
        for name in rule_of(check).wrong_answers(check):
            yield from self._find_wrong(answer, name, check)
        if isinstance(check, CustomCheck):
            yield from self._find_verdict(check)
        if isinstance(check, ExpressionCheck):
            yield from self._find_unreadable(check, answer)
        if isinstance(check, FigureCheck):
            yield from self._find_drawn(check)
        if isinstance(check, StatisticCheck):
            yield from self._find_arity(check.reference, check.uses, "the answers under `uses`")
        yield from self._find_consequence(check, answer)
        if isinstance(check, InvariantCheck):
            yield from self._find_instances(check)

    def _find_own_code(self, check: BaseCheck) -> Iterator[Problem]:
        """Yield where a function of inputs.py, invariants.py or rules.py does not take what it is called with."""
        for named in rule_of(check).names(check):
            wanted = _find_wanted(named)
            if wanted is None:
                continue
            module, function = self.oracle.reference.find_function(CATALOGUES[named.catalogue], named.name)
            message = find_arity(function, wanted)
            if message is not None:
                yield self.oracle.reference.locate(module, named.name, message)

    def _find_wrong(self, answer: Answer, name: str, check: BaseCheck) -> Iterator[Problem]:
        if answer.kind != "function":
            # Where the right answer does not fit, the wrong ones say the same again.
            if check.rule in _JUDGED_BY_VALUE and answer.name in self.truths:
                yield from self._find_value(answer, name, is_truth=False)
            return
        parameters = tuple(parameter.name for parameter in answer.parameters)
        problems = list(self._find_arity(name, parameters, f"the arguments of {answer.name}"))
        yield from problems
        if problems or not isinstance(check, FunctionCheck) or answer.name not in self.truths:
            return
        wrong = self.oracle.function(self.exercise.id, name)
        right = self.oracle.function(self.exercise.id, check.reference_name)
        rules = [use.by for use in check.mistakes if use.by is not None and use.wrong == name]
        try:
            calls = self._list_calls(answer, check)
            results = [_call_wrong(wrong, call) for call in calls]
            for rule in rules:
                pairs = zip(calls, results, strict=True)
                self.oracle.rule(rule)([_build_trial(call, result, right) for call, result in pairs])
        except CourseError as error:
            yield from error.problems

    def _find_unreadable(self, check: ExpressionCheck, answer: Answer) -> Iterator[Problem]:
        """Yield the reference's expressions that have no value at any point of the check."""
        for _, name in rule_of(check).functions(check, answer):
            try:
                text = self.oracle.value(self.exercise.id, name)
            except CourseError:  # named with the values
                continue
            points, functions = list_points(check), list_functions(check)
            found = [evaluate_expression(text, point, functions) for point in points] if isinstance(text, str) else []
            if found and all(isinstance(one, Invalid) for one in found):
                yield self._locate(name, f"expected an exact expression, got {_show(text)}, which {found[0].message}")

    def _find_drawn(self, check: FigureCheck) -> Iterator[Problem]:
        if check.curve is not None:
            yield from self._find_curve(check, check.curve)
        if check.data is None:
            return
        problems = list(self._find_arity(check.data, (), f"the data of {check.answer}"))
        yield from problems
        try:
            _ = None if problems else self.oracle.value(self.exercise.id, check.data)
        except CourseError as error:
            yield from error.problems

    def _find_curve(self, check: FigureCheck, name: str) -> Iterator[Problem]:
        axis = check.x.name if check.x is not None else "x"
        problems = list(self._find_arity(name, (axis,), f"what the curve of {check.answer} is drawn over"))
        yield from problems
        if problems or check.x is None:
            return
        function = self.oracle.function(self.exercise.id, name)
        for share in (0.25, 0.5, 0.75):
            place = check.x.low + share * (check.x.high - check.x.low)
            try:
                value = function(place)
            except CourseError as error:
                yield from error.problems
                return
            if not _is_number(value):
                yield self._locate(name, f"expected a number from {name}({place:g}), got {_show(value)}")
                return

    def _find_consequence(self, check: BaseCheck, answer: Answer) -> Iterator[Problem]:
        """Yield what is wrong with the function that works an answer out from earlier ones."""
        rule = follow_rule(check)
        if rule is None:
            return
        uses, by = rule
        problems = list(self._find_arity(by, uses, "the answers under `uses`"))
        yield from problems
        own = [self.truths.get(name) for name in uses]
        if problems or answer.kind == "function" or any(value is None or callable(value) for value in own):
            return
        try:
            value = self.oracle.function(self.exercise.id, by)(*map(_as_read, own))
        except RejectedByReference:
            return
        except CourseError as error:
            yield from error.problems
            return
        fault = find_fault(answer, value)
        if fault is not None:
            yield self._locate(by, f"{fault} ({answer.kind} {answer.name}, worked out from the right answers)")

    def _find_verdict(self, check: CustomCheck) -> Iterator[Problem]:
        """Yield what keeps a rule of the course's own from judging the right answer and the wrong ones."""
        own = {name: _as_read(self.truths[name]) for name in (check.answer, *check.uses) if name in self.truths}
        if check.answer not in own or any(map(callable, own.values())):
            return
        used = {name: {"value": own.get(name), "problem": ""} for name in check.uses}
        module, _ = self.oracle.reference.find_function(RULES, check.by)
        rule, options = self.oracle.rule(check.by), _Options(check.options)
        problems: list[Problem] = []
        try:
            wrong = [_as_read(self.oracle.value(self.exercise.id, name)) for name in check.wrong]
            found = [rule(value, used, options) for value in (own[check.answer], *wrong)]
            unfit = next((one for one in found if not isinstance(one, Mapping)), found[0])
            if not isinstance(unfit, Mapping):
                message = f"expected to return a dict, got {_show(unfit)}"
                problems.append(self.oracle.reference.locate(module, check.by, message))
        except CourseError as error:
            problems += error.problems
        for given, meant in options.list_misspelt().items():  # what it raised, or gave by a default, follows from it
            message = f"looks for the option {meant!r}, got {given!r} in the check {check.id}"
            problems = [self.oracle.reference.locate(module, check.by, message)]
        yield from problems

    def _find_instances(self, check: InvariantCheck) -> Iterator[Problem]:
        try:
            list_instances(check, self.known, self.oracle, check.slack)
        except CourseError as error:
            yield from error.problems

    # ------------------------------------------------------------ words

    def _find_arity(self, name: str, wanted: tuple[str, ...], what: str) -> Iterator[Problem]:
        try:
            function = self.oracle.reference.function(self.exercise.module, name)
        except CourseError as error:
            yield from error.problems
            return
        message = find_arity(function, wanted)
        if message is not None:
            yield self._locate(name, f"{message}: {what}" if wanted else message)

    def _locate(self, name: str, message: str) -> Problem:
        return self.oracle.reference.locate(self.exercise.module, name, message)


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


def _show(value: object) -> str:
    try:
        shown = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - the author's own class may not be able to show itself
        shown = "something"
    return f"{_shorten(shown)} ({type(value).__name__})"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


# ---------------------------------------------------------------- kinds


def find_fault(answer: Answer, value: object) -> str | None:
    """Return why a value is none of the answer's kind, as "expected …, got …"; None where it is one."""
    find = _KINDS.get(answer.kind)
    expected = find(answer, value) if find is not None else None
    return None if expected is None else f"expected {expected}, got {_show(value)}"


def _find_bad_result(answer: Answer, value: object) -> tuple[str, str] | None:
    """Return what was expected and what came, where nothing of a student's can be held against a result."""
    bad = find_bad_number(value)
    if bad is not None:
        return "numbers", bad
    try:
        result = expect_result(answer, value)
    except CourseError:
        return _RESULTS[answer.result], _show(value)
    if answer.result == "number" and isinstance(result, Numbers) and any(isinstance(x, complex) for x in result.values):
        return f"real numbers (or `result: complex` in the YAML of {answer.name})", _show(value)
    return None


_RESULTS = {"number": "numbers", "complex": "numbers", "string": "a string", "bool": "True or False"}


def find_bad_number(value: object) -> str | None:
    """Return what is no number in a result: None or NaN, however deep; None where nothing is wrong."""
    if value is None:
        return "None"
    if isinstance(value, Mapping):
        return next(filter(None, map(find_bad_number, value.values())), None)
    if isinstance(value, list | tuple):
        return next(filter(None, map(find_bad_number, value)), None)
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return find_bad_number(value.ravel().tolist())
        return "NaN" if value.dtype.kind in "fc" and bool(np.isnan(value).any()) else None
    return "NaN" if isinstance(value, numbers.Complex) and cmath.isnan(complex(value)) else None


def _is_number(value: object) -> bool:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, numbers.Real) and not math.isnan(value)


def _find_number(_answer: Answer, value: object) -> str | None:
    return None if _is_number(value) else "a number"


def _find_integer(_answer: Answer, value: object) -> str | None:
    return None if _is_number(value) and value == int(value) else "a whole number"  # type: ignore[call-overload]


def _find_complex(answer: Answer, value: object) -> str | None:
    if isinstance(value, list | tuple | np.ndarray) or answer.shape is not None:
        return _find_array(answer, value)
    is_number = isinstance(value, numbers.Complex) and not isinstance(value, bool)
    return None if is_number and not find_bad_number(value) else "a complex number"


def _find_array(answer: Answer, value: object) -> str | None:
    if isinstance(value, Mapping):
        return "numbers alone" if find_bad_number(value) else None
    if value is None or isinstance(value, str | set | frozenset) or find_bad_number(value):
        return "an array of numbers, none of them NaN or None"
    try:
        array = np.asarray(value)
    except ValueError:
        return "an array with rows of equal length"
    if array.dtype.kind not in "iufc":
        return "an array of numbers"
    if array.ndim == 0:
        return "an array, and not a single number"
    if answer.shape is not None and array.shape != answer.shape:
        return f"an array of shape {list(answer.shape)}, and not {list(array.shape)}"
    return None


def _find_bool(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, bool | np.bool_) else "True or False"


def _find_string(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) else "a string"


def _find_dict(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, Mapping) else "a dict"


def _find_table(_answer: Answer, value: object) -> str | None:
    is_table = isinstance(value, Mapping) and all(isinstance(column, Mapping) for column in value.values())
    return None if is_table else "a dict of columns, each a dict of its rows"


def _find_choice(answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) and value in answer.choices else f"one of {', '.join(answer.choices)}"


def _find_set(answer: Answer, value: object) -> str | None:
    is_set = isinstance(value, set | frozenset) and value <= set(answer.choices)
    return None if is_set else f"a set of some of {', '.join(answer.choices)}"


def _find_expression(_answer: Answer, value: object) -> str | None:
    return None if isinstance(value, str) else "an exact expression in a string"


_KINDS: dict[str, Callable[[Answer, object], str | None]] = {
    "number": _find_number,
    "integer": _find_integer,
    "complex": _find_complex,
    "array": _find_array,
    "bool": _find_bool,
    "string": _find_string,
    "dict": _find_dict,
    "table": _find_table,
    "choice": _find_choice,
    "set": _find_set,
    "expression": _find_expression,  # whether it can be read, the check knows: which variables and functions it has
}


def _as_read(value: object) -> object:
    """Return a right value as the judge gives a student's own to a function: lists are arrays."""
    if isinstance(value, list | tuple):
        return np.asarray(value, dtype=np.float64)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
