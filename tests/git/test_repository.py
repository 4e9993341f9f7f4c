"""Git's objects: what changed, what a tree holds, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.git.repository import Repository


def test_changes_name_both_ends_of_a_rename(bare_runner: Any) -> None:
    """A moved file is one change with two paths."""
    head = bare_runner.propose({"submissions/ada/work.py": None, "submissions/ada/moved.py": "a = 1\n", "x": "new\n"})
    changes = Repository(bare_runner.folder).changes(bare_runner.git("rev-parse", "main"), head)
    assert {change.path: change.status for change in changes} == {"submissions/ada/moved.py": "R", "x": "A"}
    assert changes[0].old_path in {"submissions/ada/work.py", "submissions/bob/work.py"}


def test_only_what_the_head_did_counts(bare_runner: Any) -> None:
    """What came to the base after the head left it is no change of the head's."""
    head = bare_runner.propose({"submissions/ada/work.py": "a = 2\n"})
    bare_runner.git("checkout", "--quiet", "main")
    base = bare_runner.commit({"exercises/ex1.yaml": "newer\n"})
    repository = Repository(bare_runner.folder)
    changes = repository.changes(repository.merge_base(base, head), head)
    assert [change.path for change in changes] == ["submissions/ada/work.py"]


@pytest.mark.parametrize("name", ["..", ".", ".git"])
def test_tree_that_leads_outside_is_refused(bare_runner: Any, name: str) -> None:
    """A commit can be made by hand with names that no checkout allows; writing them would leave our folder."""
    blob = bare_runner.git("hash-object", "-w", "--stdin", given=b"a = 2\n")
    tree = bare_runner.git("mktree", given=f"100644 blob {blob}\tx.py\n".encode())
    for part in (name, "ada", "submissions"):
        tree = bare_runner.git("mktree", given=f"040000 tree {tree}\t{part}\n".encode())
    head = bare_runner.git("commit-tree", tree, "-p", "main", "-m", "evil")
    with pytest.raises(UsageError, match="no checkout can have"):
        Repository(bare_runner.folder).files(head)


def test_path_that_stands_twice_is_refused(bare_runner: Any) -> None:
    """Readers would differ in which of the two they see."""
    blobs = [bare_runner.git("hash-object", "-w", "--stdin", given=text) for text in (b"a = 1\n", b"a = 2\n")]
    entries = b"".join(b"100644 x.py\0" + bytes.fromhex(blob) for blob in blobs)
    tree = bare_runner.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=entries)
    head = bare_runner.git("commit-tree", tree, "-m", "evil")
    with pytest.raises(UsageError, match="twice"):
        Repository(bare_runner.folder).files(head)


def test_file_over_the_limit_is_not_read(bare_runner: Any) -> None:
    """The size is asked for first."""
    blob = bare_runner.git("hash-object", "-w", "--stdin", given=b"12345")
    repository = Repository(bare_runner.folder)
    assert repository.read(blob, 5) == b"12345"
    assert repository.read(blob, 4) is None


@pytest.mark.parametrize("revision", ["--upload-pack=x", "0" * 40, "no-such-branch", "main:course.yaml", ""])
def test_revision_that_is_no_commit_is_wrong_usage(bare_runner: Any, revision: str) -> None:
    """An option in place of a revision is none either."""
    with pytest.raises(UsageError):
        Repository(bare_runner.folder).resolve(revision)


def test_histories_without_a_common_commit_are_told(bare_runner: Any) -> None:
    """That is how a shallow clone shows itself."""
    tree = bare_runner.git("rev-parse", "main^{tree}")
    other = bare_runner.git("commit-tree", tree, "-m", "other")
    with pytest.raises(UsageError, match="depth 0"):
        Repository(bare_runner.folder).merge_base(bare_runner.git("rev-parse", "main"), other)


def test_folder_without_a_repository_is_wrong_usage(tmp_path: Path) -> None:
    """There is no commit in it, and no checkout."""
    assert Repository(tmp_path).top() is None
    with pytest.raises(UsageError):
        Repository(tmp_path).resolve("HEAD")


def test_bare_repository_is_the_folder_itself(bare_runner: Any) -> None:
    """Git looks upwards where it is none, and would find the teachers' own around it."""
    inside = bare_runner.folder / "submissions"
    assert Repository(inside).resolve("HEAD") == bare_runner.git("rev-parse", "HEAD")
    with pytest.raises(UsageError, match="not in this repository"):
        Repository(inside, is_bare=True).resolve("HEAD")
