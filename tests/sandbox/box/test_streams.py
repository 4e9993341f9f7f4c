"""Whatever prints, from wherever, arrives, is bounded, and disturbs nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from grader.model import Cell, FileEvidence, Submission, SubmittedFile
from grader.sandbox import Sandbox
from grader.sandbox.box import wire
from grader.sandbox.output import CellText
from tests.sandbox.conftest import Run

RunStyled = Callable[..., tuple[FileEvidence, str]]


@pytest.fixture
def run_styled(full_box: Sandbox) -> RunStyled:
    """Runs one source as a file of a style and returns its evidence and the text of its outputs."""

    def run(source: str, style: str = "script") -> tuple[FileEvidence, str]:
        name = "ada.ipynb" if style == "notebook" else "ada.py"
        file = SubmittedFile(name=name, style=style, sha256="0" * 64, cells=(Cell(0, "code", source),))
        execution = full_box.run(Submission(student="ada", files=(file,), sha256="1" * 64), [], "0" * 64)
        outputs = execution.notebooks[name].cells[0].outputs
        return execution.evidence.runs[0], "".join(output.get("text", "") for output in outputs)

    return run


class _Interrupted:
    """A socket that sends three bytes at a time, and every other time a signal handler raises instead."""

    def __init__(self) -> None:
        self.sent, self.turns = bytearray(), 0

    def send(self, data: bytes) -> int:
        self.turns += 1
        if self.turns % 2 == 0:
            raise TimeoutError
        self.sent += data[:3]
        return len(data[:3])


def test_a_frame_that_was_interrupted_is_finished_by_the_next() -> None:
    """No handler that raises, a student's alarm or our interrupt, tears a frame or loses one."""
    connection = _Interrupted()
    sender, messages = wire.Sender.__new__(wire.Sender), [{"number": number} for number in range(5)]
    wire.Sender.__init__(sender, connection)
    for message in messages:
        with pytest.raises(TimeoutError):
            sender.send(message)
    while sender._waiting:
        try:
            sender._send_waiting()
        except TimeoutError:
            continue
    assert bytes(connection.sent) == b"".join(map(wire.pack, messages))


def test_updates_of_a_display_count_once(full_box: Sandbox, make_submission: Any) -> None:
    """A progress bar is one output on a page; its last state is in the record, however many there were."""
    cells = ["bar = display('begun', display_id=True)\nfor i in range(100): bar.update(f'{i:100000}')\n'end'", "'next'"]
    execution = full_box.run(make_submission(cells), [], "0" * 64)
    assert [cell.status for cell in execution.evidence.runs[0].cells] == ["ok", "ok"]
    outputs = execution.notebooks["ada.ipynb"].cells[0].outputs
    assert [output["data"]["text/plain"].replace(" ", "") for output in outputs] == ["'begun'", "'end'", "'99'"]


def test_frames_of_several_threads_are_whole() -> None:
    """Threads that send at once take turns."""
    near, far = socket.socketpair()
    sender = wire.Sender(near)
    threads = [threading.Thread(target=sender.send, args=({"text": str(n) * 100_000},)) for n in range(4)]
    with near, far:
        for thread in threads:
            thread.start()
        received = [wire.receive(far) for _ in threads]
        for thread in threads:
            thread.join()
    assert sorted(message["text"] for message in received) == [str(n) * 100_000 for n in range(4)]


def test_text_of_a_cell_is_cut_and_says_so() -> None:
    """What is printed past the kernel has the cell's limit; half a character at the cut is no character."""
    text = CellText(5)
    text.add("stdout", "aé".encode())
    assert text.take(final=False) == [("stdout", "aé")]
    text.add("stderr", "éé".encode())
    (name, shown), (_, notice) = text.take(final=True)
    assert (name, shown) == ("stderr", "é")
    assert "output cut" in notice
    text.start()
    assert text.take(final=True) == []


@pytest.mark.parametrize("style", ["notebook", "script", "percent"])
def test_alarms_while_printing_disturb_nothing(run_styled: RunStyled, style: str) -> None:
    """A student's own signal handler may raise in the middle of a print."""
    code = (
        "import signal\ndef late(*_): raise TimeoutError\nsignal.signal(signal.SIGALRM, late)\ncount = 0\n"
        "while count < 60:\n    signal.setitimer(signal.ITIMER_REAL, 0.0005)\n    try:\n"
        "        for _ in range(10_000): print('é' * 40)\n    except TimeoutError:\n        count += 1\n"
        "signal.setitimer(signal.ITIMER_REAL, 0)"
    )
    evidence, _ = run_styled(code, style)
    assert evidence.ending is None or evidence.ending.cause == "too_much_output"


