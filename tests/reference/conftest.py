"""The course that lies in this repository, loaded once: its own code as the program gets it, and a judge of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader import pipeline
from grader.judge import PreparedCourse, judge
from grader.model import AnswerEvidence, CheckResult
from grader.oracle import Oracle
from grader.validate.evidence import build_evidence

COURSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def course() -> pipeline.Grader:
    """Return the course, made ready."""
    return pipeline.load_grader(COURSE)


@pytest.fixture(scope="session")
def judge_answers(course: pipeline.Grader) -> Callable[..., dict[str, CheckResult]]:
    """Return a function that judges some answers of one exercise; the results by the check's id without its part."""
    # Each made ready by itself: what is remembered of a course holds for that course alone.
    courses = {one.id: pipeline.select_exercises(course.course, (one.id,)) for one in course.course.exercises}
    prepared = {name: PreparedCourse(one, Oracle(one, course.oracle.reference)) for name, one in courses.items()}

    def judge_some(exercise: str, given: dict[str, AnswerEvidence]) -> dict[str, CheckResult]:
        (found,) = judge(prepared[exercise], build_evidence(given)).exercises
        return {check.id.partition(".")[2]: check for part in found.parts for check in part.checks}

    return judge_some
