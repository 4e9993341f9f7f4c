"""One worker's sandbox: opened when first needed, opened anew where it died."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

from grader import pipeline
from grader.errors import IsolationError, SandboxError
from grader.model import Submission
from grader.pipeline import Execution, Grader, Sandbox

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]
_ATTEMPTS = 2


class Bench:
    """Runs submissions one after the other; a sandbox that failed is closed, and the submission tried once more."""

    def __init__(self, open_sandbox: OpenSandbox) -> None:
        self._open_sandbox = open_sandbox
        self._stack = ExitStack()
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        """Return the bench; no sandbox is opened yet."""
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
            IsolationError: this machine does not give the isolation; trying again would not help.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                execution = pipeline.run(self._opened(), grader, submission)
            except IsolationError:
                raise
            except SandboxError:
                self._close()
            else:
                if execution.evidence.fault is None:
                    return execution
                self._close()
        try:
            return pipeline.run(self._opened(), grader, submission)
        except SandboxError:
            self._close()
            raise

    def _opened(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = self._stack.enter_context(self._open_sandbox())
        return self._sandbox

    def _close(self) -> None:
        self._sandbox = None
        with contextlib.suppress(SandboxError):  # a dead sandbox may also fail to close; the next one is fresh
            self._stack.close()
