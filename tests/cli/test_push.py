"""`grader push canvas` against a Canvas on this machine: shown first, written, read back, started again."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import grader.gradebook
from grader import pipeline
from grader.cli import choice, main, push, running
from grader.course import Criterion, MarkedExample, ReleaseFile, Rubric
from grader.gradebook import Gradebook, Marking, NewMarking, Override, Person

pytest.importorskip("canvasapi", reason="canvasapi is not installed (pip install 'numgrade[canvas]')")

from grader.gradebook import canvas as canvas_module
from tests.fake_canvas import SUBMISSIONS, TOKEN, FakeCanvas, Student, serve

NOW = datetime.now(UTC)
EXAMPLE = MarkedExample(text="A reason for it.", points={"reason": Fraction(1)}, why="It is a reason.")
RUBRIC = Rubric(
    schema="grader/rubric/v1",
    part="1a",
    answer="essay",
    points=Fraction(1),
    criteria=(Criterion(id="reason", points=Fraction(1), about="There is a reason.", feedback="Give a reason."),),
    examples=(EXAMPLE, EXAMPLE),
)


class Class:
    """A class in a gradebook, the same class in Canvas, and the command."""

    def __init__(self, url: str, canvas: FakeCanvas, course: Any) -> None:
        """Keep where they are."""
        self.url, self.canvas, self.course = url, canvas, course

    def push(self, *more: object) -> Result:
        """Run the command."""
        place = ("--url", self.canvas.url, "--course-id", 7, "--assignment-id", 9)
        arguments = ["push", "canvas", "--db", self.url, *place, *more]
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert TOKEN not in result.output
        return result

    def mark(self) -> None:
        """Give Bob's text its point."""
        with Gradebook.open(self.url) as book:
            marking = Marking("essay", {"reason": Fraction(1)}, "eve", NOW, "Well said.")
            book.mark([NewMarking(self.find_attempt(book), marking, RUBRIC)])

    def unmark(self) -> None:
        """Take it back."""
        with Gradebook.open(self.url) as book:
            book.unmark(self.find_attempt(book), "essay", "eve", "A slip.")

    @staticmethod
    def find_attempt(book: Gradebook) -> int:
        """Return Bob's attempt."""
        (attempt,) = [row.attempt_id for row in book.current_scores() if row.person.student == "bob"]
        assert attempt is not None
        return attempt


@pytest.fixture
def school(
    tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Class]:
    """Yield a class of three who submitted, one of them with a text, and of whom Canvas knows two and a stranger."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    folder = folder_of(ada="a = 2\nb = 2", bob="# %% tags=['1a']\na = 2\n# %% [markdown]\n# essay", cy="a = 3")
    url = f"sqlite:///{tmp_path / 'grades.db'}"
    done = CliRunner().invoke(main, ["batch", str(folder), "--out", str(tmp_path / "out"), "--db", url])
    assert done.exit_code == 0, done.output
    with Gradebook.open(url) as book:
        book.upsert_students([Person("ada", canvas_id="101"), Person("bob", sis_user_id="sis-b"), Person("dan")])
    students = [Student(101, "al"), Student(102, "bb", "sis-b", score=1), Student(103, "else", score=4)]
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    monkeypatch.setattr(canvas_module, "PAUSES_S", (0, 0, 0))
    course = tiny_grader.course
    monkeypatch.setattr(choice, "load_course", lambda _folder: school_of.course)
    with serve(FakeCanvas(students, points_possible=3)) as canvas:
        school_of = Class(url, canvas, course)
        school_of.mark()
        yield school_of


def test_the_first_run_shows_what_would_change_and_writes_nothing(school: Class) -> None:
    """Who would get what, read from Canvas; whom Canvas does not know is named."""
    result = school.push()
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "Canvas: Homework <1> (course 7, assignment 9)\n"
        "ada: – → 2, a comment, with the feedback page\n"
        "bob: 1 → 2, a comment, with the feedback page\n"
        "cy: not a student of the course in Canvas: give ids with `grader export --roster`\n"
        "2 to push, 0 unchanged, 1 cannot be pushed; nothing was written: --write does it\n"
    )
    assert school.canvas.written == []
    assert "lateness: nothing is due" in result.stderr


def test_scores_comments_and_pages_are_written_and_read_back(school: Class) -> None:
    """One who fails stops nobody, and gives status 3; nobody else's score is touched, and the token shown nowhere."""
    result = school.push("--write")
    assert result.exit_code == 3
    assert "bob: 1 → 2, a comment, with the feedback page\n" in result.stdout
    assert result.stdout.endswith("2 pushed and read back, 0 unchanged, 1 failed\n")
    assert "grader: error: cy: not a student of the course in Canvas" in result.stderr
    assert [one.score for one in school.canvas.students] == [2, 2, 4]
    (comment,) = school.canvas.find("bb").comments
    assert re.fullmatch(r"1a: 2/2, 2a: 0/1\n\[numgrade [0-9a-f]{16}\]", comment["comment"])
    name, page = school.canvas.files[comment["attachments"][0]["id"]]
    assert name == "feedback.html"
    assert b"Well said." in page
    assert school.canvas.find("else").comments == []


