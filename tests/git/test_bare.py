"""A repository that somebody else filled is opened, and nothing in it is obeyed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused, UsageError
from grader.git import bare as module
from grader.git import find_commit, is_head, open_bare, parse_ref, repository
from tests.git.conftest import Bare

Make = Callable[[str], Bare]
WORK = {"work.py": b"a = 1\n"}


def read_names(folder: Path, *refs: str) -> list[str]:
    """Return the files of the commit that counts."""
    with open_bare(folder) as opened:
        return [file.path for file in opened.files(find_commit(opened, refs or ("HEAD",)))]


def test_loose_and_packed_references_are_read(bare: Make) -> None:
    """The first that is there counts; a tag is followed to its commit."""
    ada = bare("ada.git")
    old = ada.submit(WORK)
    ada.submit({"new.py": b"a = 2\n"})
    ada.git("tag", "-a", "due", "-m", "due", old)
    ada.git("tag", "-a", "again", "-m", "a tag of a tag", "due")
    for pack in (False, True):
        if pack:
            ada.git("pack-refs", "--all")
            ada.git("gc", "--quiet")
        assert read_names(ada.folder) == ["new.py"]
        assert read_names(ada.folder, "due") == read_names(ada.folder, "again") == ["work.py"]
        assert read_names(ada.folder, "nothing", "due", "main") == ["work.py"]
        assert read_names(ada.folder, old) == ["work.py"]


def test_nothing_is_left_behind(bare: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own repository goes, and theirs, to which it has links, stays."""
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path))
    ada = bare("ada.git")
    ada.submit(WORK)
    before = sorted(tmp_path.rglob("*"))
    assert read_names(ada.folder) == ["work.py"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", ["blob", "tree", "nothing", "broken"])
def test_reference_to_no_commit_is_told(bare: Make, kind: str) -> None:
    """A tag may name anything."""
    ada = bare("ada.git")
    ada.submit(WORK)
    target = {"blob": ada.blob(b"x"), "tree": "HEAD^{tree}"}.get(kind)
    if target is not None:
        ada.git("tag", "due", target)
    if kind == "broken":
        (ada.folder / "refs" / "tags" / "due").write_text("0" * 39 + "1\n")
    with pytest.raises(SubmissionRefused, match="no commit due or late"):
        read_names(ada.folder, "due", "late")


def test_empty_repository_has_no_commit(bare: Make) -> None:
    """Whoever accepted an assignment and pushed nothing."""
    with pytest.raises(SubmissionRefused, match="no commit HEAD"):
        read_names(bare("ada.git").folder)


# ---------------------------------------------------------------- what is not obeyed


def test_settings_of_the_repository_are_not_read(bare: Make, tmp_path: Path) -> None:
    """Programs that git would start, includes, a worktree: neither does anything, nor does a broken file stop us."""
    ada = bare("ada.git")
    ada.submit(WORK)
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    lines = (
        f"[core]\n\tfsmonitor = {trap}\n\tsshCommand = {trap}\n\tpager = {trap}\n\thooksPath = {tmp_path}",
        f"\talternateRefsCommand = {trap}\n\tworktree = /\n\tgitProxy = {trap}\n[diff]\n\texternal = {trap}",
        f"[uploadpack]\n\tpackObjectsHook = {trap}\n[include]\n\tpath = {tmp_path}/no-settings-at-all\n[",
    )
    (ada.folder / "config").write_text("\n".join(lines))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (ada.folder / "hooks" / hook).write_bytes(trap.read_bytes())
        (ada.folder / "hooks" / hook).chmod(0o755)
    assert read_names(ada.folder) == ["work.py"]
    assert not (tmp_path / "sprung").exists()


def test_folder_that_a_repository_names_is_not_looked_at(bare: Make) -> None:
    """Of a worktree objects and references lie in the folder that `commondir` names."""
    ada, bob = bare("ada.git"), bare("bob.git")
    ada.submit(WORK)
    bob.submit({"secret.py": b"a = 3\n"})
    (ada.folder / "commondir").write_text(str(bob.folder))
    assert ada.git("ls-tree", "--name-only", "HEAD") == "secret.py"  # as git sees it
    assert read_names(ada.folder) == ["work.py"]


def test_commit_is_not_replaced(bare: Make) -> None:
    """What is graded is what its name says, and `commit` in batch.json."""
    ada = bare("ada.git")
    commit = ada.submit(WORK)
    ada.git("update-ref", f"refs/replace/{commit}", ada.submit({"new.py": b""}, "refs/heads/other"))
    assert ada.git("ls-tree", "--name-only", "HEAD") == "new.py"  # as git sees it
    assert read_names(ada.folder) == ["work.py"]


@pytest.mark.parametrize("name", ["alternates", "http-alternates"])
def test_objects_elsewhere_are_refused(bare: Make, name: str) -> None:
    """By its hash a tree can name a file of the teachers' own repository, if that one's objects are borrowed."""
    ada, bob = bare("ada.git"), bare("bob.git")
    ada.submit(WORK)
    (ada.folder / "objects" / "info" / name).write_text(f"{bob.folder}/objects\n")
    with pytest.raises(SubmissionRefused, match=f"objects elsewhere .*{name}"):
        read_names(ada.folder)


@pytest.mark.parametrize("name", ["objects", "refs", "packed-refs", "objects/pack", "refs/tags/x", "HEAD"])
def test_links_are_refused(bare: Make, name: str) -> None:
    """They lead to objects or files elsewhere."""
    ada, bob = bare("ada.git"), bare("bob.git")
    for one in (ada, bob):
        one.submit(WORK)
        one.git("pack-refs", "--all")
        one.git("repack", "-q", "-a", "-d")
    path = ada.folder / name
    if path.exists():
        path.rename(ada.folder / "moved")
    path.symlink_to(bob.folder / name)
    with pytest.raises(SubmissionRefused, match=r"symbolic link|no bare repository"):
        read_names(ada.folder)


def test_pipe_does_not_hold_us(bare: Make) -> None:
    """Git would wait for somebody to write into it."""
    ada = bare("ada.git")
    ada.submit(WORK)
    os.mkfifo(ada.folder / "refs" / "tags" / "due")
    with pytest.raises(SubmissionRefused, match=r"refs/tags/due is a named pipe"):
        read_names(ada.folder)


# ---------------------------------------------------------------- what is none, and what is too much


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda folder: (folder / "HEAD").unlink(), "HEAD does not exist"),
        (lambda folder: (folder / "HEAD").write_text("gitdir: /elsewhere\n"), "no bare repository"),
        (lambda folder: (folder / "HEAD").write_bytes(b"0" * 5000), "larger than 4096 bytes"),
        (lambda folder: (folder / "refs").rename(folder / "r"), "no bare repository"),
        (lambda folder: (folder / "objects").rename(folder / "o"), "no bare repository"),
        (lambda folder: (folder / "reftable").mkdir(), "--ref-format=files"),
    ],
)
def test_what_is_no_bare_repository_is_refused(bare: Make, break_it: Callable[[Path], object], reason: str) -> None:
    """With what is wrong."""
    ada = bare("ada.git")
    ada.submit(WORK)
    break_it(ada.folder)
    with pytest.raises(SubmissionRefused, match=reason):
        read_names(ada.folder)


