"""What an author adds to the course so that a mistake is known from now on: an entry of the catalogue, and code.

The code is a copy of the reference's functions between the answer and the changed place, with the change made, under
names of their own: the reference itself is as it was.
"""

from __future__ import annotations

import ast
import copy
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from grader.copies import Sources
from grader.reference import path_of
from grader.unnamed.changes import MEAN, Change, CodeChange, Explanation, OtherAnswer, ResultChange, SwappedArguments
from grader.unnamed.questions import Question
from grader.validate.mutants import Mutant, change_trees

HINT = "One step of your computation differs from what is asked. Go through the formula again, term by term."
_FIRST = "Return what the first of two mistakes gives."
_LINE = 78  # characters of an explanation, so that a docstring stays a line
Function = tuple[str, str]  # module, name


@dataclass(frozen=True)
class Snippet:
    """What is added, and where.

    Args:
        code: the new mistake's.
        catalogue: an item of `mistakes` in `course.yaml`.
        use: an item of `mistakes` of the check.
        wrong: the function of the exercise's reference that gives what a student gets.
        files: by path what is added to the end of a file of the reference; empty where it has to be written by hand.
    """

    code: str
    catalogue: str
    use: str
    wrong: str
    files: Mapping[str, str]


def write_snippet(sources: Sources, question: Question, explanation: Explanation, taken: set[str]) -> Snippet:
    """Return what makes an explanation a known mistake of the course, under a code that is not among those taken."""
    code = _choose_code(f"{question.answer.name}_{explanation.name}", taken)
    wrong = f"{question.check.reference_name}__{code.removeprefix(question.answer.name).lstrip('_')}"
    title = " and ".join(change.words for change in explanation.changes)
    catalogue = (
        f"- code: {code}\n"
        f"  title: {json.dumps(title[:1].upper() + title[1:], ensure_ascii=False)}\n"
        f"  share: 0\n"
        f"  hint: {json.dumps(HINT)}\n"
    )
    use = f"- {{code: {code}, wrong: {wrong}}}\n"
    return Snippet(code, catalogue, use, wrong, _write(sources, question, explanation, (wrong, code)))


def _choose_code(wanted: str, taken: set[str]) -> str:
    number, code = 1, wanted
    while code in taken:
        number += 1
        code = f"{wanted}_{number}"
    return code


def _write(sources: Sources, question: Question, explanation: Explanation, names: tuple[str, str]) -> Mapping[str, str]:
    """Return the code by path; nothing where a constant of a module is changed, which all its functions share."""
    module, called = question.exercise.module, question.check.reference_name
    wrong, code = names
    mutants = [change.mutant for change in explanation.changes if isinstance(change, CodeChange)]
    others = [change for change in explanation.changes if not isinstance(change, CodeChange)]
    said = f"Return what somebody gets where {_say(explanation)}."
    parts: dict[str, list[str]] = {}
    if mutants:
        first = f"{wrong}__first" if others else wrong
        copied = _Chain(sources, mutants, code).copy((module, called), first, _FIRST if others else said)
        if copied is None:
            return {}
        parts, called = copied, first
    for place, change in enumerate(others, 1):
        new = (wrong, said) if place == len(others) else (f"{wrong}__first", _FIRST)
        parts.setdefault(module, []).append(_wrap(question, change, called, new))
        called = new[0]
    return {path_of(one): "\n\n" + "\n\n\n".join(texts) + "\n" for one, texts in parts.items()}


def _say(explanation: Explanation) -> str:
    """Return an explanation in a line of code; lines move, so that none is named."""
    words = " and ".join(change.words for change in explanation.changes)
    codes = [f"`{one.before}` → `{one.after}`" for one in explanation.changes if isinstance(one, CodeChange)]
    full = f"{words}: {', '.join(codes)}" if codes else words
    return full if len(full) <= _LINE else words


def _wrap(question: Question, change: Change, called: str, new: tuple[str, str]) -> str:
    """Return a function that changes what another one gives."""
    name, said = new
    parameters = ", ".join(parameter.name for parameter in question.answer.parameters)
    match change:
        case OtherAnswer(function=other):
            body = f"return {other}({parameters})"
        case SwappedArguments():
            body = f"return {called}({', '.join(change.exchange(change.parameters))})"
        case ResultChange() if isinstance(question.right, Mapping):
            items = f"{{name: np.asarray(one) for name, one in {called}().items()}}"
            body = f"import numpy as np; return {{name: {change.code} for name, value in {items}.items()}}"
        case ResultChange():
            body = f"import numpy as np; value = np.asarray({called}({parameters})); return {change.code}"
        case _:
            raise TypeError(change)
    function = ast.parse(f"def {name}({parameters}): {body}").body[0]
    return _unparse(cast("ast.FunctionDef", function), name, said)


def _unparse(function: ast.FunctionDef, name: str, said: str) -> str:
    """Return the code of a function under another name and with another docstring."""
    function.name = name
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    function.body.insert(0, ast.Expr(ast.Constant(said)))
    return ast.unparse(ast.fix_missing_locations(function))


# ---------------------------------------------------------------- copies of the functions on the way


