"""What is kept of a report, and that it is kept once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.course import Course
from grader.feedback import Work
from grader.judge.score import change_parts
from grader.model import Report, RunFailure
from grader.stats import Reader
from grader.stats.facts import MESSAGE
from tests.stats.conftest import Class


def change_first(report: Report, **changes: Any) -> Report:
    """Return a report whose first check is changed."""
    first = report.list_checks()[0].id
    return change_parts(
        report,
        lambda part: replace(part, checks=tuple(replace(c, **changes) if c.id == first else c for c in part.checks)),
    )


def test_equal_facts_are_one(course: Course, build_work: Callable[..., Work]) -> None:
    """Ten thousand students who got the same take little memory."""
    reader = Reader(course)
    ada, bo = (reader.read(build_work({"ex1_larger": "pq"}, student=name).report) for name in ("ada", "bo"))
    assert (ada.student, bo.student) == ("ada", "bo")
    for name in ("parts", "checks", "causes"):
        assert all(one is other for one, other in zip(getattr(ada, name), getattr(bo, name), strict=True))


def test_points_are_those_of_the_grader_alone(course: Course, draw_class: Class) -> None:
    """Texts have none, whether they wait or are left out."""
    (report,) = draw_class(1, 4, 0.0)
    facts = Reader(course).read(report)
    assert facts.score == report.score
    assert sum(part.max for part in facts.parts) == sum(c.max for c in report.list_checks() if c.kind != "text")


@pytest.mark.parametrize(
    ("error", "message", "modules"),
    [
        ("ModuleNotFoundError", "it raised No module named 'pandas'", ("pandas",)),
        ("ModuleNotFoundError", "it raised No module named 'a.b_2'", ("a.b_2",)),
        ("ModuleNotFoundError", "No module named '<script>alert(1)</script>'", ("something",)),
        ("ModuleNotFoundError", f"No module named '{'x' * 500}'", ("x" * 40,)),
        ("ImportError", "cannot import name 'x'", ("something",)),
        ("ValueError", "No module named 'pandas'", ()),
    ],
)
def test_module_that_is_not_there(
    course: Course, build_work: Callable[..., Work], error: str, message: str, modules: tuple[str, ...]
) -> None:
    """A plain name of bounded length, and only where an import failed."""
    cause = RunFailure("a.py", "raised", 1, 1, error)
    report = change_first(build_work({}).report, cause=cause, message=message)
    assert Reader(course).read(report).modules == modules


def test_what_is_quoted_is_bounded(course: Course, build_work: Callable[..., Work]) -> None:
    """A message is as long as what a student wrote into it."""
    reader, blank = Reader(course), build_work({}).report
    broken = reader.read(change_first(blank, kind="invariant", outcome="fail", message="x" * 10_000))
    assert [len(text) for _, text in broken.violations] == [MESSAGE]
    ours = reader.read(change_first(blank, outcome="ungraded", detail="y" * 10_000))
    assert [len(text) for text in ours.broken] == [MESSAGE]


def test_cause_is_named_without_a_students_numbers(course: Course, build_work: Callable[..., Work]) -> None:
    """Two students with other wrong values have the same."""
    reader = Reader(course)
    causes = [reader.read(build_work({"ex1_kl_pq": value}).report).causes for value in (17.25, 18.5)]
    assert causes[0] == causes[1]
    assert causes[0][0].title == "ex1_kl_pq: wrong, by no known mistake"
    assert "17.25" not in causes[0][0].title


def test_code_that_ended_is_one_cause(course: Course, build_work: Callable[..., Work]) -> None:
    """However many answers it took away, and whoever wrote it."""
    from grader.model import AnswerEvidence, EmptyValue, Lost

    lost = AnswerEvidence(value=EmptyValue(type="absent"), lost=Lost(cause="timed_out", cell=3))
    report = build_work({"ex1_kl_pq": lost, "ex1_kl_qp": lost}).report
    (cause,) = Reader(course).read(report).causes
    assert (cause.key, cause.title) == (("run", "timed_out"), "Code that ran out of time")


def test_form_is_told_from_value(course: Course, build_work: Callable[..., Work]) -> None:
    """A word where a number is expected is another lesson than a wrong number."""
    (cause,) = Reader(course).read(build_work({"ex1_kl_pq": "many"}).report).causes
    assert cause.title == "ex1_kl_pq: not of the form that is asked for"
