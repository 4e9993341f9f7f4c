"""Where the reference can be changed: every place that some answer of the course depends on, with its variants.

Left alone, because no answer depends on them: docstrings, annotations, and the refusals (`if …: raise`, and calls made
for nothing but what they raise), which say what is no input at all.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, cast

from grader.copies import Line, Sources
from grader.validate.operators import vary, vary_result

Path = tuple[tuple[str, int | None], ...]  # from the module down: field, and index in it
MODULE = "<module>"
CHARS = 160


@dataclass(frozen=True)
class Statement:
    """A statement that computes something: where it is, the lines that run it, and the names it reads."""

    module: str
    function: str
    lines: frozenset[int]
    reads: frozenset[str]
    binds: str = ""  # a module's constant


@dataclass(frozen=True)
class Mutant:
    """One change to one place. `id` survives moves of lines: it says where, what was there, and what is there now."""

    id: str
    operator: str
    statement: Statement
    line: int
    path: Path = field(repr=False)
    node: ast.expr = field(repr=False)

    def compile(self, sources: Sources) -> CodeType:
        """Return the code of the changed module."""
        module = self.statement.module
        tree = _replace(sources.trees[module], self.path, self.node)
        return sources.compile(module, ast.fix_missing_locations(tree))


def list_mutants(sources: Sources) -> Iterator[tuple[Statement, tuple[Mutant, ...]]]:
    """Yield every statement that computes something with its mutants, module by module."""
    for module, tree in sources.numeric.items():
        seen: Counter[str] = Counter()
        for statement, places in _walk_module(module, tree):
            # Two equal arguments exchanged, say, are no change.
            changes = (place for place in places if ast.unparse(place.before) != ast.unparse(place.after))
            yield statement, tuple(_name(statement, place, seen) for place in changes)


@dataclass(frozen=True)
class _Place:
    operator: str
    path: Path
    before: ast.expr
    after: ast.expr
    is_result: bool


def _name(statement: Statement, place: _Place, seen: Counter[str]) -> Mutant:
    before, after = (shorten(ast.unparse(node)) for node in (place.before, place.after))
    words = "return " * place.is_result
    change = "off by a hundredth" if place.operator == "off" else after
    name = f"{statement.module}.{statement.function}: {words}{before} → {change}"
    seen[name] += 1
    name = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return Mutant(name, place.operator, statement, place.before.lineno, place.path, place.after)


def shorten(text: str) -> str:
    """Return a piece of code, the end of a long one left out."""
    return text if len(text) <= CHARS else f"{text[: CHARS - 1]}…"


# ---------------------------------------------------------------- walking down


def _walk_module(module: str, tree: ast.Module) -> Iterator[tuple[Statement, list[_Place]]]:
    for index, node in enumerate(tree.body):
        path: Path = (("body", index),)
        if isinstance(node, ast.FunctionDef):
            yield from _walk_function(module, node, path)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_data(node.value):
            places = list(_walk_expression(node.value, (*path, ("value", None))))
            yield Statement(module, MODULE, frozenset(), _list_reads(node.value), node.targets[0].id), places


def _is_data(node: ast.expr) -> bool:
    """Return whether a constant is made of numbers: not a type, not a wrong answer, not a list of names."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    texts = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in ast.walk(node))
    made_by_mistake = any(isinstance(one, ast.Attribute) and find_root(one) == "mistakes" for one in calls)
    return (not texts and not made_by_mistake and not isinstance(node, ast.Name | ast.Subscript)) or _is_slice(node)


