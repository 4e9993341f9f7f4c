"""nbclient's view of a child: a kernel manager and a kernel client that speak over its socket instead of ZeroMQ.

`Connection` is the bounded reader: bytes, frames, depth and time. What passes it is a typed frame; what does not ends
the child.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import typing
from collections.abc import Callable, Sequence
from typing import Any

from nbclient.exceptions import DeadKernelError
from pydantic import ValidationError

from grader.model import Cause, Lost, Probe
from grader.sandbox import messages
from grader.sandbox.box import pictures, wire
from grader.sandbox.messages import ProtocolError
from grader.sandbox.output import CellText, OutputPipes
from grader.sandbox.policy import FRAME_BYTES, GRACE_S, IDLE_GRACE_S
from grader.sandbox.server import Child

_OUTPUT_COST = 1024  # as in box/kernel.py: each output counts for at least this, an empty one takes memory too


class Listener(typing.Protocol):
    """Receives what arrives from a child."""

    cell: int

    def receive(self, frame: messages.Frame) -> None:
        """Take the next frame; raises `ProtocolError` where it has no place."""

    def receive_text(self, name: str, data: bytes) -> bool:
        """Take what was printed past the kernel; false where there is to be no more."""

    def lose(self) -> None:
        """Learn that nothing more will come."""


class Connection(asyncio.Protocol):
    """Cuts what a child sends into frames, and sends it requests. Knows why the child was stopped."""

    def __init__(self, child: Child, raw_bytes: int) -> None:
        """Wrap `child`'s channel; more than `raw_bytes` in all is too much output."""
        self.child = child
        self.stopped: Lost | None = None  # why we ended it, where it was us
        self._left = raw_bytes
        self._bytes = bytearray()  # that are not a whole frame yet
        self._pipes = OutputPipes(child.outputs)
        self._listener: Listener
        self._transport: asyncio.Transport

    async def open(self, listener: Listener) -> None:
        """Bind the channel to the running event loop; frames go to `listener`."""
        self._listener = listener
        connect = asyncio.get_running_loop().create_unix_connection
        self._transport, _ = await connect(lambda: self, sock=self.child.channel)
        self._pipes.open(listener.receive_text)

    def stop(self, cause: Cause, detail: str = "", cell: int | None = None) -> None:
        """Kill the child and remember the first reason."""
        self.stopped = self.stopped or Lost(cause=cause, cell=cell, detail=detail)
        self.child.kill()

    def send(self, message: dict[str, Any]) -> None:
        """Send a request; a dead child is noticed when reading."""
        self._transport.write(wire.pack(message))

    def data_received(self, data: bytes) -> None:
        """Take bytes as they come: asyncio calls this."""
        self._left -= len(data)
        if self._left < 0:
            self.stop("too_much_output", "more bytes than a submission may send")
            self._transport.abort()
            return
        self._bytes += data
        try:
            while (body := self._cut_frame()) is not None:
                frame = _parse(body)
                self._pipes.drain()  # what was printed before the frame was sent
                self._listener.receive(frame)
        except ProtocolError as error:
            self.stop("protocol", str(error), self._listener.cell)
            self._transport.abort()

    def _cut_frame(self) -> bytes | None:
        start = wire.HEADER.size
        if len(self._bytes) < start:
            return None
        (length,) = wire.HEADER.unpack_from(self._bytes)
        if length > FRAME_BYTES:
            raise ProtocolError(f"a frame of {length} bytes")
        if len(self._bytes) < start + length:
            return None
        body = bytes(memoryview(self._bytes)[start : start + length])
        del self._bytes[: start + length]
        return body

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on that the channel is closed: asyncio calls this."""
        del exc
        self._pipes.drain()
        self._listener.lose()

    async def close(self) -> None:
        """Close the channel."""
        self._pipes.close()
        self._transport.abort()
        await asyncio.sleep(0)  # the event loop closes it in its next turn


def _parse(body: bytes) -> messages.Frame:
    try:
        return messages.parse_frame(body)
    except (ValidationError, RecursionError) as error:
        raise ProtocolError(f"{type(error).__name__} in a frame of {len(body)} bytes") from error


class _Channel:
    """A queue of Jupyter messages as nbclient reads it; `None` in it says that the child is dead."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def put(self, message: dict[str, Any] | None) -> None:
        self._messages.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ASYNC109 -- jupyter_client's signature
        try:
            async with asyncio.timeout(timeout):
                message = await self._messages.get()
        except TimeoutError:
            raise queue.Empty from None
        if message is None:
            self._messages.put_nowait(None)
            raise DeadKernelError("the student's process has ended")
        return message


