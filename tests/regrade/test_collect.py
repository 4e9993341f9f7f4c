"""Which requests are taken: each refusal has a reason, and stops no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.errors import UsageError
from grader.gradebook import RequestEvent
from grader.regrade import collect_requests
from tests.regrade.conftest import MOMENT, REASON, Classroom, with_rules

SECOND = timedelta(seconds=1)
END = datetime(2026, 6, 16, 12, tzinfo=UTC)


def test_a_request_is_taken_once(classroom: Classroom) -> None:
    """With the moment when its file was changed and the points of then; collected again, nothing changes."""
    classroom.ask("ada", answer="a")
    (first,) = classroom.collect(now=MOMENT + SECOND)
    assert (first.student, first.file, first.status, first.request) == ("ada", "ada/regrade.yaml", "taken", 1)
    requests = classroom.book.requests()
    asked = requests[0].asked
    assert (asked.student, asked.part, asked.answer, asked.reason) == ("ada", "1a", "a", REASON)
    assert (asked.received_at, asked.points, requests[0].state) == (MOMENT, Fraction(0), "open")
    (again,) = classroom.collect(now=END + SECOND)
    assert (again.status, again.request) == ("known", 1)
    assert classroom.book.requests() == requests


def test_the_points_are_those_of_what_is_asked_about(classroom: Classroom) -> None:
    """The part's, or one answer's, with people's marks."""
    classroom.ask("zoe", answer="essay")
    classroom.ask("ada")
    classroom.collect()
    assert [(one.asked.student, one.asked.points) for one in classroom.book.requests()] == [
        ("ada", Fraction(0)),
        ("zoe", Fraction(1, 2)),
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"submission": "b" * 63}, "expected the 64 characters that the feedback names your submission by"),
        ({"submission": "b" * 64}, "this is about another submission: expected "),
        ({"part": "1b"}, "part = '1b': expected one of 1a, 2a"),
        ({"part": "x\0" * 1000}, "part = 'x\\x00"),
        ({"answer": "asay"}, "answer = 'asay': not an answer of 1a; did you mean essay?"),
        ({"answer": "b"}, "answer = 'b': not an answer of 1a"),
        ({"reason": "Too short by one ch"}, "at least 20 characters"),
        ({"reason": " " * 30}, "at least 20 characters"),
        ({"reason": "x" * 2001}, "at most 2000 characters"),
        ({"reason": None}, "reason: missing key"),
        ({"schema": "grader/late/v1"}, "expected"),
        ({"points": 3}, "unknown key"),
    ],
)
def test_what_cannot_be_taken_is_told(classroom: Classroom, changes: dict[str, Any], why: str) -> None:
    """With what was expected, and nothing is written."""
    classroom.ask("ada", **changes)
    assert why in classroom.refusal()


def test_lengths_that_are_just_right_are_taken(classroom: Classroom) -> None:
    """Of 20 and of 2000 characters, whatever stands around them."""
    classroom.ask("ada", reason="  " + "x" * 20 + "\n")
    classroom.ask("ada", "regrade-2.yaml", part="2a", reason="ä" * 2000)
    assert [one.status for one in classroom.collect()] == ["taken", "taken"]


def test_a_student_of_whom_nothing_is_known_is_told(classroom: Classroom) -> None:
    """Nor is one made."""
    classroom.ask("eve")
    assert classroom.refusal() == "the gradebook has nothing that this student submitted"
    assert [row.person.student for row in classroom.book.current_scores()] == ["ada", "bob", "zoe"]


def test_an_older_submission_is_another_one(classroom: Classroom) -> None:
    """The one that counts is asked about, as its page says."""
    classroom.ask("ada")
    classroom.submit("ada", "a = 4\n", MOMENT)
    assert "another submission" in classroom.refusal()


