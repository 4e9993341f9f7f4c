"""Final grades: lateness, the cut-off, overrides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from grader.gradebook import NO_POLICY, Gradebook, LatePolicy, NewMarking, Override, compute_final_grades
from grader.model import Report

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def policy(**values: Any) -> LatePolicy:
    """Return a policy with a due moment; numbers become exact."""
    exact = {name: Fraction(value) if "percent" in name or "days" in name else value for name, value in values.items()}
    return LatePolicy(due=DUE, **exact)


def test_raw_score_is_kept(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """Lateness shows in the final score; the row has the raw one."""
    small_book.record(report_of(score=2), DUE + DAY, "ada.py")
    (final_grade,) = compute_final_grades(small_book, policy(percent_per_day=10))
    assert (final_grade.row.raw, final_grade.late_days, final_grade.final) == (2, 1, Fraction(9, 5))


def test_attempt_after_the_cut_off_replaces_none_before_it(
    small_book: Gradebook, report_of: Callable[..., Report]
) -> None:
    """A last try that came too late costs nothing; where it is the only one, it is worth nothing."""
    small_book.record(report_of(score=2), DUE - DAY, "ada.py")
    small_book.record(report_of(score=3, submission_sha256="new"), DUE + 3 * DAY, "ada.py")
    small_book.record(report_of("bob", score=3), DUE + 3 * DAY, "bob.py")
    ada, bob = compute_final_grades(small_book, policy(cut_off_days=1))
    assert (ada.final, bob.final, bob.late_penalty) == (2, 0, 3)
    assert compute_final_grades(small_book, NO_POLICY)[0].final == 3


def test_texts_of_the_attempt_that_counts_are_marked(
    small_book: Gradebook, report_of: Callable[..., Report], mark_of: Callable[..., NewMarking]
) -> None:
    """Not those of one that came too late: else nobody could ever finish what counts."""
    first = small_book.record(report_of(text_sha256="t1"), DUE - DAY, "ada.py")
    last = small_book.record(report_of(submission_sha256="new", text_sha256="t2"), DUE + 3 * DAY, "ada.py")
    strict = small_book.under(policy(cut_off_days=1))
    assert [row.attempt_id for row in strict.current_scores()] == [first.id]
    assert [text.attempt_id for text in strict.texts()] == [first.id]
    assert [text.attempt_id for text in small_book.texts()] == [last.id]
    current = {row["attempt_id"]: row["is_current"] for row in strict.check_rows()}
    assert current == {first.id: True, last.id: False}
    for attempt in (first, last):
        small_book.mark([mark_of(attempt.id, 1)])
    states = [state for _, state in strict.marking_history()]
    assert states == ["counts", "another text"]
    assert [state for _, state in small_book.marking_history()] == states[::-1]


def test_our_failure_before_the_cut_off_is_no_zero(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """An attempt in time that we failed to grade is better than one too late: no score, and not zero."""
    small_book.record(report_of(ungraded=True), DUE - DAY, "ada.py")
    small_book.record(report_of(submission_sha256="new"), DUE + 3 * DAY, "ada.py")
    (final_grade,) = compute_final_grades(small_book, policy(cut_off_days=1))
    assert (final_grade.final, final_grade.status) == (None, "ungraded")


def test_who_was_refused_did_submit(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """Without a score, which is not the same as nothing submitted; beside an earlier score, that one counts."""
    small_book.record(report_of(), DUE, "ada.py")
    for student in ("ada", "bob"):
        small_book.refuse(student, "not a notebook")
    ada, bob = compute_final_grades(small_book, NO_POLICY)
    assert [(one.final is None, one.status, one.is_refused) for one in (ada, bob)] == [
        (False, "waiting for marks", True), (True, "refused", True)
    ]  # fmt: skip
    small_book.record(report_of("bob"), DUE, "bob.py")
    assert not compute_final_grades(small_book, NO_POLICY)[1].is_refused


def test_lateness_takes_nothing_from_an_override(small_book: Gradebook, report_of: Callable[..., Report]) -> None:
    """A person's last word is not reduced, and stands without any attempt too."""
    small_book.record(report_of(), DUE + DAY, "ada.py")
    small_book.override("ada", Override(Fraction(5, 2), "eve", DUE, "agreed"))
    (final_grade,) = compute_final_grades(small_book, policy(percent_per_day=50))
    assert (final_grade.final, final_grade.late_penalty, final_grade.status) == (Fraction(5, 2), 0, "overridden")
