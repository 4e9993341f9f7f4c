"""The student's process: runs cells as told, and answers probes, over one channel.

The student shares this process and may change anything in it, this module too. Whatever comes of that is data outside.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing import process
from typing import Any

import numpy as np

from . import BUILTINS, confine, reduce, script, wire
from .budget import OutputBudget, plain_text
from .calls import call
from .exceptions import describe_with_line, find_limit, short_traceback
from .notebook import Notebook, forget_file
from .pictures import Painter, Picture
from .shell import Shell
from .streams import NotebookStream, open_standard_streams
from .warm import look_beside_script, look_in_working_directory

__builtins__ = BUILTINS

_OUTPUT_COST = 1024  # bytes that an output counts for beside its own: an empty one takes memory too
_RICH = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml", "image/jpeg")


class Kernel:
    """Speaks with the grader outside: runs cells, answers probes."""

    def __init__(self, shell: Shell, channel: socket.socket, job: dict[str, Any]) -> None:
        """Take over `shell` for the file that `job` describes."""
        self._shell, self._socket, self._job = shell, channel, job
        self._sender = wire.Sender(channel)
        self.output = OutputBudget(job["cell_output_bytes"], job["output_bytes"])
        self._cell_raised: BaseException | None = None
        self._notebook: Notebook | None = None
        self._streams: tuple[NotebookStream, ...] = ()
        self._own_files: tuple[str, ...] = ("<ipython", "/tmp/ipykernel")
        self._pid = os.getpid()
        self._publisher = shell.display_pub  # a student may put another in its place
        self._publisher.kernel = self
        shell.displayhook.kernel = self
        shell.showtraceback = self._show_traceback
        shell.showsyntaxerror = self._show_traceback

    def is_ours(self) -> bool:
        """Tell whether this is the kernel's own process, and not one that student code forked."""
        return os.getpid() == self._pid

    def send(self, message: dict[str, Any]) -> None:
        """Send a frame; a process that student code forked has no say."""
        if self.is_ours():
            self._sender.send(message)

    def _take(self, count: int) -> bool:
        """Count output; where the whole submission has had too much of it, say so and end, in whichever thread."""
        kept = self.output.take(count)
        if self.output.total_left < 0 and self.is_ours():
            self.send({"op": "end", "cause": "too_much_output"})
            os._exit(0)
        return kept

    def publish(self, name: str, parts: list[str]) -> None:
        """Send text that was printed in this process, as far as it fits."""
        text = "".join(part for part in parts if self._take(len(part.encode("utf-8", "replace"))))
        if text and self._take(_OUTPUT_COST):
            self.send({"op": "stream", "name": name, "text": plain_text(text, len(text))})

    def send_bundle(self, op: str, data: dict[str, Any]) -> None:
        """Send a MIME bundle, as far as it fits."""
        self._flush()
        if not self._take(_OUTPUT_COST):
            return
        kept: dict[str, str] = {}
        found = data.get("image/png")
        picture = str(found) if isinstance(found, Picture) else None
        for mime in _RICH:
            content = data.get(mime) if picture is None or mime != "image/png" else None
            if isinstance(content, str) and self._take(len(content)):
                kept[mime] = plain_text(content, len(content))
        if kept:
            self.send({"op": op, "data": kept} | ({"picture": picture} if picture is not None else {}))

    def _flush(self) -> None:
        """Let all that was printed so far be on its way. A stream that the student put there may refuse."""
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(Exception):
                stream.flush()  # type: ignore[union-attr]  # it may be None
        for own in self._streams:
            own.send()

    def _show_traceback(self, *_arguments: Any, **_options: Any) -> None:
        self._cell_raised = sys.exc_info()[1]
        if not self.is_ours():  # here, and not after all that IPython still does: of a fork bomb there are many
            script.end_forked_process(self._cell_raised)

    def serve(self) -> None:
        """Answer requests until the other end closes."""
        self._prepare()
        handlers = {"run": self._run, "probe": self._probe}
        while (request := wire.receive(self._socket)) is not None:
            try:
                handlers[request["op"]](request)
            except MemoryError:
                confine.release_reserve()
                self.send({"op": "end", "cause": "out_of_memory"})
                return

    def _prepare(self) -> None:
        seed_generators(self._job["seed"])
        self._file = f"{self._job['home']}/{self._job['file']}"
        if self._job["style"] != "notebook":  # a notebook has no such name
            self._shell.user_ns["__file__"] = self._file
        self._own_files = (*self._own_files, self._file)
        sys.argv = [self._file]
        process.ORIGINAL_DIR = os.getcwd()  # type: ignore[attr-defined] # noqa: PTH109 -- for workers that are spawned
        self._choose_interpreter()

    def _choose_interpreter(self) -> None:
        """Become a Jupyter kernel for a notebook, plain Python for a script."""
        open_standard_streams()
        if self._job["style"] == "notebook":
            forget_file()
            look_in_working_directory()
            self._shell.painter = Painter() if self._job["render_figures"] else None
            self._notebook = Notebook(self._shell)
            self._streams = tuple(NotebookStream(name, self.publish, self.is_ours) for name in ("stdout", "stderr"))
            sys.stdout, sys.stderr = self._streams
        else:
            look_beside_script(self._file)

    # ------------------------------------------------------------ cells

    def _run(self, request: dict[str, Any]) -> None:
        self.output.cell_left = self.output.cell_bytes
        self._cell_raised = None
        error = self._run_source(request["source"])
        if not self.is_ours():
            script.end_forked_process(error)
        if self.output.cell_left < 0:
            notice = f"\n[output cut: this cell printed more than {self.output.cell_bytes} bytes]\n"
            self.send({"op": "stream", "name": "stderr", "text": notice})
        done = {"op": "done", "cell": request["cell"], "error": None, "traceback": [], "limit": find_limit(error)}
        if error is not None:
            done |= {"error": self._describe(error), "traceback": short_traceback(error)}
        self.send(done)

    def _run_source(self, source: str) -> BaseException | None:
        error: BaseException | None
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            error = self._execute(source)
            self._publisher.send_updates()
            self._flush()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as failure:  # noqa: BLE001 -- IPython itself gives up on some cells (a sum of 20,000 terms); the student is told so
            with contextlib.suppress(ValueError):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            error = failure
            self._flush()
        return error

    def _execute(self, source: str) -> BaseException | None:
        if self._notebook is not None:
            result = self._notebook.run(source)
        elif self._job["style"] == "script" and (code := script.compile_script(source, self._file)):
            return script.run_script(code, source, self._shell)
        else:
            result = self._shell.run_cell(source, store_history=True)
        failure: BaseException | None = result.error_before_exec or result.error_in_exec or self._cell_raised
        return failure

    def _describe(self, error: BaseException) -> dict[str, Any]:
        return describe_with_line(error, self._own_files)

    # ------------------------------------------------------------ probes

    def _probe(self, request: dict[str, Any]) -> None:
        confine.release_reserve()
        for probe in request["probes"]:
            self._answer(probe["name"], probe["calls"])

    def _answer(self, name: str, calls: list[list[Any]]) -> None:
        namespace = self._shell.user_ns
        self.output.cell_left = self.output.cell_bytes
        if name not in namespace:
            self.send({"op": "value", "name": name, "value": {"type": "absent"}})
            self.send({"op": "answered", "name": name})
            return
        value = namespace[name]
        is_called = bool(calls) and callable(value)  # a polynomial is asked as the function that it is
        reduced = reduce.describe_callable(value) if is_called else self._look(value)
        self.send({"op": "value", "name": name, "value": reduced})
        if is_called:
            for args in calls:
                self.send({"op": "call", "name": name, "result": self._call(value, args)})
        self._flush()
        self.send({"op": "answered", "name": name})

    def _look(self, value: object) -> dict[str, Any]:
        try:
            with _interruptible():
                return self._reduce(value)
        except KeyboardInterrupt:  # it came while another failure was being described
            return {"type": "unreadable", "why": "timed_out"}

    def _reduce(self, value: object) -> dict[str, Any]:
        return reduce.reduce_value(value, self._job["value_bytes"])

    def _call(self, function: Any, args: list[Any]) -> dict[str, Any]:
        try:
            with _interruptible():
                result = self._notebook.call(call, function, args) if self._notebook else call(function, args)
                if not self.is_ours():
                    script.end_forked_process(None)
                return {"type": "returned", "value": self._reduce(result)}
        except KeyboardInterrupt:
            return {"type": "timed_out"}
        except BaseException as error:  # noqa: BLE001 -- a student's function may raise anything; it is their result
            if not self.is_ours():
                script.end_forked_process(error)
            return self._describe(error)