class BoxKernelClient:
    """The part of `jupyter_client.KernelClient` that nbclient uses to execute a cell."""

    allow_stdin = False

    def __init__(self, connection: Connection, output_bytes: int, cell_output_bytes: int) -> None:
        """Speak through `connection`; more than `output_bytes` in all ends the child, more of a cell is cut."""
        self.shell_channel, self.iopub_channel = _Channel(), _Channel()
        self.done: messages.Done | None = None
        self.cell = -1
        self.alive = True
        self._asked = 0  # questions whose last answer has not come yet
        self._connection, self._left = connection, output_bytes
        self._text = CellText(cell_output_bytes)
        self._pictures_left = pictures.MOST
        self._count = 0  # of cells that were sent, as a kernel counts them
        self._numbers = itertools.count()
        self._waiting: asyncio.Queue[messages.Frame | None] = asyncio.Queue()

    def execute(self, source: str, **_options: object) -> str:
        """Send a cell; return the id that its messages will carry."""
        self.done = None
        self._text.start()
        self._count += 1
        self._message_id = str(next(self._numbers))
        self._connection.send({"op": "run", "cell": self.cell, "source": source})
        self.iopub_channel.put(self._message("execute_input", {"code": source, "execution_count": self._count}))
        return self._message_id

    async def is_alive(self) -> bool:
        """Tell whether the channel is open."""
        return self.alive

    def ask(self, probes: Sequence[Probe]) -> None:
        """Send questions, all at once; the answers to each end with a frame that says so."""
        self._asked = len(probes)
        asked = [{"name": probe.name, "calls": [call.plain_args for call in probe.calls]} for probe in probes]
        self._connection.send({"op": "probe", "probes": asked})

    async def next_answer(self) -> messages.Frame:
        """Return the next frame that belongs to a probe.

        Raises:
            DeadKernelError: there will be none.
        """
        frame = await self._waiting.get()
        if frame is None:
            self._waiting.put_nowait(None)
            raise DeadKernelError("the student's process has ended")
        return frame

    def lose(self) -> None:
        """Tell who waits that nothing more will come."""
        self.alive = False
        self._put_text(final=True)
        self.shell_channel.put(None)
        self._waiting.put_nowait(None)

    def receive_text(self, name: str, data: bytes) -> bool:
        """Take what was printed past the kernel; false where the submission has printed too much in all."""
        if not self._spend(len(data)):
            return False
        self._text.add(name, data)
        return True

    def _put_text(self, *, final: bool) -> None:
        if self.cell >= 0:
            for name, text in self._text.take(final=final):
                self._put_output(_OUTPUT_COST, "stream", {"name": name, "text": text})

    def receive(self, frame: messages.Frame) -> None:
        """Give a frame to who waits for its kind.

        Raises:
            ProtocolError: nobody does.
        """
        match frame:
            case messages.Stream():
                self._output(len(frame.text), "stream", {"name": frame.name, "text": frame.text})
            case messages.Bundle():
                kind = "display_data" if frame.op == "display" else "execute_result"
                shown = frame.data | self._take_picture(frame.picture)
                content: dict[str, Any] = {"data": shown, "metadata": {}, "execution_count": self._count}
                self._output(sum(map(len, frame.data.values())), kind, content)
            case messages.Done():
                self._finish(frame)
            case messages.End():
                self._connection.stop(frame.cause, cell=self.cell)
            case messages.Hello() | messages.Broken():
                raise ProtocolError(f"{frame.op!r} in the middle of a run")
            case messages.ValueFrame() | messages.CallFrame() | messages.Answered():
                if not self._asked:
                    raise ProtocolError(f"{frame.op!r} where nothing was asked")
                self._asked -= isinstance(frame, messages.Answered)
                self._waiting.put_nowait(frame)

    def _take_picture(self, picture: str | None) -> dict[str, str]:
        """Return a picture as a piece of what is displayed; beyond what a notebook may have of them, nothing."""
        if picture is None or self._pictures_left <= 0:
            return {}
        self._pictures_left -= 1
        return {"image/png": picture}

    def _output(self, size: int, kind: str, content: dict[str, Any]) -> None:
        self._put_text(final=False)
        self._put_output(size + _OUTPUT_COST, kind, content)

    def _put_output(self, cost: int, kind: str, content: dict[str, Any]) -> None:
        if self._spend(cost):
            self.iopub_channel.put(self._message(kind, content))

    def _spend(self, count: int) -> bool:
        """Count output; false, and the run ends, where the submission has made too much in all."""
        self._left -= count
        if self._left < 0:
            self._connection.stop("too_much_output", "more output than a submission may have", self.cell)
        return self._left >= 0

    def _finish(self, frame: messages.Done) -> None:
        if self.done is not None or frame.cell != self.cell:
            raise ProtocolError(f"the end of cell {frame.cell} while cell {self.cell} runs")
        self.done = frame
        self._put_text(final=True)
        reply: dict[str, Any] = {"status": "ok", "execution_count": self._count}
        if frame.error is not None:
            shown = {"ename": frame.error.error, "evalue": frame.error.message, "traceback": list(frame.traceback)}
            self._output(sum(map(len, (*frame.traceback, frame.error.message))), "error", shown)
            reply |= {"status": "error", **shown}
        self.iopub_channel.put(self._message("status", {"execution_state": "idle"}))
        self.shell_channel.put(self._message("execute_reply", reply))

    def _message(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "msg_type": kind,
            "header": {"msg_type": kind},
            "parent_header": {"msg_id": self._message_id},
            "content": content,
        }


