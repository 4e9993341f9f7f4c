"""A limit is named where it was met, and nowhere else."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from typing import Any

import pytest

from grader.model import Cell as CodeCell
from grader.model import CellRun, NoResult, Raised, Returned
from grader.sandbox import Sandbox, file_evidence
from grader.sandbox.execution import build_run, without_moment
from grader.sandbox.exit_cause import explain_end
from grader.sandbox.messages import CallFrame, Done, ValueFrame
from tests.sandbox.conftest import BRIEF, Run

_THREAD = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
_NONBLOCKING = "import os\nr, w = os.pipe()\nos.set_blocking(r, False)\nos.read(r, 1)\na = 1"


@pytest.mark.parametrize(
    "code",
    [
        _NONBLOCKING,
        "raise BlockingIOError(11, 'fork')\na = 1",
        "raise MemoryError\na = 1",
        'raise RuntimeError("can\'t start new thread")\na = 1',
        "raise OSError(28, 'No space left on device')\na = 1",
        "raise ValueError('No space left on device')\na = 1",
        "d = {1: 1}\ndef fork(x): return x + 1\nfor k in d: d[fork(k)] = 1\na = 1",
    ],
)
def test_an_exception_of_the_students_own_names_no_limit(run_full: Run, code: str) -> None:
    """What only looks like a limit, or was raised by hand, is an exception like any other."""
    assert run_full(code).answers["a"].lost.cause == "raised"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (
            "import os\nos.close(os.open('full', 65))\nopen('full', 'wb').write(bytes(100 << 20))\na = 1",
            "too_much_disk",
        ),
        ("x = bytearray(10**12)\na = 1", "out_of_memory"),
        (f"import threading, time\nfor _ in range(99): {_THREAD}\na = 1", "too_many_processes"),
        (
            "import subprocess, time\nps = []\nwhile True:\n    ps.append(subprocess.Popen(['sleep', '60']))\na = 1",
            "too_many_processes",
        ),
    ],
)
def test_a_limit_that_was_met_is_named(run_full: Run, code: str, cause: str) -> None:
    """Where the system refused, the cause is the limit."""
    assert run_full(code).answers["a"].lost.cause == cause


def test_memory_that_another_process_took_is_not_how_this_one_ended() -> None:
    """A worker that was killed for memory does not explain an exit that came later."""
    group = SimpleNamespace(ran_out_of_memory=lambda: True)
    assert explain_end(group, -signal.SIGKILL, died=True).cause == "out_of_memory"
    assert explain_end(group, 3, died=True).cause == "exited"
    assert explain_end(group, -signal.SIGSEGV, died=True).cause == "killed_by_signal"
    assert explain_end(group, 0, died=False).cause == "protocol"


def test_a_cell_that_we_interrupted_leaves_no_moment() -> None:
    """Where the interrupt struck is no evidence: two runs that were struck elsewhere are the same."""
    struck = [
        Done(op="done", cell=0, error=Raised(error=name, message="m", line=line), traceback=())
        for name, line in (("KeyboardInterrupt", 1), ("ValueError", 2))
    ]
    first, second = (build_run(0, done, late=True) for done in struck)
    assert first == second == CellRun(index=0, status="timed_out")
    assert build_run(0, struck[1], late=False).error.line == 2


def test_a_call_that_we_interrupted_leaves_no_moment() -> None:
    """What came of a call after its time is a call that took too long; what its name holds stays."""
    raised = CallFrame(op="call", name="f", result=Raised(error="ValueError", message="", line=7))
    assert without_moment(raised).result == NoResult(type="timed_out")
    value = ValueFrame.model_validate({"op": "value", "name": "f", "value": {"type": "int", "value": "1"}})
    assert without_moment(value) is value
    assert Returned(value=value.value).type == "returned"


def test_interrupted_work_is_the_same_evidence_each_time(
    full_box: Sandbox, make_submission: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop of several lines is struck anywhere, and nobody sees it."""
    monkeypatch.setattr(full_box, "_limits", BRIEF)
    loop = "x = 0\nwhile True:\n    x += 1\n    y = x\n    z = y"
    submission = make_submission([loop, "a = 1"])
    first, second = (full_box.run(submission, [], "0" * 64).evidence for _ in range(2))
    assert first.model_dump_json() == second.model_dump_json()


def test_a_call_that_turns_its_interrupt_into_an_error_timed_out(run_full: Run) -> None:
    """A student who catches the interrupt does not choose what it is called."""
    code = "def f(x):\n    try:\n        while True: pass\n    except KeyboardInterrupt:\n        raise ValueError"
    assert run_full(code, calls=[(1.0,)]).answers["f"].calls[0].type == "timed_out"


def test_causes_belong_to_their_cells() -> None:
    """A name is lost to the limit that its own cell has met."""
    cells = [CodeCell(0, "code", "a = f()"), CodeCell(1, "code", "b = f()")]
    runs = [CellRun(index=i, status="raised", error=Raised(error="OSError", message="")) for i in range(2)]
    lost = file_evidence.explain_unbound(cells, runs, None, {1: "too_much_disk"})
    assert (lost["a"].cause, lost["b"].cause) == ("raised", "too_much_disk")
