"""A worker process of a batch: makes course and sandbox ready for itself, then grades the students that it is sent.

Only text crosses: what to do comes as JSON, what came of it goes back as JSON. Ends when the batch that started it
ends, whatever ended that.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from types import FrameType
from typing import Any

from grader import pipeline
from grader.batch.entry_grader import EntryGrader
from grader.batch.serialization import pack_result, unpack_entry
from grader.errors import GraderError, UsageError
from grader.model import Frozen, Limits
from grader.pipeline import Grader, Isolation, Sandbox
from grader.report.json import Audience
from grader.session import SandboxSession

_LEAVE_S = 5.0


class Setup(Frozen):
    """What a worker needs to make itself ready, as plain data. `course_sha256` is that of the course as it was."""

    course: str
    course_sha256: str
    assignment: str = ""  # the one that the course is narrowed to
    out: str
    isolation: Isolation
    limits: Limits
    hidden: tuple[str, ...] = ()
    audience: Audience = "staff"
    variants: str = ""  # the path of variants.json, where there is one
    draws_figures: bool = False

    def open_sandbox(self, grader: Grader) -> AbstractContextManager[Sandbox]:
        """Open the worker's sandbox for the course's packages, with its data."""
        from grader.sandbox import open_sandbox  # noqa: PLC0415 - who judges stored evidence needs no sandbox

        hidden = tuple(map(Path, self.hidden))
        packages = grader.course.file.packages
        return open_sandbox(
            packages,
            self.isolation,
            self.limits,
            hidden=hidden,
            data=grader.data,
            render_figures=self.draws_figures,
        )


def work(channel: Connection, setup_text: str, holds_lock: str) -> None:
    """Grade the entries that arrive on `channel` until none comes; runs in a process of its own.

    With `holds_lock` the first thing that arrives is a copy of the descriptor that locks the output folder.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the batch decides
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_batch, daemon=True).start()
    if holds_lock:
        recv_handle(channel)  # never closed: the kernel does that when this process is gone
    setup = Setup.model_validate_json(setup_text)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the batch is gone, or wants no more
        try:
            grader = _prepare(setup)
            with SandboxSession(lambda: setup.open_sandbox(grader)) as session:
                grading = EntryGrader(grader, Path(setup.out), setup.isolation, setup.limits, setup.audience)
                _serve(channel, grading, session)
        except GraderError as error:
            send(channel, {"error": type(error).__name__, "message": str(error)})


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Unwind, so that the sandbox is closed; a second signal does not interrupt that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def _serve(channel: Connection, grading: EntryGrader, session: SandboxSession) -> None:
    send(channel, {"ready": True})
    while (job := receive(channel)) is not None:
        send(channel, pack_result(grading.grade(session, unpack_entry(job))))


def _prepare(setup: Setup) -> Grader:
    grader = pipeline.load_grader(Path(setup.course), assignment=setup.assignment)
    if grader.course.sha256 != setup.course_sha256:
        raise UsageError(f"{setup.course} was changed while the batch was starting; start it again")
    return pipeline.give_variants(grader, Path(setup.variants)) if setup.variants else grader


def _end_with_batch() -> None:
    """End this process when the one that started the batch has ended, even if it was killed."""
    batch = multiprocessing.parent_process()
    if batch is None:
        return
    wait([batch.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LEAVE_S)
    os._exit(1)


def send(channel: Connection, message: object) -> None:
    """Send a message as JSON, ASCII only: a name may hold what UTF-8 cannot."""
    channel.send_bytes(json.dumps(message, ensure_ascii=True).encode("ascii"))


def receive(channel: Connection) -> Any:
    """Return the next message; raises `EOFError` where there will be none."""
    return json.loads(channel.recv_bytes())
