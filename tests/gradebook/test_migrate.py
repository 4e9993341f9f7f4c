"""Opening: what a database must be, and what becomes of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, text

from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.engine import build_engine, read_transaction, write_transaction
from grader.gradebook.reports import attempt_values
from grader.gradebook.tables import attempt_scores, attempts, check_results, current_scores, metadata, students
from grader.model import Report


def test_migrations_build_what_the_code_expects(book: Gradebook) -> None:
    """The tables made by the migrations are those that the code describes, and the views have its columns."""
    with read_transaction(book._engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        for view in (attempt_scores, current_scores):
            columns = connection.execute(text(f"SELECT * FROM {view.name}")).keys()  # noqa: S608 - our own name
            assert list(columns) == [column.name for column in view.columns]


def test_opened_again_everything_is_there(url: str) -> None:
    """Opening does nothing to a gradebook that is up to date, with or without leave to create one."""
    Gradebook.open(url).close()
    with Gradebook.open(url, create=False) as book:
        assert book.current_scores() == []


def test_newer_schema_is_left_alone(url: str) -> None:
    """A gradebook of a newer program is refused and not touched."""
    with Gradebook.open(url) as book, write_transaction(book._engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError, match=r"newer version of the grader \(schema 9999\)"):
        Gradebook.open(url)


def test_interrupted_migration_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails half-way leaves no table, and the next one succeeds."""
    from alembic import util

    load = util.load_python_file

    def load_broken(folder: str, name: str) -> object:
        module = load(folder, name)
        if hasattr(module, "CURRENT"):
            module.CURRENT = "CREATE VIEW"
        return module

    with monkeypatch.context() as patch:
        patch.setattr(util, "load_python_file", load_broken)
        with pytest.raises(UsageError, match=r"gradebook .* cannot be used|cannot hold a gradebook"):
            Gradebook.open(url)
    with pytest.raises(UsageError, match="no gradebook"):
        Gradebook.open(url, create=False)
    Gradebook.open(url).close()


def test_export_creates_nothing(url: str) -> None:
    """Without leave to create, an empty place is told and stays empty."""
    with pytest.raises(UsageError, match="no gradebook"):
        Gradebook.open(url, create=False)


def test_sqlite_keeps_its_log_ahead(tmp_path: Path) -> None:
    """Readers do not wait for a writer: the file stays in write-ahead mode, and rows are kept together."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as book, read_transaction(book._engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() >= 10_000


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file that is no database is told, and keeps its content."""
    path = tmp_path / "notes.txt"
    path.write_text("dear diary\n" * 100)
    with pytest.raises(UsageError, match="not a database"):
        Gradebook.open(f"sqlite:///{path}")
    assert path.read_text().startswith("dear diary")


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A folder that is not there is the user's to mend."""
    with pytest.raises(UsageError, match="unable to open database file"):
        Gradebook.open(f"sqlite:///{tmp_path / 'nowhere' / 'g.db'}")


@pytest.mark.parametrize("url", ["grades.db", "mysql://host/x", "sqlite://", "sqlite:///:memory:", "a b://c", ""])
def test_what_is_no_gradebook_is_refused(url: str) -> None:
    """A URL that cannot hold a gradebook is refused with one that can."""
    with pytest.raises(UsageError, match=r"sqlite:///grades\.db"):
        Gradebook.open(url)


