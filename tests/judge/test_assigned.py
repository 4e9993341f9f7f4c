"""Where each student has other data, answers count for the student whose mark the submission carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from grader.course import Draw, Exercise, Parameter, Variant
from grader.errors import CourseError, Problem
from grader.judge import PreparedCourse, judge
from grader.judge.assigned import Assigned
from grader.judge.cache import Cache
from grader.judge.probes import build_probes
from grader.model import AnswerEvidence, CheckResult, EmptyValue, Lost, Report
from tests.judge.conftest import FakeOracle, Quiz

ADAS, BOBS = "a" * 24, "b" * 24
MARK = "ex1_variant"


@dataclass
class Class:
    """A quiz whose right answer is 2 as printed, and 5 for Ada."""

    quiz: Quiz

    @property
    def course(self) -> Any:
        """Return the course, its only exercise given out with other data."""
        course = self.quiz.course
        variant = Variant(draw="draw", parameters=(Parameter(name="p", constant="P", range=(0.0, 1.0)),))
        exercise: Exercise = course.exercises[0].model_copy(update={"variant": variant})
        file = course.file.model_copy(update={"variants": ("1",)})
        return course.model_copy(update={"exercises": (exercise,), "file": file})

    def judge(self, draw: Draw | None = None, **given: object) -> Report:
        """Judge what Ada submitted, who was given `draw`."""
        own = FakeOracle({"x": 5.0}, {})
        assigned = Assigned(draw, own, Cache(), {ADAS: "ada", BOBS: "bob"})
        evidence = self.quiz.hand_in(self.quiz.evidence(given))
        return judge(PreparedCourse(self.course, self.quiz.oracle, Cache(), {"1": assigned}), evidence)

    def results(self, draw: Draw | None = None, **given: object) -> dict[str, CheckResult]:
        """Return the results by check id."""
        return {check.id: check for check in self.judge(draw, **given).exercises[0].parts[0].checks}


DRAW = Draw(student="ada", exercise="1", draw=0, mark=ADAS, values={"p": 0.5})


@pytest.fixture
def school(quiz: Quiz) -> Class:
    """Return the quiz of one number, of which each student has other data, and a choice that is not attempted."""
    quiz.ask("x", "number", 2.0, rule="close").ask("y", "number", 1.0, rule="close")
    return Class(quiz)


def test_own_data_decide(school: Class) -> None:
    """With Ada's own mark her 5 is right, and the printed 2 is wrong."""
    assert school.results(DRAW, x=5.0, ex1_variant=ADAS)["1a.x"].outcome == "pass"
    assert school.results(DRAW, x=2.0, ex1_variant=ADAS)["1a.x"].outcome == "fail"


def test_the_report_says_what_was_given(school: Class) -> None:
    """For staff, who look a mark up years later; nothing where nothing was given."""
    assert school.judge(DRAW, x=5.0, ex1_variant=ADAS).variants == {"1": {"p": 0.5}}
    assert school.judge(None, x=5.0).variants == {}


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (BOBS, "expected the mark of ada in ex1_variant, got the mark of bob"),
        ("c" * 24, f"got '{'c' * 24}', which nobody was given"),
        ("x" * 500, f"got '{'x' * 40}', which nobody was given"),
        (3.5, "got something that is no mark"),
        (None, "got none"),
        (EmptyValue(type="absent"), "got none"),
        (EmptyValue(type="ellipsis"), "got none"),
    ],
)
def test_other_or_missing_mark_is_not_graded(school: Class, mark: object, told: str) -> None:
    """No zero and no points; staff read who was expected, students that nothing is lost."""
    result = school.results(DRAW, x=5.0, ex1_variant=mark)["1a.x"]
    assert (result.outcome, result.code, result.score) == ("ungraded", "variant.unmarked", 0)
    assert told in result.detail
    assert "bob" not in result.message
    assert "lose no points" in result.message
    assert "mistake" not in result.message


