"""`grader regrade`: what a person types, reads and gets as a status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import choice, main, regrade, requests
from tests.regrade.conftest import HALF, Classroom, open_class

TEXT = "You are right. The third sentence says it."


@pytest.fixture
def classroom(released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """Return a class whose course the command finds."""
    opened = open_class(released, tmp_path)
    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)
    monkeypatch.setattr(choice, "load_course", lambda _: opened.course)
    with opened.book:
        yield opened


def call(classroom: Classroom, *arguments: object) -> Result:
    """Run a command on the class's gradebook."""
    db = f"sqlite:///{classroom.folder.parent / 'grades.db'}"
    return CliRunner().invoke(main, ["regrade", *map(str, arguments), "--db", db])


@pytest.fixture
def asked(classroom: Classroom) -> Classroom:
    """Return the class once Ada has asked about her number, and Zoe about her text."""
    classroom.ask("ada", answer="a")
    classroom.ask("zoe", answer="essay", reason="Line one says it.\n\x1b[31mLine two says it too.")
    assert call(classroom, "collect", classroom.folder).exit_code == 0
    return classroom


def test_collecting_tells_of_each_file(classroom: Classroom) -> None:
    """With a status of 0, as refusals are the students' business; again, it changes nothing."""
    classroom.ask("ada")
    classroom.ask("ada", "regrade-2.yaml", part="1\n::error::a")
    first = call(classroom, "collect", classroom.folder)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "ada/regrade-2.yaml: refused: part = '1\\n: :error: :a': expected one of 1a, 2a",
        "ada/regrade.yaml: taken as request 1",
        "1 taken, 0 taken before, 1 refused",
    ]
    again = call(classroom, "collect", classroom.folder)
    assert "ada/regrade.yaml: taken before, request 1\n0 taken, 1 taken before, 1 refused\n" in again.stdout


def test_collecting_gives_json(classroom: Classroom) -> None:
    """Alone, what became of each file."""
    classroom.ask("ada", part="9z")
    result = call(classroom, "collect", classroom.folder, "--json", "-", "--at", "2026-06-10T12:00Z")
    assert json.loads(result.stdout) == [
        {
            "student": "ada", "file": "ada/regrade.yaml", "status": "refused", "request": None,
            "reason": "part = '9z': expected one of 1a, 2a",
        }
    ]  # fmt: skip


def test_the_moment_has_a_zone(classroom: Classroom) -> None:
    """And is the one of all files."""
    assert call(classroom, "collect", classroom.folder, "--at", "2026-06-10T12:00").exit_code == 2
    classroom.ask("ada")
    assert "is not published" in call(classroom, "collect", classroom.folder, "--at", "2026-06-01T12:00Z").stdout


def test_a_gradebook_has_to_be_there(classroom: Classroom, tmp_path: Path) -> None:
    """None is made."""
    arguments = ["regrade", "list", "--db", f"sqlite:///{tmp_path / 'none.db'}"]
    assert CliRunner().invoke(main, arguments).exit_code == 2
    assert not (tmp_path / "none.db").exists()
    assert call(classroom, "list").stdout.splitlines()[-1] == "0 requests"


def test_the_list_begins_with_what_is_open(asked: Classroom) -> None:
    """And ends with how many are about the same; nothing of it is obeyed by a terminal."""
    assert call(asked, "answer", 1, "--by", "bo", "--text", TEXT).stdout == "1 ada, 1a a: 0 → 0\n"
    shown = [" ".join(line.split()) for line in call(asked, "list").stdout.splitlines() if line]
    assert shown[0] == "id state student about asked points what was said"
    assert shown[2].startswith("2 open zoe 1a essay 2026-06-10 12:00+00:00 0.5 Line one says it.")
    assert "␛[31mLine two" in " ".join(shown)
    assert any(line.startswith("1 answered (kept) ada 1a a 2026-06-10 12:00+00:00 0 → 0 My third") for line in shown)
    assert "answered by bo: You are right." in " ".join(shown)
    assert shown[-3:] == [
        "1a essay: 1 request, 1 to be answered, 0 changed",
        "1a a: 1 request, 0 to be answered, 0 changed",
        "2 requests",
    ]


def test_the_list_cuts_long_reasons(classroom: Classroom) -> None:
    """One alone is shown with all of it."""
    classroom.ask("ada", reason=f"{'a b ' * 300}the end.")
    call(classroom, "collect", classroom.folder)
    assert "the end." not in call(classroom, "list").stdout
    assert "…" in call(classroom, "list").stdout
    (request,) = classroom.book.requests()
    assert list(requests.describe_request(request))[1].endswith("the end.")


