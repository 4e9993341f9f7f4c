"""From the claims of tests to answers with a suggested rule each; where none can be suggested, that is said.

A suggestion is all that a test can be read for: which answer, of which kind, called with what, how close. It is a
beginning that an author has to look at: tests say nothing of known mistakes, and little of tolerances.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.importing.assignment import Question, Test
from grader.importing.claims import EQUALITY, Claim, Closeness, guess_kind, read_claims
from grader.importing.code import find_root, list_names
from grader.importing.sizes import is_small

MAX_INPUTS = 64  # calls that are made of one function, at most
_SHOWN = 100  # characters of a statement that is not judged
_GUESSED = "The imported tests pay whoever guesses it, too."
_LIBRARIES = frozenset({"np", "numpy", "math"})  # what rows of inputs may be made with
_MADE_BY = frozenset({
    "array", "asarray", "linspace", "arange", "zeros", "ones", "full", "eye", "identity", "float64", "int64", "sqrt",
    "exp", "log", "sin", "cos", "radians", "deg2rad",
})  # fmt: skip
_RESULTS = {
    "array": "number",
    "number": "number",
    "": "number",
    "string": "string",
    "bool": "bool",
    "complex": "complex",
}


@dataclass(frozen=True)
class Draft:
    """An answer with its open task.

    Attributes:
        name: what students fill in.
        kind: the kind of answer; a guess where there is no rule.
        about: what it is, in a sentence.
        points: what the tests gave for it.
        keys: what else the course's file says of the answer.
        rule: the suggested rule with its keys; None where none can be suggested.
        inputs: rows of arguments, as code; `examples` those of them that students saw.
        tests: the code that decided.
        left_out: what of it the suggestion does not judge.
        observed: the expression that gives its value, where the solution has no such name.
    """

    name: str
    kind: str
    about: str
    points: Fraction
    keys: Mapping[str, object] = field(default_factory=dict)
    rule: Mapping[str, object] | None = None
    inputs: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    tests: str = ""
    left_out: tuple[str, ...] = ()
    observed: str = ""


@dataclass
class _Gathered:
    """What all tests of a question say of one answer."""

    claims: list[Claim] = field(default_factory=list)
    shown: list[Claim] = field(default_factory=list)  # those that students saw
    tests: list[Test] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    points: Fraction = Fraction(0)


def suggest_answers(question: Question, defined: Mapping[str, ast.AST | None], fallback: str) -> list[Draft]:
    """Return the answers of a question that its tests decide on.

    Args:
        question: whose tests they are.
        defined: the names that its solution binds, with their definitions; None where there are several.
        fallback: what the answer is called where the solution binds no name.
    """
    gathered = _gather(question, tuple(defined) or (fallback,))
    return [_suggest(name, one, defined.get(name)) for name, one in gathered.items()]


def _gather(question: Question, names: Sequence[str]) -> dict[str, _Gathered]:
    """Return what the tests say of each answer; the points of a test are shared by the answers that it looks at."""
    found: dict[str, _Gathered] = {}
    for test in question.tests:
        claims = read_claims(test.source, names)
        shown = read_claims(test.visible, names)
        touched = list(dict.fromkeys(claim.answer for claim in claims.found)) or _list_mentioned(test, names)
        more = f" (and {len(claims.unread) - 1} more)" if len(claims.unread) > 1 else ""
        unread = [f"{test.name}: {_shorten(one)}{more}" for one in claims.unread[:1]]
        for name in touched:
            one = found.setdefault(name, _Gathered())
            one.claims += [claim for claim in claims.found if claim.answer == name and claim.kind != "none"]
            one.shown += [claim for claim in shown.found if claim.answer == name and claim.kind != "none"]
            one.tests.append(test)
            one.unread += unread
            one.points += test.points / len(touched)
    order = list(names)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def _list_mentioned(test: Test, names: Sequence[str]) -> list[str]:
    """Return the answers that a test names somewhere; all of them where it names none."""
    words = [name for name in names if name in test.source]
    return words or list(names)


def _shorten(source: str) -> str:
    text = " ".join(source.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _suggest(name: str, found: _Gathered, definition: ast.AST | None) -> Draft:
    if isinstance(definition, ast.FunctionDef | ast.Lambda):
        return _suggest_function(name, found, definition)
    kind = _choose_kind(found.claims, definition)
    base = _start(name, found, kind or "number", _describe_value(name, kind))
    if not kind or isinstance(definition, ast.ClassDef | ast.AsyncFunctionDef):
        return base
    shapes = {claim.shape for claim in found.claims if claim.shape}
    keys: dict[str, object] = {"shape": list(shapes.pop())} if kind == "array" and len(shapes) == 1 else {}
    if kind == "bool":
        keys["guessable"] = _GUESSED
    return replace(base, keys=keys, rule=_choose_rule(kind, found.claims))


def _start(name: str, found: _Gathered, kind: str, about: str) -> Draft:
    tests = "\n".join(map(_show_test, found.tests))
    return Draft(name, kind, about, found.points, tests=tests, left_out=tuple(found.unread))


def _show_test(test: Test) -> str:
    """Return the code of a test below its name, and what of it students did not see."""
    seen = [f"# {test.name}", test.visible] if test.visible else []
    unseen = [f"# {test.name}, hidden from students", test.hidden] if test.hidden else []
    return "\n".join([*seen, *unseen])


def _describe_value(name: str, kind: str) -> str:
    what = {"number": "number", "array": "array", "string": "text", "dict": "dict or series"}.get(kind, kind or "value")
    return f"The {what} that is asked for as {name}."


def _choose_kind(claims: Sequence[Claim], definition: ast.AST | None) -> str:
    """Return the kind of a value: what the solution makes where that is plain, else what the tests take it for."""
    made = guess_kind(definition)[0] if isinstance(definition, ast.expr) else ""
    if made in {"table", "bool", "string"}:
        return made
    told = next((claim.kind for claim in claims if claim.kind), "")
    return told or ("" if made == "none" else made)


def _choose_rule(kind: str, claims: Sequence[Claim]) -> dict[str, object]:
    if kind in {"string", "bool"}:
        return {"rule": "exact"}
    rule = "labelled" if kind in {"dict", "table"} else "close"
    return {"rule": rule, "tolerance": _choose_tolerance(claims)}


def _choose_tolerance(claims: Sequence[Claim]) -> dict[str, object]:
    """Return the widest tolerance that the tests have."""
    found = [claim.closeness for claim in claims if claim.closeness is not None]
    widest = max(found, key=lambda one: (one.absolute + one.relative, one.words), default=EQUALITY)
    return _write_tolerance(widest)


def _write_tolerance(closeness: Closeness) -> dict[str, object]:
    sizes = {"absolute": closeness.absolute, "relative": closeness.relative}
    reason = f"The imported tests ask for {closeness.words}."
    return {**{key: size for key, size in sizes.items() if size}, "reason": reason}


# ---------------------------------------------------------------- functions


def _suggest_function(name: str, found: _Gathered, definition: ast.FunctionDef | ast.Lambda) -> Draft:
    about = _describe_function(name, definition)
    taken = [claim.count for claim in found.claims if claim.access == "next"]
    parameters = _list_parameters(definition.args)
    if taken:
        return _suggest_generator(name, found, max(taken))
    if parameters == []:
        return _suggest_result(name, found)
    base = _start(name, found, "function", about)
    if parameters is None:
        unfit = (*base.left_out, f"{name} takes arguments by keyword alone or in any number")
        return replace(base, keys={"arguments": ["arguments"]}, left_out=unfit)
    rows, lost = _list_rows(found.claims, definition.args)
    examples, _ = _list_rows(found.shown, definition.args)
    kinds = {claim.kind for claim in found.claims if claim.access == "call"}
    results = {_RESULTS.get(kind) for kind in kinds if kind} or {"number"}
    keys: dict[str, object] = {"arguments": parameters}
    if results <= {"string", "bool", "complex", "number"} and results != {"number"}:
        keys["result"] = next(iter(results - {None}))
    rule = None
    if rows and len(results) == 1 and None not in results:
        tolerance = _choose_tolerance([claim for claim in found.claims if claim.access == "call"])
        rule = {"rule": "function", "inputs": f"{name}_inputs", "partial": 0, "tolerance": tolerance}
    left_out = (*base.left_out, *lost)
    return replace(base, keys=keys, rule=rule, inputs=rows, examples=examples, left_out=left_out)


def _suggest_generator(name: str, found: _Gathered, count: int) -> Draft:
    """Return an answer for what a generator yields: the first values as an array."""
    about = f"The first {count} values that {name}() yields, as a list."
    base = _start(f"{name}_values", found, "array", about)
    rule = _choose_rule("array", found.claims)
    observed = f"[value for value, _ in zip({name}(), range({count}))]"
    return replace(base, keys={"shape": [count]}, rule=rule, observed=observed)


def _suggest_result(name: str, found: _Gathered) -> Draft:
    """Return an answer for what a function without arguments returns."""
    kind = _choose_kind([claim for claim in found.claims if claim.access == "call"], None)
    base = _start(f"{name}_result", found, kind or "number", f"The value that {name}() returns.")
    if not kind:
        return replace(base, observed=f"{name}()")
    keys = {"guessable": _GUESSED} if kind == "bool" else {}
    return replace(base, keys=keys, rule=_choose_rule(kind, found.claims), observed=f"{name}()")


def _describe_function(name: str, definition: ast.FunctionDef | ast.Lambda) -> str:
    text = ast.get_docstring(definition) if isinstance(definition, ast.FunctionDef) else None
    first = " ".join((text or "").split("\n\n")[0].split())
    return first if len(first) >= 10 else f"The function that is asked for as {name}."


def _list_parameters(arguments: ast.arguments) -> list[str] | None:
    """Return the names of a function's parameters, in order; None where a call by position could not give them all."""
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return None
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args)]


