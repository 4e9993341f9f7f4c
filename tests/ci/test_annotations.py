"""The line of a student's file that a remark points at."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.ci.annotations import locate_part
from grader.model import CheckResult, Limits, PartScore
from grader.submission import read_submission


def build_part(*answers: str, right: str = "") -> PartScore:
    """Return a part whose answers are wrong but for one."""
    zero, one = Fraction(0), Fraction(1)
    checks = [
        CheckResult(
            f"1a.{name}", "number", name, "fail", "value.wrong", "wrong", one if name == right else zero, one, ""
        )
        for name in answers
    ]
    return PartScore("1a", "A part", zero, one, zero, zero, "fail", tuple(checks))


@pytest.mark.parametrize(
    ("source", "answers", "line", "words"),
    [
        ("x = 1\nb = 2\na = 3\n", ("a",), 3, ""),
        ("a = 1\na = 2\n", ("zzz",), 1, ""),
        ("def a(p, q):\n    return 0\n", ("a",), 1, ""),
        ("if a == 3:\n    pass\na: float = 1\n", ("a",), 3, ""),
        ("# %%\nx = 1\n\n# %%\ny = 1\na = 2\n", ("a",), 6, "cell 2 of work.py"),
        ('# %% tags=["1a"]\nx = 1\n# %%\ny = 2\n', ("a",), 2, "cell 1 of work.py"),
        ('# %% tags=["ex1"]\nx = 1\n# %%\ny = 2\n', ("a",), 2, "cell 1 of work.py"),
    ],
)
def test_line_of_an_answer(tmp_path: Path, source: str, answers: tuple[str, ...], line: int, words: str) -> None:
    """Where it is bound, else its tagged cell, else the top."""
    (tmp_path / "work.py").write_text(source)
    location = locate_part(read_submission([tmp_path / "work.py"], Limits()), "1", build_part(*answers))
    assert (location.line, location.words) == (line, words)


def test_line_of_the_answer_that_lost_points(tmp_path: Path) -> None:
    """Of several answers of a part, the wrong one is pointed at."""
    (tmp_path / "work.py").write_text("a = 1\nb = 2\n")
    submission = read_submission([tmp_path / "work.py"], Limits())
    assert locate_part(submission, "1", build_part("a", "b", right="a")).line == 2


def test_notebook_on_one_line_has_no_lines(tmp_path: Path, notebook: Any) -> None:
    """Then the top of the file is pointed at, and the cell told in words."""
    compact = json.dumps(json.loads(notebook("x = 1", "y = 1\na = 2")))
    (tmp_path / "work.ipynb").write_text(compact)
    location = locate_part(read_submission([tmp_path / "work.ipynb"], Limits()), "1", build_part("a"))
    assert (location.line, location.words) == (1, "cell 2 of work.ipynb")