def test_started_again_it_does_what_is_left(school: Class) -> None:
    """What Canvas has is not pushed twice; a new mark is a new score and a new comment."""
    school.push("--write")
    before = len(school.canvas.written)
    again = school.push("--write")
    assert "0 pushed and read back, 2 unchanged, 1 failed" in again.stdout
    assert len(school.canvas.written) == before
    assert "2 unchanged" in school.push().stdout
    school.canvas.find("al").comments.clear()  # a push that ended before the comment
    school.canvas.find("bb").score = 1  # somebody else's score
    third = school.push("--write")
    assert "ada: 2 → 2, a comment, with the feedback page\n" in third.stdout
    assert "bob: 1 → 2\n" in third.stdout
    assert [len(school.canvas.find(login).comments) for login in ("al", "bb")] == [1, 1]


def test_an_interrupted_push_is_finished_by_the_next(school: Class) -> None:
    """Canvas fails from the first student's grade on; then it is there again."""
    school.canvas.interfere = lambda method, _path: (500, "{}") if method == "PUT" else None
    result = school.push("--write")
    assert "0 pushed and read back, 0 unchanged, 3 failed" in result.stdout
    assert "grader: error: ada: CanvasException: Encountered an error: status code 500" in result.stderr
    school.canvas.interfere = lambda _method, _path: None
    assert "2 pushed and read back" in school.push("--write").stdout
    assert len(school.canvas.find("al").comments) == 1


@pytest.mark.parametrize(("status", "body"), [(429, "{}"), (403, "403 Forbidden (Rate Limit Exceeded)")])
def test_who_is_asked_too_often_is_asked_again(school: Class, status: int, body: str) -> None:
    """After a pause; some times, and then that student has failed."""
    left = [2]

    def interfere(method: str, _path: str) -> tuple[int, str] | None:
        if method == "PUT" and left[0]:
            left[0] -= 1
            return status, body
        return None

    school.canvas.interfere = interfere
    assert "2 pushed and read back" in school.push("--write").stdout
    left[0] = 4
    school.canvas.find("al").score = 0
    assert "0 pushed and read back, 1 unchanged, 2 failed" in school.push("--write").stdout


def test_what_is_forbidden_is_asked_once(school: Class) -> None:
    """It would be forbidden the next time, too."""
    school.canvas.interfere = lambda method, _path: (403, "not allowed") if method == "PUT" else None
    result = school.push("--write", "--no-feedback")
    assert "ada: Forbidden: not allowed" in result.stderr
    assert len(school.canvas.written) == 2


def test_without_feedback_scores_and_comments_go_alone(school: Class) -> None:
    """No file is uploaded."""
    assert "2 pushed and read back" in school.push("--write", "--no-feedback").stdout
    assert school.canvas.files == {}
    assert school.canvas.find("al").comments[0]["attachments"] == []


def test_a_score_that_canvas_changes_is_told(school: Class) -> None:
    """Canvas' own late policy would take points off a second time."""
    school.canvas.late_policy = 1
    result = school.push("--write")
    assert "ada: read back, expected 2, got 1" in result.stderr
    assert result.exit_code == 3


