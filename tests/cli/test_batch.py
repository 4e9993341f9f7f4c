"""`grader batch --figures`: who draws, and what is said of who is not run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline, sandbox
from grader.batch import Setup
from grader.cli import choice, main, running
from grader.cli.batch import choose_executor
from grader.cli.running import Ready
from grader.gradebook import Gradebook, Person
from grader.model import Limits
from tests.git.conftest import make_bare


@pytest.fixture
def opened(sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tiny_grader: Any, tmp_path: Path) -> list[bool]:
    """Return whether figures were drawn in each sandbox that was opened."""
    drawn: list[bool] = []

    def open_sandbox(*_arguments: Any, render_figures: bool, **named: Any) -> Any:
        drawn.append(render_figures)
        return sandboxes.open(**named)

    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
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


def test_what_was_understood_is_said_first(opened: list[bool], tmp_path: Path) -> None:
    """Before any student; what is odd is said with `--quiet` too."""
    del opened
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("doe_1_2_hw.py", "doe_1_3_hw-1.py", "notes.txt"):
        (folder / name).write_text("a = 2")
    lines = batch(folder, "--layout", "canvas").stderr.splitlines()
    assert lines[0].startswith("grader: class: a download of Canvas; 1 student, 1 with earlier attempts")
    assert lines[1] == "grader: warning: doe: of 2 attempts the newest is graded; passed over: doe_1_2_hw.py"
    assert lines[2].startswith("[1/2] ")
    quiet = batch(folder, "--layout", "canvas", "--quiet").stderr.splitlines()
    assert quiet == lines[1:2]
    assert "not read as a download of Canvas: notes.txt does not fit" in batch(folder).stderr


def test_a_download_says_who_students_are_over_there(opened: list[bool], tmp_path: Path) -> None:
    """By the number in the name; what a roster said stays."""
    del opened
    folder, url = tmp_path / "class", f"sqlite:///{tmp_path / 'grades.db'}"
    folder.mkdir()
    for name in ("doe_17_2_hw.py", "roe_18_3_hw.py"):
        (folder / name).write_text("a = 2")
    with Gradebook.open(url) as book:
        book.upsert_students([Person("roe", canvas_id="99")])
    assert batch(folder, "--layout", "canvas", "--db", url).exit_code == 0
    with Gradebook.open(url) as book:
        assert {row.person.student: row.person.canvas_id for row in book.current_scores()} == {"doe": "17", "roe": "99"}


def test_what_cannot_be_read_is_wrong_usage(opened: list[bool], tmp_path: Path) -> None:
    """Two layouts, no archive, no roster, a layout that nothing fits: status 2, and no student is run."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "hw_3_14_jo_attempt_2024-01-31-12-00-00_hw.py").write_text("a = 2")
    (tmp_path / "class.zip").write_text("no zip")
    (tmp_path / "roster.csv").write_text("name\nJo\n")
    for source, words, reason in (
        (folder, (), "--layout canvas or --layout blackboard or --layout plain"),
        (folder, ("--layout", "moodle"), "nothing fits that layout"),
        (folder, ("--layout", "sakai"), "'sakai' is not one of"),
        (folder, ("--roster", str(tmp_path / "roster.csv")), "expected the column student"),
        (tmp_path / "class.zip", (), "class.zip is no zip and no tar"),
    ):
        result = batch(source, *words)
        assert result.exit_code == 2
        assert reason in " ".join(result.stderr.split())
    assert opened == []


def test_an_archive_beside_the_course_is_not_the_students(opened: list[bool], tmp_path: Path, monkeypatch: Any) -> None:
    """The folder of a student's file may be the student's; that of an archive is whose the archive is."""
    del opened
    graded: list[tuple[Path, ...]] = []
    monkeypatch.setattr(choice, "choose_course", lambda _given, paths=(): graded.append(tuple(paths)) or tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class.zip").write_text("no zip")
    (tmp_path / "ada.py").write_text("a = 2")
    for name in ("class", "class.zip", "ada.py"):
        batch(tmp_path / name)
    assert graded == [(tmp_path / "class",), (), (tmp_path / "ada.py",)]


def test_commit_that_counts_is_named(opened: list[bool], tmp_path: Path) -> None:
    """It makes repositories of the class, and is written down; no other layout has commits."""
    del opened
    ada = make_bare(tmp_path / "class" / "ada.git")
    commit = ada.submit({"hw.py": b"a = 2"}, "refs/tags/due")
    folder = tmp_path / "class"
    assert batch(folder, "--ref", "nothing", "--ref", "due").exit_code == 0
    (row,) = json.loads((tmp_path / "out" / "batch.json").read_text())
    assert (row["student"], row["status"], row["commit"]) == ("ada", "graded", commit)
    assert batch(folder).exit_code == 0  # HEAD, where nothing is
    (row,) = json.loads((tmp_path / "out" / "batch.json").read_text())
    assert (row["status"], "commit" in row) == ("refused", False)
    for words, reason in (
        (("--layout", "canvas", "--ref", "due"), "expected --layout git"),
        (("--layout", "plain", "--ref", "due"), "expected --layout git"),
        (("--ref", "-x"), "expected the name of a tag"),
    ):
        result = batch(folder, *words)
        assert result.exit_code == 2
        assert reason in result.stderr
