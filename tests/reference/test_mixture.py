"""The true curve of 3b, its standard errors and its minimum, against 30-digit quadrature of the definitions."""

from __future__ import annotations

import itertools

import mpmath as mp
import numpy as np
import pytest

from reference import mixture
from reference.exercise3 import ex3_minima
from reference.mixture import best_mean, curve_minimum, moments, reverse_fit, reverse_kl_curve, standard_errors

PLACES = [(0.0, 0.25), (0.4, 0.05), (-2.0, 0.25), (3.2, 1.0), (1.0, 4.25), (0.1, 0.01), (-6.0, 0.01), (6.0, 5.0)]


def log_target(x: mp.mpf) -> mp.mpf:
    return mp.log((mp.exp(-2 * (x + 2) ** 2) + mp.exp(-2 * (x - 2) ** 2)) / 2) - mp.log(mp.pi / 2) / 2


def mean_over(f: object, mu: float, var: float) -> mp.mpf:
    """Return the mean of `f` over N(mu, var); panels end where the log-target bends."""
    sd = mp.sqrt(var)

    def density(x: mp.mpf) -> mp.mpf:
        return mp.exp(-((x - mu) ** 2) / (2 * var)) / (sd * mp.sqrt(2 * mp.pi))

    low, high = mu - 12 * sd, mu + 12 * sd
    bends = [mp.mpf(bend) for bend in (-2, -0.5, -0.125, 0, 0.125, 0.5, 2) if low < bend < high]
    edges = sorted({low, mu - 4 * sd, mp.mpf(mu), mu + 4 * sd, high, *bends})
    return mp.quad(lambda x: density(x) * f(x), edges)


@pytest.mark.parametrize(("mu", "var"), PLACES)
def test_curve_and_variances_are_integrals_of_their_definitions(mu: float, var: float) -> None:
    """Divergence and both variances agree with quadrature in high precision, on a mode, between them and outside."""
    with mp.workdps(20):

        def log_ratio(x: mp.mpf) -> mp.mpf:
            return -((x - mu) ** 2) / (2 * var) - mp.log(2 * mp.pi * var) / 2 - log_target(x)

        truth = mean_over(log_ratio, mu, var)
        centre = mean_over(log_target, mu, var)
        spread = mean_over(lambda x: (log_ratio(x) - truth) ** 2, mu, var)
        target_spread = mean_over(lambda x: (log_target(x) - centre) ** 2, mu, var)
    found = moments([mu], var)
    assert abs(found.divergence[0] - truth) < 1e-12
    assert abs(found.variance_of_log_ratio[0] / spread - 1) < 1e-9
    assert abs(found.variance_of_log_target[0] / target_spread - 1) < 1e-9


def folded_curve(mu: float, var: float) -> mp.mpf:
    """Return the curve from the folded normal distribution: ln cosh 8x = 8|x| - ln 2 + Σ ±e^(-16n|x|)/n."""
    m, sd = mp.mpf(mu), mp.sqrt(var)

    def cdf(x: mp.mpf) -> mp.mpf:
        return mp.erfc(-x / mp.sqrt(2)) / 2

    size = sd * mp.sqrt(2 / mp.pi) * mp.exp(-m * m / (2 * var)) + m * (1 - 2 * cdf(-m / sd))

    def decay(n: int) -> mp.mpf:  # the mean of e^(-16 n |X|)
        a = 16 * n

        def half(s: mp.mpf) -> mp.mpf:
            return mp.exp(a * a * var / 2 - s * a * m) * cdf(s * m / sd - a * sd)

        return half(1) + half(-1)

    log_cosh = 8 * size - mp.log(2) + mp.nsum(lambda n: (-1) ** (int(n) + 1) * decay(int(n)) / n, [1, mp.inf])
    expected_log_p = log_cosh - 2 * (m * m + var + 4) - mp.log(mp.pi / 2) / 2
    return -(mp.log(2 * mp.pi * var) + 1) / 2 - expected_log_p


@pytest.mark.parametrize(("mu", "var"), [(0.0, 0.25), (0.3, 0.25), (1.0, 0.5), (2.0, 1.0)])
def test_curve_is_the_folded_normal_series(mu: float, var: float) -> None:
    """An independent formula without quadrature gives the same curve."""
    with mp.workdps(30):
        assert abs(reverse_kl_curve([mu], var)[0] - folded_curve(mu, var)) < 1e-12


@pytest.mark.parametrize(("var", "place"), [(0.25, 1.99980325321), (1.0, 1.87512827089)])
def test_minima_are_where_the_derivative_changes_sign(var: float, place: float) -> None:
    """The slope 4 mu - 8 E[tanh 8X], in high precision, is negative just below the minimum and positive just above."""
    assert best_mean(var) == pytest.approx(place, abs=1e-11)
    with mp.workdps(20):

        def slope(mu: mp.mpf) -> mp.mpf:
            return 4 * mu - 8 * mean_over(lambda x: mp.tanh(8 * x), mu, var)

        assert slope(mp.mpf(best_mean(var)) - 1e-12) < 0 < slope(mp.mpf(best_mean(var)) + 1e-12)


