"""Workers, boxes and bubblewrap itself are lost while a class is graded: tried again, then ungraded, never a zero."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.server import find_descendants

ROOT = Path(__file__).parents[3]
SOON_S = 300
JUDGED = ("batch.json", "report.json", "report.txt", "evidence.json")
HONEST = "ex1_r = [0.4, 0.3, 0.2, 0.1]\nex1_larger = 'equal'\n"


def write_class(folder: Path, **sources: str) -> Path:
    """Write a class of scripts, one a keyword."""
    folder.mkdir()
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def read_results(out: Path) -> dict[str, bytes]:
    """Return all that must come out the same, by its path."""
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*") if path.name in JUDGED}


def statuses_of(report: dict[str, Any]) -> set[str]:
    """Return the status of every part."""
    return {part["status"] for exercise in report["exercises"] for part in exercise["parts"]}


@dataclass(frozen=True)
class Programs:
    """The programs that a batch finds, and one of which can be taken away from it alone."""

    prefix: tuple[str, ...]
    path: str

    def lose(self, batch: Batch) -> None:
        """Take bubblewrap away from a running batch."""
        if not self.prefix:
            Path(self.path, "bwrap").unlink()
            return
        inside = ("nsenter", "--target", str(batch.pid), "--mount")
        subprocess.run([*inside, "mount", "--bind", "/dev/null", str(shutil.which("bwrap"))], check=True)


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """Programs to lose: root's in a mount namespace, as the box has to find bubblewrap too; others' by their PATH."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    if os.geteuid() != 0:
        (tmp_path / "bwrap").symlink_to(str(shutil.which("bwrap")))
        return Programs((), str(tmp_path))
    prefix = ("unshare", "--mount")
    if subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("no mount namespace can be made here")
    return Programs(prefix, os.environ["PATH"])


class Batch:
    """A class that is being graded; the last student sleeps for a while."""

    def __init__(self, students: Path, out: Path, jobs: int = 2, programs: Programs | None = None) -> None:
        """Start it; `programs` are those that it finds."""
        self.log = out.parent / f"{out.name}.log"
        command = [sys.executable, "-m", "grader", "batch", str(students), "--out", str(out), "--jobs", str(jobs)]
        environment = dict(os.environ)
        if programs is not None:
            command = [*programs.prefix, *command]
            environment["PATH"] = programs.path
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    def wait_until(self, is_so: Callable[[], Any]) -> Any:
        """Wait until something is so, while the batch runs, and return what was seen: by now it may be otherwise."""
        deadline = time.monotonic() + SOON_S
        while not (seen := is_so()):
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "it did not come to be"
            time.sleep(0.02)
        return seen

    def wait(self) -> int:
        """Return the exit status."""
        return self._process.wait(SOON_S)

    def done(self) -> int:
        """Return how many students are done."""
        return sum(line.startswith("[") and "/100" in line for line in self.log.read_text().splitlines())

    def workers(self) -> list[int]:
        """Return the workers: the processes that have started a box."""
        below = find_descendants(self.pid)
        boxes = {pid for pid in below if command_of(pid) == "bwrap"}
        return sorted({parent_of(pid) for pid in boxes} - boxes)

    def busy_workers(self) -> list[int]:
        """Return the workers in whose box a student is at work: a process with a session of its own."""
        return [worker for worker in self.workers() if any(map(is_student, find_descendants(worker)))]


def command_of(pid: int) -> str:
    """Return a process's program; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    """Return a process's parent; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def is_student(pid: int) -> bool:
    """Tell whether a process of a box is a student's."""
    try:
        return command_of(pid).startswith("python") and os.getsid(pid) == pid
    except OSError:
        return False


