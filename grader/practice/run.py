"""From a course to its public check, and from evidence to what the check says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeVar

from grader.errors import CourseError, TookTooLongError
from grader.judge.bounds import bounded
from grader.judge.evidence import Answers
from grader.judge.written import find_starter
from grader.kit import build_public_course, list_public_theorems
from grader.model import Evidence, Submission
from grader.pipeline import Grader
from grader.practice.questions import build_probes
from grader.practice.work import EvidenceWork
from grader.reference import PUBLIC, WHOLE, Reference, path_of
from numgrade_student.course import PublicCourse, parse_course
from numgrade_student.engine import examine
from numgrade_student.report import Report

T = TypeVar("T")
_SECONDS = 60.0


@dataclass(frozen=True)
class Practice:
    """A course as its students may know it; the grader in it asks the sandbox the public questions alone."""

    course: PublicCourse
    grader: Grader


def build_practice(grader: Grader) -> Practice:
    """Return what is public of a course.

    Raises:
        CourseError: a public function of the course failed.
    """
    reference = grader.oracle.reference
    document = build_public_course(grader.course, list_public_theorems(grader.course, reference))
    course = parse_course(document, lambda name: reference.module(f"{PUBLIC}.{name}"))
    probes = _guard(reference, lambda: build_probes(course))
    return Practice(course, replace(grader, probes=probes))


def check_evidence(
    practice: Practice,
    submission: Submission,
    evidence: Evidence,
    exercises: Collection[str] = (),
    parts: Collection[str] = (),
) -> Report:
    """Return what the check says of a submission's evidence; nothing named means all that was attempted.

    Raises:
        CourseError: a public function of the course failed.
    """
    chosen = [
        part.id
        for exercise, part in practice.course.list_parts()
        if (not exercises or exercise.id in exercises) and (not parts or part.id in parts)
    ]
    answers = Answers(evidence, practice.grader.probes, find_starter(practice.grader.course))
    work = EvidenceWork(practice.course, submission, evidence, answers)
    result = _guard(practice.grader.oracle.reference, lambda: examine(practice.course, work, chosen))
    title = ", ".join(file.name for file in submission.files)
    return Report(title, result, named=bool(exercises or parts))


def _guard(reference: Reference, compute: Callable[[], T]) -> T:
    """Return what is computed with the course's own public code; what that raises is the author's to mend."""
    try:
        with bounded(WHOLE, _SECONDS):
            return compute()
    except (CourseError, KeyboardInterrupt, TookTooLongError):
        raise
    except Exception as error:
        raise CourseError([reference.problem(error, path_of(f"{PUBLIC}.invariants"), WHOLE)]) from error
