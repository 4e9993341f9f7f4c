"""What can go wrong in a formula: each operator turns one expression into its nearest wrong relatives."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Variant = tuple[str, ast.expr]  # the operator's name and what takes the expression's place

COMMUTATIVE = frozenset({"max", "min", "logaddexp", "maximum", "minimum"})  # swapping their arguments changes nothing
IDENTITIES = frozenset({"float", "asarray", "array", "tuple", "list", "str", "copy"})  # of no effect on a number
BASES = {"log": ("log2", "log10"), "exp": ("exp2",), "logaddexp": ("logaddexp2",), "log1p": ("log",)}
ENTROPIES = frozenset({"rel_entr", "entr", "logsumexp"})  # in nats by themselves: in bits after division by ln 2
SUMS = frozenset({"total", "fsum"})
CLIPS = {"where": (1, 2), "clip": (0,), "max": (0, 1), "min": (0, 1), "maximum": (0, 1), "minimum": (0, 1)}
NOT_NUMBERS = frozenset({"bool", "str", "frozenset[str]", "None"})  # annotations of what cannot be off by a bit
LN_2 = 0.6931471805599453
OFF = 0.01  # relative to 1 + the size: more than any tolerance for numbers

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


# ---------------------------------------------------------------- what mutants call


def shift(value: Any) -> Any:
    """Return numbers, and collections of them, off by a hundredth of 1 + their size; anything else as it is."""
    if isinstance(value, bool | str | frozenset):
        return value
    if isinstance(value, Mapping):
        return {key: shift(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        moved = [shift(item) for item in value]
        return type(value)(*moved) if hasattr(value, "_fields") else type(value)(moved)
    number = np.asarray(value, dtype=np.float64)
    off = number + OFF * (1.0 + np.abs(number))
    return off if off.ndim else float(off)


def average(values: Any) -> float:
    """Return the mean of some numbers, instead of their sum."""
    return float(np.mean(np.asarray(list(values) if not isinstance(values, np.ndarray) else values, dtype=np.float64)))


# A copy finds these under names that no module of an author's has.
RUNTIME: dict[str, Callable[..., Any]] = {"_shift_": shift, "_average_": average}


# ---------------------------------------------------------------- expressions


def vary(node: ast.expr) -> Iterator[Variant]:
    """Yield what the expression itself may be mistaken for; not what its parts may be."""
    match node:
        case ast.BinOp():
            yield from _vary_operation(node)
        case ast.UnaryOp(op=ast.USub()) if not isinstance(node.operand, ast.Constant):
            yield "negate", node.operand
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "condition", node.operand
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            yield "constant", ast.Constant(_change(number))
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            boundary = _COMPARISONS[type(operator)]()
            yield "boundary", ast.Compare(node.left, [boundary], node.comparators)
        case ast.Call():
            yield from _vary_call(node)
        case ast.Subscript(slice=ast.Name() | ast.Compare()):
            yield "drop_mask", node.value
        case ast.Set() if len(node.elts) > 1:
            yield from (("drop_element", ast.Set([*node.elts[:i], *node.elts[i + 1 :]])) for i in range(len(node.elts)))


def _change(number: float) -> float:
    """Return another constant of the same type, such as a student might have written."""
    if number == 0:
        return 1 if isinstance(number, int) else 1e-3
    return number // 2 if number == 2 and isinstance(number, int) else number / 2 if number == 2 else number * 2


def _vary_operation(node: ast.BinOp) -> Iterator[Variant]:
    left, right = node.left, node.right
    match node.op:
        case ast.Add():
            yield "plus_minus", ast.BinOp(left, ast.Sub(), right)
            yield from (("drop_term", left), ("drop_term", right))
        case ast.Sub():
            yield "plus_minus", ast.BinOp(left, ast.Add(), right)
            yield from (("drop_term", left), ("drop_term", ast.UnaryOp(ast.USub(), right)))
            yield "swap_arguments", ast.BinOp(right, ast.Sub(), left)
        case ast.Mult():
            yield "times_divide", ast.BinOp(left, ast.Div(), right)
            yield from (("drop_factor", left), ("drop_factor", right))
        case ast.Div():
            yield "times_divide", ast.BinOp(left, ast.Mult(), right)
            yield "drop_factor", left
            yield "swap_arguments", ast.BinOp(right, ast.Div(), left)
        case ast.Pow():
            yield "drop_power", left
        case ast.BitAnd():
            yield from (("condition", left), ("condition", right))
        case _:
            pass


def _vary_call(node: ast.Call) -> Iterator[Variant]:
    name = find_name(node.func)
    yield from _swap(node, name)
    for base in BASES.get(name, ()):
        yield "base", _call(_rename(node.func, base), node.args, node.keywords)
    if name in ENTROPIES:
        yield "base", ast.BinOp(node, ast.Div(), ast.Constant(LN_2))
    if name in SUMS:
        yield "sum_mean", _call(ast.Name("_average_", ast.Load()), node.args, [])
    if name == "sum" and isinstance(node.func, ast.Attribute):
        yield "sum_mean", _call(_rename(node.func, "mean"), node.args, node.keywords)
    for index in CLIPS.get(name, ()):
        if index < len(node.args):
            yield "drop_clip", node.args[index]
    if len(node.args) == 1 and isinstance(node.func, ast.Attribute) and name not in IDENTITIES | SUMS:
        yield "drop_call", node.args[0]
    yield from _vary_axis(node)


def _swap(node: ast.Call, name: str) -> Iterator[Variant]:
    """Yield the call with two neighbouring arguments exchanged; names for messages are no arguments of a formula."""
    arguments = node.args
    for index in range(len(arguments) - 1):
        pair = arguments[index : index + 2]
        if name in COMMUTATIVE or any(isinstance(one, ast.Starred) or _is_text(one) for one in pair):
            continue
        yield (
            "swap_arguments",
            _call(node.func, [*arguments[:index], *reversed(pair), *arguments[index + 2 :]], node.keywords),
        )


def _vary_axis(node: ast.Call) -> Iterator[Variant]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and keyword.value.value in {0, 1}:
            other = ast.keyword("axis", ast.Constant(0 if keyword.value.value else 1))
            yield "axis", _call(node.func, node.args, [*node.keywords[:index], other, *node.keywords[index + 1 :]])


def find_name(function: ast.expr) -> str:
    """Return the last word of what is called: `log` for `math.log`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _rename(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _call(function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.Call:
    return ast.Call(function, list(arguments), list(keywords))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# ---------------------------------------------------------------- what a function returns


def vary_result(node: ast.expr, annotation: str) -> Iterator[Variant]:
    """Yield what a function may return in the place of the right thing."""
    match node:
        case ast.Constant(value=bool()):
            yield "opposite", ast.Constant(not node.value)
        case ast.Constant(value=str() as text):
            yield from _vary_text(text)
        case ast.Tuple() if len(node.elts) > 1:
            for index in range(len(node.elts) - 1):
                first, second = node.elts[index : index + 2]
                swapped = [*node.elts[:index], second, first, *node.elts[index + 2 :]]
                yield "swap_results", ast.Tuple(swapped, ast.Load())
    if annotation not in NOT_NUMBERS and not _is_no_number(node):
        yield "off", _call(ast.Name("_shift_", ast.Load()), [node], [])
        is_zero = isinstance(node, ast.Constant) and not node.value
        if not is_zero and not isinstance(node, ast.Tuple | ast.UnaryOp | ast.Dict):
            yield "negate", ast.UnaryOp(ast.USub(), node)


def _is_no_number(node: ast.expr) -> bool:
    """Return whether an expression is a bool, a text or a set of texts, whatever its function is annotated with."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, bool | str) or value is None
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.JoinedStr() | ast.Set():
            return True
        case _:
            return False


def _vary_text(text: str) -> Iterator[Variant]:
    """Yield other words, or for a formula in a string the formula with one part of it changed."""
    try:
        formula = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        formula = ast.Name("text")  # a sentence, say
    if isinstance(formula, ast.Name):
        yield "word", ast.Constant(f"not {text}")
        return
    for operator, changed in _vary_deeply(formula):
        yield operator, ast.Constant(ast.unparse(changed))


def _vary_deeply(formula: ast.expr) -> Iterator[Variant]:
    yield from vary(formula)
    if isinstance(formula, ast.BinOp):
        yield from ((name, ast.BinOp(one, formula.op, formula.right)) for name, one in _vary_deeply(formula.left))
        yield from ((name, ast.BinOp(formula.left, formula.op, one)) for name, one in _vary_deeply(formula.right))
    elif isinstance(formula, ast.Call):
        for index, argument in enumerate(formula.args):
            for name, one in _vary_deeply(argument):
                yield name, _call(formula.func, [*formula.args[:index], one, *formula.args[index + 1 :]], [])
