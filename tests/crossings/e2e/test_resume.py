"""A batch that is killed at any moment and started again ends as if nothing had happened.

GRADER_STUDENTS=200 GRADER_KILLS=10 makes the class larger and kills ten times instead of four; GRADER_KILL_SEED chooses
other moments.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox.server import find_descendants

ROOT = Path(__file__).parents[3]
SOURCES = [ROOT / "submissions" / name for name in ("right/ada.ipynb", "right/ben.py", "wrong/kim.py")]
STUDENTS = int(os.environ.get("GRADER_STUDENTS", "30"))
KILLS = int(os.environ.get("GRADER_KILLS", "4"))
SEED = int(os.environ.get("GRADER_KILL_SEED", "20260501"))
SOON_S = 300

pytestmark = pytest.mark.xdist_group("resume")


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class of copies of three sample students."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(STUDENTS):
        source = SOURCES[number % len(SOURCES)]
        shutil.copy(source, folder / f"s{number:03}{source.suffix}")
    return folder


@pytest.fixture(scope="module")
def undisturbed(students: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what an undisturbed run writes."""
    out = tmp_path_factory.mktemp("undisturbed")
    assert start(students, out).wait(SOON_S) == 0
    return read_results(out)


def start(students: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a batch in a process group of its own."""
    command = [sys.executable, "-m", "grader", "batch", str(students), "--out", str(out), "--jobs", "2"]
    log = (out.parent / f"{out.name}.log").open("ab")
    # A shell without job control starts what runs in the background with Ctrl-C ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with log:
            return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)


def read_results(out: Path) -> dict[str, bytes]:
    """Return all that must come out the same; times and notebooks are not judged."""
    names = ("batch.json", "report.json", "report.txt", "evidence.json")
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*") if path.name in names}


def count_reports(out: Path) -> int:
    """Return how many students have a report."""
    return len(list(out.glob("*/report.json")))


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something is so, or the process has ended."""
    deadline = time.monotonic() + SOON_S
    while not is_so() and process.poll() is None:
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.01)


def find_all(pid: int) -> set[tuple[int, str]]:
    """Return a process and those below it: number and start time, for a number can be used again."""
    below = ((one, started_at(one)) for one in [pid, *find_descendants(pid)])
    return {(one, started) for one, started in below if started is not None}


def started_at(pid: int) -> str | None:
    """Return when a process that still runs was started, in clock ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def assert_all_end(processes: set[tuple[int, str]]) -> None:
    """Wait until none of them runs."""
    deadline = time.monotonic() + SOON_S
    while left := {(pid, started) for pid, started in processes if started_at(pid) == started}:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.05)


def kill(batch: subprocess.Popen[bytes]) -> set[tuple[int, str]]:
    """Kill a batch and its workers at once; return all processes it had."""
    below = find_all(batch.pid)
    os.killpg(batch.pid, signal.SIGKILL)
    batch.wait()
    return below


def test_killed_at_random_moments_ends_as_undisturbed(
    students: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    """Same bytes, nothing that was done is done again, no process and no temporary file is left."""
    rng, out = random.Random(SEED), tmp_path / "out"
    out.mkdir()
    for _ in range(KILLS):
        before, more, pause_s = count_reports(out), rng.randrange(max(STUDENTS // KILLS - 2, 1)), rng.uniform(0, 0.6)
        batch = start(students, out)
        wait_until(lambda: count_reports(out) >= before + more, batch)  # noqa: B023 - used in this turn only
        time.sleep(pause_s)
        assert batch.poll() is None, "it ended before it could be killed"
        assert_all_end(kill(batch))
        assert count_reports(out) >= before
    kept = {path.parents[1].name for path in out.glob("*/evidence/*.json")}
    assert start(students, out).wait(SOON_S) == 0
    assert read_results(out) == undisturbed
    lines = (tmp_path / "out.log").read_text().splitlines()[-3 * STUDENTS :]
    reused = {line.split()[1] for line in lines if "(not run again)" in line}
    assert kept <= reused
    assert not list(out.rglob("*.tmp"))
    assert not list(out.rglob("*.lock"))


def test_killed_batch_alone_takes_its_workers_along(students: Path, tmp_path: Path) -> None:
    """Where only the batch itself is killed, its workers, boxes and students' processes end too."""
    out = tmp_path / "out"
    out.mkdir()
    batch = start(students, out)
    wait_until(lambda: count_reports(out) >= 1, batch)
    below = find_all(batch.pid)
    batch.kill()
    batch.wait()
    assert_all_end(below)


def test_killed_worker_costs_nothing(students: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """A worker that somebody kills is replaced, and every report is as it would have been."""
    out = tmp_path / "out"
    out.mkdir()
    batch = start(students, out)
    wait_until(lambda: count_reports(out) >= 2, batch)
    boxes = [pid for pid in find_descendants(batch.pid) if "bwrap" in read_command(pid)]
    workers = {parent_of(pid) for pid in boxes} - set(boxes)
    assert workers
    os.kill(min(workers), signal.SIGKILL)
    assert batch.wait(SOON_S) == 0
    assert read_results(out) == undisturbed


def read_command(pid: int) -> str:
    """Return a process's program."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    """Return a process's parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_interrupt_ends_cleanly(students: Path, tmp_path: Path) -> None:
    """Ctrl-C, which reaches every process of the terminal, ends with status 130, says so and leaves nothing running."""
    out = tmp_path / "out"
    out.mkdir()
    batch = start(students, out)
    wait_until(lambda: count_reports(out) >= 1, batch)
    below = find_all(batch.pid)
    os.killpg(batch.pid, signal.SIGINT)
    assert batch.wait(SOON_S) == 130
    log = (tmp_path / "out.log").read_text()
    assert "interrupted" in log
    assert "Traceback" not in log
    assert_all_end(below)
    assert not (out / "batch.lock").exists()
