"""`grader validate`: what it prints, writes and exits with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from grader.cli.app import main

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> tuple[int, str]:
    """Run the command; return its status and what it printed."""
    result = CliRunner().invoke(main, ["validate", *arguments])
    return result.exit_code, result.output


def test_a_proved_exercise_exits_with_0(tmp_path: Path) -> None:
    """One exercise is validated by itself, with the mutants that others would catch, and its numbers are written."""
    out = tmp_path / "out.json"
    status, text = run("--course", str(ROOT), "--exercise", "6", "--json", str(out))
    assert status == 0, text
    assert "The course is valid" in text
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["mutants"]["alive"] == 0
    assert written["exercises"] == ["6"]


def test_a_broken_course_exits_with_2(change: Callable[[str, Callable[[Any], None]], Path]) -> None:
    """A course that does not load is reported in the same form, with no mutants, and exit status 2."""
    folder = change("exercises/ex1.yaml", lambda data: data["parts"][0].update(points=4))
    status, text = run("--course", str(folder), "--json", "-")
    assert status == 2
    written = json.loads(text)
    assert written["mutants"]["total"] == 0
    assert [problem["code"] for problem in written["problems"]] == ["course.invalid"]


def test_a_problem_is_one_line(change: Callable[[str, Callable[[Any], None]], Path]) -> None:
    """However long it is: an editor or a script that reads the output finds file, line and all words together."""
    statement = "Give `ex1_kl` and more. " + "word " * 40 + "$unclosed"
    folder = change("exercises/ex1.yaml", lambda data: data["parts"][0].update(points=4, statement=statement))
    status, text = run("--course", str(folder))
    count, *problems = text.splitlines()
    assert (status, count) == (2, f"✗ {len(problems)} problems")
    assert all(line.startswith("  exercises/ex1.yaml:") for line in problems)
    assert max(map(len, problems)) > 100


def test_an_unknown_exercise_is_a_wrong_usage() -> None:
    """An exercise that the course has not is refused before anything runs."""
    status, text = run("--course", str(ROOT), "--exercise", "9")
    assert status == 2
    assert "there is no exercise 9" in text
