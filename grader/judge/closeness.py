"""Checks of values that are numbers: a number, an array, one entry of an array or dict, an exact expression."""

from __future__ import annotations

import math
from collections.abc import Mapping

from grader.judge.case import Case
from grader.judge.compare import are_close, are_nearly, expect_numbers
from grader.judge.expressions import parse_expression
from grader.judge.mistakes import find_mistake
from grader.judge.values import (
    Numbers,
    Refusal,
    entry_shape,
    read_entries,
    read_entry,
    read_item,
    read_number,
    read_numbers,
    read_text,
    show_numbers,
)
from grader.judge.verdict import ALL, Verdict, blocked, clean, failed, passed
from grader.model import MappingValue, Value
from grader.oracle import ReferenceRefused
from grader.spec.model import BaseCheck, CloseCheck, ExpressionCheck, FollowThrough, MistakeUse, OwnCheck, Tolerance


def check_close(case: Case[CloseCheck]) -> Verdict:
    """Judge a number, an array or an entry: by the reference, then by earlier answers, then by known mistakes."""
    check = case.check
    reference = case.oracle.value(case.exercise_id, check.reference or case.name)
    expected = case.oracle.derive(case.key("expected"), lambda: expect_numbers(reference, check.entry))
    label = case.name if check.entry is None else f"{case.name}[{check.entry}]"
    reading = read_due(case.value, reference, check.entry, expected.shape)
    if isinstance(reading, Refusal):
        # What is wrong with the whole is said of the whole, so that the report can say it once for all entries.
        refused = case.name if is_refused_whole(case.value, reference, check.entry) else label
        return failed(reading.code, f"{refused} {reading.message}")
    if are_close(reading, expected, check.tolerance):
        return passed("value.close", f"{label} is right")
    shown = _show(label, reading, case.answer.unit)
    detail = f"expected {show_numbers(expected)}, within {_allowed(check.tolerance)}"
    return (
        _follow(case, reading, shown, detail)
        or _explain(case, reading, expected, _show(label, reading, ""))  # in which unit it is, the mistake may say
        or _wrong(case, reading, expected, shown, detail)
    )


def read_due(value: Value, reference: object, entry: int | str | None, shape: tuple[int, ...]) -> Numbers | Refusal:
    """Return the numbers that are due: those of the shape, or the one entry."""
    if entry is None:
        return read_numbers(value, shape)
    number = read_entry(value, reference, entry)
    return number if isinstance(number, Refusal) else Numbers((), (number,))


def is_refused_whole(value: Value, reference: object, entry: int | str | None) -> bool:
    """Return whether a value is refused as a whole, and not for the one entry that is due."""
    if isinstance(value, MappingValue) and isinstance(reference, Mapping):
        return isinstance(read_item(value, str(entry)), Refusal)
    return entry is None or isinstance(read_entries(value, entry_shape(reference)), Refusal)


def _follow(case: Case[CloseCheck], reading: Numbers, shown: str, detail: str) -> Verdict | None:
    rule = case.check.follow_through
    target = case.follow(rule)
    if rule is None or target is None:
        return None
    if not are_close(reading, expect_numbers(target, case.check.entry), case.check.tolerance):
        return None
    return followed(case, shown, rule.uses, detail)


def followed(case: Case[BaseCheck], shown: str, uses: tuple[str, ...], detail: str) -> Verdict:
    """Return full points for what follows from the student's own earlier answers; the message says which is wrong."""
    again = " and ".join(filter(case.is_wrong, uses))
    message = clean(f"{shown} is right for {_yours(case, uses)}, so it keeps full points; look at {again} again")
    return Verdict("pass", "follow_through.consistent", ALL, message, detail, follow_through=True)


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


def _wrong(
    case: Case[CloseCheck] | Case[ExpressionCheck], reading: Numbers, expected: Numbers, shown: str, detail: str
) -> Verdict:
    if any(map(math.isinf, reading.values)) and not any(map(math.isinf, expected.values)):
        return failed("value.infinite", f"{shown} is infinite, and the answer is not", detail)
    if are_nearly(reading, expected):
        message = f"{shown} is right to two digits, but not precise enough: {_allowed_error(case.check.tolerance)}"
        return failed("value.nearly", message, detail)
    rule = case.check.follow_through if isinstance(case.check, CloseCheck) else None
    return failed("value.wrong", f"{shown} is not right{neither(case, rule)}", detail)


def neither(case: Case[BaseCheck], rule: FollowThrough | None) -> str:
    """Return the clause that an answer does not follow from earlier ones either, where one of those is wrong."""
    if rule is None or not case.goes_on_from_wrong(rule):
        return ""
    if any(isinstance(case.read_own(name), Refusal) for name in rule.uses):  # then the reference alone decided
        return ""
    return f", and it does not follow from {_yours(case, rule.uses)} either"


def _yours(case: Case[BaseCheck], uses: tuple[str, ...]) -> str:
    names = " and ".join(uses)
    if all(case.specs[name].kind == "function" for name in uses):
        return f"your own {names}"
    return f"your {'value' if len(uses) == 1 else 'values'} of {names}"


def _show(label: str, reading: Numbers, unit: str) -> str:
    return clean(f"{label} = {show_numbers(reading)} {unit}".rstrip(), 200)


def _allowed(tolerance: Tolerance) -> str:
    return f"{tolerance.absolute:g} + {tolerance.relative:g} relative"


def _allowed_error(tolerance: Tolerance) -> str:
    """Return in words how far an answer may be off."""
    if not tolerance.absolute:
        return f"the relative error may be {tolerance.relative:.3g}"
    if not tolerance.relative:
        return f"the error may be {tolerance.absolute:.3g}"
    return f"the error may be {tolerance.absolute:.3g} plus {tolerance.relative:.3g} of the value"


def check_expression(case: Case[ExpressionCheck]) -> Verdict:
    """Judge an exact expression by its value; a decimal, however right, is not what was asked for."""
    check = case.check
    reading = read_expression(case.value)
    if isinstance(reading, Refusal):
        return failed(reading.code, f"{case.name} {reading.message}")
    expected = case.oracle.derive(case.key("expected"), lambda: _expect_expression(case, check.reference or case.name))
    if are_close(reading, expected, check.tolerance):
        return passed("expression.equal", f"{case.name} is right")
    shown = f"{case.name} (value {show_numbers(reading)})"
    detail = f"expected {show_numbers(expected)}, within {_allowed(check.tolerance)}"

    def explains(use: MistakeUse) -> bool:
        if use.wrong is None:
            return False
        name = use.wrong
        wrong = case.oracle.derive(case.key(name), lambda: _expect_expression(case, name))
        return are_close(reading, wrong, check.tolerance) and not are_close(wrong, expected, check.tolerance)

    return find_mistake(case, check.mistakes, explains, shown) or _wrong(case, reading, expected, shown, detail)


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
    if all(isinstance(value, float) and value == 0 for value in own.values()):
        names = ", ".join(own)
        return failed("own.all_zero", f"{case.name} rests on {names}, which are all 0, so there is nothing to add up")
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
