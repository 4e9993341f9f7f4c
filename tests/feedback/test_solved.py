"""Once solutions are out they are on the page, in the notebook and in the Markdown; before that nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import nbformat
import pytest

from grader.feedback import Mark, Work, build_notebook, render_markdown, render_page
from grader.feedback.plot import draw_figure
from grader.feedback.solved import list_drawn, list_examples, list_solved
from grader.judge.solution import Solution, build_line
from grader.model import AxesEvidence, FigureValue, PartScore
from tests.feedback.conftest import NASTY, Elements, build_figure, check_harmless

Solve = Callable[..., Work]
EXPECTED, INPUT = "0.456434819 nats; the error may be 0.0005", "ex5_tv(0.25)"


def read_notebook(work: Work) -> str:
    """Return the remarks of the notebook."""
    cells = nbformat.reads(build_notebook(work), as_version=4).cells
    return "\n".join(cell.source for cell in cells).replace("&#40;", "(").replace("&#41;", ")").replace("&#95;", "_")


def read_markdown(work: Work) -> str:
    """Return the Markdown as it is read."""
    return render_markdown(work).replace("&#40;", "(").replace("&#41;", ")").replace("&#95;", "_")


def read_page(work: Work) -> str:
    """Return the words of the page."""
    return " ".join(" ".join(Elements(render_page(work)).words).split())


WRITERS = pytest.mark.parametrize("read", [read_page, read_markdown, read_notebook])


@pytest.fixture
def work(build_work: Callable[..., Work]) -> Work:
    """Return a work with a wrong number, a function without its half, and a figure of that."""
    figure = build_figure(tv=lambda theta: 2 * abs(theta - 0.5))
    return build_work({"ex1_kl_pq": 0.5, "ex5_tv": lambda theta: 2 * abs(theta - 0.5), "ex5_figure": figure})


def find_part(work: Work, identity: str) -> PartScore:
    """Return a part of the report."""
    parts = (part for exercise in work.report.exercises for part in exercise.parts)
    return next(part for part in parts if part.id == identity)


@WRITERS
@pytest.mark.parametrize("stage", ["feedback", "solutions"])
def test_what_is_right_comes_with_the_solutions(read: Any, work: Work, solve: Solve, stage: str) -> None:
    """A value with how far it may be off, and inputs with what the student's function gave; all of it or nothing."""
    text = read(solve(work, stage))
    for words in (EXPECTED, INPUT, "of 27 inputs, of which these are the first 5"):
        assert (words in text) == (stage == "solutions")


@WRITERS
def test_without_a_policy_there_are_no_solutions(read: Any, work: Work, solve: Solve) -> None:
    """Nobody said when they are out."""
    text = read(replace(solve(work), stages=None))
    assert EXPECTED not in text
    assert INPUT not in text


@WRITERS
def test_who_attempted_nothing_reads_them_as_well(read: Any, build_work: Callable[..., Work], solve: Solve) -> None:
    """With the rubric of a text, and how others would have been marked."""
    text = read(solve(build_work({})))
    assert EXPECTED in text
    assert "Tried on 27 inputs, these among them" in text
    assert "Another text, 2 of 2" in text or "How other texts would be marked" in text
    assert "Convexity of −ln" in text
    before = read(solve(build_work({}), "feedback"))
    assert "Solution" not in before
    assert "Convexity of −ln" not in before


def test_a_placeholder_is_held_against_nothing(build_work: Callable[..., Work], solve: Solve) -> None:
    """Its results are nobody's answer; another function of the part, which is wrong, is held against what is right."""
    work = solve(build_work({"ex5_tv": lambda theta: 2 * abs(theta - 0.5), "ex5_kl": lambda _theta: None}))
    solved = {one.label: one for one in list_solved(work, find_part(work, "5a"))}
    assert "Tried on 27 inputs" in solved["ex5_kl"].text
    assert not any(one.own for one in solved["ex5_kl"].inputs)
    assert "Not right on" in solved["ex5_tv"].text


def test_what_follows_from_own_answers_is_said_to(build_work: Callable[..., Work], solve: Solve) -> None:
    """It has full points, and is another one than the reference's."""
    wrong = {"ex5_tv": lambda theta: 2 * abs(theta - 0.5), "ex5_kl": kl_to_half}
    wrong["ex5_pinsker_slack"] = lambda theta: 0.5 * kl_to_half(theta) - (2 * abs(theta - 0.5)) ** 2
    work = solve(build_work(wrong))
    (slack,) = [one for one in list_solved(work, find_part(work, "5b")) if one.label == "ex5_pinsker_slack"]
    assert slack.text.startswith("Yours has full points, as it follows from ex5_tv. By the reference: Not right on")


