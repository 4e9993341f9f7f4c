"""Several writers at once, on both databases: nothing is lost, nothing is there twice, nobody gives up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from grader.errors import UsageError
from grader.gradebook import Gradebook, NewMarking, Person
from grader.gradebook.engine import build_engine, write_transaction
from grader.gradebook.migrate import _LOCK_NUMBER
from grader.model import Report

WRITERS, STUDENTS = 4, 12

# Every process opens the empty database, makes it a gradebook if it is first, and records the same class.
WRITE = """
import runpy, sys
from grader.gradebook import Gradebook
tools = runpy.run_path(sys.argv[1])
with Gradebook.open(sys.argv[2]) as book:
    for number in range(int(sys.argv[3])):
        for evidence in ("e1", sys.argv[4]):
            report = tools["build_report"](f"student{number:03}", evidence_sha256=evidence)
            book.record(report, tools["NOON"], "a.py")
"""


def test_processes_that_start_together(url: str) -> None:
    """Four processes make the schema and record a class: one attempt for what is the same, one each for what is not."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITE, str(Path(__file__).with_name("conftest.py")), url, str(STUDENTS)]
    started = [
        subprocess.Popen([*command, f"own{n}"], cwd=root, stderr=subprocess.PIPE, text=True) for n in range(WRITERS)
    ]
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with Gradebook.open(url, create=False) as book:
        attempts = book.attempts()
        assert len(book.current_scores()) == STUDENTS
        assert len(attempts) == STUDENTS * (1 + WRITERS)
        assert len(list(book.check_rows())) == 2 * len(attempts)


def test_threads_share_a_gradebook(
    book: Gradebook, report_of: Callable[..., Report], mark_of: Callable[..., NewMarking], noon: datetime
) -> None:
    """Threads that record and mark one student leave every attempt and every marking."""

    def work(number: int) -> None:
        attempt = book.record(report_of(evidence_sha256=f"e{number}"), noon, "ada.ipynb")
        book.mark([mark_of(attempt.id, (1, "3/2")[number % 2], who=f"w{number}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert len(book.attempts()) == 24
    marked = [kept.marking for kept, _ in book.marking_history("ada")]
    assert {marking.who for marking in marked} == {f"w{number}" for number in range(24)}
    assert book.current_scores()[0].marked == marked[-1].total


def test_threads_that_open_together(url: str) -> None:
    """The schema is made once, whoever comes first."""

    def open_it(_number: int) -> int:
        with Gradebook.open(url) as book:
            return len(book.current_scores())

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_it, range(6))) == [0] * 6


def test_writer_keeps_others_from_the_student(url: str, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for an attempt and writing it, nobody else can write that student's."""
    book.upsert_students([Person("ada")])
    monkeypatch.setattr("grader.gradebook.engine.BUSY_MS", 0)
    other = build_engine(url)
    with ExitStack() as stack:
        stack.callback(other.dispose)
        connection = stack.enter_context(write_transaction(book._engine))
        book._find_student(connection, "ada")
        is_sqlite = other.dialect.name == "sqlite"
        claim = "SELECT id FROM students" if is_sqlite else "SELECT id FROM students FOR UPDATE NOWAIT"
        with (
            pytest.raises(OperationalError, match="lock"),
            other.connect().execution_options(writes=True) as second,
        ):
            second.execute(text(claim))


def test_one_process_migrates_and_the_others_wait(cluster: Any) -> None:
    """While another process makes the schema on PostgreSQL, this one waits for it, here until its patience ends."""
    url = cluster.create_database()
    engine = build_engine(url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        connection = stack.enter_context(write_transaction(engine))
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
        with pytest.raises(UsageError, match="lock timeout"):
            Gradebook.open(f"{url}?options=-c%20lock_timeout%3D50")
    Gradebook.open(url).close()
