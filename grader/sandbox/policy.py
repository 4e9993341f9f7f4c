"""How strongly a submission is isolated, by level, and how limits are enforced. The limits: `grader.model.Limits`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from grader.model import Limits

Isolation = Literal["full", "reduced", "none"]

OPEN_FILES = 256
RESERVE_BYTES = 64 << 20  # of the memory limit, kept for reading answers out of a process that has filled the rest
GRACE_S = 1.0  # of processor time, between the interrupt that a student's code may catch and the kill that it cannot
IDLE_GRACE_S = 5.0  # of the clock between them, for code that only waits
START_S = 120.0  # to the first word of a box or a child, on a busy machine too; beyond it the sandbox is broken
FRAME_BYTES = 4 << 20  # the largest frame that is read; a longer one ends the submission


@dataclass(frozen=True)
class Layers:
    """Which layers of isolation there are. `reduced` keeps those that need no bubblewrap and no user namespaces."""

    bubblewrap: bool
    namespaces: bool
    landlock: bool
    seccomp: bool


LAYERS: dict[Isolation, Layers] = {
    "full": Layers(bubblewrap=True, namespaces=True, landlock=True, seccomp=True),
    "reduced": Layers(bubblewrap=False, namespaces=False, landlock=True, seccomp=True),
    "none": Layers(bubblewrap=False, namespaces=False, landlock=False, seccomp=False),
}


def build_job(limits: Limits, layers: Layers, home: str) -> dict[str, Any]:
    """Return what a child needs to confine itself and to work in `home`, as plain data for the fork server."""
    return {
        "home": home,
        "writable": [home, "/tmp", "/dev/shm"] if layers.namespaces else [home],
        "namespaces": layers.namespaces,
        "landlock": layers.landlock,
        "seccomp": layers.seccomp,
        "memory_bytes": limits.memory_bytes,
        "reserve_bytes": RESERVE_BYTES,
        "processes": limits.processes,
        "open_files": OPEN_FILES,
        "disk_bytes": limits.disk_bytes,
        "disk_files": limits.disk_files,
        "tmpfs_bytes": limits.disk_bytes,  # more where the course gives data, which counts against no limit
        "tmpfs_files": limits.disk_files,
        "file": "",
        "folder": "",
        "files": (),
        # the last resort, per process: the exact limit is watched from outside
        "cpu_s": math.ceil(limits.submission_cpu_s + limits.calls_wall_s),
        "cell_output_bytes": limits.cell_output_bytes,
        "output_bytes": limits.submission_output_bytes,
        "value_bytes": limits.value_bytes,
    }
