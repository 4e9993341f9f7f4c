"""Cells run as a notebook runs them, though what is plain Python takes a shorter way through IPython."""

from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.sandbox.box.shell import is_plain_python
from tests.sandbox.conftest import Run

_PLAIN = [
    "x = 1",
    "x = 1\n\n\ny = 2\n",
    "a, b = 7, 2\nx = (a\n% b)",
    "a = 1  # why?",
    '"""\n!ls\n%magic\nhelp?\n"""',
    "x = 5; y = 6;",
    "def f(x):\n    return x\n\n\nf(2)",
    "await g()",
    "",
]
_SPECIAL = [
    "%time x = 1",
    "%%timeit\nx",
    "!ls",
    "files = !ls",
    "x = %pwd",
    "x?",
    ">>> x = 1",
    "In [1]: x",
    "x = 1\n... ",
    "{\n  ...: 1}",
    "\n\nx = 1",
    "  # indented\nif x:\n  y",
    "/f 1",
    "x = (",
    "x = '\0'",
]


@pytest.mark.parametrize("source", _PLAIN)
def test_plain_python_is_what_ipython_would_run(source: str) -> None:
    """IPython itself changes nothing in a cell that takes the shorter way."""
    assert is_plain_python(source)
    assert TransformerManager().transform_cell(source).rstrip("\n") == source.rstrip("\n")


@pytest.mark.parametrize("source", _SPECIAL)
def test_everything_else_is_left_to_ipython(source: str) -> None:
    """Magics, prompts, shell commands, and what would come out changed or not at all."""
    assert not is_plain_python(source)


def test_cells_may_await(run_full: Run) -> None:
    """A cell may await at its top level, as in a notebook."""
    evidence = run_full("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 7", "a = await f()")
    assert evidence.answers["a"].value.value == "7"


def test_transformers_of_the_student_are_obeyed(run_full: Run) -> None:
    """Whoever teaches the shell a notation of their own may use it."""
    teach = "get_ipython().input_transformers_cleanup.append(lambda lines: [x.replace('one', '1') for x in lines])"
    assert run_full(teach, "a = one").answers["a"].value.value == "1"
    teach = "get_ipython().input_transformers_post.append(lambda lines: [x.replace('one', '1') for x in lines])"
    assert run_full(teach, "a = one").answers["a"].value.value == "1"


def test_check_of_the_kit_does_nothing(run: Run) -> None:
    """Students call the kit's check in their notebooks: in the box it is there, at every level, and says nothing."""
    evidence = run(
        "from numgrade_student import check",
        "a = check('1a')",
        "import numgrade_student\nnumgrade_student.check(file='hw.ipynb')",
        "import subprocess, sys\nb = subprocess.run([sys.executable, '-m', 'numgrade_student', 'hw.py']).returncode",
    )
    assert {cell.status for cell in evidence.cells} == {"ok"}
    assert evidence.answers["b"].value.value == "0"
