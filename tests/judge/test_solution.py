"""What is right by each rule, for when solutions are out: worked out apart from the verdicts."""

from __future__ import annotations

import math
from typing import Any

import pytest

from grader.course import Answer
from grader.errors import CourseError
from grader.judge import PreparedCourse, solve
from grader.judge.solution import Solution
from grader.model import FigureValue

SENTENCE = "A sentence that is long enough."
LAW = {"value": 3.0, "standard_error": 0.1}


def solve_quiz(quiz: Any, **given: object) -> dict[str, Solution]:
    """Return the solutions by check id, without the part's, beside what a student gave."""
    prepared = PreparedCourse(quiz.course, quiz.oracle)
    found = solve(prepared, quiz.hand_in(quiz.evidence(given)))
    return {name.removeprefix("1a."): solution for name, solution in found.items()}


def tell(quiz: Any, name: str, kind: str, truth: object, **check: Any) -> tuple[str, str]:
    """Return what is right of one answer, and how far it may be off."""
    quiz.ask(name, kind, truth, **check)
    found = solve_quiz(quiz)[check.get("id", name)]
    return found.expected, found.allowed


ALLOWED = "the error may be 0.001"


@pytest.mark.parametrize(
    ("kind", "truth", "check", "said"),
    [
        ("number", 0.25, {"rule": "close", "unit": "nats"}, ("0.25 nats", ALLOWED)),
        ("array", [1.0, 2.0], {"rule": "close", "up_to": ("sign",)}, ("[1, 2] (up to its sign)", ALLOWED)),
        ("array", [1.0, 2.0], {"rule": "close", "order": "any"}, ("[1, 2] (in any order)", ALLOWED)),
        ("dict", {"b": 2.0}, {"rule": "close", "entry": "b", "id": "x.b"}, ("2", ALLOWED)),
        ("bool", True, {"rule": "exact"}, ("True", "")),
        ("string", "Jensen", {"rule": "exact", "also": (("convexity",),)}, ("'Jensen' or 'convexity'", "")),
        ("expression", "log(2)/3", {"rule": "expression"}, ("log(2)/3", "")),
        ("string", "ab", {"rule": "pattern", "pattern": "a.", "wrong": ("b",)}, ("For example 'ab'", "")),
        ("dict", {"n": 1.5}, {"rule": "labelled", "tolerance": {"absolute": 1e-3}}, ("{n: 1.5}", ALLOWED)),
        ("array", [1.0], {"rule": "custom", "by": "judge", "wrong": ("no",)}, ("For example [1]", "")),
        ("choice", "p", {"rule": "custom", "by": "judge", "wrong": ("no",)}, ("For example 'p'", "")),
    ],
)
def test_a_value(quiz: Any, kind: str, truth: object, check: dict[str, Any], said: tuple[str, str]) -> None:
    """In words that need no other: the value, in which unit, in what it is free, and how far it may be off."""
    more = {"choices": ("p", "q")} if kind == "choice" else {}
    assert tell(quiz, "x", kind, truth, **check, **more) == said


def test_what_no_words_can_say_is_left_out(quiz: Any) -> None:
    """A dict that a course's own rule passes, and a text, which the rubric speaks of."""
    quiz.ask("x", "dict", {"a": 1}, rule="custom", by="judge", wrong=("no",))
    quiz.ask("essay", "text", rule="text")
    assert solve_quiz(quiz) == {}


def test_a_reference_that_fails_leaves_out_its_own_alone(quiz: Any) -> None:
    """Whatever it raises: the check is ungraded, which the report says."""

    def broken(*_: object) -> object:
        raise ZeroDivisionError

    quiz.ask("x", "number", 1.0, rule="close")
    quiz.ask("y", "number", rule="close")  # of which the table knows nothing
    quiz.ask("f", "function", broken, rule="function", inputs="numbers", partial=0)
    assert list(solve_quiz(quiz, f=lambda x: x)) == ["x"]
    with pytest.raises(CourseError):
        quiz.oracle.value("1", "y")


def ask_square(quiz: Any, **check: Any) -> None:
    """Ask for a square."""
    quiz.ask("f", "function", lambda x: x * x, rule="function", inputs="numbers", partial=0, **check)


def test_a_function_is_told_where_it_fails(quiz: Any) -> None:
    """The first inputs, with what is right there and what the student's own gave; how many of how many."""
    ask_square(quiz)
    found = solve_quiz(quiz, f=lambda x: x * x + (0.5 if x < 0.5 else 0.0))["f"]
    assert (found.failing, found.tried, len(found.inputs), found.allowed) == (9, 18, 5, ALLOWED)
    first = found.inputs[0]
    assert (first.call, first.expected, first.own) == ("f(0.25)", "0.0625", "0.5625")
    raising = solve_quiz(quiz, f=lambda x: x / 0)["f"]
    assert "ZeroDivisionError" in raising.inputs[0].own


def test_a_function_that_is_right_or_never_ran(quiz: Any) -> None:
    """Nothing fails of the one; of the other there are inputs to try."""
    ask_square(quiz)
    right = solve_quiz(quiz, f=lambda x: x * x)["f"]
    assert (right.failing, right.tried, right.inputs) == (0, 18, ())
    for given in ({}, {"f": 3.0}):
        never = solve_quiz(quiz, **given)["f"]
        assert (never.failing, never.tried, never.inputs[0].own) == (0, 18, "")
        assert never.inputs[0].expected == "0.25"


