"""Where the machine runs short of memory or processes, students are tried again, then ungraded: never a zero."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SOON_S = 300
MIB = 1 << 20
JUDGED = ("batch.json", "report.json", "report.txt", "evidence.json")
HONEST = "ex1_r = [0.4, 0.3, 0.2, 0.1]\nex1_larger = 'equal'\n"
HUNGRY = f"{HONEST}filled = bytearray(400 << 20)\n"
MANY = f"""{HONEST}
import os, time
for _ in range(4):
    if os.fork() == 0:
        filled = bytearray(90 << 20)
        time.sleep(1)
        os._exit(0)
for _ in range(4): os.wait()
"""
THREADS = f"""{HONEST}
import threading, time
started = [threading.Thread(target=time.sleep, args=(1,), daemon=True) for _ in range(20)]
for thread in started: thread.start()
"""


@dataclass(frozen=True)
class Group:
    """A control group around the whole grader, as a container or a batch system puts one."""

    folder: Path

    def join(self) -> None:
        """Put this process into it; for a child before it becomes the grader."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))


def _base_of(controller: str) -> Path:
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        enabled = (root / "cgroup.subtree_control").read_text().split()
        return root if controller in enabled else pytest.skip(f"no {controller} in the groups of this machine")
    lines = (line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines())
    own = {name: path for _, names, path in lines for name in names.split(",")}
    return root / controller / own.get(controller, "").lstrip("/")


@pytest.fixture
def make_group() -> Iterator[Callable[..., Group]]:
    """Return a function that makes a group with a limit, or skips where this user may not."""
    made: list[Path] = []

    def make(controller: str, limit: int) -> Group:
        folder = _base_of(controller) / f"test-{secrets.token_hex(4)}"
        try:
            folder.mkdir()
        except OSError as error:
            pytest.skip(f"no control group can be made here: {error}")
        made.append(folder)
        names = {"memory": ("memory.max", "memory.limit_in_bytes"), "pids": ("pids.max",)}[controller]
        next(folder / name for name in names if (folder / name).exists()).write_text(str(limit))
        return Group(folder)

    yield make
    for folder in made:
        wait_until(lambda folder=folder: _is_removed(folder))


def _is_removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def wait_until(is_so: Callable[[], Any]) -> Any:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + SOON_S
    while not (found := is_so()):
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)
    return found


def write_class(folder: Path, **sources: str) -> Path:
    """Write a class of scripts, one a keyword."""
    folder.mkdir()
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def run(*arguments: object, group: Group | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, in a process of its own."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    joins = None if group is None else group.join
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=SOON_S, cwd=ROOT, preexec_fn=joins
    )


def read_results(out: Path) -> dict[str, bytes]:
    """Return all that must come out the same, by its path."""
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*") if path.name in JUDGED}


def read_report(out: Path, student: str) -> dict[str, Any]:
    """Return a student's report."""
    report: dict[str, Any] = json.loads((out / student / "report.json").read_text())
    return report


def statuses_of(report: dict[str, Any]) -> set[str]:
    """Return the status of every part."""
    return {part["status"] for exercise in report["exercises"] for part in exercise["parts"]}


def test_student_whom_this_machine_cannot_hold(make_group: Any, tmp_path: Path) -> None:
    """Killed below their own limit, they are ungraded, and the others graded; with memory, all have their points."""
    students = write_class(tmp_path / "class", ada=HONEST, hungry=HUNGRY, zoe=f"{HONEST}\n# zoe\n")
    good, out = tmp_path / "good", tmp_path / "out"
    assert run("batch", students, "--out", good, "--jobs", "1").returncode == 0
    short = run("batch", students, "--out", out, "--jobs", "1", group=make_group("memory", 400 * MIB))
    assert short.returncode == 3, short.stderr
    report = read_report(out, "hungry")
    assert statuses_of(report) == {"ungraded"}
    assert report["ungraded"] == report["max"]
    assert "0/100" not in short.stdout + short.stderr
    rows = {row["student"]: row for row in json.loads((out / "batch.json").read_text())}
    assert "this machine ran out of memory while a submission was within its limits" in rows["hungry"]["reason"]
    for name in ("ada", "zoe"):
        assert (out / name / "report.json").read_bytes() == (good / name / "report.json").read_bytes()
    again = run("batch", students, "--out", out, "--jobs", "1")
    assert again.returncode == 0, again.stderr
    assert again.stderr.count("(not run again)") == 2
    assert read_results(out) == read_results(good)


def test_student_who_fills_the_own_limit_on_a_small_machine(make_group: Any, tmp_path: Path) -> None:
    """Whoever takes more than a submission may have is told so, however little the machine has."""
    students = write_class(tmp_path / "class", ada=MANY)
    arguments = ("grade", students / "ada.py", "--format", "json", "--memory-bytes", 128 * MIB)
    done = run(*arguments, group=make_group("memory", 600 * MIB))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ungraded"] == 0


@pytest.mark.parametrize("most", [3, 6, 8, 40])
def test_machine_that_gives_few_processes(make_group: Any, tmp_path: Path, most: int) -> None:
    """At whatever step no more process can be started: all points, or everything ungraded and a status that says so."""
    students = write_class(tmp_path / "class", ada=HONEST)
    done = run("grade", students / "ada.py", "--format", "json", group=make_group("pids", most))
    assert "Traceback" not in done.stderr
    assert done.returncode in {3: {3}, 40: {0}}.get(most, {0, 3}), done.stderr
    if done.returncode == 0:
        assert json.loads(done.stdout)["score"] == 2
    else:
        assert statuses_of(json.loads(done.stdout)) == {"ungraded"}
        assert "this machine is short of memory or processes" in done.stderr


def test_student_whom_this_machine_refuses_a_process(make_group: Any, tmp_path: Path) -> None:
    """Refused a thread within the limit, a student is ungraded; past the own limit, it is the student's doing."""
    students = write_class(tmp_path / "class", ada=THREADS)
    done = run("grade", students / "ada.py", "--format", "json", group=make_group("pids", 20))
    assert done.returncode == 3, done.stderr
    assert statuses_of(json.loads(done.stdout)) == {"ungraded"}
    assert "refused a process to a submission that was within its limits" in done.stderr
    own = run("grade", students / "ada.py", "--format", "json", "--processes", "5")
    assert own.returncode == 0, own.stderr
    assert json.loads(own.stdout)["ungraded"] == 0
