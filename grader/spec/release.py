"""What must hold between `release.yaml` and the assignments of `course.yaml`: due moments, and stages in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from grader.course import Assignment, CourseFile, Opening, ReleaseFile
from grader.errors import Problem
from grader.spec.yaml12 import Document


def find_release_problems(document: Document, release: ReleaseFile, course: CourseFile) -> Iterator[Problem]:
    """Yield what is wrong between the stages and what they are stages of."""
    if not course.assignments:
        message = "expected `assignments` with a due moment in course.yaml, got none: stages begin by it"
        yield document.problem(("stages",), message)
    for assignment in course.assignments:
        if assignment.due is None:
            message = f"expected `due` in assignment {assignment.id} of course.yaml, got none: stages begin by it"
            yield document.problem(("stages",), message)
        else:
            yield from _check_order(document, release, assignment, assignment.due)
    if release.regrade is not None and release.stages.feedback is None:
        message = "expected `feedback` among the stages, got none: requests are asked for after it"
        yield document.problem(("regrade",), message)


def _check_order(document: Document, release: ReleaseFile, assignment: Assignment, due: datetime) -> Iterator[Problem]:
    found: dict[str, Opening | None] = {
        "scores": release.stages.scores,
        "feedback": release.stages.feedback,
        "solutions": release.stages.solutions,
    }
    moments = [("due", due), *((name, one.begins(due)) for name, one in found.items() if one is not None)]
    for (earlier, before), (name, moment) in pairwise(moments):
        if moment < before:
            message = (
                f"{name} of {assignment.id} begins at {moment.isoformat()}: "
                f"expected no earlier than {earlier}, {before.isoformat()}"
            )
            yield document.problem(("stages", name, "from"), message)
