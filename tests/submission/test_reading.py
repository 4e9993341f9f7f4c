"""Files and folders are opened without following or waiting for anything, and within their limits."""

import hashlib
import json
import os
import socket
import threading
from pathlib import Path
from typing import NoReturn

import pytest

from grader.errors import SubmissionRefused
from grader.model import Limits, Submission
from grader.submission import read_submission

LIMITS = Limits()


def notebook(*cells: object, version: object = 4, minor: int = 5, **extra: object) -> bytes:
    """Return the bytes of a notebook with these cells."""
    holder = {"cells": list(cells)} if version != 3 else {"worksheets": [{"cells": list(cells), "metadata": {}}]}
    return json.dumps({"metadata": {}, "nbformat": version, "nbformat_minor": minor, **holder, **extra}).encode()


def code(source: object, *tags: str, **extra: object) -> dict[str, object]:
    """Return a code cell of format 4."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": [], **extra}


def read(tmp_path: Path, name: str, content: bytes, limits: Limits = LIMITS) -> Submission:
    """Submit one file of this content and return the submission."""
    path = tmp_path / name
    path.write_bytes(content)
    return read_submission([path], limits)


def refusal(tmp_path: Path, name: str, content: bytes, limits: Limits = LIMITS) -> str:
    """Return why one file of this content is refused."""
    with pytest.raises(SubmissionRefused) as caught:
        read(tmp_path, name, content, limits)
    return str(caught.value)


def test_more_cells_than_allowed_are_refused(tmp_path: Path) -> None:
    """The limit on cells holds for a notebook, for a script and for all files together."""
    limits = Limits(cells=2)
    assert "3 cells (at most 2)" in refusal(tmp_path, "a.ipynb", notebook(*[code("x")] * 3), limits)
    assert "3 cells (at most 2)" in refusal(tmp_path, "a.py", b"# %%\nx\n" * 3, limits)
    read(tmp_path, "b.ipynb", notebook(*[code("x")] * 2), limits)
    with pytest.raises(SubmissionRefused, match="3 cells together"):
        read_submission([tmp_path / "b.ipynb", _written(tmp_path / "c.py", b"x = 1")], limits)


def test_a_file_over_the_size_limit_is_not_parsed(tmp_path: Path) -> None:
    """One byte over the limit refuses a file; at the limit it is read."""
    content = notebook(code("x = 1"))
    message = refusal(tmp_path, "big.ipynb", content, Limits(file_bytes=len(content) - 1))
    assert f"larger than {len(content) - 1} bytes" in message
    assert read(tmp_path, "big.ipynb", content, Limits(file_bytes=len(content))).files


def test_a_sparse_terabyte_is_refused_by_its_size(tmp_path: Path) -> None:
    """A file that claims a terabyte is refused before a byte of it is read."""
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SubmissionRefused, match="larger than"):
        read_submission([tmp_path / "huge.py"], LIMITS)


@pytest.mark.parametrize("kind", ["symlink", "dangling", "fifo", "socket", "device", "link to folder"])
def test_what_is_no_regular_file_is_refused_unread(tmp_path: Path, kind: str) -> None:
    """Links, pipes, sockets and devices are refused at once; nothing waits and nothing is followed."""
    path = tmp_path / "ada.py"
    secret = _written(tmp_path / "secret.py", b"x = 1")
    server = socket.socket(socket.AF_UNIX)
    match kind:
        case "symlink":
            path.symlink_to(secret)
        case "dangling":
            path.symlink_to(tmp_path / "nowhere")
        case "fifo":
            _fifo(path)
        case "socket":
            server.bind(str(path))
        case "device":
            path = Path("/dev/zero")
        case _:
            path.symlink_to(tmp_path)
    with server, pytest.raises(SubmissionRefused, match=r"link|pipe|socket|device"):
        read_submission([path], LIMITS)


@pytest.mark.parametrize("kind", ["loop", "fifo", "link"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path, kind: str) -> None:
    """A loop, a pipe or a link below a student's folder refuses it, whatever its name."""
    folder = tmp_path / "eve"
    (folder / "sub").mkdir(parents=True)
    _written(folder / "good.py", b"x = 1")
    if kind == "fifo":
        _fifo(folder / "sub" / "data.txt")
    else:
        (folder / "sub" / "again").symlink_to(folder if kind == "loop" else "/etc/passwd")
    with pytest.raises(SubmissionRefused, match=r"sub/\S+ is a (symbolic link|named pipe)"):
        read_submission([folder], LIMITS)


