"""The generated inputs: the same every time, simple ones first, and all the cases that catch wrong functions."""

from __future__ import annotations

import math
from typing import Any

import pytest

from grader.judge.arguments import build_argument
from grader.judge.expectations import build_call
from grader.judge.probes import MAX_CALLS
from grader.model import Call
from reference import inputs
from reference.inputs import _draw_probabilities, _draw_rng

GENERATORS = {
    name: function
    for name, function in vars(inputs).items()
    if callable(function) and getattr(function, "__module__", "") == inputs.__name__ and not name.startswith("_")
}


def calls_of(name: str) -> tuple[Call, ...]:
    """Return what a function is called on, as the program makes it of the rows."""
    return tuple(build_call(*map(build_argument, row)) for row in GENERATORS[name]())


def pairs() -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return the distribution pairs as plain tuples."""
    return [call.args for call in calls_of("distribution_pairs")]  # type: ignore[misc]  # this generator has pairs


def vectors(call: Call) -> list[tuple[float, ...]]:
    """Return the vectors and flattened tables among the arguments of a call."""
    found = []
    for argument in call.args:
        if isinstance(argument, tuple):
            rows = [row if isinstance(row, tuple) else (row,) for row in argument]
            found.append(tuple(entry for row in rows for entry in row))
    return found


@pytest.mark.parametrize("name", GENERATORS)
def test_same_inputs_every_time(name: str) -> None:
    """A generator gives the same distinct calls each time, few enough for one function."""
    first, second = calls_of(name), calls_of(name)
    assert first == second
    assert len(GENERATORS[name]()) == len(first)
    assert len(set(first)) == len(first)
    assert 10 <= len(first) <= MAX_CALLS // 2 or name == "encoder_phis"


@pytest.mark.parametrize("name", GENERATORS)
def test_all_numbers_are_finite_floats(name: str) -> None:
    """No call holds an integer, an infinity or NaN."""
    for call in calls_of(name):
        numbers = [arg for arg in call.args if not isinstance(arg, tuple)] + [x for one in vectors(call) for x in one]
        assert {type(number) for number in numbers} == {float}
        assert all(map(math.isfinite, numbers))


@pytest.mark.parametrize("name", ["distribution_pairs", "joint_tables"])
def test_probabilities_sum_to_one(name: str) -> None:
    """Every vector and table of probabilities is normalised to rounding and has no negative entry."""
    for call in calls_of(name):
        assert all(abs(math.fsum(one) - 1.0) <= 1e-15 and min(one) >= 0 for one in vectors(call))


def test_reference_policies_are_distributions() -> None:
    """The reference policy of a problem is normalised and positive, and as long as its rewards."""
    for call in calls_of("policy_problems"):
        reference, reward = vectors(call)
        assert abs(math.fsum(reference) - 1.0) <= 1e-15
        assert min(reference) > 0
        assert len(reference) == len(reward)


def test_simplest_pairs_come_first() -> None:
    """The first pairs have two categories; the largest support comes last."""
    sizes = [len(p) for p, _ in pairs()]
    assert sizes[:5] == [2] * 5
    assert sizes[-1] == max(sizes) == 50


@pytest.mark.parametrize(
    "is_there",
    [
        lambda p, q: p == q,
        lambda p, q: any(a == 0 < b for a, b in zip(p, q, strict=True)),
        lambda p, q: any(b == 0 < a for a, b in zip(p, q, strict=True)),
        lambda p, q: p != q and any(a == b == 0 for a, b in zip(p, q, strict=True)),
        lambda p, q: all(a == 0 or b == 0 for a, b in zip(p, q, strict=True)),
        lambda _p, q: 1e-300 in q,
        lambda p, _q: 1e-300 in p,
        lambda _p, q: 1e-12 in q,
    ],
    ids=["equal", "zero in p", "zero in q", "zero in both", "disjoint", "q 1e-300", "p 1e-300", "q 1e-12"],
)
def test_hard_pairs_are_there(is_there: object) -> None:
    """Each case that a careless KL gets wrong is among the pairs."""
    assert any(is_there(p, q) for p, q in pairs())  # type: ignore[operator]  # parametrised by functions of two vectors


def test_smoothing_is_harmless_where_q_is_not_tiny() -> None:
    """No entry of q lies where a smoothing of 1e-10 would be told from the truth although q is not tiny."""
    assert not [entry for _, q in pairs() for entry in q if 1e-8 <= entry < 1e-3]


def test_exercise_data_are_not_among_the_inputs() -> None:
    """The pair of exercise 1a is left out, so that answers typed into a function earn nothing."""
    assert ((0.4, 0.3, 0.2, 0.1), (0.1, 0.2, 0.3, 0.4)) not in pairs()


def test_tables_tell_the_axes_apart() -> None:
    """No table is symmetric, and shapes with more rows and with more columns both occur."""
    shapes = set()
    for call in calls_of("joint_tables"):
        table = call.args[0]
        assert isinstance(table, tuple)
        rows = [row for row in table if isinstance(row, tuple)]
        shapes.add((len(rows), len(rows[0])))
        sums = sorted(map(sum, rows)), sorted(map(sum, zip(*rows, strict=True)))
        assert sums[0] != pytest.approx(sums[1]) if len(sums[0]) == len(sums[1]) else True
    assert any(rows < columns for rows, columns in shapes)
    assert any(rows > columns for rows, columns in shapes)


def test_thetas_have_mirror_images() -> None:
    """Each theta lies inside (0, 1) and comes with 1 - theta, the ends included down to 1e-6."""
    thetas = {call.args[0] for call in calls_of("bernoulli_thetas")}
    assert {0.5, 0.01, 0.99, 1e-6} <= thetas
    assert all(0 < theta < 1 and round(1 - theta, 6) in thetas for theta in thetas if isinstance(theta, float))


def test_encoder_grid_covers_the_range() -> None:
    """The phis are the regular grid of 41 points over [-1, 3] on which the maximum is looked for."""
    phis = sorted(call.args[0] for call in calls_of("encoder_phis") if isinstance(call.args[0], float))
    assert phis == [step / 10 for step in range(-10, 31)]


def test_policies_overflow_a_naive_exponential() -> None:
    """Some problem has reward / beta = 2000, and some -2000."""
    ratios = {
        reward / call.args[2]
        for call in calls_of("policy_problems")
        for reward in vectors(call)[1]
        if isinstance(call.args[2], float)
    }
    assert {2000.0, -2000.0} <= ratios


def test_margins_reach_ten_thousand() -> None:
    """Some preference pair has a margin of -10^4, some none, and both signs occur."""
    margins = set()
    for call in calls_of("preference_pairs"):
        logp_w, logp_l, ref_w, ref_l, _ = (arg for arg in call.args if isinstance(arg, float))
        margins.add((logp_w - ref_w) - (logp_l - ref_l))
    assert -1e4 in margins
    assert 0.0 in margins
    assert max(margins) > 0


def test_generators_fit_the_functions_that_are_called_on_them(course: Any) -> None:
    """Each function's argument names are as many as the generator of its inputs gives; each generator is used."""
    answers = {one.name: one for exercise in course.course.exercises for part in exercise.parts for one in part.answers}
    used = set()
    for exercise in course.course.exercises:
        for check in (check for part in exercise.parts for check in part.checks if getattr(check, "inputs", None)):
            assert {len(row) for row in GENERATORS[check.inputs]()} == {len(answers[check.answer].parameters)}
            used.add(check.inputs)
    assert used == set(GENERATORS)


def test_drawn_probabilities_depend_on_the_name_alone() -> None:
    """Two sources of one name draw alike, those of different names do not."""
    drawn = [_draw_probabilities(_draw_rng(name), 8) for name in ("a", "a", "b")]
    assert drawn[0] == drawn[1] != drawn[2]
