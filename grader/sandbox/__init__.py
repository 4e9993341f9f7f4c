"""Runs students' code where it can do no harm, and brings back what came out.

Theory of operation
-------------------
`ForkServer` starts bubblewrap with every namespace unshared, no network, a read-only system, an empty environment and
nothing of this project but the package `box/`. Inside, one process imports NumPy, SciPy, Matplotlib, SymPy and IPython
once. For each file of a submission it forks a child, the first process of a new process namespace. Before the first
line of student code the child has mounts of its own, with its own /proc and a small tmpfs to write to, a user namespace
that owns nothing, no capabilities, Landlock and seccomp filters, rlimits, and, from outside, a control group where this
machine gives one. What was submitted and the course's data are laid out there too: each file runs in a copy of its own.

The child speaks on one socketpair. `Connection` reads it with bounds on every size and count; what is not a
well-formed frame ends the submission. What its processes print past the kernel comes through two pipes, bounded as
well. nbclient drives the cells through `BoxKernelManager` and `BoxKernelClient`. After the last cell of an exercise its
probes are answered. Time is kept out here: an interrupt first, a kill one second later.

What a student can forge are the answers of that student, which they may write down anyway. No expected value,
tolerance or check exists inside.

Not promised: protection from bugs of the kernel itself, from side channels such as timing, and at `reduced` or `none`
from whatever bubblewrap's namespaces would have kept out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.model import Evidence, Execution, FileEvidence, Limits, Probe, Submission, SubmittedFile
from grader.sandbox.capabilities import Capability, Machine, inspect_machine
from grader.sandbox.execution import Clock, FileResult, run_file
from grader.sandbox.policy import LAYERS, Isolation, build_job
from grader.sandbox.scratch import scratch_folder
from grader.sandbox.server import ForkServer
from grader.sandbox.tree import Layout, Packed, describe_files, lay_out, packed_tree, remark_missing, remark_replaced

__all__ = [
    "Capability",
    "Isolation",
    "Machine",
    "Sandbox",
    "inspect_machine",
    "open_sandbox",
    "scratch_folder",
]  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Which submission is run, and how its files are laid out for the one that runs now."""

    submission: Submission
    layout: Layout
    sources: tuple[int, int]


class Sandbox:
    """A warm box. Not for use by several threads at once."""

    def __init__(
        self, server: ForkServer, isolation: Isolation, limits: Limits, data: Packed, *, render_figures: bool
    ) -> None:
        """Run submissions in `server` under `limits`, with the course's `data` beside each file that runs."""
        self.server, self.isolation, self._limits, self._data = server, isolation, limits, data
        self._render_figures = render_figures

    def run(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str) -> Execution:
        """Run all files of `submission` and answer `probes` in each.

        Raises:
            SandboxError: the sandbox failed. The sandbox is to be closed; the submission is ungraded.
        """
        clock = Clock(self._limits)
        done: dict[str, FileResult] = {}
        remarks = list(submission.remarks)
        with packed_tree(submission.tree) as tree:
            # What lies deepest counts least: it comes last, and cannot use up the time of what counts.
            for file in sorted(submission.files, key=lambda file: file.name.count("/")):
                layout = lay_out(file.name, tree.places, self._data.places)
                place = _Place(submission, layout, (tree.fd, self._data.fd))
                done[file.name] = self._run_file(file, place, probes, clock)
                remarks += _remark(done[file.name].evidence, layout)
        results = [done[file.name] for file in submission.files]
        evidence = Evidence(
            schema="grader/evidence/v1",
            student=submission.student,
            files=tuple(file.name for file in submission.files),
            submission_sha256=submission.sha256,
            probes_sha256=probes_sha256,
            isolation=self.isolation,
            runs=tuple(result.evidence for result in results),
            remarks=tuple(remarks),
        )
        times = {"cells_s": clock.cells_s, "probes_s": clock.probes_s, "cpu_s": clock.cpu_s, "by_cell": clock.by_cell}
        notebooks = {file.name: result.notebook for file, result in zip(submission.files, results, strict=True)}
        return Execution(evidence, notebooks, times)

    def _run_file(self, file: SubmittedFile, place: _Place, probes: Sequence[Probe], clock: Clock) -> FileResult:
        with self.server.working_directory() as home:
            job = build_job(self._limits, LAYERS[self.isolation], home)
            job |= describe_files(file.name, file.style, place.layout, job) | {
                "seed": derive_seed(place.submission),
                "sources": place.sources,
                "render_figures": self._render_figures,
            }
            return run_file(self.server, job, file, probes, clock)

    def kill(self) -> None:
        """End the box now, from any thread; a run that goes on in it fails."""
        self.server.kill()


def derive_seed(submission: Submission) -> int:
    """Return the seed of a submission's own generators: the same files, the same numbers."""
    return int.from_bytes(hashlib.sha256(submission.sha256.encode()).digest()[:8], "big")


def _remark(run: FileEvidence, layout: Layout) -> Iterator[str]:
    """Yield what is said of a run's files: what the course replaced, what lies where a file was not found."""
    yield from remark_replaced(layout)
    missed = [cell.index for cell in run.cells if cell.error is not None and cell.error.error == "FileNotFoundError"]
    if missed:
        yield remark_missing(run.file, missed[0], layout)


@contextmanager
def open_sandbox(  # noqa: PLR0913 -- each is something else that makes a box
    packages: tuple[str, ...],
    isolation: Isolation = "full",
    limits: Limits | None = None,
    *,
    hidden: tuple[Path, ...] = (),
    data: Mapping[str, bytes] | None = None,
    render_figures: bool = False,
) -> Iterator[Sandbox]:
    """Start a box for students who may import `packages`, and end it afterwards.

    `hidden` folders (the course, the project) are never visible inside, wherever they lie. `data` are the files that
    the course gives its students, by path; each run finds a copy of them beside its file.

    Raises:
        IsolationError: this machine does not give `isolation`; nothing weaker is used instead.
        HostError: this machine has run short of something.
        SandboxError: the box was built and did not start.
    """
    limits, data = limits or Limits(), data or {}
    needed_bytes = limits.disk_bytes + sum(map(len, data.values()))
    with ForkServer(packages, LAYERS[isolation], hidden, needed_bytes) as server, packed_tree(data) as files:
        yield Sandbox(server, isolation, limits, files, render_figures=render_figures)
