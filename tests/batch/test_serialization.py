"""What travels to other machines and back is text, and is checked on arrival."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

import grader
from grader import pipeline
from grader.batch import dask_worker
from grader.batch.serialization import (
    RemoteSetup,
    parse_execution,
    parse_files,
    parse_submission,
    render_execution,
    render_files,
    render_setup,
    render_submission,
)
from grader.errors import SandboxError
from grader.model import Limits
from grader.spec.data import name_with_data


@pytest.fixture
def submission(folder_of: Any) -> Any:
    """Return a submission."""
    return pipeline.read([folder_of(ada="a = 2\nessay") / "ada.py"], Limits(), "a\udcffda")


@pytest.fixture
def execution(tiny_grader: Any, sandboxes: Any, submission: Any) -> Any:
    """Return what a run of it gave."""
    with sandboxes.open() as sandbox:
        return pipeline.run(sandbox, tiny_grader, submission)


def test_submission_travels_as_text(submission: Any) -> None:
    """It arrives the same, strange names included."""
    text = render_submission(submission)
    assert text.isascii()
    assert parse_submission(text) == submission


def test_execution_travels_as_text(tiny_grader: Any, submission: Any, execution: Any) -> None:
    """Evidence, notebooks and times arrive the same."""
    arrived = parse_execution(render_execution(execution), submission, tiny_grader.probes_sha256)
    assert arrived.evidence == execution.evidence
    assert arrived.notebooks == execution.notebooks
    assert arrived.times == execution.times


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"evidence": "{}", "notebooks": {}, "times": {}}', "[" * 100_000])
def test_nonsense_is_our_failure_and_no_verdict(tiny_grader: Any, submission: Any, text: str) -> None:
    """What is no execution is tried again elsewhere."""
    with pytest.raises(SandboxError):
        parse_execution(text, submission, tiny_grader.probes_sha256)


def test_evidence_of_another_is_refused(tiny_grader: Any, submission: Any, execution: Any) -> None:
    """Nobody gets the points of somebody else, whatever a worker mixes up."""
    data = json.loads(render_execution(execution))
    data["evidence"] = data["evidence"].replace(submission.sha256, "0" * 64)
    with pytest.raises(SandboxError, match="another submission"):
        parse_execution(json.dumps(data), submission, tiny_grader.probes_sha256)


def test_notebook_that_is_no_json_is_left_behind(tiny_grader: Any, submission: Any, execution: Any) -> None:
    """A hostile notebook's metadata costs the student the courtesy copy, not the grade."""
    execution.notebooks["ada.py"] = {"metadata": object()}
    arrived = parse_execution(render_execution(execution), submission, tiny_grader.probes_sha256)
    assert arrived.notebooks == {}
    assert arrived.evidence == execution.evidence


def test_files_travel_in_base64(tmp_path: Any) -> None:
    """Every byte of a tree arrives, and what is no Base64 is our failure."""
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "hw.py").write_text("a = 2")
    (tmp_path / "ada" / "p.bin").write_bytes(bytes(range(256)))
    submission = pipeline.read([tmp_path / "ada"], Limits())
    arrived = parse_submission(render_submission(submission))
    assert (arrived, dict(arrived.tree)) == (submission, dict(submission.tree))
    for broken in ({"a": "?"}, {"a": 1}, ["a"]):
        with pytest.raises(SandboxError, match="expected files in Base64"):
            parse_files(broken)  # type: ignore[arg-type]  # what a machine sends may be anything


def test_a_worker_asks_for_the_courses_data_once(
    monkeypatch: pytest.MonkeyPatch, sandboxes: Any, submission: Any
) -> None:
    """It is sent with a submission where it is missing, checked, and kept until another course's comes."""
    opened: list[Any] = []

    def open_sandbox(*_args: Any, data: Any, **_options: Any) -> Any:
        opened.append(dict(data))
        return sandboxes.open()

    monkeypatch.setattr(dask_worker, "open_sandbox", open_sandbox)
    monkeypatch.setattr(dask_worker, "_data", {"": {}})
    monkeypatch.setattr(dask_worker, "_own", threading.local())
    sent = render_submission(submission)
    for content in (b"1", b"2"):
        data = {"data/x.csv": content}
        setup = render_setup(build_setup(name_with_data("", data)))
        assert dask_worker.run_remotely(setup, sent) == dask_worker.NEEDS_DATA
        assert "other data" in dask_worker.run_remotely(setup, sent, json.dumps(render_files({"data/x.csv": b"3"})))
        assert "evidence" in dask_worker.run_remotely(setup, sent, json.dumps(render_files(data)))
        assert "evidence" in dask_worker.run_remotely(setup, sent)
    assert opened == [{"data/x.csv": b"1"}, {"data/x.csv": b"2"}]
    assert "evidence" in dask_worker.run_remotely(render_setup(build_setup("")), sent)
    assert opened[-1] == {}


def build_setup(data_sha256: str) -> RemoteSetup:
    """Return a setup that names data of a course."""
    return RemoteSetup(
        grader=grader.__version__, packages=(), isolation="full", limits=Limits(), hidden=(), probes=(),
        probes_sha256="", data_sha256=data_sha256,
    )  # fmt: skip
