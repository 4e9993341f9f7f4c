"""Whose gradebook it is, by which versions of the course it was judged and why, and what students were told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, Engine, select

from grader.errors import UsageError
from grader.gradebook import tables
from grader.gradebook.engine import insert_or_meet, place_of, read_transaction, write_transaction
from grader.gradebook.records import Judging, Told
from grader.gradebook.scope import Scope


def check_owner(engine: Engine, course: str, *, claim: bool) -> None:
    """Check that the gradebook is this course's, or nobody's; with `claim` it is this course's then.

    Raises:
        UsageError: it is another course's.
    """
    with read_transaction(engine) as connection:
        owner = _read_owner(connection)
    if owner is None and not claim:
        return
    if owner is None:
        with write_transaction(engine) as connection:
            connection.execute(
                insert_or_meet(connection, tables.owners).values(id=1, course=course).on_conflict_do_nothing()
            )
            owner = _read_owner(connection)
    if owner != course:
        raise UsageError(
            f"{place_of(engine)} is the gradebook of the course {owner}, and this is {course} (`id` in course.yaml): "
            "expected another gradebook with --db, or another course with --course"
        )


def _read_owner(connection: Connection) -> str | None:
    return connection.execute(select(tables.owners.c.course)).scalar_one_or_none()


class History:
    """What became of the gradebook; nothing in it is changed or removed."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], scope: Scope) -> None:
        self._engine, self._clock, self._scope = engine, clock, scope

    def keep_version(self, sha256: str, pieces: str) -> None:
        """Keep what of a version of the course decides marks, where it is not there yet."""
        if self.version(sha256) is None:
            with write_transaction(self._engine) as connection:
                row = {"sha256": sha256, "pieces": pieces, "assignment": self._scope.assignment}
                values = insert_or_meet(connection, tables.course_versions).values(row)
                connection.execute(values.on_conflict_do_nothing())

    def version(self, sha256: str) -> str | None:
        """Return what of this version of the course decides marks; None where it was not kept."""
        table = tables.course_versions
        with read_transaction(self._engine) as connection:
            statement = select(table.c.pieces).where(table.c.sha256 == sha256, self._scope.of(table))
            return connection.execute(statement).scalar_one_or_none()

    def add_judging(self, course_sha256: str, judged: int, moved: int, note: str) -> None:
        """Keep that evidence was judged again, and why."""
        values = {"course_sha256": course_sha256, "judged": judged, "moved": moved, "note": note}
        with write_transaction(self._engine) as connection:
            own = {"made_at": self._clock(), "assignment": self._scope.assignment}
            connection.execute(tables.judgings.insert().values(**own, **values))

    def judgings(self) -> list[Judging]:
        """Return when evidence was judged again, the earliest first."""
        table = tables.judgings
        with read_transaction(self._engine) as connection:
            rows = connection.execute(select(table).where(self._scope.of(table)).order_by(table.c.id))
            return [Judging(row.course_sha256, row.judged, row.moved, row.note, row.made_at) for row in rows]

    def tell(self, student: str, submission_sha256: str, told: Told) -> None:
        """Keep what a student was told of a submission, where it is something else than the last time."""
        points = _write_told(told)
        table, students = tables.publications, tables.students
        with write_transaction(self._engine) as connection:
            key = connection.execute(select(students.c.id).where(students.c.student == student)).scalar_one()
            same = select(table.c.points).where(
                table.c.student_id == key, table.c.submission_sha256 == submission_sha256, self._scope.of(table)
            )
            if connection.execute(same.order_by(table.c.id.desc()).limit(1)).scalar_one_or_none() != points:
                row = {"student_id": key, "submission_sha256": submission_sha256, "points": points}
                own = {"made_at": self._clock(), "assignment": self._scope.assignment}
                connection.execute(table.insert().values(**own, **row))

    def told(self, student: str, submission_sha256: str) -> list[Told]:
        """Return what a student was told of a submission, the earliest first; two in a row differ."""
        table, students = tables.publications, tables.students
        statement = (
            select(table.c.points)
            .join(students)
            .where(students.c.student == student, table.c.submission_sha256 == submission_sha256)
            .where(self._scope.of(table))
            .order_by(table.c.id)
        )
        with read_transaction(self._engine) as connection:
            return [_read_told(points) for points in connection.execute(statement).scalars()]

    def has_told(self) -> bool:
        """Return whether any student was told points."""
        with read_transaction(self._engine) as connection:
            told = select(tables.publications.c.id).where(self._scope.of(tables.publications))
            return connection.execute(told.limit(1)).first() is not None


def _write_told(told: Told) -> str:
    parts = {name: str(points) for name, points in told.parts.items()}
    return json.dumps({"score": str(told.score), "parts": parts, "open": sorted(told.open), "is_set": told.is_set})


def _read_told(points: str) -> Told:
    data = json.loads(points)
    parts = {name: Fraction(one) for name, one in data["parts"].items()}
    return Told(Fraction(data["score"]), parts, frozenset(data["open"]), data["is_set"])
