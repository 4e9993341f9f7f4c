"""Runs students' code: in a sandbox that is opened when first needed, and replaced by a fresh one where it failed.

Everything that runs a submission goes through a session: `grade`, `check`, `batch`, `ci` and the workers of Dask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from grader import pipeline
from grader.errors import ClusterError, GraderError, IsolationError, SandboxError
from grader.model import Execution, Probe, Submission
from grader.pipeline import Grader, Isolation, Sandbox

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]
ATTEMPTS = 2
_HOPELESS = (IsolationError, ClusterError)  # nobody's submission could be run after this one either


class Stopped(GraderError):  # noqa: N818 - nothing went wrong: somebody asked for it
    """The session is being stopped; what this submission came to says nothing."""


@runtime_checkable
class Killable(Protocol):
    """A sandbox that can be ended while another thread waits for it."""

    def kill(self) -> None:
        """End it."""
        ...


def never() -> bool:
    """Tell that nobody asks to stop."""
    return False


class SandboxSession:
    """A sandbox that outlives its failures. For one submission after the other, not for several threads at once."""

    def __init__(
        self, open_sandbox: OpenSandbox, is_stopped: Callable[[], bool] = never, *, attempts: int = ATTEMPTS
    ) -> None:
        """Open sandboxes with `open_sandbox`, and try each submission up to `attempts` times."""
        self._open_sandbox, self._is_stopped, self._attempts = open_sandbox, is_stopped, attempts
        self._stack = ExitStack()
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        """Return the session; no sandbox is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the sandbox, if one is open."""
        self.close()

    def run(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str, /) -> Execution:
        """Run a submission, once more in a fresh sandbox where ours failed.

        Raises:
            SandboxError: the sandbox of the last attempt failed too.
            IsolationError, ClusterError: trying again would not help.
            Stopped: the sandbox failed while the session was being stopped: Ctrl-C reaches the box as well.
        """
        for left in reversed(range(self._attempts)):
            try:
                return self._run_once(submission, probes, probes_sha256)
            except _HOPELESS:
                raise
            except SandboxError:
                self._check()
                if not left:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _run_once(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str) -> Execution:
        try:
            sandbox = self._opened()
            self._check()  # opening takes a second, in which somebody may have asked to stop
            execution = sandbox.run(submission, probes, probes_sha256)
            _check_sound(execution)
        except BaseException:  # whatever it was may have left the sandbox in the middle of its work
            self.close()
            raise
        return execution

    def kill(self) -> None:
        """End what runs in the sandbox, from another thread, once the session is being stopped."""
        sandbox = self._sandbox
        if isinstance(sandbox, Killable):
            sandbox.kill()

    def close(self) -> None:
        """Close the sandbox, if one is open; the next submission gets a fresh one."""
        self._sandbox = None
        with suppress(SandboxError):  # a dead sandbox may also fail to close
            self._stack.close()

    def _check(self) -> None:
        if self._is_stopped():
            raise Stopped("stopped")

    def _opened(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = self._stack.enter_context(self._open_sandbox())
        return self._sandbox


def _check_sound(execution: Execution) -> None:
    if execution.evidence.fault is not None:
        raise SandboxError(execution.evidence.fault)


def execute(sandbox: Sandbox, grader: Grader, submission: Submission, isolation: Isolation) -> Execution:
    """Run a submission; where the sandbox failed, return evidence that says so, from which nothing is decided.

    Raises:
        IsolationError, ClusterError: nobody could be graded after this one either.
    """
    try:
        return pipeline.run(sandbox, grader, submission)
    except _HOPELESS:
        raise
    except SandboxError as error:
        return Execution(pipeline.build_blank_evidence(grader, submission, isolation, str(error)))
