"""The page says what the report says, in every state that a submission can be in."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from grader.feedback import Mark, Work, render_markdown, render_page, render_refusal
from grader.feedback.page import build_style
from tests.feedback.conftest import NASTY, Elements, build_figure, check_harmless


def _read(page: str) -> str:
    return " ".join(" ".join(Elements(page).words).split())


def test_nasty_words_stay_words(nasty_work: Work) -> None:
    """Whatever a student wrote, wherever it is shown."""
    page = render_page(nasty_work)
    check_harmless(page)
    assert "\u202e" not in page
    assert "\\u202eevil" in page
    assert "{{ 7 * 7 }}" in _read(page)


def test_policy_allows_the_style_and_nothing_else(nasty_work: Work) -> None:
    """The hash is that of what stands between the tags, as a browser reads it."""
    page = render_page(nasty_work)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_a_name_cannot_leave_its_string_in_the_style() -> None:
    """The foot of a printed page names the student."""
    style = build_style('"; } body { display: none } </style>')
    assert style.count("</") == 0
    assert style.count("{") == style.count("}")
    assert 'content: "\\22 \\3b ' in style


def test_nothing_lost(build_work: Callable[..., Work]) -> None:
    """It says so, and folds what is right away."""
    work = build_work({"ex1_nonnegative": True, "ex1_larger": "equal"})
    only = [part for exercise in work.report.exercises for part in exercise.parts if part.id == "1b"]
    exercises = (replace(work.report.exercises[0], parts=tuple(only), score=Fraction(2), max=Fraction(2)),)
    report = replace(work.report, exercises=exercises, score=Fraction(2), max=Fraction(2), pending=Fraction(0))
    page = render_page(replace(work, report=report))
    assert "Nothing was lost." in page
    assert '<details class="part pass" id="part-1b">' in page


def test_nothing_attempted(build_work: Callable[..., Work]) -> None:
    """Exercises are named, not each of their parts."""
    read = _read(render_page(build_work({})))
    assert "Not attempted: exercises 1 and 5." in read
    assert "Look here first" in read


def test_our_fault_costs_nothing(build_work: Callable[..., Work]) -> None:
    """What we failed to grade is said, with what the student has to do: nothing."""
    read = _read(render_page(build_work({}, fault="the box is gone")))
    assert "because of a mistake on our side. You lose no points and need do nothing" in read
    assert "the box is gone" not in read
    assert "Nothing is graded yet." in read


def test_pending_points_are_no_lost_points(build_work: Callable[..., Work]) -> None:
    """'0 of 1 + 2 to be marked' and never '0 of 3'."""
    work = build_work({}, texts={"ex1d_text": "Jensen's inequality, applied to the convex function −ln."})
    read = _read(render_page(work))
    assert "0 of 1 + 2 to be marked" in read
    assert "still to be marked by a person" in read
    assert "Jensen's inequality, applied" in read


def _mark(work: Work, points: Mapping[str, Fraction]) -> Work:
    """Return the work once a person has marked its text of 1d; the report is the gradebook's."""
    from grader.gradebook import Marking
    from grader.gradebook.reports import mark_report

    marking = Marking(
        "ex1d_text", points, "eve the marker", datetime(2026, 1, 1, tzinfo=UTC), "Say *where* it is strict."
    )
    mark = Mark(marking.points, marking.why)
    return replace(work, report=mark_report(work.report, {"ex1d_text": marking}), marks={"ex1d_text": mark})


