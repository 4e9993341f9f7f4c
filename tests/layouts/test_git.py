"""A class of bare repositories: whose each is, when it came, and the commit of it that is graded or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.errors import SubmissionRefused, UsageError
from grader.gradebook import Person
from grader.layouts import Arrival, git
from grader.layouts.git import parse_received
from grader.model import Limits
from grader.submission import Entry
from tests.git.conftest import FILE, LINK, SUBMODULE, Bare, bare
from tests.layouts.conftest import arrive, notebook, pack_zip, put, read_files

__all__ = ["arrive", "bare"]
Make = Callable[[str], Bare]
Read = Callable[..., Arrival]
FOLDER = "040000"


def only(arrival: Arrival) -> Entry:
    """Return the entry of the only student."""
    (entry,) = arrival.entries
    return entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the repositories lie."""
    return tmp_path / "class"


# ---------------------------------------------------------------- a class


def test_class_is_recognised_and_read_at_a_commit(bare: Make, folder: Path, arrive: Read) -> None:
    """A student is called like the repository; what is graded is the newest commit, or the one that is named."""
    ada, bob = bare("ada.git"), bare("bob")
    due = ada.submit({"hw.py": b"a = 1\n", "data.csv": b"1\n"})
    bob.submit({"hw.ipynb": notebook("a = 2")})
    for one in (ada, bob):
        one.git("update-ref", "refs/tags/due", "main")
    new = ada.submit({"hw.py": b"a = 'new'\n"})
    arrival = arrive(folder)
    assert arrival.layout == git.NAME
    assert arrival.summary == "class: a download of bare Git repositories; 2 students"
    assert [(entry.student, entry.entry, entry.folder) for entry in arrival.entries] == [
        ("ada", "ada.git", "ada"),
        ("bob", "bob", "bob"),
    ]
    assert arrival.entries[0].delivery.commit == new
    assert read_files(arrival.entries[0]) == {"hw.py": b"a = 'new'\n"}
    at_due = arrive(folder, refs=["due"])
    assert at_due.entries[0].delivery.commit == due
    assert read_files(at_due.entries[0]) == {"hw.py": b"a = 1\n", "data.csv": b"1\n"}
    assert read_files(at_due.entries[1]) == {"hw.ipynb": notebook("a = 2")}


def test_what_is_no_part_of_a_submission_is_left_out(bare: Make, folder: Path, arrive: Read) -> None:
    """As of a folder: names with a dot, caches, requests; the rest keeps its place, a link among the first too."""
    ada = bare("ada.git")
    blob = ada.blob(b"a = 1\n")
    inside = ada.tree({"check.yml": (FILE, blob), "hook.py": (FILE, blob)})
    tree = ada.tree({
        ".github": (FOLDER, inside), ".link": (LINK, blob), "__pycache__": (FOLDER, inside), "old": (FOLDER, inside),
        "README.md": (FILE, blob), "hw.py": (FILE, blob), "regrade-1a.yaml": (FILE, blob),
    })  # fmt: skip
    ada.commit(tree)
    assert set(read_files(only(arrive(folder)))) == {"README.md", "hw.py", "old/check.yml", "old/hook.py"}


def test_commit_that_is_missing_is_its_students(bare: Make, folder: Path, arrive: Read) -> None:
    """The others are graded."""
    bare("ada.git").submit({"hw.py": b""}, "refs/tags/due")
    bare("bob.git").submit({"hw.py": b""})
    bare("cy.git")
    ada, bob, cy = arrive(folder, refs=["due"]).entries
    assert ada.refusal is None
    for entry in (bob, cy):
        assert entry.refusal == "the repository has no commit due; nothing of it is graded"
        assert entry.delivery.commit == ""
        assert entry.is_student


def test_roster_names_them(bare: Make, folder: Path, arrive: Read) -> None:
    """By any id, as of a plain folder; two of one student are nobody's."""
    for name in ("ada.git", "bob.git", "eve.git", "bob"):
        bare(name).submit({"hw.py": b""})
    roster = [Person("s1", login="ada"), Person("s2", login="bob")]
    found = {entry.entry: entry for entry in arrive(folder, roster=roster).entries}
    assert (found["ada.git"].student, found["ada.git"].refusal) == ("s1", None)
    assert found["eve.git"].refusal == "is not on the roster"
    assert "2 students of the download are s2" in str(found["bob.git"].refusal)
    assert {entry.student for entry in arrive(folder).entries} == {"ada", "bob (bob.git)", "bob", "eve"}