@pytest.mark.parametrize("style", ["notebook", "script"])
def test_a_fork_while_others_print_does_not_hang(run_styled: RunStyled, style: str) -> None:
    """A worker does not wait for a lock that a thread held when it was forked."""
    code = (
        "import os, threading\nstop = threading.Event()\n"
        "def talk():\n    while not stop.is_set(): print('t' * 20)\n"
        "ts = [threading.Thread(target=talk) for _ in range(2)]\n[t.start() for t in ts]\ncodes = set()\n"
        "for _ in range(20):\n    pid = os.fork()\n    if pid == 0:\n        print('child'); os._exit(7)\n"
        "    codes.add(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
        "stop.set(); [t.join() for t in ts]\nassert codes == {7}, codes"
    )
    evidence, _ = run_styled(code, style)
    assert evidence.ending is None or evidence.ending.cause == "too_much_output"
    assert evidence.ending is not None or evidence.cells[0].status == "ok", evidence.cells


@pytest.mark.parametrize("style", ["notebook", "script"])
def test_output_of_workers_is_bounded(run_styled: RunStyled, style: str) -> None:
    """A worker that prints without end ends the submission, as the kernel's own process would."""
    code = "import os\nif os.fork() == 0:\n    while True: print('x' * 1000, flush=True)\nos.wait()"
    assert run_styled(code, style)[0].ending.cause == "too_much_output"


def test_output_of_a_script_is_cut(run_styled: RunStyled) -> None:
    """A script that prints too much loses the rest of its output and goes on."""
    evidence, text = run_styled("print('x' * 3_000_000)\na = 1")
    assert evidence.cells[0].status == "ok"
    assert len(text) < 1_200_000
    assert "output cut" in text


def test_a_script_may_close_its_streams(run_styled: RunStyled) -> None:
    """Nobody has to print; what is closed is read no more."""
    evidence, _ = run_styled("import os, sys\nsys.stdout.close(); sys.stderr.close()\nos.closerange(1, 3)\na = 1")
    assert (evidence.ending, evidence.cells[0].status) == (None, "ok")


def test_bytes_that_are_no_text_are_shown_as_such(run_styled: RunStyled) -> None:
    """Anything may be written to a descriptor."""
    assert run_styled("import os\nos.write(1, b'a\\xff\\xfe b')")[1] == "a\ufffd\ufffd b"


def test_a_forked_copy_that_comes_back_is_not_the_kernel(run_styled: RunStyled) -> None:
    """A process that student code forked ends where its cell ends, with the status that Python would give it."""
    fork = "import os\npid = os.fork()\nif pid == 0:\n    raise {}\n"
    check = "code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\nassert code == {}, code"
    for raised, code in (("SystemExit(5)", 5), ("SystemExit", 0), ("SystemExit('no')", 1), ("ValueError", 1)):
        for style in ("notebook", "script"):
            evidence, _ = run_styled(fork.format(raised) + check.format(code), style)
            assert evidence.cells[0].status == "ok", (raised, style, evidence)


def test_calls_that_fork_answer_once(run_full: Run) -> None:
    """A function that returns in two processes has one result."""
    code = "import os\ndef f(x):\n    pid = os.fork()\n    if pid: os.waitpid(pid, 0)\n    return x"
    evidence = run_full(code, calls=[(1.0,), (2.0,)])
    assert [call.value.value for call in evidence.answers["f"].calls] == [
        "0x1.0000000000000p+0",
        "0x1.0000000000000p+1",
    ]


def test_exported_magics_have_their_shell(run_styled: RunStyled) -> None:
    """A script that nbconvert wrote speaks to a shell; one that only asks for it is plain Python."""
    exported = "get_ipython().run_line_magic('matplotlib', 'inline')\nprint(get_ipython().execution_count)"
    assert run_styled(exported)[0].cells[0].status == "ok"
    assert run_styled("get_ipython()")[0].cells[0].error.error == "NameError"
