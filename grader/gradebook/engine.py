"""Reaches a database: SQLite or PostgreSQL, each set up so that several may write at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from grader.errors import HostError, UsageError

BUSY_MS = 60_000  # how long a writer waits for the others before it gives up
_SHORT_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
_SHORT_POSTGRESQL = "53"  # the class of codes "insufficient resources"
_ADVICE = "free some space and memory where it is, and start the same command again"
_EXAMPLES = "expected sqlite:///grades.db or postgresql://user@host/name"


def build_engine(url: str, *, create: bool = True) -> Engine:
    """Return an engine for `url`; nothing is connected yet, and without `create` an SQLite file has to be there.

    Raises:
        UsageError: not a URL of a database that can hold a gradebook.
    """
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _build_postgresql(parsed)
    _check_file(parsed, create=create)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _build_postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise UsageError("a gradebook in PostgreSQL needs psycopg: pip install 'numgrade[postgres]'") from error


def _parse_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # its message would show the text, and in it a password
        raise UsageError(f"the database's URL cannot be read: {_EXAMPLES}") from error
    name = url.get_backend_name()
    if name in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    raise UsageError(f"a database of the kind {name!r} holds no gradebook: {_EXAMPLES}")


def _check_file(url: URL, *, create: bool) -> None:
    if url.database in {None, "", ":memory:"} or url.query:
        raise UsageError(f"a gradebook in SQLite is a plain file: {_EXAMPLES}")
    path = Path(str(url.database))
    if not create and not path.is_file():
        raise UsageError(f"{path} is not there: no gradebook has been written to it yet")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin and commit on its own; `_begin_sqlite` does
    for pragma in (f"busy_timeout = {BUSY_MS}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer fails at once when another wrote in between; who will write says so first, and waits.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection for one consistent look at the gradebook."""
    with translate_database_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose changes are kept together, or not at all."""
    with (
        translate_database_errors(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


def insert_or_meet(connection: Connection, table: Table) -> Any:
    """Return this database's `INSERT` that may meet a row; what happens then is said on it (`on_conflict_…`)."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


@contextmanager
def translate_database_errors(engine: Engine) -> Iterator[None]:
    """Turn a database that cannot be reached or written into a message for a person, without its password.

    Raises:
        UsageError: it cannot.
        HostError: the machine that holds it has run short of something.
    """
    try:
        yield
    except OperationalError as error:
        raise blame_database(f"the gradebook {place_of(engine)} cannot be used", error.orig) from error


def blame_database(what: str, error: BaseException | None) -> UsageError | HostError:
    """Return what to raise where a database fails: ours if its machine has run short, else the caller's mistake."""
    reason = f"{what}: {' '.join(str(error).split())}"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says where it happened
    is_short = code in _SHORT_SQLITE or str(getattr(error, "sqlstate", None)).startswith(_SHORT_POSTGRESQL)
    return HostError(f"{reason}; {_ADVICE}") if is_short else UsageError(reason)


def place_of(engine: Engine) -> str:
    """Return where the gradebook is, for a message."""
    return engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=True)
