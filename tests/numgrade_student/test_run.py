"""A file is run as it is, cell by cell, in this process; each exercise is checked after its last cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from numgrade_student.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(public_folders: Any, tmp_path: Path) -> Any:
    """Return a function that checks a file of this content, and gives the status and the text."""

    def go(name: str, content: str, *parts: str, **environment: str) -> tuple[int, str]:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        command = [sys.executable, "-m", "numgrade_student", "--course", str(public_folders["kl"]), str(path), *parts]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **environment}
        )
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    return go


def notebook(*cells: tuple[str, str, list[str]]) -> str:
    """Return a notebook of these cells: kind, source and tags."""
    raw = [
        {"cell_type": kind, "metadata": {"tags": tags}, "source": source.splitlines(keepends=True)}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, source, tags in cells
    ]
    return json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def test_a_script_keeps_what_it_set_before_it_stopped(run: Any) -> None:
    """As the grader does."""
    status, text = run("hw.py", "print('hello')\nex1_kl_pq = 0.4\nex1_kl_qp = oh\nex1_r = [1, 2, 3, 4]\n")
    assert status == 0
    assert "hello" not in text
    assert "Your script stopped at line 3, `ex1_kl_qp = oh`: NameError: name 'oh' is not defined." in text
    assert "Not set because of it: ex1_kl_qp, ex1_r." in text


def test_the_next_cell_goes_on(run: Any) -> None:
    """A cell that raises, or cannot be read, stops nothing but itself."""
    content = '# %% tags=["1a"]\nex1_kl_pq = 1/0\n# %%\ndef broken(\n# %% tags=["1b"]\nex1_larger = "pq"\n'
    _, text = run("hw.py", content)
    assert "Cell 1 (part 1a) stopped at line 1, `ex1_kl_pq = 1/0`: ZeroDivisionError: division by zero." in text
    assert "Cell 2 stopped at line 1, `def broken(`: SyntaxError: '(' was never closed." in text
    assert "1b  incomplete (1 answer of the right form)" in text


def test_later_work_does_not_overwrite_an_exercise(run: Any) -> None:
    """Answers are looked at after the last cell with a tag of their exercise."""
    content = '# %% tags=["ex1"]\nex1_kl_pq = 0.4\n# %% tags=["ex2"]\nex1_kl_pq = True\nex2_kl_12 = "a"\n'
    _, text = run("hw.py", content)
    assert "1a  incomplete" in text
    assert "ex2_kl_12 is the string 'a'" in text


def test_a_notebook_has_magics_and_texts(run: Any) -> None:
    """IPython runs it; text cells are seen by their tag, by the name they begin with, or below the untouched one."""
    placeholder = "**ex1d_text** (2 points): Proof of non-negativity from the convexity of −ln."
    cells = [
        ("code", "%matplotlib inline\nimport matplotlib.pyplot as plt\nex1_larger = 'pq'\nawaited = 1", ["1b"]),
        ("code", "plt.plot([1, 2])\nplt.show()\n!true", []),
        ("markdown", placeholder, ["ex1", "ex1d_text"]),
        ("markdown", "By Jensen's inequality.", []),
        ("markdown", "**ex2a_text**\n\nBecause.", []),
        ("markdown", "Because.", ["ex3a_text"]),
    ]
    _, text = run("hw.ipynb", notebook(*cells))
    assert "stopped" not in text
    assert "ex1d_text: its own cell is as it was, so what stands below it will be taken for the answer." in text
    for part in ("1b", "2a", "3a"):
        assert f"{part}  incomplete (1 answer of the right form)" in text
    assert run("hw.ipynb", notebook(*cells[2:3]))[1].endswith("Nothing was attempted yet.\n")


def test_without_ipython_it_says_what_to_install(run: Any, tmp_path: Path) -> None:
    """Scripts go without."""
    hidden = tmp_path / "IPython"
    hidden.mkdir()
    (hidden / "__init__.py").write_text("raise ImportError('not here')")
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    status, text = run("hw.ipynb", notebook(("code", "a = 1", [])), PYTHONPATH=path)
    assert (status, "pip install ipython" in text) == (2, True)
    assert run("hw.py", "ex1_larger = 'pq'", PYTHONPATH=path)[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hw.ipynb", "{", "hw.ipynb is not a notebook: open it in Jupyter and save it again."),
        ("hw.txt", "", "hw.txt is neither a notebook (.ipynb) nor a script (.py)."),
        ("hw.py", "ex1_larger = 1", "There is no part 9z; parts are 1a to 8e."),
    ],
)
def test_what_cannot_be_checked_has_status_2(run: Any, name: str, content: str, words: str) -> None:
    """With one sentence on what to do."""
    assert run(name, content, *(["9z"] if name == "hw.py" else [])) == (2, f"{words}\n")


def test_a_console_without_unicode_shows_the_rest(run: Any) -> None:
    """Characters that it lacks are replaced."""
    status, text = run("hw.py", "ex1_larger = 'Ω'", PYTHONIOENCODING="ascii")
    assert (status, "ex1_larger is '?'" in text) == (0, True)


def test_without_a_file_one_line_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """Expected what, and how: on one line, with status 2."""
    assert main([]) == 2
    assert capsys.readouterr().out == "Expected a file, got none: python -m numgrade_student FILE [PART ...]\n"
