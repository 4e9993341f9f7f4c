"""A queue is in an order that stays, under names that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.gradebook import Gradebook, Marking, NewMarking, TextToMark
from grader.review.queue import Namer, Queue, build_queue
from tests.review.conftest import ANSWER, GOOD, NOON, Marker, Served, find_name

SECRET = b"s" * 32


def build_text(student: str, answer: str = ANSWER) -> TextToMark:
    """Return a text that nobody has marked."""
    return TextToMark(student, 1, "5d", answer, Fraction(1), "t", None)


def build(*students: str, secret: bytes = SECRET, answer: str = ANSWER) -> Queue:
    """Return the queue of these students."""
    return build_queue(Namer(secret), [build_text(one, answer) for one in students])


def order(queue: Queue) -> list[str]:
    """Return the students in the order of a queue."""
    return [entry.text.student for entry in queue]


STUDENTS = tuple(f"student{index}" for index in range(40))


def test_order_stays_and_differs_from_answer_to_answer() -> None:
    """Neither that of the names nor of who submitted first; a newcomer moves nobody."""
    assert order(build(*STUDENTS)) == order(build(*reversed(STUDENTS)))
    assert order(build(*STUDENTS)) != list(STUDENTS)
    assert order(build(*STUDENTS, answer="other")) != order(build(*STUDENTS))
    assert order(build(*STUDENTS, secret=b"t" * 32)) != order(build(*STUDENTS))
    assert [one for one in order(build(*STUDENTS, "new")) if one != "new"] == order(build(*STUDENTS))


def test_names_are_short_and_differ() -> None:
    """Four characters, more where two would have the same."""
    queue = build(*(f"student{index}" for index in range(2000)))
    names = [entry.name for entry in queue]
    assert len(set(names)) == len(names)
    lengths = sorted(map(len, names))
    assert (lengths[0], lengths[-1] > 4) == (4, True)
    assert all(queue.find(name) is not None for name in names[:20])
    assert queue.find("none") is None


def test_sample_is_of_about_the_size_asked_for() -> None:
    """And a larger one holds the smaller."""
    texts = [build_text(f"student{index}") for index in range(1000)]
    signed = {text.student: Namer(SECRET).sign(text) for text in texts}
    drawn = {
        percent: {name for name, sign in signed.items() if Namer(SECRET, percent).draws(sign)}
        for percent in (0, 10, 50)
    }
    assert not drawn[0]
    assert 60 < len(drawn[10]) < 140
    assert drawn[10] < drawn[50]
    assert all(map(Namer(SECRET, 100).draws, signed.values()))


def test_next_goes_around_and_leaves_skipped_and_busy_for_last(
    serve: Callable[..., Served], submit: Callable[..., None]
) -> None:
    """A skipped text comes back when nothing else is left; one that somebody has open, at the very end."""
    for student in ("ada", "bob", "cy"):
        submit(student, GOOD + student)
    served = serve("eve")
    eve = served.sign_in("eve").calibrate()
    first = find_name(eve)
    second = eve.post(f"/skip/{ANSWER}/{first}", csrf=csrf_of(eve)).headers["location"].rpartition("/")[2]
    assert second != first
    queue = served.review.read_queue(ANSWER)
    third = next(entry.name for entry in queue if entry.name not in {first, second})
    assert queue.find_next(queue.find(second), "eve").name == third
    assert queue.find_next(queue.find(second), "eve", {third}).name == first
    assert queue.find_next(queue.find(second), "eve", {third, first}).name == third
    assert queue.find_next(queue.find(third), "bo").name in {first, second}


def csrf_of(marker: Marker) -> str:
    """Return the token of a marker's session."""
    import re

    found = re.search(r'name="csrf" value="([^"]+)"', marker.read("/"))
    assert found is not None
    return found[1]


def test_marking_of_other_words_does_not_count(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook
) -> None:
    """It is there to be looked at, and the new text waits."""
    submit("ada", GOOD)
    attempt = book.attempts("ada")[0].id
    served = serve("eve")
    points = {"growth": Fraction(1, 2), "bounded": Fraction(0)}
    rubric = served.review.asked[ANSWER].rubric
    book.mark([NewMarking(attempt, Marking(ANSWER, points, "eve", NOON), rubric)])
    assert [entry.is_marked for entry in served.review.read_queue(ANSWER)] == [True]
    submit("ada", f"{GOOD} Indeed.", at=NOON + timedelta(hours=1), submission_sha256="2" * 64)
    (entry,) = served.review.read_queue(ANSWER)
    assert not entry.is_marked
    eve = served.sign_in("eve").calibrate()
    page = eve.read(f"/mark/{ANSWER}/{entry.name}")
    assert "The words have changed since they were marked" in page
    assert "<s>0.5 of 1</s>" in page
    assert "checked" not in page.partition('<form id="sheet"')[2].partition("</form>")[0]
    kept = eve.read(f"/mark/{ANSWER}/{entry.name}?keep=1")
    assert 'value="1/2" data-points="0.5" checked' in kept


@pytest.mark.parametrize("step", [1, -1])
def test_neighbours_go_around(step: int) -> None:
    """Also past the ends."""
    queue = build("a", "b", "c")
    entry: Any = queue[0]
    seen = []
    for _ in range(3):
        entry = queue.find_neighbour(entry, step)
        seen.append(entry)
    assert entry == queue[0]
    assert len(set(map(id, seen))) == 3
