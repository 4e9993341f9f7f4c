"""Whose doing a child's end was: the student's, which is evidence, or this machine's, which is a fault of ours."""

from __future__ import annotations

import select
import signal

from grader.errors import MEMORY_ADVICE, HostError
from grader.model import Lost
from grader.sandbox.cgroup import ControlGroup
from grader.sandbox.server import Child

_SIGNAL_BASE, _MOMENT_S = 128, 0.2


def has_ended(child: Child) -> bool:
    """Tell whether the child is dead, or dies within the moment that lies between its closing and its end."""
    ready, _, _ = select.select([child.pidfd], [], [], _MOMENT_S)
    return bool(ready)


def check_host(group: ControlGroup, status: int, *, died: bool, is_init: bool = False) -> None:
    """Make sure that this machine took nothing from a submission which kept within its limits.

    `is_init`: the child was the first process of a namespace, which nothing inside can kill.

    Raises:
        HostError: it did; the submission has to be run again.
    """
    if group.lost_to_the_host(was_killed=died and find_signal(status) == signal.SIGKILL):
        raise HostError(f"this machine ran out of memory while a submission was within its limits: {MEMORY_ADVICE}")
    if group.was_refused_processes():
        raise HostError(f"this machine refused a process to a submission that was within its limits: {MEMORY_ADVICE}")
    if died and is_init and status == -signal.SIGKILL and not group.ran_out_of_memory():
        raise HostError("a student's process was killed from outside, and not over a limit of its own")


def find_signal(status: int) -> int:
    """Return the signal that ended a process, from its exit status (as Python's, or as a shell's); 0 where none did."""
    return max(-status, status - _SIGNAL_BASE, 0)


def explain_end(group: ControlGroup, status: int, *, died: bool) -> Lost:
    """Return why a child ended that we did not stop."""
    if not died:
        return Lost(cause="protocol", detail="closed its channel")
    if find_signal(status) == signal.SIGKILL and group.ran_out_of_memory():  # and not another process of the student's
        return Lost(cause="out_of_memory")
    if killed_by := find_signal(status):
        return Lost(cause="killed_by_signal", detail=str(killed_by))
    return Lost(cause="exited", detail=f"with status {status}")
