"""What a Dask worker does: keeps a warm sandbox for each of its threads, runs submissions that arrive as text.

Imported by name on the other machine, which needs this package and bubblewrap, and not the course.
"""

from __future__ import annotations

import atexit
import json
import threading
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import grader
from grader.batch.portable import FarSetup, parse_setup, parse_submission, render_execution
from grader.errors import SandboxError
from grader.pipeline import Sandbox
from grader.sandbox import open_sandbox

_PROJECT = Path(grader.__file__).resolve().parents[1]
_own = threading.local()


class _Seat:
    """One thread's sandbox: there is none, or one that was opened for a setup."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._opened_for: FarSetup | None = None
        self._sandbox: Sandbox | None = None
        atexit.register(self.close)  # a worker that ends in good order leaves no folder behind; a killed one no process

    def open(self, setup: FarSetup) -> Sandbox:
        """Return the sandbox, opened anew for another setup."""
        if self._sandbox is None or self._opened_for != setup:
            self.close()
            hidden = (_PROJECT, *map(Path, setup.hidden))
            opened = open_sandbox(setup.packages, setup.isolation, setup.limits, hidden=hidden)
            self._sandbox = self._stack.enter_context(opened)
            self._opened_for = setup
        return self._sandbox

    def close(self) -> None:
        """Close the sandbox; the next one is fresh."""
        self._sandbox = None
        self._stack.close()


def run_far(setup_text: str, submission_text: str) -> str:
    """Run one submission and return the execution as text, or `{"error", "message"}`: no exception of ours travels."""
    try:
        setup = _parse_setup(setup_text)
        if setup.grader != grader.__version__:
            message = f"a worker has grader {grader.__version__}, this batch {setup.grader}"
            return json.dumps({"error": "ClusterError", "message": message})
        return _run(setup, submission_text)
    except SandboxError as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})


def _run(setup: FarSetup, submission_text: str) -> str:
    seat = _seat()
    sandbox = seat.open(setup)
    try:
        execution = sandbox.run(parse_submission(submission_text), setup.probes, setup.probes_sha256)
    except BaseException:
        seat.close()
        raise
    if execution.evidence.fault is not None:
        seat.close()
    return render_execution(execution)


@lru_cache(maxsize=4)
def _parse_setup(text: str) -> FarSetup:
    return parse_setup(text)


def _seat() -> _Seat:
    if not hasattr(_own, "seat"):
        _own.seat = _Seat()
    seat: _Seat = _own.seat
    return seat
