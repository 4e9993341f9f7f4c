"""Runs students' code where it can do no harm, and brings back what came out.

Theory of operation
-------------------
`ForkServer` starts bubblewrap with every namespace unshared, no network, a read-only system, an empty environment and
nothing of this project but the package `box/`. Inside, one process imports NumPy, SciPy, Matplotlib, SymPy and IPython
once. For each file of a submission it forks a child, the first process of a new process namespace. Before the first
line of student code the child has mounts of its own, with its own /proc and a small tmpfs to write to, a user namespace
that owns nothing, no capabilities, Landlock and seccomp filters, rlimits, and, from outside, a control group where this
machine gives one.

The child speaks on one socketpair. `Wire` reads it with bounds on every size and count; what is not a well-formed frame
ends the submission. nbclient drives the cells through `BoxKernelManager` and `BoxKernelClient`. After the last cell
of an exercise its probes are answered. Time is kept out here: an interrupt first, a kill one second later.

What a student can forge are the answers of that student, which they may write down anyway. No expected value,
tolerance or check exists inside.

Not promised: protection from bugs of the kernel itself, from side channels such as timing, and at `reduced` or `none`
from whatever bubblewrap's namespaces would have kept out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from grader.model import Evidence, Probe, Submission, SubmittedFile
from grader.sandbox.machine import Finding, Machine, inspect_machine
from grader.sandbox.policy import LAYERS, Isolation, build_order
from grader.sandbox.run import Clock, FileResult, run_file
from grader.sandbox.scratch import scratch_folder
from grader.sandbox.server import ForkServer
from grader.spec.model import Limits

__all__ = [
    "Execution", "Finding", "Isolation", "Machine", "Sandbox", "inspect_machine", "open_sandbox", "scratch_folder",
]  # fmt: skip


@dataclass(frozen=True)
class Execution:
    """What a run left behind: the evidence that is judged, and beside it notebooks and times, which are not."""

    evidence: Evidence
    notebooks: dict[str, NotebookNode]
    times: dict[str, Any]


class Sandbox:
    """A warm box. Not for use by several threads at once."""

    def __init__(self, server: ForkServer, isolation: Isolation, limits: Limits, *, render_figures: bool) -> None:
        """Run submissions in `server` under `limits`."""
        self.server, self.isolation, self._limits = server, isolation, limits
        self._render_figures = render_figures

    def run(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str) -> Execution:
        """Run all files of `submission` and answer `probes` in each.

        Raises:
            SandboxError: the sandbox failed. The sandbox is to be closed; the submission is ungraded.
        """
        clock = Clock(self._limits)
        results = [self._run_file(file, submission, probes, clock) for file in submission.files]
        evidence = Evidence(
            schema="grader/evidence/v1",
            student=submission.student,
            files=tuple(file.name for file in submission.files),
            submission_sha256=submission.sha256,
            probes_sha256=probes_sha256,
            isolation=self.isolation,
            runs=tuple(result.evidence for result in results),
        )
        times = {"cells_s": clock.cells_s, "probes_s": clock.probes_s, "cpu_s": clock.cpu_s, "by_cell": clock.by_cell}
        notebooks = {file.name: result.notebook for file, result in zip(submission.files, results, strict=True)}
        return Execution(evidence, notebooks, times)

    def _run_file(
        self, file: SubmittedFile, submission: Submission, probes: Sequence[Probe], clock: Clock
    ) -> FileResult:
        with self.server.lend_home() as home:
            order = build_order(self._limits, LAYERS[self.isolation], home) | {
                "seed": derive_seed(submission),
                "file": Path(file.name).name,
                "files": _local_modules(submission),
                "render_figures": self._render_figures,
            }
            return run_file(self.server, order, file, probes, clock)


def derive_seed(submission: Submission) -> int:
    """Return the seed of a submission's own generators: the same files, the same numbers."""
    return int.from_bytes(hashlib.sha256(submission.sha256.encode()).digest()[:8], "big")


def _local_modules(submission: Submission) -> dict[str, str]:
    """Return the student's own plain scripts, which their other files may import."""
    return {
        Path(file.name).name: file.cells[0].source
        for file in submission.files
        if file.style == "script" and file.cells and Path(file.name).stem.isidentifier()
    }


@contextmanager
def open_sandbox(
    packages: tuple[str, ...],
    isolation: Isolation = "full",
    limits: Limits | None = None,
    *,
    hidden: tuple[Path, ...] = (),
    render_figures: bool = False,
) -> Iterator[Sandbox]:
    """Start a box for students who may import `packages`, and end it afterwards.

    `hidden` folders (the course, the project) are never visible inside, wherever they lie.

    Raises:
        IsolationError: this machine does not give `isolation`; nothing weaker is used instead.
        HostError: this machine has run short of something.
        SandboxError: the box was built and did not start.
    """
    limits = limits or Limits()
    with ForkServer(packages, LAYERS[isolation], hidden, limits.disk_bytes) as server:
        yield Sandbox(server, isolation, limits, render_figures=render_figures)
