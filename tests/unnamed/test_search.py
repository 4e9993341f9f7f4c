"""What explains a group: changed code is bounded, and few numbers are no evidence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import pytest

from grader.copies import read_sources
from grader.errors import CourseError
from grader.judge.decoding import Numbers
from grader.pipeline import Grader
from grader.unnamed import search
from grader.unnamed.changes import RESULT_CHANGES, Explanation, rank_mutant
from grader.unnamed.grouping import Group
from grader.unnamed.questions import Question, Row
from grader.unnamed.search import Candidate, Code, Searching, could_be_chance

TV = "5a.ex5_tv"


@pytest.fixture(scope="session")
def code(course: Grader) -> Code:
    """Return the real course's reference, ready to be changed."""
    return Code(read_sources(course.oracle.reference))


@pytest.fixture
def searching(code: Code, question_of: Callable[[str], Question]) -> Searching:
    """Return a search for who has half of the total variation."""
    question = question_of(TV)
    row = tuple(Numbers((), (numbers.values[0] / 2,)) for numbers in question.truth)
    return Searching(code, question, [Group(("ada", "bob"), row)], limit_s=60.0)


def _leave(_theta: float) -> float:
    sys.exit(0)


def _end(_theta: float) -> float:
    os._exit(0)


def _loop(_theta: float) -> float:
    while True:
        pass


def _fill(_theta: float) -> float:
    return float(len(bytearray(1 << 34)))


@pytest.mark.parametrize("function", [_leave, _end, _loop, _fill, lambda: 1.0, lambda _theta: "text"])
def test_code_that_goes_wrong_explains_nothing(searching: Searching, function: Callable[..., object]) -> None:
    """It ends the interpreter, never ends, takes all memory, or cannot be called: the search goes on."""
    searching.limit_s = 0.3
    searching.__post_init__()
    outcome = searching._try(Candidate(Explanation(()), lambda: function), [0])
    assert not outcome.fits
    assert not outcome.is_useful


def test_right_results_explain_nothing(searching: Searching, code: Code) -> None:
    """However close a group is to them."""
    near = tuple(Numbers((), (numbers.values[0] * (1 + 1.5e-6),)) for numbers in searching.question.truth)
    searching.groups = [Group(("ada", "bob"), near)]
    right = Candidate(Explanation(()), lambda: code.load((), "exercise5", "ex5_tv"))
    assert not searching._try(right, [0]).fits


def test_changes_of_the_code_come_first_and_the_likeliest_of_them(searching: Searching) -> None:
    """Those of the exercise's own module before those of what it shares."""
    result = searching.run()
    first = result.explanations[0][0].changes[0]
    assert first.name == "sum_mean"
    mutants = searching.code.list_reached(searching.code.load((), "exercise5", "ex5_tv"), searching.question)
    ranked = sorted(mutants, key=lambda mutant: rank_mutant(mutant, "exercise5"))
    modules = [mutant.statement.module for mutant in ranked]
    assert modules == sorted(modules, key=lambda module: module != "exercise5")
    assert {mutant.operator for mutant in ranked}.isdisjoint({"off", "word", "opposite"})


def test_reference_too_slow_to_be_followed_is_still_changed_in_its_result(
    searching: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line it takes longer than it may; halving its result needs no line."""

    def refuse(*_: object) -> Iterator[object]:
        raise CourseError([])

    monkeypatch.setattr(Code, "list_reached", refuse)
    (found,) = searching.run().explanations
    assert [one.words for one in found] == ["the result is halved"]


def test_only_so_many_changes_are_paired(searching: Searching, monkeypatch: pytest.MonkeyPatch) -> None:
    """The likeliest."""
    monkeypatch.setattr(search, "MOST_PAIRED", 3)
    list(map(searching.useful.append, searching._list_singles()))
    assert len(list(searching._list_pairs())) <= 3


@pytest.mark.parametrize(
    ("values", "changes", "chance"),
    [
        ((0.5,), 1, True),  # round
        ((0.0, 1.0), 1, True),
        ((0.5, 0.25, 0.75), 1, False),  # round, and three of them
        ((0.12345,), 1, False),
        ((0.12345,), 2, True),  # of two changes there are thousands
        ((0.12345, 0.23456, 0.34567), 2, False),
        ((0.12345,) * 5, 2, True),  # one number, however often
        ((float("inf"),), 1, True),
    ],
)
def test_few_or_round_numbers_could_be_chance(
    question_of: Callable[[str], Question], values: tuple[float, ...], changes: int, *, chance: bool
) -> None:
    """Three digits of one number tell a formula, round ones do not."""
    row: Row = tuple(Numbers((), (value,)) for value in values)
    assert could_be_chance(question_of(TV), row, Explanation(RESULT_CHANGES[:changes])) == chance


def test_coarse_tolerance_could_be_chance(question_of: Callable[[str], Question]) -> None:
    """Where fewer than three digits tell a number from others."""
    row: Row = (Numbers((), (0.01234,)),)
    assert could_be_chance(question_of("5d.ex5_at_001.tv"), row, Explanation(RESULT_CHANGES[:1]))
