"""Scores, comments and feedback pages to one assignment in Canvas: read first, write what differs, read it back.

Canvas itself remembers what was pushed: each comment ends with a mark of what it came with. Started again, a push that
was interrupted finds the marks, and does what is left. Needs the extra `canvas`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from canvasapi.assignment import Assignment
from canvasapi.course import Course
from canvasapi.exceptions import CanvasException, Forbidden, InvalidAccessToken, ResourceDoesNotExist, Unauthorized
from canvasapi.paginated_list import PaginatedList
from canvasapi.requester import Requester
from canvasapi.submission import Submission
from canvasapi.upload import Uploader

from grader.errors import ServiceError, UsageError
from grader.gradebook.canvas_answers import (
    AssignmentAnswer,
    FileAnswer,
    OwnerAnswer,
    SubmissionAnswer,
    UserAnswer,
    read_answer,
    to_fraction,
)
from grader.gradebook.canvas_session import CanvasSession, is_private
from grader.gradebook.records import Person
from grader.report.points import format_points

PAUSES_S = (1, 2, 4, 8, 16, 32)  # between tries, while Canvas says that it was asked too often
MOST_PAGES = 1_000  # of a list, 100 students each
_SHOWN = 200  # characters of what Canvas answers
_FAILURES = (CanvasException, requests.RequestException)
# What canvasapi, json and the readers raise of an answer of another form: canvasapi looks at none before it uses it.
_ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
_T = TypeVar("_T")


@dataclass(frozen=True)
class NewGrade:
    """What a student gets: a score, a comment, and a page if there is one."""

    person: Person
    score: Fraction
    comment: str
    page: Path | None = None

    @property
    def posted(self) -> str:
        """The score as Canvas reads it: digits and a point."""
        return f"{float(self.score):.6f}".rstrip("0").rstrip(".")

    @property
    def mark(self) -> str:
        """What the comment ends with: it names all that goes with it."""
        page = "" if self.page is None else hashlib.sha256(self.page.read_bytes()).hexdigest()
        content = json.dumps([self.posted, self.comment, page])
        return f"[numgrade {hashlib.sha256(content.encode()).hexdigest()[:16]}]"


@dataclass(frozen=True)
class InCanvas:
    """What Canvas has of a student: the score, and the comments with the number of files at each."""

    score: Fraction | None = None
    comments: tuple[tuple[str, int], ...] = ()
    deducted: bool = False  # by Canvas' own late policy
    excused: bool = False  # a person decided there that it does not count
    unread: str = ""  # why what Canvas answered of it is not used

    def has_comment(self, grade: NewGrade) -> bool:
        """Return whether the comment that belongs to a grade is there, with its page."""
        return any(text.endswith(grade.mark) and files >= (grade.page is not None) for text, files in self.comments)

    def has_score(self, grade: NewGrade) -> bool:
        """Return whether the score is there."""
        return self.score == Fraction(grade.posted)


@dataclass(frozen=True)
class Change:
    """A student's grade and what of it Canvas has; `problem` says why it cannot be pushed."""

    grade: NewGrade
    user: int = 0
    was: InCanvas = InCanvas()
    problem: str = ""

    @property
    def is_done(self) -> bool:
        """Whether Canvas has all of it."""
        return not self.problem and self.was.has_score(self.grade) and self.was.has_comment(self.grade)

    def describe(self) -> str:
        """Return what was and what is to be, in one line."""
        was = "–" if self.was.score is None else format_points(self.was.score)
        with_page = "" if self.grade.page is None else ", with the feedback page"
        comment = "" if self.was.has_comment(self.grade) else f", a comment{with_page}"
        return f"{was} → {self.grade.posted}{comment}"


@contextmanager
def open_assignment(url: str, token: str, course_id: int, assignment_id: int) -> Iterator[CanvasAssignment]:
    """Yield an assignment in Canvas.

    Args:
        url: where Canvas is.
        token: by which Canvas knows who asks; it is sent nowhere else.
        course_id: the course's number there.
        assignment_id: the assignment's number there.

    Raises:
        UsageError: there is no such address, course or assignment, or Canvas does not take the token.
    """
    requester = Requester(check_url(url), token)
    with CanvasSession() as session:
        requester._session = session  # noqa: SLF001 - canvasapi has no option for another session
        yield CanvasAssignment(requester, course_id, assignment_id)


