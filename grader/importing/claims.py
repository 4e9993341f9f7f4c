"""Reads the code of a test: what it claims of which answer. What it cannot read it returns, as it is written.

Only the syntax tree is looked at. A claim says how a test gets at an answer (its value, a call of it, the values that
it yields one by one), of which kind the answer seems to be, and how close it has to come; what is right is never taken
from a test, as the course's reference computes it.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from grader.importing.code import find_root, is_pure_literal, list_names, name_call, parse_code

Access: TypeAlias = Literal["value", "call", "next"]
Node: TypeAlias = ast.expr
MAX_LOOP = 64  # turns of a loop over written values that are unrolled
MAX_CLAIMS = 1000  # of one test
MAX_STEPS = 10_000  # statements that are read of one test, those of unrolled loops each time
MAX_NODES = 5_000  # of an expression, once the test's own names are put in
_APPROXIMATE = frozenset({
    "isclose", "allclose", "assert_allclose", "assert_almost_equal", "assert_array_almost_equal", "approx",
    "assertAlmostEqual", "assert_approx_equal",
})  # fmt: skip
_EQUAL = frozenset({
    "assert_equal", "assert_array_equal", "array_equal", "assertEqual", "assertListEqual", "eq_", "equal",
})  # fmt: skip
_TRUTHS = frozenset({"all", "bool", "assertTrue", "assert_true", "ok_"})
_RAISES = frozenset({"raises", "assertRaises", "assert_raises"})
_KINDS = {
    "int": "number", "float": "number", "Number": "number", "Real": "number", "Integral": "number", "number": "number",
    "floating": "number", "integer": "number", "complex": "complex", "str": "string", "bool": "bool", "bool_": "bool",
    "list": "array", "tuple": "array", "ndarray": "array", "dict": "dict", "Series": "dict", "DataFrame": "table",
}  # fmt: skip
RTOL, ATOL = 1e-5, 1e-8  # numpy.isclose where it is given nothing else
EXACT = 1e-9


@dataclass(frozen=True)
class Closeness:
    """How far off a test lets an answer be, and by which words."""

    absolute: float
    relative: float
    words: str


EQUALITY = Closeness(EXACT, EXACT, "equality, which leaves room for rounding alone")


@dataclass(frozen=True)
class Claim:
    """What a test says of one answer.

    Attributes:
        answer: its name.
        access: how the test gets at it.
        call: the call, where it is called.
        count: how many values were taken from it so far, where it yields them.
        kind: of which kind the value, or the result of the call, seems to be; empty where nothing says so.
        shape: of an array that is written out.
        closeness: how close it has to be; None where the test does not compare.
    """

    answer: str
    access: Access = "value"
    call: ast.Call | None = None
    count: int = 0
    kind: str = ""
    shape: tuple[int, ...] | None = None
    closeness: Closeness | None = None


@dataclass
class Claims:
    """What was read of a test, and the statements that were not."""

    found: list[Claim] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_claims(source: str, answers: Collection[str]) -> Claims:
    """Return what the code of a test claims of these answers."""
    tree = parse_code(source)
    if tree is None:
        return Claims(unread=[source.strip()])
    reader = _Reader(frozenset(answers))
    try:
        reader.read_all(tree.body, {})
    except RecursionError:
        reader.claims.unread.append("an expression that is nested too deeply")
    return reader.claims


@dataclass
class _Reader:
    answers: frozenset[str]
    claims: Claims = field(default_factory=Claims)
    taken: dict[str, int] = field(default_factory=dict)  # values taken from each generator, by its variable
    steps: int = 0

    def read_all(self, body: list[ast.stmt], known: dict[str, Node]) -> None:
        """Read statements in order; `known` are the names of the test's own with their expressions."""
        for node in body:
            self.steps += 1
            if len(self.claims.found) > MAX_CLAIMS or self.steps > MAX_STEPS:
                self.claims.unread.append(f"what stands behind the first {len(self.claims.found)} comparisons")
                return
            try:
                is_read = self._read(node, known)
            except _TooLargeError:
                is_read = False
            if not is_read:
                self.claims.unread.append(ast.unparse(node))

    def _read(self, node: ast.stmt, known: dict[str, Node]) -> bool:
        """Read a statement; return whether all that it says was understood."""
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
                return True
            case ast.Assert(test=test):
                return self._claim(_substitute(test, known))
            case ast.Expr(value=value):
                return self._claim(_substitute(value, known))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return self._assign(name, _substitute(value, known), known)
            case ast.For(target=ast.Name(id=name), iter=iterated, body=body, orelse=[]):
                return self._unroll(name, _substitute(iterated, known), body, known)
            case _:
                return False

    def _assign(self, name: str, value: Node, known: dict[str, Node]) -> bool:
        self.taken[name] = 0  # perhaps a generator: from here on it begins again
        known[name] = value
        return not (list_names(value) & {name}) and name not in self.answers

    def _unroll(self, name: str, iterated: Node, body: list[ast.stmt], known: dict[str, Node]) -> bool:
        items = list(_list_items(iterated))
        if not items or len(items) > MAX_LOOP:
            return False
        for item in items:
            inner = {**known, name: item}
            before = len(self.claims.unread)
            self.read_all(body, inner)
            if len(self.claims.unread) > before:
                del self.claims.unread[before:]
                return False
        return True

    # ------------------------------------------------------------ what an expression claims

    def _claim(self, node: Node) -> bool:
        """Read an expression that has to be true, or one whose value is compared as a whole."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                read = [self._claim(value) for value in values]  # each of them, whatever the others say
                return all(read)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
                return self._claim_equal(left, right, EQUALITY)
            case ast.Compare(left=ast.Call(func=ast.Name(id="abs"), args=[ast.BinOp(op=ast.Sub()) as difference]),
                             ops=[ast.Lt() | ast.LtE()], comparators=[bound]):  # fmt: skip
                limit = _read_number(bound)
                words = f"a difference below {limit:g}" if limit else ""
                return limit is not None and self._claim_equal(
                    difference.left, difference.right, Closeness(limit, 0.0, words)
                )
            case ast.Call():
                return self._claim_call(node)
            case ast.Compare() | ast.UnaryOp():
                return self._look_at(node)
            case _:
                return self._observe(node)

    def _claim_call(self, node: ast.Call) -> bool:
        name = name_call(node.func)
        if name in _RAISES:
            return False
        if name in {"isinstance", "assertIsInstance"} and len(node.args) == 2:
            return self._claim_type(*node.args)
        if name in _TRUTHS and node.args:
            return self._claim(node.args[0])
        if name in _TRUTHS and isinstance(node.func, ast.Attribute):
            return self._claim(node.func.value)
        if name in _APPROXIMATE and len(node.args) >= 2:
            return self._claim_equal(node.args[0], node.args[1], read_closeness(node))
        if name in _EQUAL and len(node.args) >= 2:
            return self._claim_equal(node.args[0], node.args[1], EQUALITY)
        return self._observe(node)

    def _claim_type(self, value: Node, types: Node) -> bool:
        named = types.elts if isinstance(types, ast.Tuple) else [types]
        kinds = [_KINDS.get(name_call(one), "") for one in named]
        claim = self._find(value)
        if claim is None:
            return self._look_at(value)
        self._add(replace(claim, kind=next(filter(None, kinds), "")))
        return True

    def _claim_equal(self, left: Node, right: Node, closeness: Closeness) -> bool:
        """Read that one side, which is made of an answer, is equal to the other."""
        for one, other in ((left, right), (right, left)):
            match one:
                case ast.Call(func=ast.Name(id="type"), args=[value]):
                    return self._claim_type(value, other)
                case ast.Call(func=function, args=[inner]) if name_call(function) == "approx":
                    return self._claim_equal(inner, other, read_closeness(one))
                case ast.Call(func=ast.Name(id="round"), args=[inner, *places]):
                    digits = _read_number(places[0]) if places else 0.0
                    room = 0.5 * _shift(digits or 0.0)
                    return self._claim_equal(
                        inner, other, Closeness(room, 0.0, f"rounding to {digits or 0:g} decimals")
                    )
                case _:
                    pass
        for one, other in ((left, right), (right, left)):
            claim = self._find(one)
            if claim is not None:
                kind, shape = (claim.kind, None) if claim.kind else guess_kind(other)
                self._add(replace(claim, kind=kind, shape=shape, closeness=closeness))
                return kind != "none"
        return self._look_at(ast.Tuple([left, right], ast.Load()), closeness)

    def _observe(self, node: Node) -> bool:
        """Read an expression that is looked at as a whole: `x`, `f(3)`."""
        claim = self._find(node)
        if claim is None:
            return self._look_at(node)
        self._add(claim)
        return True

    def _look_at(self, node: Node, closeness: Closeness | None = None) -> bool:
        """Read which answers are looked at somewhere inside of an expression."""
        claims = [claim for one in ast.walk(node) if isinstance(one, ast.expr) and (claim := self._find(one))]
        if any(claim.access != "value" for claim in claims):  # the function's own name stands in the call too
            claims = [claim for claim in claims if claim.access != "value" or claim.kind]
        for claim in claims:
            self._add(replace(claim, closeness=closeness if claim.access != "value" else None))
        return bool(claims)

    def _add(self, claim: Claim) -> None:
        self.claims.found.append(claim)

    def _find(self, node: Node) -> Claim | None:
        """Return the claim that an expression makes of an answer, if it is one: a value, an entry, a call, `next`."""
        match node:
            case ast.Call(func=ast.Name(id="next"), args=[ast.Call(func=ast.Name(id=name), args=[]) as made, *_]):
                if name not in self.answers:
                    return None
                variable = getattr(made, "variable", "")
                self.taken[variable] = self.taken.get(variable, 0) + 1
                return Claim(name, "next", count=self.taken[variable])
            case ast.Call(func=ast.Name(id=name)) if name in self.answers:
                return Claim(name, "call", node)
            case ast.Name(id=name) if name in self.answers:
                return Claim(name)
            case ast.Subscript(value=inner, slice=index) if find_root(node) in self.answers:
                claim = self._find(inner)
                if claim is None or claim.access == "call":
                    return claim
                kinds = {str: "dict", int: "array"}
                key = index.value if isinstance(index, ast.Constant) else None
                return replace(claim, kind=kinds.get(type(key), "")) if isinstance(inner, ast.Name) else None
            case _:
                return None


class _Substitution(ast.NodeTransformer):
    """Puts expressions in the place of the test's own names."""

    def __init__(self, known: Mapping[str, Node]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return what the name stands for."""
        if not isinstance(node.ctx, ast.Load) or node.id not in self._known:
            return node
        found = copy.deepcopy(self._known[node.id])
        if isinstance(found, ast.Call):
            found.variable = node.id  # type: ignore[attr-defined]  # two generators of one function are not one
        return found


class _TooLargeError(Exception):
    """An expression that grows out of all bounds when names are put in."""


def _substitute(node: Node, known: Mapping[str, Node]) -> Node:
    """Return an expression with the test's own names put in.

    Raises:
        _TooLargeError: it would be larger than any that somebody wrote.
    """
    if not known:
        return node
    named = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    sizes = {name: sum(1 for _ in ast.walk(known[name])) for name in set(named) & known.keys()}
    if sum(sizes.get(name, 0) for name in named) > MAX_NODES:
        raise _TooLargeError
    found: Node = _Substitution(known).visit(copy.deepcopy(node))
    return found


def _list_items(node: Node) -> Iterator[Node]:
    """Yield what a loop over written values, or over a range, goes through."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) if all(map(is_pure_literal, items)):
            yield from items
        case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]) if 1 <= len(args) <= 3:
            bounds = [_read_number(one) for one in args]
            if all(bound is not None and bound.is_integer() and abs(bound) < 1e9 for bound in bounds):
                whole = [int(bound) for bound in bounds if bound is not None]
                if len(whole) < 3 or whole[2]:
                    yield from (ast.Constant(one) for one in range(*whole)[: MAX_LOOP + 1])