def test_a_comment_that_is_lost_is_told(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """The score alone is not all of it, nor is a comment without its page."""
    told = "ada: read back, the comment or its feedback page is not there"
    shown = {"user_id": 101, "assignment_id": 9}
    monkeypatch.setattr(Student, "show", lambda self: {**shown, "user_id": self.id, "score": self.score})
    assert told in school.push("--write").stderr
    bare = [{"comment": one["comment"]} for one in school.canvas.find("al").comments]
    monkeypatch.setattr(
        Student, "show", lambda self: {**shown, "user_id": self.id, "score": self.score, "submission_comments": bare}
    )
    assert told in school.push("--write").stderr


def test_who_is_excused_stays_so(school: Class) -> None:
    """A person decided that in Canvas."""
    school.canvas.find("al").excused = True
    assert "ada: excused in Canvas" in school.push().stdout


def test_an_assignment_of_other_points_is_refused(school: Class) -> None:
    """A score would mean something else there."""
    school.canvas.points_possible = 100
    result = school.push("--write")
    assert result.exit_code == 2
    assert "expected 3 points possible as in the gradebook, got 100" in result.stderr
    assert school.canvas.written == []


def test_two_students_are_not_one_person(school: Class) -> None:
    """Nor is one student two people."""
    with Gradebook.open(school.url) as book:
        book.upsert_students([Person("cy", canvas_id="101"), Person("bob", canvas_id="103", sis_user_id="sis-b")])
    shown = school.push().stdout
    assert shown.count("another student of the gradebook is the same person in Canvas") == 2
    assert "bob: the ids of the roster are those of several people in Canvas" in shown


def test_a_student_without_the_assignment_is_told(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canvas has no submission to grade then."""
    answer = FakeCanvas.answer

    def without_ada(self: FakeCanvas, *asked: Any) -> Any:
        found = answer(self, *asked)
        return found[1:] if asked[1] == SUBMISSIONS else found

    monkeypatch.setattr(FakeCanvas, "answer", without_ada)
    assert "ada: the assignment is not assigned to this student in Canvas" in school.push().stdout


# ---------------------------------------------------------------- what leaves


def test_unfinished_scores_are_refused(school: Class) -> None:
    """As in an export; asked for, they go with a word on what is open, and not before."""
    school.unmark()
    result = school.push("--write")
    assert result.exit_code == 2
    assert "1 of 4 students have an unfinished score (to be marked by a person: 1a)" in result.stderr
    assert school.canvas.asked == []
    school.push("--write", "--unfinished")
    assert "1 wait for a person" in school.canvas.find("bb").comments[0]["comment"]


def release(days: dict[str, int]) -> ReleaseFile:
    """Return a policy whose stages began, or begin, so many days from now."""
    stages = {name: {"from": (NOW + timedelta(days=more)).isoformat()} for name, more in days.items()}
    return ReleaseFile.model_validate({"schema": "grader/release/v1", "stages": stages})


@pytest.fixture
def withhold(school: Class) -> Callable[..., None]:
    """Return a function that lets the course withhold."""

    def change(**days: int) -> None:
        (everything,) = school.course.assignments
        assignment = everything.model_copy(update={"due": NOW - timedelta(days=30)})
        file = school.course.file.model_copy(update={"assignments": (assignment,)})
        school.course = school.course.model_copy(update={"file": file, "release": release(days)})

    return change


def test_nothing_is_pushed_before_it_is_published(school: Class, withhold: Callable[..., None]) -> None:
    """There is no option that does."""
    withhold(scores=1, feedback=2)
    result = school.push("--write", "--unfinished")
    assert result.exit_code == 2
    assert "no score is published yet" in result.stderr
    assert school.canvas.asked == []


def test_scores_go_before_the_feedback_does(school: Class, withhold: Callable[..., None]) -> None:
    """Bob's marked text waits until the feedback; the page holds what that stage shows."""
    withhold(scores=-1, feedback=1)
    assert "unfinished score" in school.push("--write").stderr
    school.push("--write", "--unfinished")
    (comment,) = school.canvas.find("bb").comments
    assert "1 wait for a person" in comment["comment"]
    assert school.canvas.find("bb").score == 1
    assert b"Well said." not in school.canvas.files[comment["attachments"][0]["id"]][1]
    withhold(scores=-2, feedback=-1)
    school.push("--write")
    assert b"Well said." in school.canvas.files[school.canvas.find("bb").comments[-1]["attachments"][0]["id"]][1]


def test_scores_are_rounded_as_the_course_says(school: Class) -> None:
    """Once, and last."""
    with Gradebook.open(school.url) as book:
        book.override("ada", Override(Fraction(1, 8), "eve", NOW, "agreed"))
    assert "ada: – → 0.125," in school.push().stdout
    file = school.course.file.model_copy(update={"round": "half_even", "decimals": 2})
    school.course = school.course.model_copy(update={"file": file})
    assert "ada: – → 0.12," in school.push().stdout


# ---------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    "url",
    ["http://canvas.example.org", "canvas.example.org", "https://u:p@canvas.example.org", "https://c.org/courses/7",
     "https://", "ftp://127.0.0.1"],
)  # fmt: skip
def test_a_token_goes_to_no_other_address(url: str) -> None:
    """Encrypted, or to this machine."""
    with pytest.raises(canvas_module.UsageError, match="expected Canvas' address, such as https://"):
        canvas_module.check_url(url)
    assert canvas_module.check_url("https://canvas.example.org/") == "https://canvas.example.org"


def test_without_the_extra_it_is_named(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "canvasapi.course", None)
    monkeypatch.delitem(sys.modules, "grader.gradebook.canvas")
    monkeypatch.delattr(grader.gradebook, "canvas")
    result = school.push()
    assert result.exit_code == 2
    assert "pip install 'numgrade[canvas]'" in result.stderr


def test_without_a_token_nothing_is_asked(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from the environment alone."""
    monkeypatch.delenv("CANVAS_API_TOKEN")
    result = school.push()
    assert result.exit_code == 2
    assert "environment variable CANVAS_API_TOKEN, got none" in result.stderr
    assert school.canvas.asked == []


def test_a_token_that_canvas_does_not_take_is_told(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is written, and where it ends in the middle: the rest is not tried."""
    school.canvas.interfere = lambda method, _path: (401, "{}") if method == "PUT" else None
    result = school.push("--write")
    assert result.exit_code == 2
    assert "Canvas does not take the token in CANVAS_API_TOKEN" in result.stderr
    assert sum(one.startswith("PUT") for one in school.canvas.asked) == 1
    school.canvas.interfere = lambda _method, _path: None
    monkeypatch.setenv("CANVAS_API_TOKEN", "another")
    result = school.push()
    assert result.exit_code == 2
    assert "Invalid access token" in result.stderr


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(404, "{}", "no such course or assignment"), (500, "{}", "status code 500"), (200, "<html>", "cannot be read")],
)
def test_what_is_no_assignment_in_canvas_is_told(school: Class, status: int, body: str, told: str) -> None:
    """With what to look at."""
    school.canvas.interfere = lambda _method, _path: (status, body)
    result = school.push()
    assert result.exit_code == 2
    assert told in result.stderr


