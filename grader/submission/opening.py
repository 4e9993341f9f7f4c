"""Opens what was handed in, and nothing else: regular files and folders, by descriptor, without following a link.

What was checked is what is read: the type and size are taken from the open descriptor, never from a name that
somebody could exchange in between. Names below a folder are opened relative to that folder's descriptor.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionRefused
from grader.submission.naming import is_ignored, shown, split_extension

# O_NONBLOCK: a FIFO without a writer would hold the grader for ever; O_NOCTTY: a terminal would become ours.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_MAX_DEPTH = 4  # folders below the student's own
_MAX_ENTRIES = 10_000  # looked at below one student's folder
_MAX_FILES = 100  # each is a process of its own
_REASONS = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "cannot be read: permission denied",
    errno.EPERM: "cannot be read: permission denied",
    errno.ELOOP: "is a symbolic link; hand in the file itself",
    errno.ENXIO: "is a socket or a device, not a file",
    errno.ENODEV: "is a socket or a device, not a file",
    errno.ENAMETOOLONG: "has a name that is too long",
}
_KINDS = {
    stat.S_IFLNK: "is a symbolic link; hand in the file itself",
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


def read_paths(path: Path, limit_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file, or of every notebook and script below a folder, in name order.

    Raises:
        SubmissionRefused: for a link or anything else that is no file, for a file over `limit_bytes`.
    """
    with _opened(path.name or str(path), os.fspath(path), None) as fd:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            yield path.name, _content(path.name, fd, limit_bytes)
            return
        names = sorted(_walk(fd, "", 0, [_MAX_ENTRIES]))
        if not names:
            raise SubmissionRefused(f"{shown(path.name)} holds no notebook (.ipynb) and no script (.py)")
        if len(names) > _MAX_FILES:
            raise SubmissionRefused(
                f"{shown(path.name)} holds {len(names)} notebooks and scripts (at most {_MAX_FILES})"
            )
        for name in names:
            yield name, _read_below(fd, name, limit_bytes)


def _walk(folder_fd: int, prefix: str, depth: int, left: list[int]) -> Iterator[str]:
    """Yield the relative names of notebooks and scripts; `left` counts down over the whole tree."""
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
        elif split_extension(entry.name)[1]:
            yield name


def _read_below(folder_fd: int, name: str, limit_bytes: int) -> bytes:
    """Return the content of `name`, opened one folder after the other so that none of them can be a link."""
    with contextlib.ExitStack() as stack:
        fd = folder_fd
        for step in name.split("/"):
            fd = stack.enter_context(_opened(name, step, fd))
        return _content(name, fd, limit_bytes)


def _content(name: str, fd: int, limit_bytes: int) -> bytes:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise SubmissionRefused(f"{shown(name)} is not a file")
    content = b""
    if status.st_size <= limit_bytes:
        with open(fd, "rb", closefd=False) as file:
            content = file.read(limit_bytes + 1)  # it may have grown since
    if max(status.st_size, len(content)) > limit_bytes:
        raise SubmissionRefused(f"{shown(name)} is larger than {limit_bytes} bytes; save it without outputs")
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
