"""The total of a term, exactly, and rounded once."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from grader.course import Assignment, Exercise
from grader.errors import UsageError
from grader.gradebook import FinalGrade, Person, ScoreRow
from grader.gradebook.rounding import EXACT, Rounding
from grader.gradebook.total import Graded, build_graded, check_weights, compute_total, render_total
from tests.conftest import build_tiny_course

ZERO = Fraction(0)


def build_grade(student: str, final: Any, most: Any = 10, rounding: Rounding = EXACT, pending: Any = 0) -> FinalGrade:
    """Return a final grade; without a score there is no attempt."""
    score = None if final is None else Fraction(final)
    attempt = None if score is None else 1
    found = None if score is None else Fraction(most)
    row = ScoreRow(
        Person(student, email=f"{student}@example.org"), attempt, None, None, None, score, ZERO, Fraction(pending),
        found, None, is_ungraded=False, newer_ungraded=False,
    )  # fmt: skip
    return FinalGrade(row, 0, ZERO, score, rounding)


def build(name: str, weight: Any, *grades: FinalGrade, points: int = 10) -> Graded:
    """Return an assignment with final grades."""
    assignment = Assignment(id=name, exercises=(name,), weight=Fraction(weight))
    return Graded(assignment, Fraction(points), {one.row.person.student: one for one in grades})


def read(graded: list[Graded], rounding: Rounding = EXACT, *, for_staff: bool = False) -> list[dict[str, str]]:
    """Return the rows of the CSV."""
    return list(csv.DictReader(render_total(graded, rounding, for_staff=for_staff).splitlines()))


def test_shares_are_weighed_and_not_points() -> None:
    """Half of 10 points once and all of 40 three times: no number of points counts by itself."""
    graded = [build("a", 1, build_grade("ada", 5)), build("b", 3, build_grade("ada", 40, 40))]
    assert compute_total(graded, "ada") == Fraction(100, 4) * (Fraction(1, 2) + 3)


def test_it_is_rounded_once_from_exact_scores() -> None:
    """Of rounded scores it would be another one; the fraction is there as well."""
    half_up = Rounding("half_up", 0)
    thirds = [build(name, 1, build_grade("ada", Fraction(10, 3), rounding=half_up)) for name in ("a", "b")]
    (row,) = read(thirds, Rounding("half_up", 1))
    assert (row["a"], row["b"], row["total"], row["total_exact"]) == ("3", "3", "33.3", "100/3")


def test_nothing_submitted_is_zero_and_an_empty_cell() -> None:
    """With what could be had; an assignment that counts nothing takes and gives nothing."""
    graded = [
        build("a", 1, build_grade("ada", 10)),
        build("b", 1, build_grade("ada", None), points=7),
        build("c", 0, build_grade("ada", 1)),
    ]
    (row,) = read(graded)
    assert (row["b"], row["b_max"], row["c"], row["total"], row["status"]) == ("", "7", "1", "50", "complete")
    assert row["email"] == "ada@example.org"


def test_what_could_not_be_read_is_told() -> None:
    """It counts nothing, and is not complete; what may change comes first."""
    lost = replace(build_grade("ada", None), is_refused=True)
    (row,) = read([build("a", 1, lost), build("b", 1, build_grade("ada", 5))])
    assert (row["a"], row["total"], row["status"]) == ("", "25", "refused")
    (row,) = read([build("a", 1, lost), build("b", 1, build_grade("ada", 5, pending=1))])
    assert row["status"] == "unfinished"


def test_the_points_are_those_that_a_student_could_have_had() -> None:
    """Of an attempt, its own: of another version of the course they may be others."""
    assert compute_total([build("a", 1, build_grade("ada", 5, 20), points=10)], "ada") == 25


def test_an_override_above_the_points_stays_one() -> None:
    """Who was given more than all has more than all."""
    grade = build_grade("ada", 5)
    given = replace(grade, row=replace(grade.row, override=Fraction(12)), final=Fraction(12))
    assert compute_total([build("a", 1, given)], "ada") == 120


def test_who_may_not_know_a_score_has_no_line() -> None:
    """Whose score is withheld in one of the assignments; who has one that may change is told so."""
    graded = [
        build("a", 1, build_grade("ada", 1), build_grade("bob", 1), build_grade("cy", 1, pending=2)),
        build("b", 1, build_grade("ada", 1), build_grade("cy", 1)),
    ]
    assert [(row["student"], row["status"]) for row in read(graded)] == [("ada", "complete"), ("cy", "unfinished")]
    assert [row["audience"] for row in read(graded, for_staff=True)] == ["for staff alone"] * 2


@pytest.mark.parametrize(
    ("weights", "words"), [((), "expected `assignments` in course.yaml"), ((0, 0), "a `weight` above 0")]
)
def test_what_adds_up_to_no_total_is_refused(weights: tuple[int, ...], words: str) -> None:
    """A course without assignments, or with none that counts."""
    with pytest.raises(UsageError, match=words):
        check_weights([Assignment(id=f"a{one}", exercises=("1",), weight=Fraction(one)) for one in weights])
    check_weights([Assignment(id="a", exercises=("1",)), Assignment(id="b", exercises=("2",), weight=ZERO)])


def test_an_assignment_without_points_is_refused() -> None:
    """No score is a part of nothing."""
    course = build_tiny_course()
    assignment = Assignment(id="hw", exercises=("1", "2"))
    narrowed = course.model_copy(update={"file": course.file.model_copy(update={"assignments": (assignment,)})})
    assert build_graded(narrowed, []).points == sum(part.points for one in course.exercises for part in one.parts)
    with pytest.raises(UsageError, match="assignment hw has no points"):
        build_graded(narrowed.model_copy(update={"exercises": tuple(map(take_points, course.exercises))}), [])


def take_points(exercise: Exercise) -> Exercise:
    """Return an exercise that is worth nothing."""
    parts = tuple(part.model_copy(update={"points": ZERO}) for part in exercise.parts)
    return exercise.model_copy(update={"parts": parts})
