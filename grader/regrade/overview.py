"""What whoever answers a request looks at: the text, its marks, and what the grader decided. For staff."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.gradebook_feedback import read_attempt
from grader.course import Course
from grader.gradebook import Gradebook, Marking, Request
from grader.regrade.points import find_attempt, find_part
from grader.report.escape import escape
from grader.report.points import format_points, name_points

_TEXT_LINES = 500


def describe_work(course: Course, book: Gradebook, request: Request) -> Iterator[str]:
    """Yield what the student submitted for what a request is about, and what was decided on it.

    Raises:
        UsageError: the gradebook lacks the evidence, or it was judged by another version of the course.
    """
    asked, attempt_id = request.asked, find_attempt(book, request)
    work = read_attempt(course, book, attempt_id)
    for check in find_part(work.report, asked.part).checks:
        if asked.answer in {None, check.answer}:
            points = f"{format_points(check.score)} of {name_points(check.max)}"
            yield escape(f"{check.id}: {check.outcome}, {points}. {check.message} {check.detail}".rstrip())
    marked = {kept.marking.answer: kept.marking for kept in book.markings(attempt_id)}
    part = work.parts[asked.part]
    for answer in part.answers:
        text = work.find_text(part, answer) if answer.kind == "text" else ""
        if text and asked.answer in {None, answer.name}:
            yield f"{answer.name}:"
            yield from (f"    {escape(line)}" for line in text.splitlines()[:_TEXT_LINES])
            if answer.name in marked:
                yield _describe_marking(marked[answer.name])


def _describe_marking(marking: Marking) -> str:
    points = ", ".join(f"{name} {format_points(given)}" for name, given in marking.points.items())
    return escape(
        f"marked by {marking.who}, {marking.when.isoformat(sep=' ', timespec='minutes')}: {points}. {marking.why}"
    )
