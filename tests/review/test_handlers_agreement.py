"""Texts that two people mark, and the page on how far they agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from fractions import Fraction
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.agreement import build_agreements
from tests.review.conftest import ANSWER, FULL, GOOD, Served


def test_second_marking_is_blind(serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook) -> None:
    """The second sees nothing of the first, counts for nothing, and is compared once both are in."""
    submit("ada", GOOD)
    served = serve("eve", "bo", percent_twice=100)
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    (entry,) = served.review.read_queue(ANSWER)
    path = f"/mark/{ANSWER}/{entry.name}"
    assert eve.post(path, **FULL, comment="well seen", note="a note to staff").status_code == 303
    assert "1 still to be marked by a second person, blind" in eve.read(f"/mark/{ANSWER}")
    assert bo.get(f"/mark/{ANSWER}").headers["location"].endswith(path)
    page = bo.read(path)
    assert "second marking, blind" in page
    for hidden in ("well seen", "a note to staff", "marked 1 of 1", 'data-points="0.5" checked', "by eve"):
        assert hidden not in page
    assert bo.post(path, **{"points.growth": "1/2"}).status_code == 303
    (pair,) = book.review_log.marked_twice(ANSWER)
    assert (pair.first.who, pair.first.total, pair.second.who, pair.second.total) == ("eve", 1, "bo", Fraction(1, 2))
    (row,) = book.current_scores()
    assert row.marked == 1
    assert "by a second person" not in eve.read(f"/mark/{ANSWER}")
    assert "well seen" in bo.read(path)
    compared = bo.read(f"/agreement/{ANSWER}")
    assert entry.name in compared.partition("Where they differ")[2]
    assert "κ from 10 texts on" in compared
    assert "1 twice</a>" in compared


def test_markings_made_at_the_same_time_are_a_pair(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook
) -> None:
    """Who had the page open before the first marking did not see it, either; a third finds it done."""
    submit("ada", GOOD)
    served = serve("eve", "bo", "cy", percent_twice=100)
    eve, bo, cy = (served.sign_in(who).calibrate() for who in ("eve", "bo", "cy"))
    (entry,) = served.review.read_queue(ANSWER)
    path = f"/mark/{ANSWER}/{entry.name}"
    assert 'name="seen" value="0"' in bo.read(path)
    assert eve.post(path, **FULL).status_code == 303
    answer = bo.post(path, none="yes", seen="0")
    assert answer.status_code == 303
    told = bo.read(answer.headers["location"].removeprefix(bo.base))
    assert f"Somebody marked {entry.name} before you saved: yours is kept as its blind second marking." in told
    assert "yours is kept" not in eve.read(f"/mark/{ANSWER}?saved={entry.name}&second={entry.name}")  # hers counts
    assert len(book.review_log.marked_twice(ANSWER)) == 1
    assert cy.post(path, none="yes", seen="0").status_code == 409


def test_first_marking_that_became_a_second_is_said_so(
    serve: Callable[..., Served], submit: Callable[..., None]
) -> None:
    """Above the next text, without the other's name or points; who opened it as a second is told nothing of it."""
    for student in ("ada", "bob", "cy"):
        submit(student, f"{GOOD} {student}")
    served = serve("eve", "bo", percent_twice=100)
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    entry, other, _ = served.review.read_queue(ANSWER)
    told = f"Somebody marked {entry.name} before you saved: yours is kept as its blind second marking. 2 to go."
    eve.post(f"/mark/{ANSWER}/{entry.name}", **FULL, comment="well seen")
    answer = bo.post(f"/mark/{ANSWER}/{entry.name}", none="yes", seen="0")
    page = bo.read(answer.headers["location"].removeprefix(bo.base))
    status = page.partition('id="status"')[2].partition("</div>")[0]
    assert told in status
    assert "eve" not in status
    eve.post(f"/mark/{ANSWER}/{other.name}", **FULL)
    answer = bo.post(f"/mark/{ANSWER}/{other.name}", none="yes")
    page = bo.read(answer.headers["location"].removeprefix(bo.base))
    assert "yours is kept" not in page
    assert f"Saved for {other.name}." in page


def test_first_marking_of_the_same_moment_is_not_shown(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes between looking the text up and saving: what is saved after it is the blind second one."""
    submit("ada", GOOD)
    served = serve("eve", "bo", percent_twice=100)
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    (entry,) = served.review.read_queue(ANSWER)
    path = f"/mark/{ANSWER}/{entry.name}"
    real = Gradebook.mark

    def slip_in(self: Gradebook, new: Any, check: Any) -> None:
        monkeypatch.setattr(Gradebook, "mark", real)
        assert eve.post(path, **FULL, comment="well seen").status_code == 303
        real(self, new, check)

    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', bo.read(path)))
    monkeypatch.setattr(Gradebook, "mark", slip_in)
    monkeypatch.setattr(served.review, "_rubric_lock", nullcontext())  # eve's is another program
    answer = bo.send(path, **fields, none="yes")
    assert (answer.status_code, "well seen" in answer.text) == (303, False)
    (pair,) = book.review_log.marked_twice(ANSWER)
    assert (pair.first.who, pair.second.who) == ("eve", "bo")


def test_agreement_of_a_class(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """From ten texts on there is a number."""
    students = [f"student{index}" for index in range(12)]
    for student in students:
        submit(student, f"{GOOD} {student}")
    served = serve("eve", "bo", percent_twice=100)
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    for index, entry in enumerate(served.review.read_queue(ANSWER)):
        given = FULL if index % 2 else {"none": "yes"}
        eve.post(f"/mark/{ANSWER}/{entry.name}", **given)
        bo.post(f"/mark/{ANSWER}/{entry.name}", **(FULL if index % 2 or index == 0 else {"none": "yes"}))
    queue = served.review.read_queue(ANSWER)
    rubric = served.review.asked[ANSWER].rubric
    total, growth, _ = build_agreements(rubric, queue.marked_twice)
    assert (total.counts, total.points) == (((6, 0), (1, 5)), ("1", "0"))
    assert total.shown == f"{total.kappa:.2f}" == "0.83"
    assert growth.kappa == total.kappa
    assert "κ 0.83" in eve.read(f"/agreement/{ANSWER}").partition("</header>")[2]
    assert "12 twice, κ 0.83" in eve.read(f"/mark/{ANSWER}/{queue[0].name}")
