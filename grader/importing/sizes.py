"""How much a written expression would take, told without evaluating it: `10**10**10` is eleven characters.

Inputs that are suggested are evaluated by `grader validate`, on the author's machine. So bounds on numbers and on items
are read from the syntax tree; what they cannot be read of is taken for too large, and left to the author.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Mapping

MOST_ITEMS = 100_000  # of one argument: items, or characters
_MOST = 1e300  # a number of a thousand bits
_MOST_POWER = 64  # of what is not written out as a number, such as an array
_LONG_TYPE = re.compile(r"\d{4}")  # as in the type 'U1000000000'
_SHAPED = {"zeros": 1, "ones": 1, "full": 1, "eye": 2, "identity": 2}  # a single number counts so many times
_SMALL = (ast.Attribute, ast.Name)  # constants and types of libraries
_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
    ast.Div: lambda one, other: one / other,
    ast.FloorDiv: lambda one, other: one // other,
    ast.Mod: lambda one, other: one % other,
    ast.Pow: lambda one, other: abs(one**other) if one < 0 else one**other,
}


def is_small(node: ast.expr) -> bool:
    """Return whether it makes no more than `MOST_ITEMS` items, and no number of more than a thousand bits."""
    return _count(node) <= MOST_ITEMS


def _count(node: ast.expr) -> float:
    """Return at least how many items it makes; infinity where that cannot be told, or a number is too long."""
    match node:
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.Constant() | ast.Attribute(value=ast.Name()) | ast.Name():
            return 1
        case ast.List() | ast.Tuple() | ast.Set():
            return 1 + sum(map(_count, node.elts))
        case ast.Dict():
            return 1 + sum(math.inf if one is None else _count(one) for one in (*node.keys, *node.values))
        case ast.UnaryOp():
            return _count(node.operand)
        case ast.BinOp():
            return _count_operation(node)
        case ast.Call(func=ast.Attribute(attr=name)):
            return _count_call(name, node)
        case _:
            return math.inf


def _count_operation(node: ast.BinOp) -> float:
    left, right = _evaluate(node.left), _evaluate(node.right)
    if left is not None and right is not None:
        return 1 if _is_short(_evaluate(node)) else math.inf
    items = max(1, _count(node.left)) * max(1, _count(node.right))
    number = left if right is None else right
    match node.op:
        case ast.Pow():
            return items if right is not None and abs(right) <= _MOST_POWER else math.inf
        case ast.Mult() if number is not None and _can_repeat(node.right if right is None else node.left):
            return items * max(1, abs(number))
        case ast.Mod() if _holds_text(node.left):  # '%1000000000d' % 1
            return math.inf
        case ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv() | ast.Mod() | ast.MatMult():
            return items
        case _:
            return math.inf


def _can_repeat(node: ast.expr) -> bool:
    """Return whether a number times this could be a repetition: an array of numbers is multiplied."""
    return not isinstance(node, ast.Call | ast.Attribute) or _holds_text(node)


def _holds_text(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str | bytes) for one in ast.walk(node))


def _count_call(name: str, call: ast.Call) -> float:
    named = {one.arg: one.value for one in call.keywords}
    kind = named.pop("dtype", None)
    if _names_long_type(call) or not (kind is None or isinstance(kind, ast.Constant | ast.Attribute)):
        return math.inf
    if name == "full" and len(call.args) == 2 and not named:
        return _count_shaped(1, call.args[:1]) * max(1, _count(call.args[1]))
    if name in _SHAPED:
        return _count_shaped(_SHAPED[name], [*call.args, *named.values()])
    if name == "arange":
        return _count_steps([*call.args, *named.values()])
    if name == "linspace":
        number = _evaluate(call.args[2] if len(call.args) > 2 else named.pop("num", ast.Constant(50)))
        ends = math.prod(max(1, _count(one)) for one in (*call.args[:2], *named.values()))
        return math.inf if number is None else ends * max(1, abs(number))
    return math.prod(max(1, _count(one)) for one in (*call.args, *named.values()))


def _names_long_type(call: ast.Call) -> bool:
    texts = (one.value for one in ast.walk(call) if isinstance(one, ast.Constant))
    return any(_LONG_TYPE.search(str(one)) for one in texts if isinstance(one, str | bytes))


def _count_shaped(times: int, given: Iterable[ast.expr]) -> float:
    """Return how many items a new array has: all numbers that are given could be lengths of it."""
    items = 1.0
    for one in given:
        lengths = one.elts if isinstance(one, ast.Tuple | ast.List) else [one]
        for length in lengths:
            number = _evaluate(length)
            if number is None and not isinstance(length, (*_SMALL, ast.Constant)):
                return math.inf
            items *= max(1, abs(number or 0)) ** times
    return items


def _count_steps(given: Iterable[ast.expr]) -> float:
    numbers = [_evaluate(one) for one in given if not isinstance(one, _SMALL)]
    found = [one for one in numbers if one is not None]
    if not found or len(found) < len(numbers) or len(found) > 3:
        return math.inf
    start, stop, step = {1: [0.0, *found, 1.0], 2: [*found, 1.0], 3: found}[len(found)]
    return abs(stop - start) / abs(step) if step else math.inf


def _evaluate(node: ast.expr) -> float | None:
    """Return a number that is written out, roughly; infinity where it is too long, None where it is no number."""
    match node:
        case ast.Constant(value=complex() as value):
            return _shorten(lambda: abs(value))
        case ast.Constant(value=int() | float() as value):
            return _shorten(lambda: float(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _evaluate(operand)
            return None if number is None else -number
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluate(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            one, other = _evaluate(left), _evaluate(right)
            if one is None or other is None:
                return None
            # 1 ** (10 ** 10 ** 10) is 1, after the exponent was made.
            are_short = _is_short(one) and _is_short(other)
            return _shorten(lambda: _ARITHMETIC[type(op)](one, other)) if are_short else math.inf
        case _:
            return None


def _shorten(compute: Callable[[], float]) -> float:
    try:
        value = compute()
    except (ArithmeticError, ValueError):
        return math.inf
    return value if _is_short(value) else math.inf


def _is_short(value: float | None) -> bool:
    return value is not None and abs(value) <= _MOST
