"""What a student who knows nothing is paid: little in the real course, and every guess is tried."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.course import Answer, Exercise
from grader.judge.drawn import Drawn
from grader.validate import Validation, build_json, render_validation
from grader.validate.guesses import list_guesses
from grader.validate.harness import ExerciseHarness
from grader.validate.ignorant import build_points_harness, find_unearned, find_unpaid, try_ignorance

AT_MOST = {"lucky": Fraction(21), "unlucky": Fraction(10)}


@pytest.fixture
def ask(harness_of: Callable[[str], ExerciseHarness]) -> Callable[[str], ExerciseHarness]:
    """Return a function that makes the harness of an exercise that asks for points alone."""
    return lambda number: build_points_harness(harness_of(number))


def test_knowing_nothing_earns_little(validated: Validation) -> None:
    """Of 79 points the lucky student has at most 21 and the unlucky one at most 10."""
    assert 0 < validated.earned("lucky") <= AT_MOST["lucky"]
    assert 0 < validated.earned("unlucky") <= AT_MOST["unlucky"]


def test_functions_figures_and_expressions_pay_nobody(validated: Validation) -> None:
    """What takes work is not guessed: neither student is paid for a function, a figure or an expression."""
    paid = {payment.answer for student in AT_MOST for payment in validated.payments(student)}  # type: ignore[arg-type]
    assert not paid & {"ex1_kl", "ex1_kl_pq_exact", "ex5_kl", "ex5_tv", "ex5_figure", "ex6_elbo", "ex7_policy"}
    assert {"ex1_r", "ex2_kl_at_standard", "ex4_gap", "ex5_symmetric"} <= paid


def test_programs_and_people_read_what_they_earn(validated: Validation) -> None:
    """The JSON has the points by check and what was given for them, the text both sums."""
    plain = json.loads(build_json(validated))["ignorant"]
    assert Fraction(plain["lucky"]["points"]) == validated.earned("lucky")
    assert plain["lucky"]["checks"]["2d.ex2_kl_at_standard"] == {
        "points": "1", "max": "1", "gave": "ex2_kl_at_standard = 0",
    }  # fmt: skip
    assert "4c.ex4_gap" in plain["unlucky"]["checks"]
    text = render_validation(validated)
    assert "points: what two students earn who know nothing" in text
    assert "Paid to the unlucky student: " in text


@pytest.mark.parametrize("number", ["1", "4", "8"])
def test_every_payment_is_a_problem_until_it_is_declared(ask: Callable[[str], ExerciseHarness], number: str) -> None:
    """Without its reason each answer that is paid is named with what was given and how much it was paid."""
    harness = ask(number)
    found = try_ignorance(harness)
    assert list(find_unearned(harness, found)) == []
    assert list(find_unpaid(harness, found)) == []
    for name, spec in harness.specs.items():
        harness.specs[name] = spec.model_copy(update={"guessable": ""})
    issues = list(find_unearned(harness, found))
    assert {issue.where for issue in issues} == {check for _, check in found.tries}
    assert all("is paid" in issue.message and " for " in issue.message for issue in issues)


def test_an_exercise_in_which_nothing_follows_has_no_unlucky_student(ask: Callable[[str], ExerciseHarness]) -> None:
    """Where no answer rests on another one, wrong constants are only wrong."""
    assert try_ignorance(ask("2")).earned["unlucky"] == ()


def test_unlucky_constants_are_wrong(ask: Callable[[str], ExerciseHarness]) -> None:
    """The unlucky student is paid for what follows alone, and never for a constant that is right."""
    for number in ("4", "7"):
        harness = ask(number)
        paid = try_ignorance(harness).earned["unlucky"]
        assert paid
        honest = {"ex4_gap", "ex4_chain_rule_holds", "ex4_dominant", "ex7_kl_star"}
        assert {payment.answer for payment in paid} <= honest


# ---------------------------------------------------------------- guesses


def guess(kind: str, truth: Any, **more: Any) -> dict[str, Any]:
    """Return the guesses for an answer of this kind, in an exercise with some data."""
    plain = {
        "schema": "grader/exercise/v1", "id": "1", "title": "Some exercise", "statement": "A sentence that is long.",
        "given": [
            {"name": "p", "value": [0.4, 3.0], "about": "Some numbers here."},
            {"name": "word", "value": "river", "about": "Some word is here."},
        ],
        "parts": [
            {
                "id": "1a", "title": "Some part", "points": 1, "statement": "A sentence that is long.",
                "answers": [{"name": "x", "kind": kind, "about": "A sentence here.", **more}],
                "checks": [{"id": "x", "answer": "x", "points": 1}],
            }
        ],
    }  # fmt: skip
    exercise = Exercise.model_validate_json(json.dumps(plain))
    answer: Answer = exercise.parts[0].answers[0]
    return dict(list_guesses(exercise, answer, truth))


def test_numbers_are_constants_and_what_is_given() -> None:
    """0, 1, -1, a half, infinities, NaN, huge and tiny, and each given number."""
    found = [value for value in guess("number", 2.5).values() if not math.isnan(value)]
    assert {0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, 1e300, 1e-300, 0.4, 3.0} == set(found)
    assert 3 in guess("integer", 7).values()


def test_arrays_are_filled_or_given_or_certain() -> None:
    """Equal entries, shares that are all alike, a single 1, the given data of that shape, the unit matrix."""
    found = guess("array", np.array([0.2, 0.8]))
    np.testing.assert_array_equal(found["the given p"], [0.4, 3.0])
    np.testing.assert_array_equal(found["zeros with a 1 at 1"], [0.0, 1.0])
    np.testing.assert_array_equal(found["all alike, with sum 1"], [0.5, 0.5])
    np.testing.assert_array_equal(guess("array", np.zeros((2, 2)))["ones on the diagonal"], np.eye(2))
    assert guess("dict", {"a": 1.0})["0 everywhere"] == {"a": 0.0}


def test_functions_are_constant_or_give_back_what_they_got() -> None:
    """A constant in the right shape, equal shares, and each argument as it came."""
    found = guess("function", lambda x, y: np.array([x, y]), arguments=["x", "y"])
    np.testing.assert_array_equal(found["always 0.5"](1.0, 2.0), [0.5, 0.5])
    np.testing.assert_array_equal(found["always all alike, with sum 1"](1.0, 2.0), [0.5, 0.5])
    assert found["y as it came"](1.0, 2.0) == 2.0
    assert guess("function", abs, arguments=["x"])["always 1"](7.0) == 1.0
    assert guess("function", bool, arguments=["x"], result="bool")["always True"](0.0) is True
    assert guess("function", str, arguments=["x"], result="string")["always '0'"](0.0) == "0"


def test_words_and_expressions_have_guesses_of_their_own() -> None:
    """Short texts, the given ones, and constants that can be written down."""
    assert "river" in guess("string", "sea").values()
    assert {"0", "pi", "2/5"} <= set(guess("expression", "log(2)").values())
    assert guess("text", "words") == {}
    assert guess("figure", None) == {}


def test_figures_are_flat_or_empty() -> None:
    """A figure with all words, and lines that say nothing."""
    drawn = {"x": ["0x0p+0"], "y": ["0x1p+0"], "label": "a"}
    panel = {"title": "t", "lines": [drawn], "points": [], "bars": []}
    found = guess("figure", Drawn({"type": "figure", "axes": [panel]}))
    assert found["nothing drawn"].plain["axes"][0]["lines"] == []
    assert found["flat lines at 0.5"].plain["axes"][0]["lines"] == [{**drawn, "y": [(0.5).hex()]}]
    assert found["flat lines at 0.5"].plain["axes"][0]["title"] == "t"
