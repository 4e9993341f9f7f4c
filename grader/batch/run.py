"""Grades a folder of students, one or several at a time. Can be killed and started again."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader import pipeline
from grader.batch.bench import Bench, OpenSandbox
from grader.batch.store import (
    EVIDENCE,
    clear_folder,
    find_current,
    make_folder,
    render_evidence,
    write_execution,
    write_report,
)
from grader.errors import GraderError, IsolationError, SandboxError, SubmissionRefused, UsageError
from grader.model import Evidence, Report, Submission
from grader.pipeline import Grader, Isolation
from grader.report.write import write_atomically
from grader.spec.model import Limits
from grader.submission import Entry, list_entries

SUMMARY = "batch.json"
Status = Literal["graded", "refused"]


@dataclass(frozen=True)
class EntryResult:
    """How one student's entry ended. `reason` says why it was refused; `reused` that nothing had to be run again."""

    entry: Entry
    status: Status
    reason: str = ""
    report: Report | None = None
    reused: bool = False


OnDone = Callable[[EntryResult, int, int], None]


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is run. `on_done` hears of each student: the result, how many are done, how many there are."""

    isolation: Isolation = "full"
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    on_done: OnDone | None = None


@dataclass(frozen=True)
class BatchSummary:
    """All entries in the order of the folder."""

    results: tuple[EntryResult, ...]

    @property
    def is_ungraded(self) -> bool:
        """Whether something could not be decided through our fault."""
        return any(result.report is not None and pipeline.is_ungraded(result.report) for result in self.results)


def run_batch(
    grader: Grader, open_sandbox: OpenSandbox, folder: Path, out: Path, options: BatchOptions | None = None
) -> BatchSummary:
    """Grade every entry of `folder`, write one folder each below `out`, and `batch.json` with all of them.

    Args:
        grader: the course made ready.
        open_sandbox: opens a sandbox with the options' isolation and limits; called once per worker, when first
            needed, and again where a sandbox has died.
        folder: one entry per student.
        out: where the reports go; made where it is not there.
        options: how to run.

    Raises:
        UsageError: the folders cannot be used as asked.
        IsolationError: this machine does not give the isolation that was asked for.
    """
    entries = _list_entries(folder, out)
    batch = _Batch(grader, open_sandbox, out, options or BatchOptions(), entries)
    summary = BatchSummary(batch.run())
    write_atomically(out / SUMMARY, render_index(summary))
    return summary


def render_index(summary: BatchSummary) -> str:
    """Return `batch.json`: one object for each entry of the folder, two where a student has two."""
    rows = [
        {
            "student": result.entry.student,
            "entry": name,
            "folder": result.entry.folder,
            "status": result.status,
            "reason": result.reason,
        }
        for result in summary.results
        for name in result.entry.entries or (result.entry.entry,)
    ]
    return json.dumps(rows, indent=2, ensure_ascii=True) + "\n"


def _list_entries(folder: Path, out: Path) -> list[Entry]:
    """Return the entries, once it is clear that the output can stand where it is to stand."""
    if not folder.is_dir():
        raise UsageError(f"DIR = {str(folder)!r}: a folder with one entry per student is due")
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"--out = {str(out)!r} lies in the folder of submissions, and would be graded as a student")
    entries = list_entries(folder)
    make_folder(out)
    for entry in entries:
        if (out / entry.folder).is_symlink():
            raise UsageError(f"{out / entry.folder} is a link: reports are written to real folders only")
    return entries


class _Batch:
    """One run over the entries: a shared list of work, and a bench for each worker."""

    def __init__(
        self, grader: Grader, open_sandbox: OpenSandbox, out: Path, options: BatchOptions, entries: list[Entry]
    ) -> None:
        self._grader, self._open_sandbox, self._out, self._options = grader, open_sandbox, out, options
        self._entries = entries
        self._waiting: Iterator[tuple[int, Entry]] = iter(list(enumerate(entries)))
        self._results: dict[int, EntryResult] = {}
        self._lock, self._judging = threading.Lock(), threading.Lock()
        self._stopped = False

    def run(self) -> tuple[EntryResult, ...]:
        jobs = min(self._options.jobs, max(len(self._entries), 1))
        if jobs == 1:
            self._work()
        else:
            with ThreadPoolExecutor(jobs) as pool:
                try:
                    for worker in [pool.submit(self._work) for _ in range(jobs)]:
                        worker.result()
                finally:
                    self._stopped = True
        return tuple(self._results[index] for index in range(len(self._entries)))

    def _work(self) -> None:
        with Bench(self._open_sandbox) as bench:
            while (item := self._next()) is not None:
                index, entry = item
                try:
                    result = self._grade_entry(bench, entry)
                except BaseException:
                    self._stopped = True
                    raise
                self._finish(index, result)

    def _next(self) -> tuple[int, Entry] | None:
        with self._lock:
            return None if self._stopped else next(self._waiting, None)

    def _finish(self, index: int, result: EntryResult) -> None:
        with self._lock:
            self._results[index] = result
            if self._options.on_done is not None:
                self._options.on_done(result, len(self._results), len(self._entries))

    def _grade_entry(self, bench: Bench, entry: Entry) -> EntryResult:
        """Grade one student; only what must stop the whole class is raised."""
        folder = self._out / entry.folder
        try:
            return self._grade(bench, entry, self._read(entry))
        except SubmissionRefused as error:
            if folder.is_dir():
                clear_folder(folder)
            return EntryResult(entry, "refused", str(error))
        except GraderError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours leaves this student ungraded and the class going on
            return self._fail(entry, error)

    def _read(self, entry: Entry) -> Submission:
        if entry.refusal is not None:
            raise SubmissionRefused(entry.refusal)
        return pipeline.read(entry.paths, self._options.limits, entry.student)

    def _grade(self, bench: Bench, entry: Entry, submission: Submission) -> EntryResult:
        folder = make_folder(self._out / entry.folder)
        blank = self._blank(submission)
        evidence = find_current(folder, blank, self._options.limits)
        reused = evidence is not None
        if evidence is None:
            evidence = self._run(bench, submission, folder, blank)
        report = self._judge(evidence)
        write_report(folder, report)
        return EntryResult(entry, "graded", evidence.fault or "", report, reused)

    def _run(self, bench: Bench, submission: Submission, folder: Path, blank: Evidence) -> Evidence:
        try:
            execution = bench.run(self._grader, submission)
        except IsolationError:
            raise
        except SandboxError as error:
            return _store_fault(folder, blank, str(error))
        write_execution(folder, execution, self._options.limits)
        return execution.evidence

    def _fail(self, entry: Entry, error: Exception) -> EntryResult:
        """Return the result for a student on whom the grader itself broke: everything is ungraded."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
        folder = make_folder(self._out / entry.folder)
        blank = self._blank(Submission(entry.student, (), ""))
        evidence = _store_fault(folder, blank, fault)
        report = self._judge(evidence)
        write_report(folder, report)
        return EntryResult(entry, "graded", fault, report)

    def _judge(self, evidence: Evidence) -> Report:
        with self._judging:  # the reference and its cache were not written for several threads
            return pipeline.check(self._grader, evidence)

    def _blank(self, submission: Submission) -> Evidence:
        """Return the evidence of a submission before anything was run."""
        return Evidence(
            schema="grader/evidence/v1",
            student=submission.student,
            files=tuple(file.name for file in submission.files),
            submission_sha256=submission.sha256,
            probes_sha256=self._grader.probes_sha256,
            isolation=self._options.isolation,
        )


def _store_fault(folder: Path, blank: Evidence, fault: str) -> Evidence:
    """Write and return evidence that says nothing but what went wrong with us; a later run tries again."""
    evidence = blank.model_copy(update={"fault": fault})
    clear_folder(folder)
    write_atomically(folder / EVIDENCE, render_evidence(evidence))
    return evidence
