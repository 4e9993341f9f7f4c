"""Reads an assignment's folder: notebooks by their format, and what lies beside them; bounded, no link followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from grader.errors import SubmissionRefused, UsageError
from grader.importing.assignment import Assignment, Notebook
from grader.importing.code import MAX_CHARS
from grader.importing.nbgrader import read_nbgrader
from grader.importing.otter import read_otter
from grader.model import Limits
from grader.submission.naming import shown, split_extension
from grader.submission.notebook import AuthoredCell, parse_authored_notebook
from grader.submission.opening import Quota, read_paths

Reader: TypeAlias = Callable[[str, Iterable[AuthoredCell]], Notebook]
READERS: Mapping[str, Reader] = MappingProxyType({"nbgrader": read_nbgrader, "otter": read_otter})
MAX_NOTEBOOKS = 50
_EXPECTED = {
    "nbgrader": "cells that nbgrader grades (the source version of an assignment, not one that was submitted)",
    "otter": "raw cells with # BEGIN QUESTION (the master notebook of Otter Assign 1.0 or later)",
}


def read_assignment(format_: str, path: Path) -> Assignment:
    """Return the assignment in a folder, or of a single notebook.

    Raises:
        UsageError: it cannot be read, holds no question, or is of another format; says where.
    """
    limits = Limits()
    try:
        quota = Quota(limits.file_bytes, limits.disk_bytes, limits.disk_files)
        found = dict(read_paths(path, quota))
        notebooks, notes = _read_notebooks(format_, found, limits.cells)
    except SubmissionRefused as error:
        raise UsageError(f"{path}: {error}") from error
    if not notebooks:
        raise UsageError(f"{path}: found no question: expected {_EXPECTED[format_]}")
    files = {name: content for name, content in found.items() if split_extension(name)[1] != ".ipynb"}
    name = split_extension(path.name or path.resolve().name)[0]
    return Assignment(format_, name, tuple(notebooks), files, tuple(notes))


def _read_notebooks(format_: str, found: Mapping[str, bytes], max_cells: int) -> tuple[list[Notebook], list[str]]:
    """Return the notebooks that lie directly in the folder, and which of them were left out."""
    named = [name for name in found if split_extension(name)[1] == ".ipynb"]
    direct = [name for name in named if "/" not in name]
    if len(direct) > MAX_NOTEBOOKS:
        raise UsageError(f"expected at most {MAX_NOTEBOOKS} notebooks in one assignment, got {len(direct)}")
    notes = [f"{shown(name)}: notebooks in folders below are not read" for name in named if "/" in name]
    notebooks: list[Notebook] = []
    for name in direct:
        cells = parse_authored_notebook(name, found[name], max_cells)
        for number, cell in enumerate(cells, 1):
            if len(cell.source) > MAX_CHARS:
                said = f"expected at most {MAX_CHARS} characters, got {len(cell.source)}"
                raise UsageError(f"{shown(name)}, cell {number}: {said}")
        notebook = READERS[format_](split_extension(name)[0], cells)
        if notebook.questions:
            notebooks.append(notebook)
        else:
            notes.append(f"{shown(name)}: holds no question")
    return notebooks, notes
