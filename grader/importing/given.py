"""Data that a notebook assigns before its questions: cells of nothing but written values become `given`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable
from keyword import iskeyword

from grader.importing.assignment import Block
from grader.importing.code import name_call, parse_code

MAX_TEXT = 200


def find_given(
    blocks: Iterable[Block], answers: Collection[str]
) -> tuple[tuple[dict[str, object], ...], tuple[Block, ...]]:
    """Return the data of an exercise, and the cells that hold more than data.

    Whole numbers stay code: a datum of a course is a float, and a starter's list is an array.
    """
    given: dict[str, dict[str, object]] = {}
    rest: list[Block] = []
    for block in blocks:
        found = _read_data(block.release) if block.kind == "code" else None
        if found is None or found.keys() & {*given, *answers}:
            rest.append(block)
        else:
            given |= {name: _describe(name, value) for name, value in found.items()}
    return tuple(given.values()), tuple(rest)


def _describe(name: str, value: object) -> dict[str, object]:
    return {"name": name, "value": value, "about": f"Given as {name}."}


def _read_data(source: str) -> dict[str, object] | None:
    """Return the data that a cell assigns, by name; None where it does anything else."""
    tree = parse_code(source)
    found: dict[str, object] = {}
    for node in tree.body if tree else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_free(name):
                datum = _read_datum(value)
                if datum is None:
                    return None
                found[name] = datum
            case _:
                return None
    return found or None


def _is_free(name: str) -> bool:
    return not iskeyword(name) and not hasattr(builtins, name) and name != "np"


def _read_datum(node: ast.expr) -> object | None:
    """Return a float, a text, or an array of floats that is written out; None for anything else."""
    if isinstance(node, ast.Call) and name_call(node.func) == "array" and len(node.args) == 1 and not node.keywords:
        return _read_array(node.args[0])
    value = _read_literal(node)
    is_text = isinstance(value, str) and 0 < len(value) <= MAX_TEXT
    return value if is_text or isinstance(value, float) else None


def _read_literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _read_array(node: ast.expr) -> object | None:
    value = _read_literal(node)
    if not isinstance(value, list) or not value:
        return None
    rows = value if all(isinstance(row, list) for row in value) else [value]
    items = [item for row in rows for item in row]
    is_regular = len({len(row) for row in rows}) == 1 and len(items) > 0
    is_floats = all(type(item) in {int, float} for item in items) and any(type(item) is float for item in items)
    return value if is_regular and is_floats else None
