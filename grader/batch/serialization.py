"""What a batch sends to worker processes and other machines, and what comes back: plain data and text.

The machines share nothing but the grader's version. JSON, ASCII only, what comes from elsewhere checked by the strict
records on arrival: nothing that a student wrote is ever unpickled.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.batch.results import EntryResult
from grader.batch.store import parse_evidence, render_evidence
from grader.errors import GraderError, HostError, IsolationError, SandboxError, UsageError
from grader.model import Execution, Frozen, Limits, Probe, Report, Submission
from grader.pipeline import Isolation
from grader.report.json import list_points, render_json
from grader.report.parse import parse_report
from grader.submission import Entry

_SUBMISSION = TypeAdapter(Submission)
# What a worker process may report; a wrong course, whose problems it cannot send, is like a wrong path.
_STOPPING: Mapping[str, type[GraderError]] = {
    kind.__name__: kind for kind in (HostError, IsolationError, SandboxError, UsageError)
} | {"CourseError": UsageError}


class RemoteSetup(Frozen):
    """How a worker on another machine opens its sandbox, and which probes it answers there.

    `grader` is the version that must be there too. `data_sha256` names the course's data, which a worker asks for once;
    empty where the course has none.
    """

    grader: str
    packages: tuple[str, ...]
    isolation: Isolation
    limits: Limits
    hidden: tuple[str, ...]
    probes: tuple[Probe, ...]
    probes_sha256: str
    data_sha256: str = ""


def render_submission(submission: Submission) -> str:
    """Return a submission as text, its files in Base64."""
    return json.dumps(asdict(submission) | {"tree": render_files(submission.tree)}, ensure_ascii=True)


def parse_submission(text: str) -> Submission:
    """Return the submission that `render_submission` wrote."""
    data = json.loads(text)
    return _SUBMISSION.validate_python(data | {"tree": parse_files(data["tree"])})


def render_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return files as text, by path."""
    return {name: base64.b64encode(content).decode("ascii") for name, content in files.items()}


def parse_files(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files that `render_files` wrote.

    Raises:
        SandboxError: it is something else.
    """
    try:
        return {str(name): base64.b64decode(text, validate=True) for name, text in texts.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise SandboxError(f"expected files in Base64: {error}") from error


def render_execution(execution: Execution) -> str:
    """Return an execution as text; a notebook that is no JSON (hostile metadata) is left out, as in a file."""
    notebooks = {name: _render_notebook(notebook) for name, notebook in execution.notebooks.items()}
    kept = {name: text for name, text in notebooks.items() if text is not None}
    evidence = render_evidence(execution.evidence)
    return json.dumps({"evidence": evidence, "notebooks": kept, "times": dict(execution.times)}, ensure_ascii=True)


def parse_execution(text: str, submission: Submission, probes_sha256: str) -> Execution:
    """Return the execution that `render_execution` wrote, if it is one of this submission and these questions.

    Raises:
        SandboxError: it is not.
    """
    try:
        data = json.loads(text)
        evidence = parse_evidence(data["evidence"])
        notebooks = {str(name): json.loads(one) for name, one in data["notebooks"].items()}
        times = dict(data["times"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SandboxError(f"expected an execution from a worker: {error}") from error
    expected = (submission.student, submission.sha256, probes_sha256)
    if (evidence.student, evidence.submission_sha256, evidence.probes_sha256) != expected:
        raise SandboxError("a worker sent back the evidence of another submission")
    return Execution(evidence, notebooks, times)


def _render_notebook(notebook: Mapping[str, Any]) -> str | None:
    try:
        return json.dumps(notebook, ensure_ascii=True)
    except (RecursionError, TypeError, ValueError):
        return None


def render_setup(setup: RemoteSetup) -> str:
    """Return a setup as text."""
    return setup.model_dump_json()


def parse_setup(text: str) -> RemoteSetup:
    """Return the setup that `render_setup` wrote."""
    return RemoteSetup.model_validate_json(text)


# ---------------------------------------------------------------- between a batch and its worker processes


def pack_entry(entry: Entry) -> dict[str, Any]:
    """Return what a worker has to know of an entry, as plain data."""
    return {
        "student": entry.student,
        "entry": entry.entry,
        "folder": entry.folder,
        "paths": [str(path) for path in entry.paths],
        "refusal": entry.refusal,
        "entries": entry.entries,
    }


def unpack_entry(data: dict[str, Any]) -> Entry:
    """Return the entry that `pack_entry` packed; how it came is known to who sent it."""
    paths, entries = tuple(map(Path, data["paths"])), tuple(data["entries"])
    return Entry(data["student"], data["entry"], data["folder"], paths, data["refusal"], entries)


def pack_result(result: EntryResult) -> dict[str, Any]:
    """Return a result as plain data; the entry is known to who asked."""
    report = None if result.report is None else _pack_report(result.report)
    return {"status": result.status, "reason": result.reason, "reused": result.reused, "report": report}


def unpack_result(entry: Entry, data: dict[str, Any]) -> EntryResult:
    """Return the result that `pack_result` packed.

    Raises:
        GraderError: the worker reported what must stop the class.
    """
    if "error" in data:
        raise _STOPPING.get(data["error"], SandboxError)(data["message"])
    report = None if data["report"] is None else _unpack_report(data["report"])
    return EntryResult(entry, data["status"], data["reason"], report, data["reused"])


def _pack_report(report: Report) -> dict[str, Any]:
    return {"json": render_json(report), "points": [(str(score), str(most)) for score, most in list_points(report)]}


def _unpack_report(data: dict[str, Any]) -> Report:
    return parse_report(data["json"], ((Fraction(score), Fraction(most)) for score, most in data["points"]))
