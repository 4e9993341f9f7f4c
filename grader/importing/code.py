"""Reads an author's Python as a syntax tree: bounded in size, never compiled and never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

MAX_CHARS = 50_000  # of the code of one cell: hundreds of pages
_NOT_PYTHON = re.compile(r"^(\s*)([%!?].*|[\w.]+\?{1,2}\s*)$")  # what IPython reads and Python does not
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def parse_code(source: str) -> ast.Module | None:
    """Return the tree of a cell's code, or None where it is not Python, or too long; magics count as nothing."""
    if len(source) > MAX_CHARS or source.lstrip().startswith("%%"):
        return None
    try:
        return ast.parse(drop_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def drop_magics(source: str) -> str:
    """Return code with a `pass` in the place of each line that only IPython reads; every line stays where it is."""
    if not any(sign in source for sign in "%!?"):
        return source
    return "\n".join(_NOT_PYTHON.sub(r"\1pass", line) for line in source.split("\n"))


def is_pure_literal(node: ast.expr) -> bool:
    """Return whether an expression is made of constants alone."""
    allowed = (
        ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.UAdd, ast.BinOp, ast.Add,
        ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.Load,
    )  # fmt: skip
    return all(isinstance(one, allowed) for one in ast.walk(node))


def list_names(node: ast.AST) -> frozenset[str]:
    """Return every name that is read anywhere below a node."""
    return frozenset(
        one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Store)
    )


def list_bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds at the top level, also inside its blocks."""
    if isinstance(node, _FUNCTIONS):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    else:
        yield from _list_stored(node)


def _list_stored(node: ast.AST) -> Iterator[str]:
    """Yield the names that are assigned below a node, those of comprehensions and functions left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTIONS):
            yield child.name
        elif isinstance(child, ast.Name):
            if isinstance(child.ctx, ast.Store):
                yield child.id
        elif not isinstance(child, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from _list_stored(child)


def find_root(node: ast.AST) -> str:
    """Return the name at the beginning of `a`, `a.b`, `a["b"].c()`; nothing where there is none."""
    while True:
        match node:
            case (
                ast.Attribute(value=inner)
                | ast.Subscript(value=inner)
                | ast.Call(func=inner)
                | ast.Starred(value=inner)
            ):
                node = inner
            case ast.Name(id=name):
                return name
            case _:
                return ""


def name_call(node: ast.expr) -> str:
    """Return the last word of what is called: `isclose` for `np.isclose`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def cut(lines: Sequence[str], node: ast.stmt) -> str:
    """Return the lines of a statement as they are written, its decorators too."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    own = lines[first - 1 : node.end_lineno]
    return "\n".join(own) if node.col_offset == 0 and _ends_line(own[-1], node) else ast.unparse(node)


def _ends_line(line: str, node: ast.stmt) -> bool:
    """Return whether nothing stands behind a statement in its line but a comment or a semicolon."""
    last = line.encode()[node.end_col_offset :].decode().strip()
    return last.lstrip(";").strip() == "" or last.startswith("#")


def replace_texts(source: str, new: Mapping[str, str]) -> str:
    """Return code in which each string of `new` is the expression that it gives there."""
    tree = parse_code(source)
    if tree is None or not new:
        return source
    inside = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
    found = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in new and id(one) not in inside
    ]
    lines = [line.encode() for line in source.split("\n")]
    for node in sorted(found, key=lambda one: (one.lineno, one.col_offset), reverse=True):
        if node.lineno == node.end_lineno:
            line = lines[node.lineno - 1]
            text = new[str(node.value)].encode()
            lines[node.lineno - 1] = line[: node.col_offset] + text + line[node.end_col_offset :]
    return "\n".join(line.decode() for line in lines)
