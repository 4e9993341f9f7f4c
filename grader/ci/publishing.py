"""What a student sees of a graded change: cut down to the stage of each exercise, before anything is written.

What is not due is not even judged: the students' own check runs in its place, so that no push ever earns a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from grader.batch import EntryResult
from grader.course import Course
from grader.errors import SandboxError
from grader.model import Limits, Report, Submission
from grader.pipeline import Grader, Isolation
from grader.practice import Practice, build_practice, check_evidence
from grader.release import Receipt, Stage, build_receipt, describe_receipt, find_stages, shows_scores, withhold
from grader.session import OpenSandbox, SandboxSession, execute


@dataclass(frozen=True)
class Publishing:
    """What is published at the moment `at`; `received_at` is when the submission came, as far as that is known.

    What is open in the class is not known here, so that `feedback`, which waits for the class, is never reached.
    """

    grader: Grader
    open_sandbox: OpenSandbox
    isolation: Isolation
    limits: Limits
    at: datetime
    received_at: datetime | None = None

    @property
    def course(self) -> Course:
        """The course with its policy."""
        return self.grader.course

    @cached_property
    def _practice(self) -> Practice:
        return build_practice(self.grader)

    def find_stages(self, student: str) -> Mapping[str, Stage] | None:
        """Return the stage of each exercise; None where the course withholds nothing."""
        return find_stages(self.course, student, self.at)

    def needs_judging(self, student: str) -> bool:
        """Return whether anything is published for which the submission has to be judged."""
        stages = self.find_stages(student)
        return stages is None or any(map(shows_scores, stages.values()))

    def build_view(self, submission: Submission, judged: Report | None) -> Report:
        """Return what the student may see; without a report that was judged, a receipt.

        Raises:
            SandboxError: the students' check could not be run.
        """
        student = submission.student
        stages = self.find_stages(student)
        arrival = describe_receipt(self.course.assignments, student, self.received_at)
        receipt = Receipt(arrival, {file.name: file.sha256 for file in submission.files})
        report = judged or build_receipt(self.course, submission)
        not_due = [name for name, stage in (stages or {}).items() if stage == "practice"]
        return withhold(report, stages, receipt, self._check(submission, not_due) if not_due else ())

    def _check(self, submission: Submission, exercises: Sequence[str]) -> Sequence[str]:
        """Return what `grader check` says of these exercises, line by line."""
        with SandboxSession(self.open_sandbox) as session:
            evidence = execute(session, self._practice.grader, submission, self.isolation).evidence
        if evidence.fault is not None:
            raise SandboxError(f"the submission of {submission.student} could not be checked: {evidence.fault}")
        text = check_evidence(self._practice, submission, evidence, exercises).render()
        return [re.sub(" {2,}", ": ", line.strip()) for line in text.splitlines() if line.strip()]

    def replace_report(self, result: EntryResult, submission: Submission) -> EntryResult:
        """Return a result with what the student may see in place of its report."""
        return EntryResult(result.entry, "graded", result.reason, self.build_view(submission, result.report))
