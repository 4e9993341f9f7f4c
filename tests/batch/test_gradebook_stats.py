"""A class as the gradebook has it: which attempts are counted, who else is there, and what is read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.batch import gradebook_stats
from grader.batch.gradebook_stats import ClassReader
from grader.batch.store import render_evidence
from grader.course import Course
from grader.errors import UsageError
from grader.feedback import Work
from grader.gradebook import Gradebook, Kept, Marking, NewMarking, NewRequest, Person, RequestEvent
from grader.judge.judge import hash_evidence
from grader.model import RunTimes
from grader.pipeline import Grader
from grader.stats import Requested, render_page
from grader.stats.timing import RunStats
from tests.feedback.conftest import build_work, exercise_5
from tests.feedback.test_causes import build_without_half
from tests.gradebook.conftest import NOON
from tests.stats.conftest import Class, compare_with_naive, compute_naively, draw_class

__all__ = ["build_work", "draw_class", "exercise_5"]


@pytest.fixture
def course(exercise_5: Grader) -> Course:
    """Return the course of two exercises."""
    return exercise_5.course


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """Yield an empty gradebook."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as opened:
        yield opened


def record_drawing(book: Gradebook, build_work: Callable[..., Work], student: str) -> None:
    """Record a student who drew the figure, with evidence."""
    half = build_without_half(build_work)
    evidence = half.evidence.model_copy(update={"student": student, "submission_sha256": f"{student:0>64}"})
    report = replace(
        half.report, student=student, submission_sha256=f"{student:0>64}", evidence_sha256=hash_evidence(evidence)
    )
    book.record(report, NOON, student, Kept(render_evidence(evidence).encode()))


def test_numbers_are_those_of_the_reports(book: Gradebook, course: Course, draw_class: Class) -> None:
    """As plain loops over them give, after a round trip through the database."""
    reports = draw_class(25, 3)
    for report in reports:
        book.record(report, NOON, report.student)
    compare_with_naive(ClassReader(course, book).compute(), compute_naively(reports))


def test_attempt_that_counts_is_counted(book: Gradebook, course: Course, draw_class: Class) -> None:
    """The latest one; never two of one student."""
    first, second = draw_class(1, 1, 0.0)[0], draw_class(1, 2, 0.0)[0]
    for hours, report in enumerate((first, replace(second, submission_sha256="2" * 64))):
        book.record(report, NOON + timedelta(hours=hours), "a.py")
    stats = ClassReader(course, book).compute()
    assert (stats.size, stats.graded) == (1, 1)
    assert sum(row.mean or 0 for row in stats.parts) == second.score


def test_marks_change_no_number_of_the_parts(book: Gradebook, course: Course, draw_class: Class) -> None:
    """They are counted by marker, and the text waits no longer."""
    report = next(one for one in draw_class(20, 1, 0.0) if any(c.outcome == "review" for c in one.list_checks()))
    attempt = book.record(report, NOON, "a.py")
    reader = ClassReader(course, book)  # one for all: what it knows must not stand in the way
    before = reader.compute()
    text = book.texts()[0]
    rubric = next(one for one in course.rubrics if one.answer == text.answer)
    points = {one.id: one.points for one in rubric.criteria}
    book.mark([NewMarking(attempt.id, Marking(text.answer, points, "eve", NOON), rubric)])
    after = reader.compute()
    assert (after.parts, after.scores) == (before.parts, before.scores)
    assert after.roll.waiting == before.roll.waiting - 1
    (row,) = after.marking
    assert (row.answer, row.who, row.count, row.mean, row.kappa) == (text.answer, "eve", 1, rubric.points, "–")
    book.upsert_students([Person("new")])
    assert reader.compute().size == before.size + 1


def test_kappa_is_that_of_the_page_on_agreement(book: Gradebook, course: Course, draw_class: Class) -> None:
    """In its words: below ten texts there is none."""
    reports = [
        one
        for one in draw_class(30, 1, 0.0)
        if any(c.id == "1d.ex1d_text" and c.outcome == "review" for c in one.list_checks())
    ]
    rubric = next(one for one in course.rubrics if one.answer == "ex1d_text")
    full, none = ({one.id: one.points * k for one in rubric.criteria} for k in (1, 0))
    for index, report in enumerate(reports[:12]):
        attempt = book.record(report, NOON, "a.py")
        given = full if index % 2 else none
        book.mark([NewMarking(attempt.id, Marking("ex1d_text", given, "eve", NOON), rubric)])
        text = next(one for one in book.texts("ex1d_text") if one.attempt_id == attempt.id)
        assert text.kept is not None
        book.review_log.add_second(text, text.kept.id, Marking("ex1d_text", given, "bo", NOON))
    (row,) = ClassReader(course, book).compute().marking
    assert len(reports) >= 12
    assert (row.count, row.mean, row.kappa) == (12, rubric.points * Fraction(1, 2), "1.00")


