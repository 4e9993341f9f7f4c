"""The grader's own temporary folders: held by a lock while in use, swept where a killed grader left them, removed.

A lock and not a process id says that a folder is in use: ids are used again, and mean something else in a container.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import HostError, SandboxError, advise

_PREFIX, _MARK, _INSIDE = "grader-scratch-", "grader.lock", "inside"
_NAME = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}")  # as `tempfile` makes them
_BLOCK_BYTES = 512  # what `st_blocks` counts in, whatever the file system
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a new, empty folder that only this user can enter, and remove it afterwards with all that is in it.

    Raises:
        SandboxError: there is no place for one.
    """
    with translate_host_errors("a temporary folder cannot be made"):
        sweep_scratch()
        folder, lock = _make_held()
    try:
        with translate_host_errors("a temporary folder cannot be made"):
            (folder / _INSIDE).mkdir()
        yield folder / _INSIDE
    finally:
        with suppress(OSError):  # the next grader sweeps what is left
            remove_tree(folder)
        os.close(lock)


def sweep_scratch() -> None:
    """Remove the folders of graders that were killed: those of this user, which nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _NAME.fullmatch(folder.name):
            with suppress(OSError):  # another user's, or held, or just now removed by somebody else
                _sweep_one(folder)


def measure_free_bytes(folder: Path) -> int:
    """Return the bytes that may still be written where `folder` lies."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


@contextmanager
def translate_host_errors(what: str) -> Iterator[None]:
    """Turn what the system refuses the grader itself into a fault of ours."""
    try:
        yield
    except OSError as error:
        reason, advice = f"{what}: {error.strerror or error}", advise(error)
        raise SandboxError(reason) if advice is None else HostError(f"{reason}; {advice}") from error


def _make_held() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = os.open(folder / _MARK, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        with suppress(OSError):  # a file system without locks: then nobody can sweep either
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(folder, lock):
            return folder, lock
        os.close(lock)  # swept before it was held


def _sweep_one(folder: Path) -> None:
    if folder.stat(follow_symlinks=False).st_uid != os.geteuid():
        return
    lock = os.open(folder / _MARK, _FLAGS)  # without one it is not ours, whatever its name
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(folder, lock):
            remove_tree(folder)
    finally:
        os.close(lock)


def _is_still(folder: Path, lock: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(lock), (folder / _MARK).stat(follow_symlinks=False))
    return False


# ---------------------------------------------------------------- removal


def remove_tree(folder: Path) -> int:
    """Remove a folder that a student may have filled, without recursion or a path longer than one name.

    `shutil.rmtree` fails on a thousand folders within each other. Here folders within folders are moved up first.

    Returns:
        The bytes of disk that its files took.
    """
    top, freed = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW), 0
    try:
        while names := os.listdir(top):  # noqa: PTH208 -- a descriptor, not a path
            for name in names:
                freed += _remove_entry(top, name)
    finally:
        os.close(top)
    folder.rmdir()
    return freed


def _remove_entry(top: int, name: str) -> int:
    """Remove one entry and return the bytes that this freed; what was moved up is removed and counted later."""
    try:
        return _unlink(top, name)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=top)  # a folder may have been made with no permission at all
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            freed = sum(_unlink_or_lift(inner, below, top) for below in os.listdir(inner))  # noqa: PTH208 -- a descriptor
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)
        return freed


def _unlink_or_lift(inner: int, name: str, top: int) -> int:
    try:
        return _unlink(inner, name)
    except IsADirectoryError:
        os.chmod(name, 0o700, dir_fd=inner)  # moving a folder writes its entry `..`
        os.rename(name, secrets.token_hex(16), src_dir_fd=inner, dst_dir_fd=top)
        return 0


def _unlink(folder: int, name: str) -> int:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    os.unlink(name, dir_fd=folder)
    return status.st_blocks * _BLOCK_BYTES if status.st_nlink == 1 else 0
