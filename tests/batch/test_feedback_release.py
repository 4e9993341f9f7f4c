"""Feedback of a class whose course withholds something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch import BatchOptions, regrade, run_batch
from grader.batch.feedback import Measured, measure_class, read_report_of, write_feedback
from grader.course import Opening
from grader.errors import CourseError, Problem, UsageError
from grader.judge.solution import Solution
from grader.model import Evidence

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def out(released: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> Path:
    """Return the output of a batch; Bob's text waits for a person."""
    run_batch(released, sandboxes.open, folder_of(ada="a = 3", bob="a = 3\nessay"), tmp_path / "out", BatchOptions())
    return tmp_path / "out"


def forbid(_: Evidence) -> dict[str, Solution]:
    """Fail where somebody is asked for solutions."""
    raise AssertionError("no solutions are out")


def write(released: Any, out: Path, days: int) -> dict[str, str]:
    """Write the feedback so many days after the due moment; return each student's text."""
    target = out.parent / "fb"
    write_feedback(released.course, out, target, DUE + days * DAY, forbid)
    return {folder.name: (folder / "report.txt").read_text(encoding="utf-8") for folder in target.iterdir()}


def test_a_batch_writes_nothing_for_students(released: Any, out: Path) -> None:
    """Nor does judging again; and what an earlier one wrote is taken away."""
    assert not (out / "ada" / "report.txt").exists()
    (out / "ada" / "report.txt").write_text("a = 3 is wrong")
    regrade(released, [out])
    assert not (out / "ada" / "report.txt").exists()
    assert (out / "ada" / "report.json").exists()


def test_a_receipt_then_points_then_reasons(released: Any, out: Path) -> None:
    """Of a student whose extension runs, only that we have something; nobody waits for it."""
    assert "We have your submission" in write(released, out, 1)["ada"]
    scores = write(released, out, 7)
    assert "0/1" in scores["ada"]
    assert "a = 3" not in scores["ada"]
    feedback = write(released, out, 8)
    assert "a = 3" in feedback["ada"]
    assert "Not due yet" in feedback["bob"]
    assert (out.parent / "fb" / "ada" / "feedback.ipynb").exists()
    assert not (out.parent / "fb" / "bob" / "feedback.ipynb").exists()


def test_feedback_waits_for_all_marks(released: Any, out: Path) -> None:
    """From the moment on at which the last extension has passed, Bob's text keeps Ada's reasons back."""
    assert "a = 3" not in write(released, out, 20)["ada"]


def test_a_report_that_cannot_be_read_may_wait_for_anything(released: Any, out: Path) -> None:
    """So feedback waits."""
    assert measure_class(released.course, out, DUE).left["hw"].students == ()
    (out / "bob" / "report.json").write_text("{}")
    assert measure_class(released.course, out, DUE) == Measured()
    assert "a = 3" not in write(released, out, 8)["ada"]


def test_a_student_who_is_not_there_is_named(released: Any, out: Path) -> None:
    """With those who are."""
    assert read_report_of(released.course, out, "ada").student == "ada"
    with pytest.raises(UsageError, match=r"'eve' is not a student in .*: expected one of ada, bob"):
        read_report_of(released.course, out, "eve")


@pytest.fixture
def solved(released: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> Any:
    """Return a function that writes the feedback of a class whose solutions are out after nine days."""
    stages = released.course.release.stages.model_copy(update={"solutions": Opening.model_validate(NINTH)})
    release = released.course.release.model_copy(update={"stages": stages})
    course = released.course.model_copy(update={"release": release})
    run_batch(released, sandboxes.open, folder_of(ada="a = 3", bob="a = 3"), tmp_path / "out", BatchOptions())

    def write_solved(days: int, solve: Any) -> dict[str, str]:
        write_feedback(course, tmp_path / "out", tmp_path / "fb", DUE + days * DAY, solve)
        return {folder.name: (folder / "feedback.md").read_text("utf-8") for folder in (tmp_path / "fb").iterdir()}

    return write_solved


NINTH = {"from": "9 days after due"}


def test_solutions_are_asked_for_at_their_stage_alone(solved: Any, released: Any) -> None:
    """Of each student who may read them, by what that one gave; whose extension runs is none."""
    assert "Solution" not in solved(8, forbid)["ada"]
    asked = []

    def solve(evidence: Evidence) -> Any:
        asked.append(evidence.student)
        return pipeline.solve(released, evidence)

    found = solved(9, solve)
    assert asked == ["ada"]
    assert "2; the error may be 0.001." in found["ada"]
    assert "Solution" not in found["bob"]


def test_a_reference_that_cannot_be_loaded_stops_the_command(solved: Any) -> None:
    """The next student would meet the same."""

    def broken(_: Evidence) -> Any:
        raise CourseError([Problem("reference/exercise1.py", 1, "exercise1", "cannot be imported")])

    with pytest.raises(CourseError):
        solved(9, broken)


@pytest.mark.parametrize("count", [19, 20])
def test_a_class_of_twenty_sees_how_it_is_spread(
    tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path, count: int
) -> None:
    """Without a policy too, which withholds nothing; of a class that is not finished nothing."""
    sources = {f"s{index:02}": f"a = {2 + index % 2}\nb = {2 + index % 3}" for index in range(count)}
    folder, out = folder_of(**sources), tmp_path / "out"
    run_batch(tiny_grader, sandboxes.open, folder, out, BatchOptions())

    def read() -> str:
        write_feedback(tiny_grader.course, out, tmp_path / "fb", DUE, forbid)
        return (tmp_path / "fb" / "s00" / "feedback.html").read_text("utf-8")

    assert ("Scores of the class" in read()) == (count == 20)
    folder_of(zoe="a = 2\nessay")
    run_batch(tiny_grader, sandboxes.open, folder, out, BatchOptions())
    assert "Scores of the class" not in read()