def test_zip_of_repositories(bare: Make, folder: Path, tmp_path: Path, arrive: Read) -> None:
    """Is unpacked like any other class."""
    bare("ada.git").submit({"hw.py": b"a = 1\n"})
    bare("bob.git").submit({"hw.py": b"a = 2\n"})
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (tmp_path / "class.zip").write_bytes(pack_zip(files))
    arrival = arrive(tmp_path / "class.zip")
    assert [read_files(entry)["hw.py"] for entry in arrival.entries] == [b"a = 1\n", b"a = 2\n"]


def test_one_student_again(bare: Make, arrive: Read) -> None:
    """By the folder of the repository alone."""
    ada = bare("ada.git")
    commit = ada.submit({"hw.py": b"a = 1\n"})
    arrival = arrive(ada.folder, refs=["main"])
    assert arrival.is_update
    assert (only(arrival).student, only(arrival).delivery.commit) == ("ada", commit)


def test_what_is_no_repository_is_a_stray_where_the_layout_is_named(bare: Make, folder: Path, arrive: Read) -> None:
    """Without the name they are plain entries, and it is told what nearly fitted."""
    bare("ada.git").submit({"hw.py": b""})
    put(folder, {"bob/hw.py": b"", "notes.txt": b"", "cy/HEAD": b"print(1)\n"})
    (folder / "dan").symlink_to(folder / "ada.git")
    rows = {entry.entry: entry.refusal for entry in arrive(folder, layout=git.NAME).entries}
    assert rows["ada.git"] is None
    assert rows["bob"] == "bob does not fit the layout of the others"
    assert "symbolic link" in str(rows["dan"])
    assert set(rows) == {"ada.git", "bob", "cy", "dan", "notes.txt"}
    plain = arrive(folder)
    assert plain.layout == "plain"
    assert "not read as a download of bare Git repositories" in plain.told[0]


def test_folder_without_repositories_is_wrong_usage(folder: Path, arrive: Read) -> None:
    """Where the layout is named."""
    put(folder, {"bob/hw.py": b""})
    with pytest.raises(UsageError, match="--layout git: nothing fits"):
        arrive(folder, layout=git.NAME)


# ---------------------------------------------------------------- when it came


def test_time_comes_from_the_collector_alone(bare: Make, folder: Path, arrive: Read) -> None:
    """The date of a commit is the student's word, and no time without the file."""
    bare("ada.git").submit({"hw.py": b""})
    bare("bob.git").submit({"hw.py": b""})
    assert arrive(folder).count_timeless() == 2
    put(folder, {"received.csv": b"repository,received_at\nada.git,2026-05-01T23:00:00+02:00\neve,2026-05-01T00:00Z\n"})
    arrival = arrive(folder)
    ada, bob = arrival.entries
    assert ada.delivery.submitted_at == datetime(2026, 5, 1, 23, tzinfo=UTC) - timedelta(hours=2)
    assert bob.delivery.submitted_at is None
    assert arrival.told == ("eve is listed in received.csv and not there",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected the columns repository and received_at"),
        ("repository,when\nada,2026-05-01T00:00Z\n", "expected the columns repository and received_at"),
        (
            "repository,received_at\nada,2026-05-01T00:00\n",
            r"'2026-05-01T00:00' \(line 2\): expected a moment with its",
        ),
        ("repository,received_at\nada,yesterday\n", "expected a moment"),
        ("repository,received_at\nada,9999-12-31T23:59:59-23:59\n", "expected a moment"),
        ("repository,received_at\nada,0001-01-01T00:00:00+23:59\n", "expected a moment"),
        ("repository,received_at\nada\n", r"received_at = '' \(line 2\)"),
        (
            "repository,received_at\nada,2026-05-01T00:00Z\nada.git,2026-05-01T00:00Z\n",
            r"ada is there twice \(line 3\)",
        ),
        ('repository,received_at\nada,"2026\n', "cannot be read as CSV"),
        ("\udcff", "cannot be read as CSV in UTF-8"),
    ],
)
def test_file_that_says_something_else_is_refused(text: str, reason: str) -> None:
    """Where, and what was expected."""
    with pytest.raises(SubmissionRefused, match=reason):
        parse_received(text.encode("utf-8", "surrogateescape"))


def test_broken_file_stops_the_class(bare: Make, folder: Path, arrive: Read) -> None:
    """Nobody is graded by half of it."""
    bare("ada.git").submit({"hw.py": b""})
    put(folder, {"received.csv": b"ada\n"})
    with pytest.raises(UsageError, match="expected the columns"):
        arrive(folder, layout=git.NAME)


