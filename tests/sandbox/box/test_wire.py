"""What a child writes into its channel is data at best, and never a crash, an exception or a point."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Run

_FIND = "import gc, json, socket, struct\nchannel = [o for o in gc.get_objects() if isinstance(o, socket.socket)][0]\n"
_SEND = """def send(m):
    b = m if isinstance(m, bytes) else json.dumps(m).encode()
    channel.sendall(struct.pack('>I', len(b)) + b)
"""


@pytest.mark.parametrize(
    "message",
    [
        "{'op': 'hello'}",
        "{'op': 'broken', 'why': 'your fault'}",
        "{'op': 'done', 'cell': 99, 'error': None, 'traceback': []}",
        "{'op': 'ended', 'id': 0, 'status': 0}",
        "{'op': 'value', 'name': 'b', 'value': {'type': 'float', 'value': '0x1p0'}, 'score': 100}",
        "b'not json'",
        "b'[' * 100000",
        "b'{\"op\":' * 50000",
        "[1, 2, 3]",
        "{}",
    ],
)
def test_forged_frames_end_the_submission(run_full: Run, message: str) -> None:
    """A frame that the kernel would not send then is the end, and says so."""
    evidence = run_full("c = 1", f"{_FIND}{_SEND}send({message})", "a = 1")
    assert evidence.ending.cause == "protocol"
    assert evidence.answers["a"].lost.cause == "protocol"


def test_huge_frame_is_not_read(run_full: Run) -> None:
    """A length beyond any frame ends the submission before a byte of it is read."""
    assert run_full(f"{_FIND}channel.sendall(b'\\xff' * 100)").ending.cause == "protocol"


def test_flood_of_small_frames_is_too_much_output(run_full: Run) -> None:
    """Output written straight into the channel is counted like printed output."""
    flood = _FIND + _SEND + "while True: send({'op': 'stream', 'name': 'stdout', 'text': 'x' * 10000})"
    assert run_full(flood).ending.cause == "too_much_output"


def test_forged_answer_is_only_an_answer(run_full: Run) -> None:
    """Answers sent before they are asked for are at most the student's answers, under the names that were asked for."""
    forged = "send({'op': 'value', 'name': 'zz', 'value': {'type': 'float', 'value': '0x1p0'}})"
    evidence = run_full(f"{_FIND}{_SEND}{forged}", "a = 1")
    assert set(evidence.answers) == {"a", "b"}


def test_truncated_frame_then_death(run_full: Run) -> None:
    """Half a frame and a dead process are the end of a process, nothing more."""
    evidence = run_full(f"{_FIND}channel.sendall(struct.pack('>I', 1000) + b'x')\nimport os; os._exit(0)")
    assert evidence.ending.cause == "exited"


@pytest.mark.parametrize(
    ("sent", "known"), [("", "lost"), ("send({'op': 'call', 'name': 'f', 'result': r})", "returned")]
)
def test_an_answer_with_some_of_its_results_is_none(run_full: Run, sent: str, known: str) -> None:
    """Who says too early that all calls were made ends the submission; what is missing is lost by that."""
    result = "r = {'type': 'returned', 'value': {'type': 'int', 'value': '1'}}\n"
    forger = f"def f(x):\n    {sent}\n    send({{'op': 'answered', 'name': 'f'}})\n    return x"
    evidence = run_full(f"{_FIND}{_SEND}{result}{forger}", calls=[(1.0,), (2.0,)])
    assert evidence.ending.cause == "protocol"
    assert [call.type for call in evidence.answers["f"].calls] == [known, "lost"]
    assert evidence.answers["f"].lost.cause == "protocol"
