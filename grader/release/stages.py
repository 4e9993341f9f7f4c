"""The stage that a student is in: a function of the policy, the due moments, the moment and the state of the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal, get_args

from grader.course import Assignment, Course, ReleaseFile, Requires
from grader.model import Report

Stage = Literal["practice", "received", "scores", "feedback", "solutions"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Left:
    """What is open of all submitted work of an assignment, in points; `students` are those who wait for it."""

    pending: Fraction = Fraction(0)
    ungraded: Fraction = Fraction(0)
    students: tuple[str, ...] = ()

    def meets(self, requires: Requires) -> bool:
        """Return whether no more is open than feedback allows."""
        return self.pending <= requires.pending and self.ungraded <= requires.ungraded


def find_stages(
    course: Course, student: str, at: datetime, left: Mapping[str, Left] | None = None
) -> Mapping[str, Stage] | None:
    """Return the stage of each exercise for a student; None where the course withholds nothing.

    Args:
        course: with its policy, and the assignments with their due moments.
        student: whose extensions count.
        at: the moment.
        left: by assignment, what is open in the class; one that is not there is not known, and feedback waits.
    """
    if course.release is None:
        return None
    return {
        exercise: find_stage(course.release, assignment, student, at, (left or {}).get(assignment.id))
        for assignment in course.assignments
        for exercise in assignment.exercises
    }


def find_stage(release: ReleaseFile, assignment: Assignment, student: str, at: datetime, left: Left | None) -> Stage:
    """Return the stage of an assignment for a student; one without a due moment is never due."""
    due = assignment.due
    if due is None or at < assignment.extensions.get(student, due):
        return "practice"
    if student in assignment.extensions and at < find_last_due(assignment, due):
        return "received"  # nobody who had more time hears of results while others have it still
    stages = release.stages
    feedback = stages.feedback
    if stages.scores is None or at < stages.scores.begins(due):
        reached: Stage = "received"
    else:
        reached = "scores"
    if feedback is None or at < feedback.begins(due) or left is None or not left.meets(feedback.requires):
        return reached
    return "feedback" if stages.solutions is None or at < stages.solutions.begins(due) else "solutions"


def find_last_due(assignment: Assignment, due: datetime) -> datetime:
    """Return when the assignment has been due for everybody."""
    return max([due, *assignment.extensions.values()])


def find_request_ends(course: Course, student: str) -> dict[str, datetime]:
    """Return the last moment for a request for another look, of each exercise; nothing where none are taken.

    It counts from the date of the feedback, or for a student with an extension from when all extensions have passed.
    """
    release = course.release
    if release is None or release.regrade is None or release.stages.feedback is None:
        return {}
    ends: dict[str, datetime] = {}
    for assignment in course.assignments:
        if assignment.due is not None:
            begins = release.stages.feedback.begins(assignment.due)
            if student in assignment.extensions:
                begins = max(begins, find_last_due(assignment, assignment.due))
            ends |= dict.fromkeys(assignment.exercises, begins + release.regrade.length)
    return ends


def list_running(assignment: Assignment, at: datetime) -> list[str]:
    """Return the students whose extension has not passed."""
    return sorted(student for student, due in assignment.extensions.items() if at < due)


def measure_left(course: Course, reports: Iterable[Report], at: datetime) -> dict[str, Left]:
    """Return what is open of each assignment, counted over all reports but of students whose extension runs."""
    found = list(reports)
    return {assignment.id: _measure(assignment, found, at) for assignment in course.assignments}


def _measure(assignment: Assignment, reports: Iterable[Report], at: datetime) -> Left:
    running = list_running(assignment, at)
    pending = ungraded = Fraction(0)
    students = []
    for report in reports:
        if report.student in running:
            continue
        own = [one for one in report.exercises if one.id in assignment.exercises]
        waiting = sum((one.pending for one in own), Fraction(0))
        owed = sum((one.ungraded for one in own), Fraction(0))
        if waiting or owed:
            students.append(report.student)
        pending, ungraded = pending + waiting, ungraded + owed
    return Left(pending, ungraded, tuple(students))


def describe_begin(course: Course, assignment: Assignment, student: str, stage: Stage) -> str:
    """Return in words when a stage of an assignment begins for a student, or when practice ends."""
    due = assignment.due
    if due is None or course.release is None:
        return "never"
    own = assignment.extensions.get(student, due).isoformat(timespec="minutes")
    if stage in {"practice", "received"}:
        return f"until {own}" if stage == "practice" else f"from {own}"
    stages = course.release.stages
    opening = {"scores": stages.scores, "feedback": stages.feedback, "solutions": stages.solutions}[stage]
    return "never" if opening is None else f"from {opening.begins(due).isoformat(timespec='minutes')}"


def shows_scores(stage: Stage) -> bool:
    """Return whether points are shown."""
    return stage in {"scores", "feedback", "solutions"}


def shows_feedback(stage: Stage | None) -> bool:
    """Return whether verdicts and reasons are shown; without a stage nothing is withheld."""
    return stage in {None, "feedback", "solutions"}
