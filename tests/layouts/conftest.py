"""A made class of forty as each LMS would give it, in a folder, a zip or a tar; its names are what names are."""

from __future__ import annotations

import io
import json
import re
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Person
from grader.layouts import Arrival, Reading, read_arrival
from grader.model import Limits
from grader.submission import Entry, read_submission

ODD = (
    ("Jane", "Doe"),
    ("José", "García Márquez"),
    (unicodedata.normalize("NFD", "Zoë"), unicodedata.normalize("NFD", "Grünwald")),
    ("Sinéad", "O'Brien"),
    ("D’Arcy", "N’Diaye"),
    ("Anne-Marie", "Smith-Jones"),
    ("Anne - Marie", "Weiß"),
    ("Under_Score", "Mac_Leod"),
    ("R2", "D2"),
    ("王", "小明"),
    ("Nguyễn Thị", "Ánh"),
    ("Late", "Late"),
    ("Jo", "attempt"),
    ("Madonna", ""),
)
NAMES = [*ODD, *((f"Given{number}", f"Family{chr(97 + number % 26)}{number}") for number in range(len(ODD), 40))]
NOON = datetime(2024, 1, 31, 12)
Files = dict[str, bytes]
LMS = ("canvas", "moodle", "blackboard", "brightspace", "gradescope")
KINDS = ("folder", "zip", "tar")


def notebook(text: str) -> bytes:
    """Return a notebook of one cell."""
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


@dataclass(frozen=True)
class Member:
    """One of the class. Every seventh is late, every fifth submitted twice, every fourth gives data along."""

    number: int
    first: str
    last: str

    @property
    def name(self) -> str:
        """The display name."""
        return f"{self.first} {self.last}".strip()

    @property
    def login(self) -> str:
        """The user name, which may have an underscore."""
        return f"u_{self.number:02}"

    @property
    def canvas_id(self) -> int:
        """The number that an LMS gives."""
        return 5000 + self.number

    @property
    def late(self) -> bool:
        """Whether it came after the due moment."""
        return self.number % 7 == 1

    @property
    def again(self) -> bool:
        """Whether there was an attempt before."""
        return self.number % 5 == 2

    @property
    def came(self) -> datetime:
        """When the last attempt came."""
        return NOON + timedelta(minutes=self.number, days=self.late)

    @property
    def files(self) -> Files:
        """What counts, by its own names."""
        data = {"data.csv": b"1,2\n"} if self.number % 4 == 0 else {}
        return {"hw1.ipynb": notebook(f"a = {self.number}"), **data}

    @property
    def old(self) -> Files:
        """What was submitted before."""
        return {"hw1.ipynb": notebook("a = 'old'")} if self.again else {}


CLASS = [Member(number, *names) for number, names in enumerate(NAMES)]


# ---------------------------------------------------------------- as each LMS lays it out


def lay_canvas(members: list[Member]) -> Files:
    """Return what Canvas gives, with `content_zipper.rb`'s own way with names; older files merged in."""
    laid: Files = {}
    for one in members:
        sortable = re.sub(r"_(\d+)_", r"\1", f"{one.last}, {one.first}" if one.last else one.first).lower()
        word = "".join(c for c in sortable if c == "_" or c.isalnum() or unicodedata.category(c).startswith("M"))
        head = f"{word}{'_LATE' if one.late else ''}_{one.canvas_id}"
        laid |= {f"{head}_{70000 + one.number}_{name}": content for name, content in one.old.items()}
        suffix = "-1" if one.again else ""
        for place, (name, content) in enumerate(one.files.items()):
            stem, _, extension = name.partition(".")
            again = suffix if name in one.old else ""
            laid[f"{head}_{80000 + 10 * one.number + place}_{stem}{again}.{extension}"] = content
    return laid


def lay_moodle(members: list[Member], tail: str = "_") -> Files:
    """Return what Moodle gives: names cleaned, no older attempts, a text of those who wrote one."""
    laid: Files = {}
    for one in members:
        clean = re.sub(r"[&<>\"`|':\\/]", "", one.name.replace("_", " "))
        for name, content in one.files.items():
            laid[f"{clean}_{9000 + one.number}_assignsubmission_file{tail}/{name}"] = content
        if one.number % 3 == 0:
            laid[f"{clean}_{9000 + one.number}_assignsubmission_onlinetext{tail}/onlinetext.html"] = b"<p>Hello"
    return laid


