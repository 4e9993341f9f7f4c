"""People's marks: what may be given, for which words they count, and that all of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from grader.errors import ConflictError, UsageError
from grader.gradebook import Gradebook, Marking, NewMarking, ScoreRow
from grader.model import Report

ReportOf = Callable[..., Report]
MarkOf = Callable[..., NewMarking]
HOUR = timedelta(hours=1)


def only(book: Gradebook) -> ScoreRow:
    """Return the current score of the one student there is."""
    (row,) = book.current_scores()
    return row


def states(book: Gradebook) -> list[str]:
    """Return what has become of every marking."""
    return [state for _, state in book.marking_history()]


def test_marking_decides_what_was_pending(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """A person's points are added, the report shows them, and nothing is pending any more."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    assert (only(book).raw, only(book).pending) == (1, 2)
    book.mark([mark_of(attempt.id, "3/2", why="nearly")])
    assert (only(book).raw, only(book).marked, only(book).pending) == (Fraction(5, 2), Fraction(3, 2), 0)
    part = book.report(attempt.id).exercises[0].parts[1]
    assert (part.score, part.pending, part.status) == (Fraction(3, 2), 0, "partial")
    assert (part.checks[0].code, part.checks[0].message) == ("text.marked", "nearly")


def test_nothing_from_every_criterion_is_a_mark(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """A text that earns nothing is marked, and waits for nobody."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, 0)])
    assert (only(book).marked, only(book).pending) == (0, 0)


def test_later_marking_counts_and_the_earlier_is_kept(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """A marking takes the place of the one before it as a whole, and who, when and why of both are kept."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    first = mark_of(attempt.id, 1, "1/2", why="generous", note="first of the pile")
    second = mark_of(attempt.id, "3/2", who="dan", when=noon + HOUR, why="looked again")
    book.mark([first])
    book.mark([second])
    assert only(book).marked == Fraction(3, 2)
    assert [kept.marking for kept in book.markings(attempt.id)] == [second.marking]
    assert [(kept.marking, state) for kept, state in book.marking_history("ada")] == [
        (first.marking, "replaced"),
        (second.marking, "counts"),
    ]
    assert book.marking_history("bob") == []


def test_mark_that_was_taken_back_waits_again(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """The points are gone from score and report, who took them is kept, and another marking counts afterwards."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    with pytest.raises(UsageError, match="nobody has marked this text"):
        book.unmark(attempt.id, "essay", "dan", "another student's")
    book.mark([mark_of(attempt.id, 1)])
    book.unmark(attempt.id, "essay", "dan", "another student's")
    assert (only(book).marked, only(book).pending) == (0, 2)
    assert book.markings(attempt.id) == []
    assert book.report(attempt.id).pending == 2
    assert states(book) == ["replaced", "takes back"]
    book.mark([mark_of(attempt.id, "3/2")])
    assert (only(book).marked, only(book).pending) == (Fraction(3, 2), 0)


def test_only_the_mark_that_was_seen_is_taken_back(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """Another that was saved meanwhile stays."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, 1)])
    seen = book.markings(attempt.id)[0].id
    book.mark([mark_of(attempt.id, "3/2", who="dan")])
    with pytest.raises(ConflictError, match="essay of ada: marked by somebody else meanwhile"):
        book.unmark(attempt.id, "essay", "eve", "", seen)
    assert only(book).marked == Fraction(3, 2)
    book.unmark(attempt.id, "essay", "dan", "", book.markings(attempt.id)[0].id)
    assert only(book).pending == 2


@pytest.mark.parametrize("hashed", [True, False])
def test_judged_again_a_text_keeps_its_marks(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime, *, hashed: bool
) -> None:
    """Another course or other evidence of the same files changes nothing, whether or not the hash was known before."""
    text = {"text_sha256": "words"} if hashed else {}
    attempt = book.record(report_of(**text), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, "3/2")])
    book.record(report_of(course_sha256="c2", text_sha256="words"), noon, "ada.ipynb")
    assert (only(book).marked, only(book).pending) == (Fraction(3, 2), 0)


