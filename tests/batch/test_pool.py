"""Worker processes: one line of students, the dead replaced, only text crossing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch import worker
from grader.batch.results import EntryResult
from grader.batch.serialization import pack_entry, pack_result, unpack_entry, unpack_result
from grader.batch.worker import Setup
from grader.errors import IsolationError, SandboxError, UsageError
from grader.model import Limits
from grader.submission import Entry
from grader.variants import GivenVariants

# What a worker process runs in these tests: a student's name says what happens to the worker that grades them.
WORKER = """
import os, time
from pathlib import Path
from grader.batch.worker import receive, send

def wait_for(path):
    for _ in range(30_000):
        if path.exists():
            return True
        time.sleep(0.01)
    return False

def work(channel, setup_text, holds_lock):
    from grader.batch.worker import Setup
    out = Path(Setup.model_validate_json(setup_text).out)
    if (out / "stillborn").exists():
        os._exit(3)
    if (out / "walls").exists():
        send(channel, {"error": "IsolationError", "message": "no bubblewrap"})
        return
    send(channel, {"ready": True})
    while True:
        try:
            order = receive(channel)
        except EOFError:
            return
        name, reason = order["student"], str(os.getpid())
        died = out / f"{name}.died"
        if name == "always" or (name == "once" and not died.exists()):
            died.touch()
            os._exit(9)
        if name == "slow" and not wait_for(out / "last.done"):
            reason = "held up"
        (out / f"{name}.done").touch()
        send(channel, {"status": "refused", "reason": reason, "reused": False, "report": None})
"""


def test_every_student_is_graded_once(run_pool: Any) -> None:
    """More students than workers, and fewer, all end."""
    names = [f"s{number}" for number in range(9)]
    assert sorted(run_pool(*names)) == names
    assert sorted(run_pool("alone")) == ["alone"]
    assert run_pool() == {}


def test_slow_student_holds_up_one_worker_and_nobody_else(run_pool: Any) -> None:
    """The slow one ends after the last of the others, whom the other worker has graded."""
    results = run_pool("slow", *(f"s{number}" for number in range(6)), "last")
    assert results["slow"].reason != "held up"
    assert list(results)[-1] == "slow"


def test_dead_worker_is_replaced_and_its_student_tried_once_more(run_pool: Any) -> None:
    """A worker that dies costs nobody anything; one over whom two die is our debt, and the class goes on."""
    results = run_pool("s1", "once", "always", "s2", "s3")
    assert results["once"].status == "refused"
    assert results["always"].reason == "two workers ended while they graded this submission (exit status 9)"
    assert {name for name in results if name.startswith("s")} == {"s1", "s2", "s3"}


def test_worker_that_cannot_start_stops_the_class(run_pool: Any, tmp_path: Path) -> None:
    """It would die again and again."""
    (tmp_path / "stillborn").touch()
    with pytest.raises(SandboxError, match=r"before it was ready \(exit status 3\)"):
        run_pool("ada")


def test_missing_isolation_is_told_by_the_worker(run_pool: Any, tmp_path: Path) -> None:
    """What a worker finds missing is the same error as without workers."""
    (tmp_path / "walls").touch()
    with pytest.raises(IsolationError, match="no bubblewrap"):
        run_pool("ada")


def test_entry_and_result_cross_as_they_are(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> None:
    """Paths, fractions and strings that are no UTF-8 arrive unchanged."""
    entry = Entry("a\udcffb", "x", "y", (tmp_path / "x\udcff.py",), None, ("x", "z"))
    assert unpack_entry(pack_entry(entry)) == entry
    submission = pipeline.read([folder_of(ada="a = 3") / "ada.py"], Limits(), "a\udcffb")
    with sandboxes.open() as sandbox:
        report = pipeline.judge(tiny_grader, pipeline.run(sandbox, tiny_grader, submission).evidence)
    result = EntryResult(entry, "graded", "r\udcff", report, reused=True)
    assert unpack_result(entry, pack_result(result)) == result


@pytest.mark.parametrize(("told", "kind"), [("CourseError", UsageError), ("Unheard", SandboxError)])
def test_unknown_errors_of_a_worker_never_pass_for_a_result(told: str, kind: type[Exception]) -> None:
    """Whatever a worker says went wrong stops the class."""
    with pytest.raises(kind, match="why"):
        unpack_result(Entry("a", "a", "a", ()), {"error": told, "message": "why"})


def test_worker_refuses_a_course_that_was_changed(tiny_grader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All workers and the batch itself grade with one and the same course."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder, **_more: tiny_grader)
    setup = Setup(course="x", course_sha256="other", out="", isolation="full", limits=Limits())
    with pytest.raises(UsageError, match="was changed while the batch was starting"):
        worker._prepare(setup)


def test_worker_judges_by_what_was_given_out(tiny_grader: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named to each worker, which reads it for itself."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder, **_more: tiny_grader)
    path = tmp_path / "variants.json"
    path.write_text('{"schema": "grader/variants/v1", "course": "tiny", "draws": []}', encoding="utf-8")
    sha256 = tiny_grader.course.sha256
    setup = Setup(course="x", course_sha256=sha256, out="", isolation="full", limits=Limits(), variants=str(path))
    assert isinstance(worker._prepare(setup).variants, GivenVariants)
    assert worker._prepare(setup.model_copy(update={"variants": ""})).variants is None
