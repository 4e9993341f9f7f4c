"""Brings a database to the schema of today; safe when several processes and threads open it at once."""

from __future__ import annotations

import sqlite3
import threading

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from grader.errors import UsageError
from grader.gradebook.engine import blame_database, place_of, read_transaction, write_transaction

_MIGRATING = threading.Lock()  # Alembic keeps the migration it is running in globals
_LOCK_NUMBER = 0x67726164  # any number that nobody else on the server locks: "grad"


def migrate(engine: Engine, *, create: bool = True) -> None:
    """Make the schema where there is none, and bring an older one up to date; one process does it, the others wait.

    Raises:
        UsageError: the database cannot be used, is newer than this program, or, without `create`, has no gradebook.
        HostError: its machine has run short of something.
    """
    with _MIGRATING:
        try:
            _migrate(engine, create=create)
        except DatabaseError as error:
            raise blame_database(f"{place_of(engine)} cannot hold a gradebook", error.orig) from error


def _migrate(engine: Engine, *, create: bool) -> None:
    config = Config()
    config.set_main_option("script_location", "grader.gradebook:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with read_transaction(engine) as connection:
        found = _find_revision(connection)
    if found == scripts.get_current_head():
        return
    if found is None and not create:
        raise UsageError(f"{place_of(engine)} holds no gradebook")
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise UsageError(f"{place_of(engine)} was written by a newer version of the grader (schema {found})")
    if engine.dialect.name == "sqlite":
        _keep_log_ahead(engine)
    with write_transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _find_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _keep_log_ahead(engine: Engine) -> None:
    """Switch the file to a write-ahead log, with which readers and a writer do not wait for each other; it stays so.

    Raises:
        UsageError: it cannot be switched, as on a network's file system.
    """
    connection = engine.raw_connection()  # SQLAlchemy would begin a transaction, in which nothing can be switched
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        (mode,) = cursor.fetchone() or (None,)
    except sqlite3.Error as error:
        raise blame_database(f"{place_of(engine)} cannot hold a gradebook", error) from error
    finally:
        connection.close()
    if mode != "wal":
        raise UsageError(f"{place_of(engine)} cannot hold a gradebook: no write-ahead log can be kept beside it")