class _Chain:
    """The functions on the way from an answer to what is changed."""

    def __init__(self, sources: Sources, mutants: list[Mutant], code: str) -> None:
        self._sources, self._code = sources, code
        self._changed = {(one.statement.module, one.statement.function) for one in mutants}
        self._trees = {**sources.trees, **change_trees(sources, mutants)}

    def copy(self, answer: Function, wrong: str, said: str) -> dict[str, list[str]] | None:
        """Return by module the copies of the functions: the answer's is called `wrong` and says what is changed."""
        between = self._list_between(answer)
        if self._find(answer) is None or not self._changed <= between:
            return None
        names = {one: wrong if one == answer else f"{one[1]}__{self._code}" for one in between}
        by_module: dict[str, list[Function]] = {}
        for function in sorted(between, key=lambda one: (one[0] == answer[0], one == answer, one)):
            by_module.setdefault(function[0], []).append(function)
        return {
            module: [
                *self._import(module, functions, names),
                *(self._write(one, names, said if one == answer else "") for one in functions),
            ]
            for module, functions in by_module.items()
        }

    def _import(self, module: str, functions: list[Function], names: Mapping[Function, str]) -> list[str]:
        """Return the imports of what these functions of a module use of other modules, if anything."""
        used = {one for function in functions for one in self._list_used(function) if one in names}
        lines = {f"from {self._import_path(module, one[0])} import {names[one]}" for one in used if one[0] != module}
        if any(_calls_mean(self._find(one)) for one in functions):
            lines.add("from statistics import fmean")
        return ["\n".join(sorted(lines))] if lines else []

    def _import_path(self, module: str, other: str) -> str:
        package = module if module in self._sources.packages else module.rpartition(".")[0]
        up = 1
        while package and not f"{other}.".startswith(f"{package}."):
            package = package.rpartition(".")[0]
            up += 1
        return "." * up + other.removeprefix(package).lstrip(".")

    def _find(self, function: Function) -> ast.FunctionDef | None:
        tree = self._trees.get(function[0])
        found = (node for node in (tree.body if tree else ()) if isinstance(node, ast.FunctionDef))
        return next((node for node in found if node.name == function[1]), None)

    def _list_used(self, function: Function) -> Iterator[Function]:
        """Yield the functions of the package that a function names."""
        node = self._find(function)
        bound = _list_bound(node)
        for one in ast.walk(node) if node else ():
            found = self._resolve(function[0], one, bound)
            if found is not None:
                yield found

    def _resolve(self, module: str, node: ast.AST, bound: frozenset[str]) -> Function | None:
        """Return the function of the package that an expression names; a name that is bound within means no other."""
        names = self._names[module]
        match node:
            case ast.Name(id=name) if name not in bound:
                found = names.get(name)
            case ast.Attribute(value=ast.Name(id=package), attr=name) if package not in bound:
                inner = names.get(package)
                found = None if inner is None else (f"{inner[0]}.{inner[1]}".strip("."), name)
            case _:
                return None
        return found if found is not None and self._find(found) is not None else None

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, Function]]:
        return {module: self._list_names(module) for module in self._trees}

    def _list_names(self, module: str) -> dict[str, Function]:
        """Return what the names of a module mean: its own functions and what it imports from the package."""
        names: dict[str, Function] = {}
        for node in self._trees[module].body:
            if isinstance(node, ast.FunctionDef):
                names[node.name] = (module, node.name)
            elif isinstance(node, ast.ImportFrom) and node.level:
                origin = self._sources.find_module(module, node.level, node.module or "")
                names |= {alias.asname or alias.name: (origin, alias.name) for alias in node.names}
        return names

    def _list_between(self, answer: Function) -> frozenset[Function]:
        """Return the functions that are called on the way from the answer to what is changed, both included."""
        callers: dict[Function, set[Function]] = {answer: set()}
        waiting = deque([answer])
        while waiting:
            function = waiting.popleft()
            for used in self._list_used(function):
                if used not in callers:
                    callers[used] = set()
                    waiting.append(used)
                callers[used].add(function)
        between: set[Function] = set()
        back = [one for one in self._changed if one in callers]
        while back:
            function = back.pop()
            if function not in between:
                between.add(function)
                back += callers[function]
        return frozenset(between)

    def _write(self, function: Function, names: Mapping[Function, str], said: str) -> str:
        node = self._find(function)
        bound = _list_bound(node)

        def rename(one: ast.expr) -> str | None:
            found = self._resolve(function[0], one, bound)
            return None if found is None else names.get(found)

        copied = _Renaming(rename).visit(_clone(node))
        return _unparse(copied, names[function], said or f"Return what {function[1]} gives with this mistake made.")


def _calls_mean(node: ast.FunctionDef | None) -> bool:
    return any(isinstance(one, ast.Name) and one.id == MEAN for one in (ast.walk(node) if node else ()))


def _list_bound(node: ast.FunctionDef | None) -> frozenset[str]:
    """Return the names of a function's parameters and variables."""
    inside = list(ast.walk(node)) if node else []
    stored = {one.id for one in inside if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return frozenset(stored | {one.arg for one in inside if isinstance(one, ast.arg)})


def _clone(node: ast.FunctionDef | None) -> ast.FunctionDef:
    return cast("ast.FunctionDef", copy.deepcopy(node))


class _Renaming(ast.NodeTransformer):
    """Gives what copied functions are called by its new names, and what a mutant calls its own."""

    def __init__(self, rename: Callable[[ast.expr], str | None]) -> None:
        self._rename = rename

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Rename a function."""
        new = "fmean" if node.id == MEAN else self._rename(node)
        return node if new is None else ast.Name(new, node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Rename a function of another module, which is imported by its name."""
        new = self._rename(node)
        return self.generic_visit(node) if new is None else ast.Name(new, ast.Load())
