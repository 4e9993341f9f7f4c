"""Figures of a notebook as pictures, for who reads the record of a run: drawn in a process of their own.

Drawing runs code of the student's figure, takes time and changes it (limits, layout). So it happens in a fork, which is
killed when it is done or has had its time: what the kernel answers afterwards is what it would have answered without.
"""

from __future__ import annotations

import base64
import contextlib
import os
import select
import signal
import time
from typing import Any

from . import BUILTINS

__builtins__ = BUILTINS

MOST = 20  # of a notebook
MOST_BYTES = 1 << 20  # of a picture
TIME_S = 10.0  # for all of a notebook's
_READ_BYTES = 1 << 16


class Picture(str):
    """A PNG in base64 that we drew; it counts for no output of the student's."""

    __slots__ = ()


class Painter:
    """Draws the figures of a notebook, as many as there is room and time for."""

    def __init__(self) -> None:
        """Start with all of both."""
        self._left, self._left_s = MOST, TIME_S

    def draw(self, figure: Any) -> Picture | None:
        """Return a picture of a figure; None where there is none, or no room or time for it."""
        if self._left <= 0 or self._left_s <= 0:
            return None
        self._left -= 1
        start = time.monotonic()
        try:
            content = _draw_apart(figure, start + self._left_s)
        except OSError:  # no process more, or no descriptor: the record says that there was a figure
            return None
        finally:
            self._left_s -= time.monotonic() - start
        is_whole = content.startswith(b"\x89PNG") and content.endswith(b"IEND\xaeB`\x82")
        return Picture(base64.b64encode(content).decode("ascii")) if is_whole else None


def _draw_apart(figure: Any, deadline: float) -> bytes:
    """Return what a fork has written of a figure until the deadline, at most `MOST_BYTES`."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _draw_and_end(figure, reader, writer)
    try:
        os.close(writer)
        return _read_until(reader, deadline)
    finally:
        os.close(reader)
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(pid, 0)


def _draw_and_end(figure: Any, reader: int, writer: int) -> None:
    """Write the picture and end this process, whatever happens: nothing of it may go on as the kernel."""
    try:
        os.close(reader)
        silent = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):  # what drawing prints is nobody's output
            os.dup2(silent, stream)
        from IPython.core.pylabtools import print_figure  # noqa: PLC0415 -- imported while warming

        content = print_figure(figure, fmt="png", bbox_inches="tight") or b""
        if len(content) <= MOST_BYTES:
            with os.fdopen(writer, "wb") as out:
                out.write(content)
    finally:
        os._exit(0)


def _read_until(reader: int, deadline: float) -> bytes:
    found = bytearray()
    while len(found) <= MOST_BYTES:
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([reader], [], [], left_s)[0]:
            break
        data = os.read(reader, _READ_BYTES)
        if not data:
            break
        found += data
    return bytes(found)
