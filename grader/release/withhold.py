"""What a report shows at a stage: the one place where something is left out of what students read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from itertools import islice

import grader
from grader.course import Assignment, Course
from grader.judge.score import sum_scores
from grader.late import LatePolicy, apply_late, build_policy, is_cut_off, measure_lateness
from grader.model import Category, CheckResult, ExerciseScore, PartScore, Report, Submission
from grader.release.stages import Stage

_NOTES: dict[Stage, str] = {
    "practice": "Not due yet: points and results are not shown before the due moment.",
    "received": "We have your submission. Points and results are not published yet.",
    "scores": "Points are published; what was right or wrong, and why, follows with the feedback.",
}
_ALWAYS: frozenset[Category] = frozenset({"run", "missing", "review", "ours"})
# How these are called is hidden, and what goes wrong in a call would show it.
_CALLED = frozenset({"function", "figure", "invariant"})

_HINT_START = 20  # characters
_MOST_FILES = 20


@dataclass(frozen=True)
class Receipt:
    """What is known of how a submission came: when, and each file with its SHA-256 as it was submitted."""

    arrival: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def list_lines(self, submission_sha256: str) -> list[str]:
        """Return what a student is told of it."""
        told = [f"Submission {submission_sha256} (SHA-256).{f' {self.arrival}' if self.arrival else ''}"]
        told += [f"{name}: {digest} (SHA-256)." for name, digest in islice(self.files.items(), _MOST_FILES)]
        left_out = len(self.files) - _MOST_FILES
        return [*told, f"{left_out} more files."] if left_out > 0 else told


UNKNOWN = Receipt()


def build_receipt(course: Course, submission: Submission) -> Report:
    """Return the report of a submission of which nothing was judged."""
    return Report(
        student=submission.student,
        files=tuple(file.name for file in submission.files),
        submission_sha256=submission.sha256,
        exercises=(),
        notes=submission.remarks,
        course_sha256=course.sha256,
        evidence_sha256="",
        grader=grader.__version__,
        seed=course.file.seed,
        **sum_scores(()),
    )


def withhold(
    report: Report, stages: Mapping[str, Stage] | None, receipt: Receipt = UNKNOWN, practice: Sequence[str] = ()
) -> Report:
    """Return the report as far as these stages show it, added up anew; with None, as it is.

    Args:
        report: all that was judged, or a receipt.
        stages: the stage of each exercise; one that is not named is only received.
        receipt: when the submission came, whether that was late, and its files, as far as that is known.
        practice: what the students' own check says, for exercises that are not due.
    """
    if stages is None:
        return report
    kept = tuple(
        shown
        for exercise in report.exercises
        if (shown := _show_exercise(exercise, stages.get(exercise.id, "received"))) is not None
    )
    there = set(stages.values()) or {"received"}
    told = [note for stage, note in _NOTES.items() if stage in there]
    told += receipt.list_lines(report.submission_sha256)
    if "practice" in there:
        told += practice
    if there != {"received"}:
        told += report.notes
    return replace(report, exercises=kept, notes=tuple(told), **sum_scores(kept))


def describe_receipt(assignments: Sequence[Assignment], student: str, received_at: datetime | None) -> str:
    """Return when a submission came, and of each assignment whether that was late, and its cost; '' where nobody knows.

    All moments are in the time zone of the first due moment, so that they can be compared by eye.
    """
    if received_at is None:
        return ""
    policies = {assignment.id: build_policy(assignment) for assignment in assignments}
    dues = {name: due for name, policy in policies.items() if (due := policy.due_for(student)) is not None}
    zone = next((due.tzinfo for due in dues.values()), received_at.tzinfo)
    told = [f"Received {_show_moment(received_at.astimezone(zone))}"]
    for name, due in dues.items():
        lateness = _describe_lateness(policies[name], student, received_at)
        told.append(f"{name} was due {_show_moment(due.astimezone(zone))}: {lateness}")
    return f"{'; '.join(told)}."


def _show_moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _describe_lateness(policy: LatePolicy, student: str, received_at: datetime) -> str:
    if not measure_lateness(policy, student, received_at):
        return "on time"
    if is_cut_off(policy, student, received_at):
        return "too late to count"
    percent = apply_late(policy, student, received_at, Fraction(100)).penalty
    return f"late, which takes {float(percent):g} % off the score" if percent else "late"


def _show_exercise(exercise: ExerciseScore, stage: Stage) -> ExerciseScore | None:
    if stage in {"practice", "received"}:
        return None
    if stage == "scores":
        return replace(exercise, parts=tuple(map(_show_points, exercise.parts)))
    return exercise


def _show_points(part: PartScore) -> PartScore:
    """Return a part with its points, and of its checks what is known from the form of the answers alone."""
    return replace(part, checks=tuple(_strip(check) for check in part.checks if _is_of_form(check)))


def _is_of_form(check: CheckResult) -> bool:
    return check.category in _ALWAYS or (check.category == "malformed" and check.kind not in _CALLED)


def _strip(check: CheckResult) -> CheckResult:
    """Return a check without what helps: its message says what was given and what is expected of its form."""
    # By its beginning, for a long message was cut somewhere in its hint.
    message = check.message.partition(check.hint[:_HINT_START])[0].rstrip() if check.hint else check.message
    return replace(check, message=message, detail="", hint="", title="", mistake=None, because_of=(), line=None)
