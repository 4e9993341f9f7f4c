"""Which course a command works on, and which assignment of it: what `--course` and `--assignment` lead to."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import pipeline
from grader.batch.index import choose_assignment
from grader.course import Course, check_assignment
from grader.errors import CourseError
from grader.late import find_course_policy
from grader.pipeline import Grader
from grader.spec import choose_course, load_course, read_near_id
from grader.spec.load import list_courses, read_assignment_ids

if TYPE_CHECKING:
    from grader.gradebook import Gradebook


@dataclass(frozen=True)
class CoursePlace:
    """Where a course lies, and the assignment that it is narrowed to; '' for all of it."""

    folder: Path
    assignment: str = ""

    def load(self) -> Course:
        """Return the course; none of its code runs.

        Raises:
            CourseError: it is wrong; carries every problem.
            UsageError: it has no such assignment.
        """
        return load_course(self.folder).narrow(self.assignment)

    def load_grader(self, *, packages: bool = True) -> Grader:
        """Return the course made ready, whose Python runs here.

        Raises:
            CourseError: it is wrong, or one of its packages is not here.
            UsageError: it has no such assignment.
        """
        return pipeline.load_grader(self.folder, packages=packages, assignment=self.assignment)


@dataclass(frozen=True)
class CourseChoice:
    """What `--course` and `--assignment` say."""

    given: Path | None = None
    assignment: str = ""

    def find(self, graded: Iterable[Path] = ()) -> CoursePlace:
        """Return where the course lies that is named, else the nearest one; never in what is `graded`.

        Raises:
            UsageError: there is none, or it does.
        """
        return CoursePlace(choose_course(self.given, graded), self.assignment)

    def find_for_batch(self, places: Iterable[Path]) -> CoursePlace:
        """Return the same for the folders of batches, with the assignment that they were graded by.

        Raises:
            UsageError: there is no course, or it lies there, or the folders are of another assignment.
        """
        folders = tuple(places)
        return CoursePlace(choose_course(self.given, folders), choose_assignment(self.assignment, folders))

    def open_near_gradebook(self, db: str) -> Gradebook:
        """Open a gradebook for what needs no course: it has to belong to the one that is near, if there is one.

        That one's late policy decides which attempt of a student counts, as far as it can be read.

        Raises:
            UsageError: it does not, it cannot be used, or there is no such assignment.
        """
        from grader.gradebook import Gradebook  # noqa: PLC0415 - most commands need no database

        folder = self.given or next(list_courses(Path.cwd()), None)
        if folder is not None and self.assignment:
            check_assignment(self.assignment, read_assignment_ids(folder))
        book = Gradebook.open(db, create=False, course=read_near_id(self.given), assignment=self.assignment)
        with suppress(CourseError):
            course = None if folder is None else CoursePlace(folder, self.assignment).load()
            policy = None if course is None else find_course_policy(course.assignments)
            return book if policy is None else book.under(policy)
        return book
