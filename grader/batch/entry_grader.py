"""Grades one student into the output folder: read, look for evidence, run where there is none, judge, write."""

from __future__ import annotations

import threading
import traceback
from pathlib import Path

from grader import pipeline
from grader.batch.results import EntryResult
from grader.batch.store import (
    clear_folder,
    find_current,
    make_folder,
    sweep_student,
    write_execution,
    write_report,
)
from grader.errors import GraderError, SubmissionRefused
from grader.model import Evidence, Execution, Limits, Submission, list_sources
from grader.pipeline import Grader, Isolation
from grader.report.json import Audience
from grader.report.missing import explain_missing
from grader.session import SandboxSession, execute
from grader.submission import Entry

_ATTEMPTS = 2


class EntryGrader:
    """Grades one entry after the other; side by side where each thread has a session of its own."""

    def __init__(
        self, grader: Grader, out: Path, isolation: Isolation, limits: Limits, audience: Audience = "staff"
    ) -> None:
        """Grade with `grader` into `out`, whose reports are for `audience`."""
        self._grader, self._out, self._isolation, self._limits = grader, out, isolation, limits
        self._audience, self._judging = audience, threading.Lock()

    def grade(self, session: SandboxSession, entry: Entry) -> EntryResult:
        """Grade one student, who is tried once more where memory was short; only what must stop the class is raised.

        Raises:
            HostError: nothing can be written, not even a failure into the student's folder.
            UsageError, IsolationError, ClusterError, Stopped: nobody could be graded after this one either.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._try(session, entry)
            except MemoryError:  # what was held is let go by now, and another process may have let go of more
                continue
        return self.fail(entry, "the grader had no memory left")

    def _try(self, session: SandboxSession, entry: Entry) -> EntryResult:
        folder = self._out / entry.folder
        try:
            return self._grade(session, entry, self._read(entry))
        except SubmissionRefused as error:
            if folder.is_dir():
                clear_folder(folder)
            return EntryResult(entry, "refused", str(error))
        except (GraderError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours leaves this student ungraded and the class going on
            frame = traceback.extract_tb(error.__traceback__)[-1]
            return self.fail(entry, f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})")

    def fail(self, entry: Entry, fault: str) -> EntryResult:
        """Return and write the result of a student on whom the grader itself failed: everything is ungraded."""
        folder = make_folder(self._out / entry.folder)
        nothing = Submission(entry.student, (), "")
        evidence = self._blank(nothing, fault)
        write_execution(folder, Execution(evidence), self._limits)
        return self._report(entry, evidence, nothing)

    def _read(self, entry: Entry) -> Submission:
        if entry.refusal is not None:
            raise SubmissionRefused(entry.refusal)
        return pipeline.read(entry.paths, self._limits, entry.student)

    def _grade(self, session: SandboxSession, entry: Entry, submission: Submission) -> EntryResult:
        folder = make_folder(self._out / entry.folder)
        sweep_student(folder)
        current = find_current(folder, self._blank(submission), self._limits)
        if current is not None:
            return self._report(entry, current, submission, reused=True)
        execution = execute(session, self._grader, submission, self._isolation)
        write_execution(folder, execution, self._limits)
        return self._report(entry, execution.evidence, submission)

    def _report(self, entry: Entry, evidence: Evidence, submission: Submission, *, reused: bool = False) -> EntryResult:
        with self._judging:  # the reference and its cache were not written for several threads
            report = pipeline.judge(self._grader, evidence)
        told = None
        if self._grader.course.release is None:
            told = explain_missing(report, evidence, list_sources(submission))
        write_report(self._out / entry.folder, report, told, self._audience)
        # Whose data somebody else has is not for students, who may read the log of a job.
        reason = pipeline.find_reason(evidence, report) if self._audience == "staff" else evidence.fault or ""
        return EntryResult(entry, "graded", reason, report, reused)

    def _blank(self, submission: Submission, fault: str | None = None) -> Evidence:
        return pipeline.build_blank_evidence(self._grader, submission, self._isolation, fault)