def test_a_constant_to_choose_is_the_student_s(quiz: Any) -> None:
    """What is right there is moved by it, as the verdict is."""
    ask_square(quiz, up_to_constant=True)
    found = solve_quiz(quiz, f=lambda x: x * x + 7 if x > 0.1 else 0.0)["f"]
    assert found.failing == 5
    assert found.inputs[0].expected == "7.01"


def test_what_is_consistent_follows_from_the_true_values(quiz: Any) -> None:
    """The student's own are not looked at."""
    quiz.ask("a", "number", 2.0, rule="close")
    quiz.table |= {"double": lambda a: 2 * a, "positive": lambda a: a > 0}
    quiz.ask("b", "number", rule="consistent", uses=("a",), by="double", tolerance={"absolute": 1e-3})
    quiz.ask("c", "bool", rule="consistent", uses=("a",), by="positive")
    found = solve_quiz(quiz, a=50.0)
    assert (found["b"].expected, found["b"].allowed) == ("4, where a is right", ALLOWED)
    assert found["c"].expected == "True, where a is right"


def ask_estimate(quiz: Any, kind: str, law: Any, **check: Any) -> None:
    """Ask for an estimate by a law."""
    quiz.ask(
        "x", kind, 3.0, rule="statistic", reference="law", standard_errors=3, false_fail_rate=0.01, reason=SENTENCE,
        wrong=("no",), **check,
    )  # fmt: skip
    quiz.table["law"] = law


def test_an_estimate_has_what_chance_may_do(quiz: Any) -> None:
    """A number in words."""
    ask_estimate(quiz, "number", lambda: LAW)
    found = solve_quiz(quiz)["x"]
    assert (found.expected, found.allowed) == ("3", "from 2.7 to 3.3 is chance")


def test_estimates_are_drawn_over_the_student_s_own_places(quiz: Any) -> None:
    """In their order from left to right; nothing where these are not there, or of a shape that nobody knows."""
    quiz.answers.append(Answer(name="grid", kind="array", about=SENTENCE))
    ask_estimate(quiz, "array", lambda grid: {"value": grid, "standard_error": 0.1}, uses=("grid",), along="grid")
    found = solve_quiz(quiz, grid=[2.0, 1.0], x=[5.0, 5.0])["x"]
    (curve,), (low, high) = found.curves, found.bounds
    assert [float.fromhex(x) for x in curve.x] == [1.0, 2.0]
    assert [float.fromhex(y) for y in curve.y] == [1.0, 2.0]
    assert float.fromhex(low.y[0]) == pytest.approx(0.7)
    assert float.fromhex(high.y[1]) == pytest.approx(2.3)
    assert found.along == "grid"
    assert solve_quiz(quiz) == {}


def test_estimates_of_an_unknown_shape_are_left_out(quiz: Any) -> None:
    """There is no place at which the law could be asked."""
    ask_estimate(quiz, "array", lambda: LAW)
    assert solve_quiz(quiz) == {}


def ask_figure(quiz: Any, aspect: str, **check: Any) -> Solution | None:
    """Return the solution of one aspect of a figure."""
    if aspect in {"curve", "points", "bars"}:
        check["tolerance"] = {"absolute": 1e-3}
    quiz.ask("fig", "figure", id=f"fig.{aspect}", rule="figure", aspect=aspect, **check)
    return solve_quiz(quiz, fig=FigureValue(axes=())).get(f"fig.{aspect}")


def test_curves_points_and_bars_of_a_figure(quiz: Any) -> None:
    """A curve inside its range; of words and axes nothing."""
    quiz.table |= {"log": math.log, "data": {"x": [1.0, 2.0], "y": [3.0, 4.0], "height": [5.0, 6.0]}}
    drawn = ask_figure(quiz, "curve", curve="log", x={"name": "t", "low": 0.0, "high": 1.0})
    assert drawn is not None
    (curve,) = drawn.curves
    assert (drawn.along, curve.label, len(curve.x)) == ("t", "log", 200)
    assert float.fromhex(curve.y[0]) == math.log(float.fromhex(curve.x[0]))
    points = ask_figure(quiz, "points", data="data")
    assert points is not None
    assert [float.fromhex(y) for y in points.points[0].y] == [3.0, 4.0]
    bars = ask_figure(quiz, "bars", data="data")
    assert bars is not None
    assert bars.expected == "Bars of the heights [5, 6]"
    assert ask_figure(quiz, "legend") is None


def test_a_curve_on_a_logarithmic_axis_is_spread_along_it(quiz: Any) -> None:
    """As many places in each decade."""
    quiz.table["one"] = lambda _x: 1.0
    found = ask_figure(quiz, "curve", curve="one", x={"name": "t", "low": 1.0, "high": 100.0, "scale": "log"})
    assert found is not None
    places = [float.fromhex(x) for x in found.curves[0].x]
    assert sum(x < 10 for x in places) == 100
