"""The histogram of a class on a student's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.course import Assignment
from grader.feedback import Work, render_markdown, render_page
from grader.feedback.class_scores import draw_histogram
from grader.release import Spread
from grader.release.spread import Bin
from tests.feedback.conftest import NASTY, Elements, check_harmless

BINS = (Bin(Fraction(0), Fraction(12), 6), Bin(Fraction(12), Fraction(24), 18))


@pytest.fixture
def spread() -> Spread:
    """Return how 24 students of exercises 1 and 5 are spread."""
    return Spread(Assignment(id="hw", title=NASTY[0], exercises=("1", "5")), 24, BINS)


def test_area_is_number(build_work: Callable[..., Work], spread: Spread) -> None:
    """So that joined bars do not look like more students than they stand for; one's own has a name."""
    wide = replace(spread, bins=(Bin(Fraction(0), Fraction(18), 18), Bin(Fraction(18), Fraction(24), 6)))
    histogram = draw_histogram(wide, build_work({}).report)
    others, own = histogram.panel.traces
    assert own.boxes[0][2] == pytest.approx(3 * others.boxes[0][2])
    assert own.boxes[0][3] == pytest.approx(others.boxes[0][3])
    assert [label.text for label in histogram.panel.labels] == ["you"]
    assert histogram.rows == (("0 to 18", 18, True), ("18 to 24", 6, False))


def test_it_is_said_in_words_too(build_work: Callable[..., Work], spread: Spread) -> None:
    """For who does not see it, in a table, and of how many."""
    page = render_page(replace(build_work({}), class_scores=(spread,)))
    check_harmless(page)
    assert "Scores of 24 students. 0 to 12 points: 6 students, 12 to 24 points: 18 students." in page
    text = " ".join(" ".join(Elements(page).words).split())
    assert "24 students. Each bar stands for at least 5 of them" in text
    assert "0 to 12 (you) 6 12 to 24 18" in text


def test_without_a_class_nothing_is_said(build_work: Callable[..., Work], spread: Spread) -> None:
    """Nor in other files than the page."""
    assert "Scores of the class" not in render_page(build_work({}))
    assert "24 students" not in render_markdown(replace(build_work({}), class_scores=(spread,)))