def test_marks_are_shown_by_criterion(build_work: Callable[..., Work]) -> None:
    """With the comment, and without the marker; of a criterion that was missed, what helps and not what was sought."""
    text = {"ex1d_text": "Jensen's inequality, applied to the convex function −ln."}
    work = build_work({}, texts=text)
    (rubric,) = [one for one in work.course.rubrics if one.answer == "ex1d_text"]
    full, part, missed = rubric.criteria
    work = _mark(work, {full.id: full.points, part.id: part.points / 2, missed.id: Fraction(0), "gone": Fraction(0)})
    page, words = render_page(work), render_markdown(work)
    assert page.count('class="criteria"') == 1
    assert "Say <em>where</em> it is strict." in page
    assert "  - Comment: Say &#42;where&#42; it is strict." in words
    for one in (_read(page), words):
        assert "✓ 0.5 of 0.5: The divergence is written as an average" in one
        assert "◐ 0.5 of 1: Convexity" in one
        assert "State the inequality it gives" in one
        assert "✗ 0 of 0.5: Work out the average of the points" in one
        assert "✗ 0 points: gone" in one
        assert missed.about[:30] not in one
        assert "eve" not in one.split()
        assert one.count("is strict") == 1  # the comment is told once


def test_item_that_nobody_has_looked_at_is_not_missed(build_work: Callable[..., Work]) -> None:
    """The rubric has got it since; nothing is said of what it asks for."""
    work = build_work({}, texts={"ex1d_text": "Jensen's inequality."})
    (rubric,) = [one for one in work.course.rubrics if one.answer == "ex1d_text"]
    full, part, new = rubric.criteria
    work = _mark(work, {full.id: full.points, part.id: part.points})
    for one in (_read(render_page(work)), render_markdown(work)):
        assert "… no points yet: A person has not looked at the text for this item yet." in one
        assert new.feedback[:30] not in one


def test_what_a_marking_cost_is_a_cause(build_work: Callable[..., Work]) -> None:
    """By the answer's name: the comment is no title."""
    work = build_work({}, texts={"ex1d_text": "Jensen's inequality."})
    words = render_markdown(_mark(work, {"setup": Fraction(1, 2)}))
    assert "1. −1.5 in 1d: ex1d&#95;text, marked by a person" in words
    assert "(0.5 of 2): Marked by a person&#58; the criteria are below." in words


def test_figure_has_words_for_who_does_not_see_it(build_work: Callable[..., Work]) -> None:
    """A role, a title, a table."""
    figure = build_figure(tv=lambda theta: abs(theta - 0.5), other=lambda theta: theta)
    page = render_page(build_work({"ex5_figure": figure}))
    assert 'role="img"' in page
    assert (
        "Your ex5_figure: tv (right), other (not one that was asked for). To the right: theta; upward: no label."
        in page
    )
    assert "✓ tv" in page
    assert "✗ other" in page
    assert '<th scope="row">tv</th><td>0.01</td><td>0.49</td>' in page


def test_detail_and_expected_values_stay_with_staff(build_work: Callable[..., Work]) -> None:
    """The page is made of what a student's report holds."""
    work = build_work({"ex1_kl_pq": 0.3, "ex1_r": [0.25] * 4})
    details = [
        check.detail
        for exercise in work.report.exercises
        for part in exercise.parts
        for check in part.checks
        if len(check.detail) > 10
    ]
    assert details
    for text in (render_page(work), render_markdown(work)):
        assert [detail for detail in details if detail in text] == []
        assert "0.4564" not in text


def test_same_work_same_bytes(nasty_work: Work) -> None:
    """Nothing of the clock, or of the order of a set."""
    assert render_page(nasty_work) == render_page(nasty_work)


def test_refused_file_is_told_why() -> None:
    """And what to submit instead."""
    page = render_refusal("A $\\theta$ course", NASTY[1], f"{NASTY[0]} is not a notebook")
    check_harmless(page)
    assert ".ipynb" in page
    assert "<math" in page


def test_markdown_encodes_what_is_a_students(nasty_work: Work) -> None:
    """No tag, link, mention or formula of theirs is left."""
    text = render_markdown(nasty_work)
    assert not re.search(r"<(?!/?code>)", text)
    assert "](" not in text
    assert "$" not in text


def test_markdown_says_the_same(build_work: Callable[..., Work], golden: Any) -> None:
    """The whole page of a small submission, to be read as a diff."""
    work = build_work({"ex1_nonnegative": True, "ex1_larger": "pq", "ex1_kl_pq": 0.658496250072})
    golden("small.md", render_markdown(replace(work, report=replace(work.report, exercises=work.report.exercises[:1]))))
