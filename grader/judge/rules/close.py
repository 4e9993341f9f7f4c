"""The rule `close`: a number, an array, or one entry of an array or dict, is within a tolerance of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from grader.course import Answer, BaseCheck, FollowThrough, MistakeUse, Name, Tolerance
from grader.judge.admissible import is_admissible, is_trivial
from grader.judge.compare import expect_numbers
from grader.judge.context import CheckContext, read_by_kind
from grader.judge.decoding import Numbers, entry_shape, read_entries, read_entry, read_item, show_numbers
from grader.judge.describe import Invalid
from grader.judge.explain import (
    explain_wrong,
    find_own_mistake,
    find_wrong_value,
    followed,
    neither,
    show_allowed_error,
    show_answer,
    show_tolerance,
)
from grader.judge.forms import reject_form
from grader.judge.matching import Comparison
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.rules.common import (
    Order,
    ReferenceName,
    UpTo,
    check_freedoms,
    check_mistakes,
    check_tolerance,
    describe_freedoms,
)
from grader.judge.rules.examples import wrong_numbers
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, failed, passed
from grader.model import MappingValue, Value


class CloseCheck(BaseCheck):
    """A number, an array, or one `entry` of an array or dict, is within `tolerance` of the reference."""

    rule: Literal["close"]
    reference: ReferenceName = None
    entry: int | str | None = Field(None, description="The only entry that is judged: an index, or a key of a dict.")
    tolerance: Tolerance
    order: Order = "given"
    up_to: UpTo = ()
    mistakes: tuple[MistakeUse, ...] = ()
    follow_through: FollowThrough | None = None


class Close(Rule[CloseCheck]):
    """By the reference, then by earlier answers, then by known mistakes."""

    record = CloseCheck
    kinds = ("number", "integer", "complex", "array", "dict")
    asks = (
        "A function without arguments, named like the answer or by `reference`, that returns a number, an array "
        "(nested lists and tuples will do) or a dict of numbers; each `wrong` likewise."
    )
    codes = {
        "value.close": Code("within the tolerance of the reference", "right"),
    }

    def find_problems(self, check: CloseCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with the tolerance, the entry and the mistakes."""
        yield from check_tolerance(check.tolerance)
        yield from check_mistakes(check.mistakes, check.follow_through)
        yield from check_freedoms(check.order, check.up_to, answer)
        if check.entry is None:
            if answer.kind == "dict":
                yield ("entry",), f"missing key: {answer.name} (dict) is judged by close one entry at a time"
            return
        if check.order != "given" or check.up_to:
            yield ("entry",), "unknown key: an answer that is free in its order, signs or scale is judged as a whole"
        if answer.kind not in {"array", "dict"}:
            yield ("entry",), f"unknown key for {answer.name} ({answer.kind}): only arrays and dicts have entries"
        elif isinstance(check.entry, int) and not 0 <= check.entry < (answer.shape or (check.entry + 1,))[0]:
            yield ("entry",), f"{check.entry}: expected an index into the shape {list(answer.shape or ())}"

    def judge(self, context: CheckContext[CloseCheck]) -> Verdict:
        """Judge a number, an array or an entry."""
        return _judge(context)

    def solve(self, context: CheckContext[CloseCheck]) -> Solution | None:
        """Return the reference's numbers."""
        check = context.check
        reference = context.oracle.value(context.exercise_id, check.reference_name)
        numbers = context.memoize("expected", lambda: expect_numbers(reference, check.entry))
        freedom = describe_freedoms(check.order, check.up_to)
        expected = f"{show_numbers(numbers)} {context.answer.unit}".rstrip()
        return Solution(f"{expected}{freedom}", show_allowed_error(check.tolerance))

    def wrong_examples(self, check: CloseCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield numbers that are off."""
        yield from wrong_numbers(answer, truth, is_scalable="scale" in check.up_to)


def _judge(context: CheckContext[CloseCheck]) -> Verdict:
    """Judge a number, an array or an entry: by the reference, then by earlier answers, then by known mistakes."""
    check = context.check
    reference = context.oracle.value(context.exercise_id, check.reference_name)
    expected = context.memoize("expected", lambda: expect_numbers(reference, check.entry))
    label = context.name if check.entry is None else f"{context.name}[{check.entry}]"
    reading = _read_due(context, reference, expected.shape)
    if isinstance(reading, Invalid):
        # What is wrong with the whole is said of the whole, so that the report can say it once for all entries.
        if is_rejected_whole(context.value, reference, check.entry):
            return reject_form(context, reading)
        return failed(reading.code, f"{label} {reading.message}")
    comparison = Comparison(check.tolerance, check.up_to, any_order=check.order == "any")
    if comparison.agrees(reading, expected):
        return passed("value.close", f"{label} is right")
    shown = show_answer(label, reading, context.answer.unit)
    bare = show_answer(label, reading, "")  # in which unit it is, the mistake may say
    detail = f"expected {show_numbers(expected)}, within {show_tolerance(check.tolerance)}"
    rule = check.follow_through
    target = _find_own(context, comparison, expected)
    if rule is not None and target is not None and comparison.agrees(reading, target):
        return followed(context, shown, rule.uses, detail)
    numbers = (comparison.fit(reading, expected), expected)
    return (
        _explain(context, comparison, (reading, expected), bare)
        or _explain_own(context, comparison, (reading, expected), bare)
        or explain_wrong(check.tolerance, numbers, shown, neither(context, rule, target), detail)
    )


def _read_due(context: CheckContext[CloseCheck], reference: object, shape: tuple[int, ...]) -> Numbers | Invalid:
    """Return the numbers that are asked for: those of the shape, or the one entry."""
    if context.check.entry is None:
        return read_by_kind(context.answer, context.value, shape)
    number = read_entry(context.value, reference, context.check.entry)
    return number if isinstance(number, Invalid) else Numbers((), (number,))


def is_rejected_whole(value: Value, reference: object, entry: int | str | None) -> bool:
    """Return whether a value is invalid as a whole, and not for the one entry that is asked for."""
    if isinstance(value, MappingValue) and isinstance(reference, Mapping):
        return isinstance(read_item(value, str(entry)), Invalid)
    return entry is None or isinstance(read_entries(value, entry_shape(reference)), Invalid)


def _find_own(
    context: CheckContext[CloseCheck], comparison: Comparison, expected: Numbers, by: Name | None = None
) -> Numbers | None:
    """Return what follows from the student's own earlier values, or what a mistake `by` makes of them.

    None where nothing follows, or only what is trivial: what the tolerance cannot tell from zero, where it can tell the
    truth from it, is right for whoever writes zero.
    """
    check = context.check
    found = context.follow(check.follow_through, by)
    if found is None or is_trivial(found, context.oracle.value(context.exercise_id, check.reference_name)):
        return None
    own = expect_numbers(found, check.entry)
    zero = own._replace(values=(0.0,) * len(own.values))
    return None if comparison.agrees(zero, own) and not comparison.agrees(zero, expected) else own


def _explain(
    context: CheckContext[CloseCheck], comparison: Comparison, numbers: tuple[Numbers, Numbers], shown: str
) -> Verdict | None:
    """Look for a known mistake, made by whoever kept what the name promises: an entry alone may agree by chance."""
    reading, expected = numbers
    if context.answer.promises != "any":
        own = context.student_value(context.name)
        if isinstance(own, Invalid) or not is_admissible(context.answer, own):
            return None

    def explains(name: str) -> bool:
        wrong = context.memoize(name, lambda: _expect_wrong(context, name))
        return comparison.agrees(reading, wrong) and not comparison.agrees(wrong, expected)

    return find_wrong_value(context, context.check.mistakes, explains, shown)


def _explain_own(
    context: CheckContext[CloseCheck], comparison: Comparison, numbers: tuple[Numbers, Numbers], shown: str
) -> Verdict | None:
    """Look for a known mistake on the student's own earlier values."""
    reading, expected = numbers

    def explains(use: MistakeUse) -> bool:
        target = context.follow(context.check.follow_through)
        mistaken = _find_own(context, comparison, expected, use.from_)
        if target is None or mistaken is None:
            return False
        consistent = expect_numbers(target, context.check.entry)
        return comparison.agrees(reading, mistaken) and not comparison.agrees(mistaken, consistent)

    return find_own_mistake(context, context.check.mistakes, explains, shown)


def _expect_wrong(context: CheckContext[CloseCheck], name: str) -> Numbers:
    return expect_numbers(context.oracle.value(context.exercise_id, name), context.check.entry)


RULE = Close()
