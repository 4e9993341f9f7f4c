"""Why an answer is wrong: by following through, by known mistakes, and in which order these are tried."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from grader.errors import Problem
from grader.judge.expectations import RejectedByReference

RULE = {"uses": ("a",), "by": "b__from"}


def close(quiz: Any, name: str, truth: Any, **check: Any) -> Any:
    return quiz.ask(name, "number", truth, rule="close", **check)


def chain(quiz: Any, **check: Any) -> Any:
    """A = 2 and b = a + 1."""
    close(quiz, "a", 2.0)
    quiz.table["b__from"] = lambda a: a + 1
    return close(quiz, "b", 3.0, follow_through=RULE, **check)


def test_what_is_right_by_the_reference_passes_whatever_came_before(quiz: Any) -> None:
    """A right answer after a wrong one is right, and not by following through."""
    result = chain(quiz).results(a=5.0, b=3.0)["b"]
    assert (result.outcome, result.code, result.follow_through) == ("pass", "value.close", False)


def test_what_follows_from_a_wrong_answer_earns_full_points(quiz: Any) -> None:
    """Consistent with the student's own wrong value: full points, and the message says where to look."""
    result = chain(quiz).results(a=5.0, b=6.0)["b"]
    assert (result.code, result.score, result.follow_through) == ("follow_through.consistent", 1, True)
    assert "it follows correctly from your a, which is itself wrong" in result.message


def test_what_does_not_follow_fails(quiz: Any) -> None:
    """Neither right nor consistent is wrong."""
    assert chain(quiz).results(a=5.0, b=7.0)["b"].outcome == "fail"


@pytest.mark.parametrize("earlier", [None, "five", math.nan, [5.0], True])
def test_nothing_follows_from_an_answer_that_is_missing_or_refused(quiz: Any, earlier: Any) -> None:
    """Then the reference decides."""
    chain(quiz)
    assert quiz.results(a=earlier, b=6.0)["b"].outcome == "fail"
    assert quiz.results(a=earlier, b=3.0)["b"].outcome == "pass"


def test_nothing_follows_from_an_answer_that_is_right(quiz: Any) -> None:
    """A sloppy but right value does not excuse the next one."""
    chain(quiz)
    assert quiz.results(a=2.0009, b=3.0019)["b"].outcome == "fail"


def test_a_chain_of_followed_answers_goes_on(quiz: Any) -> None:
    """An answer that passed by following is still wrong by the reference, so the next may follow from it."""
    chain(quiz)
    quiz.table["c__from"] = lambda b: b > 10
    quiz.ask("c", "bool", truth=False, rule="exact", follow_through={"uses": ("b",), "by": "c__from"})
    results = quiz.results(a=20.0, b=21.0, c=True)
    assert [results[name].follow_through for name in "abc"] == [False, True, True]


def test_consistency_is_tried_before_known_mistakes(quiz: Any) -> None:
    """An answer that follows from the student's own value is not called a mistake."""
    quiz.know("off", "0")
    quiz.table["b__off"] = 6.0
    chain(quiz, mistakes=({"code": "off", "wrong": "b__off"},))
    assert quiz.results(a=5.0, b=6.0)["b"].outcome == "pass"
    assert quiz.results(a=4.0, b=6.0)["b"].mistake == "off"


def test_values_from_which_nothing_follows_leave_it_to_the_reference(quiz: Any) -> None:
    """Where the rule refuses the student's values, nothing is consistent with them and nobody is blamed."""
    chain(quiz)

    def refuse(a: float) -> float:
        raise RejectedByReference([Problem("reference", 1, "b__from", f"a = {a}")])

    quiz.table["b__from"] = refuse
    results = quiz.results(a=5.0, b=6.0)
    assert results["b"].outcome == "fail"


def test_a_rule_that_breaks_leaves_the_check_ungraded(quiz: Any) -> None:
    """A rule that is not there is the author's fault."""
    chain(quiz)
    del quiz.table["b__from"]
    assert quiz.results(a=5.0, b=6.0)["b"].outcome == "ungraded"


def test_answers_that_follow_from_each_other_are_the_authors_fault(quiz: Any) -> None:
    """A circle leaves its checks ungraded instead of recursing."""
    close(quiz, "a", 1.0, follow_through={"uses": ("b",), "by": "b__from"})
    close(quiz, "b", 1.0, follow_through={"uses": ("a",), "by": "b__from"})
    quiz.table["b__from"] = lambda value: value
    assert {result.outcome for result in quiz.results(a=2.0, b=3.0).values()} <= {"ungraded", "fail"}


# ---------------------------------------------------------------- known mistakes in values


def wrongs(quiz: Any, *shares: str, values: tuple[float, ...]) -> Any:
    uses = []
    for index, (share, value) in enumerate(zip(shares, values, strict=True)):
        quiz.know(f"m{index}", share)
        quiz.table[f"x__m{index}"] = value
        uses.append({"code": f"m{index}", "wrong": f"x__m{index}"})
    return close(quiz, "x", 1.0, mistakes=tuple(uses))


