"""Starts the fork server and asks it for children. Knows processes and descriptors; nothing of cells or answers."""

from __future__ import annotations

import errno
import itertools
import os
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from grader.errors import HostError, IsolationError, SandboxError, advise
from grader.sandbox import launcher, messages
from grader.sandbox.box import wire
from grader.sandbox.box.confine import HOME
from grader.sandbox.cgroup import find_hierarchies, sweep
from grader.sandbox.policy import FRAME_BYTES, START_S, Layers
from grader.sandbox.scratch import measure_free_bytes, remove_tree, scratch_folder, translate_host_errors

_CREDENTIALS = struct.Struct("3i")
_KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}  # bubblewrap passes on how what it has started ended
_SHORT = (os.strerror(errno.EAGAIN), os.strerror(errno.ENOMEM))  # what bubblewrap says when no process can be started
_LEAVE_S = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Child:
    """A confined process that waits for its first cell."""

    number: int
    channel: socket.socket
    pid: int  # as this process sees it
    pidfd: int = field(repr=False)
    outputs: tuple[int, int]  # what its processes print: descriptors of standard output and error

    def interrupt(self) -> None:
        """Send SIGINT, which student code may catch."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL; the child is the first process of its namespace, so everything it started ends too."""
        self._signal(signal.SIGKILL)

    def read_cpu_s(self) -> float | None:
        """Return the processor seconds that it and its ended children have used; None where it is gone."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rsplit(b")", 1)[1].split()
        except OSError:
            return None
        return sum(map(int, fields[11:15])) / _TICKS

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)


class ForkServer:
    """A warmed interpreter in a box. One child at a time is all that it is asked for."""

    def __init__(
        self, packages: tuple[str, ...], layers: Layers, hidden: tuple[Path, ...], disk_bytes: int = 0
    ) -> None:
        """Start the box and wait until it is warm; `disk_bytes` is what a student may write to a folder of this disk.

        Raises:
            IsolationError: the box could not be built here.
            HostError: this machine has run short of something.
            SandboxError: the box was built and did not start.
        """
        self._numbers = itertools.count()
        self._layers, self._disk_bytes = layers, disk_bytes
        self.hierarchies = find_hierarchies()
        sweep(self.hierarchies)
        with ExitStack() as stack:
            stack.enter_context(translate_host_errors("the box could not be started"))
            self._folder = stack.enter_context(scratch_folder())
            self._errors = stack.enter_context(tempfile.TemporaryFile(dir=self._folder))
            self._control, inside = map(stack.enter_context, socket.socketpair())
            with inside:
                self._process = self._start(packages, hidden, inside)
            stack.callback(self._end)
            self._control.settimeout(START_S)
            self._expect("started", IsolationError)
            self._expect("ready", SandboxError)
            self._resources = stack.pop_all()

    def _start(
        self, packages: tuple[str, ...], hidden: tuple[Path, ...], inside: socket.socket
    ) -> subprocess.Popen[bytes]:
        command, environment = launcher.prepare(packages, hidden, self._layers, self._folder, inside.fileno())
        try:
            return subprocess.Popen(
                command,
                env=environment,  # bubblewrap's own is readable inside as /proc/1/environ
                pass_fds=(inside.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                start_new_session=True,  # Ctrl-C reaches every process of the terminal's group: who opened it decides
            )
        except OSError as error:
            if advise(error) is not None:
                raise
            raise IsolationError(f"the box could not be started: {error}") from error

    def kill(self) -> None:
        """End the box now, from any thread: whoever waits for it gets a `SandboxError`, and closes it."""
        # Started by root, the inner bubblewrap has another user than the outer one, whose death cannot signal it.
        if self._process.poll() is None:
            for pid in [self.pid, *find_descendants(self.pid)]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _end(self) -> None:
        self.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop it."""
        self.close()

    @property
    def pid(self) -> int:
        """Process id of the box's outermost process."""
        return self._process.pid

    def _expect(self, word: str, kind: type[SandboxError]) -> None:
        message = self._receive(kind)
        if message.get("op") != word:
            raise kind(f"the box said {message!r}, expected {word!r}")

    def _receive(self, kind: type[SandboxError] = SandboxError) -> dict[str, Any]:
        try:
            message = wire.receive(self._control)
        except TimeoutError as error:  # a machine that is too busy says nothing about isolation
            raise SandboxError(f"the box does not answer: {error}. {self._describe_output()}") from error
        except (OSError, ValueError) as error:
            raise kind(f"the box does not answer: {error}. {self._describe_output()}") from error
        if message is None:
            raise self._explain_end(kind)
        return message

    def _explain_end(self, kind: type[SandboxError]) -> SandboxError:
        """Return what to raise where the box has ended by itself: `kind`, unless this machine took it away."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LEAVE_S)
        said = self._describe_output()
        if self._process.returncode in _KILLED:
            return HostError(f"the box was killed from outside, as a machine does that is short of memory. {said}")
        if any(text in said for text in _SHORT):
            return HostError(f"the box could not be started, as this machine is short of memory or processes. {said}")
        return kind(f"the box ended by itself. {said}")

    def _describe_output(self) -> str:
        self._errors.seek(0)
        text = self._errors.read()[-2000:].decode("utf-8", "replace").strip()
        return f"It printed: {text}" if text else "It printed nothing."

    def fork(self, job: dict[str, Any], sources: Sequence[int] = ()) -> Child:
        """Return a new confined child; what `job` says of files is copied there from the descriptors `sources`.

        Raises:
            SandboxError: the server is gone, or the child could not be confined.
        """
        number = next(self._numbers)
        with ExitStack() as stack, ExitStack() as theirs:
            with translate_host_errors("a child cannot be spoken to"):
                channel, far_end = socket.socketpair()
                stack.enter_context(channel)
                theirs.enter_context(far_end)
                outputs = [_open_pipe(stack, theirs) for _ in range(2)]
            try:
                channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
                channel.settimeout(START_S)
                passed = [far_end.fileno(), *(writer for _, writer in outputs), *sources]
                socket.send_fds(self._control, [b"+"], passed)
                counted = self._count_with_the_users(job["processes"])
                wire.send(self._control, job | {"id": number, "processes": counted})
                theirs.close()
                pid = _read_hello(channel)
                (output, _), (errors, _) = outputs
                child = Child(number, channel, pid, os.pidfd_open(pid), (output, errors))
            except OSError as error:
                raise SandboxError(f"the fork server does not answer: {error}. {self._describe_output()}") from error
            stack.pop_all()
            return child

    def _count_with_the_users(self, processes: int) -> int:
        """Return the limit under which a child may have `processes`.

        In a user namespace of its own a child is counted alone. Elsewhere the kernel counts it, and its init process,
        with all tasks of this user: an instructor's desktop would leave students no process, and no thread, at all.
        """
        if self._layers.namespaces:
            return processes
        counted = count_tasks(os.getuid()) + 1 + processes
        allowed = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        return counted if allowed == resource.RLIM_INFINITY else max(processes, min(counted, allowed))

    def wait_for_end(self, child: Child) -> int:
        """Return the exit status of a child that was killed or has closed its channel; see `exit_cause.find_signal`."""
        child.channel.close()
        for number in (child.pidfd, *child.outputs):
            os.close(number)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            message = self._receive()
            if message.get("op") == "ended" and message.get("id") == child.number:
                return int(message["status"])
        raise SandboxError(f"child {child.number} did not end within {START_S} s")

    @contextmanager
    def working_directory(self) -> Iterator[str]:
        """Give the folder that a child works in: its own tmpfs where there are namespaces, else a temporary one.

        Raises:
            HostError: the disk has no room for what a student may write: whose fault is a full one then?
        """
        if self._layers.namespaces:
            yield HOME
            return
        with translate_host_errors("a student's folder cannot be made"):
            folder = Path(tempfile.mkdtemp(dir=self._folder))
        self._check_free_space(measure_free_bytes(folder))
        try:
            yield str(folder)
        finally:
            with translate_host_errors("a student's folder cannot be removed"):
                free_bytes = measure_free_bytes(folder) + remove_tree(folder)
        self._check_free_space(free_bytes)

    def _check_free_space(self, free_bytes: int) -> None:
        if free_bytes < self._disk_bytes:
            raise HostError(
                f"{tempfile.gettempdir()} has room for {free_bytes} bytes, and a student may write {self._disk_bytes}: "
                "free some space there, name another folder (TMPDIR), or lower --limit disk_bytes=…"
            )

    def close(self) -> None:
        """Kill the box and all in it, and remove its files."""
        self._resources.close()


def find_descendants(pid: int) -> list[int]:
    """Return the process ids of all that `pid` has started and what those have, parents first."""
    found: list[int] = []
    for one in (waiting := [pid]):
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, children.read_text(encoding="ascii").split())
        waiting += found[len(waiting) - 1 :]
    return found


def count_tasks(uid: int) -> int:
    """Return how many processes and threads the real user `uid` runs."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has just ended
            fields = dict(line.split(":", 1) for line in path.read_text("ascii", "replace").splitlines())
            if int(fields["Uid"].split()[0]) == uid:
                count += int(fields.get("Threads", "0"))
    return count


