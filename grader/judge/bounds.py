"""Bounds for a course's own code, which meets students' numbers in the judge's process: 10 s, 1 GiB, and no end of it.

What goes beyond is the author's fault: a `CourseError`, and the check is ungraded.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from types import FrameType

from grader.errors import CourseError, EndedInterpreterError, Problem, TookTooLongError

SECONDS = 10.0
MEMORY_BYTES = 1 << 30
IMPORT_SECONDS = 60.0
IMPORT_BYTES = 64 << 30  # of address space, of which libraries reserve far more than they use
_PAGE = resource.getpagesize()


_inside = threading.local()


@contextmanager
def bounded(what: str, seconds: float | None = None, memory_bytes: int | None = None) -> Iterator[None]:
    """Run the block within these bounds, or the usual ones; a bounded block inside another shares the outer one's.

    Raises:
        CourseError: it took too long, or more memory; `what` is named.
    """
    if getattr(_inside, "is_bounded", False):
        yield
        return
    _inside.is_bounded = True
    seconds = SECONDS if seconds is None else seconds
    memory_bytes = MEMORY_BYTES if memory_bytes is None else memory_bytes
    try:
        if getattr(_inside, "stands", False) and memory_bytes == MEMORY_BYTES:
            with _guard_exit(), _rearm(seconds):
                yield
        else:
            with _guard_exit(), _limit_memory(memory_bytes), _limit_time(seconds):
                yield
    except TookTooLongError as error:
        raise _exceeded(what, f"took longer than {seconds:g} s: expected it to end within that time") from error
    except MemoryError as error:
        raise _exceeded(what, f"took more than {memory_bytes >> 20} MiB of memory") from error
    except RecursionError as error:
        raise _exceeded(what, "recursed too deeply") from error
    finally:
        _inside.is_bounded = False


@contextmanager
def standing() -> Iterator[None]:
    """Make ready for many bounded blocks inside: the limit on memory and the alarm are set up once for all of them."""
    if threading.current_thread() is not threading.main_thread() or getattr(_inside, "stands", False):
        yield
        return
    with _limit_memory(MEMORY_BYTES):
        before = signal.signal(signal.SIGALRM, _stop)
        _inside.stands = True
        try:
            yield
        finally:
            _inside.stands = False
            signal.signal(signal.SIGALRM, before)


def bounded_import(what: str) -> AbstractContextManager[None]:
    """Return the bounds within which a module of a course has to be loaded, with the libraries that it imports."""
    return bounded(what, IMPORT_SECONDS, IMPORT_BYTES)


def _exceeded(what: str, message: str) -> CourseError:
    return CourseError([Problem("reference", 1, what, message)])


_exit = os._exit


@contextmanager
def _guard_exit() -> Iterator[None]:
    """Let `os._exit` of this thread raise `EndedInterpreterError`.

    No `finally`, no exit handler and no status would tell that a command was cut short. A process that the block forks
    ends as it wants to.
    """
    _inside.process = os.getpid()
    os._exit = _raise_or_exit  # type: ignore[assignment]  # it returns as little as the other one does
    try:
        yield
    finally:
        _inside.process = None


def _raise_or_exit(status: int) -> None:
    if getattr(_inside, "process", None) == os.getpid():
        raise EndedInterpreterError
    _exit(status)


class _AddressSpace:
    """The limit on address space: the whole process has one, so that it is lowered once for all threads inside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = 0
        self._before: tuple[int, int] | None = None

    def lower(self, memory_bytes: int) -> None:
        """Lower the limit to what is in use and so much more, where no other thread has, and none is lower."""
        with self._lock:
            self._threads += 1
            if self._threads > 1:
                return
            soft, hard = resource.getrlimit(resource.RLIMIT_AS)
            wanted = _used_bytes() + memory_bytes
            if soft == resource.RLIM_INFINITY or soft > wanted:
                self._before = (soft, hard)
                resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))

    def restore(self) -> None:
        """Restore the limit once the last thread is done."""
        with self._lock:
            self._threads -= 1
            if self._threads == 0 and self._before is not None:
                resource.setrlimit(resource.RLIMIT_AS, self._before)
                self._before = None


_address_space = _AddressSpace()


@contextmanager
def _limit_memory(memory_bytes: int) -> Iterator[None]:
    _address_space.lower(memory_bytes)
    try:
        yield
    finally:
        _address_space.restore()


def _used_bytes() -> int:
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:  # noqa: PTH123 - asked for every check
            return int(file.read(64).split()[0]) * _PAGE
    except OSError:  # no Linux: the limit is then on what comes on top of 4 GiB
        return 4 << 30


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    if threading.current_thread() is threading.main_thread():
        with alarm(seconds):
            yield
    else:
        with _watch_thread(seconds):
            yield


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TookTooLongError` inside the block after so many seconds; for the main thread alone."""
    before = signal.signal(signal.SIGALRM, _stop)
    try:
        with _rearm(seconds):
            yield
    finally:
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _rearm(seconds: float) -> Iterator[None]:
    """Let the alarm go off after so many seconds; what was left of an earlier one goes on afterwards."""
    left = signal.setitimer(signal.ITIMER_REAL, seconds)[0]
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TookTooLongError


@contextmanager
def _watch_thread(seconds: float) -> Iterator[None]:
    """Raise in this thread from another one: only the main thread can have an alarm."""
    number = threading.get_ident()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    timer = threading.Timer(seconds, lambda: raise_in(ctypes.c_ulong(number), ctypes.py_object(TookTooLongError)))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with suppress(TookTooLongError):
            timer.join()
