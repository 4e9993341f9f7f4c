"""One worker's sandbox: opened when first needed, opened anew where it died."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from grader import pipeline
from grader.errors import GraderError, IsolationError, SandboxError
from grader.model import Submission
from grader.pipeline import Execution, Grader, Sandbox

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]
_ATTEMPTS = 2


class ClusterError(SandboxError):
    """The other machines are gone or do not fit this one: the batch stops, and nobody is ungraded for it."""


class Stopped(GraderError):  # noqa: N818 - nothing went wrong: somebody asked for it
    """The batch is being stopped; what this submission came to says nothing."""


def never() -> bool:
    """Tell that nobody asks to stop."""
    return False


@runtime_checkable
class Killable(Protocol):
    """A sandbox that can be ended while another thread waits for it."""

    def kill(self) -> None:
        """End it."""
        ...


class SandboxSession:
    """Runs submissions one after the other; a sandbox that failed is closed, and the submission tried once more."""

    def __init__(self, open_sandbox: OpenSandbox, is_stopped: Callable[[], bool] = never) -> None:
        self._open_sandbox, self._is_stopped = open_sandbox, is_stopped
        self._stack = ExitStack()
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        """Return the session; no sandbox is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the sandbox, if one is open."""
        self._close()

    def run(self, grader: Grader, submission: Submission) -> Execution:
        """Run a submission; evidence with a fault comes back only when a fresh sandbox failed too.

        Raises:
            SandboxError: a fresh sandbox failed too.
            IsolationError, ClusterError: trying again would not help.
            Stopped: the sandbox failed while the batch was being stopped: Ctrl-C reaches the box as well.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                sandbox = self._opened()
                self._check()  # opening takes a second, in which somebody may have asked to stop
                execution = pipeline.run(sandbox, grader, submission)
            except (IsolationError, ClusterError):
                raise
            except SandboxError:
                self._close()
                self._check()
                if attempt == _ATTEMPTS:
                    raise
            except Exception:
                self._close()  # a bug or a lack of memory of ours may have left it in the middle of its work
                raise
            else:
                if execution.evidence.fault is None or attempt == _ATTEMPTS:
                    return execution
                self._close()
        raise AssertionError("the last attempt returns or raises")

    def kill(self) -> None:
        """End what runs in the sandbox, from another thread, once the batch is being stopped."""
        sandbox = self._sandbox
        if isinstance(sandbox, Killable):
            sandbox.kill()

    def _check(self) -> None:
        if self._is_stopped():
            raise Stopped("stopped")

    def _opened(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = self._stack.enter_context(self._open_sandbox())
        return self._sandbox

    def _close(self) -> None:
        self._sandbox = None
        with contextlib.suppress(SandboxError):  # a dead sandbox may also fail to close; the next one is fresh
            self._stack.close()
