"""Exact expressions: a small calculator of its own, for nothing that a student wrote is ever evaluated.

The text is parsed into Python's syntax tree, which only reads it, and the tree is walked by the rules below: numbers,
`+ - * / **`, parentheses, `pi`, `e`, a few functions and the variables of the exercise. An exercise may allow more
functions; everything else is rejected, as is what is too long, too deep or would make too large a power. Whole numbers
and decimals are exact rationals; all else is worked out to 80 digits, so that no decimal passes for an irrational
number. Nor does a decimal or fraction with as many digits as are compared, in whatever disguise (`log(exp(0.4564…))`):
no exact value takes so many to write.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from grader.judge.decoding import Numbers
from grader.judge.describe import Invalid
from grader.judge.words import read_text
from grader.model import Value
from numgrade_student.expressions import (
    BARE_DECIMAL,
    BITS_LIMIT,
    DEPTH_LIMIT,
    EXPONENT_LIMIT,
    FUNCTIONS,
    ExpressionError,
    check_function,
    has_exact_part,
    name_node,
    parse_tree,
    read_decimal,
)

DIGITS = 80  # that are worked with
WRITTEN = 10**22  # beyond it a numerator or denominator, but for its small factors, approximates something
SMALL_FACTORS = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)  # so that 2**100 and 1/10**40 are exact
EQUAL = Fraction(1, 10**50)  # two exact values that are nearer than this, relatively, are one

CONSTANTS = {"pi": "pi", "e": "e", "E": "e"}
# What an exercise may allow as well, by mpmath's name; inverse ones also as NumPy calls them.
MORE_FUNCTIONS = {name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")} | {
    f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan")
}
Exact: TypeAlias = Any  # a Fraction, or a real number of mpmath's
Point: TypeAlias = Mapping[str, Fraction]
Functions: TypeAlias = frozenset[str]
NOWHERE: Point = MappingProxyType({})


@cache
def _mp() -> Any:
    """Return mpmath's arithmetic with enough digits; imported where the first expression is read."""
    import mpmath  # noqa: PLC0415 - a twentieth of a second that most commands need not spend

    context = mpmath.mp.clone()
    context.dps = DIGITS
    return context


def parse_expression(text: str, point: Point = NOWHERE, functions: Functions = FUNCTIONS) -> float | Invalid:
    """Return the value of an exact expression, or why it has none; a bare decimal has a code of its own.

    Args:
        text: what was written.
        point: the values of the variables that it may hold.
        functions: the names that it may call.
    """
    value = evaluate_expression(text, point, functions)
    return value if isinstance(value, Invalid) else float(value)


def evaluate_expression(text: str, point: Point = NOWHERE, functions: Functions = FUNCTIONS) -> Exact | Invalid:
    """Return the same value exactly: a fraction, or a number of 80 digits."""
    try:
        if BARE_DECIMAL.fullmatch(text):
            return Invalid("expression.bare_decimal", "is a decimal number; write the exact value, e.g. log(2)/3")
        tree, source = parse_tree(text)
        if not has_exact_part(tree):
            return Invalid("expression.bare_decimal", "is made of decimals; write the exact value, e.g. log(2)/3")
        evaluator = _Evaluator(source, point, functions)
        value = evaluator.evaluate(tree, 0)
        finite = math.isfinite(float(value))
        if evaluator.approximates and not isinstance(value, Fraction):
            return Invalid("expression.not_exact", "holds a number of so many digits that it approximates another one")
    except ExpressionError as error:
        return Invalid("expression.unreadable", str(error))
    except ZeroDivisionError:
        return Invalid("expression.unreadable", "divides by zero")
    except (ArithmeticError, ValueError):
        return Invalid("expression.unreadable", "has no finite real value")
    return value if finite else Invalid("expression.unreadable", "has no finite value")


def are_equal(one: Exact, other: Exact, *, is_written: bool = True) -> bool:
    """Return whether two exact values are equal at 50 digits; a long fraction is equal to a fraction only.

    Args:
        one: a value.
        other: another one.
        is_written: they are constants; where variables have values, these may make any fraction long.
    """
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one == other
    if is_written and any(isinstance(value, Fraction) and is_long(value) for value in (one, other)):
        return False
    mp = _mp()
    left, right = (_to_mp(value) for value in (one, other))
    return bool(abs(left - right) <= mp.mpf(EQUAL.numerator) / EQUAL.denominator * max(mp.one, abs(right)))


def is_long(value: Fraction) -> bool:
    """Return whether a fraction takes so many digits to write that it may stand for an irrational number."""
    return any(_take_out_small_factors(abs(part)) > WRITTEN for part in (value.numerator, value.denominator))


def _take_out_small_factors(whole: int) -> int:
    for factor in SMALL_FACTORS:
        while whole > WRITTEN and whole % factor == 0:
            whole //= factor
    return whole


def _to_mp(value: Exact) -> Any:
    mp = _mp()
    return mp.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


