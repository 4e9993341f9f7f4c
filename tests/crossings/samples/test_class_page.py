"""The class page of the sample students, whose code really ran: every number is that of their reports."""

from __future__ import annotations

from grader.stats import Roll, compute_stats, render_page
from tests.crossings.samples.conftest import Graded
from tests.feedback.conftest import check_harmless
from tests.stats.conftest import compare_with_naive, compute_naively, read_facts


def test_numbers_of_the_samples(graded: Graded) -> None:
    """Of those who show a known mistake and those whose answers follow from an earlier one, together."""
    reports = [report for kind in graded.reports.values() for report in kind.values()]
    stats = compute_stats(graded.course.course, read_facts(graded.course.course, reports), Roll())
    compare_with_naive(stats, compute_naively(reports))
    assert stats.mistakes
    assert stats.theorems
    check_harmless(render_page(stats))


def test_mistakes_are_those_that_the_samples_are_named_after(graded: Graded) -> None:
    """Each known mistake that a sample shows is on the page, with that sample among those who made it."""
    reports = list(graded.reports["mistakes"].values())
    rows = {
        row.code: row.students
        for row in compute_stats(graded.course.course, read_facts(graded.course.course, reports), Roll()).mistakes
    }
    for student, parts in graded.expected("mistakes").items():
        for checks in parts.values():
            for told in checks.values():
                if "mistake" in told:
                    assert student in rows[told["mistake"]]