def test_minima_of_the_exercise_are_mirror_images() -> None:
    """3b asks for one minimum near each mode; the negative one comes first."""
    assert ex3_minima() == pytest.approx([-1.99980325321, 1.99980325321], abs=1e-11)


@pytest.mark.parametrize("var", [0.05, 0.25, 0.6, 1.0])
def test_curve_minimum_lies_below_the_whole_grid(var: float) -> None:
    """No grid point undercuts the minimum, and a fine grid comes close to it."""
    curve = reverse_kl_curve(np.linspace(-3, 3, 301), var)
    assert curve_minimum(var) <= curve.min() + 1e-13
    assert curve.min() - curve_minimum(var) < 3e-3


def test_wide_gaussians_have_a_single_minimum_at_zero() -> None:
    """Above a variance of 2.53364740567 the two minima have merged; with 3a's 4.25 the values are the known ones."""
    assert best_mean(2.533) > 0 == best_mean(2.534)
    assert reverse_kl_curve([0.0, 2.0], 4.25) == pytest.approx([2.09761721098, 4.356], abs=2e-4)
    assert curve_minimum(4.25) == pytest.approx(2.09761721098, abs=1e-11)


def test_standard_errors_are_those_of_the_worse_estimator() -> None:
    """At mu = 2 the two estimators have 0.00047 and 0.0223 at 1000 samples, and the larger is reported."""
    found = moments([2.0], 0.25)
    assert np.sqrt(found.variance_of_log_ratio[0] / 1000) == pytest.approx(0.00047, abs=5e-6)
    assert np.sqrt(found.variance_of_log_target[0] / 1000) == pytest.approx(0.0223, abs=5e-5)
    assert standard_errors([2.0, -2.0], 0.25, 1000) == pytest.approx([0.0223305, 0.0223305], abs=1e-6)


def test_standard_errors_fall_with_the_root_of_the_samples() -> None:
    """A hundred times the samples give a tenth of the error."""
    assert standard_errors([0.7], 0.5, 100_000) * 10 == pytest.approx(standard_errors([0.7], 0.5, 1000), rel=1e-14)


def test_curve_is_symmetric_and_positive() -> None:
    """P is even, so the curve is; a Gaussian is never the mixture, so it is positive."""
    grid = np.linspace(-3.3, 3.3, 45)
    for var in (0.05, 0.25, 1.0):
        curve = reverse_kl_curve(grid, var)
        assert curve == pytest.approx(curve[::-1], abs=1e-12)
        assert (curve > 0.5).all()


def test_honest_monte_carlo_stays_within_seven_standard_errors() -> None:
    """Two honest estimators with their own draws are as far off as the standard errors say."""
    rng = np.random.default_rng(20240607)
    grid, var = np.linspace(-3, 3, 61), 0.25
    x = grid[:, None] + 0.5 * rng.standard_normal((grid.size, 1000))
    log_p = np.logaddexp(-2 * (x + 2) ** 2, -2 * (x - 2) ** 2) - np.log(2) - np.log(np.pi / 2) / 2
    log_q = -((x - grid[:, None]) ** 2) / (2 * var) - np.log(2 * np.pi * var) / 2
    truth, errors = reverse_kl_curve(grid, var), standard_errors(grid, var, 1000)
    direct = np.abs((log_q - log_p).mean(axis=1) - truth) / errors
    by_entropy = np.abs(-np.log(2 * np.pi * np.e * var) / 2 - log_p.mean(axis=1) - truth) / errors
    assert direct.max() < 5
    assert 1 < by_entropy.max() < 5


def test_reverse_fit_sits_on_one_mode() -> None:
    """Both parameters free, the reverse fit is the known Gaussian, and its neighbours are worse."""
    mean, var = reverse_fit()
    assert (mean, var) == pytest.approx((1.999801, 0.250398), abs=1e-6)
    best = reverse_kl_curve([mean], var)[0]
    for change in (-1e-3, 1e-3):
        assert reverse_kl_curve([mean + change], var)[0] > best
        assert reverse_kl_curve([mean], var + change)[0] > best


@pytest.mark.parametrize(
    ("mu", "var", "samples"),
    [
        ([0.0], 0.0, 10),
        ([0.0], -1.0, 10),
        ([0.0], float("nan"), 10),
        ([float("inf")], 1.0, 10),
        ([0.0], 1.0, 0),
        ([[0.0]], 1.0, 10),
        (0.0, 1.0, 10),
        ([], 1.0, 10),
    ],
)
def test_bad_curves_are_refused(mu: object, var: float, samples: int) -> None:
    """A variance that is not positive, a mean that is not finite, no samples, and no vector are refused."""
    with pytest.raises(ValueError, match=r"var|mu|samples"):
        standard_errors(mu, var, samples)


def test_reverse_fit_that_does_not_come_to_rest_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number without convergence is not handed out."""
    places = itertools.cycle([1.0, 1.2])
    monkeypatch.setattr(mixture, "best_mean", lambda _var: next(places))
    with pytest.raises(ArithmeticError, match="did not come to rest"):
        reverse_fit()
