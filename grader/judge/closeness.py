"""Checks of values that are numbers: a number, an array, one entry of an array or dict, an exact expression."""

from __future__ import annotations

import math
from fractions import Fraction

from grader.judge.case import Case
from grader.judge.compare import are_close, are_nearly, expect_numbers
from grader.judge.expressions import parse_expression
from grader.judge.mistakes import find_mistake
from grader.judge.values import (
    Numbers,
    Refusal,
    read_entry,
    read_number,
    read_numbers,
    read_text,
    show_numbers,
)
from grader.judge.verdict import Verdict, blocked, clean, failed, passed
from grader.model import Value
from grader.oracle import ReferenceRefused
from grader.spec.model import CloseCheck, ExpressionCheck, MistakeUse, OwnCheck


def check_close(case: Case[CloseCheck]) -> Verdict:
    """Judge a number, an array or an entry: by the reference, then by earlier answers, then by known mistakes."""
    check = case.check
    reference = case.oracle.value(case.exercise_id, check.reference or case.name)
    expected = case.oracle.derive(case.key("expected"), lambda: expect_numbers(reference, check.entry))
    label = case.name if check.entry is None else f"{case.name}[{check.entry}]"
    reading = read_due(case.value, reference, check.entry, expected.shape)
    if isinstance(reading, Refusal):
        return failed(reading.code, f"{label} {reading.message}")
    if are_close(reading, expected, check.tolerance):
        return passed("value.close", f"{label} is right")
    shown = _show(label, reading, case.answer.unit)
    detail = f"expected {show_numbers(expected)}, within {_allowed(check)}"
    return _follow(case, reading, shown, detail) or _explain(case, reading, expected, shown) or _wrong(
        reading, expected, shown, detail
    )  # fmt: skip


def read_due(value: Value, reference: object, entry: int | str | None, shape: tuple[int, ...]) -> Numbers | Refusal:
    """Return the numbers that are due: those of the shape, or the one entry."""
    if entry is None:
        return read_numbers(value, shape)
    number = read_entry(value, reference, entry)
    return number if isinstance(number, Refusal) else Numbers((), (number,))


def _follow(case: Case[CloseCheck], reading: Numbers, shown: str, detail: str) -> Verdict | None:
    rule = case.check.follow_through
    target = case.follow(rule)
    if rule is None or target is None:
        return None
    if not are_close(reading, expect_numbers(target, case.check.entry), case.check.tolerance):
        return None
    return followed(shown, rule.uses, detail)


def followed(shown: str, uses: tuple[str, ...], detail: str) -> Verdict:
    """Return full points for what follows from the student's own earlier answers."""
    names = " and ".join(uses)
    message = clean(f"{shown} follows from your own {names}, so it has full points; look at {names} again")
    return Verdict("pass", "follow_through.consistent", Fraction(1), message, detail, follow_through=True)


def _explain(case: Case[CloseCheck], reading: Numbers, expected: Numbers, shown: str) -> Verdict | None:
    tolerance = case.check.tolerance

    def explains(use: MistakeUse) -> bool:
        if use.wrong is None:
            return False
        wrong = case.oracle.derive(case.key(use.wrong), lambda: _expect_wrong(case, use.wrong))
        return are_close(reading, wrong, tolerance) and not are_close(wrong, expected, tolerance)

    return find_mistake(case, case.check.mistakes, explains, shown)


def _expect_wrong(case: Case[CloseCheck], name: str | None) -> Numbers:
    return expect_numbers(case.oracle.value(case.exercise_id, name or ""), case.check.entry)


def _wrong(reading: Numbers, expected: Numbers, shown: str, detail: str) -> Verdict:
    if any(map(math.isinf, reading.values)) and not any(map(math.isinf, expected.values)):
        return failed("value.infinite", f"{shown} is infinite, and the answer is not", detail)
    if are_nearly(reading, expected):
        return failed("value.nearly", f"{shown} is close, but not precise enough", detail)
    return failed("value.wrong", f"{shown} is not right", detail)


def _show(label: str, reading: Numbers, unit: str) -> str:
    return clean(f"{label} = {show_numbers(reading)} {unit}".rstrip(), 200)


def _allowed(check: CloseCheck | ExpressionCheck) -> str:
    return f"{check.tolerance.absolute:g} + {check.tolerance.relative:g} relative"


def check_expression(case: Case[ExpressionCheck]) -> Verdict:
    """Judge an exact expression by its value; a decimal, however right, is not what was asked for."""
    check = case.check
    reading = read_expression(case.value)
    if isinstance(reading, Refusal):
        return failed(reading.code, f"{case.name} {reading.message}")
    expected = case.oracle.derive(case.key("expected"), lambda: _expect_expression(case, check.reference or case.name))
    if are_close(reading, expected, check.tolerance):
        return passed("expression.equal", f"{case.name} is right")
    shown = f"{case.name}, with the value {show_numbers(reading)}"
    detail = f"expected {show_numbers(expected)}, within {_allowed(check)}"

    def explains(use: MistakeUse) -> bool:
        if use.wrong is None:
            return False
        name = use.wrong
        wrong = case.oracle.derive(case.key(name), lambda: _expect_expression(case, name))
        return are_close(reading, wrong, check.tolerance) and not are_close(wrong, expected, check.tolerance)

    return find_mistake(case, check.mistakes, explains, shown) or _wrong(reading, expected, f"{shown},", detail)


def read_expression(value: Value) -> Numbers | Refusal:
    """Return the value of the expression that a string or a SymPy object is."""
    text = read_text(value)
    number = text if isinstance(text, Refusal) else parse_expression(text)
    return number if isinstance(number, Refusal) else Numbers((), (number,))


def _expect_expression(case: Case[ExpressionCheck], name: str) -> Numbers:
    reference = case.oracle.value(case.exercise_id, name)
    number = parse_expression(reference) if isinstance(reference, str) else reference
    return expect_numbers(number)


def check_own(case: Case[OwnCheck]) -> Verdict:
    """Judge an answer by the student's own values, right or wrong; blocked where one of them is not there."""
    check = case.check
    own = {name: case.read_own(name) for name in check.uses}
    for name, value in own.items():
        if not case.answers.attempted(name) or isinstance(value, Refusal):
            return blocked(case.name, name)
    try:
        target = case.oracle.function(case.exercise_id, check.by)(*own.values())
    except ReferenceRefused:
        return blocked(case.name, " and ".join(check.uses), "are no values to go on with")
    return _agrees_with_own(case, target)


def _agrees_with_own(case: Case[OwnCheck], target: object) -> Verdict:
    tolerance = case.check.tolerance
    reading: object
    if tolerance is None:
        reading = case.read_own(case.name)
        agrees = isinstance(reading, bool) and reading == bool(target)
    else:
        number = read_number(case.value)
        reading = number if isinstance(number, Refusal) else Numbers((), (number,))
        agrees = isinstance(reading, Numbers) and are_close(reading, expect_numbers(target), tolerance)
    if isinstance(reading, Refusal):
        return failed(reading.code, f"{case.name} {reading.message}")
    names = ", ".join(case.check.uses)
    if agrees:
        return passed("own.consistent", f"{case.name} agrees with your own {names}")
    shown = _show(case.name, reading, case.answer.unit) if isinstance(reading, Numbers) else f"{case.name} = {reading}"
    return failed("own.inconsistent", f"{shown} does not agree with your own {names}", f"expected {target!r}")
