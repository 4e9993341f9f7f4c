"""The same files give the same evidence and the same report, alone or beside others who keep the machine busy."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "submissions"
CLASS = {
    "right": 4, "partial": 4, "wrong": 4, "mistakes": 6, "follow_through": 6,
}  # fmt: skip
BUSY = "while True: sum(range(10_000))"
# Far above what all need but those without end: a machine that does other things gives a tenth of its time.
LIMITS = (
    "--cell-wall-s", "10", "--submission-wall-s", "60", "--call-wall-s", "10", "--calls-wall-s", "60", "--jobs", "2",
)  # fmt: skip

# Whose evidence could depend on the moment: each ends the same way every time, at another line or in another order.
RESTLESS = {
    "loops": """
        # %% tags=["ex1"]
        ex1_kl_pq = 0.4564348
        # %% tags=["ex1"]
        def deeper(n):
            return n if n == 0 else deeper(n - 1) + 1
        while True:
            for n in range(50):
                deeper(n)
        # %% tags=["ex1"]
        ex1_kl_qp = 0.4564348
    """,
    "loops_in_a_call": """
        # %% tags=["ex1"]
        def ex1_kl(p, q):
            total = 0
            while True:
                total += float((p * q).sum())
    """,
    "catches_the_interrupt": """
        # %% tags=["ex1"]
        count = 0
        try:
            while True:
                count += 1
        except BaseException:
            raise ValueError(f"interrupted after {count} rounds")
    """,
    "threads_that_print": """
        # %% tags=["ex1"]
        import threading, time
        def work(name):
            for number in range(200):
                print(name, "é" * 20, number)
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ex1_kl_pq = 0.4564348
    """,
    "a_thread_that_goes_on": """
        # %% tags=["ex1"]
        import threading, time
        def work():
            while True:
                print("still here")
                time.sleep(0.001)
        threading.Thread(target=work, daemon=True).start()
        ex1_kl_pq = 0.4564348
        # %% tags=["ex2"]
        ex2_kl_12 = 0.5
    """,
    "children": """
        # %% tags=["ex1"]
        import multiprocessing, os, subprocess, sys
        def square(x):
            print("child", os.getpid(), flush=True)
            return x * x
        with multiprocessing.get_context("fork").Pool(4) as pool:
            found = pool.map(square, range(20))
        subprocess.run([sys.executable, "-c", "print('hello')"], check=True)
        child = os.fork()
        if child == 0:
            print("bye")
            os._exit(3)
        ex1_kl_pq = 0.4564348 if os.waitpid(child, 0)[1] == 768 and found[3] == 9 else 0
    """,
    "kills_itself": """
        # %% tags=["ex1"]
        ex1_kl_pq = 0.4564348
        # %% tags=["ex1"]
        import os, signal, threading
        threading.Thread(target=lambda: print("x" * 1000)).start()
        os.kill(os.getpid(), signal.SIGKILL)
    """,
    "prints_too_much": """
        # %% tags=["ex1"]
        ex1_kl_pq = 0.4564348
        while True:
            print("x" * 1000)
    """,
    "random": """
        # %% tags=["ex1"]
        import random
        import numpy as np
        ex1_kl_pq = random.random()
        ex1_kl_qp = float(np.random.default_rng().normal())
        ex1_r = list({f"name{i}" for i in range(4)})
    """,
}


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class of sample students, and of restless ones."""
    folder = tmp_path_factory.mktemp("class")
    for kind, count in CLASS.items():
        found = sorted(path for path in (SAMPLES / kind).iterdir() if not path.name.startswith("."))
        for path in found[:: max(len(found) // count, 1)][:count]:
            if path.is_dir():
                shutil.copytree(path, folder / f"{kind}_{path.name}")
            else:
                shutil.copy(path, folder / f"{kind}_{path.name}")
    for name, source in RESTLESS.items():
        lines = source.strip("\n").splitlines()
        (folder / f"restless_{name}.py").write_text("\n".join(line[8:] for line in lines), encoding="utf-8")
    return folder


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep so many processes busy."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def grade(students: Path, out: Path) -> dict[str, bytes]:
    """Grade the class and return what is judged and what is said of it."""
    result = CliRunner().invoke(main, ["batch", str(students), "--out", str(out), *LIMITS], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    names = ("evidence.json", "report.json", "report.txt")
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in out.glob("*/*") if path.name in names}


@pytest.mark.xdist_group("same_evidence")
def test_a_class_has_the_same_evidence_beside_busy_processes(students: Path, tmp_path: Path) -> None:
    """Byte by byte, but for students who ask for entropy on purpose, of whom there are none here."""
    alone = grade(students, tmp_path / "alone")
    with busy(2):
        crowded = grade(students, tmp_path / "crowded")
    assert len(alone) == 3 * len(list(students.iterdir())) > 90
    assert [name for name in alone if alone[name] != crowded[name]] == []
    ended = json.loads(alone["restless_loops/evidence.json"])["runs"][0]["cells"]
    assert [cell["status"] for cell in ended] == ["ok", "timed_out", "ok"]
