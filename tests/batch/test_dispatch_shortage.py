"""What this machine refuses a batch: fewer workers, another try, or a student ungraded; never a zero, never a hang."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch import BatchOptions, BatchSummary, pool, run_batch
from grader.batch.dispatch import FEW
from grader.batch.worker import Setup
from grader.errors import HostError, SandboxError, UsageError, blame
from grader.model import Limits
from grader.report import write
from grader.session import SandboxSession


@pytest.fixture
def grade(tiny_grader: Any, sandboxes: Any, tmp_path: Path) -> Callable[..., BatchSummary]:
    """Return a function that grades a folder into `out`."""

    def run(folder: Path, **options: Any) -> BatchSummary:
        return run_batch(tiny_grader, sandboxes.open, folder, tmp_path / "out", BatchOptions(**options))

    return run


def fail_first(count: int, error: BaseException, go_on: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that raises `error` the first `count` times, and then does what `go_on` does."""
    left = [count]

    def call(*arguments: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return go_on(*arguments, **named)

    return call


# ---------------------------------------------------------------- memory


def test_student_is_judged_again_where_memory_was_short_for_a_moment(
    grade: Any, folder_of: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence that was written is judged on the second try; nothing is run twice and nobody notices."""
    monkeypatch.setattr(pipeline, "judge", fail_first(1, MemoryError(), pipeline.judge))
    summary = grade(folder_of(ada="a = 2", bob="a = 2"))
    assert [result.summary.score for result in summary.results] == ["1/3", "1/3"]
    assert not summary.is_ungraded
    assert sandboxes.ran == ["ada", "bob"]


def test_student_for_whom_memory_stays_short_is_ungraded(
    grade: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tries and no more; the others go on, and no line shows a zero."""
    monkeypatch.setattr(pipeline, "judge", fail_first(2, MemoryError(), pipeline.judge))
    summary = grade(folder_of(ada="a = 2", bob="a = 2"))
    ada, bob = summary.results
    assert (ada.reason, ada.summary.score, ada.summary.ungraded) == ("the grader had no memory left", "–/3", "3")
    assert bob.summary.score == "1/3"
    report = json.loads((tmp_path / "out" / "ada" / "report.json").read_text())
    assert report["ungraded"] == report["max"]
    assert grade(folder_of(ada="a = 2", bob="a = 2")).results[0].summary.score == "1/3"


@pytest.mark.parametrize("error", [MemoryError(), ZeroDivisionError()])
def test_sandbox_that_was_left_in_the_middle_is_not_used_again(
    tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whatever broke while a student ran, the next one gets a fresh sandbox."""
    monkeypatch.setattr(sandboxes, "run", fail_first(1, error, lambda *_: "execution"))
    with SandboxSession(sandboxes.open) as session:
        with pytest.raises(type(error)):
            pipeline.run(session, tiny_grader, None)
        assert sandboxes.opened == 1
        with pytest.raises(AttributeError):  # what comes back is no execution; a sandbox was opened for it
            pipeline.run(session, tiny_grader, None)
        assert sandboxes.opened == 2


# ---------------------------------------------------------------- threads and processes


@pytest.mark.parametrize("given", [1, 2])
def test_class_is_graded_by_the_threads_that_there_are(
    grade: Any, folder_of: Any, monkeypatch: pytest.MonkeyPatch, given: int
) -> None:
    """One thread is enough for a class."""
    submit, started = ThreadPoolExecutor.submit, []

    def start(self: ThreadPoolExecutor, work: Any) -> Any:
        if len(started) == given:
            raise RuntimeError("can't start new thread")
        started.append(work)
        return submit(self, work)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", start)
    summary = grade(folder_of(ada="a = 2", bob="a = 3", eve="a = 2"), jobs=3)
    assert [result.summary.score for result in summary.results] == ["1/3", "0/3", "1/3"]


def test_no_thread_at_all_is_told(grade: Any, folder_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no bug of ours, and there is something that a person can do."""
    monkeypatch.setattr(ThreadPoolExecutor, "submit", fail_first(9, RuntimeError("can't start new thread"), print))
    with pytest.raises(HostError, match="can't start new thread; free some memory, or grade fewer at the same time"):
        grade(folder_of(ada="a = 2", bob="a = 3"), jobs=2)


def test_listener_that_fails_stops_the_class(grade: Any, folder_of: Any, sandboxes: Any) -> None:
    """A gradebook that can no longer be written is no reason to run everybody who is left."""

    def fail(*_: object) -> None:
        raise HostError("the disk is full")

    with pytest.raises(HostError):
        grade(folder_of(**{f"s{number}": "a = 2" for number in range(9)}), jobs=2, on_done=fail)
    assert len(sandboxes.ran) <= 4


WORKER = """
from grader.batch.worker import receive, send

def work(channel, setup_text, holds_lock):
    send(channel, {"ready": True})
    while True:
        try:
            order = receive(channel)
        except EOFError:
            return
        if order["student"] == "dies":
            import os
            os._exit(9)
        send(channel, {"status": "refused", "reason": "seen", "reused": False, "report": None})
"""


REFUSALS = [BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)), EOFError()]


@pytest.mark.parametrize("error", REFUSALS, ids=["refused", "the forking process has died"])
def test_class_is_graded_by_the_processes_that_there_are(
    run_pool: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """One worker is enough for a class."""
    kind = pool._CONTEXT.Process
    monkeypatch.setattr(kind, "start", fail_first(1, error, kind.start))
    assert {result.reason for result in run_pool("a", "b", "c").values()} == {"seen"}


@pytest.mark.parametrize("error", REFUSALS, ids=["refused", "the forking process has died"])
def test_no_process_at_all_is_told(run_pool: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """It is no bug of ours, and there is something that a person can do."""
    monkeypatch.setattr(pool._CONTEXT.Process, "start", fail_first(9, error, print))
    with pytest.raises(HostError, match=r"no worker process could be started .*; free some memory"):
        run_pool("a")


def test_worker_that_cannot_be_replaced_is_done_without(run_pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dead one's student goes to another; only where nobody is left the class stops."""
    kind, started = pool._CONTEXT.Process, []
    start = kind.start

    def start_two(process: Any) -> None:
        if len(started) == 2:
            raise REFUSALS[0]
        started.append(process)
        start(process)

    monkeypatch.setattr(kind, "start", start_two)
    with pytest.raises(HostError):
        run_pool("dies", *"abcdef")
    assert len(started) == 2


# ---------------------------------------------------------------- disk


def test_reports_are_written_together(
    grade: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for the student's report, the staff's keeps its old content too."""
    grade(folder_of(ada="a = 2"))
    reports = [tmp_path / "out" / "ada" / name for name in ("report.json", "report.txt")]
    for path in reports:
        path.write_text("old")
    real = write._write

    def write_first(path: Path, temporary: Path, text: str, mode: int) -> None:
        full = path.name == "report.txt"
        real(path, temporary, text[:2] if full else text, mode)
        if full:
            raise blame(str(path), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    monkeypatch.setattr(write, "_write", write_first)
    with pytest.raises(HostError, match="free some space there"):
        grade(folder_of(ada="a = 2"))
    assert [path.read_text() for path in reports] == ["old", "old"]
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, HostError), (errno.EDQUOT, HostError), (errno.EACCES, UsageError)]
)
def test_whose_fault_a_refusal_is(number: int, kind: type[Exception]) -> None:
    """What a machine has run out of is ours; what somebody may not do, or named wrongly, is theirs."""
    error = blame("out/report.json cannot be written", OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert str(error).startswith(f"out/report.json cannot be written: {os.strerror(number)}")
    assert isinstance(error, SandboxError) is (kind is HostError)


def test_worker_processes_write_for_the_same_readers(
    tiny_grader: Any, folder_of: Any, sandboxes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may see the output folder is said once, and holds in every process."""
    seen: list[Setup] = []

    def refuse(setup: Setup, *_: object) -> None:
        seen.append(setup)
        raise HostError("no more is needed here")

    monkeypatch.setattr("grader.batch.dispatch.Pool", refuse)
    setup = Setup(course="", course_sha256="", out="", isolation="full", limits=Limits())
    options = BatchOptions(jobs=2, processes=setup, audience="student")
    folder = folder_of(**{f"s{number}": "a = 2" for number in range(FEW)})
    with pytest.raises(HostError):
        run_batch(tiny_grader, sandboxes.open, folder, tmp_path / "out", options)
    assert [one.audience for one in seen] == ["student"]
