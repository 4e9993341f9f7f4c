"""The reference of the second course against a second method: more digits, another algorithm, or simulation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import binom

from grader.pipeline import Grader

FOLDER = Path(__file__).parents[3] / "examples" / "numerics"
MATRIX = mpmath.matrix([[4, 1, 3], [-3, -1, -3], [2, 5, 3]])


@pytest.fixture(scope="module")
def module(numerics: Grader) -> Any:
    """Return a function that gives a module of the reference by name."""
    return numerics.oracle.reference.module


def test_system_and_eigenvalues_to_thirty_digits(module: Any) -> None:
    """Exact solution (3, 2, -13/3); eigenvalues 1 and (5 ± i√23)/2; spectral radius √12."""
    algebra = module("linear_algebra")
    with mpmath.workdps(30):
        x = mpmath.lu_solve(MATRIX, mpmath.matrix([1, 2, 3]))
        assert all(abs(one - due) < 1e-25 for one, due in zip(x, (3, 2, mpmath.mpf(-13) / 3), strict=True))
        eigenvalues, _ = mpmath.eig(MATRIX)
    assert np.abs(algebra.la_x() - [3, 2, -13 / 3]).max() < 1e-13
    for value in (1, (5 + 1j * math.sqrt(23)) / 2, (5 - 1j * math.sqrt(23)) / 2):
        assert np.abs(algebra.la_eigenvalues() - value).min() < 1e-13
        assert min(abs(complex(one) - value) for one in eigenvalues) < 1e-13
    assert abs(algebra.la_spectral_radius() - math.sqrt(12)) < 1e-13


def test_singular_values_to_thirty_digits(module: Any) -> None:
    """Singular values, V up to signs and the condition number, by the eigenvalues of AᵀA in high precision."""
    algebra = module("linear_algebra")
    with mpmath.workdps(30):
        squares, vectors = mpmath.eigsy(MATRIX.T * MATRIX)
        roots = [float(mpmath.sqrt(one)) for one in squares][::-1]
        columns = np.array(vectors.tolist(), dtype=float)[:, ::-1]
    assert np.abs(algebra.la_singular_values() - roots).max() < 1e-13
    assert np.abs(np.abs(np.sum(columns * algebra.la_V(), axis=0)) - 1).max() < 1e-13
    assert abs(algebra.la_condition() - roots[0] / roots[2]) < 1e-11


def test_product_and_rank_in_whole_numbers(module: Any) -> None:
    """The product by hand, the rank by minors: every one of three rows vanishes, some of two do not."""
    algebra = module("linear_algebra")
    assert algebra.la_product().tolist() == [[9, 6, 9], [-8, -6, -7], [3, 18, 9]]
    rows = algebra.DEPENDENT
    assert all(abs(np.linalg.det(np.delete(rows, index, axis=0))) < 1e-12 for index in range(4))
    assert algebra.la_rank() == 2


def test_forward_substitution_agrees_with_elimination(module: Any) -> None:
    """On every generated system the solution is that of high-precision elimination."""
    solve = module("linear_algebra").la_solve_lower
    for lower, right in module("inputs").lower_triangular_systems():
        with mpmath.workdps(30):
            due = mpmath.lu_solve(mpmath.matrix(lower), mpmath.matrix(right))
        found = solve(np.array(lower), np.array(right))
        assert np.abs(found - np.array([float(one) for one in due])).max() < 1e-12


def test_runge_kutta_converges_to_another_solver(module: Any) -> None:
    """With many steps the classical method reaches what an adaptive one of order 8 finds."""

    def field(t: float, y: Any) -> Any:
        return np.array([y[1], np.sin(t) - y[0]])

    found = module("ode").ode_rk4(field, np.array([1.0, 0.5]), np.linspace(0.0, 2.0, 401))[-1]
    due = solve_ivp(field, (0.0, 2.0), [1.0, 0.5], method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    assert np.abs(found - due).max() < 1e-9


def test_errors_and_local_errors_to_thirty_digits(module: Any) -> None:
    """The table of errors and the curves lose no more to rounding than their docstrings say."""
    ode = module("ode")
    with mpmath.workdps(30):
        due = [abs(_integrate(count) - mpmath.exp(-1)) for count in ode.COUNTS]
        for found, error in zip(ode.ode_errors(), due, strict=True):
            assert abs(found - float(error)) < 1e-7 * float(error)
        for h in (0.1, 0.37, 1.0):
            euler, rk4 = (
                mpmath.exp(h) - sum(mpmath.mpf(h) ** k / mpmath.factorial(k) for k in range(n)) for n in (2, 5)
            )
            assert abs(ode.ode_local_error_euler(h) / euler - 1) < 1e-13
            assert abs(ode.ode_local_error_rk4(h) / rk4 - 1) < 1e-8


def _integrate(count: int) -> Any:
    """Return y(1) of y' = -2ty, y(0) = 1 by `count` classical steps, in mpmath's precision."""
    y, h = mpmath.mpf(1), mpmath.mpf(1) / count
    for n in range(count):
        t = n * h
        k1 = -2 * t * y
        k2 = -2 * (t + h / 2) * (y + h * k1 / 2)
        k3 = -2 * (t + h / 2) * (y + h * k2 / 2)
        k4 = -2 * (t + h) * (y + h * k3)
        y += h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return y


def test_stability_limit_is_a_root(module: Any) -> None:
    """|R(-x)| is 1 at the limit and below 1 before it."""
    limit = mpmath.findroot(lambda x: -1 + x / 2 - x**2 / 6 + x**3 / 24, 2.8)
    assert abs(module("ode").ode_stability_limit() - float(limit)) < 1e-13
    assert module("ode").ode_amplification() == "1 + z + z**2/2 + z**3/6 + z**4/24"


def test_table_agrees_with_pandas(module: Any) -> None:
    """Counts, means, deviations and the largest reading are those of pandas."""
    data = module("data")
    frame = pd.read_csv(FOLDER / "data" / "measurements.csv")
    due = frame.groupby("station")["nitrate"].agg(["count", "mean", "std"])
    found = pd.DataFrame(data.data_summary()).loc[due.index, due.columns]
    assert np.abs(found - due).to_numpy().max() < 1e-12
    assert data.data_count() == frame["nitrate"].notna().sum()
    assert data.data_largest() == frame.loc[frame["nitrate"].idxmax(), "sample"]


def test_bootstrap_ends_and_standard_errors_by_simulation(module: Any) -> None:
    """The exact ends and their standard errors agree with 100 simulated intervals of 20,000 resamples each."""
    data = module("data")
    frame = pd.read_csv(FOLDER / "data" / "measurements.csv").dropna()
    readings = frame.loc[frame["station"] == data.STATION, "nitrate"].to_numpy()
    rng = np.random.default_rng(11)
    ends = np.array(
        [np.quantile(rng.choice(readings, (20_000, len(readings))).mean(axis=1), data.LEVELS) for _ in range(100)]
    )
    law = data.data_interval__law()
    assert np.all(np.abs(ends.mean(axis=0) - law["value"]) < law["standard_error"])
    assert np.all(np.abs(ends.std(axis=0, ddof=1) / law["standard_error"] - 1) < 0.3)


def test_stated_rate_of_false_failures_is_an_upper_bound(module: Any, numerics: Grader) -> None:
    """An honest end lies outside when a binomial count does: its exact probability is below what the course states."""
    (check,) = (
        check
        for exercise in numerics.course.exercises
        for part in exercise.parts
        for check in part.checks
        if check.rule == "statistic"
    )
    data = module("data")
    means, shares = data._distribute_means(data._group_readings()[data.STATION])
    below, law = np.cumsum(shares), data.data_interval__law()
    rate = 0.0
    for level, end, error in zip(data.LEVELS, law["value"], law["standard_error"], strict=True):
        rank, away = math.floor(level * (data.RESAMPLES - 1)), check.standard_errors * error
        too_low, not_too_high = (float(below[means <= end + side][-1]) for side in (-away, away))
        rate += float(binom.sf(rank, data.RESAMPLES, too_low) + binom.cdf(rank + 1, data.RESAMPLES, not_too_high))
    assert rate < check.false_fail_rate
