"""An answer that is judged by the student's own other answers agrees with them, does not, or cannot be asked."""

from __future__ import annotations

import math
from typing import Any

import pytest

from grader.model import AnswerEvidence, EmptyValue


def close(quiz: Any, name: str, truth: Any, **check: Any) -> Any:
    return quiz.ask(name, "number", truth, rule="close", **check)


def own(quiz: Any) -> Any:
    close(quiz, "a", 2.0)
    quiz.table["gap__from"] = lambda a: a - 1
    quiz.table["holds__from"] = lambda a: abs(a - 2) < 1
    quiz.ask("gap", "number", rule="consistent", uses=("a",), by="gap__from", tolerance={"absolute": 1e-6})
    return quiz.ask("holds", "bool", rule="consistent", uses=("a",), by="holds__from")


def test_own_values_decide_even_where_they_are_wrong(quiz: Any) -> None:
    """The gap is the student's own, and so is the conclusion."""
    results = own(quiz).results(a=7.0, gap=6.0, holds=False)
    assert (results["gap"].code, results["holds"].code) == ("own.consistent", "own.consistent")
    results = quiz.results(a=7.0, gap=1.0, holds=True)
    assert (results["gap"].code, results["holds"].code) == ("own.inconsistent", "own.inconsistent")


@pytest.mark.parametrize("earlier", [None, "two", math.nan, AnswerEvidence(value=EmptyValue(type="ellipsis"))])
def test_an_answer_is_blocked_where_what_it_needs_is_not_there(quiz: Any, earlier: Any) -> None:
    """Zeros earn nothing without the numbers they are about."""
    results = own(quiz).results(a=earlier, gap=0.0, holds=True)
    assert {results["gap"].outcome, results["holds"].outcome} == {"blocked"}
    assert results["gap"].score == 0


def test_an_own_answer_that_is_missing_is_missing(quiz: Any) -> None:
    """Not attempted comes before blocked."""
    assert own(quiz).results()["gap"].outcome == "missing"


def test_an_own_answer_of_the_wrong_kind_is_refused(quiz: Any) -> None:
    """A number where a bool is due is told so."""
    results = own(quiz).results(a=2.0, gap="one", holds=1)
    assert (results["gap"].code, results["holds"].code) == ("value.wrong_type", "value.wrong_type")


@pytest.mark.parametrize(("earlier", "gap"), [(math.inf, math.inf), (-math.inf, -math.inf), (math.inf, 0.0)])
def test_nothing_follows_from_infinite_own_values(quiz: Any, earlier: float, gap: float) -> None:
    """What agrees with an infinite value has not been worked out."""
    result = own(quiz).results(a=earlier, gap=gap, holds=False)["gap"]
    assert (result.outcome, result.code, result.score) == ("fail", "own.not_finite", 0)


def test_own_values_that_are_all_zero_show_nothing(quiz: Any) -> None:
    """Zeros agree with each other whatever was asked, so they earn nothing."""
    quiz.table["gap__from"] = lambda a, b: a - b
    close(quiz, "a", 2.0)
    close(quiz, "b", 2.0)
    quiz.ask("gap", "number", rule="consistent", uses=("a", "b"), by="gap__from", tolerance={"absolute": 1e-6})
    result = quiz.results(a=0.0, b=0.0, gap=0.0)["gap"]
    assert (result.outcome, result.code, result.score) == ("fail", "own.all_zero", 0)
    assert quiz.results(a=0.0, b=1.0, gap=-1.0)["gap"].code == "own.consistent"