class BoxKernelManager:
    """The part of `jupyter_client.KernelManager` that nbclient uses: it interrupts, and kills what does not listen."""

    has_kernel = True

    def __init__(self, connection: Connection, client: BoxKernelClient) -> None:
        """Manage the child behind `connection`."""
        self._connection, self._client = connection, client
        self.interrupted: set[int] = set()

    async def interrupt_kernel(self) -> None:
        """Interrupt the running cell; a child that goes on is killed after a grace period."""
        cell = self._client.cell
        self.interrupted.add(cell)
        self._connection.child.interrupt()
        kill_unless(lambda: self._client.cell != cell or self._client.done is not None, self._connection, cell)


def kill_unless(ended: Callable[[], bool], connection: Connection, cell: int | None) -> None:
    """Kill the child after the grace period unless `ended()` by then.

    It is its own processor time: on a busy machine a child may not have run at all since the interrupt.
    One that only waits is killed later.
    """
    loop = asyncio.get_running_loop()
    started, before = loop.time(), connection.child.read_cpu_s() or 0.0

    def look() -> None:
        if ended():
            return
        used = connection.child.read_cpu_s()
        if used is None or used - before >= GRACE_S or loop.time() - started >= IDLE_GRACE_S:
            connection.stop("timed_out", "did not stop when interrupted", cell)
        else:
            loop.call_later(GRACE_S / 4, look)

    loop.call_later(GRACE_S, look)
