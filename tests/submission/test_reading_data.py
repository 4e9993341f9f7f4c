"""What is submitted beside notebooks and scripts is data: read, bounded, and part of the submission's name."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused
from grader.model import Limits
from grader.submission import list_entries, opening, read_submission

LIMITS = Limits(file_bytes=10_000, disk_bytes=32 << 10, disk_files=20)


def write(folder: Path, **files: bytes) -> Path:
    """Write files by name, `__` standing for a dot and `_s_` for a slash, and return the folder."""
    for name, content in files.items():
        path = folder / name.replace("_s_", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def refusal(folder: Path, limits: Limits = LIMITS) -> str:
    """Return why a folder is refused."""
    with pytest.raises(SubmissionRefused) as caught:
        read_submission([folder], limits)
    return str(caught.value)


def test_everything_in_a_folder_is_part_of_the_submission(tmp_path: Path) -> None:
    """Whatever its name ends in, a file that is neither notebook nor script is data."""
    folder = write(tmp_path / "ada", hw__py=b"a = 1", p__csv=b"1,2", d_s_LICENSE=b"x", d_s_h__PY=b"b = 2")
    submission = read_submission([folder], LIMITS)
    assert [file.name for file in submission.files] == ["d/h.PY", "hw.py"]
    assert submission.tree == {"hw.py": b"a = 1", "p.csv": b"1,2", "d/LICENSE": b"x", "d/h.PY": b"b = 2"}


def test_data_is_part_of_the_name_and_no_data_changes_nothing(tmp_path: Path) -> None:
    """Without data the name is made as ever; a data file's name and each byte of it count."""
    folder = write(tmp_path / "ada", hw__py=b"a = 1")
    pairs = [("hw.py", hashlib.sha256(b"a = 1").hexdigest())]
    names = {read_submission([folder], LIMITS).sha256}
    assert names == {hashlib.sha256(json.dumps(pairs).encode()).hexdigest()}
    for name, content in (("p.csv", b"1"), ("p.csv", b"2"), ("q.csv", b"2")):
        (folder / name).write_bytes(content)
        names.add(read_submission([folder], LIMITS).sha256)
    assert len(names) == 4
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", "~$hw.docx", "regrade.yaml", "regrade-2.yml"):
        (folder / name).write_bytes(b"x")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "hw.py").write_bytes(b"b = 2")
    again = read_submission([folder], LIMITS)
    assert again.sha256 in names
    assert sorted(again.tree) == ["hw.py", "p.csv", "q.csv"]


def test_a_tree_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file too large, all of them too large together, and too many of them refuse a folder."""
    folder = write(tmp_path / "eve", hw__py=b"a = 1", x=bytes(10_001))
    assert refusal(folder) == "x is larger than 10000 bytes"
    write(folder, x=bytes(10_000), y=bytes(10_000))
    assert refusal(folder, Limits(disk_bytes=16 << 10)).endswith("the files take up more than 16384 bytes")
    assert len(read_submission([folder], LIMITS).tree) == 3
    for index in range(100):
        write(folder, **{f"d{index}_s_x": b""})
    assert refusal(folder) == "there are more than 20 files and folders"
    monkeypatch.setattr(opening, "_MAX_ENTRIES", 50)
    assert refusal(folder) == "the folder holds more than 50 entries"


def test_a_tree_of_a_hundred_thousand_files_is_left_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a folder is opened that holds more entries than are looked at."""
    folder = write(tmp_path / "eve", hw__py=b"a = 1")
    for index in range(opening._MAX_ENTRIES):
        os.mknod(folder / f"{index}.csv")
    monkeypatch.setattr(opening, "_content", lambda *_: pytest.fail("a file was read"))
    assert "more than 10000 entries" in refusal(folder)


def test_a_sparse_terabyte_of_data_is_refused_by_its_size(tmp_path: Path) -> None:
    """A file that claims a terabyte is refused before a byte of it is read."""
    folder = write(tmp_path / "eve", hw__py=b"a = 1")
    with (folder / "big").open("wb") as file:
        file.truncate(1 << 40)
    assert refusal(folder) == "big is larger than 10000 bytes"


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was counted is what is kept."""
    folder = write(tmp_path / "eve", hw__py=b"a = 1")
    honest = opening.Quota.take_file

    def grow(quota: opening.Quota, name: str, size: int) -> None:
        honest(quota, name, size)
        write(folder, hw__py=b"a = 1 # and more")

    monkeypatch.setattr(opening.Quota, "take_file", grow)
    assert refusal(folder) == "hw.py grew while it was read"


def test_data_beside_a_file_comes_along_where_it_is_asked_for(tmp_path: Path) -> None:
    """Not the scripts and folders beside it, which may be anybody's, nor what this program wrote there."""
    folder = write(tmp_path / "d", hw__py=b"a = 1", p__csv=b"1", bo__py=b"", bo__ipynb=b"", sub_s_q=b"", __x=b"")
    write(folder, report__json=b'{\n "schema": "grader/report/v1"}')
    alone = read_submission([folder / "hw.py"], LIMITS)
    assert list(alone.tree) == ["hw.py"]
    both = read_submission([folder / "hw.py"], LIMITS, beside=True)
    assert (sorted(both.tree), both.remarks) == (["hw.py", "p.csv"], ())
    assert alone.sha256 != both.sha256


