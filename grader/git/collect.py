"""Takes students' submissions out of a commit, as plain files in a folder of ours, laid out like a batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionRefused, UsageError
from grader.git.pattern import Pattern, Place, find_place, parse_pattern
from grader.git.repository import LINK, SUBMODULE, Repository, TreeFile
from grader.model import Limits
from grader.submission import Entry
from grader.submission.naming import folder_name, is_ignored, shown, split_extension, well_formed

_MAX_FILES = 100  # as for a folder that is submitted
_WHOLE = parse_pattern("**", "submission")  # the commit is one student's, whose name stands elsewhere
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


@dataclass(frozen=True)
class Collected:
    """One student's entry, and for each file of the submission (by its name there) its path in the repository."""

    entry: Entry
    origins: Mapping[str, str]


@dataclass(frozen=True)
class _Item:
    file: TreeFile
    place: Place


class Collector:
    """Writes files of one commit below `folder`, a new folder of ours."""

    def __init__(self, repository: Repository, commit: str, folder: Path, limits: Limits) -> None:
        """Read from `commit`; files over the `limits` are refused."""
        self._repository, self._commit, self._folder, self._limits = repository, commit, folder, limits

    def collect(self, patterns: tuple[Pattern, ...], students: Iterable[str]) -> list[Collected]:
        """Return the students' submissions whole, as the commit has them; where nothing is left there are no paths."""
        items: dict[str, list[_Item]] = {student: [] for student in students}
        for file in self._repository.files(self._commit):
            place = find_place(patterns, file.path)
            if place is not None and place.student in items:
                items[place.student].append(_Item(file, place))
        taken: set[str] = set()
        return [self._student(student, items[student], taken) for student in sorted(items)]

    def _student(self, student: str, items: list[_Item], taken: set[str]) -> Collected:
        name = folder_name(student, taken)
        named = well_formed(student)
        items = [item for item in items if not any(is_ignored(step) for step in item.place.name.split("/"))]
        refusal = _refusal(items)
        runnable = sum(bool(split_extension(item.place.name)[1]) for item in items)
        # Data is part of a student's folder; beside a single file lie other students' files. Alone it is no submission.
        files = [item for item in items if item.place.in_folder or split_extension(item.place.name)[1]]
        if refusal is None:
            refusal = self._count(runnable, len(files))
        root = self._folder / name
        written: dict[Path, str] = {}
        left = self._limits.disk_bytes
        for item in files if runnable and refusal is None else []:
            place = item.place
            target = root / student / place.name if place.in_folder else root / place.name
            refusal = self._write(item.file, target, left)
            if refusal is not None:
                break
            left -= target.stat().st_size
            written[target] = item.file.path
        paths = _tops(root, written)
        entry = Entry(named, named, name, paths if refusal is None else (), refusal, (named,))
        base = paths[0] if len(paths) == 1 and paths[0].is_dir() else root
        return Collected(entry, {str(path.relative_to(base)): origin for path, origin in written.items()})

    def _count(self, runnable: int, files: int) -> str | None:
        """Return why these are too many files, if they are."""
        if runnable > _MAX_FILES:
            return f"{runnable} notebooks and scripts were submitted (at most {_MAX_FILES})"
        most = self._limits.disk_files
        return f"{files} files were submitted (at most {most})" if files > most else None

    def _write(self, file: TreeFile, target: Path, left: int) -> str | None:
        """Write one file, for which `left` bytes are left; return why it is refused, if it is."""
        most = self._limits.file_bytes
        content = self._repository.read(file.blob, most)
        if content is None:
            return f"{shown(file.path)} is larger than {most} bytes; save it without outputs"
        if len(content) > left:
            return f"{shown(file.path)} is too much: the files take up more than {self._limits.disk_bytes} bytes"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(target, _FLAGS, 0o600), "wb") as out:
                out.write(content)
        except (FileExistsError, NotADirectoryError):
            return f"{shown(file.path)} has the name of another file or folder of the submission"
        except OSError as error:
            if len(os.fsencode(target.name)) < 255 and len(os.fsencode(str(target))) < 4000:
                raise  # a full disk is ours
            return f"{shown(file.path)} has a name that is too long ({error.strerror})"
        return None


def collect_commit(repository: Repository, commit: str, folder: Path, limits: Limits) -> Path:
    """Write all that a commit has of a submission below `folder`, a new folder of ours; return the student's folder.

    Raises:
        SubmissionRefused: a student's folder with these files would be refused, or git cannot read them.
    """
    try:
        (collected,) = Collector(repository, commit, folder, limits).collect((_WHOLE,), (_WHOLE.owner,))
    except UsageError as error:
        raise SubmissionRefused(str(error)) from error
    entry = collected.entry
    if not entry.paths:
        reason = entry.refusal or f"the commit {commit[:12]} holds no notebook (.ipynb) and no script (.py)"
        raise SubmissionRefused(reason)
    return entry.paths[0]


def _tops(root: Path, written: Iterable[Path]) -> tuple[Path, ...]:
    """Return what is submitted: the student's folder, single files, or both, in name order."""
    return tuple(sorted({root / path.relative_to(root).parts[0] for path in written}))


def _refusal(items: Iterable[_Item]) -> str | None:
    """Return why the files are no submission, by their modes; a folder that is submitted knows the same rule."""
    kinds = {LINK: "is a symbolic link; submit the file itself", SUBMODULE: "is a submodule; submit files"}
    reasons = [f"{shown(item.file.path)} {kinds[item.file.mode]}" for item in items if item.file.mode in kinds]
    return "; ".join(reasons) or None
