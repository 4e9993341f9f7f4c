"""Is an answer there, and of the right form? Says nothing of whether it is right, and asks for no reference."""

from __future__ import annotations

from functools import partial

from grader.course import BaseCheck
from grader.judge.arguments import show_call
from grader.judge.case import Case, read_any_numbers, read_result
from grader.judge.expressions import FUNCTIONS, NOWHERE, Point, read_expression
from grader.judge.rules.expression import ExpressionCheck, list_functions, list_points
from grader.judge.rules.text import check_text
from grader.judge.values import Refusal, read_bool, read_number, read_numbers, read_string, refuse, show
from grader.judge.verdict import Verdict, failed, missing, passed
from grader.model import CallResult, FigureValue, MappingValue, OtherValue, Value


def check_form(case: Case[BaseCheck]) -> Verdict:
    """Return whether an answer is attempted and of its kind; `form.ok` earns nothing."""
    if case.answer.kind == "text":
        return _check_text(case)
    if not case.answers.attempted(case.name):
        return case.answers.judge_lost(case.name) or missing(case.name)
    refusal = _check_calls(case) if case.answer.kind == "function" else _refuse_value(case)
    if refusal is None:
        return passed("form.ok", f"{case.name} is there and of the right form")
    return failed(refusal.code, refusal.message if case.answer.kind == "function" else f"{case.name} {refusal.message}")


def _check_text(case: Case[BaseCheck]) -> Verdict:
    verdict = check_text(case)
    return verdict if verdict.outcome != "review" else passed("form.ok", f"{case.name} is there")


def _refuse_value(case: Case[BaseCheck]) -> Refusal | None:
    value, answer = case.value, case.answer
    match answer.kind:
        case "array" if isinstance(value, MappingValue) and _has_keys(case):
            readings = [read_number(item) for _, item in value.items]
            return next((reading for reading in readings if isinstance(reading, Refusal)), None)
        case "array":
            numbers = read_numbers(value, answer.shape)
            return numbers if isinstance(numbers, Refusal) else None
        case "expression":
            expression = read_expression(value, *_find_setting(case))
            return expression if isinstance(expression, Refusal) else None
        case "figure":
            return None if isinstance(value, FigureValue) else refuse(value, "a figure")
        case _:
            reading = case.read_own(case.name)
            return reading if isinstance(reading, Refusal) else _refuse_range(case, reading)


def _find_setting(case: Case[BaseCheck]) -> tuple[Point, frozenset[str]]:
    """Return a point at which an expression has a value, where it has variables, and what it may call."""
    checks = (check for check in case.part.checks if check.answer == case.name and isinstance(check, ExpressionCheck))
    return next(((list_points(check)[0], list_functions(check)) for check in checks), (NOWHERE, FUNCTIONS))


def _has_keys(case: Case[BaseCheck]) -> bool:
    """Return whether the entries of this array may also be given by name."""
    entries = [getattr(check, "entry", None) for check in case.part.checks if check.answer == case.name]
    return any(isinstance(entry, str) for entry in entries)


def _refuse_range(case: Case[BaseCheck], number: object) -> Refusal | None:
    """Refuse a number outside the range of its answer."""
    accepted, default = case.answer.range, case.answer.default
    if accepted is None or not isinstance(number, float) or accepted[0] <= number <= accepted[1]:
        return None
    said = f"= {show(number)} is not in [{show(accepted[0])}, {show(accepted[1])}]"
    used = "" if default is None else f"; {show(default)} is used"
    return Refusal("value.out_of_range", said + used)


def _check_calls(case: Case[BaseCheck]) -> Refusal | None:
    """Return what the simplest call that gave no numbers did; the message names the call."""
    if not (isinstance(case.value, OtherValue) and case.value.type == "callable"):
        refusal = refuse(case.value, "a function")
        return Refusal(refusal.code, f"{case.name} {refusal.message}")
    for call, result in case.answers.calls(case.name).items():
        reading = _refuse_result(case, result)
        if reading is not None:
            return Refusal(reading.code, f"your {show_call(case.name, call)} {reading.message}")
    return None


def _refuse_result(case: Case[BaseCheck], result: CallResult) -> Refusal | None:
    """Refuse a call that gave nothing of the kind that the function is to give."""
    reading = read_result(result, partial(_read_by_result, case))
    return reading if isinstance(reading, Refusal) else None


def _read_by_result(case: Case[BaseCheck], value: Value) -> object | Refusal:
    match case.answer.result:
        case "string":
            return read_string(value)
        case "bool":
            return read_bool(value)
        case "complex" | "number":
            return read_any_numbers(case.answer, case.order_freely(value))
