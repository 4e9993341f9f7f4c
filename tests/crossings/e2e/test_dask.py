"""A class graded on Dask workers: the reports are those of one machine, whatever happens to a worker."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = [ROOT / "submissions" / name for name in ("right/ada.ipynb", "right/ben.py", "wrong/kim.py")]
STUDENTS, WORKERS, SOON_S = 24, 3, 300

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None, reason="needs distributed: pip install 'numgrade[dask]'"
    ),
]


def spawn(*words: str, host: str = "") -> subprocess.Popen[bytes]:
    """Start a Python program where the grader can be imported, in the network namespace `host` if one is named."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*inside(host), sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def inside(host: str) -> list[str]:
    """Return the words that run a command on a host of this test."""
    return ["ip", "netns", "exec", host] if host else []


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Return a scheduler's address and its worker processes, one thread each."""
    file = tmp_path / "scheduler.json"
    quiet = ("--no-dashboard", "--scheduler-file", str(file))
    with ExitStack() as stack:

        def start(*words: str) -> subprocess.Popen[bytes]:
            return stack.enter_context(ending(spawn(*words, *quiet)))

        start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0")
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        own = ("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path))
        workers = [start("distributed.cli.dask_worker", *own) for _ in range(WORKERS)]
        yield json.loads(file.read_text())["address"].replace("tcp://", "dask://"), workers


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Lend a process and end it afterwards."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def students(tmp_path: Path) -> Path:
    """Return a class of copies of three sample students, and one that is refused."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(STUDENTS):
        source = SOURCES[number % len(SOURCES)]
        shutil.copy(source, folder / f"s{number:02}{source.suffix}")
    (folder / "torn.ipynb").write_text("{")
    return folder


def read_results(out: Path) -> dict[str, bytes]:
    """Return all that must come out the same."""
    names = ("batch.json", "report.json", "report.txt", "evidence.json")
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*") if path.name in names}


def test_dask_and_local_give_the_same_bytes_though_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], students: Path, tmp_path: Path
) -> None:
    """Losing a worker in mid-batch costs retries only."""
    address, workers = cluster
    far, near = tmp_path / "far", tmp_path / "near"
    batch = spawn("grader", "batch", str(students), "--out", str(far), "--executor", address)
    wait_until(lambda: len(list(far.glob("*/report.json"))) >= 3)
    assert batch.poll() is None
    workers[0].kill()
    assert batch.wait(SOON_S) == 0
    assert spawn("grader", "batch", str(students), "--out", str(near)).wait(SOON_S) == 0
    assert len(read_results(far)) == 3 * STUDENTS + 1
    assert read_results(far) == read_results(near)


@pytest.fixture
def hosts() -> Iterator[tuple[str, str]]:
    """Return two network namespaces with a cable between them: 10.99.0.1 and 10.99.0.2."""
    names = (f"grader-a{os.getpid()}", f"grader-b{os.getpid()}")
    cable = [f"ga{os.getpid()}", f"gb{os.getpid()}"]

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    with ExitStack() as stack:
        try:
            for name in names:
                ip("netns", "add", name)
                stack.callback(ip, "netns", "del", name)
            ip("link", "add", cable[0], "netns", names[0], "type", "veth", "peer", "name", cable[1], "netns", names[1])
            for name, end, number in zip(names, cable, (1, 2), strict=True):
                ip("-n", name, "addr", "add", f"10.99.0.{number}/24", "dev", end)
                ip("-n", name, "link", "set", end, "up")
                ip("-n", name, "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"this machine makes no network namespaces: {error}")
        yield names


def test_two_hosts_give_the_same_bytes(hosts: tuple[str, str], students: Path, tmp_path: Path) -> None:
    """Scheduler and batch on one host, the worker on another, nothing between them but the network."""
    here, there = hosts
    far, near = tmp_path / "far", tmp_path / "near"
    for path in sorted(students.iterdir())[6:]:
        path.unlink()
    quiet = ("--no-dashboard", "--dashboard-address", ":0")
    with (
        ending(spawn("distributed.cli.dask_scheduler", "--host", "10.99.0.1", "--port", "8786", *quiet, host=here)),
        ending(
            spawn("distributed.cli.dask_worker", "tcp://10.99.0.1:8786", "--nthreads", "1", "--no-nanny", *quiet,
                  "--local-directory", str(tmp_path), host=there)
        ),
    ):  # fmt: skip
        words = ("grader", "batch", str(students), "--out")
        batch = spawn(*words, str(far), "--executor", "dask://10.99.0.1:8786", host=here)
        assert batch.wait(SOON_S) == 0
    assert spawn(*words, str(near)).wait(SOON_S) == 0
    assert len(read_results(far)) == 3 * 6 + 1
    assert read_results(far) == read_results(near)


def ask(students: Path, out: Path, executor: str) -> subprocess.CompletedProcess[str]:
    """Ask for a batch on an executor, and wait for the answer."""
    words = [sys.executable, "-m", "grader", "batch", str(students), "--out", str(out), "--executor", executor]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SOON_S)


def test_no_scheduler_is_wrong_usage(students: Path, tmp_path: Path) -> None:
    """A wrong address is told, and nothing is graded."""
    out = tmp_path / "out"
    done = ask(students, out, "dask://127.0.0.1:9")
    assert done.returncode == 2
    assert "no Dask scheduler answers there" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize("executor", ["dusk", "dask://", "tcp://h:1"])
def test_unknown_executor_is_wrong_usage(students: Path, tmp_path: Path, executor: str) -> None:
    """What is neither this machine nor a scheduler is refused."""
    done = ask(students, tmp_path / "o", executor)
    assert done.returncode == 2
    assert "expected local or dask://HOST:PORT" in done.stderr
