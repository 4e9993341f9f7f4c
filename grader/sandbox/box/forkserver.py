"""The one process that stays in the box: warms an interpreter once, then forks it for every submission.

It never runs student code and never reads what students write: a child speaks to the grader on a channel of its own.
Jobs arrive on the descriptor named on the command line, each with the child's channel attached.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import confine, files, wire


def main() -> None:
    """Warm up, say so, then fork on request until the grader closes the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    wire.send(control, {"op": "started"})
    readable = tuple(json.loads(os.environ.pop("GRADER_READABLE")))
    fork = _prepare_namespaces() if sys.argv[2:] == ["namespaces"] else os.fork
    from .warm import warm  # noqa: PLC0415 -- takes its time: the grader knows by now that the box stands

    shell = warm()
    sys.stdout.flush()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page that children share
    gc.disable()
    wire.send(control, {"op": "ready"})
    children: dict[int, int] = {}  # pidfd of each child → number of its job
    while True:
        ready, _, _ = select.select([control.fileno(), *children], [], [])
        for descriptor in children.keys() & set(ready):
            _report_end(control, descriptor, children.pop(descriptor))
        if control.fileno() in ready:
            job, ends = _receive_job(control)
            if job is None:
                return
            pid = fork()
            if pid == 0:
                control.close()
                start = _become_student if job["namespaces"] else _become_init
                start(shell, ends, job, readable)
            ends.close()  # before anybody else's child is forked
            children[os.pidfd_open(pid)] = job["id"]


def _prepare_namespaces() -> Callable[[], int]:
    """Go on as a child that may give its own children a process namespace each; return how it forks them.

    A namespace for a process can only be chosen by its parent. Were that a process of the child's own, every
    submission would pay for two forks of a large process instead of one.
    """
    confine.own_new_processes()
    pid = os.fork()
    if pid:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
    confine.die_with_parent()
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    return functools.partial(confine.fork_apart, own)


class _Ends:
    """A child's ends of what ties it to the grader: its channel, its standard output and error, the files to copy."""

    def __init__(self, channel: int, output: int, errors: int, *sources: int) -> None:
        self.channel, self.outputs, self.sources = socket.socket(fileno=channel), (output, errors), sources

    def close(self) -> None:
        self.channel.close()
        for number in (*self.outputs, *self.sources):
            os.close(number)


def _receive_job(control: socket.socket) -> tuple[dict[str, Any] | None, Any]:
    """Read the one byte that carries the child's ends, then the job itself."""
    mark, descriptors, _, _ = socket.recv_fds(control, 1, 5)
    if not mark:
        return None, None
    return wire.receive(control), _Ends(*descriptors)


def _report_end(control: socket.socket, pidfd: int, number: int) -> None:
    result = os.waitid(os.P_PIDFD, pidfd, os.WEXITED)
    os.close(pidfd)
    status = 0
    if result is not None:  # negative where a signal ended it, which no exit status of a student's can look like
        status = result.si_status if result.si_code == os.CLD_EXITED else -result.si_status
    wire.send(control, {"op": "ended", "id": number, "status": status})


def _become_init(shell: Any, ends: _Ends, job: dict[str, Any], readable: Any) -> None:
    """The init process of a child without namespaces: start the student, and end whatever of theirs is left over.

    Exits with the student's status (128 + signal if killed).
    """
    try:
        confine.die_with_parent()
        confine.adopt_orphans()
        pid = os.fork()
        if pid == 0:
            _become_student(shell, ends, job, readable)
        ends.close()
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        confine.end_orphans()
        os._exit(code if code >= 0 else 128 - code)
    except BaseException as error:  # noqa: BLE001 -- the grader is told: this is our fault, never a verdict
        _report_failure(ends.channel, error)
        os._exit(70)


def _become_student(shell: Any, ends: _Ends, job: dict[str, Any], readable: Any) -> None:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if job["namespaces"]:
            confine.share_nothing()
            confine.mount_private_folders(job["tmpfs_bytes"], job["tmpfs_files"])
            confine.give_up_rights()
        files.lay_out(job["home"], job["folder"], job["files"], ends.sources)
        confine.die_with_parent()  # here, as a change of rights revokes it
        _keep_only(ends)
        os.setsid()
        os.chdir(Path(job["home"], job["folder"]))
        confine.set_limits(job)
        confine.drop_capabilities()
        if job["landlock"]:
            confine.restrict_files(tuple(job["writable"]), readable)
        if job["seccomp"]:
            confine.refuse_system_calls(shared_files=not job["namespaces"])
    except BaseException as error:  # noqa: BLE001 -- not confined: the student's code must not start; our fault
        _report_failure(ends.channel, error)
        os._exit(71)
    _serve(shell, ends.channel, job)


def _serve(shell: Any, channel: socket.socket, job: dict[str, Any]) -> None:
    from .kernel import Kernel  # noqa: PLC0415 -- imported while warming

    try:
        gc.enable()
        kernel = Kernel(shell, channel, job)
        wire.send(channel, {"op": "hello"})
        kernel.serve()
    finally:
        os._exit(0)  # nothing of the interpreter's own end, which student code could have filled with handlers


def _keep_only(ends: _Ends) -> None:
    """Leave no descriptor open but the channel and the standard ones: input from nowhere, output to the grader."""
    with Path(os.devnull).open("rb") as null:
        os.dup2(null.fileno(), 0)
    for number, output in zip((1, 2), ends.outputs, strict=True):
        os.dup2(output, number)
    keep = ends.channel.fileno()
    os.closerange(3, keep)
    os.closerange(keep + 1, 1 << 16)


def _report_failure(channel: socket.socket, error: BaseException) -> None:
    with contextlib.suppress(OSError):
        wire.send(channel, {"op": "broken", "why": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