def _open_pipe(near: ExitStack, theirs: ExitStack) -> tuple[int, int]:
    """Return the ends of a pipe, to read and to write, each in the care of its side."""
    reader, writer = os.pipe()
    near.callback(os.close, reader)
    theirs.callback(os.close, writer)
    os.fchmod(writer, 0o622)  # the box has another user, who may open /dev/stdout
    return reader, writer


def _read_hello(channel: socket.socket) -> int:
    """Read the child's first frame; the kernel attaches the sender's pid as we see it."""
    data, ancillary, _, _ = channel.recvmsg(wire.HEADER.size, socket.CMSG_SPACE(_CREDENTIALS.size))
    if len(data) < wire.HEADER.size:
        raise SandboxError("the child ended before its first word")
    length = wire.HEADER.unpack(data)[0]
    if length > FRAME_BYTES:
        raise SandboxError("the child's first word is too long")
    body = channel.recv(length, socket.MSG_WAITALL)
    _check_hello(body)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid: int = _CREDENTIALS.unpack(value[: _CREDENTIALS.size])[0]
            return pid
    raise SandboxError("the kernel did not say which process the child is")


def _check_hello(body: bytes) -> None:
    """Make sure that the child is confined."""
    try:
        frame = messages.parse_frame(body)
    except ValidationError as error:
        raise SandboxError(f"the child's first word has {len(body)} bytes and is no frame") from error
    if isinstance(frame, messages.Broken):
        raise SandboxError(f"the child could not be confined: {frame.why}")
    if not isinstance(frame, messages.Hello):
        raise SandboxError(f"the child began with {frame.op!r}, expected 'hello'")
