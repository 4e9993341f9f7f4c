"""The Monte-Carlo part passes honest students and the noise they have, and nobody else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from grader.model import (
    AnswerEvidence,
    ArrayValue,
    CheckResult,
    ComplexValue,
    EmptyValue,
    FloatValue,
    Lost,
    OtherValue,
    Returned,
    StrValue,
    Value,
)

Array = npt.NDArray[np.float64]
Judge = Callable[..., dict[str, CheckResult]]

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
FRESH = itertools.count(1)  # for grids that no other test has, of which nothing is remembered
STEPS = np.linspace(-3, 3, 61)


def log_p(x: Array) -> Array:
    """Return the log density of the mixture."""
    modes = [-((x - mode) ** 2) / 0.5 for mode in (-2.0, 2.0)]
    return np.asarray(np.logaddexp(*modes) - math.log(2) - 0.5 * math.log(2 * math.pi * 0.25))


def curve(mu: Array, var: float) -> Array:
    """Return the reverse divergence by quadrature, in nats."""
    x = mu[:, None] + math.sqrt(var) * NODES
    return np.asarray(-0.5 * math.log(2 * math.pi * math.e * var) - log_p(x) @ WEIGHTS)


def array(values: Any) -> Value:
    """Return an array as the sandbox reports it."""
    content = np.asarray(values, dtype=np.float64)
    return ArrayValue(dtype="float", shape=content.shape, values=tuple(float(x).hex() for x in content.ravel()))


def answers(**values: Value | Lost) -> dict[str, AnswerEvidence]:
    """Return the evidence for these values; the process took with it what is `Lost`."""
    absent = EmptyValue(type="absent")
    return {
        name: AnswerEvidence(value=absent, lost=value) if isinstance(value, Lost) else AnswerEvidence(value=value)
        for name, value in values.items()
    }


@pytest.fixture
def judge_curve(judge_answers: Judge) -> Callable[..., CheckResult]:
    """Return a function that gives the verdict on a curve over a grid."""

    def judge(values: Any, grid: Any = STEPS, **more: Value) -> CheckResult:
        given = answers(ex3_mu_grid=array(grid), ex3_reverse_kl=array(values), **more)
        return judge_answers("3", given)["ex3_reverse_kl"]

    return judge


@pytest.fixture
def judge_grid(judge_answers: Judge) -> Callable[[dict[str, AnswerEvidence]], CheckResult]:
    """Return a function that gives the verdict on a grid."""
    return lambda given: judge_answers("3", given)["ex3_mu_grid"]


def estimate(seed: int, var: float = 0.25, samples: int = 1000) -> Array:
    """Return what an honest student gets: the mean of ln q - ln p over samples of q."""
    rng = np.random.default_rng(seed)
    x = STEPS[:, None] + math.sqrt(var) * rng.standard_normal((STEPS.size, samples))
    log_q = -((x - STEPS[:, None]) ** 2) / (2 * var) - 0.5 * math.log(2 * math.pi * var)
    return np.asarray((log_q - log_p(x)).mean(axis=1))


# ---------------------------------------------------------------- grid


@pytest.mark.parametrize(
    "grid",
    [
        np.linspace(-3, 3, 25),
        np.linspace(-3, 3, 301),
        np.arange(-3, 3, 0.1),
        -3 + 0.1 * np.arange(1, 60),
        np.sort(np.concatenate([np.linspace(-3, 3, 30), [0.001]])),
    ],
    ids=["25", "301", "arange without its end", "a step short on both sides", "uneven"],
)
def test_grids_that_are_accepted(judge_grid: Any, grid: Array) -> None:
    """An increasing grid whose ends lie within a step of the range passes."""
    verdict = judge_grid(answers(ex3_mu_grid=array(grid)))
    assert (verdict.outcome, verdict.code) == ("pass", "grid.ok"), verdict.message


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (array(np.linspace(-3, 3, 24)), "grid.refused", "24 values, but should have 25 to 301"),
        (array(np.linspace(-3, 3, 302)), "grid.refused", "302 values"),
        (array(np.linspace(3, -3, 61)), "grid.refused", "does not increase: 3 is followed by 2.9 at index 0"),
        (array(np.zeros(30)), "grid.refused", "does not increase"),
        (array(np.linspace(-2, 3, 61)), "grid.refused", "ends at -2, more than one grid step from -3"),
        (array(np.linspace(-3, 4, 61)), "grid.refused", "ends at 4"),
        (array(np.zeros((5, 6))), "grid.refused", "2 dimensions"),
        (array([-math.inf, *np.linspace(-3, 3, 30)]), "value.infinite", "infinite"),
        (array([*np.linspace(-3, 3, 30), math.nan]), "value.nan", "NaN"),
        (FloatValue(value=(3.0).hex()), "value.shape_mismatch", "single number"),
        (ComplexValue(re="0x0.0p+0", im="0x1p+0"), "value.complex", "single number"),
        (array([-100.0, *np.linspace(-3, 3, 30)]), "grid.refused", "ends at -100"),
        (array([-1.7e308, *np.linspace(-3, 3, 30), 1.7e308]), "grid.refused", "ends at"),
    ],
    ids=[
        "short",
        "long",
        "falling",
        "constant",
        "from -2",
        "to 4",
        "table",
        "inf",
        "nan",
        "scalar",
        "complex",
        "far first",
        "huge",
    ],
)
def test_grids_that_are_refused(judge_grid: Any, value: Value, code: str, shown: str) -> None:
    """A refused grid fails with a reason in words."""
    verdict = judge_grid(answers(ex3_mu_grid=value))
    assert (verdict.outcome, verdict.code) == ("fail", code)
    assert shown in verdict.message


def test_grid_left_out(judge_grid: Any) -> None:
    """A grid left out is missing; one that was lost with the process fails with the cause."""
    assert judge_grid(answers()).outcome == "missing"
    assert judge_grid(answers(ex3_mu_grid=Lost(cause="out_of_memory"))).code == "run.out_of_memory"


# ---------------------------------------------------------------- curve


@pytest.mark.parametrize("seed", range(20))
def test_honest_estimates_pass(judge_curve: Any, seed: int) -> None:
    """An honest estimate at 1000 samples passes, whatever the seed."""
    verdict = judge_curve(estimate(seed))
    assert (verdict.outcome, verdict.code) == ("pass", "statistic.close"), verdict.detail


def test_the_true_curve_passes(judge_curve: Any) -> None:
    """No noise at all is fine, the noise of ten samples is not."""
    assert judge_curve(curve(STEPS, 0.25)).outcome == "pass"
    assert judge_curve(estimate(0, samples=10)).outcome == "fail"


def test_wrong_point_is_named_without_the_truth(judge_curve: Any) -> None:
    """The message names the worst place, the student's value there, its side and the count, but no expected value."""
    values = curve(STEPS, 0.25)
    true = float(values[30])
    values[30] += 1.0
    values[40] += 0.5
    verdict = judge_curve(values)
    assert (verdict.outcome, verdict.code) == ("fail", "statistic.wrong")
    assert f"at mu = 0 your ex3_reverse_kl is {true + 1:.9g}, too high" in verdict.message
    assert "2 of 61 points" in verdict.message
    assert f"{true:.3f}" not in verdict.message


