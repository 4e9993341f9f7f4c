"""Assignments in one gradebook: the same student in both, and nothing of one is ever seen in the other."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event

from grader.errors import UsageError
from grader.gradebook import Gradebook, NewMarking, NewRequest, Override, Person, Request, RequestEvent, Told, tables
from grader.gradebook.history import History
from grader.model import Report

ReportOf = Callable[..., Report]
MarkOf = Callable[..., NewMarking]
SCOPED = [table.name for table in (*tables.metadata.sorted_tables, tables.attempt_scores, tables.current_scores)
          if "assignment" in table.c and table is not tables.assignments]  # fmt: skip
ASKED = "It is in my third line."


@contextmanager
def open_all(url: str, clock: Any) -> Iterator[dict[str, Gradebook]]:
    """Yield the gradebook by assignment."""
    with (
        Gradebook.open(url, course="heat", assignment="hw1", clock=clock) as first,
        Gradebook.open(url, course="heat", assignment="hw2", clock=clock) as second,
    ):
        yield {"hw1": first, "hw2": second}


def fill(book: Gradebook, number: int, report_of: ReportOf, mark_of: MarkOf, noon: datetime) -> None:
    """Let Ada submit the same file, which gets other points, and people decide something else."""
    report = report_of(score=number, evidence_sha256=f"e{number}")
    attempt = book.record(report, noon + timedelta(days=number), f"hw{number}.py")
    book.mark([mark_of(attempt.id, 1, 0, why=f"mark {number}")])
    book.override("ada", Override(Fraction(number + 2), "eve", noon, f"override {number}"))
    book.refuse("bob", f"refused {number}")
    key = book.add_request(NewRequest("ada", "s1", f"{number}b", None, ASKED, noon, Fraction(number)))
    (request,) = book.requests("ada")
    assert request.id == key
    book.move_request(request, RequestEvent("withdrawn", "eve", noon, f"withdrawn {number}"))
    book.history.keep_version("c1", f"version {number}")
    book.history.add_judging("c1", number, number, f"judging {number}")
    book.history.tell("ada", "s1", Told(Fraction(number), {}))


@pytest.fixture
def books(url: str, report_of: ReportOf, mark_of: MarkOf, noon: datetime) -> Iterator[dict[str, Gradebook]]:
    """Yield a gradebook of two assignments, filled in both, every statement of which is looked at."""
    asked: list[str] = []
    ticks = iter(range(10**6))
    with open_all(url, lambda: noon + timedelta(seconds=next(ticks))) as opened:
        for book in opened.values():
            event.listen(book._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for number, book in enumerate(opened.values(), 1):
            fill(book, number, report_of, mark_of, noon)
        yield opened
    names = "|".join(SCOPED)
    for statement in asked:
        reads = re.search(rf"(FROM|JOIN|UPDATE) ({names})\b", statement)
        if reads is not None and not asks_for_anything(statement):
            assert re.search(r"\.assignment = ", statement), statement


def asks_for_anything(statement: str) -> bool:
    """Return whether a statement only asks whether anything at all is kept."""
    return "LIMIT" in statement and "WHERE" not in statement


def read(book: Gradebook) -> dict[str, Any]:
    """Return all that can be read, by the method that gives it: a new one has to be added here."""
    (row,) = (one for one in book.current_scores() if one.person.student == "ada")
    assert row.attempt_id is not None
    (attempt,) = book.attempts()
    found = {
        "current_scores": (row.automatic, row.marked, row.override, row.entry),
        "attempt_scores": [one.entry for one in book.attempt_scores("ada")],
        "attempts": attempt.entry,
        "attempt": book.attempt(row.attempt_id).entry,
        "verdicts": [*book.verdicts()] == [attempt.id],
        "markings": [one.marking.why for one in book.markings(attempt.id)],
        "last_marking": getattr(book.last_marking(attempt.id, "essay"), "marking", None),
        "texts": [text.attempt_id == attempt.id for text in book.texts()],
        "marking_history": [one.marking.why for one, _ in book.marking_history()],
        "requests": [(one.asked.part, one.events[-1].text) for one in book.requests()],
        "overrides": [one.why for one in book.overrides("ada")],
        "override_history": [one.why for _, one in book.override_history()],
        "report": book.report(attempt.id).score,
        "evidence": book.evidence(attempt.id),
        "run_times": book.run_times(),
        "files": book.files(attempt.id, ()),
        "file_hashes": book.file_hashes(attempt.id, ()),
        "refusals": [one.reason for one in book.refusals()],
        "check_rows": {one["entry"] for one in book.check_rows()},
    }
    history = book.history
    return found | {
        "version": history.version("c1"),
        "judgings": [one.note for one in history.judgings()],
        "told": [one.score for one in history.told("ada", "s1")],
        "has_told": history.has_told(),
    }


# What changes something, is of the whole course (who marks, what marking needs beside marks), or opens and closes.
NOT_READ = {
    "open", "open_for", "close", "upsert_students", "learn_ids", "record", "refuse", "mark", "unmark", "recompute",
    "override", "add_request", "move_request", "markers", "review_log", "history", "keep_version", "add_judging",
    "tell", "under", "assignments",
}  # fmt: skip


def test_each_assignment_has_its_own(books: dict[str, Gradebook]) -> None:
    """All that can be read of a student, by every method that there is."""
    for number, book in enumerate(books.values(), 1):
        found = read(book)
        assert found["current_scores"] == (number, 1, number + 2, f"hw{number}.py")
        assert found["attempt_scores"] == [f"hw{number}.py"]
        assert (found["attempts"], found["attempt"]) == (f"hw{number}.py", f"hw{number}.py")
        assert found["verdicts"]
        assert found["texts"] == [True]
        assert found["requests"] == [(f"{number}b", f"withdrawn {number}")]
        assert found["overrides"] == found["override_history"] == [f"override {number}"]
        assert found["report"] == number + 1
        assert found["refusals"] == [f"refused {number}"]
        assert found["check_rows"] == {f"hw{number}.py"}
        assert found["version"] == f"version {number}"
        assert found["judgings"] == [f"judging {number}"]
        assert found["told"] == [number]
        methods = inspect.getmembers(Gradebook) + inspect.getmembers(History)
        assert {name for name, _ in methods if not name.startswith("_")} == found.keys() | NOT_READ


def test_what_is_of_another_assignment_is_not_there(books: dict[str, Gradebook], noon: datetime) -> None:
    """By its number either, nor is it changed or taken away."""
    first, second = books.values()
    (attempt,) = first.attempts()
    for ask in (second.attempt, second.report, second.evidence):
        with pytest.raises(UsageError, match=f"no attempt {attempt.id}"):
            ask(attempt.id)
    with pytest.raises(UsageError, match=f"no attempt {attempt.id}"):
        second.unmark(attempt.id, "essay", "eve", "a slip")
    (request,) = first.requests()
    with pytest.raises(UsageError, match=f"no request {request.id}"):
        second.move_request(request, RequestEvent("answered", "eve", noon, "No."))


def test_a_graded_student_is_refused_no_more_in_that_assignment_alone(
    books: dict[str, Gradebook], report_of: ReportOf, noon: datetime
) -> None:
    """What was wrong with another one still is."""
    books["hw1"].record(report_of("bob", evidence_sha256="e3"), noon, "bob.py")
    assert books["hw1"].refusals() == []
    assert [one.reason for one in books["hw2"].refusals()] == ["refused 2"]


def test_an_ungraded_attempt_is_owed_in_its_assignment_alone(
    books: dict[str, Gradebook], report_of: ReportOf, noon: datetime
) -> None:
    """The same student is finished in the other one."""
    late = noon + timedelta(days=9)
    books["hw1"].record(report_of(ungraded=True, submission_sha256="s9", evidence_sha256="e9"), late, "again.py")
    owed = [next(iter(book.current_scores())).newer_ungraded for book in books.values()]
    assert owed == [True, False]


def test_the_class_is_shared(books: dict[str, Gradebook]) -> None:
    """A student is known in each, with or without work, also in one of which there is nothing yet."""
    books["hw1"].upsert_students([Person("cy", email="cy@example.org")])
    engine = books["hw1"]._engine
    with Gradebook.open(engine.url.render_as_string(hide_password=False), course="heat", assignment="hw3") as third:
        for book in (*books.values(), third):
            people = {row.person.student: row.person.email for row in book.current_scores()}
            assert people == {"ada": "", "bob": "", "cy": "cy@example.org"}


# ---------------------------------------------------------------- one of the two kinds


def test_scores_by_assignment_are_not_mixed_with_those_of_the_whole_course(
    url: str, report_of: ReportOf, noon: datetime
) -> None:
    """Whoever asks for the other kind is told what there is, and what to type; so is who knows no course."""
    with Gradebook.open(url, course="heat", assignment="hw2") as book:
        book.record(report_of(), noon, "a.py")
    Gradebook.open(url, create=False, course="heat", assignment="hw1").close()
    with pytest.raises(UsageError, match=r"holds scores by assignment: hw1, hw2; say which with --assignment"):
        Gradebook.open(url, create=False)
    with pytest.raises(UsageError, match=r"by assignment: hw1, hw2; got hw3"):
        Gradebook.open(url, create=False, assignment="hw3")
    Gradebook.open(url, create=False, assignment="hw2").close()


@pytest.mark.parametrize("kept", ["report", "refusal", "override"])
def test_scores_of_the_whole_course_are_not_mixed_with_those_of_an_assignment(
    url: str, report_of: ReportOf, noon: datetime, kept: str
) -> None:
    """Whatever was kept first."""
    with Gradebook.open(url, course="heat") as book:
        if kept == "report":
            book.record(report_of(), noon, "a.py")
        elif kept == "refusal":
            book.refuse("ada", "not a notebook")
        else:
            book.upsert_students([Person("ada")])
            book.override("ada", Override(Fraction(1), "eve", noon, "was ill"))
    with pytest.raises(
        UsageError, match=r"scores of the whole course, and this is its assignment hw1: expected no --a"
    ):
        Gradebook.open(url, create=False, course="heat", assignment="hw1")
    Gradebook.open(url, create=False).close()


def test_what_is_kept_first_decides(url: str, report_of: ReportOf, noon: datetime) -> None:
    """Until then a gradebook is of no kind, whoever has looked at it; who opened it before is refused then."""
    with Gradebook.open(url) as whole, Gradebook.open(url, assignment="hw1") as part, Gradebook.open(url) as again:
        assert (whole.current_scores(), part.current_scores()) == ([], [])
        part.record(report_of(), noon, "a.py")
        for book in (whole, again):
            with pytest.raises(UsageError, match=r"by assignment: hw1; say which"):
                book.record(report_of(evidence_sha256="e2"), noon, "a.py")
            with pytest.raises(UsageError, match=r"by assignment: hw1; say which"):
                book.refuse("bob", "no notebook")
        assert len(part.attempts()) == 1


def test_two_who_begin_at_once_do_not_mix(url: str, report_of: ReportOf, noon: datetime) -> None:
    """Of many that write at the same time, those of one kind are kept."""
    Gradebook.open(url).close()
    kinds = ("", "hw1") * 4

    def write(number: int) -> None:
        with suppress(UsageError), Gradebook.open(url, assignment=kinds[number]) as book:
            book.record(report_of(f"s{number}", evidence_sha256=f"e{number}"), noon, "a.py")

    with ThreadPoolExecutor(len(kinds)) as pool:
        list(pool.map(write, range(len(kinds))))
    kept = []
    for kind in ("", "hw1"):
        with suppress(UsageError), Gradebook.open(url, create=False, assignment=kind) as book:
            kept.append([attempt.student for attempt in book.attempts()])
    assert [bool(students) for students in kept] == [True]


def test_a_request_is_taken_once_in_each(books: dict[str, Gradebook], noon: datetime) -> None:
    """A file that is read again is known where it was taken."""
    asked = [NewRequest("ada", "s1", f"{number}b", None, ASKED, noon, Fraction(number)) for number in (1, 2)]
    before = [book.requests() for book in books.values()]
    for book, one in zip(books.values(), asked, strict=True):
        book.add_request(one)
    after: list[list[Request]] = [book.requests() for book in books.values()]
    assert before == after