def test_nobody_there_is_told(school: Class) -> None:
    """As a wrong address is."""
    school.canvas.url = "http://127.0.0.1:9"
    result = school.push()
    assert result.exit_code == 2
    assert "Canvas cannot be read: ConnectionError" in result.stderr


# ---------------------------------------------------------------- a server that lies

SUBMISSION = f"{SUBMISSIONS}/101"
DEEP = "[" * 200_000 + "]" * 200_000


def lie(method: str, path: str, body: str, status: int = 200) -> Callable[[str, str], tuple[int, str] | None]:
    """Return what answers one request so, and leaves the others."""
    return lambda asked, place: (status, body) if (asked, place) == (method, path) else None


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/api/v1/courses/7/assignments/9", '{"points_possible": "1e999999999"}', "points_possible: "),
        ("/api/v1/courses/7/assignments/9", '{"points_possible": 1e999999999}', "points_possible: "),
        ("/api/v1/courses/7/assignments/9", DEEP, "RecursionError"),
        ("/api/v1/courses/7/assignments/9", "[1]", "AttributeError"),
        ("/api/v1/courses/7/search_users", '[{"id": "x"}]', "id: "),
        ("/api/v1/courses/7/search_users", '[{"id": 101}, 3]', "AttributeError"),
        ("/api/v1/courses/7/search_users", '[{"id": 101, "login_id": {"a": 1}}]', "login_id"),
        (SUBMISSIONS, '[{"user_id": "101/../102"}]', "user_id: "),
        (SUBMISSIONS, '{"meta": 1}', "TypeError"),
    ],
)
def test_an_answer_of_another_form_stops_before_anything_is_written(
    school: Class, path: str, body: str, told: str
) -> None:
    """With status 3: it is neither the person's fault nor a bug."""
    school.canvas.interfere = lie("GET", path, body)
    result = school.push("--write")
    assert result.exit_code == 3
    assert "grader: error: Canvas cannot be read: Canvas' answer is not of the form expected: " in result.stderr
    assert told in result.stderr
    assert "a bug in the grader" not in result.stderr
    assert school.canvas.written == []


