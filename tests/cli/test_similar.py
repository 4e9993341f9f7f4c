"""`grader similar`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader import pipeline
from grader.cli import choice, main, running, similar
from grader.similar import digest
from tests.similar.conftest import write_long

Run = Callable[..., Any]


@pytest.fixture
def run(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, folder_of: Any, tmp_path: Path) -> Run:
    """Return a function that runs the command, where a batch has graded seven, three of whom have the same code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "load_course", lambda _folder: tiny_grader.course)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)
    own = write_long("alpha")
    copies = {name: own.replace("alpha", name) for name in ("ada", "bob", "cyd")}
    folder_of(**copies, dora=write_long("delta", 7), eli="a = 2", fay="a = 3", gus="a = 4")

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(main, list(arguments))

    graded = call("batch", "submissions", "--out", "out", "--db", "sqlite:///g.db", "--jobs", "1")
    assert graded.exit_code == 0, graded.output
    return lambda *arguments: call("similar", *arguments)


def test_prints_writes_and_says_that_it_is_a_hint(run: Run, tmp_path: Path) -> None:
    """The pairs, the page and the data in one call; exit 0, as nothing is decided."""
    done = run("out", "--out", "similar.html", "--json", "similar.json")
    assert done.exit_code == 0
    assert "7 students compared; 3 pairs alike." in done.stdout
    assert "no verdict" in done.stdout
    assert done.stdout.index("ada") < done.stdout.index("cyd")
    assert "the page is similar.html" in done.stderr
    assert "cyd.m0" in (tmp_path / "similar.html").read_text(encoding="utf-8")
    data = json.loads((tmp_path / "similar.json").read_text())
    assert (data["schema"], data["students"], data["alike"], data["unusable"]) == ("grader/similar/v1", 7, 3, [])
    first = data["pairs"][0]
    assert (first["first"], first["second"], first["code"]["parts"]) == ("ada", "bob", {})
    assert first["rank"] == first["code"]["rank"] > 0.5
    assert first["longest_run"]["first"].startswith("ada.py, lines 1–")


def test_most_says_how_many_there_are(run: Run) -> None:
    """And lists the first."""
    done = run("out", "--most", "1")
    assert "3 pairs alike, of which the first 1 are listed." in done.stdout
    assert len(json.loads(run("out", "--most", "1", "--json", "-").stdout)["pairs"]) == 1


def test_gradebook_gives_the_same(run: Run) -> None:
    """No folder is needed."""
    assert run("--db", "sqlite:///g.db", "--json", "-").stdout == run("out", "--json", "-").stdout


@pytest.mark.parametrize("given", [(), ("out", "--db", "sqlite:///g.db")])
def test_one_source_is_expected(run: Run, given: tuple[str, ...]) -> None:
    """Neither none nor two."""
    done = run(*given)
    assert done.exit_code == 2
    assert "expected either OUT" in done.stderr


def test_who_is_not_read_to_the_end_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error and in the data: an empty list would be taken for more than it is."""
    monkeypatch.setattr(digest, "MOST_WORDS", 400)
    done = run("out", "--json", "-")
    assert "warning: ada: longer than what is compared: read only to ada.py, line " in done.stderr
    assert "gus" not in done.stderr
    assert json.loads(done.stdout)["read_only_to"].keys() == {"ada", "bob", "cyd", "dora"}


def test_who_is_not_compared_is_told(run: Run, tmp_path: Path) -> None:
    """On standard error and in the data; the others are compared."""
    (tmp_path / "out" / "cyd" / "evidence.json").write_text("{")
    done = run("out", "--json", "-")
    assert done.exit_code == 0
    assert "warning: not compared: " in done.stderr
    data = json.loads(done.stdout)
    assert (data["alike"], len(data["unusable"])) == (1, 1)


def test_no_pair(run: Run, tmp_path: Path) -> None:
    """There is no table, and the page says so."""
    for name in ("ada", "bob"):
        (tmp_path / "out" / name / "evidence.json").unlink()
    done = run("out", "--out", "page.html")
    assert done.stdout.startswith("5 students compared; 0 pairs alike.")
    assert "no pair is more alike" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_device_is_refused_before_anything_is_read(run: Run) -> None:
    """A page goes into a file."""
    done = run("out", "--out", "/dev/null")
    assert done.exit_code == 2
    assert "compared" not in done.stdout


def test_many_parts_are_told_by_the_first() -> None:
    """A table has no room for thirty."""
    assert similar._name_parts(["1a", "1b"]) == "1a, 1b"
    assert similar._name_parts([f"{at}a" for at in range(9)]) == "0a, 1a, 2a, 3a, 4a, 5a and 3 more"
