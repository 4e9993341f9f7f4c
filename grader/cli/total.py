"""`grader export --total`: the scores of all assignments of a course, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from grader.batch.gradebook_feedback import name_folders
from grader.cli.choice import CourseChoice
from grader.cli.final_scores import Terms, read_export
from grader.cli.lateness import choose_policy, warn_of_unknown
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import Gradebook, Person
from grader.gradebook.rounding import read_rounding
from grader.gradebook.total import Graded, build_graded, check_weights, render_total


def check_total(form: str, chosen: CourseChoice, late: Path | None) -> None:
    """Refuse options that a total over all assignments has no use for."""
    if form != "csv":
        raise click.BadParameter(f"{form}: a total is written as csv alone", param_hint="--format")
    if chosen.assignment:
        raise click.BadParameter("a total is over all assignments: expected none", param_hint="--assignment")
    if late is not None:
        raise click.BadParameter("each assignment has its own in course.yaml: expected none", param_hint="--late")


def read_total(chosen: CourseChoice, db: str, people: Sequence[Person], terms: Terms) -> str:
    """Return the total of each student as CSV, after the students in `people` were taken into the gradebook.

    Raises:
        UsageError: the course has no assignments, or the gradebook is not kept by them; in one of them no score is
            published yet, or some may change, which the terms do not allow.
    """
    course = chosen.find().load()
    check_weights(course.file.assignments)
    graded = list(_read_graded(course, db, people, terms))
    return render_total(graded, read_rounding(course.file), for_staff=terms.for_staff)


def _read_graded(course: Course, db: str, people: Sequence[Person], terms: Terms) -> Iterator[Graded]:
    for assignment in course.file.assignments:
        narrowed = course.narrow(assignment.id)
        policy = choose_policy(narrowed, None)
        with Gradebook.open_for(db, narrowed) as book:
            check_held(course, book)
            take_roster(book, people)
            try:
                export = read_export(book, policy, narrowed, terms)
            except UsageError as error:
                raise UsageError(f"assignment {assignment.id}: {error}") from error
            yield build_graded(narrowed, export.final_grades)


def check_held(course: Course, book: Gradebook) -> None:
    """Check that the course has every assignment of which the gradebook holds something: none is left out of a total.

    Raises:
        UsageError: it has not.
    """
    known = [one.id for one in course.file.assignments]
    lost = sorted(book.assignments() - set(known))
    if lost:
        raise UsageError(
            f"the gradebook holds scores of the assignment {', '.join(lost)}, and course.yaml has {', '.join(known)}: "
            "expected every assignment under the id by which it was graded"
        )


def take_roster(book: Gradebook, people: Sequence[Person]) -> None:
    """Take names and ids of students into a gradebook, and name who has submitted nothing."""
    book.upsert_students(people)
    warn_of_unknown("--roster: nothing submitted by", (person.student for person in people), name_folders(book))
