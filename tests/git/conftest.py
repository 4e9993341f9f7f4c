"""Repositories: with a base, as the tests of `grader ci` have it, and bare ones of a student, made by hand."""

from __future__ import annotations

import os
import subprocess  # git makes the repositories that the code under test reads
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ci.conftest import MOMENT, PERSON, bare_runner

__all__ = ["Bare", "bare", "bare_runner", "make_bare"]
FILE, LINK, SUBMODULE = "100644", "120000", "160000"


@dataclass(frozen=True)
class Bare:
    """A bare repository, filled by plumbing: a tree can hold what no checkout could."""

    folder: Path

    def git(self, *words: str, given: bytes | None = None) -> str:
        """Run git in the repository and return what it says."""
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"} | PERSON | MOMENT
        command = ["git", "--git-dir", str(self.folder), *words]
        done = subprocess.run(command, env=environment, input=given, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        """Keep a file and return its name."""
        return self.git("hash-object", "-w", "--stdin", given=content)

    def tree(self, entries: Mapping[str, tuple[str, str]]) -> str:
        """Keep a folder of (mode, object) by name; a mode of a tree is 040000."""
        kinds = {"040000": "tree", SUBMODULE: "commit"}
        lines = (f"{mode} {kinds.get(mode, 'blob')} {one}\t{name}\0" for name, (mode, one) in entries.items())
        return self.git("mktree", "-z", "--missing", given="".join(lines).encode())

    def commit(self, tree: str, ref: str = "refs/heads/main") -> str:
        """Commit a tree and let `ref` name it."""
        commit = self.git("commit-tree", tree, "-m", "a commit")
        self.git("update-ref", ref, commit)
        return commit

    def submit(self, files: Mapping[str, bytes], ref: str = "refs/heads/main") -> str:
        """Commit flat files and let `ref` name it."""
        return self.commit(self.tree({name: (FILE, self.blob(content)) for name, content in files.items()}), ref)


def make_bare(folder: Path) -> Bare:
    """Return a new, empty repository."""
    words = ("git", "-c", "init.defaultBranch=main", "init", "--quiet", "--bare", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(words, check=True, env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"})
    return Bare(folder)


@pytest.fixture
def bare(tmp_path: Path) -> Callable[[str], Bare]:
    """Return a function that makes a bare repository of this name in the folder of a class."""
    return lambda name: make_bare(tmp_path / "class" / name)