class _Evaluator:
    """Walks one tree; `source` is its text, for decimals are taken as they are written.

    Attributes:
        approximates: some fraction on the way took more digits than an exact one does.
    """

    def __init__(self, source: str, point: Point, functions: Functions) -> None:
        self._source, self._point, self._functions = source, point, functions
        self.approximates = False

    def evaluate(self, node: ast.expr, depth: int) -> Exact:
        """Return the value of a node."""
        value = self._evaluate(node, depth)
        if isinstance(value, Fraction) and is_long(value) and not self._has_variable(node):
            self.approximates = True
        return value

    def _has_variable(self, node: ast.expr) -> bool:
        """Return whether a value depends on where it is looked at, which may make any fraction long."""
        return any(isinstance(one, ast.Name) and one.id in self._point for one in ast.walk(node))

    def _evaluate(self, node: ast.expr, depth: int) -> Exact:
        if depth > DEPTH_LIMIT:
            raise ExpressionError(f"is nested deeper than {DEPTH_LIMIT}")
        match node:
            case ast.Constant(value=int(whole)) if not isinstance(whole, bool):
                return _bounded(Fraction(whole))
            case ast.Constant(value=float()):
                return _bounded(read_decimal(ast.get_source_segment(self._source, node) or ""))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                value = self.evaluate(operand, depth + 1)
                return -value if isinstance(sign, ast.USub) else value
            case ast.BinOp(left=left, op=operator, right=right):
                return _combine(self.evaluate(left, depth + 1), operator, self.evaluate(right, depth + 1))
            case ast.Call(func=function, args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
                known = check_function(name_node(function), self._functions)
                return _apply(known, self.evaluate(argument, depth + 1))
            case ast.Name(id=name) if name in self._point:
                return self._point[name]
            case ast.Name() | ast.Attribute():
                return _constant(name_node(node))
            case _:
                names = ", ".join(sorted(self._functions))
                raise ExpressionError(f"may only hold numbers, + - * / **, pi, e and {names}")


def _constant(name: str) -> Exact:
    if name not in CONSTANTS:
        raise ExpressionError(f"holds the name '{name[:40]}', which is not known here")
    return +getattr(_mp(), CONSTANTS[name])


def _apply(name: str, argument: Exact) -> Exact:
    mp = _mp()
    if name in {"exp", "sinh", "cosh", "tanh"} and abs(float(argument)) > EXPONENT_LIMIT:
        raise OverflowError
    if name == "exp":
        return mp.exp(_to_mp(argument))
    if name in MORE_FUNCTIONS:
        return _apply_more(MORE_FUNCTIONS[name], argument)
    if argument < 0 or (argument == 0 and name != "sqrt"):
        raise ValueError
    if name == "sqrt":
        return _exact_root(argument)
    value = mp.ln(_to_mp(argument))
    return value / mp.ln({"log2": 2, "log10": 10}[name]) if name in {"log2", "log10"} else value


def _apply_more(name: str, argument: Exact) -> Exact:
    if name in {"asin", "acos"} and abs(argument) > 1:
        raise ValueError
    return getattr(_mp(), name)(_to_mp(argument))


def _exact_root(argument: Exact) -> Exact:
    """Return a square root, as a fraction where it is one."""
    if isinstance(argument, Fraction):
        over, under = math.isqrt(argument.numerator), math.isqrt(argument.denominator)
        if over * over == argument.numerator and under * under == argument.denominator:
            return Fraction(over, under)
    return _mp().sqrt(_to_mp(argument))


def _combine(left: Exact, operator: ast.operator, right: Exact) -> Exact:
    if isinstance(operator, ast.Mult) and (left == 0 or right == 0):
        return Fraction(0)  # 0*pi makes no irrational number of a decimal
    if not isinstance(operator, ast.Pow) and not (isinstance(left, Fraction) and isinstance(right, Fraction)):
        left, right = _to_mp(left), _to_mp(right)
    match operator:
        case ast.Add():
            return _bounded(left + right)
        case ast.Sub():
            return _bounded(left - right)
        case ast.Mult():
            return _bounded(left * right)
        case ast.Div():
            if right == 0:
                raise ZeroDivisionError
            return _bounded(left / right)
        case ast.Pow():
            return _bounded(_power(left, right))
        case _:
            raise ExpressionError("holds an operator other than + - * / **")


def _power(base: Exact, exponent: Exact) -> Exact:
    if abs(float(exponent)) > EXPONENT_LIMIT:
        raise ExpressionError(f"holds an exponent beyond {EXPONENT_LIMIT}")
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent.numerator) <= BITS_LIMIT:
            return base**exponent.numerator
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base < 0 and not whole:
        raise ExpressionError("takes a root of a negative number")
    if isinstance(exponent, Fraction) and exponent == Fraction(1, 2):
        return _exact_root(base)
    return _mp().power(_to_mp(base), _to_mp(exponent))


def _bounded(value: Exact) -> Exact:
    """Return `value`, in 80 digits once its exact ones become too many; what no float can hold is too large."""
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) <= BITS_LIMIT:
            return value
        value = _to_mp(value)
    if not math.isfinite(float(value)):
        raise OverflowError
    return value


def read_expression(value: Value, point: Point = NOWHERE, functions: Functions = FUNCTIONS) -> Numbers | Invalid:
    """Return the value of the expression that a string or a SymPy object is."""
    text = read_text(value)
    number = text if isinstance(text, Invalid) else parse_expression(text, point, functions)
    return number if isinstance(number, Invalid) else Numbers((), (number,))
