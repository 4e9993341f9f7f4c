"""Which names a student's code tries to bind, read from its syntax. Nothing is run.

Tells "never attempted" from "was on its way when the cell died".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from grader.model import Cause, Cell, CellRun, Lost

# A tree takes hundreds of bytes for each of source, and it grows here, outside the box, where nothing limits it.
_PARSED_CHARS = 1 << 18


def find_attempted(source: str) -> set[str]:
    """Return the names that `source` binds to something else than `...` or `None`, as far as its syntax tells."""
    if len(source) > _PARSED_CHARS:
        return _guess_attempted(source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _guess_attempted(source)
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if not _is_stub(node):
                names.add(name)
            case ast.Assign(targets=targets, value=value) if not _is_empty(value):
                names.update(_names(targets))
            case ast.AnnAssign(target=target, value=value) if value is not None and not _is_empty(value):
                names.update(_names([target]))
            case ast.NamedExpr(target=target):
                names.add(target.id)
            case ast.AugAssign(target=target):
                names.update(_names([target]))
            case _:
                pass
    return names


def _guess_attempted(source: str) -> set[str]:
    """Return what looks like a name that is bound, where a magic or a mistake leaves no syntax tree to be had."""
    return set(re.findall(r"^[ \t]*(?:def[ \t]+)?([A-Za-z_]\w*)[ \t]*[=(]", source, re.MULTILINE))


def _names(targets: Iterable[ast.AST]) -> set[str]:
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _is_empty(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is Ellipsis)


def _is_stub(node: ast.FunctionDef) -> bool:
    return all(isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
               for item in node.body)  # fmt: skip


def explain_unbound(
    cells: Iterable[Cell], runs: Iterable[CellRun], ending: Lost | None, causes: Mapping[int, Cause]
) -> dict[str, Lost]:
    """Return, for each name that some cell was to bind, how that cell ended where it did not end well.

    `ending` is how the process ended, where it did not live to the last cell. `causes` are the limits that cells have
    met, by index.
    """
    by_index = {run.index: run for run in runs}
    reasons: dict[str, Lost] = {}
    for cell in cells:
        run = by_index.get(cell.index, CellRun(index=cell.index, status="not_run"))
        if cell.kind == "code" and run.status != "ok":
            reason = _reason(run, ending, causes.get(cell.index))
            for name in find_attempted(cell.source):
                reasons.setdefault(name, reason)
    return reasons


def _reason(run: CellRun, ending: Lost | None, limit: Cause | None) -> Lost:
    if run.status == "not_run" and ending is not None:
        return ending
    if run.status != "raised" or run.error is None:
        return Lost(cause="timed_out", cell=run.index)
    error = run.error
    where = "" if error.line is None else f" (line {error.line})"
    detail = f"{error.error}: {error.message}{where}" if error.message else f"{error.error}{where}"
    return Lost(cause=limit or ("exited" if error.error == "SystemExit" else "raised"), cell=run.index, detail=detail)
