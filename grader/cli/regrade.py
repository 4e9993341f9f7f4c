"""`grader regrade`: requests for another look. Imports no sandbox, and runs nothing of the course."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import click

from grader.cli.app import EXIT_USAGE
from grader.cli.choice import CourseChoice
from grader.cli.lateness import choose_policy, late_option
from grader.cli.marking import by_option, why_option
from grader.cli.options import PointsType, TimeType, course_options, db_option, json_option
from grader.cli.requests import describe_points, describe_request, render_requests
from grader.cli.screen import look, publish, say, show
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import NO_POLICY, Gradebook, LatePolicy, Request, RequestEvent
from grader.gradebook.records import RequestState
from grader.gradebook.requests import blame_state
from grader.regrade import Outcome, Reply, answer_request, collect_requests, describe_work
from grader.report.escape import escape
from grader.report.points import format_points
from grader.spec.keys import suggest

_WIDTH = 120

id_argument = click.argument("request_id", type=int, metavar="ID")


class CriterionType(click.ParamType[tuple[str, str]]):
    """Points for a criterion, as CRITERION=POINTS; the rubric reads them."""

    name = "criterion"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return the criterion and its points; what is not both is a wrong usage."""
        if isinstance(value, tuple):
            return value
        name, equals, points = str(value).partition("=")
        if not (equals and name and points):
            self.fail(f"{value!r}: expected CRITERION=POINTS, such as bounded=full or bounded=1/2", param, ctx)
        return name, points


@click.group("regrade")
def command() -> None:
    """Requests for another look: take them from students' files, list them, answer them.

    A student writes regrade*.yaml, which the feedback page offers ready to copy; it is no part of the submission.
    """