def test_data_beside_a_file_never_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too large, too much or no file is left out, and said."""
    folder = write(tmp_path / "d", hw__py=b"a = 1", big=bytes(10_001), full=bytes(9_000), more=bytes(9_000), p=b"1")
    write(folder, qq=bytes(9_000))
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    submission = read_submission([folder / "hw.py"], LIMITS, beside=True)
    assert sorted(submission.tree) == ["full", "hw.py", "more", "p"]
    assert [remark.removeprefix("left out of what lies beside hw.py: ") for remark in submission.remarks] == [
        "big is larger than 10000 bytes",
        "link is a symbolic link; submit the file itself",
        "pipe is a named pipe, not a file",
        "qq is too much: the files take up more than 32768 bytes",
    ]
    monkeypatch.setattr(opening, "_MAX_ENTRIES", 4)
    submission = read_submission([folder / "hw.py"], LIMITS, beside=True)
    assert list(submission.tree) == ["hw.py"]
    assert "more than 4 entries" in submission.remarks[0]
    for index in range(9):
        (folder / f"link{index}").symlink_to("/etc/passwd")
    monkeypatch.undo()
    assert read_submission([folder / "hw.py"], LIMITS, beside=True).remarks[-1].endswith(": 8 more")


def test_a_folder_that_cannot_be_listed_gives_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder may be passed through without being listed."""
    folder = write(tmp_path / "d", hw__py=b"a = 1", p=b"1")
    honest = os.open

    def refuse(path: object, flags: int, *args: object, **options: object) -> int:
        if flags & os.O_DIRECTORY:
            raise PermissionError(13, "Permission denied")
        return honest(path, flags, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("os.open", refuse)
    assert list(read_submission([folder / "hw.py"], LIMITS, beside=True).tree) == ["hw.py"]


def test_two_files_bring_their_data_and_no_file_hides_another(tmp_path: Path) -> None:
    """The data of one name beside two files is there once where it is the same, else the first one's."""
    one = write(tmp_path / "1", a__py=b"a = 1", p=b"1", q=b"1", x=b"1")
    two = write(tmp_path / "2", b__py=b"b = 1", p=b"1", q=b"2")
    write(tmp_path / "x", c__py=b"c = 1")
    submission = read_submission([one / "a.py", two / "b.py", tmp_path / "x"], LIMITS, beside=True)
    assert submission.tree["q"] == b"1"
    assert submission.remarks == (
        "left out of what lies beside a.py: x has the name of another file",
        "left out of what lies beside b.py: q has the name of another file",
    )


def test_a_name_of_a_file_and_of_a_folder_is_refused(tmp_path: Path) -> None:
    """Two paths may give a tree that no disk can hold."""
    write(tmp_path / "1", hw__py=b"a = 1")
    write(tmp_path / "2" / "hw.py", x__py=b"a = 1")
    with pytest.raises(SubmissionRefused, match=r"hw\.py is the name of a file and of a folder"):
        read_submission([tmp_path / "1" / "hw.py", tmp_path / "2" / "hw.py"], LIMITS)


def test_what_file_managers_leave_in_a_class_is_nobody(tmp_path: Path) -> None:
    """No entry of a batch comes of it."""
    for name in ("Thumbs.db", "Icon\r", "desktop.ini", "~$ada.docx", "regrade.yaml", "ada.py"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "__MACOSX").mkdir()
    assert [entry.student for entry in list_entries(tmp_path)] == ["ada"]


def test_a_name_that_no_disk_could_hold_is_refused(tmp_path: Path) -> None:
    """Bytes that are no text are spelled out, which may make a name too long; beside a file it is left out."""
    folder = write(tmp_path / "eve", hw__py=b"a = 1")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + b"\xff" * 50)).write_bytes(b"x")
    assert refusal(folder).endswith("has a name that is too long")
    remarks = read_submission([folder / "hw.py"], LIMITS, beside=True).remarks
    assert remarks[0].endswith("has a name that is too long")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + b"\xff" * 50)).rename(os.fsdecode(os.fsencode(folder) + b"/\xff"))
    assert sorted(read_submission([folder], LIMITS).tree) == ["\\udcff", "hw.py"]


def test_two_files_of_one_folder_take_its_data_once(tmp_path: Path) -> None:
    """There is room for it once, and nothing is left out."""
    folder = write(tmp_path / "d", a__py=b"a = 1", b__py=b"b = 1", p=bytes(9_000), q=bytes(9_000))
    submission = read_submission([folder / "a.py", folder / "b.py"], LIMITS, beside=True)
    assert (sorted(submission.tree), submission.remarks) == (["a.py", "b.py", "p", "q"], ())