def lay_blackboard(members: list[Member], assignment: str = "HW_1 late") -> Files:
    """Return what Blackboard gives: every attempt, each with a receipt."""
    laid: Files = {}
    for one in members:
        before = one.came - timedelta(hours=3)
        for moment, files in ((before, one.old), (one.came, one.files)):
            head = f"{assignment}_{one.login}_attempt_{moment:%Y-%m-%d-%H-%M-%S}"
            laid |= {f"{head}_{name}": content for name, content in files.items()}
            if files:
                laid[f"{head}.txt"] = f"Name: {one.name} ({one.login})\nAssignment: {assignment}\n".encode()
    return laid


def lay_brightspace(members: list[Member]) -> Files:
    """Return what Brightspace gives: a folder for each attempt, and a page."""
    laid: Files = {"index.html": b"<html>"}
    for one in members:
        before = one.came - timedelta(hours=3)
        for moment, files in ((before, one.old), (one.came, one.files)):
            hour = int(f"{moment:%I}")
            folder = f"{one.canvas_id}-640693 - {one.name} - {moment:%b} {moment.day}, {moment:%Y} {hour}{moment:%M %p}"
            laid |= {f"{folder}/{name}": content for name, content in files.items()}
    return laid


def lay_gradescope(members: list[Member]) -> Files:
    """Return what Gradescope gives, with history and results to be passed over, within a folder of its own."""
    lines: list[str] = []
    laid: Files = {}
    for one in members:
        name, folder = one.name.replace("'", "''"), f"submission_{300 + one.number}"
        moment = f"{one.came:%Y-%m-%d %H:%M:%S}.123456000 Z"
        lines += [f"{folder}:", "  :submitters:", f"  - :name: '{name}'", f"    :sid: '{30310000 + one.number}'"]
        lines += [f"    :email: {one.login}@example.edu", f"  :created_at: &1 {moment}", "  :history:", "  - :id: 1"]
        lines += ["    :created_at: *1", "  :results:", "    tests: [{name: a, output: '{'}]"]
        laid |= {f"export/{folder}/{name}": content for name, content in one.files.items()}
    return {"export/submission_metadata.yml": "\n".join(lines).encode(), **laid}


LAY: dict[str, Callable[[list[Member]], Files]] = {
    "canvas": lay_canvas,
    "moodle": lay_moodle,
    "blackboard": lay_blackboard,
    "brightspace": lay_brightspace,
    "gradescope": lay_gradescope,
}
SYSTEM: Files = {"__MACOSX/._a.ipynb": b"x", ".DS_Store": b"x", "Thumbs.db": b"x", "desktop.ini": b"x"}


# ---------------------------------------------------------------- on disk


def pack_zip(files: Files) -> bytes:
    """Return a zip of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pack_tar(files: Files, mode: Any = "w:gz") -> bytes:
    """Return a tar of files by name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_700_000_000
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def put(folder: Path, files: Files) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def lay_down(home: Path, kind: str, files: Files) -> Path:
    """Return a folder, zip or tar with these files."""
    if kind == "folder":
        return put(home / "download", files)
    path = home / ("download.zip" if kind == "zip" else "download.tar.gz")
    path.write_bytes(pack_zip(files) if kind == "zip" else pack_tar(files))
    return path


def build_roster(members: list[Member]) -> list[Person]:
    """Return the roster of these students, whose names in the course are of another kind."""
    return [
        Person(
            student=f"s{one.number:02}",
            first_name=one.first,
            last_name=one.last,
            email=f"{one.login}@example.edu",
            canvas_id=str(one.canvas_id),
            login=one.login,
        )
        for one in members
    ]


def read_files(entry: Entry) -> Files:
    """Return what is graded of an entry, read as a batch reads it."""
    return dict(read_submission(entry.paths, Limits(), entry.student).tree)


@pytest.fixture
def arrive(tmp_path: Path) -> Iterator[Callable[..., Arrival]]:
    """Return a function that reads what lies at a path, by a layout or a roster."""
    numbers = iter(range(100))

    def read(path: Path, known: Any = (), limits: Limits | None = None, **how: Any) -> Arrival:
        return read_arrival(path, tmp_path / f"scratch{next(numbers)}", Reading(**how), limits or Limits(), known)

    yield read
    assert not any(path.is_symlink() for path in tmp_path.rglob("scratch*/**/*"))
