"""A course of exercise 1, boxes with small limits, and eyes outside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import pipeline
from grader.errors import IsolationError
from grader.judge.probes import build_probes
from grader.model import Cell, FileEvidence, Limits, Probe, Report, Submission, SubmittedFile
from grader.oracle import Oracle
from grader.sandbox import Isolation, Sandbox, open_sandbox
from grader.sandbox.cgroup import find_hierarchies

ROOT = Path(__file__).parents[3]
CANARY = "GRADER_CANARY"  # stands for the instructor's secrets; reads_the_environment.py looks for it
LIMITS = Limits(
    memory_bytes=256 << 20, cell_wall_s=1.5, submission_wall_s=4.0, submission_cpu_s=4.0,
    call_wall_s=0.5, calls_wall_s=3.0,
)  # fmt: skip
_SHM_KEY = str(0x48057113)  # of leaves_shared_memory.py
_HONEST = "ex1_r = [0.4, 0.3, 0.2, 0.1]\nex1_r_unique = True\nex1_nonnegative = True\nex1_larger = 'equal'"


@dataclass
class Box:
    """A sandbox, a grader for exercise 1, and what can be seen of the sandbox from outside."""

    sandbox: Sandbox
    grader: pipeline.Grader
    limits: Limits

    def run(self, submission: Submission) -> tuple[FileEvidence, Report]:
        """Run a submission; asked is also `breach`, in which an attack notes what it reached."""
        probes = (*self.grader.probes, Probe(name="breach", exercise="99"))
        evidence = self.sandbox.run(submission, probes, self.grader.probes_sha256).evidence
        return evidence.runs[0], pipeline.judge(self.grader, evidence)

    def run_code(self, *sources: str, names: str = "a") -> dict[str, object]:
        """Run cells and return the plain values of `names`."""
        probes = tuple(Probe(name=name, exercise="99") for name in names.split())
        evidence = self.sandbox.run(build_submission(*sources), probes, "").evidence.runs[0]
        return {name: getattr(answer.value, "value", answer.value.type) for name, answer in evidence.answers.items()}

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Give so much time that a busy machine changes nothing: for what no limit in time has to stop."""
        limits = Limits(memory_bytes=self.limits.memory_bytes, call_wall_s=30, submission_wall_s=120)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.sandbox, "_limits", limits)
            yield

    def honest_score(self) -> object:
        """Return what an honest student gets, of 4 points."""
        with self.patient():
            return self.run(build_submission(_HONEST))[1].score

    def processes(self) -> dict[int, str]:
        """Return the processes of the box, and those that work in its folders: number → command."""
        return {pid: _read(pid, "cmdline") for pid in _descendants(self.sandbox.server.pid) if _read(pid, "cmdline")}

    def traces_on_the_host(self) -> set[str]:
        """Return marks that attacks leave where they get through to this machine."""
        return _traces_on_the_host()

    def memory_kib(self) -> int:
        """Return the fork server's own memory."""
        pid = next(
            pid for pid, command in self.processes().items() if command.startswith("/") and "bwrap" not in command
        )
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def build_submission(*sources: str) -> Submission:
    """Return a notebook of these code cells."""
    cells = tuple(Cell(index=index, kind="code", source=source) for index, source in enumerate(sources))
    file = SubmittedFile(name="ada.ipynb", style="notebook", sha256="0" * 64, cells=cells)
    return Submission(student="ada", files=(file,), sha256="1" * 64)


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _descendants(top: int) -> set[int]:
    parents = {}
    for pid in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        fields = _read(pid, "stat").rpartition(")")[2].split()
        parents[pid] = int(fields[1]) if fields else 0
    found = {top}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _traces_on_the_host() -> set[str]:
    folders = ("/", "/tmp", "/dev/shm", "/var/tmp", "/home", "/usr", "/etc", str(ROOT), str(Path.home()))
    found = {str(path) for folder in folders for path in Path(folder).glob("*hostile-mark*")}
    found |= {f"sysv {kind}" for kind in ("shm", "sem", "msg") if _SHM_KEY in _read_sysv(kind)}
    groups = (path for folder in set(find_hierarchies().values()) for path in folder.glob(f"grader-{os.getpid()}-*"))
    return found | {str(path) for path in groups}


def _read_sysv(kind: str) -> str:
    path = Path("/proc/sysvipc", kind)
    return path.read_text(encoding="ascii") if path.exists() else ""


@pytest.fixture(scope="session")
def exercise_1() -> pipeline.Grader:
    """The real course's first exercise, with its expected values: what thieves are after."""
    made = pipeline.load_grader(ROOT)
    course = pipeline.select_exercises(made.course, ["1"])
    oracle = Oracle(course, made.oracle.reference)
    return pipeline.Grader(course, oracle, build_probes(course, oracle))


def _open_box(grader: pipeline.Grader, level: Isolation, limits: Limits = LIMITS) -> Iterator[Box]:
    """Open a box with a canary in the instructor's environment, or skip where this machine has no such level."""
    os.environ[CANARY] = "the instructor's secret"
    try:
        with open_sandbox(grader.course.file.packages, level, limits, hidden=(ROOT,)) as sandbox:
            yield Box(sandbox, grader, limits)
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level {level}: {error}")
    finally:
        os.environ.pop(CANARY, None)


@pytest.fixture(scope="session")
def open_box() -> Callable[..., Iterator[Box]]:
    """Return the function that opens a box of its own for one test."""
    return _open_box


@pytest.fixture(scope="session")
def boxes(exercise_1: pipeline.Grader) -> Iterator[Callable[[Isolation], Box]]:
    """Return a function that gives the box of a level; each is opened once and must end with the memory it had."""
    opened: dict[str, tuple[Iterator[Box], Box, int]] = {}

    def get(level: Isolation) -> Box:
        if level not in opened:
            generator = _open_box(exercise_1, level)
            box = next(generator)
            box.honest_score()
            opened[level] = (generator, box, box.memory_kib())
        return opened[level][1]

    yield get
    grown = {level: box.memory_kib() - before for level, (_, box, before) in opened.items()}
    for generator, _, _ in opened.values():
        next(generator, None)
    assert all(kib < 8 << 10 for kib in grown.values()), f"the fork server grew by {grown} KiB"