@pytest.mark.parametrize(
    ("received", "why"),
    [
        (datetime(2026, 6, 9, 12, tzinfo=UTC) - SECOND, "the feedback on 1a is not published (at 2026-06-09T11:59"),
        (END + SECOND, "requests about 1a were taken until 2026-06-16T12:00+00:00"),
        (datetime(1980, 1, 1, tzinfo=UTC), "is not published (at 1980-01-01"),
    ],
)
def test_outside_the_window_nothing_is_taken(classroom: Classroom, received: datetime, why: str) -> None:
    """Before the feedback, and after the last moment."""
    path = classroom.ask("ada")
    os.utime(path, (received.timestamp(), received.timestamp()))
    assert why in classroom.refusal(now=END + timedelta(days=30))


@pytest.mark.parametrize("received", [datetime(2026, 6, 9, 12, tzinfo=UTC), END])
def test_both_ends_belong_to_the_window(classroom: Classroom, received: datetime) -> None:
    """By `at` too, which counts for every file."""
    classroom.ask("ada")
    (outcome,) = classroom.collect(now=END + timedelta(days=30), at=received)
    assert outcome.status == "taken"
    assert classroom.book.requests()[0].asked.received_at == received


@pytest.mark.parametrize("seconds", [2**33, 2**31, -(2**31)])
def test_a_time_that_cannot_be_is_bounded(classroom: Classroom, seconds: int) -> None:
    """A file of the future came in now; one from before the epoch at its beginning."""
    os.utime(classroom.ask("ada"), (seconds, seconds))
    (outcome,) = classroom.collect()
    if seconds > 0:
        assert classroom.book.requests()[0].asked.received_at == MOMENT
    else:
        assert "1970-01-01" in outcome.reason


def test_feedback_that_waits_for_marks_is_not_published(classroom: Classroom) -> None:
    """Whatever the date."""
    classroom.submit("cy", "a = 2\n# essay, Cy's\n")
    classroom.ask("ada")
    assert "is not published" in classroom.refusal()


def test_a_student_with_more_time_has_a_later_window(classroom: Classroom) -> None:
    """From when all extensions have passed."""
    path = classroom.ask("bob")
    assert "is not published" in classroom.refusal()
    classroom.mark("bob")
    for day, expected in ((21, "taken"), (28, "known")):
        moment = datetime(2026, 6, day, 12, tzinfo=UTC)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        (outcome,) = classroom.collect(now=moment)
        assert outcome.status == expected


def test_one_request_a_part(classroom: Classroom) -> None:
    """A second about it is refused, one about another is not; once withdrawn, another may be made."""
    classroom.ask("ada", "regrade-1.yaml")
    classroom.ask("ada", "regrade-2.yaml", answer="a")
    classroom.ask("ada", "REGRADE-3.YML", part="2a")
    third, first, second = classroom.collect()
    assert (third.status, first.status, second.status) == ("taken", "taken", "refused")
    assert second.reason == "one more about 1a: expected at most 1, there is 2 already"
    request = classroom.book.requests()[1]
    classroom.book.move_request(request, RequestEvent("withdrawn", "eve", MOMENT, "as she wished"))
    assert [one.status for one in classroom.collect()] == ["known", "known", "taken"]


def test_two_requests_where_the_policy_allows_them(open_classroom: Callable[..., Classroom]) -> None:
    """And no third."""
    classroom = open_classroom(per_part=2)
    for number in range(3):
        classroom.ask("ada", f"regrade-{number}.yaml", reason=f"{REASON} {number}")
    assert [one.status for one in classroom.collect()] == ["taken", "taken", "refused"]


@pytest.mark.parametrize("without", ["release", "regrade"])
def test_a_course_that_takes_none_says_so(classroom: Classroom, without: str) -> None:
    """Without the file, or without the line in it."""
    release = None if without == "release" else classroom.course.release.model_copy(update={"regrade": None})
    course = classroom.course.model_copy(update={"release": release})
    with pytest.raises(UsageError, match=r"expected `regrade` in release\.yaml"):
        list(collect_requests(course, classroom.book, classroom.folder, MOMENT))


def test_work_that_was_judged_by_another_version_is_judged_first(classroom: Classroom) -> None:
    """Else everybody would be told that nothing is published."""
    classroom.ask("ada")
    course = classroom.course.model_copy(update={"sha256": "d" * 64})
    with pytest.raises(UsageError, match="another version of the course judged: run `grader judge"):
        list(collect_requests(course, classroom.book, classroom.folder, MOMENT))