def test_what_was_not_attempted_stays_so(school: Class) -> None:
    """Nothing is owed for it, and a submission of other exercises has nothing ungraded."""
    assert school.results(DRAW, x=5.0, ex1_variant=BOBS)["1a.y"].outcome == "missing"
    assert {check.outcome for check in school.results(DRAW).values()} == {"missing"}
    assert {check.outcome for check in school.results(None).values()} == {"missing"}


def test_whoever_was_given_nothing_is_not_graded(school: Class) -> None:
    """A student who is not in variants.json, or nobody named the file; whose mark it is helps to find out."""
    result = school.results(None, x=5.0)["1a.x"]
    assert result.outcome == "ungraded"
    assert result.detail == "exercise 1: expected a draw for ada in variants.json (--variants), got none"
    assert school.results(None, x=5.0, ex1_variant=BOBS)["1a.x"].detail.endswith("ex1_variant holds the mark of bob")


def test_mark_that_was_lost_is_held_against_nobody(school: Class) -> None:
    """A process that died is the student's, and told as such: never ungraded."""
    lost = AnswerEvidence(value=EmptyValue(type="absent"), lost=Lost(cause="out_of_memory"))
    results = school.results(DRAW, x=lost, ex1_variant=lost)
    assert (results["1a.x"].outcome, results["1a.x"].code) == ("fail", "run.out_of_memory")
    assert school.results(DRAW, x=5.0, ex1_variant=lost)["1a.x"].outcome == "pass"


def test_the_mark_is_asked_first_where_data_differ(school: Class) -> None:
    """Whatever ends the process later, it has been read; a course without variants asks what it always did."""
    assert [probe.name for probe in build_probes(school.course, school.quiz.oracle)] == [MARK, "x", "y"]
    assert [probe.name for probe in build_probes(school.quiz.course, school.quiz.oracle)] == ["x", "y"]


def test_no_note_is_made_of_a_mark_in_two_files(school: Class) -> None:
    """Each starter carries it."""
    given = {"x": 5.0, MARK: ADAS}
    runs = (school.quiz.evidence(given, "all.py"), school.quiz.evidence(given, "ex1.py"))
    assigned = {"1": Assigned(DRAW, FakeOracle({"x": 5.0}, {}), Cache())}
    prepared = PreparedCourse(school.course, school.quiz.oracle, Cache(), assigned)
    notes = judge(prepared, school.quiz.hand_in(*runs)).notes
    assert notes == ("x is answered in all.py, ex1.py: ex1.py counts",)


def test_reference_that_fails_for_own_data_is_ours(school: Class) -> None:
    """A constant that was renamed since leaves this exercise ungraded, with its place."""

    class Broken(FakeOracle):
        def value(self, exercise_id: str, name: str) -> object:
            raise CourseError([Problem("reference/exercise1.py", 3, name, f"of {exercise_id}")])

    assigned = {"1": Assigned(DRAW, Broken({}, {}), Cache())}
    evidence = school.quiz.hand_in(school.quiz.evidence({"x": 5.0, MARK: ADAS}))
    report = judge(PreparedCourse(school.course, school.quiz.oracle, Cache(), assigned), evidence)
    first = report.exercises[0].parts[0].checks[0]
    assert (first.outcome, first.code) == ("ungraded", "check.ungraded")
    assert "reference/exercise1.py:3" in first.detail


def test_our_own_fault_stays_ours(school: Class) -> None:
    """Where the sandbox failed there is no mark, and no student is asked for one."""
    assigned = {"1": Assigned(DRAW, FakeOracle({"x": 5.0}, {}), Cache())}
    prepared = PreparedCourse(school.course, school.quiz.oracle, Cache(), assigned)
    checks = judge(prepared, school.quiz.hand_in(fault="the box broke")).exercises[0].parts[0].checks
    assert {check.code for check in checks} == {"check.ungraded"}