@pytest.fixture(scope="module")
def large_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that is large enough for worker processes."""
    sources = {f"s{number:02}": f"{HONEST}mine = {number}\n" for number in range(15)}
    sleeper = f"{HONEST}import time\ntime.sleep(4)\n"
    return write_class(tmp_path_factory.mktemp("short") / "class", z_sleeper=sleeper, **sources)


@pytest.fixture(scope="module")
def undisturbed(large_class: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a batch writes where nothing is short."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert Batch(large_class, out).wait() == 0
    return read_results(out)


def test_worker_processes_that_are_killed_over_a_student(large_class: Any, undisturbed: Any, tmp_path: Path) -> None:
    """Two deaths over the same student leave that one ungraded, all others are graded, and the next run mends it."""
    out = tmp_path / "out"
    batch = Batch(large_class, out)
    for _ in range(2):
        (worker,) = batch.wait_until(lambda: batch.done() == 15 and batch.busy_workers())
        os.kill(worker, signal.SIGKILL)
        batch.wait_until(lambda worker=worker: not is_alive(worker))
    assert batch.wait() == 3
    assert statuses_of(json.loads((out / "z_sleeper" / "report.json").read_text())) == {"ungraded"}
    assert "two workers ended while they graded this submission" in batch.log.read_text()
    found = read_results(out)
    assert {name for name, content in undisturbed.items() if found[name] != content} == {
        "batch.json", "z_sleeper/report.json", "z_sleeper/report.txt", "z_sleeper/evidence.json",
    }  # fmt: skip
    assert Batch(large_class, out).wait() == 0
    assert read_results(out) == undisturbed


def is_alive(pid: int) -> bool:
    """Tell whether a process runs, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_starter_of_the_workers_that_is_killed(large_class: Any, undisturbed: Any, tmp_path: Path) -> None:
    """Without the process they are forked from, workers go on; one that dies then is replaced all the same."""
    out = tmp_path / "out"
    batch = Batch(large_class, out)
    worker, _ = batch.wait_until(lambda: batch.done() >= 2 and len(seen := batch.workers()) == 2 and seen)
    os.kill(parent_of(worker), signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    assert batch.wait() == 0, batch.log.read_text()
    assert read_results(out) == undisturbed


def kill_box(batch: Batch) -> None:
    """Kill the fork server of a box in which a student is at work."""

    def find_boxes() -> list[int]:
        inside = [pid for worker in batch.workers() for pid in find_descendants(worker)]
        return [box for pid in inside if is_student(pid) and (box := parent_of(pid))]  # no parent: it has just ended

    box, *_ = batch.wait_until(find_boxes)
    os.kill(box, signal.SIGKILL)


def test_box_that_is_killed_while_a_class_is_graded(large_class: Any, undisturbed: Any, tmp_path: Path) -> None:
    """With bubblewrap there, a new box takes its place, and nobody notices."""
    out = tmp_path / "out"
    batch = Batch(large_class, out)
    kill_box(batch)
    assert batch.wait() == 0, batch.log.read_text()
    assert read_results(out) == undisturbed


@pytest.mark.parametrize("jobs", [1, 2], ids=["one", "processes"])
def test_bubblewrap_that_goes_missing_while_a_class_is_graded(
    large_class: Any, undisturbed: Any, programs: Any, tmp_path: Path, jobs: int
) -> None:
    """No new box, nothing weaker in its place: the class stops with status 3, and goes on when bubblewrap is back."""
    out = tmp_path / "out"
    batch = Batch(large_class, out, jobs, programs)
    batch.wait_until(lambda: batch.busy_workers() and batch.done() >= 2)
    programs.lose(batch)
    kill_box(batch)
    assert batch.wait() == 3
    told = batch.log.read_text()
    assert "grader: error: bwrap is not installed, and without it there is no box: apt-get install bubblewrap" in told
    assert "Traceback" not in told
    found = read_results(out)
    rows = json.loads(found.pop("batch.json"))
    assert 2 <= len(rows) < 16
    assert all(row in json.loads(undisturbed["batch.json"]) for row in rows)
    assert all(undisturbed[name] == content for name, content in found.items())
    done = batch.done()
    assert 2 <= done <= len([name for name in found if name.endswith("report.json")]) < 16
    again = Batch(large_class, out, jobs)
    assert again.wait() == 0
    assert again.log.read_text().count("(not run again)") >= done
    assert read_results(out) == undisturbed
