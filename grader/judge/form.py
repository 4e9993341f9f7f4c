"""Is an answer there, and of the right form? Says nothing of whether it is right, and asks for no reference."""

from __future__ import annotations

from grader.judge.case import Case, read_result
from grader.judge.closeness import read_expression
from grader.judge.functions import show_call
from grader.judge.texts import check_text
from grader.judge.values import Refusal, read_number, read_numbers, refuse, show
from grader.judge.verdict import Verdict, failed, lost, missing, passed
from grader.model import CallResult, FigureValue, MappingValue, OtherValue, Returned
from grader.spec.model import BaseCheck, CloseCheck, CurveCheck, TextCheck


def check_form(case: Case[BaseCheck]) -> Verdict:
    """Return whether an answer is attempted and of its kind; `form.ok` earns nothing."""
    if case.answer.kind == "text":
        return _check_text(case)
    if not case.answers.attempted(case.name):
        cause = case.answers.lost(case.name)
        return lost(case.name, cause) if cause else missing(case.name)
    refusal = _check_calls(case) if case.answer.kind == "function" else _refuse_value(case)
    if refusal is None:
        return passed("form.ok", f"{case.name} is there and of the right form")
    return failed(refusal.code, refusal.message if case.answer.kind == "function" else f"{case.name} {refusal.message}")


def _check_text(case: Case[BaseCheck]) -> Verdict:
    check = TextCheck(id=case.check.id, answer=case.name, rule="text")
    verdict = check_text(case.put(check))
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
            expression = read_expression(value)
            return expression if isinstance(expression, Refusal) else None
        case "figure":
            return None if isinstance(value, FigureValue) else refuse(value, "a figure")
        case _:
            reading = case.read_own(case.name)
            return reading if isinstance(reading, Refusal) else _refuse_range(case, reading)


def _has_keys(case: Case[BaseCheck]) -> bool:
    """Return whether the entries of this array may also be given by name."""
    entries = [check.entry for check in case.part.checks if isinstance(check, CloseCheck) and check.answer == case.name]
    return any(isinstance(entry, str) for entry in entries)


def _refuse_range(case: Case[BaseCheck], number: object) -> Refusal | None:
    """Refuse a variance outside the range of the curve that it belongs to."""
    for check in case.part.checks:
        if isinstance(check, CurveCheck) and check.variance == case.name and isinstance(number, float):
            low, high = check.variance_range
            if not low <= number <= high:
                said = f"= {show(number)} is not in [{show(low)}, {show(high)}]; {show(check.default_variance)} is used"
                return Refusal("value.out_of_range", said)
    return None


def _check_calls(case: Case[BaseCheck]) -> Refusal | None:
    """Return what the simplest call that gave no numbers did; the message names the call."""
    if not (isinstance(case.value, OtherValue) and case.value.type == "callable"):
        refusal = refuse(case.value, "a function")
        return Refusal(refusal.code, f"{case.name} {refusal.message}")
    for call, result in case.answers.calls(case.name).items():
        reading = _refuse_result(result)
        if reading is not None:
            return Refusal(reading.code, f"your {show_call(case.name, call)} {reading.message}")
    return None


def _refuse_result(result: CallResult) -> Refusal | None:
    """Refuse a call that gave neither a number nor an array of numbers."""
    reading = read_result(result, ())
    if isinstance(reading, Refusal) and reading.code == "value.shape_mismatch" and isinstance(result, Returned):
        numbers = read_numbers(result.value, None)
        if isinstance(numbers, Refusal):
            return Refusal(numbers.code, f"returned something that {numbers.message}")
        return None
    return reading if isinstance(reading, Refusal) else None
