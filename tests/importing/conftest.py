"""Notebooks as both systems' authors write them, made of a few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.importing.assignment import Notebook, Question
from grader.importing.nbgrader import read_nbgrader
from grader.importing.otter import read_otter
from grader.submission.notebook import AuthoredCell

DEMOS = Path(__file__).parent / "demos"


def code(source: str, **marks: object) -> AuthoredCell:
    """Return a code cell; `marks` are nbgrader's."""
    return AuthoredCell("code", source, {"nbgrader": {"schema_version": 3, **marks}} if marks else {})


def text(source: str, **marks: object) -> AuthoredCell:
    """Return a text cell; `marks` are nbgrader's."""
    return AuthoredCell("markdown", source, {"nbgrader": {"schema_version": 3, **marks}} if marks else {})


def raw(source: str) -> AuthoredCell:
    """Return a raw cell, as Otter marks with."""
    return AuthoredCell("raw", source, {})


def solution(source: str, name: str = "q") -> AuthoredCell:
    """Return a cell that nbgrader takes the solution out of."""
    return code(source, grade=False, solution=True, grade_id=name)


def graded(source: str, points: float = 1, name: str = "test_q") -> AuthoredCell:
    """Return a cell by which nbgrader grades."""
    return code(source, grade=True, solution=False, points=points, grade_id=name)


def from_nbgrader(*cells: AuthoredCell) -> Notebook:
    """Return a notebook of nbgrader."""
    return read_nbgrader("nb", cells)


def from_otter(*cells: AuthoredCell) -> Notebook:
    """Return a notebook of Otter."""
    return read_otter("nb", cells)


def ask(source: str, *tests: str) -> Question:
    """Return a question with this solution and these visible tests, a point each."""
    cells = [graded(test, name=f"test_{number}") for number, test in enumerate(tests)]
    return from_nbgrader(solution(source), *cells).questions[0]


def build_document(cells: tuple[AuthoredCell, ...]) -> dict[str, Any]:
    """Return a notebook as it is in a file."""

    def build(cell: AuthoredCell) -> Mapping[str, object]:
        return {"cell_type": cell.kind, "source": cell.source, "metadata": dict(cell.metadata)}

    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [build(cell) for cell in cells]}


def write_notebook(path: Path, *cells: AuthoredCell) -> Path:
    """Write a notebook, and return where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(build_document(cells)), encoding="utf-8")
    return path


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    """Return the folder of an nbgrader assignment with a function and a text."""
    write_notebook(
        tmp_path / "ps" / "first.ipynb",
        text("# First steps\n\nWe begin with numbers."),
        text("## Doubling\n\nWrite `double(x)`."),
        solution("def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION", "double"),
        graded("assert double(3) == 6\nassert double(-1.5) == -3", 2),
        text("## Why\n\nSay why."),
        text("Because it adds `x` to itself.", grade=True, solution=True, points=1, grade_id="why"),
    )
    return tmp_path / "ps"