@pytest.mark.parametrize(
    "odd",
    ['"score": "nan"', '"score": NaN', '"score": 1e10', '"score": true', '"submission_comments": "abc"',
     '"submission_comments": [3]', '"submission_comments": [{"attachments": 7}]', '"excused": "no"'],
)  # fmt: skip
def test_a_student_whose_answer_is_of_another_form_stops_nobody(school: Class, odd: str) -> None:
    """Each is read for oneself."""
    other = '{"user_id": 102, "score": 1, "submission_comments": []}'
    school.canvas.interfere = lie("GET", SUBMISSIONS, f'[{{"user_id": 101, {odd}}}, {other}]')
    result = school.push("--write")
    assert result.exit_code == 3
    assert "grader: error: ada: Canvas' answer is not of the form expected: ValueError: " in result.stderr
    assert "1 pushed and read back, 0 unchanged, 2 failed" in result.stdout
    assert school.canvas.find("al").score is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{SUBMISSION}/comments/files", '{"upload_url": "http://127.0.0.1/x", "upload_params": [1, 2]}'),
        ("POST", f"{SUBMISSION}/comments/files", "[1]"),
        ("PUT", SUBMISSION, "[1]"),
        ("PUT", SUBMISSION, DEEP),
        ("GET", SUBMISSION, '{"score": "nan"}'),
        ("GET", SUBMISSION, "3"),
    ],
)
def test_an_odd_answer_in_the_middle_stops_nobody(school: Class, method: str, path: str, body: str) -> None:
    """It is that student's failure; the next one is pushed."""
    school.canvas.interfere = lie(method, path, body)
    result = school.push("--write")
    assert result.exit_code == 3
    assert "grader: error: ada: Canvas' answer is not of the form expected: " in result.stderr
    assert "1 pushed and read back, 0 unchanged, 2 failed" in result.stdout


def test_a_file_without_a_number_is_no_file(school: Class) -> None:
    """It would become part of a comment."""
    school.canvas.interfere = lie("POST", "/upload", '{"url": "x", "id": [1]}')
    assert "ada: Canvas' answer is not of the form expected: ValueError: id: " in school.push("--write").stderr


def test_pages_without_end_are_not_followed(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class has so many pages at most."""
    monkeypatch.setattr(canvas_module, "MOST_PAGES", 1)
    result = school.push()
    assert result.exit_code == 3
    assert "a list of more than 1 pages" in result.stderr


def test_a_server_that_repeats_the_token_does_not_show_it(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in an error, nor where that is cut, nor in a title, nor in the traceback of a bug of ours."""
    for before in range(150, 200, 7):
        school.canvas.interfere = lambda _method, _path, before=before: (400, f"{'x' * before} {TOKEN}")
        assert TOKEN[:5] not in school.push("--verbose").output
    school.canvas.interfere = lie(
        "GET", "/api/v1/courses/7/assignments/9", f'{{"name": "{TOKEN}", "points_possible": 3}}'
    )
    result = school.push()
    assert TOKEN not in result.output
    assert "Canvas: *** (course 7, assignment 9)" in result.stdout

    def fail(_self: Any, _grades: Any) -> None:
        raise ZeroDivisionError(TOKEN)

    monkeypatch.setattr(canvas_module.CanvasAssignment, "plan", fail)
    result = school.push()
    assert "ZeroDivisionError: ***" in result.stderr
    assert TOKEN not in result.output


def test_pages_are_written_by_the_course(school: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once solutions are out it is loaded from its place, which is not the assignment's in Canvas."""
    asked: list[Any] = []
    monkeypatch.setattr(push, "Solver", lambda *given: asked.append(given) or (lambda *_: ()))
    assert school.push().exit_code == 0
    ((course, where, _),) = asked
    assert (course, where.folder) == (school.course, tmp_path)
