"""The runner of a pull request, played end to end: what is graded, what is refused, and what the files say."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"^::(error|warning|notice) (?P<where>[^:]*)::(?P<message>.*)$", re.MULTILINE)


def test_honest_pull_request_is_graded(runner: Any) -> None:
    """Score, summary, outputs, annotations and every report are there, and the status is 0."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\nb = 3\n"})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 0, result.output
    assert {name: runner.outputs[name] for name in ("score", "max", "pending", "ungraded", "refused")} == {
        "score": "1", "max": "3", "pending": "0", "ungraded": "0", "refused": "false",
    }  # fmt: skip
    assert "## ada: 1 of 3 points" in runner.summary
    assert {path.name for path in (runner.out / "ada").iterdir()} >= {"report.json", "report.txt", "results.json"}
    assert {path.name for path in runner.out.iterdir() if path.is_file()} == {
        "summary.md", "comment.md", "annotations.txt", "junit.xml", "classroom-results.json", "ci.json",
    }  # fmt: skip
    assert runner.index["commit"] == head
    decoded = json.loads(base64.b64decode(runner.outputs["result"]))
    assert decoded["tests"][0]["score"] == 1


def test_json_gives_the_outcome(runner: Any) -> None:
    """Alone on standard output, what `ci.json` says, and nothing that the runner obeys."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    result = runner.run("--json", "-", event=runner.event(head))
    assert json.loads(result.stdout) == runner.index
    assert "::" not in result.stdout


def test_only_touched_students_are_graded_but_wholly(runner: Any, sandboxes: Any) -> None:
    """A second file counts together with the first, which is untouched; another student is left alone."""
    head = runner.propose({"submissions/ada/more.py": "b = 2\n"})
    runner.run(event=runner.event(head))
    assert sandboxes.ran == ["ada"]
    report = json.loads((runner.out / "ada" / "report.json").read_text())
    assert report["submission"]["files"] == ["more.py", "work.py"]


def test_report_is_that_of_a_batch(runner: Any, tiny_grader: Any, sandboxes: Any) -> None:
    """Taken out of git, a submission has the same name and digest as on disk."""
    from grader.batch import run_batch

    head = runner.propose({"submissions/ada/work.py": "a = 3\n", "submissions/ada.py": "b = 2\n"})
    runner.run(event=runner.event(head))
    runner.git("checkout", "--quiet", head)
    run_batch(tiny_grader, sandboxes.open, runner.folder / "submissions", runner.home / "batch")
    texts = [(place / "ada" / "report.txt").read_text() for place in (runner.out, runner.home / "batch")]
    assert texts[0] == texts[1]


def test_reports_for_students_show_no_detail(runner: Any) -> None:
    """What is uploaded can be read by students, so nothing of the staff's report is in it."""
    head = runner.propose({"submissions/ada/work.py": "a = 3\n"})
    runner.run(event=runner.event(head))
    for path in runner.out.rglob("*"):
        assert not path.is_file() or '"detail"' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("grader/report.py", "grader/report.py"),
        (".github/workflows/grade.yml", "grade.yml"),
        ("exercises/ex1.yaml", "exercises/ex1.yaml"),
        ("submissions/bob/work.py", "the submission of bob, edited by ada"),
    ],
)
def test_change_beside_the_submission_is_refused(runner: Any, sandboxes: Any, path: str, named: str) -> None:
    """Nothing is run, the status is 2, and the summary names what must be taken back."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n", path: "forged\n"})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 2
    assert not sandboxes.ran
    assert runner.outputs["refused"] == "true"
    assert "Not graded" in runner.summary
    assert named.replace("_", "&#95;") in runner.summary


def test_change_beside_the_submission_can_be_passed_over(runner: Any, sandboxes: Any) -> None:
    """With `--outside ignore` the student is graded, the other student is not, and the summary still names it."""
    files: dict[str, str | None] = {"submissions/ada/work.py": "a = 2\n"}
    head = runner.propose(files | {"submissions/bob/work.py": "a = 9\n", "grader/report.py": "forged\n"})
    result = runner.run("--outside", "ignore", event=runner.event(head))
    assert result.exit_code == 0
    assert sandboxes.ran == ["ada"]
    assert "Passed over" in runner.summary
    assert "submissions/bob/work.py" in runner.summary
    assert (runner.folder / "grader" / "report.py").read_text() == "base\n"


def test_staff_may_edit_any_submission(runner: Any, sandboxes: Any) -> None:
    """`--edits any` is for courses whose folders are not logins."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n", "submissions/bob/work.py": "a = 2\n"})
    assert runner.run("--edits", "any", event=runner.event(head, author="teacher")).exit_code == 0
    assert sandboxes.ran == ["ada", "bob"]