@contextlib.contextmanager
def _interruptible() -> Any:
    """Let the grader's SIGINT end a call that takes too long; between calls it is ignored."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


# ---------------------------------------------------------------- randomness


def seed_generators(seed: int) -> None:
    """Seed every generator that a student leaves unseeded, so that the same file gives the same evidence."""
    source = random.Random(seed)
    for generator in _GENERATORS:
        generator.seed(seed)
    np.random.seed(seed % (1 << 32))  # noqa: NPY002 -- the students' global generator, not ours
    np.random.bit_generator.randbits = source.getrandbits  # type: ignore[attr-defined]  # what SeedSequence() asks for entropy
    original = random.Random.seed

    def seed_unseeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        original(self, source.getrandbits(128) if a is None else a, version)

    random.Random.seed = seed_unseeded  # type: ignore[method-assign]  # random.Random() would ask the kernel
    _seed_forks(seed, source, original)


def _seed_forks(seed: int, source: random.Random, seed_with: Callable[[random.Random, int], None]) -> None:
    """Give each process that is forked entropy of its own, by its number, where Python would ask the kernel for it.

    So workers draw other numbers than each other and the same ones in every run. NumPy's global generator stays the
    copy that it is in any forked process.
    """
    forks = random.Random(~seed)

    def start() -> None:
        own = forks.getrandbits(128)  # what the parent passes over
        for generator in (forks, source, random._inst):  # noqa: SLF001 -- after Python's own hook
            seed_with(generator, own)

    os.register_at_fork(after_in_child=start, after_in_parent=lambda: forks.getrandbits(128))


_GENERATORS: list[random.Random] = []


def note_generators() -> None:
    """Note the generators that libraries have made for themselves, to be seeded with the others in every child."""
    _GENERATORS[:] = [found for found in gc.get_objects() if issubclass(type(found), random.Random)]
