"""Documents that are too large or too odd to keep as files are made here; what they must not do is harm."""

from __future__ import annotations

import json
import os
import re
import socket
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused
from grader.model import Cell, Limits, SubmittedFile
from grader.sandbox.file_evidence import find_attempted, find_texts
from grader.sandbox.scratch import remove_tree
from grader.submission import list_entries, read_submission

_LIMITS = Limits()


def _notebook(cells: list[dict[str, object]]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _code(source: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}


def _refusal(path: Path, limits: Limits = _LIMITS) -> str:
    with pytest.raises(SubmissionRefused) as refusal:
        read_submission([path], limits)
    assert str(refusal.value).isprintable()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: _notebook([_code("x = 1")] * 100_000), "cells"),
        (lambda: _notebook([_code("x" * (50 << 20))]), "larger than"),
        (lambda: b"[" * (10 << 20), "nested too deeply"),
        (lambda: b'{"a":' * (1 << 20), "nested too deeply"),
        (lambda: b" " * (30 << 20), "larger than"),
        (lambda: b"", "empty"),
    ],
    ids=[
        "100,000 cells",
        "a cell of 50 MB",
        "ten million brackets",
        "a million objects",
        "30 MB of nothing",
        "nothing",
    ],
)
def test_a_large_document_is_refused(tmp_path: Path, content: Callable[[], bytes], reason: str) -> None:
    """Size, count and depth are bounded before anything is run, and the reason says which."""
    path = tmp_path / "ada.ipynb"
    path.write_bytes(content())
    assert reason in _refusal(path)


def test_a_zip_bomb_by_another_name_is_refused(tmp_path: Path) -> None:
    """Nothing is ever unpacked."""
    path = tmp_path / "ada.ipynb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.ipynb", bytes(200 << 20))
    _refusal(path)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize("make", [_link, os.mkfifo, _socket], ids=["link", "FIFO", "socket"])
def test_what_is_no_file_is_refused_and_never_opened(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link, FIFO or socket with the name of a notebook is named as such, alone, in a folder and in a batch."""
    student = tmp_path / "ada"
    student.mkdir()
    monkeypatch.chdir(student)  # a socket's path has little room
    make(type(student)("ada.ipynb"))
    assert re.search("link|pipe|socket", _refusal(student / "ada.ipynb"))
    assert re.search("link|pipe|socket", _refusal(student))
    [entry] = list_entries(student)
    assert entry.refusal


def test_a_device_is_refused(tmp_path: Path) -> None:
    """A device with the name of a script is not opened; opening can be an act."""
    if os.geteuid() != 0:
        pytest.skip("only root makes devices")
    try:
        os.mknod(tmp_path / "ada.py", 0o20600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container lets nobody make devices")
    assert "device" in _refusal(tmp_path / "ada.py")


def test_a_loop_of_folders_ends(tmp_path: Path) -> None:
    """A link to a folder above is refused and not walked."""
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "again").symlink_to(tmp_path / "ada")
    assert "link" in _refusal(tmp_path / "ada")


@pytest.mark.parametrize(
    "name",
    [
        "..ada.py",
        "-rf.py",
        "a\nb.py",
        "\x1b[2J.py",
        "::error::x.py",
        "\u202eyp.ada.py",
        "CON.py",
        "batch.json.py",
        " .py",
    ],
)
def test_a_weird_name_gets_a_plain_folder(tmp_path: Path, name: str) -> None:
    """No name of a student leads out of the folder of reports, or writes into a terminal."""
    (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    for entry in list_entries(tmp_path):
        assert re.fullmatch(r"[\w.%-]+", entry.folder)
        assert entry.folder not in {".", ".."}
        assert not entry.folder.startswith("batch.")


def test_texts_are_bounded() -> None:
    """Many text cells under many tags take neither the square of their size nor more than a bound."""
    tags = tuple(f"ex1d_t{number}" for number in range(64))
    cells = tuple(Cell(index, "markdown", "x" * 2000, tags=tags) for index in range(10_000))
    tracemalloc.start()
    texts = find_texts(SubmittedFile("ada.ipynb", "notebook", "", cells))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(len(text) <= 1 << 16 for text in texts.values())
    assert peak < 64 << 20
    many = tuple(Cell(index, "markdown", "x", tags=(f"ex1d_t{index}",)) for index in range(10_000))
    assert len(find_texts(SubmittedFile("ada.ipynb", "notebook", "", many))) == 256


def test_large_code_is_not_parsed_outside_the_box() -> None:
    """A syntax tree takes hundreds of bytes for each of source: past a size, names are looked for line by line."""
    source = "x = 1\n" + "0;" * (4 << 20)
    tracemalloc.start()
    names = find_attempted(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert names == {"x"}
    assert peak < 64 << 20


def test_a_deep_tree_of_folders_is_removed(tmp_path: Path) -> None:
    """A thousand folders within each other, with no permission and odd names, go away like any other."""
    top = tmp_path / "home"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.mkdir(b"\n\xff", 0o000, dir_fd=here)
    os.symlink(str(tmp_path), "link", dir_fd=here)
    os.close(here)
    remove_tree(top)
    assert list(tmp_path.iterdir()) == []