@command.command("collect", short_help="Take requests from students' folders.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@db_option
@click.option(
    "--at", type=TimeType(), metavar="TIME", help="When all of them came in; default: when each file was last changed."
)
@json_option("what became of each file")
@course_options
def collect(folder: Path, db: str, at: datetime | None, json_place: str | None, chosen: CourseChoice) -> None:
    """Take regrade*.yaml from each student's folder in DIR, which is laid out as for `grader batch`.

    Each file that is refused is told with the reason. Files that were taken before change nothing.
    """
    course = chosen.find((folder,)).load()
    with Gradebook.open_for(db, course) as book:
        outcomes = list(collect_requests(course, book, folder, datetime.now(UTC), at))
    publish("".join(f"{line}\n" for line in describe_outcomes(outcomes)), _dump(map(asdict, outcomes)), json_place)


def describe_outcomes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each file, and how many there are of each kind."""
    words = {"taken": "taken as request {0}", "known": "taken before, request {0}", "refused": "refused: {1}"}
    for one in outcomes:
        yield escape(f"{one.file}: {words[one.status].format(one.request, one.reason)}")
    counts = Counter(one.status for one in outcomes)
    yield f"{counts['taken']} taken, {counts['known']} taken before, {counts['refused']} refused"


@command.command("list", short_help="List the requests, and count them.")
@db_option
@click.option("--part", metavar="ID", help="Only those about this part.")
@click.option("--state", type=click.Choice(get_args(RequestState)), help="Only those in this state.")
@json_option("the requests, with all that became of them")
@course_options
def list_(db: str, part: str | None, state: str | None, json_place: str | None, chosen: CourseChoice) -> None:
    """List the requests, those first that wait for an answer, and count them by what they are about."""
    with chosen.open_near_gradebook(db) as book:
        found = [one for one in book.requests() if part in {None, one.asked.part} and state in {None, one.state}]
    found.sort(key=lambda one: not one.is_waiting)
    publish(render_requests(found, **look(_WIDTH)), _dump(map(_list_fields, found)), json_place)


@command.command("show", short_help="Show one request with what it is about.")
@id_argument
@db_option
@course_options
def show_(request_id: int, db: str, chosen: CourseChoice) -> None:
    """Show one request with what it is about: the student's text, its marks, and what the grader decided."""
    course = chosen.find().load()
    with Gradebook.open_for(db, course) as book:
        (request,) = choose_requests(book, [request_id])
        lines = [*describe_request(request), *describe_work(course, book, request)]
    show("".join(f"{line}\n" for line in lines))


@command.command("answer", short_help="Answer requests.")
@click.argument("ids", type=int, nargs=-1, metavar="[ID]…")
@click.option(
    "--check",
    metavar="CHECK",
    help="All open requests that name this check's answer, such as 5d.ex5_tv, once the course is mended.",
)
@db_option
@by_option
@click.option(
    "--text", required=True, metavar="TEXT", help="The answer that the student reads: two sentences at least."
)
@click.option(
    "--points",
    type=CriterionType(),
    multiple=True,
    metavar="CRITERION=POINTS",
    help="Points of the text by the rubric's criteria: full, none, 0.5, 1/2; the others stay. May be given several "
    "times.",
)
@click.option("--score", type=PointsType(), metavar="POINTS", help="The whole score from now on, as an override.")
@late_option("With --score: what lateness costs, as for `grader export`; else as course.yaml says.")
@click.option("--same-marker", default="", metavar="REASON", help="Why somebody answers who decided on it before.")
@course_options
def answer(  # noqa: PLR0913 - one for each option
    *,
    ids: tuple[int, ...],
    check: str | None,
    db: str,
    who: str,
    text: str,
    points: tuple[tuple[str, str], ...],
    score: Fraction | None,
    late: Path | None,
    same_marker: str,
    chosen: CourseChoice,
) -> None:
    """Answer requests: with new points for a text, with a new whole score, or with what the course decides by now.

    Without --points and --score an answer has the points that the gradebook has now: mend the course, run
    `grader judge OUT --db URL`, and answer all requests of the check at once with --check. Points never fall, unless
    release.yaml allows it.
    """
    if bool(ids) == (check is not None):
        raise click.UsageError("expected either the numbers of requests or --check CHECK")
    if (points or score is not None) and len(ids) != 1:
        raise click.UsageError("--points and --score decide on one request: expected one ID")
    course = chosen.find().load()
    policy = NO_POLICY if score is None else choose_policy(course, late)
    reply = Reply(who, datetime.now(UTC), text, dict(points), score, same_marker)
    with Gradebook.open_for(db, course) as book:
        requests = choose_requests(book, ids) if check is None else find_requests_of(course, book, check)
        done = [_answer(course, book, one, reply, policy) for one in requests]
        if points:
            warn_of_override(book, requests[0])
    if not all(done):
        raise SystemExit(EXIT_USAGE)


def _answer(course: Course, book: Gradebook, request: Request, reply: Reply, policy: LatePolicy) -> bool:
    """Answer a request and say what changed; say why where it cannot be, which stops none of the others."""
    try:
        event = answer_request(course, book, request, reply, policy)
    except UsageError as error:
        say(f"grader: error: {error}")
        return False
    show(f"{request.id} {escape(request.asked.student)}, {describe_points(request, event)}\n")
    return True


def warn_of_override(book: Gradebook, request: Request) -> None:
    """Say where points that were given do not count, as an override stands over them."""
    (row,) = [one for one in book.current_scores() if one.person.student == request.asked.student]
    if row.override is not None:
        say(f"grader: warning: {request.asked.student} has an override of {format_points(row.override)}, which stands")


def choose_requests(book: Gradebook, ids: Sequence[int]) -> list[Request]:
    """Return the requests of these numbers.

    Raises:
        UsageError: there is none of a number.
    """
    known = {one.id: one for one in book.requests()}
    for one in ids:
        if one not in known:
            raise UsageError(blame_state(one, None, "answered"))
    return [known[one] for one in dict.fromkeys(ids)]


def find_requests_of(course: Course, book: Gradebook, check: str) -> list[Request]:
    """Return the requests to be answered that name the answer of a check; say which are about its whole part.

    Raises:
        UsageError: the course has no such check, or nobody asks about its answer.
    """
    parts = [part for exercise in course.exercises for part in exercise.parts]
    checks = {f"{part.id}.{one.id}": (part.id, one.answer) for part in parts for one in part.checks}
    if check not in checks:
        raise UsageError(f"--check = {check!r}: not a check of this course; {suggest(check, checks)}")
    part, answer_name = checks[check]
    waiting = [one for one in book.requests() if one.is_waiting and one.asked.part == part]
    for one in waiting:
        if one.asked.answer is None:
            say(f"grader: request {one.id} is about the whole of {part}, and stays: answer it by its number")
    found = [one for one in waiting if one.asked.answer == answer_name]
    if not found:
        raise UsageError(f"--check = {check!r}: no request about {answer_name} waits for an answer")
    return found


@command.command("escalate", short_help="Let somebody else answer once more.")
@id_argument
@db_option
@by_option
@why_option("Why the answer does not settle it.", required=True)
@course_options
def escalate(request_id: int, db: str, who: str, why: str, chosen: CourseChoice) -> None:
    """Let somebody else answer a request once more, for good."""
    _move(chosen, db, request_id, RequestEvent("escalated", who, datetime.now(UTC), why))


@command.command("withdraw", short_help="Take an open request back.")
@id_argument
@db_option
@by_option
@why_option("Why, such as that the student asked for it.", required=True)
@course_options
def withdraw(request_id: int, db: str, who: str, why: str, chosen: CourseChoice) -> None:
    """Take an open request back; the student may make another one about the part."""
    _move(chosen, db, request_id, RequestEvent("withdrawn", who, datetime.now(UTC), why))


def _move(chosen: CourseChoice, db: str, request_id: int, event: RequestEvent) -> None:
    with chosen.open_near_gradebook(db) as book:
        (request,) = choose_requests(book, [request_id])
        book.move_request(request, event)
    show(f"{request_id} {event.state}\n")


def _list_fields(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        **asdict(request.asked),
        "state": request.state,
        "events": list(map(asdict, request.events)),
    }


def _dump(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as JSON; points are exact text, as in the gradebook."""
    return json.dumps(list(rows), indent=2, ensure_ascii=True, default=_encode) + "\n"


def _encode(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
