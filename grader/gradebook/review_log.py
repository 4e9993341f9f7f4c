"""What marking needs beside marks: flags and skips, trial marks of examples, second marks, a secret for short names."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, select

from grader.errors import ConflictError
from grader.gradebook import tables
from grader.gradebook.engine import insert_or_meet, read_transaction, write_transaction
from grader.gradebook.marks import read_markings
from grader.gradebook.records import MarkedTwice, Marking, ReviewEvent, SignInEvent, TextToMark

EventKind = Literal["flag", "unflag", "skip"]


class ReviewLog:
    """What markers did beside marking. Nothing in it is changed or removed but a trial mark that is made anew."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock

    def secret(self) -> bytes:
        """Return the secret by which texts are named and ordered, drawn once for a gradebook."""
        table = tables.review_secrets
        with write_transaction(self._engine) as connection:
            drawn = (
                insert_or_meet(connection, table).values(id=1, secret=secrets.token_hex(32)).on_conflict_do_nothing()
            )
            connection.execute(drawn)
            return bytes.fromhex(connection.execute(select(table.c.secret)).scalar_one())

    def add_event(self, text: TextToMark, kind: EventKind, who: str, why: str = "") -> None:
        """Keep what somebody did with a text."""
        done = {"kind": kind, "who": who, "made_at": self._clock(), "why": why}
        with write_transaction(self._engine) as connection:
            connection.execute(tables.review_events.insert().values({**_name(connection, text), **done}))

    def events(self, answer: str | None = None) -> list[ReviewEvent]:
        """Return everything that was done with texts (of one answer), the earliest first."""
        table = tables.review_events
        statement = select(table, tables.students.c.student).join(tables.students).order_by(table.c.id)
        if answer is not None:
            statement = statement.where(table.c.answer == answer)
        with read_transaction(self._engine) as connection:
            return [_to_event(row) for row in connection.execute(statement).mappings()]

    def add_second(self, text: TextToMark, first_id: int, marking: Marking) -> None:
        """Keep a second, blind marking beside the first; it counts for nothing.

        Raises:
            ConflictError: there is one already.
        """
        values = {
            "first_id": first_id,
            "who": marking.who,
            "made_at": marking.when,
            "why": marking.why,
            "note": marking.note,
            "points": _write_points(marking.points),
        }
        with write_transaction(self._engine) as connection:
            statement = insert_or_meet(connection, tables.second_markings).values({**_name(connection, text), **values})
            done = connection.execute(statement.on_conflict_do_nothing().returning(tables.second_markings.c.id))
            if done.scalar_one_or_none() is None:
                raise ConflictError(f"{text.answer} has a second marking already: nothing was saved")

    def marked_twice(self, answer: str | None = None) -> list[MarkedTwice]:
        """Return the texts (of one answer) that two people have marked, in the order of the second marking."""
        table = tables.second_markings
        statement = select(table, tables.students.c.student).join(tables.students).order_by(table.c.id)
        if answer is not None:
            statement = statement.where(table.c.answer == answer)
        firsts = tables.markings.c.id.in_(select(table.c.first_id))
        with read_transaction(self._engine) as connection:
            first = {kept.id: kept.marking for kept in read_markings(connection, firsts)}
            return [_to_pair(row, first[row["first_id"]]) for row in connection.execute(statement).mappings()]

    def calibrate(self, who: str, answer: str, example_sha256: str, points: Mapping[str, Fraction]) -> None:
        """Keep what somebody gave for an example of a rubric."""
        values = {"who": who, "answer": answer, "example_sha256": example_sha256}
        rest = {"points": _write_points(points), "made_at": self._clock()}
        with write_transaction(self._engine) as connection:
            statement = insert_or_meet(connection, tables.calibrations).values({**values, **rest})
            connection.execute(statement.on_conflict_do_update(index_elements=list(values), set_=rest))

    def calibrations(self, who: str, answer: str) -> dict[str, dict[str, Fraction]]:
        """Return what somebody gave for the examples of an answer's rubric, by the hash of the example."""
        table = tables.calibrations
        statement = select(table).where(table.c.who == who, table.c.answer == answer)
        with read_transaction(self._engine) as connection:
            rows = connection.execute(statement).mappings()
            return {row["example_sha256"]: _read_points(row["points"]) for row in rows}

    def add_sign_in(self, kind: Literal["in", "wrong", "out"], who: str, address: str) -> None:
        """Keep that somebody came in to mark, tried to, or left."""
        done = {"kind": kind, "who": who, "address": address, "made_at": self._clock()}
        with write_transaction(self._engine) as connection:
            connection.execute(tables.sign_ins.insert().values(done))

    def sign_ins(self) -> list[SignInEvent]:
        """Return who came in to mark, tried to, and left, the earliest first."""
        table = tables.sign_ins
        with read_transaction(self._engine) as connection:
            rows = connection.execute(select(table).order_by(table.c.id))
            return [SignInEvent(row.kind, row.who, row.address, row.made_at) for row in rows]


def _name(connection: Connection, text: TextToMark) -> dict[str, Any]:
    """Return the columns that name a text."""
    students = tables.students
    key = connection.execute(select(students.c.id).where(students.c.student == text.student)).scalar_one()
    return {"student_id": key, "text_key": text.key, "answer": text.answer}


def _write_points(points: Mapping[str, Fraction]) -> str:
    return json.dumps({name: str(value) for name, value in points.items()})


def _read_points(text: str) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in json.loads(text).items()}


def _to_pair(row: RowMapping, first: Marking) -> MarkedTwice:
    second = Marking(row["answer"], _read_points(row["points"]), row["who"], row["made_at"], row["why"], row["note"])
    return MarkedTwice(row["student"], row["text_key"], row["answer"], first, second)


def _to_event(row: RowMapping) -> ReviewEvent:
    names = ("student", "text_key", "answer", "kind", "who", "made_at", "why")
    return ReviewEvent(*(row[name] for name in names))
