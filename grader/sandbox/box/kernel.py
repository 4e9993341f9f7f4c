"""The student's process: an IPython shell that runs cells as told, and answers probes. One thread, one channel.

The student shares this process and may change anything in it, this module too. Whatever comes of that is data outside.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import socket
import sys
import time
import traceback
from typing import Any

import numpy as np

from . import confine, reduce, wire
from .shell import Shell

_CHUNK = 1 << 15
_OUTPUT_COST = 1024  # bytes that an output counts for beside its own: an empty one takes memory too
_FLUSH_S = 0.1  # between outputs of a program that flushes at every turn
_RICH = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml", "image/jpeg")


class OutputBudget:
    """Bytes of output that a cell and the whole submission may still send; past the cell's, output is cut."""

    def __init__(self, cell_bytes: int, total_bytes: int) -> None:
        """Start with everything left."""
        self.cell_bytes, self.cell_left, self.total_left = cell_bytes, cell_bytes, total_bytes

    def take(self, count: int) -> bool:
        """Count `count` bytes; False where they are to be dropped. Ends the process when the total is spent."""
        self.total_left -= count
        self.cell_left -= count
        if self.total_left < 0:
            raise TooMuchOutput
        return self.cell_left >= 0


class TooMuchOutput(BaseException):
    """The submission has printed more than it may in all."""


class ChannelStream(io.TextIOBase):
    """Standard output or error of the student: buffered text, sent as frames, bounded."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        """Send what is written as the stream `name`."""
        super().__init__()
        self._kernel, self._name, self._size, self._sent_s = kernel, name, 0, 0.0
        self._parts: list[str] = []

    def writable(self) -> bool:
        """Say that print() may write here."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` until there is a frame's worth of it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        for start in range(0, len(text), _CHUNK):
            piece = text[start : start + _CHUNK]
            if self._kernel.output.take(len(piece.encode("utf-8", "replace"))):
                self._parts.append(piece)
                self._size += len(piece)
            if self._size >= _CHUNK:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what is kept, unless something was sent a moment ago: then it waits for the cell's end or the next."""
        if time.monotonic() - self._sent_s > _FLUSH_S or self._size >= _CHUNK:
            self.send()

    def send(self) -> None:
        """Send what is kept."""
        if self._parts and self._kernel.output.take(_OUTPUT_COST):
            self._sent_s = time.monotonic()
            text, self._parts, self._size = "".join(self._parts), [], 0
            self._kernel.send({"op": "stream", "name": self._name, "text": reduce.plain_text(text, len(text))})


