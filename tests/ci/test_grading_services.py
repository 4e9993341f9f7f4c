"""Services with wishes of their own, and submissions at the edge of what can be submitted."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_classroom50_tells_what_it_wants(runner: Any) -> None:
    """In its runner's environment the student's folder holds its result, dated by the commit."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    runner.environment = {
        "CLASSROOM": "c", "ASSIGNMENT": "kl", "SUBMISSION_TAG": "submit/2026-05-01T10-00-00Z-abc", "COMMIT_URL": "x",
        "RELEASE_URL": "y", "REVIEW_URL": "",
    }  # fmt: skip
    assert runner.run(event=runner.event(head)).exit_code == 0
    data = json.loads((runner.out / "ada" / "result.json").read_text())
    assert (data["score"], data["max-score"], data["datetime"]) == (100, 300, "2026-05-01T10:00:00Z")
    assert (data["owner"], data["commit"], data["review"]) == ("ada", "x", "x")


def test_bare_copy_is_graded_whole(runner: Any) -> None:
    """Teachers grade a copy without a working tree; a head alone means all that it holds."""
    runner.git("checkout", "--quiet", "main")
    runner.commit({"exercise1.py": "a = 2\nb = 2\n"})
    bare = runner.home / "ada.git"
    runner.git("clone", "--quiet", "--bare", str(runner.folder), str(bare))
    options = ("--head", "HEAD", "--student", "ada", "--edits", "any", "--submission-pattern", "exercise*.py")
    course = runner.home / "course"
    course.mkdir()
    (course / "course.yaml").write_text("of the teachers\n")
    result = runner.run(*options, "--outside", "ignore", "--repository", bare, "--course", course)
    assert result.exit_code == 0, result.output
    assert (runner.outputs["students"], runner.outputs["score"]) == ("1", "2")


def test_many_annotations_are_put_together(runner: Any) -> None:
    """A change of many files stays below the runner's limit, and the summary lists what does not fit."""
    head = runner.propose({f"other/{number}.txt": "x\n" for number in range(60)})
    result = runner.run(event=runner.event(head))
    assert len([line for line in result.stdout.splitlines() if line.startswith("::error ")]) == 10
    assert "and 10 more" in runner.summary


def test_failed_sandbox_is_told_in_the_summary(runner: Any, sandboxes: Any) -> None:
    """A machine without isolation ends with 3, and the page does not stay empty."""
    from grader.errors import IsolationError

    sandboxes.refuse = IsolationError("no bubblewrap")
    event = runner.event(runner.propose({"submissions/ada/work.py": "a = 2\n"}))
    assert runner.run(event=event).exit_code == 3
    assert "Not graded because of a mistake on our side" in runner.summary
    assert runner.outputs == {}


def test_base_that_moved_on_is_no_change_of_the_student(runner: Any) -> None:
    """What staff changed since the head left the base is neither refused nor graded."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    runner.git("checkout", "--quiet", "main")
    runner.commit({"exercises/ex1.yaml": "newer\n", "submissions/bob/work.py": "a = 2\n"})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 0, result.output
    assert runner.outputs["students"] == "1"


@pytest.mark.parametrize(("source", "status", "score"), [("a = 2", 0, 1), ("# dies always", 3, None)])
def test_gradescope_gets_a_result_only_where_there_is_one(
    runner: Any, source: str, status: int, score: int | None
) -> None:
    """Where all is ungraded, no results.json can be taken for a zero."""
    (runner.home / "submission").mkdir()
    (runner.home / "submission" / "work.py").write_text(f"{source}\n")
    (runner.home / "submission_metadata.json").write_text(
        json.dumps({
            "created_at": "2026-05-02T10:00:00.000000-07:00",
            "assignment": {"due_date": "2026-05-01T10:00:00.000000-07:00"},
            "users": [{"email": "ada@example.org"}, {"name": "Bob"}],
        })
    )  # fmt: skip
    assert runner.run("--gradescope", runner.home).exit_code == status
    path = runner.home / "results" / "results.json"
    assert (json.loads(path.read_text())["score"] if path.exists() else None) == score
    assert runner.index["students"][0]["student"] == "ada@example.org, Bob"
    assert "late (1 day begun)" in runner.index["lateness"]


@pytest.mark.parametrize("metadata", ["[]", "{", None])
def test_broken_gradescope_tree_is_wrong_usage(runner: Any, metadata: str | None) -> None:
    """Metadata that is none, and a tree without a submission, end with 2."""
    if metadata is not None:
        (runner.home / "submission").mkdir()
        (runner.home / "submission_metadata.json").write_text(metadata)
    assert runner.run("--gradescope", runner.home).exit_code == 2


def test_too_many_files_are_refused(runner: Any, sandboxes: Any) -> None:
    """Each would be a process of its own; the limit is that of a folder that is submitted."""
    head = runner.propose({f"submissions/ada/{number}.py": "a = 2\n" for number in range(101)})
    runner.run(event=runner.event(head))
    assert "at most 100" in runner.index["students"][0]["reason"]
    assert not sandboxes.ran


def test_two_files_of_one_name_are_refused(runner: Any) -> None:
    """Patterns may bring together what lies apart; neither file may silently win."""
    head = runner.propose({"one/ada/work.py": "a = 1\n", "two/ada/work.py": "a = 2\n"})
    patterns = ("--submission-pattern", "one/{student}/*.py", "--submission-pattern", "two/{student}/*.py")
    runner.run(*patterns, event=runner.event(head))
    assert "the name of another file" in runner.index["students"][0]["reason"]


def test_name_that_no_disk_can_hold_is_refused(runner: Any) -> None:
    """Git knows longer names than a file system; that is the student's, not a failure of ours."""
    blob = runner.git("hash-object", "-w", "--stdin", given=b"a = 2\n")
    tree = runner.git("mktree", given=f"100644 blob {blob}\t{'x' * 300}.py\n".encode())
    for name in ("ada", "submissions"):
        tree = runner.git("mktree", given=f"040000 tree {tree}\t{name}\n".encode())
    head = runner.git("commit-tree", tree, "-p", "main", "-m", "long")
    result = runner.run("--outside", "ignore", event=runner.event(head))
    assert result.exit_code == 0, result.output
    assert "too long" in runner.index["students"][0]["reason"]