def kl_to_half(theta: float) -> float:
    """Return the divergence of a coin from a fair one, in nats."""
    return sum(one * math.log(2 * one) for one in (theta, 1 - theta) if one)


def test_a_rubric_of_what_a_person_marked_says_what_was_given(build_work: Callable[..., Work], solve: Solve) -> None:
    """And not only what was looked for."""
    work = build_work({}, texts={"ex1d_text": "Because −ln is convex."}, marks={"ex1d_text": Mark({}, "Why?")})
    markdown = read_markdown(solve(work))
    assert "**ex1d_text**, marked by a person" in markdown
    assert "**ex5d_text**, what markers look for" in markdown
    assert list_examples(solve(work), "1d", "ex1d_text")[0].points == "2 of 2"
    assert list_examples(solve(work, "feedback"), "1d", "ex1d_text") == ()


def test_the_stage_of_an_exercise_is_its_own(work: Work, solve: Solve) -> None:
    """Solutions of one are no solutions of the other."""
    mixed = replace(solve(work), stages={"1": "solutions", "5": "feedback"})
    assert list_solved(mixed, find_part(work, "1a"))
    assert list_solved(mixed, find_part(work, "5a")) == ()
    assert list_drawn(mixed, find_part(work, "5a"), "ex5_figure") == ()


def test_what_a_check_cannot_say_is_left_out(work: Work, solve: Solve) -> None:
    """Rather than an empty line."""
    silent = replace(solve(work), solutions={"1a.ex1_kl_pq": Solution()})
    assert list_solved(silent, find_part(work, "1a")) == ()


def test_curves_that_are_not_shown_are_drawn(build_work: Callable[..., Work], solve: Solve) -> None:
    """One that the student drew rightly needs no second line."""
    figure = build_figure(tv=lambda theta: abs(theta - 0.5), other=lambda theta: theta)
    work = solve(build_work({"ex5_figure": figure}))
    drawn = list_drawn(work, find_part(work, "5a"), "ex5_figure")
    assert [curve.label for one in drawn for curve in one.curves] == ["ex5_kl", "ex5_reverse_kl", "ex5_jsd"]
    page = render_page(work)
    assert page.count('class="trace solution"') == 3
    assert "the thin dark line is the solution" in page
    assert "the thin dark line" not in render_page(solve(work, "feedback"))
    check_harmless(page)


def test_who_drew_nothing_sees_the_solution_in_a_panel_of_its_own(
    build_work: Callable[..., Work], solve: Solve
) -> None:
    """Named as what it is, for the eye and for who does not see."""
    page = render_page(solve(build_work({})))
    assert "What <code>ex5_figure</code> was to show" in page
    assert 'aria-label="The solution of ex5_figure' in page
    assert page.count('class="trace solution"') == 4


def test_of_several_panels_none_is_drawn_over() -> None:
    """Nobody knows which of them was meant."""
    panel = AxesEvidence(title="", x_label="x", y_label="y", has_legend=False, lines=())
    solution = Solution(curves=(build_line("f", [0.0, 1.0], [0.0, 1.0]),), along="t")
    one, two = draw_figure("fig", FigureValue(axes=(panel, panel)), None, [solution])[1:]
    assert (one.has_solution, two.has_solution, two.is_own, two.title, two.x_label) == (
        False,
        True,
        False,
        "Solution",
        "t",
    )
    (over,) = draw_figure("fig", FigureValue(axes=(panel,)), None, [solution])
    assert over.has_solution


def test_points_are_dots_and_bounds_have_no_name_in_the_drawing() -> None:
    """A name at the end of each bound would hide the estimates; the table has them."""
    lines = [build_line(name, [0.0, 1.0], [0.0, 1.0]) for name in ("right", "lowest", "data")]
    solution = Solution(curves=(lines[0],), bounds=(lines[1],), points=(lines[2],))
    (panel,) = draw_figure("fig", FigureValue(axes=()), None, [solution])
    assert {label.text for label in panel.labels} == {"right", "data"}
    assert [(trace.role, bool(trace.dots)) for trace in panel.traces] == [
        ("bound", False),
        ("solution", False),
        ("solution", True),
    ]
    assert [trace.name for trace in panel.traces] == ["lowest", "right, by the solution", "data, by the solution"]


def test_nasty_words_stay_words(nasty_work: Work, solve: Solve) -> None:
    """What a student's function said is shown beside what is right, as text."""
    page = render_page(solve(nasty_work))
    check_harmless(page)
    assert "Solution of 1a" in page
    assert NASTY[0] not in page
