"""The total of a course: what each student has in every assignment, weighed, in percent; exact until it is rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grader.course import Assignment, Course
from grader.errors import UsageError
from grader.gradebook.cells import Cell, render_csv
from grader.gradebook.final_grades import REFUSED, FinalGrade
from grader.gradebook.records import Person
from grader.gradebook.rounding import Rounding
from grader.gradebook.sheets import FOR_STAFF

_NAMES = ("student", "last_name", "first_name", "email")
COMPLETE, UNFINISHED = "complete", "unfinished"


@dataclass(frozen=True)
class Graded:
    """An assignment with the final grades of its students; `points` can be had by who has submitted nothing."""

    assignment: Assignment
    points: Fraction
    final_grades: Mapping[str, FinalGrade] = field(repr=False)  # by student

    def max_of(self, student: str) -> Fraction:
        """Return what this student could have had."""
        found = self.final_grades[student].row.max
        return self.points if found is None else found

    def share_of(self, student: str) -> Fraction:
        """Return the part of it that the student has, exactly; nothing where there is no score."""
        return (self.final_grades[student].final or Fraction(0)) / self.max_of(student)


def build_graded(course: Course, final_grades: Sequence[FinalGrade]) -> Graded:
    """Return the assignment that the course is narrowed to, with these final grades.

    Raises:
        UsageError: it has no points, which no score can be a part of.
    """
    (assignment,) = course.assignments
    points = sum((part.points for exercise in course.exercises for part in exercise.parts), Fraction(0))
    if not points:
        raise UsageError(f"assignment {assignment.id} has no points: expected some, of which a score can be a part")
    return Graded(assignment, points, {one.row.person.student: one for one in final_grades})


def check_weights(assignments: Sequence[Assignment]) -> None:
    """Check that the assignments of a course add up to a total.

    Raises:
        UsageError: there is none, or none of them counts.
    """
    if not assignments:
        raise UsageError("--total: expected `assignments` in course.yaml, got none")
    if not any(one.weight for one in assignments):
        raise UsageError("--total: expected an assignment with a `weight` above 0 in course.yaml, got none")


def compute_total(graded: Sequence[Graded], student: str) -> Fraction:
    """Return a student's total in percent: 100 · Σ weight · score / max over Σ weight, of all assignments."""
    weights = sum((one.assignment.weight for one in graded), Fraction(0))
    return 100 * sum((one.assignment.weight * one.share_of(student) for one in graded), Fraction(0)) / weights


def render_total(graded: Sequence[Graded], rounding: Rounding, *, for_staff: bool = False) -> str:
    """Return a CSV file: a line for each student whose score in every assignment may be told; `for_staff`, it says so.

    An assignment in which nobody's work is known of a student, or none that is graded, is an empty cell, and counts 0.
    """
    columns = [name for one in graded for name in (one.assignment.id, f"{one.assignment.id}_max")]
    names = (*_NAMES, *columns, "total", "total_exact", "status", *(["audience"] if for_staff else []))
    known = [student for student in graded[0].final_grades if all(student in one.final_grades for one in graded)]
    rows = [_build_row(graded, student, rounding) | ({"audience": FOR_STAFF} if for_staff else {}) for student in known]
    return render_csv(names, rows)


def _build_row(graded: Sequence[Graded], student: str, rounding: Rounding) -> dict[str, Cell]:
    grades = [one.final_grades[student] for one in graded]
    person: Person = grades[0].row.person
    row: dict[str, Cell] = {name: getattr(person, name) for name in _NAMES}
    for one, grade in zip(graded, grades, strict=True):
        row |= {one.assignment.id: grade.rounded, f"{one.assignment.id}_max": one.max_of(student)}
    total = compute_total(graded, student)
    return row | {"total": rounding.apply(total), "total_exact": str(total), "status": _tell_status(grades)}


def _tell_status(grades: Sequence[FinalGrade]) -> str:
    """Return whether the total may change; or that it lacks what could not be read."""
    if any(grade.is_unfinished for grade in grades):
        return UNFINISHED
    return REFUSED if any(grade.status == REFUSED for grade in grades) else COMPLETE
