"""When the sandbox itself breaks it says so: `SandboxError`, never a verdict on the student, never a hang."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import IsolationError, SandboxError, UsageError
from grader.model import Limits
from grader.sandbox import Sandbox, open_sandbox, policy, server

PACKAGES = ("numpy", "scipy", "matplotlib", "ipython", "sympy")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A box of this test's own, to break."""
    with open_sandbox(PACKAGES, "full", Limits(cell_wall_s=5.0)) as opened:
        yield opened


def test_fork_server_that_died_between_submissions(sandbox: Sandbox, make_submission: Any) -> None:
    """A dead fork server is our fault."""
    _kill_fork_server(sandbox)
    time.sleep(0.2)
    with pytest.raises(SandboxError):
        sandbox.run(make_submission(["a = 1"]), [], "0" * 64)


def test_fork_server_that_dies_while_a_student_runs(sandbox: Sandbox, make_submission: Any) -> None:
    """The student's process dies with the box, and it is not the student's fault."""
    threading.Timer(0.5, _kill_fork_server, [sandbox]).start()
    with pytest.raises(SandboxError):
        sandbox.run(make_submission(["import time; time.sleep(4)"]), [], "0" * 64)


def test_fork_server_that_hangs(sandbox: Sandbox, make_submission: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that does not answer is given up after a while."""
    monkeypatch.setattr(server, "START_S", 0.5)
    sandbox.server._control.settimeout(0.5)
    for pid in server.find_descendants(sandbox.server.pid):
        os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(SandboxError):
        sandbox.run(make_submission(["a = 1"]), [], "0" * 64)
    assert time.monotonic() - started < policy.START_S


def test_missing_bubblewrap_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without bubblewrap grading does not start, and the message says what to install; nothing weaker is used."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError, match="apt-get install bubblewrap"), open_sandbox(PACKAGES):
        pass


def test_child_that_cannot_be_confined_never_runs(
    sandbox: Sandbox, make_submission: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of the confinement that the kernel refuses is our fault, and the student's code does not start."""
    monkeypatch.setattr(sandbox, "_limits", Limits(disk_bytes=1, disk_files=1))
    with pytest.raises(SandboxError, match="could not be confined"):
        sandbox.run(make_submission(["a = 1"]), [], "0" * 64)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"op":"broken","why":"OSError: no \\"hello\\""}', 'could not be confined: OSError: no "hello"'),
        (b'{"op":"answered","name":"hello"}', "began with 'answered', expected 'hello'"),
        (b'"hello"', "first word has 7 bytes and is no frame"),
        (b"", "first word has 0 bytes and is no frame"),
    ],
)
def test_only_a_hello_says_that_a_child_is_confined(body: bytes, message: str) -> None:
    """Whatever else comes first, and whatever words it holds, no code is sent there."""
    with pytest.raises(SandboxError, match=message):
        server._check_hello(body)


_UNDER_A_LIMIT = """
import resource
from grader.sandbox import inspect_machine
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
print([capability.what for capability in inspect_machine(("numpy", "ipython")).capabilities])
"""


def test_limit_that_this_machine_does_not_allow_is_named() -> None:
    """Where the user's own hard limit is below what students are promised, our fault says which, and what it allows."""
    command = [sys.executable, "-c", _UNDER_A_LIMIT]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "RLIMIT_NOFILE: this machine allows 200" in done.stdout


def test_package_of_the_course_that_is_not_installed_is_the_authors_fault() -> None:
    """A name in course.yaml that pip does not know is reported as such."""
    with pytest.raises(UsageError, match="pip install nosuchpackage"), open_sandbox(("nosuchpackage",)):
        pass


def _kill_fork_server(sandbox: Sandbox) -> None:
    """Kill the process that forks students, from outside."""
    for pid in server.find_descendants(sandbox.server.pid):
        if Path(f"/proc/{pid}/comm").read_text().startswith("python"):
            os.kill(pid, signal.SIGKILL)
            return
    raise AssertionError("no fork server")


def test_closing_a_box_that_hangs_leaves_no_process_behind(make_submission: Any) -> None:
    """A box that is stopped in the middle of its work is gone after closing, with everything in it."""
    with open_sandbox(PACKAGES, "full") as sandbox:
        sandbox.run(make_submission(["a = 1"]), [], "0" * 64)
        pids = server.find_descendants(sandbox.server.pid)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_groups_of_killed_graders_are_swept(tmp_path: Path) -> None:
    """A grader that was killed leaves an empty control group; the next one removes it, and none of the living's."""
    from grader.sandbox.cgroup import sweep

    dead = 1 << 30  # beyond the largest process id
    for name in (f"grader-{dead}-0", f"grader-{os.getpid()}-0", "grader-x", "other"):
        (tmp_path / name).mkdir()
    sweep({"memory": tmp_path})
    assert {path.name for path in tmp_path.iterdir()} == {f"grader-{os.getpid()}-0", "grader-x", "other"}


def test_course_without_the_usual_packages_has_a_box(make_submission: Any) -> None:
    """A course that offers NumPy alone is warmed with what there is."""
    with open_sandbox(("numpy", "ipython"), "full") as sandbox:
        submission = make_submission(["import numpy\na = 1", "import sympy"])
        cells = sandbox.run(submission, [], "0" * 64).evidence.runs[0].cells
    assert [cell.status for cell in cells] == ["ok", "raised"]
