"""Opens what was submitted, and nothing else: regular files and folders, by descriptor, without following a link.

What was checked is what is read: the type and size are taken from the open descriptor, never from a name that
somebody could exchange in between. Names below a folder are opened relative to that folder's descriptor.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from grader.errors import SubmissionRefused
from grader.model import count_disk_bytes, find_folders
from grader.submission.naming import is_ignored, is_request, shown, split_extension

# O_NONBLOCK: a FIFO without a writer would hold the grader for ever; O_NOCTTY: a terminal would become ours.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_MAX_DEPTH = 4  # folders below the student's own
_MAX_ENTRIES = 10_000  # looked at below one student's folder
_MAX_FILES = 100  # each is a process of its own
REQUEST_BYTES = 16 << 10  # 2,000 characters of four bytes, and twice as much around them
_OWN_OUTPUT = (b'"schema": "grader/', b'"schema": "numgrade/check/')  # near the beginning of what this program writes
_REASONS = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "cannot be read: permission denied",
    errno.EPERM: "cannot be read: permission denied",
    errno.ELOOP: "is a symbolic link; submit the file itself",
    errno.ENXIO: "is a socket or a device, not a file",
    errno.ENODEV: "is a socket or a device, not a file",
    errno.ENAMETOOLONG: "has a name that is too long",
}
_KINDS = {
    stat.S_IFLNK: "is a symbolic link; submit the file itself",
    stat.S_IFIFO: "is a named pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFCHR: "is a device, not a file",
    stat.S_IFBLK: "is a device, not a file",
}


def refusal_of(mode: int) -> str | None:
    """Return why something of this `st_mode` is not read, or None for regular files and folders."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return _KINDS.get(stat.S_IFMT(mode), "is neither a file nor a folder")


@dataclass
class Quota:
    """What the files of one submission may still take of the student's disk, and the size that none may exceed."""

    file_bytes: int
    disk_bytes: int
    disk_files: int

    def __post_init__(self) -> None:
        """Keep the limits as they were, for messages."""
        self._limits = self.disk_bytes, self.disk_files

    def take_file(self, name: str, size: int) -> None:
        """Count a file of `size` bytes.

        Raises:
            SubmissionRefused: it is too large, or there is no space left for it.
        """
        if size > self.file_bytes:
            advice = "; save it without outputs" if name.lower().endswith(".ipynb") else ""
            raise SubmissionRefused(f"{shown(name)} is larger than {self.file_bytes} bytes{advice}")
        blocks = count_disk_bytes(size)
        if blocks > self.disk_bytes:
            raise SubmissionRefused(f"{shown(name)} is too much: the files take up more than {self._limits[0]} bytes")
        self.disk_bytes -= blocks
        self.take_entries(1)

    def take_entries(self, count: int) -> None:
        """Count files and folders.

        Raises:
            SubmissionRefused: there are too many.
        """
        self.disk_files -= count
        if self.disk_files < 0:
            raise SubmissionRefused(f"there are more than {self._limits[1]} files and folders")


def read_paths(path: Path, quota: Quota) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of a file, or of every file below a folder, in name order.

    Raises:
        SubmissionRefused: for a link or anything else that is no file, for more than fits into `quota`.
    """
    with _opened(path.name or str(path), os.fspath(path), None) as fd:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            yield path.name, _content(path.name, fd, quota)
            return
        names = sorted(_walk(fd, "", 0, [_MAX_ENTRIES]))
        runnable = sum(bool(split_extension(name)[1]) for name in names)
        if not runnable:
            raise SubmissionRefused(f"{shown(path.name)} holds no notebook (.ipynb) and no script (.py)")
        if runnable > _MAX_FILES:
            raise SubmissionRefused(f"{shown(path.name)} holds {runnable} notebooks and scripts (at most {_MAX_FILES})")
        quota.take_entries(len(find_folders(names)))
        for name in names:
            yield name, _read_below(fd, name, quota)


def list_files(folder: Path) -> list[str]:
    """Return the relative names of the files below a folder, in name order.

    Raises:
        SubmissionRefused: it is a link, or one lies in it, or too much.
    """
    with _opened(folder.name, os.fspath(folder), None) as fd:
        return sorted(_walk(fd, "", 0, [_MAX_ENTRIES]))


@contextlib.contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading.

    Raises:
        SubmissionRefused: it is a link, or no file.
    """
    with _opened(path.name, os.fspath(path), None) as fd:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise SubmissionRefused(f"{shown(path.name)} is not a file")
        with open(fd, "rb", closefd=False) as file:
            yield file


def read_beside(path: Path, quota: Quota) -> tuple[dict[str, bytes], list[str]]:
    """Return the data files that lie directly beside the file `path`, and why others are left out.

    Nothing here refuses the student's own file: what is too large, too much, or no file is left out.
    """
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError:  # a folder that may be passed through and not listed
        return files, left_out
    try:
        for name in _list_beside(folder, left_out):
            try:
                content = _read_below(folder, name, quota)
            except SubmissionRefused as error:
                left_out.append(str(error))
            else:
                if not any(own in content[:100] for own in _OWN_OUTPUT):
                    files[name] = content
    finally:
        os.close(folder)
    return files, left_out


