"""`release.yaml`: what is in it, and what is said where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import CourseError

GOOD = (Path(__file__).parent / "release.yaml").read_text(encoding="utf-8")
DUE = "\nassignments:\n  - {id: hw, exercises: ['1', '2'], due: 2026-06-01T12:00+02:00}\n"


@pytest.fixture
def write(small_course: Path) -> Callable[..., Path]:
    """Return a function that gives the small course a due moment and this `release.yaml`."""

    def written(text: str, due: str = DUE) -> Path:
        with (small_course / "course.yaml").open("a", encoding="utf-8") as file:
            file.write(due)
        (small_course / "release.yaml").write_text(text, encoding="utf-8")
        return small_course

    return written


def test_the_file_is_read_and_decides_no_mark(
    write: Callable[..., Path], load: Callable[[Path], Course], small_course: Path
) -> None:
    """A report stays one of the same course whatever is published when."""
    course = load(write(GOOD))
    assert course.release is not None
    scores, feedback = course.release.stages.scores, course.release.stages.feedback
    due = datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert scores is not None
    assert scores.begins(due) == due + timedelta(hours=36)
    assert feedback is not None
    assert feedback.begins(due) == datetime(2026, 6, 12, 10, tzinfo=UTC)
    (small_course / "release.yaml").unlink()
    without = load(small_course)
    assert without.release is None
    assert without.sha256 == course.sha256


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "from: 36 hours after due",
            "from: soon",
            (
                "release.yaml:5: stages.scores.from: expected a moment such as 2026-11-02T23:59:00+01:00, `due`, or "
                "`7 days after due`, got 'soon'"
            ),
        ),
        (
            "from: 36 hours after due",
            "from: 2026-06-08T12:00",
            (
                "release.yaml:5: stages.scores.from: expected a time zone, as in "
                "2026-11-02T23:59:00+01:00, got '2026-06-08T12:00'"
            ),
        ),
        (
            "from: 36 hours after due",
            "from: 20 days after due",
            (
                "release.yaml:6: stages.feedback.from: feedback of hw begins at 2026-06-12T12:00:00+02:00: expected no "
                "earlier than scores, 2026-06-21T12:00:00+02:00"
            ),
        ),
        ("{until: due}", "{until: noon}", "release.yaml:3: stages.practice.until: 'noon' (text): expected 'due'"),
        ("stages:", "due: 2026-06-01T12:00+02:00\nstages:", "release.yaml:2: due: unknown key"),
        ("pending: 0", "pending: -1", "release.yaml:6: stages.feedback.requires.pending: "),
        ("per_part: 1", "per_part: 0", "release.yaml:8: regrade.per_part: 0 (number): expected at least 1"),
        (
            "7 days after feedback",
            "next week",
            "release.yaml:8: regrade.until: 'next week' (text): expected a number of days",
        ),
        (
            "may_lower: false",
            "may_lower: maybe",
            "release.yaml:8: regrade.may_lower: 'maybe' (text): expected true or false",
        ),
    ],
)
def test_a_wrong_place_is_named(
    write: Callable[..., Path], load: Callable[[Path], Course], old: str, new: str, problem: str
) -> None:
    """With file, line and key."""
    assert GOOD.count(old) == 1
    with pytest.raises(CourseError) as caught:
        load(write(GOOD.replace(old, new)))
    (found,) = map(str, caught.value.problems)
    assert found.startswith(problem)


def test_requests_need_feedback(write: Callable[..., Path], load: Callable[[Path], Course]) -> None:
    """There is nothing that they could come after."""
    text = "schema: grader/release/v1\nstages: {}\nregrade: {}\n"
    with pytest.raises(CourseError, match=r"release\.yaml:3: regrade: expected `feedback` among the stages"):
        load(write(text))


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("", "expected `assignments` with a due moment in course.yaml, got none"),
        (DUE.replace(", due: 2026-06-01T12:00+02:00", ""), "expected `due` in assignment hw of course.yaml, got none"),
    ],
)
def test_stages_need_a_due_moment(
    write: Callable[..., Path], load: Callable[[Path], Course], due: str, words: str
) -> None:
    """It stands in `course.yaml` and nowhere else."""
    with pytest.raises(CourseError, match=words):
        load(write(GOOD, due))


def test_a_file_that_cannot_be_read_is_not_taken_for_none(
    write: Callable[..., Path], load: Callable[[Path], Course], small_course: Path
) -> None:
    """Without a file nothing is withheld, so a link that leads nowhere has to be an error."""
    write(GOOD)
    (small_course / "release.yaml").unlink()
    (small_course / "release.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(CourseError, match=r"release\.yaml:1"):
        load(small_course)