class CanvasAssignment:
    """One assignment in Canvas, reached by a `requester` of canvasapi."""

    def __init__(self, requester: Any, course_id: int, assignment_id: int) -> None:
        self._requester = requester
        self._course = Course(requester, {"id": course_id})
        answer = self._read(lambda: read_answer(AssignmentAnswer, self._course.get_assignment(assignment_id)))
        self.title = answer.name[:_SHOWN] or str(assignment_id)
        self._possible = to_fraction(answer.points_possible)
        # With the numbers that were given: those that Canvas answers would become a part of addresses.
        self._place = {"course_id": course_id, "assignment_id": assignment_id}
        self._assignment = Assignment(requester, {"id": assignment_id, "course_id": course_id})

    def check_points(self, most: Fraction | None) -> None:
        """Refuse an assignment in which these scores mean something else.

        Raises:
            UsageError: it is of other points than the gradebook.
        """
        possible = self._possible
        if most is not None and possible != most:
            got = "none" if possible is None else format_points(possible)
            raise UsageError(
                f"Canvas' assignment {self.title!r}: expected {format_points(most)} points possible as in the "
                f"gradebook, got {got}: change that in Canvas, or push to another assignment"
            )

    def plan(self, grades: Sequence[NewGrade]) -> list[Change]:
        """Return for each grade whose it is in Canvas, and what Canvas has of it.

        Raises:
            UsageError: Canvas cannot be read.
            ServiceError: what it answers is not of the form expected.
        """
        users = self._read(
            lambda: [
                read_answer(UserAnswer, one)
                for one in _list_all(self._course.get_users(enrollment_type=["student"], per_page=100))
            ]
        )
        include = ["submission_comments"]
        there = self._read(
            lambda: {
                read_answer(OwnerAnswer, one).user_id: _try_submission(one)
                for one in _list_all(self._assignment.get_submissions(include=include, per_page=100))
            }
        )
        return list(_match(grades, users, there))

    def push(self, change: Change) -> str:
        """Write what differs and read it back; return '' or why that failed, which is no reason to stop.

        Raises:
            UsageError: Canvas takes the token no more.
        """
        try:
            submission = Submission(self._requester, {**self._place, "user_id": change.user})
            values = {} if change.was.has_score(change.grade) else {"submission": {"posted_grade": change.grade.posted}}
            if not change.was.has_comment(change.grade):
                values["comment"] = self._build_comment(change)
            self._ask(lambda: submission.edit(**values))
            return self._check(change)
        except InvalidAccessToken as error:
            raise _blame_token(error) from error
        except (*_FAILURES, *_ODD) as error:
            return _describe(error)

    def _build_comment(self, change: Change) -> dict[str, Any]:
        grade = change.grade
        comment: dict[str, Any] = {"text_comment": f"{grade.comment}\n{grade.mark}"}
        if grade.page is not None:
            place = f"courses/{self._course.id}/assignments/{self._assignment.id}/submissions/{change.user}"
            page = grade.page
            is_there, answer = self._ask(lambda: Uploader(self._requester, f"{place}/comments/files", page).start())
            if not is_there:
                raise ValueError("Canvas did not take the feedback page")
            comment["file_ids"] = [read_answer(FileAnswer, answer).id]
        return comment

    def _check(self, change: Change) -> str:
        """Return '' where Canvas has what was pushed."""
        include = ["submission_comments"]
        now = _read_submission(self._ask(lambda: self._assignment.get_submission(change.user, include=include)))
        if not now.has_score(change.grade):
            got = "no score" if now.score is None else format_points(now.score)
            why = " (Canvas' own late policy took points off: switch it off there)" if now.deducted else ""
            return f"read back, expected {change.grade.posted}, got {got}{why}"
        return "" if now.has_comment(change.grade) else "read back, the comment or its feedback page is not there"

    def _read(self, ask: Callable[[], _T]) -> _T:
        """Ask before anything is written: where that fails, nothing can be pushed.

        Raises:
            UsageError: it failed; says why.
            ServiceError: what Canvas answers is not of the form expected.
        """
        try:
            return self._ask(ask)
        except (InvalidAccessToken, Unauthorized) as error:
            raise _blame_token(error) from error
        except ResourceDoesNotExist as error:
            raise UsageError(
                "Canvas has no such course or assignment: see --course-id and --assignment-id in the assignment's "
                "address in Canvas, /courses/N/assignments/N"
            ) from error
        except _FAILURES as error:
            raise UsageError(f"Canvas cannot be read: {_describe(error)}; see --url") from error
        except _ODD as error:
            raise ServiceError(f"Canvas cannot be read: {_describe(error)}; nothing was written") from error

    def _ask(self, ask: Callable[[], _T]) -> _T:
        """Ask, again after a pause where Canvas was asked too often: what it refuses so it has not done."""
        for pause in PAUSES_S:
            try:
                return ask()
            except Forbidden as error:
                if "rate limit" not in str(error).casefold():
                    raise
            time.sleep(pause)
        return ask()


