"""What a worker on another machine answers where it cannot run a course at all."""

from __future__ import annotations

import json

import grader
from grader.batch.dask_worker import run_remotely
from grader.batch.serialization import RemoteSetup, render_setup, render_submission
from grader.model import Limits, Submission


def test_worker_without_a_package_of_the_course_stops_the_class() -> None:
    """No student is judged by it: the batch ends and says what to install there."""
    setup = RemoteSetup(
        grader=grader.__version__, packages=("nosuchpackage",), isolation="none", limits=Limits(), hidden=(), probes=(),
        probes_sha256="0" * 64,
    )  # fmt: skip
    told = json.loads(run_remotely(render_setup(setup), render_submission(Submission("ada", (), "0" * 64))))
    assert told["error"] == "ClusterError"
    assert "'nosuchpackage' of course.yaml is not installed here: pip install nosuchpackage" in told["message"]
