"""The Monte-Carlo part passes honest students and the noise they have, and nobody else."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from grader.errors import CourseError
from grader.judge.evidence import Answers
from grader.judge.statistics import check_curve, check_grid, check_minima
from grader.judge.verdict import Verdict
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    EmptyValue,
    Evidence,
    FileEvidence,
    FloatValue,
    Lost,
    OtherValue,
    StrValue,
    Value,
)
from grader.spec.model import CurveCheck, GridCheck, MinimaCheck

T = TypeVar("T")
Array = npt.NDArray[np.float64]
REASON = "Chance alone fails nobody in a million."
GRID = GridCheck(id="g", answer="ex3_mu_grid", rule="grid", low=-3.0, high=3.0, at_least=25, at_most=301)
LAW: dict[str, Any] = {
    "variance": "ex3_var_q", "default_variance": 0.25, "variance_range": (0.05, 1.0), "samples": 1000,
    "standard_errors": 7.0, "reason": REASON,
}  # fmt: skip
CURVE = CurveCheck(id="c", answer="ex3_reverse_kl", rule="curve", grid="ex3_mu_grid", **LAW)
MINIMA = MinimaCheck(id="m", answer="ex3_minima", rule="minima", **LAW)

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
STEPS = np.linspace(-3, 3, 61)


def log_p(x: Array) -> Array:
    """Return the log density of the mixture."""
    modes = [-((x - mode) ** 2) / 0.5 for mode in (-2.0, 2.0)]
    return np.asarray(np.logaddexp(*modes) - math.log(2) - 0.5 * math.log(2 * math.pi * 0.25))


def curve(mu: Array, var: float) -> Array:
    """Return the reverse divergence by quadrature, in nats."""
    x = mu[:, None] + math.sqrt(var) * NODES
    return np.asarray(-0.5 * math.log(2 * math.pi * math.e * var) - log_p(x) @ WEIGHTS)


def errors(mu: Array, var: float, samples: int) -> Array:
    """Return the standard error of the estimator that averages -ln p."""
    values = log_p(mu[:, None] + math.sqrt(var) * NODES)
    return np.asarray(np.sqrt((values**2 @ WEIGHTS - (values @ WEIGHTS) ** 2) / samples))


def lowest(var: float) -> float:
    """Return the lowest value of the curve."""
    return float(curve(np.linspace(0.5, 2.5, 401), var).min())


class FakeOracle:
    """Answers for exercise 3 by the functions of this file, or by what a test puts in their place."""

    def __init__(self, **functions: Callable[..., object]) -> None:
        known: dict[str, Callable[..., object]] = {
            "reverse_kl_curve": curve, "standard_errors": errors, "curve_minimum": lowest,
        }  # fmt: skip
        self.functions = known | functions

    def value(self, exercise_id: str, name: str) -> object:
        """Nothing here has a value."""
        raise AssertionError((exercise_id, name))

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return a function of exercise 3."""
        assert exercise_id == "3"
        return self.functions[name]

    def derive(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute without keeping."""
        del key
        return compute()


def array(values: Any) -> Value:
    """Return an array as the sandbox reports it."""
    content = np.asarray(values, dtype=np.float64)
    return ArrayValue(dtype="float", shape=content.shape, values=tuple(float(x).hex() for x in content.ravel()))


def answers(**values: Value | Lost) -> Answers:
    """Return a submission with these values; the process took with it what is `Lost`."""
    absent = EmptyValue(type="absent")
    given = {
        name: AnswerEvidence(value=absent, lost=value) if isinstance(value, Lost) else AnswerEvidence(value=value)
        for name, value in values.items()
    }
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=("a.py",), submission_sha256="", probes_sha256="",
        isolation="none", runs=(FileEvidence(file="a.py", answers=given),),
    )  # fmt: skip
    return Answers(evidence, ())


def judge_curve(values: Any, grid: Any = STEPS, **more: Value) -> Verdict:
    """Return the verdict on a curve over a grid."""
    given = answers(ex3_mu_grid=array(grid), ex3_reverse_kl=array(values), **more)
    return check_curve(CURVE, given, FakeOracle(), "3", GRID)


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
def test_grids_that_are_accepted(grid: Array) -> None:
    """An increasing grid whose ends lie within a step of the range passes."""
    verdict = check_grid(GRID, answers(ex3_mu_grid=array(grid)))
    assert (verdict.outcome, verdict.code) == ("pass", "grid.ok"), verdict.message


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (array(np.linspace(-3, 3, 24)), "grid.refused", "24 values; 25 to 301"),
        (array(np.linspace(-3, 3, 302)), "grid.refused", "302 values"),
        (array(np.linspace(3, -3, 61)), "grid.refused", "does not increase: 3 is followed by 2.9 at index 0"),
        (array(np.zeros(30)), "grid.refused", "does not increase"),
        (array(np.linspace(-2, 3, 61)), "grid.refused", "ends at -2, more than one grid step from -3"),
        (array(np.linspace(-3, 4, 61)), "grid.refused", "ends at 4"),
        (array(np.zeros((5, 6))), "grid.refused", "2 dimensions"),
        (array([-math.inf, *np.linspace(-3, 3, 30)]), "value.infinite", "infinite"),
        (array([*np.linspace(-3, 3, 30), math.nan]), "value.nan", "NaN"),
        (FloatValue(value=(3.0).hex()), "value.shape_mismatch", "single number"),
        (OtherValue(type="complex"), "value.complex", "complex"),
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
def test_grids_that_are_refused(value: Value, code: str, shown: str) -> None:
    """A refused grid fails with a reason in words."""
    verdict = check_grid(GRID, answers(ex3_mu_grid=value))
    assert (verdict.outcome, verdict.code) == ("fail", code)
    assert shown in verdict.message


def test_grid_left_out() -> None:
    """A grid left out is missing; one that was lost with the process fails with the cause."""
    assert check_grid(GRID, answers()).outcome == "missing"
    assert check_grid(GRID, answers(ex3_mu_grid=Lost(cause="out_of_memory"))).code == "run.out_of_memory"


# ---------------------------------------------------------------- curve


@pytest.mark.parametrize("seed", range(20))
def test_honest_estimates_pass(seed: int) -> None:
    """An honest estimate at 1000 samples passes, whatever the seed."""
    verdict = judge_curve(estimate(seed))
    assert (verdict.outcome, verdict.code) == ("pass", "curve.close"), verdict.detail


def test_the_true_curve_passes() -> None:
    """No noise at all is fine, the noise of ten samples is not."""
    assert judge_curve(curve(STEPS, 0.25)).outcome == "pass"
    assert judge_curve(estimate(0, samples=10)).outcome == "fail"


def test_wrong_point_is_named_without_the_truth() -> None:
    """The message names the worst place, the student's value there, its side and the count, but no expected value."""
    values = curve(STEPS, 0.25)
    true = float(values[30])
    values[30] += 1.0
    values[40] += 0.5
    verdict = judge_curve(values)
    assert (verdict.outcome, verdict.code) == ("fail", "curve.wrong")
    assert f"at mu = 0 your ex3_reverse_kl is {true + 1:.9g}, too high" in verdict.message
    assert "2 of 61 points" in verdict.message
    assert f"{true:.3f}" not in verdict.message


def test_shifted_curve_gets_a_hint() -> None:
    """A curve without the weights of the mixture has the right form at the wrong height, and is told so."""
    verdict = judge_curve(curve(STEPS, 0.25) - math.log(2))
    assert verdict.outcome == "fail"
    assert "all of it is shifted" in verdict.message
    assert "too low" in verdict.message


@pytest.mark.parametrize("factor", [-1.0, 1 / math.log(2), 0.0, 1e300])
def test_scaled_curves_fail(factor: float) -> None:
    """A curve of the wrong sign, in bits, of zeros, or beyond all measure fails without a hint at a shift."""
    verdict = judge_curve(curve(STEPS, 0.25) * factor)
    assert verdict.code == "curve.wrong"
    assert "shifted" not in verdict.message


def test_declared_variance_counts() -> None:
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
        (StrValue(value="0.5"), "is a string"),
    ],
    ids=["large", "inf", "nan", "text"],
)
def test_refused_variance_is_replaced_and_told(declared: Value, shown: str) -> None:
    """A variance out of range is refused, the curve judged at 0.25, and the student told both."""
    verdict = judge_curve(curve(STEPS, 0.25), ex3_var_q=declared)
    assert verdict.outcome == "pass"
    assert shown in verdict.message
    assert "0.25 was used" in verdict.message


