"""Reads everything one student handed in into a `Submission`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import SubmissionRefused
from grader.model import Submission, SubmittedFile
from grader.spec.model import Limits
from grader.submission.naming import shown, split_extension, well_formed
from grader.submission.notebook import parse_notebook
from grader.submission.opening import read_paths
from grader.submission.script import parse_script


def read_submission(paths: Sequence[Path], limits: Limits, student: str | None = None) -> Submission:
    """Read one student's files and folders; `student` defaults to the name of the first.

    Raises:
        SubmissionRefused: for what cannot be read as a notebook or script, with a reason that a student understands.
    """
    if not paths:
        raise SubmissionRefused("nothing was handed in")
    files: dict[str, SubmittedFile] = {}
    for name, content in _contents(paths, limits.file_bytes):
        file = _parse(well_formed(name), content, limits)
        if file.name in files:
            raise SubmissionRefused(f"two of the files are named {shown(file.name)}; rename one")
        files[file.name] = file
        _check_total(files, limits.cells)
    ordered = tuple(files[name] for name in sorted(files))
    return Submission(well_formed(student or default_student(paths[0])), ordered, _digest(ordered))


def default_student(path: Path) -> str:
    """Return the student's name as the path gives it: a file's stem, a folder's name."""
    return split_extension(path.name or path.resolve().name)[0]


def _contents(paths: Sequence[Path], limit_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and content; where there are several paths, what is below a folder keeps the folder's name."""
    for path in paths:
        for name, content in read_paths(path, limit_bytes):
            below = len(paths) > 1 and path.is_dir()
            yield (f"{path.name}/{name}" if below else name), content


def _parse(name: str, content: bytes, limits: Limits) -> SubmittedFile:
    digest = hashlib.sha256(content).hexdigest()
    match split_extension(name)[1]:
        case ".ipynb":
            return SubmittedFile(name, "notebook", digest, parse_notebook(name, content, limits.cells))
        case ".py":
            style, cells = parse_script(name, content, limits.cells)
            return SubmittedFile(name, style, digest, cells)
        case _:
            raise SubmissionRefused(f"{shown(name)} is not a notebook (.ipynb) or script (.py)")


def _check_total(files: dict[str, SubmittedFile], max_cells: int) -> None:
    count = sum(len(file.cells) for file in files.values())
    if count > max_cells:
        raise SubmissionRefused(f"the files have {count} cells together (at most {max_cells})")


def _digest(files: tuple[SubmittedFile, ...]) -> str:
    """Name the hand-in by the names and contents of its files."""
    return hashlib.sha256(json.dumps([(file.name, file.sha256) for file in files]).encode()).hexdigest()
