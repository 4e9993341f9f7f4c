"""One process at a time writes to an output folder, or to a file; a second one gets an error that names the first."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import UsageError, blame

LOCK = "batch.lock"
_PATIENCE_S, _PAUSE_S = 3.0, 0.05


@contextmanager
def lock_output(out: Path, patience_s: float = _PATIENCE_S) -> Iterator[int]:
    """Hold the folder `out` for this process, and yield the descriptor that holds it.

    The kernel lets go when the last copy of the descriptor is closed: workers are given one, so that the folder
    stays locked until the last of them has ended, however it ended. `patience_s` is what a killed batch's workers get.

    Raises:
        UsageError: another batch holds it, or the file system knows no locks.
        HostError: the disk is full, which is better known before a student's code has run for a minute.
    """
    advice = f"{out} is being written to by another batch (%s); wait until it has ended, or give another --out"
    with _hold(out / LOCK, advice, patience_s) as descriptor:
        yield descriptor


@contextmanager
def lock_file(path: Path, patience_s: float = _PATIENCE_S) -> Iterator[None]:
    """Hold a file that is read, changed and replaced, by a lock that lies beside it as long as it is held.

    Raises:
        UsageError: another process holds it, or the file system knows no locks.
        HostError: the disk is full.
    """
    advice = f"{path} is being written by another process (%s); wait until it has ended, and try again"
    with _hold(path.parent / f".{path.name}.lock", advice, patience_s):
        yield


@contextmanager
def _hold(lock: Path, advice: str, patience_s: float) -> Iterator[int]:
    descriptor = _acquire(lock, advice, time.monotonic() + patience_s)
    try:
        _sign(lock, descriptor)
        yield descriptor
    finally:
        with suppress(OSError):  # while it is held: who waits for this very file finds that it is gone
            lock.unlink()
        os.close(descriptor)


def _sign(path: Path, descriptor: int) -> None:
    """Write who holds the lock, for whoever comes second."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
    except OSError as error:
        raise blame(f"{path} cannot be written", error) from error


def _acquire(path: Path, advice: str, deadline: float) -> int:
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return descriptor
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "unknown process"
                os.close(descriptor)
                raise UsageError(advice.replace("%s", holder)) from error
            time.sleep(_PAUSE_S)
        except OSError as error:
            os.close(descriptor)
            raise blame(f"{path} cannot be locked", error) from error
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise blame(f"{path} cannot be opened", error) from error


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether the file that was locked is the one that stands there: its holder may just have removed it."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    return False
