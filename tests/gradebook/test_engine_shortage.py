"""Whose fault it is when a database fails: its machine's, which has run short, or the caller's."""

from __future__ import annotations

import sqlite3

import pytest

from grader.errors import HostError, UsageError
from grader.gradebook.engine import blame_database


def _sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("it says so")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, HostError),
        (sqlite3.SQLITE_IOERR_WRITE, HostError),
        (sqlite3.SQLITE_NOMEM, HostError),
        (sqlite3.SQLITE_BUSY, UsageError),
        (sqlite3.SQLITE_READONLY, UsageError),
    ],
)
def test_sqlite_tells_by_its_code(code: int, kind: type[Exception]) -> None:
    """Extended codes count by their kind; a message is never parsed."""
    error = blame_database("the gradebook", _sqlite(code))
    assert type(error) is kind
    assert str(error).startswith("the gradebook: it says so")


@pytest.mark.parametrize(
    ("name", "kind"), [("DiskFull", HostError), ("OutOfMemory", HostError), ("InvalidPassword", UsageError)]
)
def test_postgresql_tells_by_its_class_of_codes(name: str, kind: type[Exception]) -> None:
    """All of class 53 are shortages."""
    errors = pytest.importorskip("psycopg.errors", reason="psycopg is not installed (pip install 'numgrade[postgres]')")
    assert type(blame_database("the gradebook", getattr(errors, name)("it says so"))) is kind


def test_error_without_a_code_is_the_callers() -> None:
    """Where nothing says that a machine ran short, nothing is guessed."""
    assert type(blame_database("the gradebook", None)) is UsageError
