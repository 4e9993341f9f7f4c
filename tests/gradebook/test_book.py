"""What the gradebook keeps and which score it calls current, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from grader.errors import UsageError
from grader.gradebook import Gradebook, NewMarking, Override, Person, ScoreRow
from grader.gradebook.engine import read_transaction, write_transaction
from grader.model import Report

ReportOf = Callable[..., Report]
MarkOf = Callable[..., NewMarking]
HOUR = timedelta(hours=1)


def only(book: Gradebook) -> ScoreRow:
    """Return the current score of the one student there is."""
    (row,) = book.current_scores()
    return row


def test_empty_gradebook_has_no_scores(book: Gradebook) -> None:
    """A new database is ready and empty."""
    assert book.current_scores() == []
    assert book.attempts() == []


def test_same_thing_recorded_twice_is_one_attempt(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """Submission, evidence and course name an attempt; received twice in a row, the earlier moment counts."""
    first = book.record(report_of(), noon, "ada.ipynb")
    again = book.record(report_of(), noon + HOUR, "ada.ipynb")
    assert again.id == first.id
    assert [attempt.received_at for attempt in book.attempts()] == [noon]
    assert book.record(report_of(), noon - HOUR, "ada.ipynb").received_at == noon - HOUR


@pytest.mark.parametrize("other", ["submission_sha256", "evidence_sha256", "course_sha256"])
def test_anything_else_is_another_attempt(book: Gradebook, report_of: ReportOf, noon: datetime, other: str) -> None:
    """Every attempt is kept, and the one judged last counts among those received together."""
    book.record(report_of(score=2), noon, "ada.ipynb")
    book.record(report_of(score=1, **{other: "new"}), noon, "ada.ipynb")
    assert [attempt.score for attempt in book.attempts("ada")] == [2, 1]
    assert only(book).score == 1


def test_who_comes_back_to_earlier_files_is_graded_by_them(
    book: Gradebook, report_of: ReportOf, noon: datetime
) -> None:
    """They came last; every verdict on them says so, and a second look at an older folder changes nothing."""
    first, other = report_of(score=3), report_of(score=1, submission_sha256="s2")
    book.record(first, noon, "ada.py")
    book.record(report_of(score=3, course_sha256="c2"), noon + HOUR, "ada.py")
    assert [one.received_at for one in book.attempts()] == [noon, noon]
    book.record(other, noon + 2 * HOUR, "ada.py")
    assert [row.automatic for row in book.current_scores()] == [1]
    book.record(first, noon + 3 * HOUR, "ada.py")
    for _ in range(2):
        (row,) = book.current_scores()
        assert (row.automatic, row.received_at) == (3, noon + 3 * HOUR)
        moments = {(one.submission_sha256, one.received_at) for one in book.attempts()}
        assert moments == {("s1", noon + 3 * HOUR), ("s2", noon + 2 * HOUR)}
        book.record(first, noon, "ada.py")


def test_two_students_may_hand_in_the_same_file(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """The same submission of two students is two attempts."""
    for student in ("bob", "ada"):
        book.record(report_of(student), noon, f"{student}.py")
    assert [row.person.student for row in book.current_scores()] == ["ada", "bob"]


def test_last_received_counts_whenever_it_was_judged(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """An old submission that is judged again does not take the place of a newer one."""
    book.record(report_of(score=3, submission_sha256="new"), noon + HOUR, "ada.ipynb")
    book.record(report_of(score=1), noon, "ada.ipynb")
    assert only(book).score == 3


def test_course_taken_back_counts_again(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """Judged by one course, by another, and by the first again: the first one's verdict is the current one."""
    for course in ("c1", "c2", "c1"):
        book.record(report_of(score=1 if course == "c1" else 2, course_sha256=course), noon, "ada.ipynb")
    assert only(book).score == 1