class Kernel:
    """Speaks with the grader outside: runs cells, answers probes."""

    def __init__(self, shell: Shell, channel: socket.socket, orders: dict[str, Any]) -> None:
        """Take over `shell` for the submission that `orders` describe."""
        self._shell, self._channel, self._orders = shell, channel, orders
        self.output = OutputBudget(orders["cell_output_bytes"], orders["output_bytes"])
        self._cell_raised: BaseException | None = None
        self._pid = os.getpid()
        shell.display_pub.kernel = self
        shell.displayhook.kernel = self
        shell.showtraceback = self._show_traceback
        shell.showsyntaxerror = self._show_traceback

    def send(self, message: dict[str, Any]) -> None:
        """Send a frame; where nobody listens any more, end. A process that student code forked has no say."""
        if os.getpid() != self._pid:
            os._exit(0)
        try:
            wire.send(self._channel, message)
        except OSError:
            os._exit(0)

    def send_bundle(self, op: str, data: dict[str, Any]) -> None:
        """Send a MIME bundle, as far as it fits."""
        self._flush()
        if not self.output.take(_OUTPUT_COST):
            return
        kept: dict[str, str] = {}
        for mime in _RICH:
            content = data.get(mime)
            if isinstance(content, str) and self.output.take(len(content)):
                kept[mime] = reduce.plain_text(content, len(content))
        if kept:
            self.send({"op": op, "data": kept})

    def _flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, ChannelStream):
                stream.send()

    def _show_traceback(self, *_arguments: Any, **_options: Any) -> None:
        self._cell_raised = sys.exc_info()[1]

    def serve(self) -> None:
        """Obey until the other end closes."""
        self._prepare()
        obey = {"run": self._run, "probe": self._probe}
        while (order := wire.receive(self._channel)) is not None:
            try:
                obey[order["op"]](order)
            except TooMuchOutput:
                self.send({"op": "end", "cause": "too_much_output"})
                return
            except MemoryError:
                confine.release_reserve()
                self.send({"op": "end", "cause": "out_of_memory"})
                return

    def _prepare(self) -> None:
        for name, source in self._orders["files"].items():
            with open(name, "w", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 -- names were checked outside
                file.write(source)
        seed_generators(self._orders["seed"])
        self._shell.user_ns["__file__"] = self._orders["file"]
        self._shell.render_figures = self._orders["render_figures"]
        if self._shell.render_figures:
            self._shell.enable_matplotlib("inline")
        sys.stdout, sys.stderr = ChannelStream(self, "stdout"), ChannelStream(self, "stderr")
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 -- stays open as long as the process
        sys.argv = [self._orders["file"]]
        sys.path.insert(0, self._orders["home"])

    # ------------------------------------------------------------ cells

    def _run(self, order: dict[str, Any]) -> None:
        self.output.cell_left = self.output.cell_bytes
        self._cell_raised = None
        error = self._run_source(order["source"])
        self._flush()
        if self.output.cell_left < 0:
            notice = f"\n[output cut: this cell printed more than {self.output.cell_bytes} bytes]\n"
            self.send({"op": "stream", "name": "stderr", "text": notice})
        if error is None:
            self.send({"op": "done", "cell": order["cell"], "error": None, "traceback": []})
            return
        described = describe_with_line(error)
        self.send({"op": "done", "cell": order["cell"], "error": described, "traceback": short_traceback(error)})

    def _run_source(self, source: str) -> BaseException | None:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            result = self._shell.run_cell(source, store_history=False)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except TooMuchOutput:
            raise
        except BaseException as error:  # noqa: BLE001 -- IPython itself gives up on some cells (a sum of 20,000 terms); the student is told so
            with contextlib.suppress(ValueError):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            return error
        failure: BaseException | None = result.error_before_exec or result.error_in_exec or self._cell_raised
        if isinstance(failure, TooMuchOutput):
            raise failure
        return failure

    # ------------------------------------------------------------ probes

    def _probe(self, order: dict[str, Any]) -> None:
        confine.release_reserve()
        for probe in order["probes"]:
            self._answer(probe["name"], probe["calls"])

    def _answer(self, name: str, calls: list[list[Any]]) -> None:
        namespace = self._shell.user_ns
        self.output.cell_left = self.output.cell_bytes
        if name not in namespace:
            self.send({"op": "value", "name": name, "value": {"type": "absent"}})
            self.send({"op": "answered", "name": name})
            return
        value = namespace[name]
        with _interruptible():
            reduced = self._reduce(value)
        self.send({"op": "value", "name": name, "value": reduced})
        if calls and callable(value):
            for args in calls:
                self.send({"op": "call", "name": name, "result": self._call(value, args)})
        self._flush()
        self.send({"op": "answered", "name": name})

    def _reduce(self, value: object) -> dict[str, Any]:
        return reduce.reduce_value(value, self._orders["value_bytes"])

    def _call(self, function: Any, args: list[Any]) -> dict[str, Any]:
        try:
            with _interruptible():
                return {"type": "returned", "value": self._reduce(reduce.call(function, args))}
        except KeyboardInterrupt:
            return {"type": "timed_out"}
        except TooMuchOutput:
            raise
        except BaseException as error:  # noqa: BLE001 -- a student's function may raise anything; it is their result
            return describe_with_line(error)


@contextlib.contextmanager
def _interruptible() -> Any:
    """Let the grader's SIGINT end a call that takes too long; between calls it is ignored."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def describe_with_line(error: BaseException) -> dict[str, Any]:
    """Return an exception as data, with the last line of the student's own code that it passed through."""
    described = reduce.describe_exception(error)
    line = None
    if isinstance(error, SyntaxError):
        line = error.lineno
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(("<ipython", "/tmp/ipykernel")):
                line = number
    described["line"] = line if isinstance(line, int) else None
    return described


def short_traceback(error: BaseException) -> list[str]:
    """Return the lines that a notebook shows under a cell that raised; without IPython's and our own frames."""
    try:
        shown = traceback.TracebackException(type(error), error, error.__traceback__, limit=-20, compact=True)
        shown.stack[:] = [
            frame for frame in shown.stack if "/IPython/" not in frame.filename and "grader_box" not in frame.filename
        ]
        return [reduce.plain_text(line, 2000) for line in list(shown.format())[:60]]
    except Exception:  # noqa: BLE001 -- a lying exception class must not cost the record of the cell
        return [reduce.plain_text(type(error).__name__, 100)]


# ---------------------------------------------------------------- randomness


def seed_generators(seed: int) -> None:
    """Seed every generator that a student leaves unseeded, so that the same file gives the same evidence."""
    source = random.Random(seed)
    random.seed(seed)
    np.random.seed(seed % (1 << 32))  # noqa: NPY002 -- the students' global generator, not ours
    np.random.bit_generator.randbits = source.getrandbits  # type: ignore[attr-defined]  # what SeedSequence() asks for entropy
    original = random.Random.seed

    def seed_unseeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        original(self, source.getrandbits(128) if a is None else a, version)

    random.Random.seed = seed_unseeded  # type: ignore[method-assign]  # random.Random() would ask the kernel