def test_refused_or_missing_grid_blocks_the_curve() -> None:
    """Without an accepted grid there is nothing to hold the curve against."""
    assert judge_curve(np.zeros(10), grid=np.zeros(10)).outcome == "blocked"
    lonely = check_curve(CURVE, answers(ex3_reverse_kl=array(STEPS)), FakeOracle(), "3", GRID)
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
def test_curves_of_another_form_are_refused(values: Array, code: str) -> None:
    """A wrong length, NaN or an infinity is refused with its own code."""
    verdict = judge_curve(values)
    assert (verdict.outcome, verdict.code) == ("fail", code)


def test_a_reference_with_nan_is_the_authors_mistake() -> None:
    """NaN from the reference is a course error, not a verdict."""
    broken = FakeOracle(reverse_kl_curve=lambda mu, _var: np.full(mu.shape, np.nan))
    given = answers(ex3_mu_grid=array(STEPS), ex3_reverse_kl=array(STEPS))
    with pytest.raises(CourseError, match="finite values of shape"):
        check_curve(CURVE, given, broken, "3", GRID)


# ---------------------------------------------------------------- minima


def judge_minima(values: Any, **more: Value) -> Verdict:
    """Return the verdict on two minima."""
    return check_minima(MINIMA, answers(ex3_minima=array(values), **more), FakeOracle(), "3")


