"""Frames on a stream socket: four bytes of length (big endian), then one JSON object in UTF-8."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

HEADER = struct.Struct(">I")
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
