"""Worker processes side by side: each gets one student at a time, and one that dies is replaced."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import send_handle
from types import TracebackType
from typing import Self

from grader.batch.results import EntryResult
from grader.batch.serialization import pack_entry, unpack_result
from grader.batch.worker import Setup, receive, send, work
from grader.errors import MEMORY_ADVICE, HostError, SandboxError, advise
from grader.submission import Entry

# Not "fork": this process may have threads. Not "spawn": the imports, a second of them, are paid once for all workers.
_CONTEXT = multiprocessing.get_context("forkserver")
_LEAVE_S = 5.0
_Task = tuple[int, Entry]
_Fail = Callable[[Entry, str], EntryResult]


@dataclass
class _Worker:
    process: ForkServerProcess
    channel: Connection
    is_ready: bool = False
    task: _Task | None = None


class Pool:
    """Processes that grade, each one student at a time: a slow one holds up one worker and nobody else.

    Args:
        setup: how a worker makes itself ready.
        jobs: how many there are.
        lock: descriptor of the lock on the output folder, of which each gets a copy; None where there is none.
    """

    def __init__(self, setup: Setup, jobs: int, lock: int | None) -> None:
        self._setup, self._jobs, self._lock = setup.model_dump_json(), jobs, lock
        self._workers: dict[Connection, _Worker] = {}
        self._retries: deque[_Task] = deque()
        self._tried: set[int] = set()
        self._is_drained = False

    def __enter__(self) -> Self:
        """Start the workers."""
        _CONTEXT.set_forkserver_preload(["grader.batch.worker", "grader.sandbox"])
        for left in reversed(range(self._jobs)):
            self._start_if_possible(others=left > 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, which are idle, or whose work is no longer needed."""
        for worker in self._workers.values():
            worker.channel.close()
            if kind is not None:
                worker.process.terminate()
        for worker in self._workers.values():
            _end(worker.process)

    def run(self, tasks: Iterable[_Task], fail: _Fail) -> Iterator[tuple[int, EntryResult]]:
        """Yield each student's result as it comes; `fail` writes the result of a student whose run ended two workers.

        Raises:
            SandboxError: no worker is left that could grade anybody, or one reports what must stop the class.
        """
        waiting = iter(tasks)
        while True:
            for worker in self._workers.values():
                if worker.is_ready and worker.task is None:
                    self._assign(worker, waiting)
            if self._is_drained and not self._retries and all(one.task is None for one in self._workers.values()):
                return
            for channel in wait(list(self._workers)):
                yield from self._receive(self._workers[channel], fail)  # type: ignore[index] # only connections are waited for

    def _start_if_possible(self, *, others: bool = False) -> None:
        """Start a worker; where this machine gives no more processes, those that there are, or will be, do the work."""
        try:
            self._start()
        except HostError:
            if not self._workers and not others:
                raise

    def _start(self) -> None:
        try:
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(
                target=work, args=(theirs, self._setup, "lock" if self._lock is not None else ""), daemon=True
            )
            process.start()
        except (OSError, EOFError) as error:  # the latter where the process that forks them could not
            advice = (advise(error) if isinstance(error, OSError) else None) or MEMORY_ADVICE
            raise HostError(f"no worker process could be started ({error!r}); {advice}") from error
        theirs.close()
        if self._lock is not None and process.pid is not None:
            with suppress(OSError):  # it has died, and is replaced next
                send_handle(ours, self._lock, process.pid)
        self._workers[ours] = _Worker(process, ours)

    def _assign(self, worker: _Worker, waiting: Iterator[_Task]) -> None:
        worker.task = self._retries.popleft() if self._retries else next(waiting, None)
        if worker.task is None:
            self._is_drained = True
        else:
            with suppress(OSError):  # it has died, and is replaced next
                send(worker.channel, pack_entry(worker.task[1]))

    def _receive(self, worker: _Worker, fail: _Fail) -> Iterator[tuple[int, EntryResult]]:
        try:
            message = receive(worker.channel)
        except (EOFError, OSError):
            yield from self._replace(worker, fail)
            return
        if "ready" in message:
            worker.is_ready = True
            return
        index, entry = worker.task or _NOBODY
        result = unpack_result(entry, message)
        worker.task = None
        yield index, result

    def _replace(self, worker: _Worker, fail: _Fail) -> Iterator[tuple[int, EntryResult]]:
        del self._workers[worker.channel]
        worker.channel.close()
        worker.process.join(_LEAVE_S)
        end = f"exit status {worker.process.exitcode}"
        if not worker.is_ready:  # the next one would end like this again; the others go on
            if not self._workers:
                raise SandboxError(f"a worker ended before it was ready ({end})")
            return
        self._start_if_possible()
        if worker.task is None:
            return
        index, entry = worker.task
        if index in self._tried:
            yield index, fail(entry, f"two workers ended while they graded this submission ({end})")
        else:
            self._tried.add(index)
            self._retries.append(worker.task)


_NOBODY: _Task = (-1, Entry("", "", "", ()))


def _end(process: ForkServerProcess) -> None:
    """Wait until a process has ended, and see to it that it does."""
    process.join(_LEAVE_S)
    if process.is_alive():
        process.terminate()
        process.join(_LEAVE_S)
    if process.is_alive():
        process.kill()
        process.join()
