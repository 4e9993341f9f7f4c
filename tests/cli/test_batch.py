"""`grader batch --figures`: who draws, and what is said of who is not run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline, sandbox
from grader.batch import Setup
from grader.cli import main, running
from grader.cli.batch import choose_executor
from grader.cli.running import Ready
from grader.model import Limits


@pytest.fixture
def opened(sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tiny_grader: Any, tmp_path: Path) -> list[bool]:
    """Return whether figures were drawn in each sandbox that was opened."""
    drawn: list[bool] = []

    def open_sandbox(*_arguments: Any, render_figures: bool, **named: Any) -> Any:
        drawn.append(render_figures)
        return sandboxes.open(**named)

    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(running, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", open_sandbox)
    monkeypatch.setattr(sandbox, "open_sandbox", open_sandbox)
    return drawn


def batch(folder: Path, *more: str) -> Result:
    """Run the command over a folder of submissions."""
    return CliRunner().invoke(main, ["batch", str(folder), "--out", str(folder.parent / "out"), *more])


def test_figures_are_drawn_where_they_are_asked_for(opened: list[bool], folder_of: Any) -> None:
    """Who was run before without them is not run again, and that is said."""
    folder = folder_of(ada="a = 2", bob="a = 3")
    assert "were not run again" not in batch(folder, "--figures").stderr
    folder_of(bob="a = 4")
    result = batch(folder)
    assert result.exit_code == 0
    assert "were not run again" not in result.stderr
    assert set(opened) == {True, False}
    assert "2 students were not run again" in batch(folder, "--figures").stderr


def test_worker_processes_are_told(opened: list[bool], tiny_grader: Any, tmp_path: Path) -> None:
    """As they open sandboxes of their own."""
    for draws in (True, False):
        ready = Ready(tiny_grader, tmp_path, "full", Limits(), draws_figures=draws)
        with choose_executor("local", ready, tmp_path, 2) as (_, options):
            assert isinstance(options.processes, Setup)
            with options.processes.open_sandbox(tiny_grader):
                assert opened[-1] == draws


def test_other_machines_draw_nothing(tmp_path: Path) -> None:
    """It is refused before anything is read."""
    result = batch(tmp_path, "--figures", "--executor", "dask://host:1")
    assert result.exit_code == 2
    assert "expected --executor local" in result.stderr
