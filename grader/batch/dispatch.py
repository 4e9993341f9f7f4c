"""Grades a folder of students, one or several at a time. Can be killed and started again."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.batch.entry_grader import EntryGrader
from grader.batch.index import SUMMARY, Index, check_same_assignment, read_rows
from grader.batch.lock import lock_output
from grader.batch.pool import Pool
from grader.batch.results import BatchSummary, EntryResult, OnDone
from grader.batch.store import UNPACKED, make_folder, sweep
from grader.batch.worker import Setup
from grader.errors import MEMORY_ADVICE, HostError, UsageError
from grader.layouts import Arrival, Known, Reading, read_arrival
from grader.model import Limits
from grader.pipeline import Grader, Isolation
from grader.report.json import Audience
from grader.session import OpenSandbox, SandboxSession, Stopped
from grader.submission import Entry

FEW = 16  # students; starting processes for fewer costs more than they save (measured: docs/batch.md)
_Finish = Callable[[int, EntryResult], None]


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is run. `on_done` is called for each student: the result, how many are done, how many there are.

    `reading` says how what comes in is laid out and who is who; `on_arrival` is called once that is understood, before
    anybody is run. `processes` says how a worker process makes its own course and sandbox ready; without it, and for
    few students, jobs are threads of this process. `audience`: who may see the output folder.
    """

    isolation: Isolation = "full"
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    on_done: OnDone | None = None
    reading: Reading = field(default_factory=Reading)
    on_arrival: Callable[[Arrival], None] | None = None
    processes: Setup | None = None
    audience: Audience = "staff"


def run_batch(
    grader: Grader, open_sandbox: OpenSandbox, source: Path, out: Path, options: BatchOptions | None = None
) -> BatchSummary:
    """Grade every student of `source`, write one folder each below `out`, and `batch.json` with all of them.

    Reports are not kept: whatever the size of the class, memory holds a line for each student.

    Args:
        grader: the course made ready.
        open_sandbox: opens a sandbox with the options' isolation and limits; called once per worker, when first
            needed, and again where a sandbox has died.
        source: a folder or an archive with the work of a class, as people or an LMS lay it out; or the file or folder
            of one student, who alone is graded: the rest of the class stays in `out` as it is.
        out: where the reports go; made where it is not there.
        options: how to run.

    Raises:
        UsageError: the folders cannot be used as asked, or another batch is writing to `out`.
        HostError: this machine has run short of disk, memory or processes.
        IsolationError: this machine does not give the isolation that was asked for.
        ClusterError: the machines that `open_sandbox` leads to are gone.
    """
    given = options or BatchOptions()
    _check_places(source, out)
    slim: dict[int, EntryResult] = {}

    def finish(index: int, result: EntryResult) -> None:
        slim[index] = result.without_report()

    with lock_output(make_folder(out)) as lock:
        check_same_assignment(out, grader.course.assignment)
        sweep(out)
        with _arrival(source, out, given) as arrival:
            entries = arrival.entries
            index = Index(out, entries, assignment=grader.course.assignment, keeps_others=arrival.is_update)
            batch = _Batch(grader, open_sandbox, out, given, entries)
            try:
                batch.run(finish, lock)
            finally:
                index.write(slim)  # of a batch that was stopped, what was done, and what stands of an earlier one
    return BatchSummary(tuple(slim[number] for number in range(len(entries))))


def run_entries(
    grader: Grader, open_sandbox: OpenSandbox, entries: list[Entry], out: Path, options: BatchOptions | None = None
) -> BatchSummary:
    """Grade these entries, wherever their files lie, and write one folder each below `out`, which is there already.

    Unlike `run_batch`, gives back every report.
    """
    results: dict[int, EntryResult] = {}
    _Batch(grader, open_sandbox, out, options or BatchOptions(), entries).run(results.__setitem__)
    return BatchSummary(tuple(results[index] for index in range(len(entries))))