def test_password_is_not_shown() -> None:
    """A server that does not answer is named without the password."""
    with pytest.raises(UsageError) as caught:
        Gradebook.open("postgres://eve:secret@127.0.0.1:1/grades")
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_locked_file_is_told_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waited long enough says that the gradebook cannot be used, and has written nothing."""
    from grader.gradebook import Person, engine

    path = tmp_path / "g.db"
    Gradebook.open(f"sqlite:///{path}").close()
    monkeypatch.setattr(engine, "BUSY_MS", 10)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Gradebook.open(f"sqlite:///{path}") as book, pytest.raises(UsageError, match="locked"):
        book.upsert_students([Person("ada")])
    other.close()


def test_older_gradebook_keeps_what_it_has(url: str, report_of: Callable[..., Report], noon: datetime) -> None:
    """One of the first schema is brought up to date: attempts and marks stay, with nothing kept beside them."""
    write_first_schema(url, attempt_values(report_of(), "ada.py") | {"received_at": noon, "judged_at": noon})
    with Gradebook.open(url, create=False) as book:
        (attempt,) = book.attempts()
        assert book.report(attempt.id, with_marks=False) == report_of()
        assert book.evidence(attempt.id) is None
        (row,) = book.current_scores()
        assert (row.automatic, row.marked, row.pending) == (1, Fraction(1, 2), 0)
        ((kept, state),) = book.marking_history()
        assert (kept.marking.who, kept.marking.note, kept.text_sha256, state) == ("eve", "", None, "counts")


# What a gradebook holds that was written before assignments were kept apart.
BEFORE_ASSIGNMENTS = (
    "INSERT INTO overrides (student_id, points, who, made_at, why) VALUES (1, '7/2', 'eve', :at, 'was ill')",
    "INSERT INTO refusals (student, reason, made_at) VALUES ('bob', 'no notebook', :at)",
    "INSERT INTO owners (id, course) VALUES (1, 'heat')",
    "INSERT INTO course_versions (sha256, pieces) VALUES ('c1', 'said')",
    "INSERT INTO judgings (made_at, course_sha256, judged, moved, note) VALUES (:at, 'c1', 2, 1, 'a typo')",
    "INSERT INTO publications (student_id, submission_sha256, made_at, points) VALUES (1, 's1', :at, :told)",
    (
        "INSERT INTO requests (student_id, submission_sha256, part, answer, reason, sha256, received_at, points, state)"
        " VALUES (1, 's1', '1b', 'essay', 'Line three.', 'r1', :at, '1/2', 'open')"
    ),
    (
        "INSERT INTO request_events (request_id, state, who, made_at, text, of_score, why)"
        " VALUES (1, 'open', '', :at, '', :no, '')"
    ),
)


def test_a_gradebook_without_assignments_is_one_of_the_whole_course(
    url: str, report_of: Callable[..., Report], noon: datetime
) -> None:
    """Of schema 0008, with something in each table: all of it is there, and none of it is an assignment's."""
    write_first_schema(url, attempt_values(report_of(), "ada.py") | {"received_at": noon, "judged_at": noon})
    told = '{"score": "1", "parts": {}, "open": [], "is_set": false}'
    with upgraded(url, "0008") as connection:
        for statement in BEFORE_ASSIGNMENTS:
            connection.execute(text(statement), {"at": "2026-03-01 12:00:00+00:00", "told": told, "no": False})
    with Gradebook.open(url, create=False, course="heat") as book:
        (row,) = book.current_scores()
        assert (row.automatic, row.marked, row.override) == (1, Fraction(1, 2), Fraction(7, 2))
        assert [(one.student, one.reason) for one in book.refusals()] == [("bob", "no notebook")]
        assert [one.asked.reason for one in book.requests()] == ["Line three."]
        assert (book.history.version("c1"), book.history.judgings()[0].note) == ("said", "a typo")
        assert [one.score for one in book.history.told("ada", "s1")] == [1]
        book.refuse("bob", "no notebook again")
        assert [one.reason for one in book.refusals()] == ["no notebook again"]
        with read_transaction(book._engine) as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    with pytest.raises(UsageError, match="scores of the whole course"):
        Gradebook.open(url, create=False, course="heat", assignment="hw1")


def test_an_empty_gradebook_of_before_may_become_either(url: str) -> None:
    """Nothing is kept in it yet."""
    with upgraded(url, "0008"):
        pass
    Gradebook.open(url, course="heat", assignment="hw1").close()
    Gradebook.open(url, course="heat").close()


@contextmanager
def upgraded(url: str, revision: str) -> Iterator[Connection]:
    """Yield a connection to a gradebook that was brought to a schema."""
    engine = build_engine(url)
    config = Config()
    config.set_main_option("script_location", "grader.gradebook:migrations")
    config.set_main_option("path_separator", "os")
    with write_transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection
    engine.dispose()


def write_first_schema(url: str, attempt: dict[str, Any]) -> None:
    """Make a gradebook as the first version did, with one attempt, whose essay has half a point."""
    with upgraded(url, "0001") as connection:
        connection.execute(insert(students).values(student="ada"))
        connection.execute(insert(attempts).values(**attempt, student_id=1))
        first = sorted(column.name for column in check_results.columns if column.name != "text_sha256")
        names = f"({', '.join(first)}) VALUES ({', '.join(f':{name}' for name in first)})"
        for row in (
            {"position": 0, "part": "1a", "check_id": "1a.a", "kind": "number", "answer": "a", "outcome": "pass",
             "code": "value.close", "score": "1", "max": "3", "follow_through": True},
            {"position": 1, "part": "1b", "check_id": "1b.essay", "kind": "text", "answer": "essay",
             "outcome": "review", "code": "text.review", "score": "0", "max": "2", "follow_through": False},
        ):  # fmt: skip
            values = {"attempt_id": 1, "mistake": None} | row
            connection.execute(text(f"INSERT INTO check_results {names}"), values)
        connection.execute(
            text(
                "INSERT INTO markings (student_id, submission_sha256, attempt_id, part, answer, who, made_at, why)"
                " VALUES (1, 's1', 1, '1b', 'essay', 'eve', '2026-03-01 12:00:00+00:00', 'nearly')"
            )
        )
        connection.execute(text("INSERT INTO marks (marking_id, criterion, points) VALUES (1, 'proof', '1/2')"))
