"""The output folder of a batch: what is written where, atomically, and read back to go on after an interruption."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from grader.errors import SubmissionRefused, UsageError, blame
from grader.model import Cell, Evidence, Execution, Limits, Report, RunTimes, SubmittedFile
from grader.report.json import Audience, dump_indented, render_json
from grader.report.parse import parse_report
from grader.report.text import render_text
from grader.report.write import write_atomically, write_together
from grader.submission.notebook import parse_notebook
from grader.submission.opening import Quota, read_paths

EVIDENCE, REPORT, REPORT_TEXT, TIMING, EXECUTED, KEPT = (
    "evidence.json", "report.json", "report.txt", "timing.json", "executed", "evidence",
)  # fmt: skip
UNPACKED = ".unpacked"  # of an archive, as long as the batch runs; no student's folder is called so
_IDENTITY = ("schema_", "student", "submission_sha256", "probes_sha256", "isolation")
_KEY_LENGTH, _VERSIONS = 32, 4
_TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.tmp")  # as `write_atomically` calls them
_MOST_BYTES = 1 << 30  # of a file that is read back; far more than the limits let a submission leave
_NAME_LENGTH = 180  # a file system allows 255 bytes; the rest is for a digest, an ending and the temporary name


def make_folder(path: Path) -> Path:
    """Return `path` as a real folder, made where it is not there.

    Raises:
        UsageError: a link or something else stands there, which could lead the reports elsewhere.
        HostError: the disk is full.
    """
    if path.is_symlink():
        raise UsageError(f"{path} is a link: reports are written to real folders only")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise blame(f"{path} cannot be made a folder", error) from error
    return path


def clear_folder(folder: Path) -> None:
    """Remove what an earlier run says of a student, so that no old report stands beside a new verdict.

    Kept evidence stays: its name says what it is evidence of.
    """
    for name in (EVIDENCE, REPORT, REPORT_TEXT, TIMING):
        (folder / name).unlink(missing_ok=True)
    executed = folder / EXECUTED
    if executed.is_dir() and not executed.is_symlink():
        for notebook in executed.glob("*.ipynb"):
            notebook.unlink()


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed run left in a folder."""
    with suppress(FileNotFoundError, NotADirectoryError):
        with os.scandir(folder) as found:
            left = [Path(item.path) for item in found if _TEMPORARY.fullmatch(item.name)]
        for path in left:
            path.unlink(missing_ok=True)


def sweep_student(folder: Path) -> None:
    """Remove the temporary files that a killed run left for a student."""
    for place in (folder, folder / EXECUTED, folder / KEPT):
        if not place.is_symlink():
            sweep(place)


def render_evidence(evidence: Evidence) -> str:
    """Return evidence as JSON, ASCII only: a student's string may hold what UTF-8 cannot (lone surrogates)."""
    return dump_indented(evidence.model_dump(mode="python", by_alias=True), 1) + "\n"


def parse_evidence(text: str) -> Evidence:
    """Return the evidence that `render_evidence` wrote.

    Raises:
        ValueError: it is something else (`ValidationError` and `JSONDecodeError` are both).
    """
    try:
        return Evidence.model_validate_json(text)
    except ValidationError:  # it knows no half of a surrogate pair; and what is wrong with the rest is said by Python
        return Evidence.model_validate(_freeze(json.loads(text)))


