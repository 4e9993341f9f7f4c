"""The tutorials lead where they say: their blocks are written and run in their order, and what they show comes out.

A block says in its first line what becomes of it: `file=F` is written to F, with `diff` the file is edited so,
`append=F` goes to F's end; `console` is run, with `status=N` where a command ends with that status, unless `not-run`.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main
from tests.conftest import ROOT, copy_course

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {  # by path: the commands that are run at least
    "assignments.md": {"batch", "judge", "similar", "mark", "override", "stats", "export"},
    "authoring.md": {"new", "validate", "grade", "starter", "batch", "judge"},
    "final-grade.md": {"batch", "mark", "feedback", "export", "stats"},
    "importing.md": {"import", "validate", "grade"},
    "class-page.md": {"new", "batch", "stats"},
    "similar.md": {"batch", "similar"},
    "tutorials/student.md": {"starter", "check", "grade"},
    "tutorials/instructor.md": {"grade", "batch", "judge", "export"},
}
NUMERICS = ROOT / "examples" / "numerics"
IN_A_CHECKOUT = {  # of which course, with which sample students; the other pages begin in an empty folder
    "assignments.md": (NUMERICS, "partial"),
    "final-grade.md": (ROOT, "partial"),
    "similar.md": (ROOT, "right"),
}
SUBMITTED = datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp()  # before anything is due
NOT_RUN = ("pip install numgrade", "grader doctor")  # what depends on the machine


@dataclass(frozen=True)
class Block:
    """A fenced block of the page."""

    line: int
    language: str
    options: dict[str, str]
    text: str


def read_blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    found = []
    for match in re.finditer(r"^```([^\n]+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        language, *words = match[1].split()
        options = dict(word.partition("=")[::2] for word in words)
        found.append(Block(page.count("\n", 0, match.start()) + 1, language, options, match[2]))
    return found


def edit(content: str, diff: str) -> str:
    """Return `content` with one place changed as a diff says; its lines stand in the file once, one after the other."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert content.count(old) == 1, f"{content.count(old)} places in the file read\n{old}"
    return content.replace(old, new)


def matches(shown: str, came: str) -> bool:
    """Return whether an output is what the page shows; `…` stands for anything, also within a line."""
    pattern = "".join(".*" if piece == "…" else re.escape(piece) for piece in re.split("(…)", shown.strip()))
    lines = "\n".join(line.rstrip() for line in came.strip().splitlines())
    return re.fullmatch(pattern, lines, re.DOTALL) is not None


@dataclass
class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    page: str
    folder: Path
    ran: list[str] = field(default_factory=list)

    def follow(self, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
        """Do what a block says."""
        place = block.options.get("file") or block.options.get("append")
        if place is not None:
            self.write(self.folder / place, block)
        elif block.language == "console" and "not-run" not in block.options:
            for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = step.partition("\n")
                self.run(command, shown, block, monkeypatch)

    def write(self, path: Path, block: Block) -> None:
        """Write, edit or lengthen a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = block.text
        if block.language == "diff":
            text = edit(path.read_text(encoding="utf-8"), text)
        elif "append" in block.options:
            # A formatter takes the empty lines off that a piece of Python begins with.
            text = path.read_text(encoding="utf-8") + ("\n\n" if block.language == "python" else "") + text
        path.write_text(text, encoding="utf-8")

    def run(self, command: str, shown: str, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
        """Run a command, and compare what it prints and how it ends."""
        program, *words = shlex.split(command)
        if program == "cd":
            self.folder /= words[0]
            monkeypatch.chdir(self.folder)
            return
        assert program == "grader", f"line {block.line}: {command}"
        result = CliRunner().invoke(main, words)
        self.ran.append(words[0])
        where = f"{self.page}:{block.line}: {command}"
        assert result.exit_code == int(block.options.get("status", 0)), f"{where}\n{result.output}"
        assert matches(shown, result.stdout), f"{where} prints\n{result.stdout}"


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_gets_where_the_page_leads(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file, edit and command of the page, in order."""
    folder = tmp_path
    if page in IN_A_CHECKOUT:
        course, kind = IN_A_CHECKOUT[page]
        folder = copy_course(tmp_path / "course", course)
        students = folder / "submissions" / kind
        shutil.copytree(course / "submissions" / kind, students)
        for path in students.rglob("*"):
            os.utime(path, (SUBMITTED, SUBMITTED))
    monkeypatch.chdir(folder)
    reader = Reader(page, folder)
    for block in read_blocks((DOCS / page).read_text(encoding="utf-8")):
        reader.follow(block, monkeypatch)
    assert PAGES[page] <= set(reader.ran)


def test_final_grades_are_what_grader_and_people_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page ends with nothing pending, and with the sums of what it shows."""
    test_a_reader_gets_where_the_page_leads("final-grade.md", tmp_path, monkeypatch)
    text = (tmp_path / "course" / "grades.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["pending"] for row in rows} == {"0"}
    assert {row["student"]: float(row["score"]) for row in rows} == {
        "gus": 23.875 + 1.5, "hana": 22, "ivo": 20.875 + 1.5, "lea": 9.5 + 2,
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_only_what_depends_on_the_machine_is_not_run(page: str) -> None:
    """Nobody leaves a block out because it does not work."""
    blocks = read_blocks((DOCS / page).read_text(encoding="utf-8"))
    skipped = [block.text for block in blocks if "not-run" in block.options]
    assert set(re.findall(r"^\$ (.*)$", "".join(skipped), re.MULTILINE)) <= set(NOT_RUN)
    assert all(block.language == "console" or {"file", "append"} & set(block.options) for block in blocks)


def test_an_output_that_differs_is_seen() -> None:
    """The comparison is one: other text, a missing line and a line too many all fail."""
    assert matches("a\n…\nd", "a\nb\nc\nd\n")
    assert matches("a … c", "a and b and c")
    assert not matches("a\nb", "a\nc")
    assert not matches("a\n…\nd", "a\nb\nc")
    assert not matches("a", "a\nb")


def test_an_edit_whose_place_is_not_there_is_seen() -> None:
    """A diff that fits nowhere, or in two places, is no edit."""
    assert edit("a\nb\n", " a\n-b\n+c\n") == "a\nc\n"
    for content in ("x\n", "a\na\n"):
        with pytest.raises(AssertionError, match="places in the file"):
            edit(content, "-a\n+b\n")
