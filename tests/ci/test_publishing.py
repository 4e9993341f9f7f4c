"""`grader ci` under a `release.yaml`: no file, no line of the log and no status says more than the stage."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.ci import publishing
from grader.ci.publishing import Publishing
from grader.course import Assignment, ReleaseFile
from grader.errors import SandboxError
from grader.model import Limits, Submission

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEFORE, AFTER, SCORES, MUCH_LATER = (f"2026-{day}T12:00:00Z" for day in ("05-31", "06-02", "06-09", "12-31"))
STAGES = {"scores": {"from": "7 days after due"}, "feedback": {"from": "8 days after due"}}


class Said:
    """What the students' own check says."""

    def render(self) -> str:
        """Return it as text."""
        return "Self-check\n\n1a  no problem found\n  - a is there"


@pytest.fixture
def policy(runner: Any, tiny_grader: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the runner with a course that has a policy, and a check that knows two words."""
    release = ReleaseFile.model_validate({"schema": "grader/release/v1", "stages": STAGES})
    first = Assignment(id="hw1", exercises=("1",), due=DUE, extensions={"bob": datetime(2026, 7, 1, tzinfo=UTC)})
    second = Assignment(id="hw2", exercises=("2",), due=datetime(2026, 6, 8, tzinfo=UTC))
    file = tiny_grader.course.file.model_copy(update={"assignments": (first, second)})
    course = tiny_grader.course.model_copy(update={"file": file, "release": release})
    grader = replace(tiny_grader, course=course)
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: grader)
    monkeypatch.setattr(publishing, "build_practice", lambda made: type("Made", (), {"grader": made}))
    monkeypatch.setattr(publishing, "check_evidence", lambda *_: Said())
    return runner


def read_all(runner: Any, output: str) -> str:
    """Return all that the command wrote and said."""
    files = [path.read_text(encoding="utf-8") for path in sorted(runner.out.rglob("*")) if path.is_file()]
    return "\n".join([output, runner.summary, str(runner.outputs), *files])


def propose(runner: Any, at: str, *options: object, student: str = "ada") -> tuple[int, str]:
    """Grade a proposal at a moment; return the status and all that was written."""
    head = runner.propose({f"submissions/{student}/work.py": "a = 3\nb = 2\nessay\n"})
    result = runner.run("--release-at", at, *options, event=runner.event(head, author=student))
    return result.exit_code, read_all(runner, result.output)


def test_before_the_due_moment_nothing_is_judged(policy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The students' check runs in its place, and is told in its words."""
    monkeypatch.setattr(pipeline, "judge", lambda *_: pytest.fail("judged"))
    status, written = propose(policy, BEFORE)
    assert status == 0
    assert "1a: no problem found" in written
    assert "Not due yet" in written
    assert policy.outputs["score"] == policy.outputs["max"] == "0"


def test_points_alone_where_scores_are_out(policy: Any) -> None:
    """What the other assignment gives is neither in the sums nor in the log."""
    status, written = propose(policy, SCORES)
    assert status == 0
    assert "We have your submission." in written
    report = json.loads((policy.out / "ada" / "report.json").read_text())
    assert [exercise["id"] for exercise in report["exercises"]] == ["1"]
    assert (report["score"], report["max"], report["pending"]) == (0, 2, 1)
    assert "a = 3" not in written
    assert "1/3" not in written


def test_evidence_and_whole_reports_reach_no_folder_that_is_uploaded(policy: Any) -> None:
    """They were in the folder of this run alone."""
    propose(policy, SCORES)
    assert {path.name for path in (policy.out / "ada").iterdir()} == {"report.json", "report.txt", "results.json"}


def test_feedback_waits_for_the_class(policy: Any) -> None:
    """Of which one job knows nothing."""
    _, written = propose(policy, MUCH_LATER)
    assert "follows with the feedback" in written
    assert "a = 3" not in written


def test_an_extension_is_the_students_own(policy: Any) -> None:
    """Bob is in practice where Ada has points."""
    _, written = propose(policy, SCORES, student="bob")
    assert "1a: no problem found" in written
    assert json.loads((policy.out / "bob" / "report.json").read_text())["exercises"] == []


def test_a_status_tells_no_score_that_is_withheld(policy: Any) -> None:
    """`--fail-under` decides what is published, and nothing else."""
    assert propose(policy, AFTER, "--fail-under", "3")[0] == 0
    assert propose(policy, SCORES, "--fail-under", "3")[0] == 1


def test_a_receipt_tells_when_it_came(policy: Any) -> None:
    """The moment of the event, or `--at`; it is never the moment that publishes."""
    _, written = propose(policy, AFTER, "--at", MUCH_LATER)
    assert "Received 2026-12-31T12:00+00:00; hw1 was due 2026-06-01T12:00+00:00: late" in written
    assert "Points are published" not in written


def test_lateness_is_the_course_s_unless_an_option_says_otherwise(policy: Any) -> None:
    """By the student's own due moment of each assignment, as in exports."""
    propose(policy, AFTER, "--at", "2026-06-09T12:00Z", student="bob")
    assert policy.index["lateness"] == (
        "Submitted 2026-06-09 12:00 UTC, due 2026-07-01 00:00 UTC: in time. Submitted 2026-06-09 12:00 UTC, "
        "due 2026-06-08 00:00 UTC: late (2 days begun). The score below is without it."
    )
    propose(policy, AFTER, "--at", "2026-06-09T12:00Z", "--deadline", "2026-06-10T12:00Z", student="cy")
    assert policy.index["lateness"] == "Submitted 2026-06-09 12:00 UTC, due 2026-06-10 12:00 UTC: in time."


@pytest.mark.parametrize("at", [BEFORE, AFTER, SCORES])
def test_what_cannot_be_read_is_refused_at_every_stage(policy: Any, at: str) -> None:
    """Why is no verdict; and what is deleted is told as that."""
    head = policy.propose({"submissions/ada/work.py": None, "submissions/ada/work.ipynb": "{"})
    result = policy.run("--release-at", at, event=policy.event(head))
    assert "refused" in read_all(policy, result.output)
    head = policy.propose({"submissions/ada/work.py": None})
    result = policy.run("--release-at", at, event=policy.event(head))
    assert "nothing left to grade" in policy.summary


def test_a_refused_entry_is_refused_before_it_is_read(policy: Any) -> None:
    """A link, say."""
    (policy.folder / "submissions" / "ada" / "work.py").unlink()
    (policy.folder / "submissions" / "ada" / "work.py").symlink_to("/etc/hostname")
    policy.git("checkout", "--quiet", "--detach", "main")
    head = policy.commit({})
    policy.git("checkout", "--quiet", "--detach", "main")
    result = policy.run("--release-at", AFTER, event=policy.event(head))
    assert "refused" in read_all(policy, result.output)


def test_gradescope_shows_what_is_published(policy: Any) -> None:
    """No test of a part, and no score, before there are points."""
    (policy.home / "submission").mkdir()
    (policy.home / "submission" / "work.py").write_text("a = 2\n")
    assert policy.run("--gradescope", policy.home, "--release-at", AFTER).exit_code == 0
    results = json.loads((policy.home / "results" / "results.json").read_text())
    assert (results["score"], results["tests"]) == (0, [])
    assert "We have your submission." in results["output"]


def test_named_files_have_stages_too(policy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an event, the moment is that of the clock."""
    monkeypatch.chdir(policy.folder)
    Path("submissions/ada/work.py").write_text("a = 3\n")
    result = policy.run("submissions/ada/work.py")
    assert result.exit_code == 0, result.output
    assert "a = 3" not in read_all(policy, result.output)


@pytest.mark.usefixtures("policy")
def test_a_check_that_failed_is_our_fault(tiny_grader: Any, sandboxes: Any) -> None:
    """It is raised, and never told as something about the submission."""
    grader = pipeline.load_grader()
    made = Publishing(grader, sandboxes.open, "full", Limits(), datetime(2026, 5, 1, tzinfo=UTC))
    broken = tiny_submission("# faulty")
    with pytest.raises(SandboxError, match="could not be checked: the box said nonsense"):
        made.build_view(broken, None)
    assert tiny_grader.course.release is None
    assert Publishing(tiny_grader, sandboxes.open, "full", Limits(), DUE).needs_judging("ada")


def tiny_submission(source: str) -> Submission:
    """Return a submission of one script."""
    from grader.model import Cell, SubmittedFile

    file = SubmittedFile("work.py", "script", "a" * 64, (Cell(0, "code", source),))
    return Submission("ada", (file,), "a" * 64)
