"""Students with the same wrong results: by the tolerance of the answer, without chains."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from grader.judge.decoding import Numbers
from grader.unnamed.grouping import group_attempts
from grader.unnamed.questions import Attempt, Question

TV = "5d.ex5_at_001.tv"  # within 5e-4


def _number(student: str, value: float) -> Attempt:
    return Attempt(student, (Numbers((), (value,)),))


@pytest.fixture
def question(question_of: Callable[[str], Question]) -> Question:
    """Return a check of one number."""
    return question_of(TV)


@pytest.mark.parametrize(("apart", "together"), [(4.9e-4, True), (5.1e-4, False)])
def test_tolerance_decides(question: Question, apart: float, together: bool) -> None:  # noqa: FBT001 - a table
    """Just within and just beyond."""
    groups = group_attempts(question, [_number("ada", 0.25), _number("bob", 0.25 + apart)])
    assert bool(groups) == together


def test_no_chain_is_made(question: Question) -> None:
    """Who is close to a neighbour alone is not close to the centre."""
    chain = [_number(name, 0.25 + index * 4e-4) for index, name in enumerate("abcde")]
    groups = group_attempts(question, chain)
    assert [group.students for group in groups] == [("a", "b", "c"), ("d", "e")]


def test_order_of_the_class_does_not_matter(question: Question) -> None:
    """However the folders are listed."""
    attempts = [_number(name, value) for name, value in zip("abcd", (0.25, 0.2504, 0.2508, 0.2512), strict=True)]
    found = {group_attempts(question, order) for order in permutations(attempts)}
    assert len(found) == 1


def test_least_decides_and_the_largest_is_first(question: Question) -> None:
    """A group of one is none, unless it is asked for."""
    attempts = [_number("zoe", 1.0), _number("ada", 2.0), _number("bob", 3.0), _number("cyd", 3.0)]
    assert [group.students for group in group_attempts(question, attempts)] == [("bob", "cyd")]
    alone = group_attempts(question, attempts, least=1)
    assert [group.students for group in alone] == [("bob", "cyd"), ("ada",), ("zoe",)]


def test_infinity_and_reasons_are_results_of_their_own(question: Question) -> None:
    """An infinity equals only itself, and so does a call that raised."""
    infinite = [_number("ada", float("inf")), _number("bob", float("inf")), _number("cyd", 1e308)]
    raised = [Attempt(name, ("call.raised",)) for name in ("dan", "eve")]
    groups = group_attempts(question, [*infinite, *raised])
    assert [group.students for group in groups] == [("ada", "bob"), ("dan", "eve")]
