"""A session: one submission after the other, though sandboxes fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from grader import pipeline
from grader.errors import ClusterError, IsolationError, SandboxError
from grader.model import Limits, Submission
from grader.session import SandboxSession, Stopped, execute


@pytest.fixture
def submit(folder_of: Any) -> Callable[[str], Submission]:
    """Return a function that submits a source."""
    return lambda source: pipeline.read([folder_of(ada=source) / "ada.py"], Limits())


@pytest.mark.parametrize(("attempts", "ran"), [(1, 1), (2, 2), (3, 3)])
def test_each_attempt_has_a_fresh_sandbox(
    tiny_grader: Any, sandboxes: Any, submit: Any, attempts: int, ran: int
) -> None:
    """So many are tried and no more; the next submission gets another sandbox."""
    with SandboxSession(sandboxes.open, attempts=attempts) as session:
        with pytest.raises(SandboxError, match="the box is gone"):
            pipeline.run(session, tiny_grader, submit("a = 2\n# dies always"))
        assert (len(sandboxes.ran), sandboxes.opened) == (ran, ran)
        pipeline.run(session, tiny_grader, submit("a = 2"))
        pipeline.run(session, tiny_grader, submit("a = 3"))
        assert sandboxes.opened == ran + 1


@pytest.mark.parametrize(
    ("mark", "fault"),
    [("# dies once", None), ("# dies always", "the box is gone"), ("# faulty", "the box said nonsense")],
)
def test_sandbox_that_fails_for_good_is_told_in_the_evidence(
    tiny_grader: Any, sandboxes: Any, submit: Any, mark: str, fault: str | None
) -> None:
    """Whoever runs a submission gets evidence; with a fault of ours, everything of it is ungraded."""
    submission = submit(f"a = 2\n{mark}")
    with SandboxSession(sandboxes.open) as session:
        evidence = execute(session, tiny_grader, submission, "full").evidence
    assert evidence.fault == fault
    assert (evidence.student, evidence.submission_sha256) == ("ada", submission.sha256)
    report = pipeline.judge(tiny_grader, evidence)
    assert report.ungraded == (0 if fault is None else report.max)


@pytest.mark.parametrize("error", [IsolationError("no bubblewrap"), ClusterError("the scheduler is gone")])
def test_what_no_other_attempt_would_mend_is_raised(tiny_grader: Any, submit: Any, error: SandboxError) -> None:
    """It is nobody's fault evidence: no other submission could be run either."""
    opened: list[bool] = []

    def refuse() -> Any:
        opened.append(True)
        raise error

    with SandboxSession(refuse) as session, pytest.raises(type(error)):
        execute(session, tiny_grader, submit("a = 2"), "full")
    assert len(opened) == 1


def test_failure_while_stopping_says_nothing_of_the_submission(tiny_grader: Any, submit: Any) -> None:
    """Whoever asks to stop ends the sandbox, which fails then."""
    killed: list[bool] = []

    def run(*_: object) -> None:
        session.kill()
        raise SandboxError("the box is gone")

    sandbox = SimpleNamespace(run=run, kill=lambda: killed.append(True))
    with SandboxSession(lambda: nullcontext(sandbox), lambda: bool(killed)) as session, pytest.raises(Stopped):
        execute(session, tiny_grader, submit("a = 2"), "full")
    assert killed == [True]
