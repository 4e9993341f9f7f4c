"""Runs a submission's files, each in a child of the fork server: cells, then what is asked of them, within time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from grader.model import (
    Cell,
    CellRun,
    FileEvidence,
    Limits,
    NoResult,
    Probe,
    SubmittedFile,
)
from grader.sandbox import messages
from grader.sandbox.box import pictures
from grader.sandbox.cgroup import ControlGroup
from grader.sandbox.client import BoxKernelClient, BoxKernelManager, Connection, kill_unless
from grader.sandbox.exit_cause import check_host, explain_end, has_ended
from grader.sandbox.file_evidence import Observation, build_file_evidence, list_tags
from grader.sandbox.messages import PICTURE_CHARS, Incoming, ProtocolError
from grader.sandbox.policy import RESERVE_BYTES
from grader.sandbox.scratch import translate_host_errors
from grader.sandbox.server import ForkServer

_log = logging.getLogger("grader.nbclient")
_log.addHandler(logging.NullHandler())
_log.propagate = False  # nbclient logs what students do; we report it
_WATCH_S = 0.2
_LEAST_S = 0.01  # an interrupt that comes before the call has begun would interrupt nothing


@dataclass
class Clock:
    """What a submission has used of its time, over all its files, and where it went."""

    limits: Limits
    cells_s: float = 0.0
    probes_s: float = 0.0
    cpu_s: float = 0.0
    by_cell: dict[str, float] = field(default_factory=dict)

    def cell_timeout(self) -> float:
        """Return the seconds that the next cell may take."""
        return min(self.limits.cell_wall_s, max(self.limits.submission_wall_s - self.cells_s, 0.0))

    def call_timeout(self) -> float:
        """Return the seconds that the next probe call may take."""
        return min(self.limits.call_wall_s, max(self.limits.calls_wall_s - self.probes_s, _LEAST_S))


class FileRun:
    """One file's run in one child. Ends with evidence, whatever the student's code did."""

    def __init__(self, file: SubmittedFile, probes: Sequence[Probe], clock: Clock, connection: Connection) -> None:
        """Run `file` behind `connection` and take out what `probes` ask for."""
        self._file, self._clock, self._connection = file, clock, connection
        self._due = schedule_probes(file, probes)
        self.seen = Observation()
        self._frames = 0  # that probes have brought
        self._hurried = False  # the frame that is due has been waited for too long
        self.finished = False  # all cells and probes were answered
        self.failure: BaseException | None = None  # ours, not the student's
        self.notebook = build_notebook(file)

    async def run(self) -> None:
        """Run cells and probes one after the other; returns early where the child ends."""
        asyncio.get_running_loop().set_exception_handler(self._note_failure)
        limits = self._clock.limits
        self._client = BoxKernelClient(self._connection, limits.submission_output_bytes, limits.cell_output_bytes)
        await self._connection.open(self._client)
        self._manager = BoxKernelManager(self._connection, self._client)
        self._runner = NotebookClient(
            self.notebook,
            km=self._manager,
            timeout_func=lambda _cell: self._clock.cell_timeout(),
            interrupt_on_timeout=True,
            allow_errors=True,
            record_timing=False,
            skip_cells_with_tag="",
            log=_log,
        )
        self._runner.kc = self._client
        watch = asyncio.ensure_future(self._watch_cpu())
        try:
            for cell in self._file.cells:
                await self._run_cell(cell)
                await self._answer_all(self._due.get(cell.index, []))
            await self._answer_all(self._left_for_the_end())
            self.finished = True
        except DeadKernelError:
            pass
        except ProtocolError as error:
            self._connection.stop("protocol", str(error), self._client.cell)
        finally:
            watch.cancel()
            await self._connection.close()

    def _note_failure(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Keep what nobody waits for: where we fail over reading a frame, the channel closes all the same."""
        error = context.get("exception")
        if error is not None and ("protocol" in context or isinstance(error, MemoryError)):
            self.failure = error
            self._connection.child.kill()

    async def _run_cell(self, cell: Cell) -> None:
        if cell.kind != "code" or not cell.source.strip():
            return
        if self._clock.cell_timeout() <= 0:
            self.seen.runs.append(CellRun(index=cell.index, status="not_run"))
            return
        self._client.cell = cell.index
        self.seen.runs.append(CellRun(index=cell.index, status="not_run"))
        started = time.monotonic()
        try:
            await self._runner.async_execute_cell(self.notebook.cells[cell.index], cell.index)
        finally:
            spent = time.monotonic() - started
            self._clock.cells_s += spent
            self._clock.by_cell[f"{self._file.name}[{cell.index}]"] = spent
        done = self._client.done
        if done is None:
            raise DeadKernelError("the cell did not end")
        if done.limit is not None:
            self.seen.causes[cell.index] = done.limit
        self.seen.runs[-1] = build_run(cell.index, done, late=cell.index in self._manager.interrupted)

    # ------------------------------------------------------------ probes

    def _left_for_the_end(self) -> list[Probe]:
        """Return the probes of untagged exercises, and those that found nothing: students add cells without tags."""
        read = [probe for index, probes in self._due.items() if index >= 0 for probe in probes]
        return self._due.get(-1, []) + [probe for probe in read if not self.seen.answers[probe.name].is_attempted]

    async def _answer_all(self, probes: Sequence[Probe]) -> None:
        if probes:
            self._client.ask(probes)
        for probe in probes:
            await self._answer(probe)

    async def _answer(self, probe: Probe) -> None:
        incoming = Incoming(probe)
        try:
            while not isinstance(frame := await self._next_frame(probe), messages.Answered):
                incoming.add(without_moment(frame) if self._hurried else frame)
            self.seen.answers[probe.name] = incoming.finish()
        except (DeadKernelError, ProtocolError):
            if (known := incoming.cut_short()) is not None:
                self.seen.answers[probe.name] = known
            raise

    async def _next_frame(self, probe: Probe) -> messages.ValueFrame | messages.CallFrame | messages.Answered:
        started, self._hurried = time.monotonic(), False
        overdue = asyncio.get_running_loop().call_later(self._clock.call_timeout(), self._hurry)
        try:
            frame = await self._client.next_answer()
        finally:
            overdue.cancel()
            self._frames += 1
            self._clock.probes_s += time.monotonic() - started
        if not isinstance(frame, messages.ValueFrame | messages.CallFrame | messages.Answered):
            raise ProtocolError(f"{type(frame).__name__} where an answer was due")
        if frame.name != probe.name:
            raise ProtocolError(f"an answer for {frame.name!r}, asked was {probe.name!r}")
        return frame

    def _hurry(self) -> None:
        """Interrupt a call that takes too long; kill the child where that does not help."""
        frames, self._hurried = self._frames, True
        self._connection.child.interrupt()
        kill_unless(lambda: self._frames > frames, self._connection, None)

    async def _watch_cpu(self) -> None:
        """Stop a child whose cells have used more processor time than all cells may."""
        while True:
            await asyncio.sleep(_WATCH_S)
            used = self._connection.child.read_cpu_s()
            if (
                used is not None
                and self._clock.cpu_s + used - self._clock.probes_s > self._clock.limits.submission_cpu_s
            ):
                self._connection.stop("timed_out", "used more processor time than a submission may", self._client.cell)


