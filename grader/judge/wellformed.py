"""Is an answer there, and of the right form? Says nothing of whether it is right, and asks for no reference."""

from __future__ import annotations

from functools import partial

from grader.course import BaseCheck
from grader.judge.arguments import show_call
from grader.judge.context import CheckContext, read_any_numbers, read_result
from grader.judge.decoding import read_bool, read_number, read_numbers
from grader.judge.describe import Invalid, reject, show
from grader.judge.expressions import NOWHERE, Point, read_expression
from grader.judge.forms import describe_invalid_result, reject_form
from grader.judge.rules.expression import ExpressionCheck, list_functions, list_points
from grader.judge.rules.text import check_text
from grader.judge.verdict import Verdict, failed, missing, passed
from grader.judge.words import read_string
from grader.model import CallResult, FigureValue, MappingValue, OtherValue, Value
from numgrade_student.expressions import FUNCTIONS


def check_form(context: CheckContext[BaseCheck]) -> Verdict:
    """Return whether an answer is attempted and of its kind; `form.ok` earns nothing."""
    if context.answer.kind == "text":
        return _check_text(context)
    if not context.answers.attempted(context.name):
        return context.answers.judge_lost(context.name) or missing(context.name)
    if context.answer.kind == "function":
        return _check_calls(context) or _accept(context)
    invalid = _reject_value(context)
    return _accept(context) if invalid is None else reject_form(context, invalid)


def _accept(context: CheckContext[BaseCheck]) -> Verdict:
    return passed("form.ok", f"{context.name} is there and of the right form")


def _check_text(context: CheckContext[BaseCheck]) -> Verdict:
    verdict = check_text(context)
    return verdict if verdict.outcome != "review" else passed("form.ok", f"{context.name} is there")


def _reject_value(context: CheckContext[BaseCheck]) -> Invalid | None:
    value, answer = context.value, context.answer
    match answer.kind:
        case "array" if isinstance(value, MappingValue) and _has_keys(context):
            readings = [read_number(item) for _, item in value.items]
            return next((reading for reading in readings if isinstance(reading, Invalid)), None)
        case "array":
            numbers = read_numbers(value, answer.shape)
            return numbers if isinstance(numbers, Invalid) else None
        case "expression":
            expression = read_expression(value, *_find_setting(context))
            return expression if isinstance(expression, Invalid) else None
        case "figure":
            return None if isinstance(value, FigureValue) else reject(value, "a figure")
        case _:
            reading = context.student_value(context.name)
            return reading if isinstance(reading, Invalid) else _reject_range(context, reading)


def _find_setting(context: CheckContext[BaseCheck]) -> tuple[Point, frozenset[str]]:
    """Return a point at which an expression has a value, where it has variables, and what it may call."""
    checks = (
        check for check in context.part.checks if check.answer == context.name and isinstance(check, ExpressionCheck)
    )
    return next(((list_points(check)[0], list_functions(check)) for check in checks), (NOWHERE, FUNCTIONS))


def _has_keys(context: CheckContext[BaseCheck]) -> bool:
    """Return whether the entries of this array may also be given by name."""
    entries = [getattr(check, "entry", None) for check in context.part.checks if check.answer == context.name]
    return any(isinstance(entry, str) for entry in entries)


def _reject_range(context: CheckContext[BaseCheck], number: object) -> Invalid | None:
    """Reject a number outside the range of its answer."""
    accepted, default = context.answer.range, context.answer.default
    if accepted is None or not isinstance(number, float) or accepted[0] <= number <= accepted[1]:
        return None
    said = f"= {show(number)} is not in [{show(accepted[0])}, {show(accepted[1])}]"
    used = "" if default is None else f"; {show(default)} is used"
    return Invalid("value.out_of_range", said + used)


def _check_calls(context: CheckContext[BaseCheck]) -> Verdict | None:
    """Return the verdict on the simplest call that gave no numbers; None where there is none."""
    if not (isinstance(context.value, OtherValue) and context.value.type == "callable"):
        return reject_form(context, reject(context.value, "a function"))
    for call, result in context.answers.calls(context.name).items():
        invalid = _reject_result(context, result)
        if invalid is not None:
            told = describe_invalid_result(context, call, result, invalid)
            return failed(invalid.code, f"your {show_call(context.name, call)} {told}")
    return None


def _reject_result(context: CheckContext[BaseCheck], result: CallResult) -> Invalid | None:
    """Reject a call that gave nothing of the kind that the function is to give."""
    reading = read_result(result, partial(_read_by_result, context))
    return reading if isinstance(reading, Invalid) else None


def _read_by_result(context: CheckContext[BaseCheck], value: Value) -> object | Invalid:
    match context.answer.result:
        case "string":
            return read_string(value)
        case "bool":
            return read_bool(value)
        case "complex" | "number":
            return read_any_numbers(context.answer, context.order_freely(value))