def test_too_many_files_are_refused(bare: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted before git sees one; folders without end are no trouble either."""
    ada = bare("ada.git")
    ada.submit(WORK)
    deep = ada.folder / "refs" / "heads"
    for _ in range(300):
        deep = deep / "x"
    deep.mkdir(parents=True)
    assert read_names(ada.folder) == ["work.py"]
    monkeypatch.setattr(module, "_MOST_FILES", 100)
    with pytest.raises(SubmissionRefused, match="more than 100 files"):
        read_names(ada.folder)


def test_tag_that_unpacks_to_much_takes_no_memory(bare: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes of a repository can be many gigabytes of one object; git is told how much it may take at once."""
    ada = bare("ada.git")
    text = f"object {ada.submit(WORK)}\ntype commit\ntag due\ntagger a <a@b> 1 +0000\n\n".encode()
    tag = ada.git("hash-object", "-t", "tag", "-w", "--stdin", given=text + b"x" * (8 << 20))
    ada.git("update-ref", "refs/tags/due", tag)
    assert read_names(ada.folder, "due") == ["work.py"]
    assert repository._ENVIRONMENT["GIT_ALLOC_LIMIT"] == "1g"
    monkeypatch.setitem(repository._ENVIRONMENT, "GIT_ALLOC_LIMIT", "4m")
    with pytest.raises(SubmissionRefused, match="no commit due"):
        read_names(ada.folder, "due")


def test_without_git_nobody_is_refused(bare: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is our own machine's."""
    ada = bare("ada.git")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not on the PATH"):
        read_names(ada.folder)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("text", ["deadline-hw1", "refs/tags/due", "HEAD", "submit/2026-05-01T10-00-00Z-abc", "ünder"])
def test_names_of_commits(text: str) -> None:
    """Tags, branches, commits."""
    assert parse_ref(text) == text


@pytest.mark.parametrize(
    "text", ["", "-x", "a b", "HEAD@{1}", ":/text", "a..b", "a~1", "a^", "a:b", "a\0b", "a\n", "*", "[a", "?", "a\\b"]
)
def test_what_is_more_than_a_name_is_wrong_usage(text: str) -> None:
    """Revisions that depend on what a student wrote are among them."""
    with pytest.raises(UsageError, match="--ref"):
        parse_ref(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"ref: refs/heads/main\n", True),
        (b"ref: refs/heads/main", True),
        (b"0" * 40 + b"\n", True),
        (b"ref: /etc/passwd\n", False),
        (b"ref: refs/heads/main\nmore", False),
        (b"", False),
        (b"print(1)\n", False),
    ],
)
def test_what_a_head_is(content: bytes, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """By its whole content."""
    assert is_head(content) is expected


def test_nothing_hides_what_a_name_means(bare: Make) -> None:
    """Git takes `refs/due` before the tag, and a tag before a branch or the beginning of a commit's name."""
    ada = bare("ada.git")
    early = ada.submit({"early.py": b"a = 1"})
    ada.git("update-ref", "refs/tags/due", early)
    late = ada.submit({"late.py": b"a = 2"}, "refs/due")
    assert read_names(ada.folder, "due") == ["early.py"]
    ada.git("update-ref", f"refs/tags/{early[:10]}", late)
    with pytest.raises(SubmissionRefused, match="has no commit"):
        read_names(ada.folder, early[:9])
    assert read_names(ada.folder, early) == ["early.py"]
    ada.git("update-ref", "refs/tags/main", late)
    with pytest.raises(SubmissionRefused, match=r"refs/tags/main and refs/heads/main are different commits"):
        read_names(ada.folder, "main")
    assert read_names(ada.folder, "heads/main") == read_names(ada.folder, "refs/heads/main") == ["early.py"]
    assert read_names(ada.folder, "tags/main") == ["late.py"]
