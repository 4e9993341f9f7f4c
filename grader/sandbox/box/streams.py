"""The student's standard streams: those of plain Python over the descriptors, or of a Jupyter kernel over frames.

Descriptors 1 and 2 are pipes that the grader drains, so what subprocesses, forked workers and C code print arrives as
well. A script has Python's own text streams on them. In a notebook the text of the kernel's own process travels as
frames, in order with what is displayed, as ipykernel's streams do.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable

from . import BUILTINS

__builtins__ = BUILTINS

CHUNK = 1 << 15
_FLUSH_S = 0.1  # between frames of a program that flushes at every turn
_NUMBERS = {"stdout": 1, "stderr": 2}


def open_standard_streams() -> None:
    """Open the three streams anew, as Python does when it starts: descriptors have changed beneath the old ones."""
    sys.stdin = sys.__stdin__ = _open(0, "r", "stdin", "strict")  # type: ignore[misc]  # Python's own may be replaced
    sys.stdout = sys.__stdout__ = _open(1, "w", "stdout", "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _open(2, "w", "stderr", "backslashreplace")  # type: ignore[misc]


def _open(number: int, mode: str, name: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(number, mode, closefd=False)
    raw.name = f"<{name}>"
    buffered = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(
        buffered, encoding="utf-8", errors=errors, newline=None if mode == "r" else "\n", line_buffering=number == 2
    )
    stream.mode = mode  # type: ignore[misc]  # as Python itself does
    return stream


class NotebookStream(io.TextIOBase):
    """Standard output or error of a notebook: what ipykernel's `OutStream` offers, and no more."""

    encoding = "UTF-8"

    def __init__(self, name: str, publish: Callable[[str, list[str]], None], is_ours: Callable[[], bool]) -> None:
        """Give text to `publish`; in a process where `is_ours` is false, write to the descriptor instead."""
        super().__init__()
        self.name = name
        self._publish, self._is_ours = publish, is_ours
        self._sent_s, self._size, self._parts = 0.0, 0, list[str]()
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self._start_anew)

    def _start_anew(self) -> None:
        """In a forked process: what another thread held or had not sent yet is the parent's."""
        self._lock, self._size, self._parts = threading.RLock(), 0, []

    def fileno(self) -> int:
        """Return the descriptor, for subprocesses."""
        return _NUMBERS[self.name]

    def isatty(self) -> bool:
        """Tell that this is no terminal."""
        return False

    def writable(self) -> bool:
        """Tell that print() may write here."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` until there is a frame's worth of it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.closed:
            raise ValueError("I/O operation on closed file")
        with self._lock:
            for start in range(0, len(text), CHUNK):
                self._parts.append(text[start : start + CHUNK])
                self._size += len(self._parts[-1])
                if self._size >= CHUNK:
                    self.send()
            if "\n" in text and not self._is_ours():
                self.send()  # a worker may end without a word
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]  # text, as in every text stream
        """Write each of `lines`."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what is kept, unless something was sent a moment ago: then it waits for the cell's end or the next."""
        if time.monotonic() - self._sent_s > _FLUSH_S or not self._is_ours():
            self.send()

    def send(self) -> None:
        """Send what is kept."""
        with self._lock:
            if not self._parts:
                return
            parts, self._parts, self._size = self._parts, [], 0
            self._sent_s = time.monotonic()
            if self._is_ours():
                self._publish(self.name, parts)
            else:
                _write_all(self.fileno(), "".join(parts).encode("utf-8", "replace"))


def _write_all(number: int, data: bytes) -> None:
    """Write to a descriptor; what nobody reads any more is dropped, and never a worker's end."""
    try:
        while data:
            data = data[os.write(number, data) :]
    except OSError as error:
        if error.errno is None:  # of a handler: a student's alarm raises TimeoutError
            raise