def test_shifted_curve_gets_a_hint(judge_curve: Any) -> None:
    """A curve without the weights of the mixture has the right form at the wrong height, and is told so."""
    verdict = judge_curve(curve(STEPS, 0.25) - math.log(2))
    assert verdict.outcome == "fail"
    assert "all of it is shifted" in verdict.message
    assert "too low" in verdict.message


@pytest.mark.parametrize("factor", [-1.0, 1 / math.log(2), 0.0, 1e300])
def test_scaled_curves_fail(judge_curve: Any, factor: float) -> None:
    """A curve of the wrong sign, in bits, of zeros, or beyond all measure fails without a hint at a shift."""
    verdict = judge_curve(curve(STEPS, 0.25) * factor)
    assert verdict.code == "statistic.wrong"
    assert "shifted" not in verdict.message


def test_declared_variance_counts(judge_curve: Any) -> None:
    """A curve at a declared variance passes there, and fails where nothing is declared."""
    values = estimate(0, var=0.5)
    assert judge_curve(values, ex3_var_q=FloatValue(value=(0.5).hex())).outcome == "pass"
    assert judge_curve(values).outcome == "fail"
    assert "was used" not in judge_curve(values, ex3_var_q=EmptyValue(type="ellipsis")).message


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        (FloatValue(value=(4.25).hex()), "ex3_var_q = 4.25 is not between 0.05 and 1"),
        (FloatValue(value="inf"), "is not between"),
        (FloatValue(value="nan"), "is NaN"),
        (StrValue(value="0.5"), "is the string '0.5'"),
    ],
    ids=["large", "inf", "nan", "text"],
)
def test_refused_variance_is_replaced_and_told(judge_curve: Any, declared: Value, shown: str) -> None:
    """A variance out of range is refused, the curve judged at 0.25, and the student told both."""
    verdict = judge_curve(curve(STEPS, 0.25), ex3_var_q=declared)
    assert verdict.outcome == "pass"
    assert shown in verdict.message
    assert "0.25 was used" in verdict.message