@pytest.mark.parametrize(
    ("arguments", "students"),
    [
        ((), ["zoe", "ada"]),
        (("--state", "open"), ["zoe"]),
        (("--state", "answered"), ["ada"]),
        (("--part", "2a"), []),
        (("--part", "1a", "--state", "final"), []),
    ],
)
def test_the_list_can_be_narrowed(asked: Classroom, arguments: tuple[str, ...], students: list[str]) -> None:
    """By part and by state; as JSON, with everything that became of each."""
    call(asked, "answer", 1, "--by", "bo", "--text", TEXT)
    found = json.loads(call(asked, "list", "--json", "-", *arguments).stdout)
    assert [one["student"] for one in found] == students
    for one in found:
        assert [event["state"] for event in one["events"]] == ["open", "answered"][: len(one["events"])]
    if "ada" in students:
        event = found[-1]["events"][1]
        assert (event["who"], event["points_before"], event["points_after"]) == ("bo", "0", "0")


def test_one_is_shown_with_what_it_is_about(asked: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the request itself; one that is not there is told."""
    monkeypatch.setattr(regrade, "describe_work", lambda _course, _book, request: [f"about {request.id}"])
    shown = call(asked, "show", 2).stdout.splitlines()
    assert shown == [
        "2 open: zoe, 1a essay, 2026-06-10 12:00+00:00",
        "    Line one says it.",
        "    ␛[31mLine two says it too.",
        "about 2",
    ]
    assert "has no request 9" in call(asked, "show", 9).stderr


def test_points_are_given_by_criterion(asked: Classroom) -> None:
    """Exactly."""
    result = call(asked, "answer", 2, "--by", "bo", "--text", TEXT, "--points", "example=1/2")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2 zoe, 1a essay: 0.5 → 1\n", "")
    assert asked.book.markings(3)[-1].marking.points == {"reason": HALF, "example": HALF}


def test_an_override_that_stands_over_marks_is_told(asked: Classroom) -> None:
    """As the points change nothing then."""
    assert "whole score: 0 → 2" in call(asked, "answer", 1, "--by", "bo", "--text", TEXT, "--score", 2).stdout
    asked.book.move_request(asked.book.requests()[1], _event(asked, "withdrawn"))
    asked.ask("zoe", "regrade-2.yaml", reason="I ask once more about the whole part.")
    call(asked, "collect", asked.folder)
    assert call(asked, "answer", 3, "--by", "bo", "--text", TEXT, "--score", 2).exit_code == 0
    call(asked, "escalate", 3, "--by", "eve", "--why", "no")
    result = call(asked, "answer", 3, "--by", "cy", "--text", TEXT, "--points", "example=1/2")
    assert result.stderr == "grader: warning: zoe has an override of 2, which stands\n"


def _event(_: Classroom, state: Any) -> Any:
    from tests.gradebook.test_requests import event_of
    from tests.regrade.conftest import MOMENT

    return event_of(state, MOMENT)


def test_a_mended_course_answers_all_requests_of_a_check(asked: Classroom) -> None:
    """Each with its points before and after; one about the whole part is named, and stays."""
    asked.ask("bob", part="1a")
    asked.ask("zoe", "regrade-2.yaml", part="2a")
    text = "The course was wrong. It is mended."
    for student in ("cy", "dan"):
        asked.submit(student, f"a = 3\n# {student}\n")
        asked.ask(student, submission=asked.sha256(student), answer=None if student == "dan" else "a")
    call(asked, "collect", asked.folder)
    asked.mend()
    for student in ("cy", "dan"):
        asked.submit(student, f"a = 3\n# {student}\n")
    result = call(asked, "answer", "--check", "1a.a", "--by", "bo", "--text", text)
    assert (result.exit_code, result.stdout) == (0, "1 ada, 1a a: 0 → 1\n3 cy, 1a a: 0 → 1\n")
    assert result.stderr == "grader: request 4 is about the whole of 1a, and stays: answer it by its number\n"
    states = [(one.asked.student, one.state) for one in asked.book.requests()]
    assert states == [("ada", "answered"), ("zoe", "open"), ("cy", "answered"), ("dan", "open"), ("zoe", "open")]
    again = call(asked, "answer", "--check", "1a.a", "--by", "bo", "--text", text)
    assert again.exit_code == 2
    assert "no request about a waits for an answer" in again.stderr


def test_one_that_cannot_be_answered_stops_no_other(asked: Classroom) -> None:
    """It is told, with a status of its own."""
    asked.mark("zoe", "bo")
    result = call(asked, "answer", 2, 1, 1, "--by", "bo", "--text", TEXT)
    assert (result.exit_code, result.stdout) == (2, "1 ada, 1a a: 0 → 0\n")
    assert "decided on 1a essay before" in result.stderr
    reason = ("--same-marker", "eve is away")
    assert call(asked, "answer", 2, "--by", "bo", "--text", TEXT, *reason).exit_code == 0
    (_, request) = asked.book.requests()
    assert list(requests.describe_request(request))[-1].endswith("(decided before: eve is away)")


def test_lateness_is_counted_where_it_is_given(asked: Classroom, tmp_path: Path) -> None:
    """As for an export."""
    (tmp_path / "late.yaml").write_text(
        "schema: grader/late/v1\ndue: 2026-05-29T00:00:00Z\npercent_per_day: 50\n", encoding="utf-8"
    )
    asked.mend()
    score = ("answer", 1, "--by", "bo", "--text", TEXT, "--score", "3/4")
    assert "would fall from 1 point to 0.75" in call(asked, *score).stderr
    assert call(asked, *score, "--late", tmp_path / "late.yaml").stdout == "1 ada, whole score: 0.5 → 0.75\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "expected either the numbers of requests or --check CHECK"),
        ((1, "--check", "1a.a"), "expected either the numbers of requests or --check CHECK"),
        ((1, 2, "--score", 2), "--points and --score decide on one request: expected one ID"),
        (("--check", "1a.a", "--points", "reason=1"), "--points and --score decide on one request"),
        ((99,), "the gradebook has no request 99"),
        (("--check", "1a.aa"), "--check = '1a.aa': not a check of this course; did you mean 1a.a?"),
        ((1, "--points", "reason"), "'reason': expected CRITERION=POINTS, such as bounded=full or bounded=1/2"),
        ((1, "--points", "=1"), "'=1': expected CRITERION=POINTS"),
        ((1, "--points", "reason="), "'reason=': expected CRITERION=POINTS"),
        ((2, "--points", "reason=x"), "--points reason=x: 'x' is not a number of points, full or none"),
        ((2, "--points", "reason=-1"), "--points: essay: reason = -1: expected one of 1/2, 1/4, 0"),
    ],
)
def test_wrong_usage_is_told(asked: Classroom, arguments: tuple[object, ...], why: str) -> None:
    """And nothing is answered."""
    result = call(asked, "answer", *arguments, "--by", "bo", "--text", TEXT)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())
    assert {one.state for one in asked.book.requests()} == {"open"}


def test_a_request_is_escalated_and_withdrawn(asked: Classroom) -> None:
    """By somebody, for a reason; what cannot be is told."""
    by = ("--by", "eve", "--why", "She does not agree.")
    assert call(asked, "withdraw", 1, *by).stdout == "1 withdrawn\n"
    assert (
        "request 2 is open: expected answered, from which it can be escalated" in call(asked, "escalate", 2, *by).stderr
    )
    call(asked, "answer", 2, "--by", "eve", "--text", TEXT)
    assert call(asked, "escalate", 2, *by).stdout == "2 escalated\n"
    assert "request 2 is escalated: expected open" in call(asked, "withdraw", 2, *by).stderr
    assert call(asked, "withdraw", 99, *by).exit_code == 2
    assert [one.events[-1].who for one in asked.book.requests()] == ["eve", "eve"]


@pytest.mark.parametrize("empty", ["--by", "--why"])
def test_nobody_does_something_for_no_reason(asked: Classroom, empty: str) -> None:
    """Who looks later finds a name and a reason."""
    given = {"--by": "eve", "--why": "She does not agree."} | {empty: "  "}
    result = call(asked, "withdraw", 1, *(word for pair in given.items() for word in pair))
    assert result.exit_code == 2
    assert "expected words, got nothing" in result.stderr
    assert asked.book.requests()[0].state == "open"


def test_each_option_has_its_variable(asked: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by the command, its group and the option; `--quiet` is there as everywhere."""
    monkeypatch.setenv("GRADER_REGRADE_LIST_STATE", "final")
    assert call(asked, "list", "--quiet").stdout.splitlines()[-1] == "0 requests"
