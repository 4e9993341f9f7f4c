"""The student's end of the channel: frames from any thread, each of them whole, whatever interrupts the sending.

A signal handler of Python's runs between any two instructions of the main thread and may raise: our own interrupt, a
student's alarm. So what has been sent is counted by the very call that sends it, and whoever sends next goes on there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
from collections import deque
from typing import Any

from . import wire

_CLOSED = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)


class Channel:
    """Sends frames to the grader outside."""

    def __init__(self, connection: socket.socket) -> None:
        """Send through `connection`."""
        self._connection = connection
        self._lock = threading.RLock()  # a signal handler may print while its own thread sends
        self._waiting: deque[tuple[bytes, list[int]]] = deque()  # each frame with what each call has sent of it

    def send(self, message: dict[str, Any]) -> None:
        """Send a frame; blocks while the reader is slow. Where nobody listens any more, the process ends."""
        frame = wire.pack(message)
        with self._lock:
            self._waiting.append((frame, []))
            try:
                self._send_waiting()
            except OSError as error:
                if error.errno in _CLOSED:
                    os._exit(0)
                raise  # of a handler: a student's alarm raises TimeoutError

    def _send_waiting(self) -> None:
        while self._waiting:
            first = frame, sent = self._waiting[0]
            while (start := sum(sent)) < len(frame):
                # one call into C: no handler runs between the sending and the counting
                sent.extend(map(self._connection.send, (memoryview(frame)[start:],)))
            with contextlib.suppress(ValueError):  # a handler that printed meanwhile has finished this frame, too
                self._waiting.remove(first)
