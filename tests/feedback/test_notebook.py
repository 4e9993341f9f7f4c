"""The student's own notebook with remarks is theirs, and harmless."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
import pytest

from grader.feedback import Work, build_notebook
from grader.feedback.notebook import defuse
from grader.model import Cell
from tests.feedback.conftest import NASTY

_CELLS = (
    Cell(0, "markdown", "# My work"),
    Cell(1, "code", "import math\nex1_kl_pq = math.log(96) / 10\n\tx = 1", tags=("ex1", "1a"), exercise="1", part="1a"),
    Cell(2, "code", "print('between')"),
    Cell(3, "code", "ex1_larger, ex1_nonnegative = 'pq', True"),
)


@pytest.fixture
def work(build_work: Callable[..., Work]) -> Work:
    """A submission of two parts, one of them in a cell without tags, and one answer that no cell sets."""
    answers = {"ex1_kl_pq": 0.4564348191467835, "ex1_larger": "pq", "ex1_nonnegative": True, "ex1_r_unique": True}
    return build_work(answers, cells=_CELLS)


def _cells(work: Work) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = nbformat.reads(build_notebook(work), as_version=4).cells
    return cells


def test_remarks_stand_below_their_part(work: Work) -> None:
    """By tag, by the answers that a cell sets; else at the end."""
    ids = [cell["id"] for cell in _cells(work)]
    assert ids == ["feedback", "cell-1", "cell-2", "on-1a", "cell-3", "cell-4", "on-1b", "on-1c"]


def test_code_is_theirs_and_has_no_output(work: Work) -> None:
    """As it was submitted, tabs included; nothing that ran."""
    code = [cell for cell in _cells(work) if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code] == [cell.source for cell in _CELLS if cell.kind == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_lines_are_those_of_python(build_work: Callable[..., Work]) -> None:
    """What only Python's text methods take for the end of a line is shown, and breaks no string in two."""
    source = "a = 'x\x0cy\x0bz\x1c\x1d\x1e\x85\u2028\u2029'\r\nb = 1\rc = 2\n"
    (code,) = (
        cell["source"]
        for cell in _cells(build_work({"ex1_kl_pq": 0.4}, cells=(Cell(0, "code", source),)))
        if cell["cell_type"] == "code"
    )
    assert code == "a = 'x␌y␋z␜␝␞\\u0085\\u2028\\u2029'\nb = 1\nc = 2\n"


def test_it_is_a_notebook(nasty_work: Work) -> None:
    """Valid nbformat 4.5, without anybody's metadata, in ASCII."""
    text = build_notebook(nasty_work)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.metadata for cell in notebook.cells)
    assert text.isascii()


def test_several_files_are_named(build_work: Callable[..., Work]) -> None:
    """One below the other."""
    work = build_work({"ex1_kl_pq": 0.4}, cells=_CELLS)
    two = Work(work.course, work.report, work.evidence, {"a.py": _CELLS[:1], "b.ipynb": _CELLS[1:]})
    sources = [cell["source"] for cell in _cells(two)]
    assert "## a.py" in sources
    assert "## b.ipynb" in sources


@pytest.mark.parametrize("text", NASTY)
def test_what_is_live_is_broken(text: str) -> None:
    """By characters that nobody sees, so that it reads as it did."""
    shown = defuse(text)
    assert shown.replace("\u200b", "") == text.replace("\u202e", "\\u202e").replace("\u202c", "\\u202c")
    for live in ("<script", "<img", "<svg", "](", "![", "://", "<b", "javascript:", "\\href"):
        assert live not in shown


@pytest.mark.parametrize(
    "command",
    [
        *("href", "url", "require", "style", "class", "cssId", "unicode", "bbox", "mmlToken", "csname", "let"),
        *("def", "gdef", "edef", "xdef", "futurelet", "newcommand", "renewcommand", "providecommand"),
        *("newenvironment", "renewenvironment"),
    ],
)
def test_commands_of_formulas_that_do_more_are_broken(command: str) -> None:
    """Links, markup, extensions, and whatever could give them another name."""
    assert defuse(f"$\\{command}{{x}}$ \\{command}1") == f"$\\\u200b{command}{{x}}$ \\\u200b{command}1"


def test_formulas_and_code_are_left_alone() -> None:
    """What students mostly write."""
    for text in (
        "$D(p\\|q) \\ge 0$ and $a < b$",
        "1. *one*\n2. `x < y`",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "$\\leq \\deg \\letter \\defn$",
    ):
        assert defuse(text) == text