def _list_rows(claims: Sequence[Claim], arguments: ast.arguments) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the arguments of the calls that were claimed, as code, and the calls that cannot be made again."""
    rows: dict[str, None] = {}
    lost: dict[str, None] = {}
    for claim in claims:
        if claim.call is None:
            continue
        row = _bind(claim.call, arguments)
        if row is None or len(rows) >= MAX_INPUTS:
            lost[f"the call {_shorten(ast.unparse(claim.call))}"] = None
        else:
            rows[
                f"({', '.join(map(ast.unparse, row))},)" if len(row) == 1 else f"({', '.join(map(ast.unparse, row))})"
            ] = None
    return tuple(rows), tuple(lost)


def _bind(call: ast.Call, arguments: ast.arguments) -> list[ast.expr] | None:
    """Return the arguments of a call by position, defaults among them; None where they are not written out."""
    names = _list_parameters(arguments) or []
    if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(names):
        return None
    named = {one.arg: one.value for one in call.keywords}
    defaults = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    given = [*call.args]
    for name in names[len(call.args) :]:
        value = named.pop(name, defaults.get(name))
        if value is None:
            return None
        given.append(value)
    return given if not named and all(map(_is_written_out, given)) else None


def _is_written_out(node: ast.expr) -> bool:
    """Return whether an argument is small, and made of literals and NumPy's and Python's own functions of them."""
    return all(_is_allowed(one) for one in ast.walk(node)) and list_names(node) <= _LIBRARIES and is_small(node)


def _is_allowed(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return find_root(node) in _LIBRARIES and name in _MADE_BY
        case ast.Call() | ast.Lambda() | ast.Starred() | ast.NamedExpr() | ast.Await() | ast.Yield():
            return False
        case _:
            return True
