"""At `full` nothing inside can kill a student's process with SIGKILL: who is killed so is not to blame."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HostError
from grader.sandbox import open_sandbox, server


@pytest.fixture(scope="module")
def sandbox() -> Any:
    """A box of these tests' own."""
    with open_sandbox(("numpy", "ipython"), "full") as opened:
        yield opened


def _kill_student(sandbox: Any) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for pid in server.find_descendants(sandbox.server.pid):
            if os.getsid(pid) == pid and "python" in Path(f"/proc/{pid}/exe").readlink().name:
                os.kill(pid, signal.SIGKILL)
                return
        time.sleep(0.02)


def test_process_that_is_killed_from_outside_is_ours(sandbox: Any, make_submission: Any) -> None:
    """Whoever killed it, an administrator or a guard against full memory, it was not the student."""
    threading.Timer(0.3, _kill_student, [sandbox]).start()
    with pytest.raises(HostError, match="killed from outside"):
        sandbox.run(make_submission(["import time; time.sleep(25)"]), [], "0" * 64)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os._exit(137)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL); os.abort()",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "import ctypes, resource\nctypes.CDLL(None).syscall(160, 0, (ctypes.c_ulong * 2)(1, 1))\nimport os; os.abort()",
    ],
)
def test_student_cannot_die_as_if_killed_from_outside(sandbox: Any, make_submission: Any, code: str) -> None:
    """Exit statuses, signals and lowered limits are the student's own end, or none."""
    run = sandbox.run(make_submission([code]), [], "0" * 64).evidence.runs[0]
    assert run.ending is None or run.ending.cause in {"exited", "killed_by_signal"}


def test_limits_can_still_be_read_and_lowered(sandbox: Any, make_submission: Any) -> None:
    """Programs ask for limits, and lower others for what they start."""
    code = (
        "import resource\nresource.getrlimit(resource.RLIMIT_CPU)\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))"
    )
    (cell,) = sandbox.run(make_submission([code]), [], "0" * 64).evidence.runs[0].cells
    assert cell.status == "ok"
