"""The page on downloads shows what the command says of each, and names every bound."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader import pipeline
from grader.cli import choice, main, running
from grader.layouts import LAYOUTS, git
from grader.layouts.archive import RATIO
from grader.layouts.arrival import MEMBERS, METADATA_BYTES, TOTAL_BYTES
from tests.conftest import ROOT
from tests.git.conftest import make_bare
from tests.layouts.conftest import notebook, pack_zip, put

PAGE = (ROOT / "docs" / "downloads.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
SECTIONS = {text.partition("\n")[0].lower(): dict(_BLOCK.findall(text)) for text in PAGE.split("\n## ")[1:]}


@pytest.fixture
def say(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that runs a command of the page and returns what is said before anybody is graded."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").write_text(SECTIONS["who is who"]["text"], encoding="utf-8")

    def run(command: str) -> list[str]:
        program, *words = shlex.split(command)
        assert program == "grader"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
        return [line for line in result.stderr.splitlines() if line.startswith("grader: ")]

    return run


def write_files(section: dict[str, str]) -> dict[str, bytes]:
    """Return the files that a section lists, with what a test may put into them."""
    contents = {
        ".ipynb": notebook("a = 2"),
        ".zip": pack_zip({"hw1.ipynb": notebook("a = 2")}),
        ".yml": section.get("yaml", "").encode(),
        ".txt": b"Name: Jane Doe (jdoe)\n",
    }
    return {name: contents.get(Path(name).suffix, b"") for name in section["text"].splitlines()}


@pytest.mark.parametrize("lms", [name for name in LAYOUTS if name != git.NAME])
def test_page_shows_what_the_command_says(lms: str, say: Any, tmp_path: Path) -> None:
    """Of the download that it lists."""
    section = SECTIONS[lms]
    command, *expected = section["console"].splitlines()
    source = tmp_path / shlex.split(command)[3]
    source.write_bytes(pack_zip(write_files(section)))
    assert say(command.removeprefix("$ ")) == expected


def test_page_on_batches_shows_what_the_command_says_of_repositories(say: Any, tmp_path: Path) -> None:
    """They are no LMS's, and stand on that page."""
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    command, *expected = dict(_BLOCK.findall(page.partition("## Repositories")[2]))["console"].splitlines()
    for name in ("ada", "bob", "cy"):
        make_bare(tmp_path / "repositories" / f"{name}.git").submit({"hw.py": b"a = 2"}, "refs/tags/deadline-hw1")
    assert say(command.removeprefix("$ ")) == expected


def test_page_shows_one_student_again(say: Any, tmp_path: Path) -> None:
    """After the class."""
    section = SECTIONS["canvas"]
    (tmp_path / "submissions.zip").write_bytes(pack_zip(write_files(section)))
    say(section["console"].splitlines()[0].removeprefix("$ "))
    command, *expected = SECTIONS["one student again"]["console"].splitlines()
    put(tmp_path, {shlex.split(command)[3]: notebook("a = 3")})
    assert say(command.removeprefix("$ ")) == expected


def test_page_names_every_bound() -> None:
    """As they are."""
    assert f"{MEMBERS:,} members, {TOTAL_BYTES >> 30} GiB, or {RATIO} times its size" in " ".join(PAGE.split())
    assert f"larger than {METADATA_BYTES >> 20} MiB" in PAGE
    for word in ("submitted_at", "late", "attempt", "earlier"):
        assert f"`{word}`" in PAGE
