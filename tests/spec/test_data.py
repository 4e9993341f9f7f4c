"""The course's data is read whole, within bounds, and nothing is followed out of the course."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.spec import data
from grader.spec.data import name_with_data, read_course_data


def test_data_is_read_by_path_in_name_order(tmp_path: Path) -> None:
    """Files in folders count; dot-files do not, and a course need not have any."""
    assert read_course_data(tmp_path) == {}
    for name in ("z.csv", "a/b.bin", "a/.DS_Store", ".git/x"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes(name.encode())
    assert list(read_course_data(tmp_path).items()) == [("data/a/b.bin", b"a/b.bin"), ("data/z.csv", b"z.csv")]


@pytest.mark.parametrize("kind", ["link", "link to folder", "dangling", "fifo", "bytes", "file", "linked"])
def test_what_is_no_plain_file_is_an_error_that_names_it(tmp_path: Path, kind: str) -> None:
    """Links and pipes in the data, and data that is a link or a file itself, are refused before anything is read."""
    folder = tmp_path / "data"
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "secret").write_text("x")
    named = "data/x"
    match kind:
        case "file":
            folder.write_text("x")
            named = "data:"
        case "linked":
            folder.symlink_to(tmp_path / "else")
            named = "data:"
        case _:
            folder.mkdir()
    match kind:
        case "link":
            (folder / "x").symlink_to(tmp_path / "else" / "secret")
        case "link to folder":
            (folder / "x").symlink_to(tmp_path / "else")
        case "dangling":
            (folder / "x").symlink_to("nowhere")
        case "fifo":
            os.mkfifo(folder / "x")
        case "bytes":
            Path(os.fsdecode(os.fsencode(folder) + b"/x\xff")).write_text("x")
    with pytest.raises(CourseError, match=named):
        read_course_data(tmp_path)


def test_data_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes and folders without end are refused."""
    deep = tmp_path / "data" / "/".join("abcdefghi")
    deep.mkdir(parents=True)
    with pytest.raises(CourseError, match="nested deeper than 8"):
        read_course_data(tmp_path)
    deep.rmdir()
    (deep.parent / "x").write_bytes(b"12345")
    monkeypatch.setattr(data, "MAX_BYTES", 4)
    with pytest.raises(CourseError, match="more than 4 bytes"):
        read_course_data(tmp_path)
    monkeypatch.setattr(data, "MAX_BYTES", 5)
    assert len(read_course_data(tmp_path)) == 1
    monkeypatch.setattr(data, "MAX_FILES", 8)
    with pytest.raises(CourseError, match="more than 8 files"):
        read_course_data(tmp_path)


def test_data_that_cannot_be_read_is_an_error_of_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is passed on."""
    (tmp_path / "data").mkdir()

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.listdir", refuse)
    with pytest.raises(CourseError, match=r"data:1: .*Permission denied"):
        read_course_data(tmp_path)


def test_data_has_a_name_of_its_own() -> None:
    """A byte, a path and what it is data for each change the name; the order of reading does not."""
    one = {"data/a": b"1", "data/b": b"2"}
    assert name_with_data("x", one) == name_with_data("x", dict(reversed(one.items())))
    assert len({name_with_data(*args) for args in (("x", one), ("y", one), ("x", {"data/a": b"1"}), ("x", {}))}) == 4
