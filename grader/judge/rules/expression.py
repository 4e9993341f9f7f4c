"""The rule `expression`: an exact expression equals the reference's, at 50 digits and wherever its variables lie."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from pydantic import Field

from grader.course import Answer, BaseCheck, MistakeUse, Name
from grader.errors import CourseError, Problem
from grader.judge.compare import are_nearly
from grader.judge.context import CheckContext
from grader.judge.decoding import Numbers
from grader.judge.describe import Invalid, show
from grader.judge.explain import find_wrong_value
from grader.judge.expressions import NOWHERE, Exact, Point, are_equal, evaluate_expression
from grader.judge.forms import reject_form
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.rules.common import ReferenceName, check_mistakes
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, failed, passed
from grader.judge.words import read_text
from grader.model import Frozen
from numgrade_student.expressions import FUNCTIONS

POINTS = 23  # at which expressions with variables are compared; a prime, so that its multiples mix
_STEPS = (1, 5, 7, 11, 13)  # one for each variable

MoreFunction: TypeAlias = Literal[
    "sin", "cos", "tan", "asin", "acos", "atan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"
]  # the keys of MORE_FUNCTIONS
Row: TypeAlias = tuple[Exact | None, ...]  # a value for each point; None where there is none


class Span(Frozen):
    """Where a variable lies: between two numbers, at which both sides have values."""

    low: float = Field(description="Where it begins.")
    high: float = Field(description="Where it ends.")


class ExpressionCheck(BaseCheck):
    """An exact expression is equal to the reference's, a string of the same form; decimals count as what they write."""

    rule: Literal["expression"]
    reference: ReferenceName = None
    variables: dict[Name, Span] = Field(
        default_factory=dict,
        max_length=len(_STEPS),
        description=f"The variables that it may have, and where they lie: compared at {POINTS} points.",
    )
    functions: tuple[MoreFunction, ...] = Field(
        (), description="What it may call as well, beside `log`, `ln`, `log2`, `log10`, `exp` and `sqrt`."
    )
    mistakes: tuple[MistakeUse, ...] = ()


class Expression(Rule[ExpressionCheck]):
    """By its value; a decimal, however right, is not what was asked for."""

    record = ExpressionCheck
    kinds = ("expression",)
    asks = (
        "A function without arguments, named like the answer or by `reference`, that returns an exact expression "
        "in a string; each `wrong` likewise."
    )
    codes = {
        "expression.equal": Code("an exact expression with the right value", "right"),
        "expression.bare_decimal": Code("a decimal number instead of an exact expression", "malformed"),
        "expression.not_exact": Code(
            "nearly the right value: decimals, or a fraction near it, in place of the exact one", "wrong"
        ),
        "expression.unreadable": Code("not an expression of the allowed form", "malformed", takes_hint=False),
    }

    def find_problems(self, check: ExpressionCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with the variables and the mistakes."""
        del answer
        yield from check_mistakes(check.mistakes)
        for name, span in check.variables.items():
            if span.low >= span.high:
                yield ("variables", name, "low"), f"{span.low:g}: expected less than high, {span.high:g}"

    def judge(self, context: CheckContext[ExpressionCheck]) -> Verdict:
        """Judge an exact expression."""
        return _judge(context)

    def solve(self, context: CheckContext[ExpressionCheck]) -> Solution | None:
        """Return the reference's expression."""
        return Solution(str(context.oracle.value(context.exercise_id, context.check.reference_name)))

    def wrong_examples(self, check: ExpressionCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield another value, and a decimal."""
        del check, answer
        yield from (("one more", f"1 + {truth}"), ("a decimal", "0.5"))


def list_points(check: ExpressionCheck) -> tuple[Point, ...]:
    """Return the points at which two expressions are compared: spread evenly, the same every time."""
    if not check.variables:
        return (NOWHERE,)
    spans = list(zip(check.variables.items(), _STEPS, strict=False))
    return tuple({name: _place(span, index * step % POINTS) for (name, span), step in spans} for index in range(POINTS))


def list_functions(check: ExpressionCheck) -> frozenset[str]:
    """Return the names of all functions that an expression may call."""
    return FUNCTIONS | frozenset(check.functions)


def _place(span: Span, index: int) -> Fraction:
    low, high = Fraction(str(span.low)), Fraction(str(span.high))
    return low + (high - low) * Fraction(2 * index + 1, 2 * POINTS)


def _judge(context: CheckContext[ExpressionCheck]) -> Verdict:
    check = context.check
    text = read_text(context.value)
    points, functions = list_points(check), list_functions(check)
    first = text if isinstance(text, Invalid) else evaluate_expression(text, points[0], functions)
    if isinstance(first, Invalid):
        return reject_form(context, first)
    own = tuple(_value(str(text), point, functions) for point in points)
    expected = expect_row(context, check.reference_name)
    if is_same(own, expected):
        return passed("expression.equal", f"{context.name} is right")
    shown = context.name if check.variables else f"{context.name} (value {show(float(first))})"
    reference = context.oracle.value(context.exercise_id, check.reference_name)

    def explains(name: str) -> bool:
        wrong = expect_row(context, name)
        return is_same(own, wrong) and not is_same(wrong, expected)

    return find_wrong_value(context, check.mistakes, explains, shown) or _explain(own, expected, shown, str(reference))


def _explain(own: Row, expected: Row, shown: str, reference: str) -> Verdict:
    detail = f"expected {reference}"
    pairs = [(one, right) for one, right in zip(own, expected, strict=True) if right is not None]
    if all(one is not None and are_nearly(_round(one), _round(right)) for one, right in pairs):
        message = f"{shown} is near the right value, and not exactly equal to it: write the exact value, e.g. log(2)/3"
        return failed("expression.not_exact", message, detail)
    return failed("value.wrong", f"{shown} is not correct", detail)


def _round(value: Exact) -> Numbers:
    return Numbers((), (float(value),))


def _value(text: str, point: Point, functions: frozenset[str]) -> Exact | None:
    value = evaluate_expression(text, point, functions)
    return None if isinstance(value, Invalid) else value


def expect_row(context: CheckContext[ExpressionCheck], name: str) -> Row:
    """Return the values of one of the reference's expressions at all points.

    Raises:
        CourseError: it is no exact expression, or has no value anywhere.
    """
    return context.memoize(f"row of {name}", lambda: _expect_row(context, name))


def _expect_row(context: CheckContext[ExpressionCheck], name: str) -> Row:
    text = context.oracle.value(context.exercise_id, name)
    points, functions = list_points(context.check), list_functions(context.check)
    row = tuple(_value(text, point, functions) for point in points) if isinstance(text, str) else ()
    if not any(value is not None for value in row):
        message = f"expected an exact expression such as log(2)/3, in a string, got {text!r:.80}"
        raise CourseError([Problem("reference", 1, name, message)])
    return row


def is_same(own: Row, expected: Row) -> bool:
    """Return whether two rows are equal at 50 digits wherever the second one has values."""
    is_written = len(own) == 1  # with variables, there are more points
    pairs = zip(own, expected, strict=True)
    return all(
        right is None or (one is not None and are_equal(one, right, is_written=is_written)) for one, right in pairs
    )


RULE = Expression()
