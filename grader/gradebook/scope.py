"""What of a gradebook is looked at: the whole course or one of its assignments. It holds one of the two kinds.

What is kept of a student's work has a column `assignment`, empty for the whole course. Nothing of another assignment is
ever read: every query of such a table asks `Scope.of`, to which a test holds all of them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, Table, select, text

from grader.errors import UsageError
from grader.gradebook import tables
from grader.gradebook.engine import insert_or_meet, place_of, read_transaction, write_transaction

_HELD = tables.assignments.c.assignment
_KEPT = tables.attempts, tables.refusals, tables.overrides  # what settles which of the two a gradebook holds


@dataclass(frozen=True)
class Scope:
    """One assignment, or with '' the whole course."""

    assignment: str = ""

    def of(self, table: Table) -> ColumnElement[bool]:
        """Return the condition for rows of a table that belong to it."""
        return table.c.assignment == self.assignment

    def open(self, engine: Engine, *, may_add: bool) -> None:
        """Check that the gradebook holds such scores or none, and see to it that its views have this assignment.

        Args:
            engine: reaches the gradebook.
            may_add: whether it may be an assignment of which nothing is known yet: somebody has the course.

        Raises:
            UsageError: the gradebook holds the other kind, or it knows no such assignment.
        """
        with read_transaction(engine) as connection:
            held = _read_held(connection)
        if self.assignment in held:
            return
        if not may_add and "" not in held:
            raise UsageError(_blame(engine, held, self.assignment))
        with write_transaction(engine) as connection:
            self.claim(connection)

    def claim(self, connection: Connection) -> None:
        """Keep everybody from changing which kind the gradebook holds, and see to it that this is the one.

        Within a transaction that writes something of a student.

        Raises:
            UsageError: the gradebook holds the other kind.
        """
        own = select(_HELD).where(self.of(tables.assignments)).with_for_update(read=True)
        if connection.execute(own).first() is None:
            self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            connection.execute(text("LOCK TABLE assignments IN SHARE ROW EXCLUSIVE MODE"))
        held = set(connection.execute(select(_HELD).with_for_update()).scalars())
        if bool(self.assignment) != ("" not in held):
            if _holds_something(connection):
                raise UsageError(_blame(connection.engine, held, self.assignment))
            connection.execute(tables.assignments.delete())
        added = insert_or_meet(connection, tables.assignments).values(assignment=self.assignment)
        connection.execute(added.on_conflict_do_nothing())


WHOLE = Scope()


def _read_held(connection: Connection) -> set[str]:
    return set(connection.execute(select(_HELD)).scalars())


def _holds_something(connection: Connection) -> bool:
    """Return whether anything is kept of a student, in any assignment."""
    return any(connection.execute(select(table.c.assignment).limit(1)).first() is not None for table in _KEPT)


def read_kept(connection: Connection) -> set[str]:
    """Return the assignments of which anything is kept of a student."""
    found = (connection.execute(select(table.c.assignment).distinct()).scalars() for table in _KEPT)
    return {assignment for one in found for assignment in one}


def _blame(engine: Engine, held: AbstractSet[str], wanted: str) -> str:
    """Return why a gradebook cannot be used for an assignment, or with '' for the whole course."""
    if "" in held:
        return (
            f"{place_of(engine)} holds scores of the whole course, and this is its assignment {wanted}: "
            "expected no --assignment, or another gradebook with --db"
        )
    names = f"{place_of(engine)} holds scores by assignment: {', '.join(sorted(held))}"
    return f"{names}; got {wanted}" if wanted else f"{names}; say which with --assignment"
