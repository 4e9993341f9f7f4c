"""Answers that rest on earlier ones: right for the student's own values has full points, anything else has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

SAMPLES = Path(__file__).parents[3] / "submissions"
STUDENTS = sorted(yaml.safe_load((SAMPLES / "follow_through.yaml").read_text(encoding="utf-8")))
FOLLOWS = "follow_through.consistent"
# By what a consistent answer is told: where the reference decides first, and where the student's own values alone do.
PAIRS = dict.fromkeys(("ex1b", "ex4d", "ex5b", "ex6c", "ex7d", "ex8b", "ex8c", "ex8c_changes", "ex8d"), FOLLOWS)
PAIRS["ex4c"] = "own.consistent"
OWN = ("4c.ex4_gap", "4c.ex4_chain_rule_holds")


@pytest.mark.parametrize("student", STUDENTS)
def test_a_sample_is_judged_as_expected(graded: Any, student: str) -> None:
    """Every check that the student attempted has the outcome and the points that are written down."""
    assert graded.found("follow_through", student) == graded.expected("follow_through")[student]


def test_every_sample_has_its_expectation(graded: Any) -> None:
    """The folder and the file name the same students."""
    assert sorted(graded.reports["follow_through"]) == STUDENTS


@pytest.mark.parametrize(("pair", "code"), PAIRS.items())
def test_each_pair_has_both_students(graded: Any, pair: str, code: str) -> None:
    """One student goes on consistently from a wrong value, the other does not."""
    part = pair.removeprefix("ex").removesuffix("_changes")
    consistent, inconsistent = (
        [check for name, check in graded.checks("follow_through", f"{pair}_{end}").items() if name.startswith(part)]
        for end in ("consistent", "inconsistent")
    )
    assert code in {check.code for check in consistent}
    assert {check.code for check in inconsistent} & {FOLLOWS, "own.consistent"} == set()
    assert all(check.follow_through == (check.code == FOLLOWS) for check in (*consistent, *inconsistent))
    assert any(check.outcome == "fail" and check.score == 0 for check in inconsistent)


def test_every_rule_is_followed_by_one_student_and_broken_by_another(graded: Any) -> None:
    """No answer of the course that rests on earlier ones is without both samples."""
    rules = {
        f"{part.id}.{check.id}"
        for exercise in graded.course.course.exercises
        for part in exercise.parts
        for check in part.checks
        if getattr(check, "follow_through", None)
    }
    results = [check for student in STUDENTS for check in graded.checks("follow_through", student).values()]
    assert rules - {check.id for check in results if check.follow_through} == set()
    assert rules - {check.id for check in results if check.outcome == "fail"} == set()


@pytest.mark.parametrize("student", ["ex4c_one_missing", "ex4c_one_refused"])
def test_4c_is_blocked_where_one_of_its_three_numbers_is_not_there(graded: Any, student: str) -> None:
    """Nothing is taken from the reference for the number that is missing or was refused."""
    checks = graded.checks("follow_through", student)
    assert {(checks[name].outcome, checks[name].score) for name in OWN} == {("blocked", 0)}


def test_4c_gives_nothing_for_three_zeros(graded: Any) -> None:
    """A gap of zero between zeros shows nothing."""
    checks = graded.checks("follow_through", "ex4c_three_zeros")
    assert {(checks[name].outcome, checks[name].code, checks[name].score) for name in OWN} == {
        ("fail", "own.all_zero", 0)
    }


@pytest.mark.parametrize("student", ["ex1b_refused", "ex1b_not_attempted"])
def test_the_reference_decides_where_an_earlier_value_is_not_there(graded: Any, student: str) -> None:
    """What would follow from the other value alone is wrong, and what is right stays right."""
    checks = graded.checks("follow_through", student)
    assert checks["1b.ex1_larger"].outcome == "fail"
    assert "follow" not in checks["1b.ex1_larger"].message
    assert checks["1b.ex1_nonnegative"].code == "value.exact"


def test_no_mistake_is_claimed_in_an_answer_that_follows(graded: Any) -> None:
    """The loss is the one of a student who was not tempered, and consistent with the value of part (c)."""
    checks = graded.checks("follow_through", "ex8d_not_a_mistake")
    assert checks["8c.ex8_kl_TS_tau"].mistake == "student_not_tempered"
    assert (checks["8d.ex8_loss"].mistake, checks["8d.ex8_loss"].score) == (None, 3)


@pytest.mark.parametrize(
    ("student", "check", "again"),
    [
        ("ex5b_two_mistakes", "5b.ex5_pinsker_slack", "ex5_kl"),
        ("ex7d_two_mistakes", "7d.ex7_kl_star", "ex7_pi_star"),
        ("ex8b_two_mistakes", "8b.ex8_kl_TS", "ex8_p_T and ex8_p_S"),
        ("ex8d_two_mistakes", "8d.ex8_loss", "ex8_kl_TS_tau"),
    ],
)
def test_a_mistake_on_own_values_is_named_with_what_else_is_wrong(
    graded: Any, student: str, check: str, again: str
) -> None:
    """The message says which mistake it is, and which earlier value to look at; nothing is said to follow."""
    result = graded.checks("follow_through", student)[check]
    assert result.message.endswith(f"Besides, look at {again} again.")
    assert "on the student's own" in result.detail
    assert not result.follow_through
