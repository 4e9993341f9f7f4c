"""Whatever a child writes into its channel is a frame or a protocol error, in bounded time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from contextlib import suppress
from itertools import chain
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.model import Evidence, Lost
from grader.sandbox.client import Connection
from grader.sandbox.messages import parse_frame

_RAW_BYTES, _PIECE_BYTES = 1 << 16, 97
_TEXT = st.text(st.characters(), max_size=20)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_KEYS = st.sampled_from(
    ["op", "name", "value", "type", "cell", "error", "traceback", "data", "text", "result", "items", "why"]
)
_WORDS = st.sampled_from([
    "hello", "broken", "stream", "display", "result", "done", "value", "call", "answered", "end", "float", "int",
    "complex", "array", "sequence", "mapping", "table", "frame", "series", "symbolic", "figure", "other", "unreadable",
    "returned", "raised", "timed_out", "lost", "stdout",
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


class _Collector:
    """A listener that keeps what comes, and why no more does."""

    cell = 3

    def __init__(self) -> None:
        self.frames: list[object] = []
        self.is_lost = asyncio.Event()

    def receive(self, frame: object) -> None:
        self.frames.append(frame)

    def receive_text(self, name: str, data: bytes) -> bool:
        raise AssertionError((name, data))

    def lose(self) -> None:
        self.is_lost.set()


def _read_all(data: bytes, raw_bytes: int = _RAW_BYTES) -> tuple[list[object], Lost | None]:
    """Return the frames that the wire makes of `data`, and why it stopped the child, if it did."""

    async def read() -> tuple[list[object], Lost | None]:
        ours, theirs = socket.socketpair()
        printed = os.pipe(), os.pipe()  # nobody writes there
        outputs = tuple(reader for reader, _ in printed)
        child = SimpleNamespace(channel=ours, outputs=outputs, kill=lambda: None)
        wire = Connection(child, raw_bytes)  # type: ignore[arg-type]  # a fake child
        collector = _Collector()
        await wire.open(collector)
        with theirs, suppress(BrokenPipeError):  # the wire hangs up on what it does not like
            for start in range(0, len(data), _PIECE_BYTES):
                theirs.sendall(data[start : start + _PIECE_BYTES])
                await asyncio.sleep(0)  # so that frames arrive in pieces
        await collector.is_lost.wait()
        await wire.close()
        for end in chain.from_iterable(printed):
            os.close(end)
        return collector.frames, wire.stopped

    return asyncio.run(asyncio.wait_for(read(), 5))


@given(st.binary(max_size=300) | _JSON.map(_encode) | _OBJECTS.map(_encode))
@example(b'{"op":"value","name":"a","value":' + b'{"type":"sequence","form":"list","items":[' * 5000)
@example(b'{"op":"done","cell":' + b"9" * 5000 + b',"error":null,"traceback":[]}')
@example(b'{"op":"done","cell":1e400,"error":null,"traceback":[]}')
@example(b'{"op":"stream","name":"stdout","text":"\\ud800"}')
@settings(max_examples=400)
def test_a_frame_is_parsed_or_refused(body: bytes) -> None:
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
@settings(max_examples=100)
def test_a_stream_of_bytes_ends(pieces: list[bytes]) -> None:
    """However the bytes are cut and mixed, reading ends: at the end of the bytes, or with a protocol error."""
    frames, stopped = _read_all(b"".join(pieces))
    assert stopped is None or (stopped.cause, stopped.cell) == ("protocol", 3)
    assert len(frames) <= sum(map(len, pieces)) // 4


def test_frames_arrive_whole_and_in_order() -> None:
    """What a kernel sends is what the listener gets, wherever the bytes were cut."""
    bodies = [_encode({"op": "stream", "name": "stdout", "text": str(i) * i * 10}) for i in range(60)]
    frames, stopped = _read_all(b"".join(map(_frame, bodies)))
    assert [_encode({"op": f.op, "name": f.name, "text": f.text}) for f in frames] == bodies  # type: ignore[attr-defined]
    assert stopped is None


def test_nothing_is_read_after_an_error() -> None:
    """A good frame behind a bad one does not count."""
    good = _frame(_encode({"op": "answered", "name": "a"}))
    frames, stopped = _read_all(good + _frame(b"{}") + good)
    assert len(frames) == 1
    assert stopped is not None
    assert stopped.cause == "protocol"


def test_the_budget_of_bytes_is_an_end() -> None:
    """More bytes than a submission may send stop the child, whatever they say."""
    body = _encode({"op": "stream", "name": "stdout", "text": "x" * 1000})
    frames, stopped = _read_all(_frame(body) * 5, raw_bytes=3000)
    assert len(frames) < 3
    assert stopped is not None
    assert stopped.cause == "too_much_output"


@given(st.binary(max_size=200) | _JSON.map(_encode))
@settings(max_examples=200)
def test_stored_evidence_is_parsed_or_refused(body: bytes) -> None:
    """Evidence read back from a store is strict too: a validation error, or evidence."""
    try:
        Evidence.model_validate_json(body)
    except ValidationError:
        return
    pytest.fail("random bytes were taken for evidence")