@dataclass(frozen=True)
class FoundRequest:
    """A file that asks for another look: what it holds, or why that was not read; when it was last changed."""

    name: str
    changed_ns: int
    content: bytes | SubmissionRefused

    def read(self) -> bytes:
        """Return what it holds.

        Raises:
            SubmissionRefused: it was not read.
        """
        if isinstance(self.content, SubmissionRefused):
            raise self.content
        return self.content


def find_requests(folder: Path) -> Iterator[FoundRequest]:
    """Yield the requests for another look that lie directly in a student's folder, in name order.

    Each is a file of at most `REQUEST_BYTES`; none that cannot be read stops the others.

    Raises:
        SubmissionRefused: the folder is a link, or cannot be opened, or holds too many of them.
    """
    with _opened(folder.name, os.fspath(folder), None) as fd:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):  # exchanged since it was listed
            return
        with os.scandir(fd) as entries:
            names = sorted(entry.name for entry in entries if is_request(entry.name))
        for name in names[:_MAX_FILES]:
            yield _read_request(fd, name)
        if len(names) > _MAX_FILES:
            raise SubmissionRefused(f"there are {len(names)} requests; the first {_MAX_FILES} by name were read")


def _read_request(folder_fd: int, name: str) -> FoundRequest:
    changed_ns = 0
    try:
        with _refusing(name):
            changed_ns = os.stat(name, dir_fd=folder_fd, follow_symlinks=False).st_mtime_ns
        content = _read_below(folder_fd, name, Quota(REQUEST_BYTES, 2 * REQUEST_BYTES, 1))
    except SubmissionRefused as error:
        return FoundRequest(name, changed_ns, error)
    return FoundRequest(name, changed_ns, content)


def holds_only_requests(folder: Path) -> bool:
    """Return whether this is a folder with requests for another look in which nothing counts as submitted."""
    try:
        with _opened(folder.name, os.fspath(folder), None) as fd, os.scandir(fd) as entries:
            names = [entry.name for entry in entries]
    except (SubmissionRefused, NotADirectoryError):  # whoever reads it says why
        return False
    return any(map(is_request, names)) and all(map(is_ignored, names))


def _list_beside(folder: int, left_out: list[str]) -> list[str]:
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in islice(entries, _MAX_ENTRIES)
            if not is_ignored(entry.name)
            and not split_extension(entry.name)[1]
            and not entry.is_dir(follow_symlinks=False)
        ]
        if next(entries, None) is not None:
            left_out.append(f"the folder holds more than {_MAX_ENTRIES} entries")
            return []
    return sorted(names)


def _walk(folder_fd: int, prefix: str, depth: int, left: list[int]) -> Iterator[str]:
    """Yield the relative names of files; `left` counts down over the whole tree."""
    with os.scandir(folder_fd) as entries:
        found = [entry for entry in entries if not is_ignored(entry.name)]
    left[0] -= len(found)
    if left[0] < 0:
        raise SubmissionRefused(f"the folder holds more than {_MAX_ENTRIES} entries")
    for entry in found:
        name = prefix + entry.name
        mode = entry.stat(follow_symlinks=False).st_mode
        if refusal := refusal_of(mode):
            raise SubmissionRefused(f"{shown(name)} {refusal}")
        if stat.S_ISDIR(mode):
            if depth == _MAX_DEPTH:
                raise SubmissionRefused(f"{shown(name)} is nested deeper than {_MAX_DEPTH} folders")
            with _opened(name, entry.name, folder_fd) as fd:
                yield from _walk(fd, f"{name}/", depth + 1, left)
        else:
            yield name


def _read_below(folder_fd: int, name: str, quota: Quota) -> bytes:
    """Return the content of `name`, opened one folder after the other so that none of them can be a link."""
    with contextlib.ExitStack() as stack:
        fd = folder_fd
        for step in name.split("/"):
            fd = stack.enter_context(_opened(name, step, fd))
        return _content(name, fd, quota)


def _content(name: str, fd: int, quota: Quota) -> bytes:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise SubmissionRefused(f"{shown(name)} is not a file")
    quota.take_file(name, status.st_size)
    with open(fd, "rb", closefd=False) as file:
        content = file.read(status.st_size + 1)
    if len(content) > status.st_size:
        raise SubmissionRefused(f"{shown(name)} grew while it was read")
    return content


@contextlib.contextmanager
def _opened(name: str, path: str, folder_fd: int | None) -> Iterator[int]:
    """Open a file or folder and close it again; what must not be opened is refused under `name`."""
    with _refusing(name):
        # A device may act on being opened: it is only looked at. Whoever exchanges it in between meets the check below.
        _check_kind(name, os.stat(path, dir_fd=folder_fd, follow_symlinks=False).st_mode)
        fd = os.open(path, _FLAGS, dir_fd=folder_fd)
    try:
        _check_kind(name, os.fstat(fd).st_mode)
        yield fd
    finally:
        os.close(fd)


def _check_kind(name: str, mode: int) -> None:
    if refusal := refusal_of(mode):
        raise SubmissionRefused(f"{shown(name)} {refusal}")


@contextlib.contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn the errors that are about this file into a refusal; a full descriptor table or a broken disk is ours."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0)
        if reason is None:
            raise
        raise SubmissionRefused(f"{shown(name)} {reason}") from error
