"""Compares the submissions of a gradebook with one another: of each student the attempt that counts."""

from __future__ import annotations

from functools import partial

from grader.batch.gradebook_feedback import find_kept_evidence, read_kept_sources
from grader.batch.publication import JUDGE
from grader.batch.similar import Cells, Kept, Similar, compare_class
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import Gradebook


def compare_gradebook(course: Course, book: Gradebook, most: int) -> Similar:
    """Return at most so many pairs of a gradebook's students who are too alike.

    Raises:
        UsageError: nobody has submitted anything.
    """
    counted = {row.person.student: row.attempt_id for row in book.current_scores() if row.attempt_id is not None}
    if not counted:
        raise UsageError("the gradebook has nothing that anybody submitted: run `grader batch` with --db first")
    works = (Kept(f"attempt {key}", partial(_read_attempt, book, student, key)) for student, key in counted.items())
    return compare_class(course, works, most)


def _read_attempt(book: Gradebook, student: str, attempt_id: int) -> tuple[str, Cells]:
    evidence = find_kept_evidence(book, attempt_id, book.report(attempt_id, with_marks=False))
    if evidence is None:
        raise UsageError(f"the gradebook has no evidence of {student}: {JUDGE}")
    return student, read_kept_sources(book, attempt_id, evidence)