@pytest.mark.parametrize("minima", [[-2, 2], [2, -2], [-1.9, 2.1], [-2.0, 1.9998]])
def test_minima_in_any_order(minima: list[float]) -> None:
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
def test_minima_that_are_none(minima: list[float], shown: str) -> None:
    """Two on one side, or a place where the curve is higher, fail with the reason."""
    verdict = judge_minima(minima)
    assert (verdict.outcome, verdict.code) == ("fail", "minima.wrong")
    assert shown in verdict.message


@pytest.mark.parametrize(
    ("values", "code"),
    [([-2.0, 0.0, 2.0], "value.shape_mismatch"), ([-2.0, math.nan], "value.nan"), ([-math.inf, 2.0], "value.infinite")],
)
def test_minima_of_another_form_are_refused(values: list[float], code: str) -> None:
    """Three values, NaN and infinities are refused."""
    assert judge_minima(values).code == code


def test_minima_at_a_declared_variance() -> None:
    """The minima of a wider q lie further in; both variances have their own."""
    wide = FloatValue(value=(1.0).hex())
    assert judge_minima([-1.875, 1.875], ex3_var_q=wide).outcome == "pass"
    assert judge_minima([-0.5, 0.5], ex3_var_q=wide).outcome == "fail"
    assert "0.25 was used" in judge_minima([-2, 2], ex3_var_q=FloatValue(value=(9.0).hex())).message


def test_minima_left_out() -> None:
    """Minima or a curve left out are missing."""
    assert check_curve(CURVE, answers(ex3_mu_grid=array(STEPS)), FakeOracle(), "3", GRID).outcome == "missing"
    assert check_minima(MINIMA, answers(), FakeOracle(), "3").outcome == "missing"
