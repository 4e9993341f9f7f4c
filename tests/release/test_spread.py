"""What students see of a class: only once it is finished and large, and never so that a person can be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Assignment, Course
from grader.model import ExerciseScore, Report
from grader.release import Stage, choose_spreads, measure_spreads, strip_report
from grader.release.spread import FEWEST_IN_A_BIN, FEWEST_STUDENTS, Bin, build_spread
from tests.conftest import build_tiny_course
from tests.report.conftest import build_report

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = DUE + timedelta(days=1)
BOTH = Assignment(id="hw", exercises=("1", "2"), due=DUE)


def build_student(*scores: float, student: str = "ada", pending: int = 0) -> Report:
    """Return a report with such a score of 10 in exercise 1, exercise 2 and so on."""
    zero = Fraction(0)
    exercises = tuple(
        ExerciseScore(str(number), "An exercise", Fraction(score), Fraction(10), Fraction(pending), zero, ())
        for number, score in enumerate(scores, 1)
    )
    return replace(build_report(), student=student, exercises=exercises)


def build_class(count: int = FEWEST_STUDENTS) -> list[Report]:
    """Return a class whose scores are spread."""
    return [build_student(index % 11, student=f"s{index}") for index in range(count)]


def build_course(*assignments: Assignment) -> Course:
    """Return a course of these assignments."""
    course: Course = build_tiny_course()
    return course.model_copy(update={"file": course.file.model_copy(update={"assignments": assignments})})


ONE = Assignment(id="hw", exercises=("1",), due=DUE)


def measure(reports: Sequence[Report], at: datetime = LATER, assignment: Assignment = ONE) -> Any:
    """Return how the scores of an assignment are spread."""
    return measure_spreads(build_course(assignment), [(one, one) for one in reports], at)


def test_of_nineteen_students_nothing_is_told() -> None:
    """Of twenty it is, each of them once."""
    assert measure(build_class(19))["hw"].marked is None
    spread = measure(build_class(20))["hw"].marked
    assert spread is not None
    assert spread.students == sum(one.count for one in spread.bins) == 20


@given(st.lists(st.integers(0, 40).map(lambda quarters: Fraction(quarters, 4)), min_size=20, max_size=60))
def test_no_bin_holds_few(scores: list[Fraction]) -> None:
    """The bins cover everything from none to all points without a gap, and everybody is in one."""
    reports = [
        replace(build_student(0), exercises=(replace(build_student(0).exercises[0], score=one),)) for one in scores
    ]
    spread = build_spread(ONE, reports)
    if spread is None:
        return
    assert all(one.count >= FEWEST_IN_A_BIN for one in spread.bins)
    assert len(spread.bins) > 1
    assert (spread.bins[0].low, spread.bins[-1].high) == (0, 10)
    assert all(one.high == other.low for one, other in zip(spread.bins, spread.bins[1:], strict=False))
    for report in reports:
        own = spread.find_bin(report)
        assert own is not None
        assert sum(spread.find_bin(other) == own for other in reports) == own.count


def test_the_last_bin_is_joined_to_the_one_before() -> None:
    """Three with all points are not told apart from their neighbours."""
    reports = [*(build_student(0) for _ in range(10)), *(build_student(5) for _ in range(7)), *(build_student(10),) * 3]
    spread = build_spread(ONE, reports)
    assert spread is not None
    assert spread.bins == (Bin(Fraction(0), Fraction(1), 10), Bin(Fraction(1), Fraction(10), 10))


def test_one_bin_of_everybody_would_tell_of_each() -> None:
    """So nothing is told where all have about the same, or nothing can be had."""
    assert build_spread(ONE, [build_student(10)] * 30) is None
    assert build_spread(BOTH.model_copy(update={"exercises": ("9",)}), build_class()) is None
    assert build_spread(ONE, []) is None


def test_only_of_a_class_that_is_finished() -> None:
    """Nobody waits for a mark, and nobody's extension runs."""
    reports = build_class()
    assert measure([*reports[:-1], build_student(3, pending=1)]) == {}
    longer = ONE.model_copy(update={"extensions": {"s3": DUE + timedelta(days=20)}})
    assert measure(reports, LATER, longer) == {}
    assert list(measure(reports, DUE + timedelta(days=20), longer)) == ["hw"]
    assert measure(reports, DUE - timedelta(days=1)) == {}
    assert list(measure(reports, DUE, ONE.model_copy(update={"due": None}))) == ["hw"]


@pytest.mark.parametrize(
    ("stages", "seen"),
    [
        (None, "marked"),
        ({"1": "practice"}, ""),
        ({"1": "received"}, ""),
        ({}, ""),
        ({"1": "scores"}, "unmarked"),
        ({"1": "feedback"}, "marked"),
        ({"1": "solutions"}, "marked"),
    ],
)
def test_a_student_sees_what_the_stage_shows_of_the_own_score(stages: dict[str, Stage] | None, seen: str) -> None:
    """Before the feedback without people's marks, before scores nothing."""
    pairs = [(build_student(min(index % 11 + 2, 10)), build_student(index % 11)) for index in range(30)]
    course = build_course(ONE)
    measured = measure_spreads(course, pairs, LATER)
    assert measured["hw"].marked != measured["hw"].unmarked
    expected = [getattr(measured["hw"], seen)] if seen else []
    assert list(choose_spreads(course, stages, measured)) == expected


def test_an_assignment_is_told_of_as_a_whole() -> None:
    """Of exercises added up, and once all of them show scores."""
    reports = [build_student(index % 11, 10 - index % 3) for index in range(30)]
    course = build_course(BOTH)
    measured = measure_spreads(course, [(one, one) for one in reports], LATER)
    assert measured["hw"].marked is not None
    assert measured["hw"].marked.bins[-1].high == 20
    assert choose_spreads(course, {"1": "scores", "2": "received"}, measured) == ()
    assert len(choose_spreads(course, {"1": "scores", "2": "feedback"}, measured)) == 1
    assert choose_spreads(course, None, {}) == ()


def test_a_score_outside_the_bins_is_in_none() -> None:
    """Of an attempt that was worth more than the class's, say."""
    spread = build_spread(ONE, build_class())
    assert spread is not None
    assert spread.find_bin(build_student(11)) is None


def test_what_is_measured_is_small() -> None:
    """Of a large class, no check and no message is kept."""
    whole = replace(build_student(3), notes=("a note",))
    stripped = strip_report(whole)
    assert (stripped.notes, stripped.exercises[0].score, stripped.exercises[0].parts) == ((), 3, ())