def test_login_counts_without_regard_to_case(runner: Any) -> None:
    """GitHub's logins do not tell case apart."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    assert runner.run(event=runner.event(head, author="Ada")).exit_code == 0


def test_pull_request_of_a_fork_is_graded(runner: Any) -> None:
    """Nothing is needed of the fork but its commit, fetched as data."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    runner.git("update-ref", "refs/grader/head", head)
    result = runner.run(event=runner.event(head, head_repository="ada/course"))
    assert result.exit_code == 0
    assert runner.outputs["score"] == "1"


def test_commit_that_was_not_fetched_is_wrong_usage(runner: Any) -> None:
    """The message says what to do, and no score is written."""
    result = runner.run(event=runner.event("1" * 40))
    assert result.exit_code == 2
    assert "fetch it" in result.stderr
    assert runner.outputs == {}


def test_course_from_the_proposed_commit_is_not_used(runner: Any, sandboxes: Any) -> None:
    """A checkout of the head, or of its merge into the base, could bring its own exercises."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n"})
    event = runner.event(head)
    runner.git("checkout", "--quiet", head)
    result = runner.run(event=event)
    assert result.exit_code == 2
    assert "check out the base commit" in result.stderr
    assert not sandboxes.ran


def test_commands_of_a_student_are_not_obeyed(runner: Any) -> None:
    """Names, file names and messages come out with their commands broken, and commands are stopped around them."""
    name = "::error::x ##[add-mask]y"
    head = runner.propose({f"submissions/{name}/work.py": "a = 3\n", f"submissions/{name}/::set-env::.py": "b = 3\n"})
    result = runner.run(event=runner.event(head, author=name))
    assert result.exit_code == 0, result.output
    stopped = re.fullmatch(
        r"::stop-commands::(?P<token>[0-9a-f]{32})\n(?P<inside>.*?)::(?P=token)::\n(?P<after>.*)",
        result.stdout,
        re.DOTALL,
    )
    assert stopped is not None
    assert "::" not in stopped["inside"]
    assert "##[" not in result.output
    assert all(COMMAND.fullmatch(line) for line in stopped["after"].splitlines())
    assert "::" not in result.stderr
    for path in runner.out.rglob("*"):
        if path.is_file() and path.suffix in {".md", ".txt", ".xml"} and path.name != "annotations.txt":
            text = path.read_text(encoding="utf-8")
            assert "::error" not in text
            assert "##[" not in text


def test_renamed_submission_is_graded_where_it_is(runner: Any) -> None:
    """The new name is graded; nothing of the old one is left."""
    head = runner.propose({"submissions/ada/work.py": None, "submissions/ada/new.py": "a = 1\n"})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 0
    assert runner.index["students"][0]["files"] == ["submissions/ada/new.py"]


def test_submission_taken_from_another_student_is_refused(runner: Any) -> None:
    """Renaming somebody's file into one's own folder is an edit of theirs."""
    head = runner.propose({"submissions/bob/work.py": None, "submissions/ada/stolen.py": "a = 1\n"})
    assert runner.run(event=runner.event(head)).exit_code == 2
    assert [one["path"] for one in runner.index["touched"]] == ["submissions/bob/work.py"]


def test_deleted_submission_has_nothing_to_grade(runner: Any, sandboxes: Any) -> None:
    """It is said, and is no score of zero."""
    head = runner.propose({"submissions/ada/work.py": None})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 0
    assert not sandboxes.ran
    assert "nothing left to grade" in runner.summary
    assert runner.outputs["max"] == "0"


def test_empty_pull_request_has_nothing_to_grade(runner: Any) -> None:
    """A commit without changes is told so, and is no error."""
    result = runner.run(event=runner.event(runner.propose({})))
    assert result.exit_code == 0
    assert "No submission is touched" in runner.summary


@pytest.mark.parametrize("content", ["", "{"])
def test_unreadable_submission_is_refused(runner: Any, content: str) -> None:
    """The reason is told; it fails the check only under a policy that can fail."""
    head = runner.propose({"submissions/ada.ipynb": content})
    event = runner.event(head)
    assert runner.run(event=event).exit_code == 0
    assert "## ada: refused" in runner.summary
    assert runner.outputs["refused"] == "true"
    assert runner.run("--fail-under", "0", event=event).exit_code == 1


def test_link_is_refused_and_not_followed(runner: Any, sandboxes: Any) -> None:
    """A link in the commit is seen by its mode; it is never made."""
    (runner.folder / "submissions" / "ada" / "link.py").symlink_to("/etc/passwd")
    head = runner.propose({})
    result = runner.run(event=runner.event(head))
    assert result.exit_code == 0
    assert not sandboxes.ran
    assert "symbolic link" in runner.summary


def test_large_file_is_refused_before_it_is_read(runner: Any) -> None:
    """The limit of a file holds for what git would give."""
    head = runner.propose({"submissions/ada/work.py": "a = 2\n" + "#" * 5000})
    runner.run("--file-bytes", "1000", event=runner.event(head))
    assert "larger than 1000 bytes" in runner.summary


def test_filters_and_hooks_do_not_run(runner: Any) -> None:
    """What the repository's configuration and attributes would start is never started."""
    mark = runner.home / "mark"
    hook = runner.folder / ".git" / "hooks" / "post-checkout"
    head = runner.propose(
        {"submissions/ada/work.py": "a = 2\n", "submissions/ada/.gitattributes": "*.py filter=evil\n"}
    )
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    for key in ("filter.evil.smudge", "core.fsmonitor", "diff.external", "core.pager"):
        runner.git("config", key, f"touch {mark}")
    assert runner.run(event=runner.event(head)).exit_code == 0
    assert not mark.exists()


