"""How requests for another look are shown to staff: all of them in a table, one of them whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich import box
from rich.table import Table

from grader.feedback.requests import describe_subject
from grader.gradebook import Request, RequestEvent
from grader.gradebook.requests import count_requests
from grader.report.drawing import draw, plain
from grader.report.escape import escape
from grader.report.points import format_points

_REASON_CHARS = 300  # in the table; `grader regrade show` has all of it


def render_requests(requests: Sequence[Request], *, width: int, color: bool) -> str:
    """Return the table, then how many requests there are about the same."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("id", justify="right", no_wrap=True)
    for name in ("state", "student", "about", "asked"):
        table.add_column(name)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was said", ratio=1)
    for one in requests:
        style = "" if one.is_waiting else "dim"
        table.add_row(*(plain(cell, style) for cell in _list_cells(one)))
    return draw([table, *map(plain, _count_subjects(requests))], width=width, color=color)


def _list_cells(request: Request) -> Iterator[str]:
    asked, replies = request.asked, request.replies
    yield str(request.id)
    yield request.outcome
    yield asked.student
    yield name_subject(request)
    yield _show(asked.received_at)
    yield _describe_change(replies[-1]) if replies else format_points(asked.points)
    reason = asked.reason if len(asked.reason) <= _REASON_CHARS else f"{asked.reason[:_REASON_CHARS]}…"
    yield " · ".join([reason, *(f"{event.state} by {event.who}: {event.text}" for event in request.events[1:])])


def _count_subjects(requests: Sequence[Request]) -> Iterator[str]:
    """Yield how many there are about each part or answer: many about one point to a bad question."""
    for one in count_requests(requests):
        subject = describe_subject(one.part, one.answer)
        yield f"{subject}: {_count(one.count)}, {one.waiting} to be answered, {one.changed} changed"
    yield _count(len(requests))


def _count(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def describe_request(request: Request) -> Iterator[str]:
    """Yield a request, its whole reason, and what became of it."""
    asked = request.asked
    yield escape(
        f"{request.id} {request.outcome}: {asked.student}, {name_subject(request)}, {_show(asked.received_at)}"
    )
    yield from (f"    {escape(line)}" for line in asked.reason.splitlines())
    yield from (f"    {_describe_event(request, event)}" for event in request.events[1:])


def _describe_event(request: Request, event: RequestEvent) -> str:
    points = f" {describe_points(request, event)}." if event.points_after is not None else ""
    why = f" (decided before: {event.why})" if event.why else ""
    return escape(f"{event.state} by {event.who}, {_show(event.when)}:{points} {event.text}{why}")


def describe_points(request: Request, event: RequestEvent) -> str:
    """Return what an answer changed: '5d: 0.5 → 1'."""
    return f"{'whole score' if event.of_score else name_subject(request)}: {_describe_change(event)}"


def _describe_change(event: RequestEvent) -> str:
    return " → ".join("?" if one is None else format_points(one) for one in (event.points_before, event.points_after))


def name_subject(request: Request) -> str:
    """Return what a request is about, in a few words."""
    return describe_subject(request.asked.part, request.asked.answer)


def _show(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
