"""Reads a git repository that also holds a student's commits, as data.

Only plumbing is used: nothing is checked out, so no filter, hook, submodule or attribute of a commit ever acts. The
environment is ours, replacements and lazy fetches are off, and every answer is bounded in size and time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # plumbing commands of git, never code of a student
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import UsageError

LINK, SUBMODULE = "120000", "160000"
_NO_GIT = "git is not on the PATH; install it"
_LISTING_BYTES = 64 << 20
_TIMEOUT_S = 120.0
_NAME_STEPS = frozenset({"", ".", "..", ".git"})
# Of a checkout that another user owns (as in containers) only data is read, so its owner does not matter.
_SETTINGS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "core.quotePath=false",
    "safe.directory=*",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_ALLOC_LIMIT": "1g",  # a tag or a tree of many GiB is a few MiB in a repository
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class FileChange:
    """One path that differs. `status` is git's letter: A, M, D, R (renamed from `old_path`), C, T."""

    status: str
    path: str
    old_path: str | None = None


@dataclass(frozen=True)
class TreeFile:
    """A file as a commit holds it."""

    path: str
    mode: str
    blob: str


def require_git() -> None:
    """Do nothing where there is a git.

    Raises:
        UsageError: there is none.
    """
    if shutil.which("git") is None:
        raise UsageError(_NO_GIT)


class Repository:
    """The repository that `folder` lies in; with `is_bare` the one that it is, and none around it."""

    def __init__(self, folder: Path, *, is_bare: bool = False) -> None:
        """Use the repository; nothing is read yet."""
        self._folder = folder.resolve()
        self._name = "the repository" if is_bare else str(self._folder)
        self._place = ("--git-dir", str(self._folder)) if is_bare else ("-C", str(self._folder))

    def resolve(self, revision: str) -> str:
        """Return the commit's full name.

        Raises:
            UsageError: there is no such commit here.
        """
        if revision.startswith("-") or "\0" in revision:
            raise UsageError(f"{revision!r} is no revision")
        found = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", may_fail=True
        )
        name = found.decode("ascii", "replace").strip()
        if not re.fullmatch(r"[0-9a-f]{40,64}", name):
            raise UsageError(
                f"the commit {revision} is not in this repository; fetch it, and the whole history with it"
            )
        return name

    def merge_base(self, base: str, head: str) -> str:
        """Return the commit at which `head` left `base`.

        Raises:
            UsageError: the two have no history in common here.
        """
        found = self._git("merge-base", base, head, may_fail=True).decode("ascii", "replace").split()
        if not found:
            raise UsageError(
                f"{base[:12]} and {head[:12]} have no common commit here; fetch the whole history (depth 0)"
            )
        return found[0]

    def top(self) -> Path | None:
        """Return the top folder of the checkout, or None where this is none."""
        found = os.fsdecode(self._git("rev-parse", "--show-toplevel", may_fail=True).rstrip(b"\n"))
        return Path(found) if found else None

    def checkouts(self) -> Iterator[Repository]:
        """Yield the checkouts that the folder lies in, the innermost first: a submodule lies in more than one."""
        repository: Repository | None = self
        while repository is not None and (top := repository.top()) is not None:
            yield repository
            repository = None if top == top.parent else Repository(top.parent)

    def holds(self, revision: str, commit: str) -> bool:
        """Return whether `commit` is part of the history of `revision`."""
        if self._git("merge-base", revision, commit, may_fail=True).decode("ascii", "replace").strip() == commit:
            return True
        # In a shallow checkout git does not know the history; the commit itself still names its parents.
        raw = self._git("cat-file", "commit", revision, may_fail=True).decode("ascii", "replace")
        return f"parent {commit}" in raw.partition("\n\n")[0].splitlines()

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """Return what differs between two commits; a renamed file is one change."""
        listed = self._git("diff-tree", "-r", "-z", "-M", "-l2000", "--name-status", "--no-ext-diff", base, head)
        return tuple(_parse_changes(_texts(listed)))

    def files(self, commit: str) -> tuple[TreeFile, ...]:
        """Return every file of a commit.

        Raises:
            UsageError: the commit holds a path that no checkout could have, or one path twice.
        """
        files = tuple(_parse_tree(_texts(self._git("ls-tree", "-r", "-z", "--full-tree", commit))))
        if len({file.path for file in files}) != len(files):
            raise UsageError(f"the commit {commit[:12]} holds a path twice")
        return files

    def read(self, blob: str, limit_bytes: int) -> bytes | None:
        """Return a file's content, or None where it is larger than `limit_bytes`."""
        size = int(self._git("cat-file", "-s", blob))
        if size > limit_bytes:
            return None
        return self._git("cat-file", "blob", blob, limit_bytes=limit_bytes)

    def committed_at(self, commit: str) -> datetime:
        """Return a commit's own date, which its author may have set to anything."""
        seconds = int(self._git("log", "-1", "--format=%ct", "--no-show-signature", commit))
        return datetime.fromtimestamp(min(max(seconds, 0), 1 << 36), UTC)

    def _git(self, *words: str, limit_bytes: int = _LISTING_BYTES, may_fail: bool = False) -> bytes:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = ["git", *settings, "--no-pager", *self._place, *words]
        environment = _ENVIRONMENT | {"PATH": os.environ.get("PATH", os.defpath)}
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
        except FileNotFoundError as error:
            raise UsageError(_NO_GIT) from error
        watch = threading.Timer(_TIMEOUT_S, process.kill)
        watch.start()
        try:
            output = process.stdout.read(limit_bytes + 1) if process.stdout else b""
            if len(output) > limit_bytes:
                process.kill()
            process.communicate()
        finally:
            watch.cancel()
        if len(output) > limit_bytes:
            raise UsageError(f"git {words[0]} answers with more than {limit_bytes} bytes in {self._name}")
        if process.returncode != 0 and not may_fail:
            raise UsageError(f"git {words[0]} failed in {self._name} (status {process.returncode})")
        return output


def _texts(output: bytes) -> list[str]:
    return [os.fsdecode(item) for item in output.split(b"\0")[:-1]]


def _parse_changes(items: list[str]) -> Iterator[FileChange]:
    rest = iter(items)
    for status in rest:
        letter = status[:1]
        if letter in {"R", "C"}:
            old = next(rest)
            yield FileChange(letter, next(rest), old)
        else:
            yield FileChange(letter, next(rest))


def _parse_tree(items: list[str]) -> Iterator[TreeFile]:
    for item in items:
        facts, _, path = item.partition("\t")
        if _NAME_STEPS & set(path.split("/")):
            raise UsageError(f"the commit holds a path that no checkout can have: {path!r}")
        mode, _, blob = facts.split(" ")
        yield TreeFile(path, mode, blob)
