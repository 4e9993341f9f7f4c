"""Families of divergences with a parameter, which is an order or a convex function.

Like `reference.divergences`, of which they have the conventions: arrays of equal shape in, a Python float out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

from .distributions import distribution_pair, finite
from .divergences import kl, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from .distributions import Vector


def renyi(p: ArrayLike, q: ArrayLike, order: float) -> float:
    """Return the Rényi divergence ln(Σ p^a q^(1-a)) / (a - 1) of order a, in nats.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.
        order: a in [0, +inf]; 0, 1 and +inf mean the limits, 1 being `kl`.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: `order` is negative or NaN, or as `kl`.

    Conventions:
        `p > 0 = q` gives `+inf` for orders of 1 and more; below 1 only disjoint supports do.

    Accuracy:
        Absolute error below 1e-14 times the largest |ln(p/q)|; the neighbourhood of order 1 has no cancellation.

    Source:
        van Erven and Harremoës (2014), Rényi divergence and Kullback-Leibler divergence, sections II and III.
    """
    if not order >= 0:
        raise ValueError(f"order = {order!r} ({type(order).__name__}) must be 0 or more")
    first, second = distribution_pair(p, q)
    if order == 1:
        return kl(first, second)
    if order > 1 and (first[second == 0] > 0).any():
        return math.inf
    return max(0.0, _renyi_on_common_support(first, second, order))


def _renyi_on_common_support(p: Vector, q: Vector, order: float) -> float:
    """Return the Rényi divergence of an order that is not 1, given that no term is infinite."""
    common = (p > 0) & (q > 0)
    if not common.any():
        return math.inf
    log_ratio = np.log(p[common]) - np.log(q[common])
    if math.isinf(order):
        return float(log_ratio.max())
    excess = _power_sum_excess(p, q, order)
    if -0.5 < excess < 1:
        return math.log1p(excess) / (order - 1)
    return float(logsumexp(np.log(q[common]) + order * log_ratio)) / (order - 1)


def _power_sum_excess(p: Vector, q: Vector, order: float) -> float:
    """Return Σ p^a q^(1-a) - 1 over the common support, without cancellation where a is near 0 or 1."""
    common = (p > 0) & (q > 0)
    log_ratio = np.log(p[common]) - np.log(q[common])
    # Σ p^a q^(1-a) = Σ p e^((a-1) L) = Σ q e^(aL): subtract 1 = Σp or 1 = Σq inside, by the nearer of the two
    base, exponent = (p, order - 1) if order > 0.5 else (q, order)
    with np.errstate(over="ignore"):
        grown = base[common] * np.expm1(exponent * log_ratio)
    return total(grown) - total(base[~common])


def alpha_divergence(p: ArrayLike, q: ArrayLike, alpha: float) -> float:
    """Return the alpha-divergence (Σ p^a q^(1-a) - 1) / (a (a - 1)); nats in the limits a = 1 and a = 0.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.
        alpha: a, any finite number; 1 means D(p‖q), 0 means D(q‖p), both by limit.

    Returns:
        A float in [0, +inf]. At ½ it is twice `hellinger`, at 2 half of `chi_square`.

    Raises:
        ValueError: `alpha` is not finite, or as `kl`.

    Conventions:
        `p > 0 = q` gives `+inf` for a of 1 and more, `q > 0 = p` for a of 0 and less.

    Accuracy:
        Relative error below 1e-12 while no power overflows, next to a = 0 and a = 1 too, for divergences above 1e-3;
        an absolute error below 1e-15/|a (a - 1)| otherwise.

    Source:
        Cichocki and Amari (2010), Families of alpha- beta- and gamma-divergences, Entropy 12, section 2.
    """
    a = finite(alpha, "alpha")
    first, second = distribution_pair(p, q)
    if a == 1:
        return kl(first, second)
    if a == 0:
        return kl(second, first)
    if (a > 1 and (first[second == 0] > 0).any()) or (a < 0 and (second[first == 0] > 0).any()):
        return math.inf
    return max(0.0, _power_sum_excess(first, second, a) / (a * (a - 1)))


def f_divergence(p: ArrayLike, q: ArrayLike, f: Callable[[Vector], Vector], slope_at_infinity: float) -> float:
    """Return the f-divergence Σ q f(p/q), in the unit of `f` (nats for natural logarithms).

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.
        f: a convex function on [0, inf) with f(1) = 0, for arrays; f(0) is its limit there and may be `+inf`.
        slope_at_infinity: the limit of f(t)/t for t → inf (`+inf` for t ln t, ½ for |t - 1|/2).

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: as `kl`.

    Conventions:
        Mass of `p` where `q` has none counts with `slope_at_infinity`; a pair of zeros adds nothing.

    Accuracy:
        That of `f` at p/q, which must not overflow: prefer the named divergence where there is one.

    Source:
        Csiszár (1967), Information-type measures of difference, Studia Sci. Math. Hungar. 2; Liese and Vajda (2006).
    """
    first, second = distribution_pair(p, q)
    support = second > 0
    escaped = total(first[~support])
    inside = total(second[support] * f(first[support] / second[support]))
    return max(0.0, inside + (escaped * slope_at_infinity if escaped > 0 else 0.0))