def read_kept(path: Path) -> bytes:
    """Return the content of a file in a student's folder, as submissions are read: no link is followed, no pipe read.

    Raises:
        UsageError: there is none, something else stands there, or it is too large.
    """
    if path.is_symlink() or path.is_dir():
        raise UsageError(f"{path} cannot be read: it is a link or a folder, expected a file")
    try:
        return b"".join(content for _, content in read_paths(path, Quota(_MOST_BYTES, _MOST_BYTES, 1)))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except SubmissionRefused as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def read_report(folder: Path) -> Report:
    """Return the report in a student's folder.

    Raises:
        UsageError: there is none, or it is not the grader's.
    """
    path = folder / REPORT
    try:
        return parse_report(read_kept(path).decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not a report of this version of the grader; judge it again: {error}") from error


def read_evidence(folder: Path) -> Evidence:
    """Return the evidence stored in a student's folder.

    Raises:
        UsageError: there is none, or it is not the grader's.
    """
    path = folder / EVIDENCE
    try:
        return parse_evidence(read_kept(path).decode("ascii"))
    except ValidationError as error:
        raise UsageError(f"{path} is not evidence of this grader: {error.error_count()} fields are wrong") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not evidence of this grader: {error}") from error


def read_sources(folder: Path, evidence: Evidence) -> Mapping[str, tuple[Cell, ...]]:
    """Return the cells of the files that ran, as far as a student's folder holds them; a plain script is one cell.

    Raises:
        UsageError: something else stands where a notebook was written.
    """
    found: dict[str, tuple[Cell, ...]] = {}
    for name in evidence.files:
        path = folder / EXECUTED / notebook_name(name)
        if not os.path.lexists(path):  # nothing ran
            continue
        content = read_kept(path)
        with suppress(SubmissionRefused):  # a notebook that no JSON can hold
            found[name] = parse_notebook(path.name, content, Limits().cells)
    return found


def read_times(folder: Path, files: Iterable[SubmittedFile], parts: Collection[str]) -> RunTimes | None:
    """Return how long the run took that gave the evidence in a student's folder; None where that cannot be read.

    Args:
        folder: the student's.
        files: what was submitted: their cells say to which part they belong.
        parts: those of the course.
    """
    try:
        spent = json.loads(read_kept(folder / TIMING))["times_s"]
        parts_s: dict[str, float] = {}
        for name, part in ((f"{file.name}[{cell.index}]", cell.part) for file in files for cell in file.cells):
            if part is not None and part in parts and name in spent["by_cell"]:
                parts_s[part] = parts_s.get(part, 0.0) + spent["by_cell"][name]
        return RunTimes(total_s=spent["cells_s"] + spent["probes_s"], parts_s=parts_s)
    except (UsageError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write_execution(folder: Path, execution: Execution, limits: Limits) -> None:
    """Write what a run gave. The evidence comes last: where it stands, everything beside it belongs to it.

    Evidence with a fault of ours is not kept by its name: a later run tries again.
    """
    clear_folder(folder)
    evidence, text = execution.evidence, render_evidence(execution.evidence)
    if evidence.fault is not None:
        write_atomically(folder / EVIDENCE, text)
        return
    executed = make_folder(folder / EXECUTED)
    for name, notebook in execution.notebooks.items():
        _write_notebook(executed / notebook_name(name), notebook)
    key = build_key(evidence, limits)
    timing = {"key": key, "limits": limits.model_dump(), "times_s": dict(execution.times)}
    write_atomically(folder / TIMING, json.dumps(timing, indent=1) + "\n")
    kept = make_folder(folder / KEPT) / f"{key}.json"
    write_atomically(kept, text)
    _show(folder, kept, text)
    _forget_oldest(folder / KEPT)


def write_report(folder: Path, report: Report, told: Report | None, audience: Audience = "staff") -> None:
    """Write the report as JSON for `audience` and as text for the student: both, or where the disk is full neither.

    The JSON comes last: where it stands, the other belongs to it. The text says what the student is `told`; with None,
    where a course withholds something, there is none yet: what they get is written at its time, by `grader feedback`.
    """
    if told is None:
        (folder / REPORT_TEXT).unlink(missing_ok=True)
        write_atomically(folder / REPORT, render_json(report, audience))
        return
    write_together({folder / REPORT_TEXT: render_text(told), folder / REPORT: render_json(report, audience)})


def build_key(evidence: Evidence, limits: Limits) -> str:
    """Return the name under which evidence is kept: a digest of all that decides what a run can give.

    Known before anything is run: who submitted what, which questions are asked, how strongly walled in, which limits.
    """
    identity = [getattr(evidence, name) for name in _IDENTITY]
    text = json.dumps([identity, limits.model_dump()], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def find_current(folder: Path, blank: Evidence, limits: Limits) -> Evidence | None:
    """Return kept evidence that a new run would only repeat: same files, questions, isolation and limits, no fault.

    `blank` is what the new evidence would be, but for its runs. What is found becomes the student's `evidence.json`.
    """
    key = build_key(blank, limits)
    kept = folder / KEPT / f"{key}.json"
    try:
        text = read_kept(kept).decode("ascii")
        evidence = parse_evidence(text)
    except (UsageError, ValueError, RecursionError):
        return None  # never written, or damaged since
    if evidence.fault is not None or any(getattr(evidence, name) != getattr(blank, name) for name in _IDENTITY):
        return None
    if _key_of_times(folder) != key:
        clear_folder(folder)  # notebooks and times of another run
    _show(folder, kept, text)
    return evidence


def _key_of_times(folder: Path) -> object:
    try:
        return json.loads(read_kept(folder / TIMING))["key"]
    except (UsageError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _show(folder: Path, kept: Path, text: str) -> None:
    """Make `evidence.json` the kept evidence: one file under two names where the file system can."""
    shown = folder / EVIDENCE
    with suppress(OSError):
        if shown.samefile(kept) and not shown.is_symlink():
            return
    shown.unlink(missing_ok=True)  # a run killed here finds the kept one again
    try:
        shown.hardlink_to(kept)
    except OSError:  # no links on this file system
        write_atomically(shown, text)


def _forget_oldest(kept: Path) -> None:
    """Keep the evidence of the last few submissions of a student, not of all."""
    files = sorted(kept.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for path in files[:-_VERSIONS]:
        path.unlink(missing_ok=True)


def notebook_name(name: str) -> str:
    """Return the plain file name under which the executed form of the student's file `name` is kept."""
    encoded = quote(name.encode("utf-8", "surrogatepass"), safe=" ")
    if len(encoded) > _NAME_LENGTH:
        digest = hashlib.sha256(encoded.encode()).hexdigest()[:12]
        encoded = f"{encoded[:_NAME_LENGTH]}-{digest}"
    return encoded if encoded.endswith(".ipynb") else f"{encoded}.ipynb"


def _write_notebook(path: Path, notebook: Mapping[str, Any]) -> None:
    try:
        text = json.dumps(notebook, indent=1, ensure_ascii=True)
    except (RecursionError, TypeError, ValueError):
        return  # a hostile notebook's metadata; the evidence, which is what counts, has none of it
    write_atomically(path, text + "\n")


def _freeze(data: Any) -> Any:
    """Return JSON data with tuples for lists, which is what the strict records hold."""
    if isinstance(data, list):
        return tuple(map(_freeze, data))
    if isinstance(data, dict):
        return {key: _freeze(value) for key, value in data.items()}
    return data
