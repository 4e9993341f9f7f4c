"""Where a student's code stopped: the cell, the line and the error, and the names that were not set because of it."""

from __future__ import annotations

import ast
import linecache
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from numgrade_student.show import clean
from numgrade_student.syntax import parse_source

OWN_CODE = "<numgrade cell"  # what the names of cells begin with that this program runs
_SOURCES = (OWN_CODE, "<ipython-input", "<stdin>", "<string>")
_OWN_FILES: set[str] = set()


@dataclass(frozen=True)
class Stop:
    """What ended a cell; `cell` counts from 1, None for a whole script; `names` are what it was to set.

    An exception, unless `ending` says in words what else it was.
    """

    error: str
    message: str
    cell: int | None = None
    place: str = ""
    line: int | None = None
    source: str = ""
    names: frozenset[str] = field(default=frozenset(), repr=False)
    ending: str = ""

    @property
    def where(self) -> str:
        """What stopped, to begin a sentence."""
        if self.cell is None:
            return self.place or "Your script"
        return f"Cell {self.cell} ({self.place})" if self.place else f"Cell {self.cell}"

    @property
    def sentence(self) -> str:
        """What stopped, where, and why."""
        if self.ending:
            return f"{self.where} {self.ending}."
        line = "" if self.line is None else f" at line {self.line}"
        source = f", `{clean(self.source, 80)}`" if self.source.strip() else ""
        message = f": {clean(self.message, 200)}" if self.message else ""
        comma = "" if line or source else ","
        return f"{self.where} stopped{line}{source}{comma}: {self.error}{message}.".replace(",:", ":")


def register_own_file(name: str) -> None:
    """Say that code compiled under this file name is the student's."""
    _OWN_FILES.add(name)


def is_own_code(filename: str) -> bool:
    """Return whether code is the student's, by the name that Python has for its file."""
    return filename in _OWN_FILES or filename.startswith(_SOURCES) or "ipykernel_" in filename


def find_own_line(error: BaseException) -> int | None:
    """Return the last line of the student's own code that an exception passed through."""
    if isinstance(error, SyntaxError) and error.filename and is_own_code(error.filename):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if is_own_code(frame.filename)), None)


def build_stop(error: BaseException, source: str, cell: int | None = None, place: str = "") -> Stop:
    """Return where an exception ended the cell or script with this source."""
    message = error.msg if isinstance(error, SyntaxError) else _say(error)
    line = error.lineno if isinstance(error, SyntaxError) else _find_line_in(error, source)
    return make_stop(type(error).__name__, message, (source, line), cell=cell, place=place)


def make_stop(
    error: str, message: str, at: tuple[str, int | None], *, cell: int | None = None, place: str = ""
) -> Stop:
    """Return where a cell stopped; `at` is its source, and the line in it."""
    source, line = at
    lines = source.splitlines()
    shown = lines[line - 1].strip() if line is not None and 0 < line <= len(lines) else ""
    names = frozenset(find_assigned(source))
    return Stop(error, message, cell, place, line if shown else None, shown, names)


def _say(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a student's exception may not be able to say anything
        return ""


def _find_line_in(error: BaseException, source: str) -> int | None:
    """Return the last line of this source that an exception passed through: other cells have lines of that number."""
    lines = source.splitlines()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        number = frame.lineno or 0
        if is_own_code(frame.filename) and 0 < number <= len(lines):
            known = linecache.getline(frame.filename, number).strip()
            if known in {"", lines[number - 1].strip()}:
                return number
    return None


def find_last_stop() -> Stop | None:
    """Return where the last cell of a live session stopped, as far as Python remembers it."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    if not isinstance(error, BaseException):
        return None
    if isinstance(error, SyntaxError):
        filename = error.filename or ""
    else:
        own = [frame.filename for frame in traceback.extract_tb(error.__traceback__) if is_own_code(frame.filename)]
        filename = own[0] if own else ""
    source = "".join(linecache.getlines(filename)) if is_own_code(filename) else ""
    return build_stop(error, source, place="A cell") if source else None


# ---------------------------------------------------------------- what a cell was to set


def find_assigned(source: str) -> set[str]:
    """Return the names that a source gives a value other than `...` or `None`, as far as its syntax tells."""
    try:
        tree = parse_source(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return guess_assigned(source)
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if not _is_stub(node):
                names.add(name)
            case ast.Assign(targets=targets, value=value) if not _is_empty(value):
                names.update(_list_names(targets))
            case ast.AnnAssign(target=target, value=value) if value is not None and not _is_empty(value):
                names.update(_list_names([target]))
            case ast.NamedExpr(target=target) | ast.AugAssign(target=target):
                names.update(_list_names([target]))
            case _:
                pass
    return names


def guess_assigned(source: str) -> set[str]:
    """Return what looks like a name that is bound, where a magic or a mistake leaves no syntax tree to be had."""
    return set(re.findall(r"^[ \t]*(?:def[ \t]+)?([A-Za-z_]\w*)[ \t]*[=(]", source, re.MULTILINE))


def _list_names(targets: Iterable[ast.AST]) -> set[str]:
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _is_empty(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is Ellipsis)


def _is_stub(node: ast.FunctionDef) -> bool:
    return all(
        isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        for item in node.body
    )


def find_printing(source: str) -> set[str]:
    """Return the functions that print, by their source."""
    try:
        tree = parse_source(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {one.name for one in functions if any(_is_print(node) for node in ast.walk(one))}


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"


def list_lost(stops: Iterable[Stop], missing: Iterable[str]) -> Mapping[str, Stop]:
    """Return which of these names were not set because a cell stopped, with the first cell that did."""
    found: dict[str, Stop] = {}
    for stop in stops:
        found |= {name: stop for name in missing if name in stop.names and name not in found}
    return found
