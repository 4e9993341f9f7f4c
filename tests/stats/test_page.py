"""The class page: what is on it, that nothing a student wrote can act, and that it says it in words as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.course import Course
from grader.feedback import Work
from grader.stats import ClassStats, Drawings, Marked, Pair, Requested, Roll, Staff, compute_stats, render_page, share
from grader.stats.page import SORTS, build_view
from tests.feedback.conftest import ALL_NASTY, NASTY, check_harmless
from tests.stats.conftest import Class, read_facts
from tests.stats.test_sharing import draw_curves


def build_nasty(course: Course, draw_class: Class, nasty_work: Work) -> ClassStats:
    """Return a class in which everything that is not ours is nasty."""
    reports = draw_class(30, 1)
    facts = read_facts(course, reports)
    facts = [
        replace(
            one,
            student=f"{NASTY[k % len(NASTY)]}{k}",
            violations=tuple((check, ALL_NASTY) for check, _ in one.violations),
            broken=tuple(ALL_NASTY for _ in one.broken),
        )
        for k, one in enumerate(facts)
    ]
    facts.append(read_facts(course, [nasty_work.report])[0])
    roll = Roll(absent=NASTY, refused=tuple((name, ALL_NASTY) for name in NASTY), outdated=NASTY, owed=NASTY, waiting=3)
    marking = tuple(Marked("1d", "ex1d_text", name, 3, Fraction(1, 3), "–") for name in NASTY)
    curves = [replace(one, student=NASTY[k % len(NASTY)], is_accepted=False) for k, one in enumerate(draw_curves(9))]
    requests = tuple(Requested(name, 3, 2, 1) for name in NASTY)
    pairs = [Pair(NASTY[0], (NASTY[1], NASTY[2]), name, k % 2 == 0, (1.0, k % 3)) for k, name in enumerate(NASTY)]
    return compute_stats(course, facts, roll, Staff(marking, requests), Drawings(curves, pairs))


def test_nothing_that_others_wrote_acts(course: Course, draw_class: Class, nasty_work: Work) -> None:
    """Names, file names, messages and markers' names are text, on a page without a script."""
    check_harmless(render_page(build_nasty(course, draw_class, nasty_work)))


def test_shared_page_is_harmless(course: Course, draw_class: Class) -> None:
    """The same elements, and nothing else."""
    page = render_page(share(course, read_facts(course, draw_class(60, 1)), Drawings(draw_curves(30))))
    check_harmless(page)
    assert "&lt; 5" not in page.partition("<main")[2].partition("</h1>")[0]


def test_policy_allows_the_style_alone(course: Course) -> None:
    """No script, no picture, no form; and no attribute that the policy would not obey."""
    page = render_page(compute_stats(course, [], Roll()))
    assert re.search(r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'", page)
    assert "<script" not in page
    assert " style=" not in page


def test_empty_class_says_so(course: Course) -> None:
    """And shows no empty table."""
    page = render_page(compute_stats(course, [], Roll()))
    assert "No reports yet" in page
    assert "<table" not in page


def test_ungraded_class_says_what_broke(course: Course, build_work: Callable[..., Work]) -> None:
    """The head alone."""
    facts = read_facts(course, [build_work({}, fault="the sandbox is gone").report])
    page = render_page(compute_stats(course, facts, Roll()))
    assert "the sandbox is gone" in page
    assert "1 not graded !" in page
    assert "<table" not in page


def test_one_student_has_tables_only(course: Course, draw_class: Class) -> None:
    """No distribution."""
    page = render_page(compute_stats(course, read_facts(course, draw_class(1, 1, 0.0)), Roll()))
    assert 'id="scores"' not in page
    assert "1a" in page
    assert "<table" in page


def test_every_drawing_has_a_sentence_and_a_table(course: Course, draw_class: Class) -> None:
    """For who does not see it, and on paper."""
    stats = compute_stats(course, read_facts(course, draw_class(30, 1)), Roll(), drawn=Drawings(draw_curves(9)))
    page = render_page(stats)
    figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(figures) == 2
    for figure in figures:
        assert re.search(r'role="img" aria-label="[^"]{30,}"', figure)
        assert '<details class="values">' in figure
    assert "9 of 9 curves are accepted" in page


def test_states_are_said_in_words(course: Course, draw_class: Class) -> None:
    """A bar's colours say nothing that its words do not."""
    stats = compute_stats(course, read_facts(course, draw_class(30, 1)), Roll())
    view = build_view(stats)
    for row in stats.parts:
        assert sum(int(number) for number in re.findall(r"\d+", view.words[row.id])) == sum(row.counts.values())
        assert sum(length for *_, length in view.bars[row.id]) == pytest.approx(100, abs=0.05)


@pytest.mark.parametrize("sort", [*SORTS, "", "nonsense"])
def test_parts_are_sorted(course: Course, draw_class: Class, sort: str) -> None:
    """What deserves a look first comes first; an order that nobody knows is the course's."""
    stats = compute_stats(course, read_facts(course, draw_class(30, 1)), Roll())
    view = build_view(stats, sort)
    assert sorted(row.id for row in view.parts) == sorted(row.id for row in stats.parts)
    if sort in SORTS:
        keys = [SORTS[sort](row) for row in view.parts]
        assert keys == sorted(keys)
    else:
        assert (view.parts, view.sort) == (stats.parts, "")
