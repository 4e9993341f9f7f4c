"""What a worker on another machine answers where it cannot run a course at all."""

from __future__ import annotations

import json

import grader
from grader.batch.far import run_far
from grader.batch.portable import FarSetup, render_setup
from grader.model import Limits


def test_worker_without_a_package_of_the_course_stops_the_class():
    """No student is judged by it: the batch ends and says what to install there."""
    setup = FarSetup(
        grader=grader.__version__, packages=("nosuchpackage",), isolation="none", limits=Limits(), hidden=(), probes=(),
        probes_sha256="0" * 64,
    )  # fmt: skip
    told = json.loads(run_far(render_setup(setup), "{}"))
    assert told["error"] == "ClusterError"
    assert "'nosuchpackage' of course.yaml is not installed here: pip install nosuchpackage" in told["message"]