def check_url(url: str) -> str:
    """Return where Canvas is, when a token may be sent there: encrypted, or to this machine.

    Raises:
        UsageError: it is no such address.
    """
    parts = urlsplit(url) if is_private(url) else None
    if parts is None or parts.username or parts.query or parts.path.strip("/"):
        raise UsageError(f"--url = {url!r}: expected Canvas' address, such as https://canvas.example.org")
    return url.rstrip("/")


def _list_all(pages: PaginatedList[Any]) -> list[Any]:
    """Return what all pages of a list hold.

    Raises:
        ValueError: they do not end.
    """
    found: list[Any] = []
    for _ in range(MOST_PAGES):
        found += pages._grow()  # noqa: SLF001 - iterating, canvasapi follows pages without end
        if not pages._has_next():  # noqa: SLF001 - the same
            return found
    raise ValueError(f"a list of more than {MOST_PAGES} pages")


def _match(grades: Iterable[NewGrade], users: Sequence[UserAnswer], there: Mapping[int, InCanvas]) -> Iterator[Change]:
    """Yield the change of each grade; whom Canvas does not know, or knows twice, has a problem."""
    keys = {
        "canvas_id": _index(users, "id"),
        "sis_user_id": _index(users, "sis_user_id"),
        "login": _index(users, "login_id"),
    }
    found = [(grade, _find(grade.person, keys)) for grade in grades]
    times = Counter(next(iter(ids)) for _, ids in found if len(ids) == 1)
    for grade, ids in found:
        user = next(iter(ids), 0)
        if not ids:
            yield Change(grade, problem="not a student of the course in Canvas: give ids with `grader export --roster`")
        elif len(ids) > 1:
            yield Change(grade, problem="the ids of the roster are those of several people in Canvas")
        elif times[user] > 1:
            yield Change(grade, problem="another student of the gradebook is the same person in Canvas")
        elif user not in there:
            yield Change(grade, problem="the assignment is not assigned to this student in Canvas")
        elif there[user].unread:
            yield Change(grade, problem=there[user].unread)
        elif there[user].excused:
            yield Change(grade, problem="excused in Canvas, which a score would take back")
        else:
            yield Change(grade, user, there[user])


def _index(users: Iterable[UserAnswer], name: str) -> dict[str, int]:
    values = ((getattr(user, name), user.id) for user in users)
    return {str(value).casefold(): identity for value, identity in values if value is not None}


def _find(person: Person, keys: Mapping[str, Mapping[str, int]]) -> set[int]:
    """Return who a person is in Canvas by each id that is known; without any, the student's name is the login."""
    known = {name: getattr(person, name) for name in keys if getattr(person, name)} or {"login": person.student}
    return {keys[name][value.casefold()] for name, value in known.items() if value.casefold() in keys[name]}


def _try_submission(submission: Any) -> InCanvas:
    """Return what Canvas has of a student; of one that cannot be read, why: the others can be pushed."""
    try:
        return _read_submission(submission)
    except ValueError as error:
        return InCanvas(unread=_describe(error))


def _read_submission(submission: Any) -> InCanvas:
    answer = read_answer(SubmissionAnswer, submission)
    return InCanvas(
        to_fraction(answer.score),
        tuple(((one.comment or "").rstrip(), len(one.attachments or ())) for one in answer.submission_comments or ()),
        deducted=bool(answer.points_deducted),
        excused=bool(answer.excused),
    )


def _blame_token(error: Exception) -> UsageError:
    return UsageError(f"Canvas does not take the token in CANVAS_API_TOKEN: {_describe(error)}")


def _describe(error: Exception) -> str:
    """Return what an error says, cut at a blank: half a token would not be known as one and be shown."""
    odd = "" if isinstance(error, _FAILURES) else "Canvas' answer is not of the form expected: "
    text = f"{odd}{type(error).__name__}: {error}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rpartition(' ')[0]} …"