def test_refused_or_missing_grid_blocks_the_curve(judge_curve: Any, judge_answers: Any) -> None:
    """Without an accepted grid there is nothing to hold the curve against."""
    assert judge_curve(np.zeros(10), grid=np.zeros(10)).outcome == "blocked"
    lonely = judge_answers("3", answers(ex3_reverse_kl=array(STEPS)))["ex3_reverse_kl"]
    assert (lonely.outcome, lonely.code) == ("blocked", "check.blocked")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (np.zeros(60), "value.shape_mismatch"),
        (np.zeros((61, 1)), "value.shape_mismatch"),
        (np.full(61, np.nan), "value.nan"),
        (np.full(61, np.inf), "value.infinite"),
    ],
    ids=["length", "table", "nan", "inf"],
)
def test_curves_of_another_form_are_refused(judge_curve: Any, values: Array, code: str) -> None:
    """A wrong length, NaN or an infinity is refused with its own code."""
    verdict = judge_curve(values)
    assert (verdict.outcome, verdict.code) == ("fail", code)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("reverse_kl_curve", lambda mu, _var: np.full(mu.shape, np.nan)),
        ("reverse_kl_curve", lambda mu, _var: np.full(mu.shape, np.inf)),
        ("reverse_kl_curve", lambda _mu, _var: np.zeros(3)),
        ("standard_errors", lambda mu, _var, _samples: np.full(mu.shape, np.nan)),
        ("standard_errors", lambda mu, _var, _samples: np.zeros(mu.shape)),
    ],
    ids=["nan", "inf", "shape", "nan errors", "no errors"],
)
def test_a_reference_with_nan_is_the_authors_mistake(
    course: Any, monkeypatch: pytest.MonkeyPatch, judge_curve: Any, name: str, broken: object
) -> None:
    """NaN from the reference is a course error, not a verdict."""
    monkeypatch.setattr(course.oracle.reference.module("exercise3"), name, broken)
    grid = np.array([*np.linspace(-3, 3, 30), 3 + next(FRESH) / 1000])
    verdict = judge_curve(grid, grid=grid)
    assert verdict.outcome == "ungraded"
    assert "expected finite numbers of shape (31,)" in verdict.detail or "above 0" in verdict.detail


def test_a_minimum_that_is_none_is_the_authors_mistake(
    course: Any, monkeypatch: pytest.MonkeyPatch, judge_minima: Any
) -> None:
    """The same holds for the two places."""
    rules = course.oracle.reference.module("rules")
    monkeypatch.setattr(rules, "_minimum", lambda _var: math.nan)
    assert judge_minima([-2, 2]).outcome == "ungraded"
    monkeypatch.undo()
    monkeypatch.setattr(rules, "reverse_kl_curve", lambda mu, _var: np.full(mu.shape, np.nan))
    monkeypatch.setattr(rules, "_truth", rules._truth.__wrapped__)  # which remembers nothing
    assert judge_minima([-2, 2]).outcome == "ungraded"


# ---------------------------------------------------------------- minima


@pytest.fixture
def judge_minima(judge_answers: Judge) -> Callable[..., CheckResult]:
    """Return a function that gives the verdict on two minima."""

    def judge(values: Any, **more: Value) -> CheckResult:
        return judge_answers("3", answers(ex3_minima=array(values), **more))["ex3_minima"]

    return judge


@pytest.mark.parametrize("minima", [[-2, 2], [2, -2], [-1.9, 2.1], [-2.0, 1.9998]])
def test_minima_in_any_order(judge_minima: Any, minima: list[float]) -> None:
    """Two places near the modes pass in either order, as far as noise can move them."""
    verdict = judge_minima(minima)
    assert (verdict.outcome, verdict.code) == ("pass", "minima.found"), verdict.detail


