"""What marking needs beside marks, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from grader.errors import ConflictError
from grader.gradebook import Gradebook, Marking, NewMarking, TextToMark
from grader.model import Report

HALF = {"proof": Fraction(1), "form": Fraction(1, 2)}


@pytest.fixture
def held(book: Gradebook, report_of: Callable[..., Report], noon: datetime) -> Gradebook:
    """Return a gradebook with the text of one student."""
    book.record(report_of(text_sha256="t1"), noon, "ada.py")
    return book


def read_text(book: Gradebook) -> TextToMark:
    """Return the only text."""
    (text,) = book.texts("essay")
    return text


def test_secret_is_drawn_once(book: Gradebook, url: str) -> None:
    """Names and order stay from one evening to the next."""
    secret = book.review_log.secret()
    assert len(secret) == 32
    with Gradebook.open(url) as other:
        assert other.review_log.secret() == secret


def test_events_are_kept_in_order(held: Gradebook) -> None:
    """With who did what, and of which words."""
    held.review_log.add_event(read_text(held), "flag", "eve", "hm")
    held.review_log.add_event(read_text(held), "unflag", "bo")
    events = held.review_log.events("essay")
    assert [(one.student, one.text, one.kind, one.who, one.why) for one in events] == [
        ("ada", "t1", "flag", "eve", "hm"),
        ("ada", "t1", "unflag", "bo", ""),
    ]
    assert held.review_log.events("other") == []
    assert held.review_log.events() == events


def test_words_have_a_key(book: Gradebook, report_of: Callable[..., Report], noon: datetime) -> None:
    """Their hash; of what an older version recorded, the attempt."""
    attempt = book.record(report_of(), noon, "ada.py")
    assert read_text(book).key == f"attempt {attempt.id}"
    book.record(
        report_of(text_sha256="t2", submission_sha256="s2", evidence_sha256="e2"), noon + timedelta(hours=1), "ada.py"
    )
    assert read_text(book).key == "t2"


def test_examples_are_kept_for_each_marker(book: Gradebook) -> None:
    """Made anew, the later counts."""
    book.review_log.calibrate("eve", "essay", "x", {"setup": Fraction(1, 3)})
    book.review_log.calibrate("eve", "essay", "x", {"setup": Fraction(2, 3)})
    assert book.review_log.calibrations("eve", "essay") == {"x": {"setup": Fraction(2, 3)}}
    assert book.review_log.calibrations("bo", "essay") == {}


def test_there_is_one_second_marking(held: Gradebook, noon: datetime, mark_of: Callable[..., NewMarking]) -> None:
    """It counts for nothing, and stays beside the first that it was made with."""
    attempt = held.attempts()[0].id
    held.mark([mark_of(attempt, 1)])
    text = read_text(held)
    assert text.kept is not None
    second = Marking("essay", HALF, "bo", noon, "hm", "for staff")
    held.review_log.add_second(text, text.kept.id, second)
    with pytest.raises(ConflictError, match="second marking already"):
        held.review_log.add_second(text, text.kept.id, second)
    held.mark([mark_of(attempt, "3/2")])
    (pair,) = held.review_log.marked_twice("essay")
    assert (pair.first.total, pair.second, pair.text) == (Fraction(1), second, "t1")
    assert held.review_log.marked_twice("other") == []
    assert held.current_scores()[0].marked == Fraction(3, 2)


def test_who_came_in_is_kept(book: Gradebook) -> None:
    """In order, with the address and the moment."""
    for kind in ("wrong", "in", "out"):
        book.review_log.add_sign_in(kind, "eve", "192.0.2.1")  # type: ignore[arg-type]  # a plain word
    kept = book.review_log.sign_ins()
    assert [(one.kind, one.who, one.address) for one in kept] == [
        ("wrong", "eve", "192.0.2.1"),
        ("in", "eve", "192.0.2.1"),
        ("out", "eve", "192.0.2.1"),
    ]
    assert all(one.when.tzinfo is not None for one in kept)
