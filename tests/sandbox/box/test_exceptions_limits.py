"""Every limit bites, and the evidence names it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.model import NoResult, UnreadableValue
from grader.sandbox import Sandbox
from grader.sandbox.server import count_tasks
from tests.sandbox.conftest import BRIEF, Run


@pytest.fixture
def waiting_threads() -> Iterator[Callable[[int], None]]:
    """Starts threads of the instructor's, which wait for the end of the test."""
    end = threading.Event()

    def start(count: int) -> None:
        for _ in range(count):
            threading.Thread(target=end.wait).start()

    yield start
    end.set()


def test_endless_cell_is_interrupted_and_later_cells_run(run: Run) -> None:
    """A cell over its time is interrupted; what other cells bind is still read."""
    evidence = run("a = 1", "while True: pass\nc = 3", "b = 2", names="a b c", limits=BRIEF)
    assert [cell.status for cell in evidence.cells] == ["ok", "timed_out", "ok"]
    assert evidence.ending is None
    assert evidence.answers["b"].value.value == "2"
    assert evidence.answers["c"].lost.cause == "timed_out"


def test_cell_that_blocks_every_signal_is_killed(run: Run) -> None:
    """A student who blocks the interrupt is killed, and the cause is the time."""
    code = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\na = 1\nwhile True: pass"
    evidence = run(code, limits=BRIEF)
    assert evidence.ending.cause == "timed_out"
    assert evidence.answers["a"].lost.cause == "timed_out"


def test_submission_has_a_time_of_its_own(run_full: Run) -> None:
    """Cells that each stay within their time may together not go on for ever."""
    evidence = run_full(*["import time; time.sleep(1.8)"] * 5, "a = 1", limits=BRIEF)
    assert evidence.cells[-1].status == "not_run"
    assert evidence.answers["a"].lost.cause == "timed_out"


def test_memory_of_one_process_ends_in_a_memory_error(run: Run) -> None:
    """A cell that fills the memory raises, is named as such, and the next cell runs."""
    evidence = run("x = []\nwhile True: x.append(bytearray(10**7))\na = 1", "b = 2")
    assert evidence.answers["a"].lost.cause == "out_of_memory"
    assert evidence.answers["b"].value.value == "2"


def test_fork_bomb_is_stopped_by_the_process_limit(run_full: Run) -> None:
    """A fork bomb meets the limit on processes; its copies have no say on the channel."""
    evidence = run_full("import os\nwhile True: os.fork()\na = 1", "b = 2")
    assert evidence.answers["a"].lost.cause == "too_many_processes"
    assert evidence.answers["b"].value.value == "2"


def test_threads_count_as_processes(run_full: Run) -> None:
    """A thread bomb meets the same limit."""
    start = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    bomb = f"import threading, time\nfor _ in range(500): {start}\na = 1"
    assert run_full(bomb).answers["a"].lost.cause == "too_many_processes"


def test_processes_of_the_instructor_do_not_count(run: Run, waiting_threads: Callable[[int], None]) -> None:
    """Whatever else runs on the machine, a submission has its processes; ordinary users see this fail."""
    before = count_tasks(os.getuid())
    waiting_threads(100)
    assert count_tasks(os.getuid()) >= before + 100 - 20  # others may have ended meanwhile
    evidence = run("import subprocess\nsubprocess.run(['true'], check=True)\na = 1")
    assert evidence.answers["a"].lost is None, evidence.cells


def test_output_of_a_cell_is_cut_and_the_cell_goes_on(full_box: Sandbox, make_submission: Any) -> None:
    """A cell that prints too much loses the rest of its output, not its answers."""
    execution = full_box.run(make_submission(["print('x' * 3_000_000)\na = 1"]), [], "0" * 64)
    text = "".join(output["text"] for output in execution.notebooks["ada.ipynb"].cells[0].outputs)
    assert len(text) < 1_200_000
    assert "output cut" in text


def test_output_of_a_submission_ends_it(run: Run) -> None:
    """Printing without end ends the submission long before its time does."""
    evidence = run("while True: print('x' * 1000)")
    assert evidence.ending.cause == "too_much_output"


def test_disk_is_small(run_full: Run) -> None:
    """Neither one large file nor very many small ones can be written."""
    evidence = run_full(
        "open('x', 'wb').write(b'x' * (100 << 20))\na = 1", "for i in range(5000): open(f'f{i}', 'w').close()\nb = 1"
    )
    assert evidence.answers["a"].lost.cause == "too_much_disk"
    assert evidence.answers["b"].lost.cause == "too_much_disk"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import os; os._exit(3)", "exited"),
        ("import ctypes; ctypes.string_at(0)", "killed_by_signal"),
        ("import os; os.closerange(3, 99)\nwhile True: pass", "protocol"),
    ],
)
def test_end_of_the_process_is_named(run: Run, code: str, cause: str) -> None:
    """However a student's process ends, the evidence says how, and what it was to bind is lost to that cause."""
    evidence = run("c = 1", code, "a = 1")
    assert evidence.ending.cause == cause
    assert evidence.answers["a"].lost.cause == cause


def test_sys_exit_keeps_what_was_bound(run: Run) -> None:
    """A script that calls sys.exit() keeps the names bound before."""
    evidence = run("a = 1\nimport sys; sys.exit()\nb = 2")
    assert evidence.answers["a"].value.value == "1"
    assert evidence.answers["b"].lost.cause == "exited"


def test_endless_call_is_a_result(run: Run) -> None:
    """A probe call over its time is one missing result, not the end."""
    evidence = run("def f(x):\n    while x > 1: pass\n    return x", "a = 1", calls=[(1.0,), (2.0,), (0.5,)])
    first, second, third = evidence.answers["f"].calls
    assert (first.value.value, second, third.value.value) == (
        "0x1.0000000000000p+0",
        NoResult(type="timed_out"),
        "0x1.0000000000000p-1",
    )


def test_call_that_ends_the_process_loses_the_rest(run: Run) -> None:
    """Results before the end are kept, the others are lost to its cause."""
    evidence = run("import os\ndef f(x):\n    return x if x < 2 else os._exit(9)", calls=[(1.0,), (2.0,), (3.0,)])
    assert [call.type for call in evidence.answers["f"].calls] == ["returned", "lost", "lost"]
    assert evidence.answers["f"].lost.cause == "exited"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("a = list(range(10**6))", "too_large"),
        ("a = 10 ** 5000", "too_large"),
        ("a = 'x' * 10**7", "too_large"),
        ("a = []\nfor _ in range(50): a = [a]", "too_deep"),
        ("a = []\na.append(a)", "too_deep"),
        ("class D(dict):\n    def items(self):\n        while True: yield 1, 2\na = D()", "too_large"),
        ("class F(dict):\n    def items(self): raise SystemExit\na = F()", "raised"),
        ("class S(dict):\n    def items(self):\n        while True: pass\na = S()", "timed_out"),
    ],
)
def test_values_are_bounded(run_full: Run, code: str, why: str) -> None:
    """A value that is too large, too deep or does not let itself be read is said to be so."""
    value = run_full(code).answers["a"].value
    assert isinstance(value, UnreadableValue)
    assert value.why == why
