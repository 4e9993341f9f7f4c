"""What is read from the outside: git's objects, events, patterns, dates, and the lines of a student's file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.ci.event import parse_event, parse_time, read_event
from grader.ci.git import Change, Repository
from grader.ci.lateness import Deadline, describe_lateness, find_lateness
from grader.ci.locate import locate_part
from grader.ci.pattern import find_place, parse_pattern
from grader.ci.plan import plan_changes
from grader.errors import UsageError
from grader.model import CheckResult, Limits, PartScore
from grader.submission import read_submission

# ---------------------------------------------------------------- git


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


# ---------------------------------------------------------------- events


def test_event_of_a_fork_is_known() -> None:
    """The author is GitHub's word, not the commit's."""
    request = {
        "number": 3,
        "user": {"login": "ada"},
        "created_at": "2026-05-01T08:00:00Z",
        "base": {"sha": "a" * 40, "repo": {"full_name": "school/course"}},
        "head": {"sha": "b" * 40, "repo": {"full_name": "ada/course"}},
    }
    event = parse_event({"pull_request": request})
    assert (event.kind, event.author, event.from_fork, event.number) == ("pull_request", "ada", True, 3)
    assert event.at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_push_of_a_new_branch_has_no_base() -> None:
    """Zeros are no commit; the time is the server's."""
    event = parse_event({"before": "0" * 40, "after": "b" * 40, "repository": {"pushed_at": 1777712400}})
    assert (event.kind, event.base, event.head) == ("push", None, "b" * 40)
    assert event.at == datetime(2026, 5, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"pull_request": {"base": {"sha": "$(reboot)"}}}'])
def test_broken_event_is_wrong_usage(tmp_path: Path, text: str) -> None:
    """What is no event ends with a message."""
    (tmp_path / "event.json").write_text(text)
    with pytest.raises(UsageError):
        read_event(tmp_path / "event.json")


def test_missing_event_is_wrong_usage(tmp_path: Path) -> None:
    """A file that is not there is told by name."""
    with pytest.raises(UsageError, match=r"event\.json"):
        read_event(tmp_path / "event.json")


def test_time_needs_a_zone() -> None:
    """A deadline without one would mean another hour on every machine."""
    assert parse_time("2026-05-01T10:00:00+02:00") == datetime(2026, 5, 1, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        parse_time("2026-05-01T10:00:00")


# ---------------------------------------------------------------- patterns and plans


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("submissions/{student}/**", "submissions/ada/a/b.py", ("ada", "a/b.py", True)),
        ("submissions/{student}/**", "submissions/ada", None),
        ("submissions/{student}/**", "other/submissions/ada/x.py", None),
        ("submissions/{student}/**", "submissions/.git/x.py", None),
        ("submissions/{student}.py", "submissions/ada.b.py", ("ada.b", "ada.b.py", False)),
        ("submissions/{student}.py", "submissions/ada/x.py", None),
        ("hw*/{student}/*.ipynb", "hw1/ada/x.ipynb", ("ada", "x.ipynb", False)),
        ("exercise*.py", "exercise1.py", ("owner", "exercise1.py", False)),
        ("exercise*.py", "sub/exercise1.py", None),
        ("a+b/{student}/**", "aab/ada/x.py", None),
    ],
)
def test_pattern_knows_whose_a_path_is(pattern: str, path: str, found: tuple[str, str, bool] | None) -> None:
    """Steps match whole, and nothing in a pattern is a regular expression."""
    place = find_place((parse_pattern(pattern, "owner"),), path)
    assert (None if place is None else (place.student, place.name, place.in_folder)) == found


@pytest.mark.parametrize(
    "text", ["**/{student}", "a/**/b", "{student}/{student}", "a//b", "../{student}", "/a/**", "a**"]
)
def test_pattern_must_be_one(text: str) -> None:
    """What could be read in two ways is refused."""
    with pytest.raises(UsageError):
        parse_pattern(text, "owner")


def test_repository_of_one_student_needs_a_name() -> None:
    """Without {student} somebody has to say whose it is."""
    with pytest.raises(UsageError, match="--student"):
        parse_pattern("exercise*.py")