def write_bomb() -> bytes:
    """Return YAML of 500 bytes that would unfold to gigabytes."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return "\n".join(lines).encode()


HOSTILE = {
    "bomb": (write_bomb(), "the anchor &a: expected no anchors or aliases"),
    "large": (b"a" * (1 << 20), "is larger than 16384 bytes"),
    "bytes": (b"part: \xff\xfe", "expected UTF-8, got the byte 0xff"),
    "utf-16": ("schema: x".encode("utf-16"), "expected UTF-8"),
    "empty": (b"", "the file is empty"),
    "list": (b"- 1\n- 2\n", "expected keys with values"),
    "deep": (b"[" * 8000, "nested more than 32 deep"),
    "twice": (b"part: 1a\npart: 2a\n", "expected this key once"),
    "tag": (b"!!python/object/apply:os.system [id]", "the tag"),
    "nul": (b"part: \0", "U+0000 is not allowed"),
    "number": (b"1" * 16000, "expected at most 400"),
    "infinite": (b"schema: .inf\npart: .nan\n", "expected"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_refused(classroom: Classroom, name: str) -> None:
    """By size, by form, by what a file may hold; the next file is taken."""
    content, why = HOSTILE[name]
    path = classroom.ask("ada", "regrade-0.yaml")
    path.write_bytes(content)
    classroom.ask("ada", "regrade-1.yaml")
    first, second = classroom.collect()
    assert why in first.reason
    assert len(first.reason) < 1000
    assert (first.status, second.status) == ("refused", "taken")


def test_nothing_is_followed_or_waited_for(classroom: Classroom) -> None:
    """Links to files, folders and nowhere, pipes and folders in a file's place are refused by name."""
    target = classroom.ask("ada")
    folder = classroom.folder / "zoe"
    folder.mkdir()
    (folder / "regrade-a.yaml").symlink_to(target)
    (folder / "regrade-b.yaml").symlink_to("nowhere")
    os.mkfifo(folder / "regrade-c.yaml")
    (folder / "regrade-d.yaml").mkdir()
    (classroom.folder / "linked").symlink_to(folder)
    reasons = [one.reason for one in classroom.collect()]
    assert reasons == [
        "",
        "linked is a symbolic link; submit the file itself",
        "regrade-a.yaml is a symbolic link; submit the file itself",
        "regrade-b.yaml is a symbolic link; submit the file itself",
        "regrade-c.yaml is a named pipe, not a file",
        "regrade-d.yaml is not a file",
    ]


def test_requests_of_nobody_are_passed_over(classroom: Classroom) -> None:
    """In the class's own folder, in a folder below a student's, and under other names."""
    path = classroom.ask("ada")
    (classroom.folder / "regrade.yaml").write_bytes(path.read_bytes())
    (path.parent / "old").mkdir()
    path.rename(path.parent / "old" / "regrade.yaml")
    (path.parent / "my-regrade.yaml").write_bytes(b"x")
    (classroom.folder / ".git").mkdir()
    assert classroom.collect() == []


def test_names_that_are_no_text_are_spelled_out(classroom: Classroom) -> None:
    """And reach no terminal as they are."""
    classroom.ask("ada", os.fsdecode(b"regrade-\xff\x1b[31m.yaml"), part="9z")
    (outcome,) = classroom.collect()
    outcome.reason.encode()
    assert outcome.file == "ada/regrade-\\udcff\x1b[31m.yaml"


def test_no_file_too_many_is_read(classroom: Classroom) -> None:
    """The first hundred are, and it is told."""
    for number in range(101):
        classroom.ask("ada", f"regrade-{number:03}.yaml", part="9z")
    outcomes = classroom.collect()
    assert len(outcomes) == 101
    assert outcomes[-1].reason == "there are 101 requests; the first 100 by name were read"


def test_a_rule_that_is_left_out_has_its_default(released: Any) -> None:
    """Seven days, one request, no points lost."""
    rules = with_rules(released).course.release.regrade
    assert (rules.length, rules.per_part, rules.may_lower) == (timedelta(days=7), 1, False)