def test_ungraded_never_replaces_a_score(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """A later attempt that we failed to grade is kept and told of, and the score stays as it was."""
    book.record(report_of(score=2), noon, "ada.ipynb")
    book.record(report_of(submission_sha256="new", ungraded=True), noon + HOUR, "ada.ipynb")
    row = only(book)
    assert (row.score, row.is_ungraded, row.newer_ungraded, row.needs_regrade) == (2, False, True, True)
    assert len(book.attempts()) == 2
    book.record(report_of(score=1, submission_sha256="new", evidence_sha256="e2"), noon + HOUR, "ada.ipynb")
    assert (only(book).score, only(book).needs_regrade) == (1, False)


def test_ungraded_verdict_on_the_same_evidence_is_not_kept(
    book: Gradebook, report_of: ReportOf, noon: datetime
) -> None:
    """Where the same attempt was graded before, a failure of ours changes nothing."""
    book.record(report_of(score=2), noon, "ada.ipynb")
    book.record(report_of(ungraded=True), noon, "ada.ipynb")
    assert only(book).score == 2
    assert book.report(1) == report_of(score=2)


def test_ungraded_alone_is_no_score(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """Our failure is not zero points; graded at last, the same attempt has its score."""
    book.record(report_of(ungraded=True), noon, "ada.ipynb")
    assert (only(book).score, only(book).needs_regrade) == (None, True)
    book.record(report_of(score=2), noon, "ada.ipynb")
    assert (only(book).score, only(book).needs_regrade, len(book.attempts())) == (2, False, 1)


def test_mended_grader_judges_anew(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """The same attempt has the later verdict, in its checks too."""
    book.record(report_of(score=1), noon, "ada.ipynb")
    book.record(report_of(score=3, grader="1.0.1"), noon, "ada.ipynb")
    assert only(book).score == 3
    assert [check["score"] for check in book.check_rows()] == [3, 0]


def test_scores_are_exact(book: Gradebook, report_of: ReportOf, mark_of: MarkOf, noon: datetime) -> None:
    """Thirds stay thirds, and a report comes back as it went in."""
    report = report_of(score="1/3")
    attempt = book.record(report, noon, "ada.ipynb")
    assert attempt.score == Fraction(1, 3)
    assert book.report(attempt.id) == report
    book.mark([mark_of(attempt.id, 1, "1/3")])
    assert only(book).score == Fraction(5, 3)


def test_override_is_the_last_word_until_taken_back(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """An override stands over later attempts; the raw score and every override are kept."""
    book.record(report_of(score=1), noon, "ada.ipynb")
    first, second = Override(Fraction(5, 2), "eve", noon, "was ill"), Override(None, "eve", noon + HOUR, "was not")
    book.override("ada", first)
    book.record(report_of(score=2, submission_sha256="new"), noon + HOUR, "ada.ipynb")
    assert (only(book).score, only(book).raw) == (Fraction(5, 2), 2)
    book.override("ada", second)
    assert only(book).score == 2
    assert book.overrides("ada") == [first, second]


def test_wrong_override_is_refused(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """A student that nobody knows, fewer than no points, or more than the most."""
    book.record(report_of(), noon, "ada.ipynb")
    with pytest.raises(UsageError, match="no student 'bob'"):
        book.override("bob", Override(Fraction(1), "eve", noon, "why not"))
    with pytest.raises(UsageError, match="at least 0"):
        book.override("ada", Override(Fraction(-1), "eve", noon, "angry"))
    with pytest.raises(UsageError, match="6 points: expected 0 to 5"):
        book.override("ada", Override(Fraction(6), "eve", noon, "generous"), most=Fraction(5))
    assert book.overrides("ada") == []


def test_enrolled_students_have_a_row_and_keep_their_attempts(
    book: Gradebook, report_of: ReportOf, noon: datetime
) -> None:
    """A list of students adds who is missing and renames who is there."""
    book.record(report_of("bob"), noon, "bob.py")
    book.upsert_students([Person("ada", email="ada@example.org"), Person("bob", last_name="B.")])
    book.upsert_students([Person("bob", last_name="Babbage")])
    ada, bob = book.current_scores()
    assert (ada.person.email, ada.score, ada.attempt_id, ada.needs_regrade) == ("ada@example.org", None, None, False)
    assert (bob.person.last_name, bob.score) == ("Babbage", 1)


@pytest.mark.parametrize("name", ["O'Hara; DROP TABLE students", "名前", "\udcff\x00", "%s :name ?"])
def test_any_name_is_only_a_name(book: Gradebook, report_of: ReportOf, noon: datetime, name: str) -> None:
    """What a student is called breaks nothing, and twice the same name is one student."""
    for course in ("c1", "c2"):
        book.record(report_of(name, course_sha256=course), noon, name)
    assert len(book.attempt_scores(name)) == 2


def test_moments_come_back_in_utc(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """A moment of another time zone is the same moment; one without a time zone is a bug of ours."""
    west = noon.astimezone(timezone(timedelta(hours=-7)))
    kept = book.record(report_of(), west, "ada.ipynb").received_at
    assert (kept, kept.tzinfo) == (noon, UTC)
    with pytest.raises(Exception, match="no time zone"):
        book.record(report_of(submission_sha256="new"), noon.replace(tzinfo=None), "ada.ipynb")


def test_views_answer_plain_sql(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """Other programs can read the current score without ours."""
    book.record(report_of(score="1/3"), noon, "ada.ipynb")
    with read_transaction(book._engine) as connection:
        found = connection.execute(text("SELECT student, automatic, max, pending FROM current_scores")).all()
    assert [tuple(row) for row in found] == [("ada", "1/3", "5", "2")]


def test_database_keeps_rows_together(book: Gradebook) -> None:
    """An override of nobody is refused by the database itself, and leaves nothing behind."""
    statement = text(
        "INSERT INTO overrides (student_id, points, who, made_at, why) VALUES (77, '1', 'x', '2026-01-01', 'y')"
    )
    with pytest.raises(IntegrityError), write_transaction(book._engine) as connection:
        connection.execute(statement)


def test_unknown_attempt_is_told(book: Gradebook, mark_of: MarkOf) -> None:
    """A number that no attempt has is wrong usage, for reading as for marking."""
    with pytest.raises(UsageError, match="no attempt 7"):
        book.report(7)
    with pytest.raises(UsageError, match="no attempt 7"):
        book.mark([mark_of(7, 1)])