def test_renaming_away_counts_as_an_edit() -> None:
    """The old end of a rename is looked at too; that of a copy is not touched."""
    patterns = (parse_pattern("submissions/{student}/**"),)
    moved = Change("R", "submissions/ada/x.py", "submissions/bob/x.py")
    copied = Change("C", "submissions/ada/x.py", "submissions/bob/x.py")
    assert [one.path for one in plan_changes([moved], patterns, "ada").forbidden_changes] == ["submissions/bob/x.py"]
    assert not plan_changes([copied], patterns, "ada").forbidden_changes
    assert plan_changes([moved], patterns, None).students == ("ada", "bob")


# ---------------------------------------------------------------- lateness

DUE = datetime(2026, 5, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "days", "share"),
    [(-1, 0, 1), (0, 0, 1), (15, 0, 1), (16, 1, Fraction(9, 10)), (1440, 1, Fraction(9, 10)),
     (1441, 2, Fraction(4, 5)), (30 * 1440, 30, 0)],
)  # fmt: skip
def test_each_day_begun_counts(minutes: int, days: int, share: Fraction) -> None:
    """Within the grace period nothing is late; after it days count from the deadline, and no share is negative."""
    late = find_lateness(Deadline(DUE, timedelta(minutes=15), Fraction(10)), DUE + timedelta(minutes=minutes))
    assert (late.days, late.share) == (days, share)


def test_unknown_time_is_neither_late_nor_in_time() -> None:
    """It is said that nobody knows."""
    assert "does not tell" in describe_lateness(Deadline(DUE), None)
    assert describe_lateness(None, DUE) == ""


# ---------------------------------------------------------------- lines


def build_part(*answers: str, right: str = "") -> PartScore:
    """Return a part whose answers are wrong but for one."""
    zero, one = Fraction(0), Fraction(1)
    checks = [
        CheckResult(f"1a.{name}", "number", name, "fail", "value.wrong", one if name == right else zero, one, "")
        for name in answers
    ]
    return PartScore("1a", "A part", zero, one, zero, zero, "fail", tuple(checks))


@pytest.mark.parametrize(
    ("source", "answers", "line", "words"),
    [
        ("x = 1\nb = 2\na = 3\n", ("a",), 3, ""),
        ("a = 1\na = 2\n", ("zzz",), 1, ""),
        ("def a(p, q):\n    return 0\n", ("a",), 1, ""),
        ("if a == 3:\n    pass\na: float = 1\n", ("a",), 3, ""),
        ("# %%\nx = 1\n\n# %%\ny = 1\na = 2\n", ("a",), 6, "cell 2 of work.py"),
        ('# %% tags=["1a"]\nx = 1\n# %%\ny = 2\n', ("a",), 2, "cell 1 of work.py"),
        ('# %% tags=["ex1"]\nx = 1\n# %%\ny = 2\n', ("a",), 2, "cell 1 of work.py"),
    ],
)
def test_line_of_an_answer(tmp_path: Path, source: str, answers: tuple[str, ...], line: int, words: str) -> None:
    """Where it is bound, else its tagged cell, else the top."""
    (tmp_path / "work.py").write_text(source)
    location = locate_part(read_submission([tmp_path / "work.py"], Limits()), "1", build_part(*answers))
    assert (location.line, location.words) == (line, words)


def test_line_of_the_answer_that_lost_points(tmp_path: Path) -> None:
    """Of several answers of a part, the wrong one is pointed at."""
    (tmp_path / "work.py").write_text("a = 1\nb = 2\n")
    submission = read_submission([tmp_path / "work.py"], Limits())
    assert locate_part(submission, "1", build_part("a", "b", right="a")).line == 2


def test_notebook_on_one_line_has_no_lines(tmp_path: Path, notebook: Any) -> None:
    """Then the top of the file is pointed at, and the cell told in words."""
    compact = json.dumps(json.loads(notebook("x = 1", "y = 1\na = 2")))
    (tmp_path / "work.ipynb").write_text(compact)
    location = locate_part(read_submission([tmp_path / "work.ipynb"], Limits()), "1", build_part("a"))
    assert (location.line, location.words) == (1, "cell 2 of work.ipynb")
