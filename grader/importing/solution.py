"""The instructor's solution as the course's reference: a module with a function for each answer.

Functions that stand by themselves are taken over as they are written. What needs the notebook's variables is put, in
its order, into one function that gives them all; statements that no answer depends on are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from grader.importing.assignment import Notebook, Question
from grader.importing.code import (
    cut,
    drop_magics,
    find_root,
    list_bound,
    list_names,
    name_call,
    parse_code,
    replace_texts,
)
from grader.importing.suggest import Draft

CELLS = "_notebook"  # the function that gives the notebook's variables
DATA = "DATA"
# A value of the reference may take 1 GiB, and PyArrow reserves as much address space for the first text.
_RESERVES = "  # the first text reserves memory, for which there is room while this file is loaded"
NOTHING: Mapping[str, str] = {}
TEST_LIBRARIES = frozenset({"otter", "nbgrader", "IPython", "pytest", "unittest", "nose"})
_SHOWS = frozenset({"plot", "hist", "show", "display", "print", "head", "tail", "describe", "info", "scatter", "bar"})


@dataclass(frozen=True)
class Statement:
    """A statement of the solution as it is written; `is_manual`: of a cell that a person marks."""

    node: ast.stmt
    source: str
    is_manual: bool

    @property
    def name(self) -> str:
        """What a definition defines; empty for any other statement."""
        return getattr(self.node, "name", "") if isinstance(self.node, ast.FunctionDef | ast.ClassDef) else ""


def find_definitions(question: Question) -> dict[str, ast.AST | None]:
    """Return the names that a question's solution binds, with their definitions; None where there is no single one."""
    found: dict[str, ast.AST | None] = {}
    for block in question.answers:
        tree = parse_code(block.solution) if block.kind == "code" else None
        for node in tree.body if tree else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                continue
            for name in list_bound(node):
                match node:
                    case ast.FunctionDef() | ast.ClassDef():
                        found[name] = node
                    case ast.Assign(targets=[ast.Name()], value=value):
                        found[name] = value
                    case _:
                        found[name] = None
    return found


def read_statements(notebook: Notebook, texts: Mapping[str, str] = NOTHING) -> tuple[list[Statement], list[str]]:
    """Return the statements of the solution in order, and what of it is not Python.

    Args:
        notebook: whose it is.
        texts: expressions that take the place of strings, such as the paths of files.
    """
    statements: list[Statement] = []
    notes: list[str] = []
    manual = {id(block) for one in notebook.questions if one.manual is not None for block in one.answers}
    for block in notebook.blocks:
        if block.kind != "code":
            continue
        source = replace_texts(block.solution, texts)
        tree = parse_code(source)
        if tree is None:
            notes.append(f"{notebook.name}: a cell is not Python, or too long: {block.solution.strip()[:60]!r}")
            continue
        lines = drop_magics(source).split("\n")
        statements += [Statement(node, cut(lines, node), id(block) in manual) for node in tree.body]
    return statements, notes


@dataclass
class _Module:
    """What of a solution the answers need."""

    statements: Sequence[Statement]
    inner: frozenset[str] = frozenset()  # definitions that read the notebook's variables
    definitions: dict[str, Statement] = field(default_factory=dict)  # those that stand by themselves
    cells: list[Statement] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        last = {one.name: one for one in self.statements if one.name}
        values = {name for one in self.statements if _is_value(one) for name in list_bound(one.node)}
        reads = {name: _list_read(one.node) - {name} for name, one in last.items()}
        inner = {name for name, read in reads.items() if read & values} | (last.keys() & values)
        while more := {name for name, read in reads.items() if read & inner} - inner:
            inner |= more
        self.inner = frozenset(inner)
        self._last, self._reads, self._values = last, reads, values

    def need(self, names: set[str]) -> None:
        """Keep what these names depend on."""
        self.variables = names & (self._values | self.inner)
        needed = set(names)
        for one in reversed(self.statements):
            if one.name and one.name not in self.inner:
                continue
            if self._is_needed(one, needed):
                self.cells.insert(0, one)
                if one.name or _binds_names_alone(one.node):
                    needed -= set(list_bound(one.node))
                needed |= _list_read(one.node)
        waiting = [name for name in self._last if name in needed and name not in self.inner]
        while waiting:
            name = waiting.pop()
            if name not in self.definitions:
                self.definitions[name] = self._last[name]
                waiting += [other for other in self._last if other in self._reads[name]]

    def _is_needed(self, one: Statement, needed: set[str]) -> bool:
        node = one.node
        if isinstance(node, ast.Import | ast.ImportFrom):
            return False
        if set(list_bound(node)) & needed:
            return True
        if isinstance(node, ast.Expr):
            called = node.value if isinstance(node.value, ast.Call) else None
            if called is None or one.is_manual or _list_calls(called) & _SHOWS:
                return False
            is_seed = name_call(called.func) == "seed" and any("random" in kept.source for kept in self.cells)
            return is_seed or (isinstance(called.func, ast.Attribute) and find_root(called) in needed)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        return any(isinstance(one, ast.expr) and find_root(one) in needed for one in targets)


def _binds_names_alone(node: ast.stmt) -> bool:
    """Return whether a statement gives its names values whatever they had before."""
    return isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)


