"""Opens a bare repository that somebody else filled, and obeys nothing in it.

Git is pointed at an empty repository of ours, whose objects and references are theirs. So their configuration (with its
includes), hooks, grafts and worktrees are not even read. What would lead to objects elsewhere is refused: links, and
alternates, by which a tree could name a file of any other repository on this machine.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import SubmissionRefused, UsageError
from grader.git.repository import Repository, require_git
from grader.submission.naming import shown
from grader.submission.opening import Quota, read_paths, refusal_of

HEAD = "HEAD"
_HEAD_BYTES = 1 << 12
_HEAD_TEXT = re.compile(rb"(?:ref: refs/[^\0\n]+|[0-9a-f]{40})\n?")
_THEIRS = ("objects", "refs", "packed-refs")
_ELSEWHERE = ("alternates", "http-alternates")
_MOST_FILES = 200_000  # of objects and references
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# As `git check-ref-format` has it; what else a revision may be (`@{1}`, `:/text`, `a..b`) is no name.
_REF = re.compile(r"(?!-)(?!.*(?:\.\.|@\{))[^\x00-\x20~^:?*\[\\\x7f]+")


def parse_ref(text: str) -> str:
    """Return the name of a tag or branch, or a commit's in full, as it is.

    Raises:
        UsageError: it is none.
    """
    if not _REF.fullmatch(text):
        raise UsageError(f"--ref = {text!r}: expected the name of a tag, a branch or a commit, such as deadline-hw1")
    return text


def is_head(content: bytes) -> bool:
    """Return whether a file has what the HEAD of a repository has."""
    return _HEAD_TEXT.fullmatch(content) is not None


@contextmanager
def open_bare(folder: Path) -> Iterator[Repository]:
    """Yield the bare repository at `folder`, to be read.

    Raises:
        SubmissionRefused: it is none, leads elsewhere, or holds too much.
        UsageError: there is no git.
    """
    require_git()
    head = b"".join(content for _, content in read_paths(folder / HEAD, Quota(_HEAD_BYTES, 2 * _HEAD_BYTES, 1)))
    if not is_head(head) or not all((folder / name).is_dir() for name in ("objects", "refs")):
        raise SubmissionRefused("it is no bare repository; expected one as git clone --bare makes it")
    if (folder / "reftable").exists():
        raise SubmissionRefused("its references are a reftable, which is not read; clone it with --ref-format=files")
    _check_files(folder)
    with tempfile.TemporaryDirectory(prefix="grader-git-") as name:
        home = Path(name)
        (home / HEAD).write_bytes(head)
        (home / "config").write_text(_CONFIG, encoding="ascii")
        for own in _THEIRS:
            if (folder / own).exists():
                (home / own).symlink_to((folder / own).resolve())
        yield Repository(home, is_bare=True)


def find_commit(repository: Repository, refs: Sequence[str]) -> str:
    """Return the full name of the first commit that the repository has among `refs`.

    Where Git would look for a name in several places, its owner could hide one that is meant behind another: each is a
    tag or a branch, and never one of two that are different commits.

    Raises:
        SubmissionRefused: it has none of them, or two by one name.
    """
    for ref in refs:
        found = {place: commit for place in _list_places(ref) if (commit := _resolve(repository, place))}
        if len(set(found.values())) > 1:
            names = " and ".join(map(shown, found))
            raise SubmissionRefused(f"{names} are different commits; say with --ref which one counts")
        if found:
            return next(iter(found.values()))
    raise SubmissionRefused(f"the repository has no commit {' or '.join(map(shown, refs))}; nothing of it is graded")


def _list_places(ref: str) -> tuple[str, ...]:
    """Return what a name may mean, spelled out."""
    if ref == HEAD or ref.startswith("refs/") or _COMMIT.fullmatch(ref):
        return (ref,)
    if ref.startswith(("tags/", "heads/")):
        return (f"refs/{ref}",)
    return f"refs/tags/{ref}", f"refs/heads/{ref}"


def _resolve(repository: Repository, place: str) -> str | None:
    with suppress(UsageError):
        return repository.resolve(place)
    return None


def _check_files(folder: Path) -> None:
    """Refuse what is no file or folder, or would lead to objects elsewhere, and too many files."""
    count = 0
    for name in _THEIRS:
        for path in _walk(folder / name):
            count += 1
            if count > _MOST_FILES:
                raise SubmissionRefused(f"the repository holds more than {_MOST_FILES} files; pack it with git gc")
            if refusal := refusal_of(path.lstat().st_mode):
                raise SubmissionRefused(f"in the repository {shown(str(path.relative_to(folder)))} {refusal}")
    for name in _ELSEWHERE:
        if (folder / "objects" / "info" / name).exists():
            raise SubmissionRefused(f"the repository has objects elsewhere (objects/info/{name}); clone it whole")


def _walk(top: Path) -> Iterator[Path]:
    """Yield a path and all that lies below it; no link is followed."""
    waiting = [top] if os.path.lexists(top) else []
    while waiting:
        path = waiting.pop()
        yield path
        if stat.S_ISDIR(path.lstat().st_mode):
            waiting += sorted(path.iterdir(), reverse=True)