# ---------------------------------------------------------------- hostile commits


def fill_link(ada: Bare) -> str:
    return ada.tree({"hw.py": (FILE, ada.blob(b"")), "x.py": (LINK, ada.blob(b"/etc/passwd"))})


def fill_submodule(ada: Bare) -> str:
    return ada.tree({"hw.py": (FILE, ada.blob(b"")), "library": (SUBMODULE, "1" * 40)})


def fill_large(ada: Bare) -> str:
    return ada.tree({"hw.py": (FILE, ada.blob(b"")), "data.bin": (FILE, ada.blob(bytes(6 << 20)))})


def fill_disk(ada: Bare) -> str:
    blob = ada.blob(bytes(1 << 20))
    return ada.tree({"hw.py": (FILE, ada.blob(b""))} | {f"{number}.bin": (FILE, blob) for number in range(9)})


def fill_many(ada: Bare) -> str:
    blob = ada.blob(b"")
    return ada.tree({f"{number}.txt": (FILE, blob) for number in range(100_000)} | {"hw.py": (FILE, blob)})


def fill_scripts(ada: Bare) -> str:
    blob = ada.blob(b"")
    return ada.tree({f"{number}.py": (FILE, blob) for number in range(101)})


def fill_bomb(ada: Bare) -> str:
    tree = ada.tree({"hw.py": (FILE, ada.blob(b""))})
    for _ in range(10):
        tree = ada.tree({f"{number:02}": (FOLDER, tree) for number in range(10)})
    return tree


def fill_outside(ada: Bare) -> str:
    return ada.tree({"..": (FOLDER, ada.tree({"hw.py": (FILE, ada.blob(b""))}))})


def fill_long(ada: Bare) -> str:
    return ada.tree({f"{'x' * 300}.py": (FILE, ada.blob(b""))})


def fill_nothing(ada: Bare) -> str:
    return ada.tree({"README.md": (FILE, ada.blob(b"# hello\n"))})


def fill_missing(ada: Bare) -> str:
    return ada.tree({"hw.py": (FILE, "2" * 40)})


@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (fill_link, "x.py is a symbolic link"),
        (fill_submodule, "library is a submodule; submit files"),
        (fill_large, "data.bin is larger than 4194304 bytes"),
        (fill_disk, "more than 8388608 bytes"),
        (fill_many, "100001 files were submitted (at most 4096)"),
        (fill_scripts, "101 notebooks and scripts were submitted (at most 100)"),
        (fill_bomb, "git ls-tree answers with more than"),
        (fill_outside, "no checkout can have: '../hw.py'"),
        (fill_long, "has a name that is too long"),
        (fill_nothing, "holds no notebook (.ipynb) and no script (.py)"),
        (fill_missing, "git cat-file failed in the repository"),
    ],
)
def test_hostile_commit_is_refused_and_the_class_goes_on(
    fill: Callable[[Bare], str], reason: str, bare: Make, folder: Path, arrive: Read
) -> None:
    """With the reason, and the commit that was looked at, so that it can be told there."""
    ada = bare("ada.git")
    commit = ada.commit(fill(ada))
    bare("bob.git").submit({"hw.py": b"a = 1\n"})
    limits = Limits(file_bytes=4 << 20, disk_bytes=8 << 20)
    entry, other = arrive(folder, limits=limits).entries
    assert reason in str(entry.refusal)
    assert (entry.delivery.commit, entry.is_student) == (commit, True)
    assert read_files(other) == {"hw.py": b"a = 1\n"}


def test_pointer_of_a_large_file_store_is_not_followed(bare: Make, folder: Path, arrive: Read) -> None:
    """It is the text that it is: no filter runs."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    bare("ada.git").submit(
        {"hw.py": b"", "data.csv": pointer, ".gitattributes": b"*.csv filter=lfs ident text eol=crlf"}
    )
    assert read_files(only(arrive(folder))) == {"hw.py": b"", "data.csv": pointer}


def test_broken_repository_is_its_students(bare: Make, folder: Path, arrive: Read) -> None:
    """What it looks like from outside is not all: what is wrong within is a row of that student."""
    ada = bare("ada.git")
    ada.submit({"hw.py": b""})
    (ada.folder / "objects" / "info" / "alternates").write_text("/elsewhere\n")
    assert "objects elsewhere" in str(only(arrive(folder)).refusal)


def test_machine_without_git_stops_the_class(
    bare: Make, folder: Path, arrive: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is refused for it."""
    bare("ada.git").submit({"hw.py": b""})
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not on the PATH"):
        arrive(folder)