def build_run(index: int, done: messages.Done, *, late: bool) -> CellRun:
    """Return how a cell ended; where our interrupt ended it, that and nothing else.

    What it was doing then, which line and which exception, depends on the moment: it is no evidence.
    """
    if late:
        return CellRun(index=index, status="timed_out")
    return CellRun(index=index, status="raised" if done.error else "ok", error=done.error)


def without_moment(
    frame: messages.ValueFrame | messages.CallFrame,
) -> messages.ValueFrame | messages.CallFrame:
    """Return what counts of a frame that came after our interrupt: a call's result depends on the moment by then."""
    if isinstance(frame, messages.CallFrame):
        return messages.CallFrame(op="call", name=frame.name, result=NoResult(type="timed_out"))
    return frame


def schedule_probes(file: SubmittedFile, probes: Sequence[Probe]) -> dict[int, list[Probe]]:
    """Return which probes are answered after which cell (index; -1: at the end).

    An answer is read after the last cell of its own exercise, so that later work cannot overwrite it.
    """
    exercises = list_tags(probes)
    last = {cell.find_exercise(exercises): cell.index for cell in file.cells}
    last.pop(None, None)
    due: dict[int, list[Probe]] = {}
    for probe in probes:
        due.setdefault(last.get(probe.exercise, -1), []).append(probe)
    return due


def build_notebook(file: SubmittedFile) -> NotebookNode:
    """Return the file as a notebook to execute; cell numbers are kept.

    Built without nbformat's makers, which validate every cell anew: 3.5 ms instead of 0.1 for twenty cells.
    """
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "cells": [_build_cell(cell) for cell in file.cells],
        }
    )


def _build_cell(cell: Cell) -> dict[str, Any]:
    shared = {"id": f"cell-{cell.index}", "metadata": {"tags": list(cell.tags)}, "source": cell.source}
    own: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.kind == "code" else {}
    return {"cell_type": cell.kind, **shared, **own}


@dataclass
class FileResult:
    """One file's evidence and its executed notebook."""

    evidence: FileEvidence
    notebook: NotebookNode


def run_file(
    server: ForkServer, job: dict[str, Any], file: SubmittedFile, probes: Sequence[Probe], clock: Clock
) -> FileResult:
    """Run one file in a child of its own.

    Raises:
        SandboxError: the sandbox failed; nothing can be said of the student.
        HostError: this machine has run short of something.
    """
    limits = clock.limits
    # a little above the rlimit, so that one process alone meets a MemoryError, which its code can name, and not a kill
    group_bytes = limits.memory_bytes + RESERVE_BYTES
    with (
        translate_host_errors("a student's process cannot be watched over"),
        ControlGroup(server.hierarchies, group_bytes, limits.processes) as group,
    ):
        sources = job.pop("sources", ())  # descriptors, which travel beside the job
        child = server.fork(job, sources)
        try:
            group.add(child.pid)
            connection = Connection(
                child,
                8 * limits.submission_output_bytes
                + 4 * len(probes) * limits.value_bytes
                + pictures.MOST * PICTURE_CHARS,
            )
            run = FileRun(file, probes, clock, connection)
            asyncio.run(run.run())
            clock.cpu_s += child.read_cpu_s() or 0.0
            died = not run.finished and has_ended(child)
        finally:
            child.kill()
            status = server.wait_for_end(child)
        if run.failure is not None:
            raise run.failure
        if connection.stopped is None:
            check_host(group, status, died=died, is_init=job["namespaces"])
        ending = None if run.finished else connection.stopped or explain_end(group, status, died=died)
    evidence = build_file_evidence(file, probes, run.seen, ending, limits.value_bytes)
    return FileResult(evidence, run.notebook)
