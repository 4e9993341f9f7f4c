"""The form of exact expressions: numbers, + - * / **, parentheses, pi, e, a few functions; Python evaluates nothing.

Says whether a text is such an expression and has a finite real value, never whether the value is right.
"""

from __future__ import annotations

import ast
import cmath
import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from typing import TypeAlias

from numgrade_student.invisible import drop_invisible
from numgrade_student.show import clean
from numgrade_student.syntax import parse_expression

LENGTH_LIMIT = 500
DEPTH_LIMIT = 100
EXPONENT_LIMIT = 1000
BITS_LIMIT = 4096
FUNCTIONS = frozenset({"log", "ln", "log2", "log10", "exp", "sqrt"})
MODULES = frozenset({"math", "np", "numpy", "sympy"})
_CONTEXT = Context(prec=60)
_CONSTANTS = {
    "pi": Decimal("3.14159265358979323846264338327950288419716939937510582097494"),
    "e": Decimal("2.71828182845904523536028747135266249775724709369995957496697"),
}
_CONSTANTS["E"] = _CONSTANTS["e"]
_MORE = {f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan")}
_NOT_ALLOWED = re.compile(r"[^0-9A-Za-z_+\-*/(). ]")
_GLUED = re.compile(r"(?<![A-Za-z0-9_])[0-9.]+(?![eE][+-]?[0-9])[A-Za-z_]")
BARE_DECIMAL = re.compile(r"[+\-(\s]*(\d+\.\d*|\.\d+|\d+(\.\d*)?[eE][+-]?\d+|\.\d+[eE][+-]?\d+)[)\s]*")
_VARIABLE = Fraction(5, 7)  # where an expression with variables is tried; another is taken where it has no value there
_OTHERS = (Fraction(-5, 7), Fraction(11, 3), Fraction(1, 100))

Exact: TypeAlias = "Fraction | Decimal"


class ExpressionError(Exception):
    """A text that is no expression of the form; the message is a predicate that follows the answer's name."""


def check_expression(text: str, variables: Iterable[str] = (), calls: Iterable[str] = ()) -> None:
    """Check that a text is an exact expression.

    Args:
        text: what was written.
        variables: the names that it may hold.
        calls: what it may call beside `FUNCTIONS`.

    Raises:
        ExpressionError: it is none.
    """
    if BARE_DECIMAL.fullmatch(text):
        raise ExpressionError("is a decimal number; write the exact value, for example log(2)/3")
    tree, source = parse_tree(text)
    if not has_exact_part(tree):
        raise ExpressionError("is made of decimals; write the exact value, for example log(2)/3")
    names, known = tuple(variables), FUNCTIONS | set(calls)
    places = (_VARIABLE, *_OTHERS) if names else (_VARIABLE,)
    for place in places:
        try:
            float(_evaluate(tree, source, dict.fromkeys(names, place), known))
        except (ArithmeticError, DecimalException, ValueError) as error:
            reason = "divides by zero" if isinstance(error, ZeroDivisionError) else "has no finite real value"
        else:
            return
    raise ExpressionError(reason)


def parse_tree(text: str) -> tuple[ast.expr, str]:
    """Return the syntax tree of an expression, and its text as the places in the tree count it.

    Raises:
        ExpressionError: it is too long or too deep, or holds what no expression needs.
    """
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(f"is longer than {LENGTH_LIMIT} characters")
    text = " ".join(drop_invisible(unicodedata.normalize("NFC", text)).split())
    needless = _NOT_ALLOWED.search(text)
    if needless:
        raise ExpressionError(f"holds the character {needless[0]!r}, which no expression needs")
    if _GLUED.search(text):
        raise ExpressionError("has a number and a name without an operator between them")
    if _find_depth(text) > DEPTH_LIMIT:
        raise ExpressionError(f"is nested deeper than {DEPTH_LIMIT}")
    try:
        source = f"({text})"
        return parse_expression(source), source
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("cannot be read as an expression") from error


def _find_depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def has_exact_part(tree: ast.expr) -> bool:
    """Return whether there is more than decimals: a function, a constant, or nothing but whole numbers."""
    nodes = list(ast.walk(tree))
    has_floats = any(isinstance(node, ast.Constant) and isinstance(node.value, float) for node in nodes)
    return not has_floats or any(isinstance(node, ast.Name | ast.Call) for node in nodes)


def _evaluate(tree: ast.expr, source: str, point: dict[str, Fraction], known: frozenset[str]) -> Exact:
    def walk(node: ast.expr, depth: int) -> Exact:
        if depth > DEPTH_LIMIT:
            raise ExpressionError(f"is nested deeper than {DEPTH_LIMIT}")
        match node:
            case ast.Constant(value=int(whole)) if not isinstance(whole, bool):
                return _bounded(Fraction(whole))
            case ast.Constant(value=float()):
                return _bounded(read_decimal(ast.get_source_segment(source, node) or ""))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                value = walk(operand, depth + 1)
                return -value if isinstance(sign, ast.USub) else value
            case ast.BinOp(left=left, op=operator, right=right):
                return _combine(walk(left, depth + 1), operator, walk(right, depth + 1))
            case ast.Call(func=function, args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
                return _apply(check_function(name_node(function), known), walk(argument, depth + 1))
            case ast.Name(id=name) if name in point:
                return point[name]
            case ast.Name() | ast.Attribute():
                return _constant(name_node(node))
            case _:
                names = ", ".join(sorted(known))
                raise ExpressionError(f"may only hold numbers, + - * / **, pi, e and {names}")

    return walk(tree, 0)


def read_decimal(text: str) -> Fraction:
    """Return a decimal as the fraction that it writes.

    Raises:
        ExpressionError: its exponent is too large.
    """
    exponent = re.search(r"[eE]([+-]?\d+)$", text)
    if exponent and abs(int(exponent[1][:6])) > EXPONENT_LIMIT:
        raise ExpressionError(f"holds an exponent beyond {EXPONENT_LIMIT}")
    return Fraction(text)


def name_node(node: ast.expr) -> str:
    """Return what a node names: a constant, a variable or a function, with or without its module.

    Raises:
        ExpressionError: it names nothing.
    """
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
            return name
        case _:
            raise ExpressionError("calls something that is no function of the allowed ones")


def check_function(name: str, known: frozenset[str]) -> str:
    """Return the name of a function that may be called.

    Raises:
        ExpressionError: it may not.
    """
    if name not in known:
        raise ExpressionError(
            f"calls {clean(name, 40)!r}, which is not known here: use one of {', '.join(sorted(known))}"
        )
    return name


def _constant(name: str) -> Exact:
    if name not in _CONSTANTS:
        raise ExpressionError(f"holds the name {clean(name, 40)!r}, which is not known here")
    return _CONSTANTS[name]


def _decimal(value: Exact) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _apply(name: str, argument: Exact) -> Exact:
    number = _decimal(argument)
    if name in {"exp", "sinh", "cosh", "tanh"} and abs(number) > EXPONENT_LIMIT:
        raise OverflowError
    if name == "exp":
        return _bounded(_CONTEXT.exp(number))
    if name == "sqrt":
        if number < 0:
            raise ValueError
        return _CONTEXT.sqrt(number)
    if name not in FUNCTIONS:
        found = getattr(cmath, _MORE.get(name, name))(float(number))
        if found.imag:
            raise ValueError
        return Decimal(found.real)
    if number <= 0:
        raise ValueError
    value = _CONTEXT.ln(number)
    return _CONTEXT.divide(value, _CONTEXT.ln(Decimal(name[3:]))) if name in {"log2", "log10"} else value


def _combine(left: Exact, operator: ast.operator, right: Exact) -> Exact:
    if isinstance(operator, ast.Pow):
        return _bounded(_power(left, right))
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _bounded(_compute(left, operator, right))
    a, b = _decimal(left), _decimal(right)
    match operator:
        case ast.Add():
            return _bounded(_CONTEXT.add(a, b))
        case ast.Sub():
            return _bounded(_CONTEXT.subtract(a, b))
        case ast.Mult():
            return _bounded(_CONTEXT.multiply(a, b))
        case ast.Div():
            if b == 0:
                raise ZeroDivisionError
            return _bounded(_CONTEXT.divide(a, b))
        case _:
            raise ExpressionError("holds an operator other than + - * / **")


def _compute(left: Fraction, operator: ast.operator, right: Fraction) -> Fraction:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case _:
            raise ExpressionError("holds an operator other than + - * / **")


def _power(base: Exact, exponent: Exact) -> Exact:
    if abs(float(exponent)) > EXPONENT_LIMIT:
        raise ExpressionError(f"holds an exponent beyond {EXPONENT_LIMIT}")
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    is_whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base < 0 and not is_whole:
        raise ExpressionError("takes a root of a negative number")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and is_whole:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent.numerator) <= BITS_LIMIT:
            return base**exponent.numerator
    if base == 0:
        return Fraction(exponent == 0)
    return _CONTEXT.power(_decimal(base), _decimal(exponent))


def _bounded(value: Exact) -> Exact:
    """Return a value, rounded once its exact digits become too many; what no float can hold is too large."""
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) <= BITS_LIMIT:
            return value
        value = _decimal(value)
    if not math.isfinite(float(value)):
        raise OverflowError
    return value