def test_status_follows_the_policy(runner: Any) -> None:
    """Below the limit 1, at it 0, and without a limit always 0."""
    event = runner.event(runner.propose({"submissions/ada/work.py": "a = 2\n"}))
    assert runner.run("--fail-under", "1", event=event).exit_code == 0
    assert runner.run("--fail-under", "1.5", event=event).exit_code == 1
    assert runner.run(event=event).exit_code == 0


@pytest.mark.parametrize("source", ["# dies always", "# faulty", "# bug"])
def test_our_fault_is_no_score(runner: Any, source: str) -> None:
    """The status is 3 whatever the limit, and nothing is called wrong."""
    event = runner.event(runner.propose({"submissions/ada/work.py": f"{source}\n"}))
    assert runner.run("--fail-under", "1", event=event).exit_code == 3
    assert runner.outputs["ungraded"] == runner.outputs["max"]


def test_lateness_is_shown_and_taken_off_nothing(runner: Any) -> None:
    """The server's time counts, and the score stays."""
    event = runner.event(runner.propose({"submissions/ada/work.py": "a = 2\n"}))
    late = ("--deadline", "2026-05-01T09:30:00+02:00", "--late-percent-a-day", "10")
    runner.run(*late, event=event)
    assert "late (2 days begun)" in runner.index["lateness"]
    assert "80 %" in runner.index["lateness"]
    assert runner.outputs["score"] == "1"
    runner.run("--deadline", "2026-05-02T09:00:00Z", event=event)
    assert "in time" in runner.index["lateness"]
    assert runner.run("--deadline", "2026-05-02T09:00:00", event=event).exit_code == 2


