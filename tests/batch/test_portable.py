"""What travels to other machines and back is text, and is checked on arrival."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader import pipeline
from grader.batch.portable import parse_execution, parse_submission, render_execution, render_submission
from grader.errors import SandboxError
from grader.spec.model import Limits


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
