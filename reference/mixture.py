"""The reverse KL divergence from a Gaussian N(mu, var) to the mixture p = ½ N(-2, ¼) + ½ N(2, ¼), in nats.

With k = 8 the target is ln p(x) = -½ ln(2π/4) - 2 (x² + 4) + ln cosh(8x). Everything that is asked of it is a mean over
N(mu, var) of a function that is analytic except for poles at x = ±iπ/16, ±3iπ/16, …: Gauss-Legendre panels of at most
one standard deviation, refined towards x = 0 in step with the distance to those poles, converge geometrically.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import brentq

from .distributions import positive, real_array
from .elbo import Gaussian

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector

MODE = 2.0
MODE_VARIANCE = 0.25
SLOPE = MODE / MODE_VARIANCE
REACH = 10.0  # standard deviations; the mass beyond is 1.5e-23
NODES = 16
# a panel [a, b] of these has its Bernstein ellipse through iπ/16 at ρ > 4, so 16 nodes leave less than 4^-32 = 5e-20
BREAKS = np.array([-2.3, -1.1, -0.5, -0.2, 0.0, 0.2, 0.5, 1.1, 2.3])


class Moments(NamedTuple):
    """Of ln q - ln p and of ln p under q = N(mu, var), each an array over mu: nats, nats², nats²."""

    divergence: Vector
    variance_of_log_ratio: Vector
    variance_of_log_target: Vector


def log_target(x: Vector) -> Vector:
    """Return ln p(x) of the mixture, in nats.

    Args:
        x: real numbers, any shape.

    Returns:
        An array of the same shape.

    Raises:
        Nothing.

    Conventions:
        None: p has no zeros.

    Accuracy:
        Absolute error below 1e-15 (1 + x²); neither mode underflows.

    Source:
        The definition, with e^a + e^b = 2 e^((a+b)/2) cosh((a-b)/2).
    """
    tilt = SLOPE * np.abs(x)
    log_cosh = tilt + np.log1p(np.exp(-2 * tilt)) - math.log(2)
    return np.asarray(
        log_cosh - (x * x + MODE**2) / (2 * MODE_VARIANCE) - math.log(2 * math.pi * MODE_VARIANCE) / 2, dtype=np.float64
    )


def moments(mu: ArrayLike, var: float) -> Moments:
    """Return D(N(mu, var)‖p) in nats with the variances that its two Monte-Carlo estimators have for one sample.

    Args:
        mu: means, shape (m,).
        var: variance of every Gaussian, greater than 0.

    Returns:
        Three arrays of shape (m,): the divergence, Var[ln q - ln p], Var[ln p], all under N(mu, var).

    Raises:
        ValueError: a variance of 0 or less, entries that are not finite, no vector.

    Conventions:
        None.

    Accuracy:
        Absolute error below 1e-12 for |mu| ≤ 6 and var in [0.01, 5]: truncation and quadrature below 1e-18, the rest is
        rounding of ln p. The variances are means of squares about the mean, so nothing cancels.

    Source:
        Trefethen, Approximation Theory and Approximation Practice (2013), theorem 19.3 (Gauss quadrature).
    """
    centres, sd = _vector(mu), math.sqrt(positive(var, "var"))
    z, weights = _rule(centres, sd)
    log_p = log_target(centres[:, None] + sd * z)
    log_ratio = -z * z / 2 - math.log(2 * math.pi * var) / 2 - log_p
    divergence, variance = _mean_and_variance(log_ratio, weights)
    return Moments(divergence, variance, _mean_and_variance(log_p, weights)[1])


def reverse_kl_curve(mu: ArrayLike, var: float) -> Vector:
    """Return D(N(mu, var)‖p) in nats, for every mean.

    Args:
        mu: means, shape (m,).
        var: variance of every Gaussian, greater than 0.

    Returns:
        An array of shape (m,).

    Raises:
        ValueError: as `moments`.

    Conventions:
        None: p has no zeros, the divergence is finite.

    Accuracy:
        Absolute error below 1e-12 for |mu| ≤ 6 and var in [0.01, 5].

    Source:
        As `moments`.
    """
    return moments(mu, var).divergence


def standard_errors(mu: ArrayLike, var: float, samples: int) -> Vector:
    """Return the true standard error of an honest Monte-Carlo estimate of `reverse_kl_curve`, in nats.

    Args:
        mu: means, shape (m,).
        var: variance of every Gaussian, greater than 0.
        samples: draws behind one estimate, 1 or more.

    Returns:
        An array of shape (m,): the larger of the errors of mean(ln q - ln p) and of -mean(ln p) less the exact entropy.

    Raises:
        ValueError: `samples` below 1, or as `moments`.

    Conventions:
        Independent draws from q.

    Accuracy:
        Relative error below 1e-9 for |mu| ≤ 6 and var in [0.01, 5].

    Source:
        Owen, Monte Carlo Theory, Methods and Examples (2013), section 2.1.
    """
    if samples < 1:
        raise ValueError(f"samples = {samples!r} ({type(samples).__name__}) must be 1 or more")
    found = moments(mu, var)
    return np.sqrt(np.maximum(found.variance_of_log_ratio, found.variance_of_log_target) / samples)


@lru_cache(maxsize=256)
def best_mean(var: float) -> float:
    """Return the mean of 0 or more at which D(N(mu, var)‖p) is smallest.

    Args:
        var: variance of the Gaussian, greater than 0.

    Returns:
        The mean of the right-hand minimum; its mirror image is the other one. 0 for a variance above 2.5336474, from
        where on there is a single minimum.

    Raises:
        ValueError: as `moments`.

    Conventions:
        None.

    Accuracy:
        Absolute error below 1e-12 for var up to 2; the root of 4 mu = 8 E[tanh 8X] flattens towards 2.5336.

    Source:
        The derivative of the curve; E[tanh 8X] is concave in mu > 0, so there is at most one positive root.
    """
    lowest = 1e-6
    if _slope(lowest, var) >= 0:
        return 0.0
    root: float = brentq(_slope, lowest, MODE + 1, args=(var,), xtol=1e-14, rtol=1e-15)
    return root


@lru_cache(maxsize=256)
def curve_minimum(var: float) -> float:
    """Return the smallest value over all means of D(N(mu, var)‖p), in nats.

    Args:
        var: variance of the Gaussian, greater than 0.

    Returns:
        A float greater than 0.

    Raises:
        ValueError: as `moments`.

    Conventions:
        None.

    Accuracy:
        Absolute error below 1e-12 for var in [0.01, 5].

    Source:
        `best_mean`.
    """
    return float(reverse_kl_curve([best_mean(var)], var)[0])


def reverse_fit() -> Gaussian:
    """Return the Gaussian with the smallest D(q‖p) near the right-hand mode, mean and variance both free.

    Returns:
        Mean and variance, about N(1.999801, 0.250398).

    Raises:
        ArithmeticError: the iteration did not come to rest (it does, in four steps).

    Conventions:
        The left-hand fit is its mirror image.

    Accuracy:
        Absolute error below 1e-12.

    Source:
        Stationarity in the variance: 1/var = 4 - 64 E[1/cosh² 8X]; the right side hardly depends on it.
    """
    var = MODE_VARIANCE
    for _ in range(50):
        mean, before = best_mean(var), var
        z, weights = _rule(np.array([mean]), math.sqrt(var))
        tanh = np.tanh(SLOPE * (mean + math.sqrt(var) * z))
        var = float(1 / (1 / MODE_VARIANCE - SLOPE**2 * (weights * (1 - tanh * tanh)).sum()))
        if abs(var - before) < 1e-14:
            return Gaussian(mean, var)
    raise ArithmeticError(f"the reverse-KL fit did not come to rest: variance {var!r} after {before!r}")


def _slope(mu: float, var: float) -> float:
    """Return the derivative in mu of D(N(mu, var)‖p)."""
    sd = math.sqrt(var)
    z, weights = _rule(np.array([mu]), sd)
    return mu / MODE_VARIANCE - SLOPE * float((weights * np.tanh(SLOPE * (mu + sd * z))).sum())


def _rule(mu: Vector, sd: float) -> tuple[Vector, Vector]:
    """Return nodes z and weights, each (m, n), of the mean over a standard normal z, for functions of mu + sd z."""
    even = np.broadcast_to(np.arange(-REACH, REACH + 1), (mu.size, int(2 * REACH) + 1))
    near_zero = np.clip((BREAKS - mu[:, None]) / sd, -REACH, REACH)  # those out of reach give panels of width 0
    edges = np.sort(np.concatenate([even, near_zero], axis=1), axis=1)
    half = np.diff(edges, axis=1)[:, :, None] / 2
    points, point_weights = np.polynomial.legendre.leggauss(NODES)
    z = (edges[:, :-1, None] + half * (1 + points)).reshape(mu.size, -1)
    weights = (half * point_weights).reshape(mu.size, -1) * np.exp(-z * z / 2)
    return z, weights / math.sqrt(2 * math.pi)


def _mean_and_variance(values: Vector, weights: Vector) -> tuple[Vector, Vector]:
    mean = (values * weights).sum(axis=1)
    return mean, ((values - mean[:, None]) ** 2 * weights).sum(axis=1)


def _vector(mu: ArrayLike) -> Vector:
    centres = real_array(mu, "mu")
    if centres.ndim != 1:
        raise ValueError(f"mu has the shape {centres.shape}; a vector was expected")
    return centres
