"""Requests for another look in both databases: once, in order, through their states and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, get_args

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from grader.errors import ConflictError, UsageError
from grader.gradebook import Gradebook, NewMarking, NewRequest, Override, Request, RequestEvent, tables
from grader.gradebook.engine import read_transaction, write_transaction
from grader.gradebook.records import RequestCount, RequestState
from grader.gradebook.requests import count_requests
from grader.model import Report

ReportOf = Callable[..., Report]
MarkOf = Callable[..., NewMarking]
WORDS = {
    "open": "",
    "answered": "So it is. And so on.",
    "escalated": "no",
    "final": "Yes. No.",
    "withdrawn": "as asked",
}
LEGAL = {("open", "answered"), ("open", "withdrawn"), ("answered", "escalated"), ("escalated", "final")}
WAYS = {
    "open": (), "answered": ("answered",), "escalated": ("answered", "escalated"),
    "final": ("answered", "escalated", "final"), "withdrawn": ("withdrawn",),
}  # fmt: skip


@pytest.fixture
def asked(book: Gradebook, report_of: ReportOf, noon: datetime) -> NewRequest:
    """Return what Ada asks, whose submission is in the book."""
    book.record(report_of(), noon, "a.py")
    return NewRequest("ada", "s1", "1b", "essay", "My third sentence says it.", noon, Fraction(1, 2))


def event_of(state: Any, noon: datetime) -> RequestEvent:
    """Return how a request comes to a state."""
    points = (Fraction(1, 2), Fraction(2)) if state in {"answered", "final"} else (None, None)
    return RequestEvent(state, "eve", noon + timedelta(hours=1), WORDS[state], *points, why="bo is away")


def take(book: Gradebook, asked: NewRequest) -> Request:
    """Write a request and return it."""
    number = book.add_request(asked)
    return next(one for one in book.requests() if one.id == number)


def test_a_request_comes_back(book: Gradebook, asked: NewRequest) -> None:
    """Whole, open, and with the moment when it was taken."""
    request = take(book, asked)
    assert (request.asked, request.state, request.outcome) == (asked, "open", "open")
    (first,) = request.events
    assert (first.state, first.who, first.text, first.points_after) == ("open", "", "", None)
    assert first.when > asked.received_at


def test_one_that_says_the_same_is_the_same(book: Gradebook, asked: NewRequest) -> None:
    """Whenever it came, and whatever the points are by then; one that says something else is another."""
    first = book.add_request(asked)
    assert book.add_request(replace(asked, received_at=asked.received_at + timedelta(1), points=Fraction(1))) == first
    others = [{"part": "1a"}, {"answer": None}, {"reason": "Another reason that is long."}, {"submission_sha256": "s2"}]
    numbers = {book.add_request(replace(asked, **other)) for other in others}
    assert len(numbers | {first}) == 5
    assert [one.id for one in book.requests()] == sorted(numbers | {first})


def test_requests_of_one_student_are_theirs(book: Gradebook, asked: NewRequest) -> None:
    """Two may say the same."""
    take(book, asked)
    bob = take(book, replace(asked, student="bob"))
    assert book.requests("bob") == [bob]
    assert book.requests("cy") == []
    assert len(book.requests()) == 2


def test_text_that_no_database_holds_is_spelled_out(book: Gradebook, asked: NewRequest) -> None:
    """And known again."""
    odd = replace(asked, student="a\udcff", reason="nul \0 and half \udcff of a pair")
    request = take(book, odd)
    assert (request.asked.student, request.asked.reason) == ("a\\udcff", "nul \\x00 and half \\udcff of a pair")
    assert book.add_request(odd) == request.id
    assert take(book, replace(asked, reason="𝄞" * 2000)).asked.reason == "𝄞" * 2000


@pytest.mark.parametrize("state", get_args(RequestState))
@pytest.mark.parametrize("wanted", [one for one in get_args(RequestState) if one != "open"])
def test_states_lead_where_they_may(
    book: Gradebook, asked: NewRequest, noon: datetime, state: RequestState, wanted: RequestState
) -> None:
    """With who, when and why for each; what is not allowed leaves everything as it was."""
    request = take(book, asked)
    for step in WAYS[state]:
        book.move_request(request, event_of(step, noon))
    before = book.requests()
    event = event_of(wanted, noon)
    if (state, wanted) in LEGAL:
        book.move_request(request, event)
        (after,) = book.requests()
        assert (after.state, after.events) == (wanted, (*before[0].events, event))
    else:
        with pytest.raises(UsageError, match=f"request {request.id} is {state}: expected .* it can be {wanted}"):
            book.move_request(request, event)
        assert book.requests() == before


def test_a_request_that_is_not_there_is_told(book: Gradebook, asked: NewRequest, noon: datetime) -> None:
    """By its number."""
    request = replace(take(book, asked), id=99)
    with pytest.raises(UsageError, match="the gradebook has no request 99"):
        book.move_request(request, event_of("answered", noon))


def test_an_answer_and_what_it_decides_are_kept_together(
    book: Gradebook, asked: NewRequest, noon: datetime, mark_of: MarkOf
) -> None:
    """Or neither: marks, and an override."""
    request = take(book, asked)
    (attempt,) = book.attempts()
    for decision in (mark_of(attempt.id, 9), Override(Fraction(-1), "eve", noon, "")):
        with pytest.raises(UsageError):
            book.move_request(request, event_of("answered", noon), decision)
        assert book.requests() == [request]
    new = mark_of(attempt.id, 1, "1/2", seen=0)
    book.move_request(request, event_of("answered", noon), new)
    assert [kept.marking for kept in book.markings(attempt.id)] == [new.marking]
    book.move_request(request, event_of("escalated", noon))
    override = Override(Fraction(4), "bo", noon, "request 1")
    book.move_request(request, event_of("final", noon), override)
    assert book.overrides("ada") == [override]


def test_an_answer_takes_the_place_of_no_marking_that_nobody_saw(
    book: Gradebook, asked: NewRequest, noon: datetime, mark_of: MarkOf
) -> None:
    """Somebody has marked the text since: the request stays open, their marking counts."""
    request = take(book, asked)
    (attempt,) = book.attempts()
    first = mark_of(attempt.id, 1)
    book.mark([first])
    with pytest.raises(ConflictError, match="essay of ada: marked by somebody else meanwhile"):
        book.move_request(request, event_of("answered", noon), mark_of(attempt.id, 0, seen=0))
    assert book.requests() == [request]
    assert [kept.marking for kept in book.markings(attempt.id)] == [first.marking]


def test_an_illegal_answer_decides_nothing(book: Gradebook, asked: NewRequest, noon: datetime, mark_of: MarkOf) -> None:
    """As where somebody else has answered meanwhile."""
    request = take(book, asked)
    book.move_request(request, event_of("answered", noon))
    (attempt,) = book.attempts()
    with pytest.raises(UsageError, match="is answered"):
        book.move_request(request, event_of("answered", noon), mark_of(attempt.id, 1))
    assert book.markings(attempt.id) == []


def test_outcomes_say_whether_points_changed(book: Gradebook, asked: NewRequest, noon: datetime) -> None:
    """Of the last answer."""
    request = take(book, asked)
    book.move_request(request, event_of("answered", noon))
    assert book.requests()[0].outcome == "answered (changed)"
    book.move_request(request, event_of("escalated", noon))
    assert book.requests()[0].outcome == "escalated"
    book.move_request(request, replace(event_of("final", noon), points_before=Fraction(2)))
    assert book.requests()[0].outcome == "final (kept)"
    assert [one.state for one in book.requests()[0].replies] == ["answered", "final"]


def test_the_names_of_markers_are_known(book: Gradebook, asked: NewRequest, mark_of: MarkOf) -> None:
    """Each once."""
    assert book.markers() == set()
    (attempt,) = book.attempts("ada")
    for who in ("eve", "bo", "eve"):
        book.mark([mark_of(attempt.id, 1, who=who)])
    assert book.markers() == {"eve", "bo"}
    assert asked.student == "ada"


def test_the_database_holds_no_request_twice(book: Gradebook, asked: NewRequest) -> None:
    """Whatever a program of tomorrow does."""
    take(book, asked)
    table = tables.requests
    with read_transaction(book._engine) as connection:
        row = dict(connection.execute(select(table)).mappings().one())
    del row["id"]
    with pytest.raises(IntegrityError), write_transaction(book._engine) as connection:
        connection.execute(insert(table).values(row))


def test_requests_are_counted_by_what_they_are_about(book: Gradebook, asked: NewRequest, noon: datetime) -> None:
    """The most first: how many there are, how many wait, and of how many points were changed."""
    first = take(book, asked)
    take(book, replace(asked, reason="My second sentence says it too."))
    take(book, replace(asked, answer=None))
    book.move_request(first, event_of("answered", noon))
    assert list(count_requests(book.requests())) == [
        RequestCount("1b", "essay", 2, 1, 1), RequestCount("1b", None, 1, 1, 0),
    ]  # fmt: skip
    assert list(count_requests([])) == []
