"""One-dimensional Gaussians N(mean, variance): divergences and cross-entropies in closed form, in nats."""

from __future__ import annotations

import math
import sys

from .distributions import finite, positive

SERIES_RADIUS = 0.1  # below it x - ln(1+x) is summed as a series: the difference itself cancels


def gaussian_kl(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return D(N(mu1, var1)‖N(mu2, var2)) in nats; the second parameters are variances.

    Args:
        mu1: mean of the first Gaussian.
        var1: its variance, greater than 0.
        mu2: mean of the second Gaussian.
        var2: its variance, greater than 0.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: a variance that is 0 or less (a point mass has no density), NaN, an infinity.

    Conventions:
        What exceeds the largest double is `+inf`. Exactly 0 for equal parameters.

    Accuracy:
        Relative error below 1e-13, also for nearly equal variances: ½(x - ln(1+x)) + d²/(2 var2), x = var1/var2 - 1.

    Source:
        Kullback, Information Theory and Statistics (1959), chapter 9, section 1.
    """
    v1, v2 = positive(var1, "var1"), positive(var2, "var2")
    shift = (finite(mu1, "mu1") - finite(mu2, "mu2")) / math.sqrt(v2)
    return _from_ratios((v1 - v2) / v2, _log_quotient(v1, v2), shift)


def gaussian_kl_from_sd(mu1: float, sd1: float, mu2: float, sd2: float) -> float:
    """Return D(N(mu1, sd1²)‖N(mu2, sd2²)) in nats, from standard deviations whose squares may leave the doubles.

    Args:
        mu1: mean of the first Gaussian.
        sd1: its standard deviation, greater than 0.
        mu2: mean of the second Gaussian.
        sd2: its standard deviation, greater than 0.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: a standard deviation that is 0 or less, NaN, an infinity.

    Conventions:
        As `gaussian_kl`.

    Accuracy:
        As `gaussian_kl`; the variance ratio enters as (r - 1)(r + 1), r = sd1/sd2, and is never squared first.

    Source:
        As `gaussian_kl`.
    """
    s1, s2 = positive(sd1, "sd1"), positive(sd2, "sd2")
    shift = (finite(mu1, "mu1") - finite(mu2, "mu2")) / s2
    return _from_ratios((s1 - s2) / s2 * (s1 / s2 + 1), 2 * _log_quotient(s1, s2), shift)


def gaussian_entropy(var: float) -> float:
    """Return the differential entropy ½ ln(2πe var) of a Gaussian, in nats.

    Args:
        var: variance, greater than 0.

    Returns:
        A float of either sign.

    Raises:
        ValueError: a variance that is 0 or less, NaN, an infinity.

    Conventions:
        Negative for variances below 1/(2πe).

    Accuracy:
        Absolute error below 1e-15 times (1 + |ln var|).

    Source:
        Cover and Thomas, Elements of Information Theory (2006), example 8.1.2.
    """
    return (math.log(2 * math.pi) + 1 + math.log(positive(var, "var"))) / 2


def gaussian_cross_entropy(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return the mean of -ln N(x; mu2, var2) for x from N(mu1, var1), in nats.

    Args:
        mu1: mean of the first Gaussian.
        var1: its variance, greater than 0.
        mu2: mean of the second Gaussian.
        var2: its variance, greater than 0.

    Returns:
        A float of either sign: `gaussian_entropy(var1)` plus `gaussian_kl`.

    Raises:
        ValueError: as `gaussian_kl`.

    Conventions:
        What exceeds the largest double is `+inf`.

    Accuracy:
        A few ulps of the larger of its two terms.

    Source:
        Kullback, Information Theory and Statistics (1959), chapter 9, section 1.
    """
    v1, v2 = positive(var1, "var1"), positive(var2, "var2")
    shift = (finite(mu1, "mu1") - finite(mu2, "mu2")) / math.sqrt(v2)
    return (math.log(2 * math.pi) + math.log(v2) + v1 / v2 + shift * shift) / 2


def _from_ratios(excess: float, log_ratio: float, shift: float) -> float:
    """Return the divergence from var1/var2 - 1, its logarithm's twin ln(var1/var2), and the standardised shift."""
    if math.isinf(excess):
        return math.inf
    spread = _excess_minus_log1p(excess) if abs(excess) < SERIES_RADIUS else excess - log_ratio
    return max(0.0, (spread + shift * shift) / 2)


def _log_quotient(a: float, b: float) -> float:
    """Return ln(a/b), also where the quotient leaves the normal doubles."""
    quotient = a / b
    return math.log(quotient) if sys.float_info.min <= quotient < math.inf else math.log(a) - math.log(b)


def _excess_minus_log1p(x: float) -> float:
    """Return x - ln(1+x) for |x| < 0.1: x²/2 - x³/3 + …, the first neglected term is below 1e-20 of the sum."""
    tail = 0.0
    for power in range(21, 1, -1):
        tail = 1 / power - x * tail
    return x * x * tail
