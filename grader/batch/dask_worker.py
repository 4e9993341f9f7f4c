"""What a Dask worker does: keeps a warm sandbox for each of its threads, runs submissions that arrive as text.

Imported by name on the other machine, which needs this package and bubblewrap, and not the course.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from pathlib import Path

import grader
from grader.batch.serialization import RemoteSetup, parse_files, parse_setup, parse_submission, render_execution
from grader.errors import SandboxError, UsageError
from grader.pipeline import Sandbox
from grader.sandbox import open_sandbox
from grader.session import SandboxSession
from grader.spec.data import name_with_data

NEEDS_DATA = json.dumps({"needs": "data"})
_PROJECT = Path(grader.__file__).resolve().parents[1]
_own = threading.local()  # `session`, and the `setup` that it opens sandboxes for
_data: dict[str, Mapping[str, bytes]] = {"": {}}  # of one course at a time, by its SHA-256; shared by all threads


def run_remotely(setup_text: str, submission_text: str, data_text: str = "") -> str:
    """Run one submission and return the execution as text, or `{"error", "message"}`: no exception of ours travels.

    Returns `NEEDS_DATA` where the course's data is not here yet: then it is to be sent with the submission.
    """
    try:
        setup = _parse_setup(setup_text)
        if setup.grader != grader.__version__:
            message = f"a worker has grader {grader.__version__}, this batch {setup.grader}"
            return json.dumps({"error": "ClusterError", "message": message})
        if data_text:
            _keep_data(setup.data_sha256, parse_files(json.loads(data_text)))
        if setup.data_sha256 not in _data:
            return NEEDS_DATA
        return _run(setup, submission_text)
    except SandboxError as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})
    except UsageError as error:  # a package of the course is not installed there
        return json.dumps({"error": "ClusterError", "message": f"a worker cannot run this course: {error}"})


def _run(setup: RemoteSetup, submission_text: str) -> str:
    submission = parse_submission(submission_text)
    return render_execution(_session_for(setup).run(submission, setup.probes, setup.probes_sha256))


def _session_for(setup: RemoteSetup) -> SandboxSession:
    """Return this thread's session, another one for another setup; whether to try again is for the batch to say."""
    if getattr(_own, "setup", None) != setup:
        if hasattr(_own, "session"):
            atexit.unregister(_own.session.close)
            _own.session.close()
        _own.setup, _own.session = setup, SandboxSession(partial(_open_sandbox, setup), attempts=1)
        atexit.register(_own.session.close)  # removes folders; a box ends with its worker anyway
    session: SandboxSession = _own.session
    return session


def _open_sandbox(setup: RemoteSetup) -> AbstractContextManager[Sandbox]:
    hidden = (_PROJECT, *map(Path, setup.hidden))
    return open_sandbox(setup.packages, setup.isolation, setup.limits, hidden=hidden, data=_data[setup.data_sha256])


def _keep_data(sha256: str, data: Mapping[str, bytes]) -> None:
    """Keep a course's data in place of another's.

    Raises:
        SandboxError: it is not the data that was named.
    """
    if name_with_data("", data) != sha256:
        raise SandboxError("a worker was sent other data than the course's")
    for other in _data.keys() - {"", sha256}:
        _data.pop(other, None)
    _data[sha256] = data


@lru_cache(maxsize=4)
def _parse_setup(text: str) -> RemoteSetup:
    return parse_setup(text)
