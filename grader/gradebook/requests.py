"""Requests for another look as rows: what was asked, the states it went through, and who said what when."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from sqlalchemy import Connection, RowMapping, insert, select, update

from grader.errors import UsageError
from grader.gradebook import tables
from grader.gradebook.column_types import storable
from grader.gradebook.records import NewRequest, Request, RequestCount, RequestEvent, RequestState
from grader.gradebook.scope import Scope

# From which states each can be reached.
MOVES: Mapping[RequestState, tuple[RequestState, ...]] = {
    "answered": ("open",),
    "escalated": ("answered",),
    "final": ("escalated",),
    "withdrawn": ("open",),
}
_ASKED = tuple(field.name for field in fields(NewRequest))


def _hash(asked: NewRequest) -> str:
    """Return the SHA-256 of what a request says: a file that is read again says the same."""
    said = [asked.submission_sha256, asked.part, asked.answer, storable(asked.reason)]
    return hashlib.sha256(json.dumps(said).encode("ascii")).hexdigest()


def add_request(connection: Connection, scope: Scope, student_id: int, asked: NewRequest, event: RequestEvent) -> int:
    """Write a request with its first state where it is not there yet, and return its key.

    Within a transaction that keeps other writers from this student.
    """
    table, digest = tables.requests, _hash(asked)
    same = table.c.student_id == student_id, table.c.sha256 == digest, scope.of(table)
    known = connection.execute(select(table.c.id).where(*same)).scalar_one_or_none()
    if known is not None:
        return int(known)
    values = {name: getattr(asked, name) for name in _ASKED if name != "student"}
    row = values | {"student_id": student_id, "sha256": digest, "state": event.state, "assignment": scope.assignment}
    key = int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
    _write_event(connection, key, event)
    return key


def move_request(connection: Connection, scope: Scope, request_id: int, event: RequestEvent) -> None:
    """Bring a request to another state.

    Raises:
        UsageError: there is no such request, or its state does not lead to this one.
    """
    table, allowed = tables.requests, MOVES[event.state]
    own = table.c.id == request_id, scope.of(table)
    moved = connection.execute(update(table).where(*own, table.c.state.in_(allowed)).values(state=event.state))
    if not moved.rowcount:
        state = connection.execute(select(table.c.state).where(*own)).scalar_one_or_none()
        raise UsageError(blame_state(request_id, state, event.state))
    _write_event(connection, request_id, event)


def blame_state(request_id: int, state: str | None, wanted: RequestState) -> str:
    """Return why a request cannot come to a state; its own is None where there is no such request."""
    if state is None:
        return f"the gradebook has no request {request_id}: `grader regrade list` shows them all"
    return f"request {request_id} is {state}: expected {' or '.join(MOVES[wanted])}, from which it can be {wanted}"


def read_requests(connection: Connection, scope: Scope, student: str | None) -> list[Request]:
    """Return all requests (of one student) with what became of them, in the order in which they were taken."""
    table, events, students = tables.requests, tables.request_events, tables.students
    owned = table.join(students)
    statement = select(table, students.c.student).select_from(owned).order_by(table.c.id)
    history = select(events).select_from(owned.join(events, events.c.request_id == table.c.id)).order_by(events.c.id)
    where = (scope.of(table),) if student is None else (scope.of(table), students.c.student == student)
    statement, history = (one.where(*where) for one in (statement, history))
    found: dict[int, list[RequestEvent]] = {}
    for row in connection.execute(history).mappings():
        found.setdefault(row["request_id"], []).append(_to_event(row))
    return [
        Request(row["id"], NewRequest(**{name: row[name] for name in _ASKED}), row["state"], tuple(found[row["id"]]))
        for row in connection.execute(statement).mappings()
    ]


def count_requests(requests: Sequence[Request]) -> Iterator[RequestCount]:
    """Yield how many requests there are about each part or answer, the most first: many about one are no accident."""
    subjects = [(one.asked.part, one.asked.answer) for one in requests]
    waiting = Counter(subject for subject, one in zip(subjects, requests, strict=True) if one.is_waiting)
    changed = Counter(subject for subject, one in zip(subjects, requests, strict=True) if one.is_changed)
    for subject, count in Counter(subjects).most_common():
        yield RequestCount(*subject, count, waiting[subject], changed[subject])


def _write_event(connection: Connection, request_id: int, event: RequestEvent) -> None:
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    values["made_at"] = values.pop("when")
    connection.execute(insert(tables.request_events).values(request_id=request_id, **values))


def _to_event(row: RowMapping) -> RequestEvent:
    names = (field.name for field in fields(RequestEvent))
    return RequestEvent(**{name: row["made_at" if name == "when" else name] for name in names})
