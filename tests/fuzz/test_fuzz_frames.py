"""Whatever a child writes into its channel is a frame or a protocol error, in bounded time."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbclient.exceptions import DeadKernelError
from pydantic import ValidationError

from grader.model import Evidence
from grader.sandbox.client import ProtocolError, Wire
from grader.sandbox.messages import parse_frame

_RAW_BYTES = 1 << 16
_TEXT = st.text(st.characters(), max_size=20)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_KEYS = st.sampled_from(
    ["op", "name", "value", "type", "cell", "error", "traceback", "data", "text", "result", "items", "why"]
)
_WORDS = st.sampled_from([
    "hello", "broken", "stream", "display", "result", "done", "value", "call", "answered", "end", "float", "int",
    "array", "sequence", "mapping", "figure", "unreadable", "returned", "raised", "timed_out", "lost", "stdout",
    "text/plain",
])  # fmt: skip
_JSON = st.recursive(
    _SCALARS | _WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | _TEXT, inner, max_size=6)
)
_OBJECTS = st.dictionaries(_KEYS, _JSON | _WORDS, max_size=8)


def _encode(value: object) -> bytes:
    return json.dumps(value).encode()


def _frame(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def _read_all(data: bytes) -> list[object]:
    """Return what the wire makes of `data`, up to its end or the first error."""

    async def read() -> list[object]:
        ours, theirs = socket.socketpair()
        wire = Wire(SimpleNamespace(channel=ours, kill=lambda: None), _RAW_BYTES)  # type: ignore[arg-type]  # a fake child
        await wire.open()
        theirs.setblocking(False)
        theirs.sendall(data)
        theirs.close()
        frames: list[object] = []
        try:
            while True:
                frames.append(await wire.read())
        except (DeadKernelError, ProtocolError) as error:
            frames.append(error)
        await wire.close()
        return frames

    return asyncio.run(asyncio.wait_for(read(), 5))


@given(st.binary(max_size=300) | _JSON.map(_encode) | _OBJECTS.map(_encode))
@example(b'{"op":"value","name":"a","value":' + b'{"type":"sequence","form":"list","items":[' * 5000)
@example(b'{"op":"done","cell":' + b"9" * 5000 + b',"error":null,"traceback":[]}')
@example(b'{"op":"done","cell":1e400,"error":null,"traceback":[]}')
@example(b'{"op":"stream","name":"stdout","text":"\\ud800"}')
@settings(max_examples=400, deadline=None)
def test_a_frame_is_parsed_or_refused(body):
    """The parser raises nothing but its own two errors."""
    try:
        frame = parse_frame(body)
    except (ValidationError, RecursionError):
        return
    assert frame.op


@given(
    st.lists(
        st.binary(max_size=60) | _OBJECTS.map(_encode).map(_frame) | st.binary(max_size=40).map(_frame), max_size=8
    )
)
@example([b"\xff\xff\xff\xff"])
@example([_frame(b'{"op":"hello"}')[:-3]])
@settings(max_examples=100, deadline=None)
def test_a_stream_of_bytes_ends_in_one_of_two_errors(pieces):
    """However the bytes are cut and mixed, reading ends with a dead child or a protocol error."""
    frames = _read_all(b"".join(pieces))
    assert isinstance(frames[-1], DeadKernelError | ProtocolError)
    assert len(frames) <= sum(map(len, pieces)) // 4 + 1


def test_the_budget_of_bytes_is_an_end():
    """More bytes than a submission may send stop the child, whatever they say."""
    body = _encode({"op": "stream", "name": "stdout", "text": "x" * 1000})
    stopped: list[object] = []

    async def read() -> None:
        ours, theirs = socket.socketpair()
        wire = Wire(SimpleNamespace(channel=ours, kill=lambda: stopped.append(1)), 3000)  # type: ignore[arg-type]  # a fake child
        await wire.open()
        theirs.sendall(_frame(body) * 5)
        theirs.close()
        await wire.read()
        await wire.read()
        with pytest.raises(DeadKernelError):
            [await wire.read() for _ in range(5)]
        assert wire.stopped is not None
        assert wire.stopped.cause == "too_much_output"
        await wire.close()

    asyncio.run(read())
    assert stopped


@given(st.binary(max_size=200) | _JSON.map(_encode))
@settings(max_examples=200, deadline=None)
def test_stored_evidence_is_parsed_or_refused(body):
    """Evidence read back from a store is strict too: a validation error, or evidence."""
    try:
        Evidence.model_validate_json(body)
    except ValidationError:
        return
    pytest.fail("random bytes were taken for evidence")
