"""The grader's own temporary folders: each held by a lock while it is in use, and swept where a killed grader left it.

A lock and not a process id says that a folder is in use: ids are used again, and mean something else in a container.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import HostError, SandboxError, advise
from grader.sandbox.tree_removal import remove_tree

_PREFIX, _MARK, _INSIDE = "grader-scratch-", "grader.lock", "inside"
_NAME = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}")  # as `tempfile` makes them
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