def test_a_known_mistake_explains_a_value(quiz: Any) -> None:
    """The value shows, the hint follows, the share is the catalogue's."""
    result = wrongs(quiz, "1/2", values=(1.442,)).results(x=1.4425)["x"]
    assert (result.mistake, result.score) == ("m0", Fraction(1, 2))
    assert result.message == "x = 1.4425: The title of m0. The hint of m0."


def test_a_mistake_that_gives_the_right_number_is_never_claimed(quiz: Any) -> None:
    """Within the tolerance of the truth, the wrong value explains nothing."""
    result = wrongs(quiz, "1/2", values=(1.0005,)).results(x=1.0012)["x"]
    assert (result.outcome, result.mistake, result.score) == ("fail", None, 0)


def test_two_mistakes_of_different_shares_are_not_guessed_at(quiz: Any) -> None:
    """Where either may be it and the points differ, none is claimed."""
    result = wrongs(quiz, "1/2", "0", values=(2.0, 2.0003)).results(x=2.0001)["x"]
    assert (result.code, result.mistake, result.score) == ("value.wrong", None, 0)


def test_two_mistakes_of_one_share_name_the_first(quiz: Any) -> None:
    """Where the points are the same the first is named, and staff see both."""
    result = wrongs(quiz, "1/4", "1/4", values=(2.0, 2.0003)).results(x=2.0001)["x"]
    assert (result.mistake, result.score) == ("m0", Fraction(1, 4))
    assert result.detail == "explained by m0, m1"


def test_a_code_that_is_not_in_the_catalogue_is_the_authors_fault(quiz: Any) -> None:
    """A mistake without a hint cannot be told to a student."""
    quiz.table["x__odd"] = 3.0
    close(quiz, "x", 1.0, mistakes=({"code": "odd", "wrong": "x__odd"},))
    assert quiz.results(x=3.0)["x"].outcome == "ungraded"


def test_choices_and_expressions_have_known_mistakes_too(quiz: Any) -> None:
    """A listed wrong word and a listed wrong expression are recognised."""
    quiz.know("other", "1/2")
    quiz.table |= {"c__other": "qp", "e__other": "log2(3)"}
    uses = {name: ({"code": "other", "wrong": f"{name}__other"},) for name in "ce"}
    quiz.ask("c", "choice", "pq", rule="exact", choices=("pq", "qp", "equal"), mistakes=uses["c"])
    quiz.ask("e", "expression", "log(3)", rule="expression", mistakes=uses["e"])
    results = quiz.results(c="QP", e="log(3)/log(2)")
    assert {name: results[name].mistake for name in "ce"} == {"c": "other", "e": "other"}


def test_only_what_is_wrong_is_to_be_looked_at_again(quiz: Any) -> None:
    """Of two earlier values the message sends the student back to the one that is wrong."""
    close(quiz, "a", 2.0)
    close(quiz, "b", 3.0)
    quiz.table["c__from"] = lambda a, b: a + b
    close(quiz, "c", 5.0, follow_through={"uses": ("a", "b"), "by": "c__from"})
    message = quiz.results(a=2.0, b=4.0, c=6.0)["c"].message
    assert message == "c = 6: full points, as it follows correctly from your b, which is itself wrong"


def test_what_neither_is_right_nor_follows_is_told_so(quiz: Any) -> None:
    """With a wrong earlier value the message speaks of it; with a refused one it cannot."""
    chain(quiz)
    assert "does not follow from your value of a either" in quiz.results(a=5.0, b=9.0)["b"].message
    assert "follow" not in quiz.results(a="five", b=9.0)["b"].message
    assert "follow" not in quiz.results(a=2.0, b=9.0)["b"].message


@pytest.mark.parametrize("earlier", [-1.0, -1.0004])
def test_what_is_zero_by_the_tolerance_follows_from_nothing(quiz: Any, earlier: float) -> None:
    """Whoever writes zero would be right; the message does not deny that it follows."""
    result = chain(quiz).results(a=earlier, b=0.0)["b"]
    assert (result.code, result.score, "follow" in result.message) == ("value.wrong", 0, False)


def test_zero_follows_where_it_is_as_good_as_the_truth(quiz: Any) -> None:
    """Where the true value is near zero itself, to follow from own values shows as much as to be right."""
    close(quiz, "a", 2.0)
    quiz.table["b__from"] = lambda a: a - 4.9995
    close(quiz, "b", 0.001, tolerance={"absolute": 5e-3}, follow_through=RULE)
    close(quiz, "c", 0.02, tolerance={"absolute": 5e-3}, follow_through={"uses": ("a",), "by": "b__from"})
    results = quiz.results(a=5.0, b=0.0055, c=0.0)
    assert [results[name].outcome for name in "bc"] == ["pass", "fail"]


def test_a_whole_number_that_is_zero_follows_from_nothing(quiz: Any) -> None:
    """Zero for a count is trivial where the true one is not zero."""
    close(quiz, "a", 2.0)
    quiz.table["n__from"] = round
    quiz.ask("n", "integer", 4, rule="exact", follow_through={"uses": ("a",), "by": "n__from"})
    assert quiz.results(a=0.3, n=0)["n"].score == 0
    assert quiz.results(a=1.2, n=1)["n"].follow_through
