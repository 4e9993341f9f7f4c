"""Lists a batch folder: which entry belongs to which student, and where that student's reports go."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.submission.naming import folder_name, is_ignored, shown, split_extension, well_formed
from grader.submission.opening import holds_only_requests, refusal_of

_NO_SUBMISSION = "is not a notebook (.ipynb) or script (.py)"


@dataclass(frozen=True)
class Delivery:
    """What a download says of how a submission came: when, whether that was late, and which attempt of `attempts` seen.

    `earlier` are the names of what older attempts, or older files of this one, left in the download; `ids` are what the
    system calls the student, by the column of a roster. `commit` is the full name of what was graded of a repository.
    """

    submitted_at: datetime | None = None
    late: bool = False
    attempts: int = 1
    earlier: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    commit: str = ""


@dataclass(frozen=True)
class Entry:
    """One student of a batch. `refusal` says why nothing of theirs is read; else `paths` go to `read_submission`.

    `student` is the real name (bytes that are no text are spelled out), `folder` a safe one that no other student has.
    `entry` is the first of `entries`, the names found in the batch folder. What is no student's has `is_student` false:
    a file of another kind, which is refused.
    """

    student: str
    entry: str
    folder: str
    paths: tuple[Path, ...]
    refusal: str | None = None
    entries: tuple[str, ...] = ()
    is_student: bool = True
    delivery: Delivery = Delivery()


@dataclass(frozen=True)
class _Found:
    """An entry as it lies there. `is_student` is false for what belongs to nobody: a file of another kind."""

    name: str
    owner: str
    is_student: bool
    refusal: str | None


def list_entries(folder: Path) -> list[Entry]:
    """Return the students of a batch folder by name. Looks at types and names: no file is opened, no link followed.

    A folder in which nothing but requests for another look lies submits nothing.
    """
    with os.scandir(folder) as entries:
        found = sorted((_found(entry) for entry in entries if _counts(folder, entry)), key=lambda item: item.name)
    groups: dict[tuple[bool, str], list[_Found]] = {}
    for item in found:
        groups.setdefault((item.is_student, item.owner), []).append(item)
    taken: set[str] = set()
    # Students first: a stray file must not take the folder of a student of that name.
    listed = [_entry(folder, groups[key], taken) for key in sorted(groups, key=lambda key: (not key[0], key[1]))]
    return sorted(listed, key=lambda entry: (entry.student, entry.folder))


def _counts(folder: Path, entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is looked at as a submission."""
    if is_ignored(entry.name):
        return False
    return not (entry.is_dir(follow_symlinks=False) and holds_only_requests(folder / entry.name))


def list_request_folders(folder: Path) -> list[tuple[str, Path]]:
    """Return each student of a batch folder in whose own folder requests for another look may lie, by name.

    A link is among them, so that whoever reads it can say why it is not followed.
    """
    with os.scandir(folder) as entries:
        found = [
            entry.name
            for entry in entries
            if not is_ignored(entry.name) and (entry.is_dir(follow_symlinks=False) or _is_link_to_folder(entry))
        ]
    return [(well_formed(name), folder / name) for name in sorted(found)]


def _is_link_to_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and not split_extension(entry.name)[1]


def _found(entry: os.DirEntry[str]) -> _Found:
    mode = entry.stat(follow_symlinks=False).st_mode
    stem, extension = split_extension(entry.name)
    if stat.S_ISDIR(mode):
        return _Found(entry.name, entry.name, is_student=True, refusal=None)
    refusal = refusal_of(mode) or (None if extension else _NO_SUBMISSION)
    return _Found(entry.name, stem, is_student=bool(extension), refusal=refusal)


def _entry(folder: Path, items: list[_Found], taken: set[str]) -> Entry:
    owner, names = items[0].owner, tuple(item.name for item in items)
    return Entry(
        student=well_formed(owner),
        entry=well_formed(names[0]),
        folder=folder_name(owner, taken),
        paths=tuple(folder / name for name in names),
        refusal=_refusal(items),
        entries=tuple(well_formed(name) for name in names),
        is_student=items[0].is_student,
    )


def _refusal(items: Iterable[_Found]) -> str | None:
    reasons = [f"{shown(item.name)} {item.refusal}" for item in items if item.refusal]
    return "; ".join(reasons) or None
