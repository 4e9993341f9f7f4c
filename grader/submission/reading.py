"""Reads everything one student submitted into a `Submission`: notebooks and scripts as cells, the rest as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.errors import SubmissionRefused
from grader.model import Limits, Submission, SubmittedFile, find_folders
from grader.submission.naming import shown, split_extension, well_formed
from grader.submission.notebook import parse_notebook, parse_notebook_named_py
from grader.submission.opening import Quota, read_beside, read_paths
from grader.submission.script import parse_script

_TOLD = 5  # of the files that were left out
_NAME_BYTES = 255


def read_submission(
    paths: Sequence[Path], limits: Limits, student: str | None = None, *, beside: bool = False
) -> Submission:
    """Read one student's files and folders; `student` defaults to the name of the first.

    A folder is read whole: what is no notebook or script in it is data. With `beside`, a file brings along the data
    files that lie in its folder, as far as the quota allows.

    Raises:
        SubmissionRefused: for what cannot be read as a notebook or script, with a reason that a student understands.
    """
    if not paths:
        raise SubmissionRefused("nothing was submitted")
    quota = Quota(limits.file_bytes, limits.disk_bytes, limits.disk_files)
    files: dict[str, SubmittedFile] = {}
    tree: dict[str, bytes] = {}
    for name, content, is_named in _contents(paths, quota):
        _check_length(name)
        if name in tree:
            raise SubmissionRefused(f"two of the files are named {shown(name)}; rename one")
        tree[name] = content
        if is_named or split_extension(name)[1]:
            files[name] = parse_file(name, content, limits)
            _check_total(files, limits.cells)
    _check_places(tree)
    remarks = _take_along(paths, quota, tree) if beside else ()
    ordered = tuple(files[name] for name in sorted(files))
    digest = _digest(ordered, {name: content for name, content in tree.items() if name not in files})
    return Submission(well_formed(student or default_student(paths[0])), ordered, digest, tree, remarks)


def default_student(path: Path) -> str:
    """Return the student's name as the path gives it: a file's stem, a folder's name."""
    return split_extension(path.name or path.resolve().name)[0]


def _contents(paths: Sequence[Path], quota: Quota) -> Iterator[tuple[str, bytes, bool]]:
    """Yield name, content and whether the file was named itself; what else there is lies below a folder.

    Where there are several paths, what is below a folder keeps the folder's name.
    """
    for path in paths:
        for name, content in read_paths(path, quota):
            is_folder = path.is_dir()
            below = len(paths) > 1 and is_folder
            yield well_formed(f"{path.name}/{name}" if below else name), content, not is_folder


def _take_along(paths: Sequence[Path], quota: Quota, tree: dict[str, bytes]) -> tuple[str, ...]:
    """Add the data that lies beside the files among `paths` to `tree`, and return remarks on what is left out."""
    remarks: list[str] = []
    folders: set[Path] = set()
    for path in paths:
        if path.is_dir() or path.parent in folders:
            continue
        folders.add(path.parent)
        found, left_out = read_beside(path, quota)
        taken = find_folders(tree) | tree.keys()
        for raw_name, content in found.items():
            name = well_formed(raw_name)
            if len(name.encode()) > _NAME_BYTES:
                left_out.append(f"{shown(name)[:80]} has a name that is too long")
            elif name not in taken:
                tree[name] = content
            elif tree.get(name) != content:
                left_out.append(f"{shown(name)} has the name of another file")
        told = left_out[:_TOLD] + ([f"{len(left_out) - _TOLD} more"] if len(left_out) > _TOLD else [])
        remarks += [f"left out of what lies beside {well_formed(shown(path.name))}: {well_formed(one)}" for one in told]
    return tuple(remarks)


def _check_length(name: str) -> None:
    """Refuse what no disk could hold once its bytes that are no text are spelled out."""
    if any(len(step.encode()) > _NAME_BYTES for step in name.split("/")):
        raise SubmissionRefused(f"{shown(name)[:80]} has a name that is too long")


def _check_places(tree: Mapping[str, bytes]) -> None:
    for name in find_folders(tree):
        if name in tree:
            raise SubmissionRefused(f"{shown(name)} is the name of a file and of a folder; rename one")


def parse_file(name: str, content: bytes, limits: Limits) -> SubmittedFile:
    """Return a notebook or script as its cells.

    Raises:
        SubmissionRefused: it is neither, with a reason that a student understands.
    """
    digest = hashlib.sha256(content).hexdigest()
    match split_extension(name)[1]:
        case ".ipynb":
            return SubmittedFile(name, "notebook", digest, parse_notebook(name, content, limits.cells))
        case ".py" if (cells := parse_notebook_named_py(name, content, limits.cells)) is not None:
            return SubmittedFile(name, "notebook", digest, cells)
        case ".py":
            style, cells = parse_script(name, content, limits.cells)
            return SubmittedFile(name, style, digest, cells)
        case _:
            raise SubmissionRefused(f"{shown(name)} is not a notebook (.ipynb) or script (.py)")


def _check_total(files: dict[str, SubmittedFile], max_cells: int) -> None:
    count = sum(len(file.cells) for file in files.values())
    if count > max_cells:
        raise SubmissionRefused(f"the files have {count} cells together (at most {max_cells})")


def _digest(files: Sequence[SubmittedFile], data: Mapping[str, bytes]) -> str:
    """Name the submission by the names and contents of its files; a list of pairs where there is no data, else two."""
    named: list[object] = [(file.name, file.sha256) for file in files]
    if data:
        named = [named, [(name, hashlib.sha256(data[name]).hexdigest()) for name in sorted(data)]]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()