def test_same_words_submitted_again_keep_their_marks(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """Who mends code elsewhere loses no mark; other words wait, and a mark comes back with its words."""
    attempt = book.record(report_of(text_sha256="words"), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, "3/2")])
    book.record(report_of(text_sha256="words", submission_sha256="s2"), noon + HOUR, "ada.ipynb")
    assert (only(book).marked, only(book).pending) == (Fraction(3, 2), 0)
    book.record(report_of(text_sha256="others", submission_sha256="s3"), noon + 2 * HOUR, "ada.ipynb")
    assert (only(book).marked, only(book).pending) == (0, 2)
    assert states(book) == ["another text"]
    book.record(report_of(text_sha256="words", submission_sha256="s4"), noon + 3 * HOUR, "ada.ipynb")
    assert (only(book).marked, states(book)) == (Fraction(3, 2), ["counts"])


def test_unknown_text_of_another_submission_has_to_be_read(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """Where no hash tells that the words are the same, another submission has no mark."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, 1)])
    book.record(report_of(submission_sha256="new"), noon + HOUR, "ada.ipynb")
    assert (only(book).marked, only(book).pending) == (0, 2)


def test_marks_are_of_one_student(book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime) -> None:
    """The same words of somebody else are not marked by it."""
    attempt = book.record(report_of(text_sha256="words"), noon, "ada.ipynb")
    book.record(report_of("bob", text_sha256="words"), noon, "bob.ipynb")
    book.mark([mark_of(attempt.id, 1)])
    assert [row.marked for row in book.current_scores()] == [1, 0]


def test_text_that_is_missing_has_no_marks(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """Where a course comes to call the text missing, earlier points for it do not count."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, "3/2")])
    book.record(report_of(course_sha256="c2", text="missing"), noon, "ada.ipynb")
    assert (only(book).marked, only(book).pending) == (0, 0)


@pytest.mark.parametrize("answer", ["a", "unknown"])
def test_only_a_text_that_waits_is_marked(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime, answer: str
) -> None:
    """An answer that the grader judges has no marks, nor has one that does not exist; nothing is kept."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    new = mark_of(attempt.id, 1)
    wrong = NewMarking(attempt.id, Marking(answer, new.marking.points, "eve", noon), new.rubric)
    with pytest.raises(UsageError, match=f"'{answer}': attempt {attempt.id} has no such text"):
        book.mark([new, wrong])
    assert book.marking_history() == []


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({}, ["proof is not marked: expected one of 3/2, 1, 0", "form is not marked: expected one of 1/2, 1/3, 0"]),
        ({"proof": 1}, ["form is not marked"]),
        ({"proof": 1, "form": 0, "style": 1}, ["style is not a criterion: expected proof, form"]),
        ({"proof": Fraction(5, 4), "form": 0}, ["proof = 5/4: expected one of 3/2, 1, 0"]),
        ({"proof": 2, "form": 0}, ["proof = 2: expected one of"]),
        ({"proof": -1, "form": 0}, ["proof = -1: expected one of"]),
    ],
)
def test_only_points_of_the_rubric_are_given(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, points: dict[str, int], said: list[str]
) -> None:
    """All criteria and no other, each with what it can give; all that is wrong is told, and nothing is kept."""
    good = mark_of(1, 1)
    attempt = book.record(report_of(), good.marking.when, "ada.ipynb")
    given = {name: Fraction(one) for name, one in points.items()}
    new = NewMarking(attempt.id, replace(good.marking, points=given), good.rubric)
    with pytest.raises(UsageError, match=r"^essay: ") as caught:
        book.mark([mark_of(attempt.id, 1), new])
    assert [words for words in said if words not in str(caught.value)] == []
    assert book.marking_history() == []


def test_two_markers_do_not_overwrite_each_other(
    book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime
) -> None:
    """Who has not seen the marking that counts by now keeps nothing; who has seen it may replace it."""
    attempt = book.record(report_of(), noon, "ada.ipynb")
    book.mark([mark_of(attempt.id, 1, seen=0)])
    with pytest.raises(ConflictError, match="essay of ada: marked by somebody else meanwhile"):
        book.mark([mark_of(attempt.id, "3/2", seen=0)])
    assert only(book).marked == 1
    (kept,) = book.markings(attempt.id)
    book.mark([mark_of(attempt.id, "3/2", seen=kept.id)])
    assert only(book).marked == Fraction(3, 2)
