"""Writing reports: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.report import write
from grader.report.write import write_atomically, write_together


def test_place_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    """A file where a folder is due is the caller's mistake, said in words, and leaves nothing behind."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(tmp_path / "file" / "report.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_link_in_the_place_of_a_report_is_replaced_not_followed(tmp_path: Path) -> None:
    """What a link points to is never written to."""
    secret = tmp_path / "secret"
    secret.write_text("kept")
    (tmp_path / "report.json").symlink_to(secret)
    write_atomically(tmp_path / "report.json", "{}")
    assert secret.read_text() == "kept"
    assert (tmp_path / "report.json").read_text() == "{}"


def _make_pipe(place: Path) -> None:
    os.mkfifo(place)


def _make_folder(place: Path) -> None:
    place.mkdir()


def _make_link_to_pipe(place: Path) -> None:
    os.mkfifo(place.with_name("pipe"))
    place.symlink_to("pipe")


@pytest.mark.parametrize("make", [_make_pipe, _make_folder, _make_link_to_pipe])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Nor is anything that would be written together with it."""
    place = tmp_path / "report.json"
    make(place)
    before = place.lstat()
    (tmp_path / "report.txt").write_text("old")
    with pytest.raises(UsageError, match=r"report\.json is a .*: expected a file"):
        write_together({tmp_path / "report.txt": "new", place: "{}"})
    assert (place.lstat().st_ino, place.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (tmp_path / "report.txt").read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_nothing_is_written_among_the_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/dev/stdout` is a link to a file where output goes to one."""
    monkeypatch.setattr(write, "_DEVICES", tmp_path)
    (tmp_path / "output").write_text("kept")
    (tmp_path / "stdout").symlink_to("output")
    with pytest.raises(UsageError, match="stdout is a device: expected a file"):
        write_atomically(tmp_path / "stdout", "{}")
    assert (tmp_path / "stdout").is_symlink()


def test_link_to_a_folder_or_to_nothing_is_replaced(tmp_path: Path) -> None:
    """As one to a file is."""
    (tmp_path / "folder").mkdir()
    for target in ("folder", "nowhere"):
        (tmp_path / target).with_suffix(".json").symlink_to(target)
        write_atomically(tmp_path / f"{target}.json", "{}")
        assert (tmp_path / f"{target}.json").read_text() == "{}"
