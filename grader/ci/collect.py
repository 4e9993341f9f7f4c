"""Takes students' submissions out of a commit, as plain files in a folder of ours, laid out like a batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.ci.git import LINK, SUBMODULE, Repository, TreeFile
from grader.ci.pattern import Pattern, Place, find_place
from grader.submission import Entry
from grader.submission.naming import folder_name, is_ignored, shown, split_extension, well_formed

_MAX_FILES = 100  # as for a folder that is handed in
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

    def __init__(self, repository: Repository, commit: str, folder: Path, file_bytes: int) -> None:
        """Read from `commit`; files over `file_bytes` are refused."""
        self._repository, self._commit, self._folder, self._file_bytes = repository, commit, folder, file_bytes

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
        taken.add(name)
        named = well_formed(student)
        items = [item for item in items if not any(is_ignored(step) for step in item.place.name.split("/"))]
        refusal = _refusal(items)
        files = [item for item in items if split_extension(item.place.name)[1]]
        if refusal is None and len(files) > _MAX_FILES:
            refusal = f"{len(files)} notebooks and scripts were handed in (at most {_MAX_FILES})"
        root = self._folder / name
        written: dict[Path, str] = {}
        for item in files if refusal is None else []:
            place = item.place
            target = root / student / place.name if place.in_folder else root / place.name
            refusal = refusal or self._write(item.file, target)
            written[target] = item.file.path
        paths = _tops(root, written)
        entry = Entry(named, named, name, paths if refusal is None else (), refusal, (named,))
        base = paths[0] if len(paths) == 1 and paths[0].is_dir() else root
        return Collected(entry, {str(path.relative_to(base)): origin for path, origin in written.items()})

    def _write(self, file: TreeFile, target: Path) -> str | None:
        """Write one file; return why it is refused, if it is."""
        content = self._repository.read(file.blob, self._file_bytes)
        if content is None:
            return f"{shown(file.path)} is larger than {self._file_bytes} bytes; save it without outputs"
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


def _tops(root: Path, written: Iterable[Path]) -> tuple[Path, ...]:
    """Return what is handed in: the student's folder, single files, or both, in name order."""
    return tuple(sorted({root / path.relative_to(root).parts[0] for path in written}))


def _refusal(items: Iterable[_Item]) -> str | None:
    """Return why the files are no submission, by their modes; a folder that is handed in knows the same rule."""
    kinds = {LINK: "is a symbolic link; hand in the file itself", SUBMODULE: "is a submodule; hand in files"}
    reasons = [f"{shown(item.file.path)} {kinds[item.file.mode]}" for item in items if item.file.mode in kinds]
    return "; ".join(reasons) or None