@pytest.mark.parametrize(
    ("minima", "shown"),
    [
        ([2, 2], "one negative and one positive"),
        ([0, 2], "one negative and one positive"),
        ([-2, 1], "at 1 the curve is still clearly above"),
        ([-3, 2], "at -3"),
        ([-2, 1e300], "far outside"),
    ],
    ids=["same side", "zero", "too near", "too far", "huge"],
)
def test_minima_that_are_none(judge_minima: Any, minima: list[float], shown: str) -> None:
    """Two on one side, or a place where the curve is higher, fail with the reason."""
    verdict = judge_minima(minima)
    assert (verdict.outcome, verdict.code) == ("fail", "minima.wrong")
    assert shown in verdict.message


@pytest.mark.parametrize(
    ("values", "code"),
    [([-2.0, 0.0, 2.0], "value.shape_mismatch"), ([-2.0, math.nan], "value.nan"), ([-math.inf, 2.0], "value.infinite")],
)
def test_minima_of_another_form_are_refused(judge_minima: Any, values: list[float], code: str) -> None:
    """Three values, NaN and infinities are refused."""
    assert judge_minima(values).code == code


def test_minima_at_a_declared_variance(judge_minima: Any) -> None:
    """The minima of a wider q lie further in; both variances have their own."""
    wide = FloatValue(value=(1.0).hex())
    assert judge_minima([-1.875, 1.875], ex3_var_q=wide).outcome == "pass"
    assert judge_minima([-0.5, 0.5], ex3_var_q=wide).outcome == "fail"
    assert "0.25 was used" in judge_minima([-2, 2], ex3_var_q=FloatValue(value=(9.0).hex())).message


def test_minima_left_out(judge_answers: Any) -> None:
    """Minima or a curve left out are missing."""
    assert judge_answers("3", answers(ex3_mu_grid=array(STEPS)))["ex3_reverse_kl"].outcome == "missing"
    assert judge_answers("3", answers())["ex3_minima"].outcome == "missing"


# ---------------------------------------------------------------- smoothing


def kl(p: Array, q: Array) -> float:
    """Return D(p||q) in nats."""
    if np.any((p > 0) & (q == 0)):
        return math.inf
    some = p > 0
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


@pytest.fixture
def judge_kl(course: Any, judge_answers: Judge) -> Callable[..., CheckResult]:
    """Return a function that gives the verdict on a divergence of two vectors."""
    calls = next(probe.calls for probe in course.probes if probe.name == "ex1_kl")

    def judge(function: Callable[[Array, Array], float]) -> CheckResult:
        found = [float(function(*map(np.array, call.args))) for call in calls]
        results = tuple(Returned(value=FloatValue(value=number.hex())) for number in found)
        given = AnswerEvidence(value=OtherValue(type="callable"), calls=results)
        return judge_answers("1", {"ex1_kl": given})["ex1_kl"]

    return judge


def test_a_smoothed_divergence_is_recognised(judge_kl: Any) -> None:
    """Finite where the truth is infinite, and right wherever q is not tiny: half of the points."""
    result = judge_kl(lambda p, q: float(np.sum(p * np.log((p + 1e-12) / (q + 1e-12)))))
    assert (result.mistake, result.score / result.max) == ("smoothing_hides_inf", Fraction(1, 2))
    assert "your ex1_kl([0.5, 0.5], [1, 0]) returned" in result.message


def test_a_function_that_is_wrong_elsewhere_too_is_not_called_smoothed(judge_kl: Any) -> None:
    """Neither a coarse smoothing nor a function that keeps its infinities is that mistake."""
    assert judge_kl(lambda p, q: float(np.sum(p * np.log((p + 0.01) / (q + 0.01))))).mistake is None
    assert judge_kl(lambda p, q: kl(p, q) + (q[0] == 0.5)).mistake is None


def test_nothing_is_smoothed_where_nothing_is_infinite(course: Any) -> None:
    """Without an infinite truth the rule recognises nothing, whatever the results."""
    rule = course.oracle.rule("smoothing_hides_inf")
    trial = {"args": ((0.5, 0.5), (0.5, 0.5)), "result": 0.0, "expected": 0.1, "agrees": False}
    assert rule([trial]) is None
    assert rule([]) is None
