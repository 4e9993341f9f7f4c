"""Reads `data/` of a course: the files that students get, at the same path beside their own."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from grader.errors import CourseError, Problem

DATA_FOLDER = "data"
MAX_BYTES, MAX_FILES, MAX_DEPTH = 256 << 20, 4096, 8  # each child gets a copy
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_course_data(folder: Path) -> Mapping[str, bytes]:
    """Return the course's data files by their paths (`data/x.csv`), in name order; dot-files are passed over.

    Raises:
        CourseError: one is a link or no file at all, cannot be read, or there is more than a course may give.
    """
    try:
        mode = (folder / DATA_FOLDER).lstat().st_mode
    except FileNotFoundError:
        return {}
    if not stat.S_ISDIR(mode):
        _refuse(DATA_FOLDER, "expected a folder, and no link to one")
    try:
        top = os.open(folder / DATA_FOLDER, _FLAGS | os.O_DIRECTORY)
        try:
            files = dict(_read_folder(top, DATA_FOLDER, [MAX_BYTES, MAX_FILES]))
        finally:
            os.close(top)
    except OSError as error:
        _refuse(DATA_FOLDER, f"cannot be read: {error.strerror or error}")
    return {name: files[name] for name in sorted(files)}


def name_with_data(sha256: str, data: Mapping[str, bytes]) -> str:
    """Return one SHA-256 for what `sha256` names and the data files, by path and content; itself without any."""
    if not data:
        return sha256
    files = [(name, hashlib.sha256(content).hexdigest()) for name, content in sorted(data.items())]
    return hashlib.sha256(json.dumps([sha256, files]).encode()).hexdigest()


def _read_folder(folder: int, prefix: str, left: list[int]) -> Iterator[tuple[str, bytes]]:
    """Yield the files below an open folder; `left` counts down the bytes and files of the whole course."""
    for step in sorted(os.listdir(folder)):
        if step.startswith("."):
            continue
        name = f"{prefix}/{step}"
        left[1] -= 1
        if left[1] < 0:
            _refuse(DATA_FOLDER, f"more than {MAX_FILES} files and folders")
        mode = os.stat(step, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            _refuse(name, "expected a file or a folder, got a link or something else that is neither")
        opened = os.open(step, _FLAGS, dir_fd=folder)
        try:
            if stat.S_ISDIR(os.fstat(opened).st_mode):
                if name.count("/") > MAX_DEPTH:
                    _refuse(name, f"nested deeper than {MAX_DEPTH} folders")
                yield from _read_folder(opened, name, left)
            else:
                yield _check_name(name), _read_file(name, opened, left)
        finally:
            os.close(opened)


def _read_file(name: str, opened: int, left: list[int]) -> bytes:
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        _refuse(name, "expected a file")
    left[0] -= status.st_size
    if left[0] < 0:
        _refuse(name, f"the files together have more than {MAX_BYTES} bytes")
    with open(opened, "rb", closefd=False) as file:
        return file.read(status.st_size)


def _check_name(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(name.encode("utf-8", "backslashreplace").decode(), "expected a name in UTF-8")
    return name


def _refuse(name: str, message: str) -> NoReturn:
    raise CourseError([Problem(name, 1, "(file)", message)])
