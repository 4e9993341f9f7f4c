"""Whose gradebook it is, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.gradebook import Gradebook, Judging, Told
from grader.model import Report

TOLD = Told(Fraction(7, 3), {"1a": Fraction(7, 3), "1b": Fraction(0)}, frozenset({"1b"}))


def test_belongs_to_the_course_that_made_it(url: str) -> None:
    """Another course is refused by name, and its own is not, nor who asks for no course."""
    with Gradebook.open(url, course="heat"):
        pass
    for course in ("heat", None):
        Gradebook.open(url, create=False, course=course).close()
    for create in (True, False):
        with pytest.raises(UsageError, match=r"is the gradebook of the course heat, and this is waves"):
            Gradebook.open(url, create=create, course="waves")


def test_older_one_is_nobody_s_until_a_batch_writes(url: str) -> None:
    """Whoever only reads makes it nobody's own."""
    Gradebook.open(url).close()
    Gradebook.open(url, create=False, course="waves").close()
    Gradebook.open(url, course="heat").close()
    with pytest.raises(UsageError, match="the course heat"):
        Gradebook.open(url, create=False, course="waves")


def test_versions_are_kept_once(book: Gradebook) -> None:
    """The first text of a version stays."""
    assert book.history.version("c1") is None
    book.history.keep_version("c1", "one")
    book.history.keep_version("c1", "two")
    assert book.history.version("c1") == "one"


def test_judgings_stay_in_order(book: Gradebook) -> None:
    """Each with its moment and reason."""
    book.history.add_judging("c1", 3, 1, "a typo")
    book.history.add_judging("c2", 3, 0, "")
    first, second = book.history.judgings()
    assert first == Judging("c1", 3, 1, "a typo", first.when)
    assert (second.note, second.when > first.when) == ("", True)


def test_what_was_told_is_kept_when_it_is_something_else(
    book: Gradebook, report_of: Callable[..., Report], noon: datetime
) -> None:
    """The same again is one; of another submission or student it is told apart; points are exact."""
    for student in ("ada", "bob"):
        book.record(report_of(student), noon, student)
    assert not book.history.has_told()
    other = Told(Fraction(1), {"1a": Fraction(1)})
    for told in (TOLD, TOLD, other, TOLD):
        book.history.tell("ada", "s1", told)
    book.history.tell("ada", "s2", other)
    assert book.history.told("ada", "s1") == [TOLD, other, TOLD]
    assert book.history.told("ada", "s2") == [other]
    assert book.history.told("bob", "s1") == []
    assert book.history.has_told()
