"""The stage of a student, moment by moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.course import Assignment, Course, RegradeRules, ReleaseFile
from grader.release import Left, Stage, find_request_ends, find_stages, list_running, measure_left, shows_feedback
from tests.conftest import build_tiny_course
from tests.report.conftest import build_check, build_part, build_report

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STAGES = {
    "scores": {"from": "7 days after due"},
    "feedback": {"from": "2026-06-12T12:00+00:00"},
    "solutions": {"from": "2026-06-20T12:00:00Z"},
}
DONE = {"hw": Left()}


def build_course(stages: dict[str, Any] | None = None, **extensions: datetime) -> Course:
    """Return the tiny course with a policy, due on 1 June."""
    course = build_tiny_course()
    release = ReleaseFile.model_validate(
        {"schema": "grader/release/v1", "stages": STAGES if stages is None else stages}
    )
    assignment = Assignment(id="hw", exercises=("1", "2"), due=DUE, extensions=extensions)
    file = course.file.model_copy(update={"assignments": (assignment,)})
    made: Course = course.model_copy(update={"file": file, "release": release})
    return made


def stage_of(course: Course, at: datetime, left: dict[str, Left] | None = None, student: str = "ada") -> Stage:
    """Return the stage of the only assignment."""
    stages = find_stages(course, student, at, left)
    assert stages is not None
    (stage,) = set(stages.values())
    return stage


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-1, "practice"),
        (0, "received"),
        (6, "received"),
        (7, "scores"),
        (10, "scores"),
        (11, "feedback"),
        (18, "feedback"),
        (19, "solutions"),
    ],
)
def test_stages_begin_at_their_moments(days: int, stage: Stage) -> None:
    """Relative to the due moment, or at a date; the moment itself belongs to the stage that begins."""
    assert stage_of(build_course(), DUE + days * DAY, DONE) == stage


def test_nothing_is_withheld_without_a_file() -> None:
    """No stage is no policy."""
    assert find_stages(build_tiny_course(), "ada", DUE) is None
    assert shows_feedback(None)
    assert not shows_feedback("scores")


def test_a_date_alone_publishes_no_half_marked_work() -> None:
    """What waits for a person or for us, or is not known, keeps the stage before, for solutions too."""
    course = build_course()
    for left in ({"hw": Left(pending=Fraction(1))}, {"hw": Left(ungraded=Fraction(1))}, {}, None):
        assert stage_of(course, DUE + 12 * DAY, left) == "scores"
        assert stage_of(course, DUE + 30 * DAY, left) == "scores"


def test_a_policy_may_allow_some_open_points() -> None:
    """Up to as many as it says, and no more."""
    feedback = {"from": "due", "requires": {"pending": 2}}
    course = build_course({"feedback": feedback})
    assert stage_of(course, DUE, {"hw": Left(pending=Fraction(2))}) == "feedback"
    assert stage_of(course, DUE, {"hw": Left(pending=Fraction(5, 2))}) == "received"


def test_a_stage_that_is_left_out_never_begins() -> None:
    """The one before it lasts."""
    assert stage_of(build_course({}), DUE + 99 * DAY, DONE) == "received"
    assert stage_of(build_course({"scores": {"from": "due"}}), DUE + 99 * DAY, DONE) == "scores"
    assert stage_of(build_course({"feedback": {"from": "due"}}), DUE + 99 * DAY, DONE) == "feedback"


def test_an_extension_counts_for_its_student_alone() -> None:
    """In practice until the own due moment, then received until all extensions have passed."""
    course = build_course(ben=DUE + 9 * DAY, eve=DUE + 13 * DAY)
    assert stage_of(course, DUE + 8 * DAY, DONE, "ben") == "practice"
    assert stage_of(course, DUE + 12 * DAY, DONE, "ben") == "received"
    assert stage_of(course, DUE + 13 * DAY, DONE, "ben") == "feedback"
    assert stage_of(course, DUE + 8 * DAY, DONE) == "scores"
    assert list_running(course.file.assignments[0], DUE + 9 * DAY) == ["eve"]


def test_an_assignment_that_is_never_due_stays_practice() -> None:
    """A course without the due moment does not load; whoever makes one by hand publishes nothing by it."""
    course = build_course()
    endless = course.file.assignments[0].model_copy(update={"due": None, "extensions": {}})
    file = course.file.model_copy(update={"assignments": (endless,)})
    assert stage_of(course.model_copy(update={"file": file}), DUE + 99 * DAY, DONE) == "practice"


def test_all_work_counts_but_that_of_running_extensions() -> None:
    """Points that wait are added up over the class, with who has them."""
    course = build_course(ben=DUE + 9 * DAY)
    waiting = build_part("1a", "review", build_check("essay", "review", max=2))
    owed = build_part("1a", "ungraded", build_check("a", "ungraded", "check.ungraded", max=3))
    reports = [build_report(waiting, student="ada"), build_report(owed, student="ben"), build_report(student="cy")]
    assert measure_left(course, reports, DUE) == {"hw": Left(Fraction(2), Fraction(0), ("ada",))}
    assert measure_left(course, reports, DUE + 9 * DAY) == {"hw": Left(Fraction(2), Fraction(3), ("ada", "ben"))}


def test_requests_are_taken_until_some_days_after_the_feedback() -> None:
    """Of a student with more time, after the feedback that comes when all extensions have passed."""
    feedback = DUE + 11 * DAY
    course = build_course(ben=DUE + 13 * DAY, eve=DUE + 20 * DAY, cy=DUE + DAY)
    assert find_request_ends(course, "ada") == {}
    assert course.release is not None
    release = course.release.model_copy(update={"regrade": RegradeRules(until="1 day after feedback")})
    course = course.model_copy(update={"release": release})
    assert find_request_ends(course, "ada") == {"1": feedback + DAY, "2": feedback + DAY}
    assert find_request_ends(course, "ben")["1"] == DUE + 21 * DAY
    early = course.file.assignments[0].model_copy(update={"extensions": {"cy": DUE + DAY}})
    file = course.file.model_copy(update={"assignments": (early,)})
    assert find_request_ends(course.model_copy(update={"file": file}), "cy")["2"] == feedback + DAY
    assert find_request_ends(build_tiny_course(), "ada") == {}