def _check_places(source: Path, out: Path) -> None:
    """Refuse an output that would be graded as a student."""
    if not source.exists():
        raise UsageError(f"DIR = {str(source)!r}: expected a folder, a zip or a tar with a student in each entry")
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"--out = {str(out)!r} lies in the folder of submissions, and would be graded as a student")


@contextmanager
def _arrival(source: Path, out: Path, options: BatchOptions) -> Iterator[Arrival]:
    """Yield what came in, understood, while what was unpacked of it is there; the output folder is locked."""
    scratch = out / UNPACKED
    _remove(scratch)  # of a batch that was killed
    try:
        known = [Known(row["student"], row["entry"], row["folder"]) for row in read_rows(out / SUMMARY)]
        arrival = read_arrival(source, scratch, options.reading, options.limits, known)
        for entry in arrival.entries:
            if (out / entry.folder).is_symlink():
                raise UsageError(f"{out / entry.folder} is a link: reports are written to real folders only")
        if options.on_arrival is not None:
            options.on_arrival(arrival)
        yield arrival
    finally:
        _remove(scratch)


def _remove(scratch: Path) -> None:
    """Remove what was unpacked; a link that stands there instead is removed, and not followed."""
    if scratch.is_symlink():
        scratch.unlink()
    elif scratch.exists():
        shutil.rmtree(scratch)


class _Batch:
    """One run over the entries: a queue, from which each free worker takes the next."""

    def __init__(
        self, grader: Grader, open_sandbox: OpenSandbox, out: Path, options: BatchOptions, entries: Sequence[Entry]
    ) -> None:
        self._open_sandbox, self._options, self._entries = open_sandbox, options, entries
        self._grading = EntryGrader(grader, out, options.isolation, options.limits, options.audience)
        self._waiting: Iterator[tuple[int, Entry]] = iter(enumerate(entries))
        self._done = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._sessions: list[SandboxSession] = []

    def run(self, finish: _Finish, held: int | None = None) -> None:
        """Grade all; `finish` is called for each with its number. `held` is a lock that lives as long as any worker."""
        jobs = min(self._options.jobs, max(len(self._entries), 1))
        if jobs == 1:
            self._work(finish)
        elif self._options.processes is not None and len(self._entries) >= FEW:
            setup = self._options.processes.model_copy(update={"audience": self._options.audience})
            with Pool(setup, jobs, held) as pool:
                for index, result in pool.run(self._waiting, self._grading.fail):
                    self._finish_one(finish, index, result)
        else:
            self._run_threads(jobs, partial(self._work, finish))

    def _run_threads(self, jobs: int, work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for worker in _start(pool, jobs, work):
                    worker.result()
            except BaseException:  # nobody waits for what runs still, least of all for a student's last seconds
                self._stop()
                raise

    def _stop(self) -> None:
        self._stopped.set()
        for session in self._sessions:
            session.kill()

    def _work(self, finish: _Finish) -> None:
        with SandboxSession(self._open_sandbox, self._stopped.is_set) as session:
            self._sessions.append(session)
            while (item := self._next()) is not None:
                index, entry = item
                try:
                    self._finish_one(finish, index, self._grading.grade(session, entry))
                except Stopped:
                    return
                except BaseException:
                    self._stopped.set()
                    raise

    def _next(self) -> tuple[int, Entry] | None:
        with self._lock:
            return None if self._stopped.is_set() else next(self._waiting, None)

    def _finish_one(self, finish: _Finish, index: int, result: EntryResult) -> None:
        with self._lock:
            self._done += 1
            finish(index, result)
            if self._options.on_done is not None:
                self._options.on_done(result, self._done, len(self._entries))


def _start(pool: ThreadPoolExecutor, jobs: int, work: Callable[[], None]) -> list[Future[None]]:
    """Start as many of `jobs` threads as this machine gives; one is enough to grade a class.

    Raises:
        HostError: it gives none.
    """
    started: list[Future[None]] = []
    for _ in range(jobs):
        try:
            started.append(pool.submit(work))
        except RuntimeError as error:  # "can't start new thread"
            if not started:
                raise HostError(f"no thread could be started: {error}; {MEMORY_ADVICE}") from error
            break
    return started
