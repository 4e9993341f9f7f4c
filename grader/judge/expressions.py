"""Exact expressions: a small calculator of its own, for nothing that a student wrote is ever evaluated.

The text is parsed into Python's syntax tree, which only reads it, and the tree is walked by the rules below: numbers,
`+ - * / **`, parentheses, `pi`, `e` and a few functions. Everything else is refused, as is what is too long, too
deep or would make too large a power.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from fractions import Fraction

from grader.judge.values import Refusal

LENGTH_LIMIT = 500
DEPTH_LIMIT = 100
EXPONENT_LIMIT = 1000  # with the limit on digits below, no power takes noticeable time
BITS_LIMIT = 4096

CONSTANTS = {"pi": math.pi, "e": math.e, "E": math.e}
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "log": math.log,
    "ln": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "sqrt": math.sqrt,
}
MODULES = frozenset({"math", "np", "numpy", "sympy"})
# Only what the grammar can need; in particular no quotes, brackets, underscores or exotic digits and letters.
ALLOWED = re.compile(r"[0-9A-Za-z+\-*/(). \t\r\n]*")
# "2pi", "2j", "1or 2": Python reads some of these, with a warning.
GLUED = re.compile(r"(?<![A-Za-z0-9])[0-9.]+(?![eE][+-]?[0-9])[A-Za-z]")
BARE_DECIMAL = re.compile(r"[+\-(\s]*(\d+\.\d*|\.\d+|\d+(\.\d*)?[eE][+-]?\d+|\.\d+[eE][+-]?\d+)[)\s]*")

Exact = Fraction | float


class _ExpressionError(Exception):
    """A text that is not an expression of the allowed form; the message follows the answer's name."""


def parse_expression(text: str) -> float | Refusal:
    """Return the value of an exact expression, or why it has none; a bare decimal has a code of its own."""
    try:
        if BARE_DECIMAL.fullmatch(text):
            return Refusal("expression.bare_decimal", "is a decimal number; write the exact value, e.g. log(2)/3")
        tree = _parse(text)
        if not _has_exact_part(tree):
            return Refusal("expression.bare_decimal", "is made of decimals; write the exact value, e.g. log(2)/3")
        value = float(_evaluate(tree, 0))
    except _ExpressionError as error:
        return Refusal("expression.unreadable", str(error))
    except (ArithmeticError, ValueError) as error:
        return Refusal("expression.unreadable", f"has no value ({error})")
    return value if math.isfinite(value) else Refusal("expression.unreadable", "has no finite value")


def _parse(text: str) -> ast.expr:
    if len(text) > LENGTH_LIMIT:
        raise _ExpressionError(f"is longer than {LENGTH_LIMIT} characters")
    if not ALLOWED.fullmatch(text):
        raise _ExpressionError("holds a character that no expression needs")
    if GLUED.search(text):
        raise _ExpressionError("has a number and a name without an operator between them")
    if _deepest(text) > DEPTH_LIMIT:
        raise _ExpressionError(f"is nested deeper than {DEPTH_LIMIT}")
    try:
        # In parentheses a line break means nothing.
        return ast.parse(f"({text.strip()})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _ExpressionError("cannot be read as an expression") from error


def _deepest(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _has_exact_part(tree: ast.expr) -> bool:
    """Return whether there is more than decimals: a function, a constant, or nothing but whole numbers."""
    nodes = list(ast.walk(tree))
    floats = any(isinstance(node, ast.Constant) and isinstance(node.value, float) for node in nodes)
    return not floats or any(isinstance(node, ast.Name | ast.Call) for node in nodes)


def _evaluate(node: ast.expr, depth: int) -> Exact:
    if depth > DEPTH_LIMIT:
        raise _ExpressionError(f"is nested deeper than {DEPTH_LIMIT}")
    match node:
        case ast.Constant(value=int(whole)) if not isinstance(whole, bool):
            return Fraction(whole)
        case ast.Constant(value=float(decimal)):
            return decimal
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = _evaluate(operand, depth + 1)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=operator, right=right):
            return _combine(_evaluate(left, depth + 1), operator, _evaluate(right, depth + 1))
        case ast.Call(func=function, args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
            return _apply(_name(function), _evaluate(argument, depth + 1))
        case ast.Name() | ast.Attribute():
            return _constant(_name(node))
        case _:
            raise _ExpressionError("may only hold numbers, + - * / **, pi, e, log, log2, log10, exp and sqrt")


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
            return name
        case _:
            raise _ExpressionError("calls something that is no function of the allowed ones")


def _constant(name: str) -> float:
    if name not in CONSTANTS:
        raise _ExpressionError(f"holds the name '{name[:40]}', which is not known here")
    return CONSTANTS[name]


def _apply(name: str, argument: Exact) -> float:
    if name not in FUNCTIONS:
        raise _ExpressionError(f"calls '{name[:40]}', which is not known here")
    return FUNCTIONS[name](float(argument))


def _combine(left: Exact, operator: ast.operator, right: Exact) -> Exact:
    match operator:
        case ast.Add():
            return _bounded(left + right)
        case ast.Sub():
            return _bounded(left - right)
        case ast.Mult():
            return _bounded(left * right)
        case ast.Div():
            return _bounded(left / right)
        case ast.Pow():
            return _bounded(_power(left, right))
        case _:
            raise _ExpressionError("holds an operator other than + - * / **")


def _power(base: Exact, exponent: Exact) -> Exact:
    if abs(float(exponent)) > EXPONENT_LIMIT:
        raise _ExpressionError(f"holds an exponent beyond {EXPONENT_LIMIT}")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent.numerator) <= BITS_LIMIT:
            return base**exponent.numerator
    if float(base) < 0 and float(exponent) != int(exponent):
        raise _ExpressionError("takes a root of a negative number")
    return math.pow(base, exponent)


def _bounded(value: Exact) -> Exact:
    """Return `value`, as a float once its exact digits become too many."""
    if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS_LIMIT:
        return float(value)
    return value