def _read_number(node: Node) -> float | None:
    """Return a number that is written out: `1e-6`, `-3`, `10**-6`."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                return None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _read_number(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, power = _read_number(left), _read_number(right)
            small = base is not None and power is not None and 0 < base <= 1000 and abs(power) <= 30
            return base**power if small and base is not None and power is not None else None
        case _:
            return None


def guess_kind(node: Node) -> tuple[str, tuple[int, ...] | None]:
    """Return of which kind an expression's value is, and an array's shape; `none` for what no rule compares."""
    match node:
        case ast.Constant(value=value):
            return _guess_constant(value), None
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return "bool", None
        case ast.UnaryOp(operand=operand):
            return guess_kind(operand)
        case ast.BinOp(left=left, right=right):
            kinds = {guess_kind(left)[0], guess_kind(right)[0]}
            return next((kind for kind in ("array", "string", "complex", "number") if kind in kinds), ""), None
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return _guess_array(items)
        case ast.Call(func=function, args=[first, *_]) if name_call(function) in {"array", "asarray"}:
            return guess_kind(first)
        case ast.Call(func=function):
            return _MAKERS.get(name_call(function), ""), None
        case _:
            return _MADE.get(type(node), ""), None


def _guess_constant(value: object) -> str:
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case complex():
            return "complex"
        case int() | float():
            return "number"
        case _:
            return "none"


_MADE: Mapping[type[ast.expr], str] = {ast.Dict: "dict", ast.Set: "none", ast.JoinedStr: "string"}
_MAKERS = {
    "float": "number", "int": "number", "str": "string", "bool": "bool", "dict": "dict", "list": "array",
    "DataFrame": "table", "read_csv": "table", "Series": "dict", "value_counts": "dict", "zeros": "array",
    "ones": "array", "linspace": "array", "arange": "array", "eye": "array", "normal": "array",
}  # fmt: skip


def _guess_array(items: list[Node]) -> tuple[str, tuple[int, ...] | None]:
    """Return that these are an array and its shape; a list of anything but numbers is nothing that a rule compares."""
    inner = {guess_kind(item) for item in items}
    if len(inner) != 1:
        return ("array", (len(items),)) if inner and {kind for kind, _ in inner} <= {"number", ""} else ("none", None)
    ((kind, shape),) = inner
    if kind == "number" or not kind:
        return "array", (len(items),)
    return ("array", (len(items), *shape)) if kind == "array" and shape else ("none", None)


def _shift(places: float) -> float:
    """Return the unit of so many decimals, of which nobody means less than -30."""
    return math.pow(10.0, -max(places, -30.0))


def read_closeness(node: ast.Call) -> Closeness:
    """Return how close `isclose`, `assert_allclose` and their like let a value be."""
    name = name_call(node.func)
    given = {one.arg: number for one in node.keywords if one.arg and (number := _read_number(one.value)) is not None}
    places = given.get("decimal", given.get("places", _position(node, 2)))
    if name in {"assert_almost_equal", "assert_array_almost_equal", "assertAlmostEqual"}:
        default = 7.0 if name != "assert_array_almost_equal" else 6.0
        room = 1.5 * _shift(default if places is None else places)
        return Closeness(room, 0.0, name)
    is_numpy = name in {"isclose", "allclose"} and find_root(node.func) != "math"
    default_rtol = RTOL if is_numpy else 1e-7 if name == "assert_allclose" else 1e-6 if name == "approx" else EXACT
    relative = given.get("rtol", given.get("rel_tol", given.get("rel", default_rtol)))
    absolute = given.get("atol", given.get("abs_tol", given.get("abs", ATOL if is_numpy else 0.0)))
    if name != "approx" and not given and (third := _position(node, 2)) is not None:
        relative = third
    return Closeness(abs(absolute) or 1e-12, abs(relative), name)


def _position(node: ast.Call, index: int) -> float | None:
    return _read_number(node.args[index]) if index < len(node.args) else None