def test_a_link_put_in_the_place_of_a_checked_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchanging a file for a link between the look and the opening still meets a refusal."""
    from grader.submission import opening

    folder = tmp_path / "eve"
    folder.mkdir()
    _written(folder / "a.py", b"x = 1")
    honest = opening._check_kind

    def exchanged(name: str, mode: int) -> None:
        honest(name, mode)
        if name == "a.py" and not (folder / "a.py").is_symlink():
            (folder / "a.py").unlink()
            (folder / "a.py").symlink_to("/etc/passwd")

    monkeypatch.setattr(opening, "_check_kind", exchanged)
    with pytest.raises(SubmissionRefused, match="symbolic link"):
        read_submission([folder], LIMITS)


def test_a_folder_is_read_in_depth_and_in_name_order(tmp_path: Path) -> None:
    """Notebooks and scripts count at any of four depths; everything else there is passed over."""
    folder = tmp_path / "bo"
    for name in ["z.py", "a.PY", "one/two/three/four/deep.ipynb", ".hidden.py", "__pycache__/c.py", "data.csv"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _written(folder / name, notebook(code("x")) if name.endswith("ipynb") else b"x = 1")
    (folder / ".ipynb_checkpoints").mkdir()
    _written(folder / ".ipynb_checkpoints" / "a.py", b"x = 1")
    submission = read_submission([folder], LIMITS)
    assert [file.name for file in submission.files] == ["a.PY", "one/two/three/four/deep.ipynb", "z.py"]
    assert submission.student == "bo"


def test_a_folder_may_not_be_bottomless_or_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too deep, too many files, too many entries and no file at all are refused."""
    from grader.submission import opening

    folder = tmp_path / "bo"
    (folder / "1/2/3/4/5").mkdir(parents=True)
    with pytest.raises(SubmissionRefused, match="nested deeper than 4"):
        read_submission([folder], LIMITS)
    (folder / "1/2/3/4/5").rmdir()
    with pytest.raises(SubmissionRefused, match="holds no notebook"):
        read_submission([folder], LIMITS)
    for index in range(101):
        _written(folder / f"{index}.py", b"")
    with pytest.raises(SubmissionRefused, match="holds 101 notebooks"):
        read_submission([folder], LIMITS)
    monkeypatch.setattr(opening, "_MAX_ENTRIES", 50)
    with pytest.raises(SubmissionRefused, match="more than 50 entries"):
        read_submission([folder], LIMITS)


def test_what_was_handed_in_is_named_by_its_content(tmp_path: Path) -> None:
    """A file's digest is its bytes'; the submission's changes with a name or a byte, not with the order of paths."""
    one, two = _written(tmp_path / "a.py", b"x = 1"), _written(tmp_path / "b.py", b"y = 1")
    submission = read_submission([two, one], LIMITS)
    assert submission.files[0].sha256 == hashlib.sha256(b"x = 1").hexdigest()
    assert submission.sha256 == read_submission([one, two], LIMITS, "else").sha256
    assert submission.student == "b"
    two.rename(tmp_path / "c.py")
    assert submission.sha256 != read_submission([one, tmp_path / "c.py"], LIMITS).sha256


def test_a_file_beside_a_folder_of_the_same_student_keeps_both(tmp_path: Path) -> None:
    """Files below a folder carry its name where there are other paths, so that none hides another."""
    (tmp_path / "ada").mkdir()
    paths = [tmp_path / "ada", _written(tmp_path / "ada.py", b"x = 1")]
    _written(tmp_path / "ada" / "ada.py", b"x = 2")
    assert [file.name for file in read_submission(paths, LIMITS).files] == ["ada.py", "ada/ada.py"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Files that only their folders tell apart cannot be merged in name order."""
    (tmp_path / "old").mkdir()
    paths = [_written(tmp_path / "a.py", b"x = 1"), _written(tmp_path / "old" / "a.py", b"x = 2")]
    with pytest.raises(SubmissionRefused, match=r"two of the files are named a\.py"):
        read_submission(paths, LIMITS)


@pytest.mark.parametrize("name", ["notes.txt", "ipynb", "a.py.bak"])
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    """Only notebooks and scripts can be submitted."""
    assert "is not a notebook (.ipynb) or script (.py)" in refusal(tmp_path, name, b"x = 1")


def test_nothing_and_nowhere_are_refused(tmp_path: Path) -> None:
    """No path, or one that does not exist, is refused and not an error of ours."""
    with pytest.raises(SubmissionRefused, match="nothing was submitted"):
        read_submission([], LIMITS)
    with pytest.raises(SubmissionRefused, match="does not exist"):
        read_submission([tmp_path / "a.py"], LIMITS)


def test_an_error_of_the_machine_is_not_the_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full descriptor table is raised as it is, never turned into a refusal."""

    def full(*_args: object, **_kwargs: object) -> NoReturn:
        raise OSError(24, "Too many open files")

    path = _written(tmp_path / "a.py", b"x = 1")
    monkeypatch.setattr("os.open", full)
    with pytest.raises(OSError, match="Too many open files"):
        read_submission([path], LIMITS)


def test_names_in_messages_cannot_move_the_cursor(tmp_path: Path) -> None:
    """Escape codes and newlines of a file's name are shown, not sent."""
    message = refusal(tmp_path, "a\x1b[2J\n::error::.ipynb", b"")
    assert message.startswith("a\\x1b[2J\\n::error::.ipynb is not a notebook")


def test_reading_runs_nothing(tmp_path: Path) -> None:
    """Nothing a student wrote is executed while it is read."""
    before = threading.active_count()
    flag = tmp_path / "flag"
    source = f"open({str(flag)!r}, 'w')"
    read(tmp_path, "a.ipynb", notebook(code(source)))
    read(tmp_path, "a.py", f"# %%\n{source}\n".encode())
    assert not flag.exists()
    assert threading.active_count() == before


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _fifo(path: Path) -> None:
    os.mkfifo(path)
