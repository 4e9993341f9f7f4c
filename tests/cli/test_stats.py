"""`grader stats`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import choice, main
from grader.gradebook import Gradebook
from grader.pipeline import Grader
from tests.feedback.conftest import build_work, exercise_5
from tests.gradebook.conftest import NOON
from tests.stats.conftest import Class, draw_class

__all__ = ["build_work", "draw_class", "exercise_5"]


@pytest.fixture
def run(exercise_5: Grader, draw_class: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs the command on a class of thirty."""
    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)
    monkeypatch.setattr(choice, "load_course", lambda _: exercise_5.course)
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as book:
        for report in draw_class(30, 1, 0.0):
            book.record(report, NOON, report.student)

    def call(*arguments: str, db: str = "g.db") -> Any:
        return CliRunner().invoke(main, ["stats", "--db", f"sqlite:///{tmp_path / db}", *arguments])

    return call


def test_prints_and_writes(run: Callable[..., Any], tmp_path: Path) -> None:
    """The tables, the page and the numbers in one call."""
    page, data = tmp_path / "class.html", tmp_path / "class.json"
    done = run("--out", str(page), "--json", str(data))
    assert done.exit_code == 0
    assert done.stdout.startswith("Class of 30 · 30 graded")
    assert "student1" in page.read_text(encoding="utf-8")
    assert json.loads(data.read_text())["audience"] == "staff"
    assert f"the page is {page}" in done.stderr


def test_shareable_names_nobody(run: Callable[..., Any], tmp_path: Path) -> None:
    """Neither on the page nor on the terminal."""
    page = tmp_path / "class.html"
    done = run("--shareable", "--out", str(page))
    assert done.exit_code == 0
    assert done.stdout.startswith("30–34 students")
    assert "student1" not in page.read_text(encoding="utf-8") + done.stdout
    assert json.loads(run("--shareable", "--json", "-").stdout)["audience"] == "everybody"


def test_json_alone(run: Callable[..., Any]) -> None:
    """A dash prints only that."""
    assert json.loads(run("--json", "-").stdout)["size"] == 30


def test_nothing_is_made_where_no_gradebook_is(run: Callable[..., Any], tmp_path: Path) -> None:
    """A misspelt name is an error, and leaves no empty gradebook behind."""
    done = run(db="other.db")
    assert done.exit_code == 2
    assert not (tmp_path / "other.db").exists()


def test_device_is_refused_before_anything_is_read(run: Callable[..., Any]) -> None:
    """A page goes into a file."""
    done = run("--out", "/dev/null")
    assert done.exit_code == 2
    assert "Class of" not in done.stdout