def test_everybody_is_somewhere(book: Gradebook, course: Course, draw_class: Class) -> None:
    """Refused, absent, judged by another version: told by name, and in no number of the parts."""
    ada, bo, cy = draw_class(3, 1, 0.0)
    book.record(ada, NOON, "a.py")
    book.record(replace(bo, course_sha256="0" * 64), NOON, "b.py")
    book.refuse("dora", "a link")
    book.refuse(ada.student, "too large")  # earlier work counts
    book.upsert_students([Person("emil")])
    book.record(cy, NOON, "c.py")
    stats = ClassReader(course, book).compute()
    assert (stats.size, stats.graded) == (5, 2)
    assert (stats.roll.refused, stats.roll.absent, stats.roll.outdated) == (
        (("dora", "a link"),),
        ("emil",),
        (bo.student,),
    )
    assert sum(stats.parts[0].counts.values()) == 2


def test_newer_work_that_is_not_graded_is_told(
    book: Gradebook, course: Course, build_work: Callable[..., Work]
) -> None:
    """The earlier one counts."""
    book.record(build_work({"ex1_larger": "pq"}).report, NOON, "a.py")
    newer = build_work({}, fault="gone", submission_sha256="2" * 64).report
    book.record(newer, NOON + timedelta(hours=1), "a.py")
    stats = ClassReader(course, book).compute()
    assert (stats.graded, stats.ungraded, stats.roll.owed) == (1, (), ("ada",))


def test_report_is_read_once(
    book: Gradebook, course: Course, draw_class: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is judged anew; a page that is loaded again waits for nothing."""
    first, second = draw_class(2, 1, 0.0)
    book.record(first, NOON, "a.py")
    book.record(second, NOON, "b.py")
    reader = ClassReader(course, book)
    before = reader.compute()
    read: list[int] = []
    real = book.report
    monkeypatch.setattr(book, "report", lambda key, **other: (read.append(key), real(key, **other))[1])
    assert reader.compute() == before
    assert read == []
    attempt = book.record(replace(draw_class(1, 9, 0.0)[0]), NOON, "a.py")  # the same work, judged anew
    after = reader.compute()
    assert read == [attempt.id]
    assert after.parts != before.parts


def test_curves_come_from_evidence(book: Gradebook, course: Course, build_work: Callable[..., Work]) -> None:
    """Of those who drew something; who has none kept has none drawn."""
    record_drawing(book, build_work, "ada")
    book.record(replace(build_without_half(build_work).report, student="bo"), NOON, "b.py")
    (panel,) = ClassReader(course, book).compute().panels
    assert (panel.accepted, panel.refused, panel.who) == (3, 1, ("ada",))


def test_curves_of_many_are_bounded(
    book: Gradebook, course: Course, build_work: Callable[..., Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence is large: of a large class only so much is read."""
    for student in ("ada", "bo", "cy"):
        record_drawing(book, build_work, student)
    monkeypatch.setattr(gradebook_stats, "MOST_STUDENTS", 2)
    (panel,) = ClassReader(course, book).compute().panels
    assert panel.who == ("ada", "bo")


def test_damaged_evidence_is_an_error(book: Gradebook, course: Course, build_work: Callable[..., Work]) -> None:
    """Nothing is drawn that is not what the report was made of."""
    half = build_without_half(build_work)
    book.record(half.report, NOON, "a.py", Kept(render_evidence(build_work({}).evidence).encode()))
    with pytest.raises(UsageError, match="is not what its report was made of"):
        ClassReader(course, book).compute()


def test_what_is_shared_is_of_graded_students(book: Gradebook, course: Course, draw_class: Class) -> None:
    """Twenty of them, or nothing."""
    for report in draw_class(19, 1, 0.0):
        book.record(report, NOON, report.student)
    reader = ClassReader(course, book)
    assert reader.share().count is None
    book.record(replace(draw_class(1, 2, 0.0)[0], student="zoe"), NOON, "z.py")
    count = reader.share().count
    assert count is not None
    assert count.words == "20–24"


def test_times_and_requests_are_those_of_the_gradebook(
    book: Gradebook, course: Course, draw_class: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the runs that the reports rest on, and of all requests; shared is neither."""
    monkeypatch.setattr(gradebook_stats, "MOST_STUDENTS", 0)  # these reports have no evidence to be drawn
    reports = draw_class(20, 1, 0.0)
    for index, report in enumerate(reports):
        times = RunTimes(total_s=index + 1.0, parts_s={"5b": index / 2})
        book.record(report, NOON, report.student, Kept(b"{}", times=times))
    reader = ClassReader(course, book)
    assert reader.compute().requests == ()
    for reason in ("My first sentence says it.", "My second sentence says it."):
        asked = NewRequest(reports[0].student, reports[0].submission_sha256, "5b", None, reason, NOON, Fraction(1))
        number = book.add_request(asked)
    request = next(one for one in book.requests() if one.id == number)
    answer = RequestEvent("answered", "eve", NOON, "So it is. I see.", Fraction(1), Fraction(2))
    book.move_request(request, answer)
    stats = reader.compute()
    assert stats.requests == (Requested("5b", 2, 1, 1),)
    assert stats.runs == RunStats(20, 10.5, 19.0, 20.0)
    assert {row.id: row.median_s for row in stats.parts if row.median_s is not None} == {"5b": 4.75}
    assert "at most 19 s" in render_page(stats)
    assert "at most" not in render_page(reader.share())
