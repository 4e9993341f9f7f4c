"""Frames on a stream socket: four bytes of length (big endian), then one JSON object in UTF-8."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import struct
import threading
from collections import deque
from typing import Any

from . import BUILTINS

__builtins__ = BUILTINS

HEADER = struct.Struct(">I")
_CLOSED = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)
_encode = json.JSONEncoder(separators=(",", ":")).encode


def pack(message: dict[str, Any]) -> bytes:
    """Return the frame of `message`. Lone surrogates survive as escapes, so any Python string can be sent."""
    body = _encode(message).encode("ascii")
    return HEADER.pack(len(body)) + body


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """Write one frame; blocks while the reader is slow."""
    channel.sendall(pack(message))


def receive(channel: socket.socket) -> dict[str, Any] | None:
    """Read one frame; None where the other end has closed."""
    header = _read_exactly(channel, HEADER.size)
    if header is None:
        return None
    body = _read_exactly(channel, HEADER.unpack(header)[0])
    if body is None:
        return None
    message: dict[str, Any] = json.loads(body)
    return message


def _read_exactly(channel: socket.socket, count: int) -> bytes | None:
    chunks = bytearray()
    while len(chunks) < count:
        chunk = channel.recv(min(count - len(chunks), 1 << 16))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)


class Sender:
    """Sends a student's frames from any thread, each of them whole, whatever interrupts the sending.

    A signal handler of Python's runs between any two instructions of the main thread and may raise: our own interrupt,
    a student's alarm. So what has been sent is counted by the very call that sends it, and whoever sends next goes on
    there.
    """

    def __init__(self, connection: socket.socket) -> None:
        """Send through `connection`."""
        self._connection = connection
        self._lock = threading.RLock()  # a signal handler may print while its own thread sends
        self._waiting: deque[tuple[bytes, list[int]]] = deque()  # each frame with what each call has sent of it

    def send(self, message: dict[str, Any]) -> None:
        """Send a frame; blocks while the reader is slow. Where nobody listens any more, the process ends."""
        frame = pack(message)
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
