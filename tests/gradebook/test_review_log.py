"""What marking needs beside marks, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from grader.errors import MarkedMeanwhile
from grader.gradebook import Gradebook, Marking, Seen
from grader.model import Report

ONE = {"setup": Fraction(1)}


@pytest.fixture
def held(book: Gradebook, report_of: Callable[..., Report], noon: datetime) -> Gradebook:
    """Return a gradebook with the text of one student."""
    book.record(report_of(), noon, "ada.py")
    return book


def test_secret_is_drawn_once(book: Gradebook, url: str) -> None:
    """Names and order stay from one evening to the next."""
    secret = book.review_log.secret()
    assert len(secret) == 32
    with Gradebook.open(url) as other:
        assert other.review_log.secret() == secret


def test_texts_are_of_what_counts(held: Gradebook, report_of: Callable[..., Report], noon: datetime) -> None:
    """Of the attempt that counts, and only what a person marks."""
    held.record(report_of("bob", text="missing"), noon, "bob.py")
    held.record(report_of(submission_sha256="s2", evidence_sha256="e2"), noon + timedelta(hours=1), "ada.py")
    (text,) = held.review_log.texts()
    assert (text.student, text.submission_sha256, text.part, text.answer, text.max) == ("ada", "s2", "1b", "essay", 2)
    assert (text.last, held.review_log.texts("other")) == (None, [])


def test_marking_that_was_not_seen_keeps_another_away(held: Gradebook, noon: datetime) -> None:
    """Two who look at one text: the later is told, and nothing of theirs is written."""
    (attempt,) = held.attempts()
    held.mark(attempt.id, Marking("essay", ONE, "eve", noon), Seen(None))
    with pytest.raises(MarkedMeanwhile, match="marked by somebody else in the meantime"):
        held.mark(attempt.id, Marking("essay", {"setup": Fraction(2)}, "bo", noon), Seen(None))
    (text,) = held.review_log.texts("essay")
    assert text.marking is not None
    assert (text.marking.marking.who, text.marking.marking.total) == ("eve", 1)
    held.mark(attempt.id, Marking("essay", {"setup": Fraction(2)}, "bo", noon), Seen(text.marking.id))
    assert [one.who for one in held.markings(attempt.id)] == ["eve", "bo"]
    with pytest.raises(MarkedMeanwhile):
        held.mark(attempt.id, Marking("essay", ONE, "eve", noon), Seen(text.marking.id))


def test_marking_of_what_was_submitted_before(
    held: Gradebook, report_of: Callable[..., Report], noon: datetime
) -> None:
    """It is told apart from one that counts."""
    held.mark(held.attempts()[0].id, Marking("essay", ONE, "eve", noon))
    held.record(report_of(submission_sha256="s2", evidence_sha256="e2"), noon + timedelta(hours=1), "ada.py")
    (text,) = held.review_log.texts()
    assert text.marking is None
    assert text.last is not None
    assert (text.last.is_current, text.last.marking.who) == (False, "eve")


def test_events_are_kept_in_order(held: Gradebook) -> None:
    """With who noted them."""
    (text,) = held.review_log.texts()
    for kind, note in (("note", "hm"), ("flag", ""), ("unflag", "")):
        held.review_log.add_event(text, kind, "eve", note)  # type: ignore[arg-type]  # of the table above
    events = held.review_log.events("essay")
    assert [(one.kind, one.text, one.who) for one in events] == [
        ("note", "hm", "eve"), ("flag", "", "eve"), ("unflag", "", "eve"),
    ]  # fmt: skip
    assert held.review_log.events("other") == []
    assert held.review_log.events() == events


def test_examples_are_kept_for_each_marker(book: Gradebook) -> None:
    """Made anew, the later counts."""
    book.review_log.calibrate("eve", "essay", "x", {"setup": Fraction(1, 3)})
    book.review_log.calibrate("eve", "essay", "x", {"setup": Fraction(2, 3)})
    assert book.review_log.calibrations("eve", "essay") == {"x": {"setup": Fraction(2, 3)}}
    assert book.review_log.calibrations("bo", "essay") == {}


def test_there_is_one_second_marking(held: Gradebook, noon: datetime) -> None:
    """It counts for nothing, and stays beside the first that it was made with."""
    attempt = held.attempts()[0].id
    held.mark(attempt, Marking("essay", ONE, "eve", noon))
    (text,) = held.review_log.texts()
    assert text.marking is not None
    second = Marking("essay", {"setup": Fraction(1, 2)}, "bo", noon, "hm")
    held.review_log.add_second(text, text.marking.id, second)
    with pytest.raises(MarkedMeanwhile, match="second marking already"):
        held.review_log.add_second(text, text.marking.id, second)
    held.mark(attempt, Marking("essay", {"setup": Fraction(2)}, "eve", noon))
    (pair,) = held.review_log.marked_twice("essay")
    assert (pair.first.total, pair.second) == (1, second)
    assert held.review_log.marked_twice("other") == []
    assert held.current_scores()[0].marked == 2