def test_annotation_of_a_notebook_names_line_and_cell(runner: Any, notebook: Any) -> None:
    """The line is that of the cell's code in the JSON; the cell is told in words."""
    text = notebook("x = 1", "x = 2\na = 3", tags=("ex1", "1a"))
    event = runner.event(runner.propose({"submissions/ada/work.py": None, "submissions/ada/work.ipynb": text}))
    result = runner.run(event=event)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "a = 3" in row)
    found = [match for match in COMMAND.finditer(result.stdout) if "title=1a" in match["where"]]
    assert f"file=submissions/ada/work.ipynb,line={line}," in found[0]["where"]
    assert "cell 2 of work.ipynb" in found[0]["message"]


def test_repository_of_one_student(runner: Any) -> None:
    """Without {student} in the pattern, the repository is one student's; a new branch is graded whole."""
    head = runner.propose({"exercise1.py": "a = 2\n", "README.md": "hello\n"})
    push = {"before": "0" * 40, "after": head, "repository": {"full_name": "class/ada", "pushed_at": 1777712400}}
    event = runner.home / "push.json"
    event.write_text(json.dumps(push))
    (runner.home / "course").mkdir()
    (runner.home / "course" / "course.yaml").write_text("base\n")
    options = ("--submission-pattern", "exercise*.py", "--outside", "ignore", "--course", runner.home / "course")
    result = runner.run(*options, event=event)
    assert result.exit_code == 0, result.output
    assert runner.index["students"][0]["student"] == "ada"
    assert runner.outputs["score"] == "1"


def test_named_files_need_no_event(runner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths win over an event; the pattern says whose they are."""
    monkeypatch.chdir(runner.folder)
    result = runner.run("submissions/ada/work.py", "submissions/bob/work.py")
    assert result.exit_code == 0, result.output
    assert [row["student"] for row in runner.index["students"]] == ["ada", "bob"]


def test_nothing_to_grade_is_wrong_usage(runner: Any) -> None:
    """Without files, commits or an event there is nothing to do."""
    assert runner.run().exit_code == 2


def test_requirements_of_the_course_are_printed_and_nothing_is_graded(bare_runner: Any) -> None:
    """What pip has to install comes alone on standard output, with an event, without one, or for files."""
    event = bare_runner.event(bare_runner.propose({"submissions/ada/work.py": "a = 2\n"}))
    for words, given in (((), event), ((), None), (("submissions/ada/work.py",), None)):
        result = bare_runner.run("--course", ROOT, "--requirements", *words, event=given)
        assert result.exit_code == 0, result.output
        assert result.stdout == (ROOT / "requirements.txt").read_text()
        assert not bare_runner.out.exists()


def test_data_of_a_students_folder_is_graded_with_it(runner: Any, sandboxes: Any) -> None:
    """It is part of what is submitted; the same file beside another student's single file is nobody's."""
    digests = []
    for text in ("1", "2"):
        head = runner.propose({"submissions/ada/work.py": "a = 2\n", "submissions/ada/d/p.csv": text})
        assert runner.run(event=runner.event(head)).exit_code == 0
        digests.append(json.loads((runner.out / "ada" / "report.json").read_text())["submission"])
    assert [digest["files"] for digest in digests] == [["work.py"]] * 2
    assert digests[0]["sha256"] != digests[1]["sha256"]
    assert sandboxes.ran == ["ada", "ada"]


@pytest.mark.parametrize(
    ("option", "reason"), [("--disk-bytes", "take up more than 1000 bytes"), ("--disk-files", "1001 files")]
)
def test_a_tree_over_the_limits_is_refused_before_it_is_written(runner: Any, option: str, reason: str) -> None:
    """The student's disk bounds what is taken out of a commit."""
    files: dict[str, str | None] = {f"submissions/ada/{index}.csv": "x" * 300 for index in range(1000)}
    head = runner.propose(files)
    runner.run(option, "1000", event=runner.event(head))
    assert reason in runner.summary