def _is_slice(node: ast.expr) -> bool:
    """Return whether this is data taken from other data, as in `P[::-1].copy()`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Subscript)
    )


def find_root(node: ast.Attribute) -> str:
    """Return the first word of a dotted name."""
    return node.value.id if isinstance(node.value, ast.Name) else ""


def _walk_function(module: str, node: ast.FunctionDef, path: Path) -> Iterator[tuple[Statement, list[_Place]]]:
    annotation = ast.unparse(node.returns) if node.returns else ""
    walker = _Walker(module, node.name, annotation)
    yield from walker.walk_defaults(node, path)
    yield from walker.walk_body(node.body, path, "body")


@dataclass(frozen=True)
class _Walker:
    """Goes through the statements of one function."""

    module: str
    function: str
    annotation: str

    def walk_defaults(self, node: ast.FunctionDef, path: Path) -> Iterator[tuple[Statement, list[_Place]]]:
        """Yield the defaults of the parameters: they run wherever the body does."""
        lines = frozenset(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
        for index, default in enumerate(node.args.defaults):
            here = (*path, ("args", None), ("defaults", index))
            statement = Statement(self.module, self.function, lines, _list_reads(default))
            yield statement, list(_walk_expression(default, here))

    def walk_body(self, body: list[ast.stmt], path: Path, name: str) -> Iterator[tuple[Statement, list[_Place]]]:
        """Yield the statements of a block and of the blocks in it."""
        for index, node in enumerate(body):
            here = (*path, (name, index))
            match node:
                case ast.If():
                    if not _is_refusal(node):
                        yield self._walk(node, node.test, (*here, ("test", None)))
                        yield from self.walk_body(node.body, here, "body")
                    yield from self.walk_body(node.orelse, here, "orelse")
                case ast.For():
                    yield self._walk(node, node.iter, (*here, ("iter", None)))
                    yield from self.walk_body(node.body, here, "body")
                case ast.With() | ast.Try():
                    yield from self.walk_body(node.body, here, "body")
                case ast.Return(value=ast.expr() as value):
                    yield self._walk(node, value, (*here, ("value", None)), is_result=True)
                case ast.Assign(value=value) | ast.AugAssign(value=value):
                    yield self._walk(node, value, (*here, ("value", None)))
                case _:
                    pass  # what is evaluated for nothing but what it raises

    def _walk(
        self, node: ast.stmt, value: ast.expr, path: Path, *, is_result: bool = False
    ) -> tuple[Statement, list[_Place]]:
        # Of a compound statement only the head belongs to it.
        last = value.end_lineno if isinstance(node, ast.If | ast.For) else node.end_lineno
        lines = frozenset(range(node.lineno, (last or node.lineno) + 1))
        places = list(_walk_expression(value, path))
        if is_result:
            variants = vary_result(value, self.annotation)
            places += [_Place(operator, path, value, after, is_result=True) for operator, after in variants]
        return Statement(self.module, self.function, lines, _list_reads(value)), places


def _is_refusal(node: ast.If) -> bool:
    return isinstance(node.body[-1], ast.Raise)


def _list_reads(node: ast.expr) -> frozenset[str]:
    return frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def _walk_expression(node: ast.expr, path: Path) -> Iterator[_Place]:
    """Yield the variants of an expression and of its parts."""
    for operator, after in vary(node):
        yield _Place(operator, path, node, after, is_result=False)
    for name, value in ast.iter_fields(node):
        if name == "keywords":
            continue  # a type, an axis: what a formula is made of are the arguments
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            here = (*path, (name, index if isinstance(value, list) else None))
            if isinstance(item, ast.expr) and not isinstance(item, ast.JoinedStr):
                yield from _walk_expression(item, here)
            elif isinstance(item, ast.comprehension):
                yield from _walk_comprehension(item, here)


def _walk_comprehension(node: ast.comprehension, path: Path) -> Iterator[_Place]:
    yield from _walk_expression(node.iter, (*path, ("iter", None)))
    for index, condition in enumerate(node.ifs):
        yield from _walk_expression(condition, (*path, ("ifs", index)))


# ---------------------------------------------------------------- changing


def _replace(tree: ast.Module, path: Path, node: ast.expr) -> ast.Module:
    """Return the tree with another node at the path; what lies beside the path is shared, not copied."""
    changed = _replace_in(tree, path, node)
    assert isinstance(changed, ast.Module)  # noqa: S101 - for the type checker: the root of a module is one
    return changed


def _replace_in(here: ast.AST, path: Path, node: ast.expr) -> ast.AST:
    if not path:
        return node
    (name, index), *rest = path
    fields = dict(ast.iter_fields(here))
    if index is None:
        fields[name] = _replace_in(fields[name], tuple(rest), node)
    else:
        items = list(fields[name])
        items[index] = _replace_in(items[index], tuple(rest), node)
        fields[name] = items
    return ast.copy_location(type(here)(**fields), here)


def change_trees(sources: Sources, mutants: Sequence[Mutant]) -> dict[str, ast.Module]:
    """Return the trees of the modules that one mutant, or two at once, change.

    Of two the one may be made within what the other leaves of its expression; where it leaves nothing of that place,
    the other alone is made.
    """
    first, *others = sorted(mutants, key=lambda mutant: len(mutant.path))
    changed = {first.statement.module: _replace(sources.trees[first.statement.module], first.path, first.node)}
    for mutant in others:
        module = mutant.statement.module
        tree = changed.get(module, sources.trees[module])
        if module == first.statement.module and mutant.path[: len(first.path)] == first.path:
            inside = _substitute(first.node, find_node(sources, mutant), mutant.node)
            changed[module] = _replace(sources.trees[module], first.path, inside)
        else:
            changed[module] = _replace(tree, mutant.path, mutant.node)
    return changed


def find_node(sources: Sources, mutant: Mutant) -> ast.expr:
    """Return the expression that a mutant changes, as the reference has it."""
    here: Any = sources.trees[mutant.statement.module]
    for name, index in mutant.path:
        here = getattr(here, name) if index is None else getattr(here, name)[index]
    return cast("ast.expr", here)


def _substitute(here: Any, old: ast.expr, new: ast.expr) -> Any:
    """Return a tree with another node in the place of the very node `old`; nothing that it shares is changed."""
    if here is old:
        return new
    if isinstance(here, list):
        return [_substitute(item, old, new) for item in here]
    if not isinstance(here, ast.AST):
        return here
    fields = {name: _substitute(value, old, new) for name, value in ast.iter_fields(here)}
    return ast.copy_location(type(here)(**fields), here)


# ---------------------------------------------------------------- which exercises a place matters to


def find_reached(sources: Sources, statements: list[Statement], lines: set[Line]) -> frozenset[Statement]:
    """Return the statements that ran, and the constants that they read, directly or by way of other constants."""
    reached = {one for one in statements if any((one.module, line) in lines for line in one.lines)}
    constants = {(one.module, one.binds): one for one in statements if one.binds}
    names = _resolve_names(sources)
    waiting = list(reached)
    while waiting:
        reader = waiting.pop()
        for name in reader.reads:
            constant = constants.get(names.get((reader.module, name), (reader.module, name)))
            if constant is not None and constant not in reached:
                reached.add(constant)
                waiting.append(constant)
    return frozenset(reached)


def _resolve_names(sources: Sources) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return for each module and imported name the module that defines it, and its name there."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for module, tree in sources.trees.items():
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                origin = next(sources.resolve(module, node), "")
                found.update({(module, one.asname or one.name): (origin, one.name) for one in node.names})
    return found