def _is_value(one: Statement) -> bool:
    return not one.name and not isinstance(one.node, ast.Import | ast.ImportFrom)


def _list_calls(node: ast.AST) -> set[str]:
    """Return the words of all that is called, and what it is called on: `plot` and `bar` for `x.plot.bar()`."""
    words = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    return words | {name_call(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


def _list_read(node: ast.AST) -> set[str]:
    """Return the names that a statement reads from outside; those of a function's own are none."""
    names = set(list_names(node))
    if isinstance(node, ast.FunctionDef):
        inner = {name for one in node.body for name in list_bound(one)}
        arguments = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
        names -= (inner | arguments) - {
            name for one in ast.walk(node) if isinstance(one, ast.Global) for name in one.names
        }
    return names


class _Given(ast.NodeTransformer):
    """Takes variables of the notebook out of what the function of its cells returns."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return where the name is found."""
        if node.id not in self._names or not isinstance(node.ctx, ast.Load):
            return node
        return ast.parse(f"{CELLS}()[{node.id!r}]", mode="eval").body


def build_reference(title: str, statements: Sequence[Statement], drafts: Sequence[Draft]) -> str:
    """Return the module of an exercise: a function for each answer, made of the instructor's solution.

    Args:
        title: where it comes from, in a sentence.
        statements: the solution.
        drafts: the answers.
    """
    bound = {name for one in statements for name in list_bound(one.node)}
    expressions = {one.name: ast.parse(one.observed or one.name, mode="eval").body for one in drafts}
    wanted = {name for one in expressions.values() for name in list_names(one)} & bound
    module = _Module(statements)
    module.need(wanted)
    chunks = [one.source for name, one in module.definitions.items()]
    order = [one.name for one in statements if one.name in module.definitions]
    chunks = [module.definitions[name].source for name in dict.fromkeys(order)]
    if module.variables:
        chunks.append(_write_cells(module))
    chunks += [text for one in drafts if (text := _write_answer(one, expressions[one.name], module, bound))]
    used = {name for chunk in chunks for name in list_names(ast.parse(chunk))}
    imports = [one.source for one in statements if _is_wanted_import(one.node, used)]
    head = [_quote(title)]
    if DATA in used:
        imports.insert(0, "from pathlib import Path")
        chunks.insert(0, f'{DATA} = Path(__file__).parents[1] / "data"')
    warm = [f'{alias}.Series(["text"]){_RESERVES}' for alias in _list_aliases(imports, "pandas")]
    if imports:
        head.append("\n".join(dict.fromkeys(imports)))
    head += warm[:1]
    return "\n\n".join(head) + "".join(f"\n\n\n{chunk.rstrip()}" for chunk in chunks) + "\n"


def _list_aliases(imports: Sequence[str], module: str) -> Iterator[str]:
    """Yield by which names pieces of code import a module as a whole."""
    for source in imports:
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import):
                yield from (one.asname or one.name for one in node.names if one.name == module)


def _is_wanted_import(node: ast.stmt, used: set[str]) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom) and bool(
        ({*list_bound(node)} & used or "*" in list_bound(node)) and not set(list_imported(node)) & TEST_LIBRARIES
    )


def list_imported(node: ast.stmt) -> Iterator[str]:
    """Yield the first words of the modules that a statement imports."""
    match node:
        case ast.Import(names=names):
            yield from (one.name.partition(".")[0] for one in names)
        case ast.ImportFrom(module=str() as name, level=0):
            yield name.partition(".")[0]
        case _:
            pass


def _write_cells(module: _Module) -> str:
    body = "\n".join(map(_write_inside, module.cells))
    given = ", ".join(f'"{name}": {name}' for name in sorted(module.variables))
    return (
        f'def {CELLS}():\n    """Return what the cells of the notebook compute, by name."""\n'
        f"{indent(body, '    ')}\n    return {{{given}}}"
    )


def _write_inside(one: Statement) -> str:
    """Return a statement that can be indented: a text of several lines would change by it."""
    texts = (part for part in ast.walk(one.node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return ast.unparse(one.node) if any(part.lineno != part.end_lineno for part in texts) else one.source


def _write_answer(draft: Draft, expression: ast.expr, module: _Module, bound: set[str]) -> str:
    """Return the function of an answer; nothing where it is the solution's own, or the solution has none."""
    names = list_names(expression) & (bound | {draft.name})
    if not names <= bound or (not draft.observed and draft.name in module.definitions):
        return ""
    found = ast.unparse(_Given(module.variables).visit(expression))
    if draft.kind == "function":
        parameters = ", ".join(map(str, draft.keys.get("arguments", ())))  # type: ignore[call-overload]
        return f"def {draft.name}({parameters}):\n    {_quote(draft.about)}\n    return {found}({parameters})"
    result = {"dict": f"dict({found})", "table": f"{found}.to_dict()"}.get(draft.kind, found)
    return f"def {draft.name}():\n    {_quote(draft.about)}\n    return {result}"


def _quote(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', "'")
    return f'"""{plain}"""'


def list_packages(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield the first words of all modules that pieces of code import."""
    for source in sources.values():
        tree = parse_code(source)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.stmt):
                yield from list_imported(node)
