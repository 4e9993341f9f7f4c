"""Divergences between two distributions on the same finite set, in nats.

All take arrays of equal shape (a table is a joint distribution) and return a Python float.
`0 ln 0` is 0, a pair `(0, 0)` adds nothing, and mass of `p` where `q` has none makes a KL divergence `+inf`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import rel_entr

from .distributions import distribution_pair

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector


def total(terms: Vector) -> float:
    """Return the correctly rounded sum of `terms`; one `+inf` makes it `+inf`."""
    return math.fsum(terms.ravel().tolist())


def relative_entropy(p: ArrayLike, q: ArrayLike) -> float:
    """Return the plain sum of `p ln(p/q)` in nats, without asking whether `p` and `q` are distributions.

    It says what a *student's* vectors give, normalised or not. Everything else uses `kl`.

    Args:
        p: numbers, any shape.
        q: numbers, the same shape.

    Returns:
        The sum; `+inf` where some term is.

    Raises:
        ValueError: the shapes differ.

    Conventions:
        `0 ln 0` = 0; a negative number in `p` or `q`, or `p > 0 = q`, gives `+inf`.

    Accuracy:
        A few ulps of the largest term: every term is rounded once or twice, the sum once.

    Source:
        Boyd and Vandenberghe, Convex Optimization (2004), section 3.2.6.
    """
    first, second = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"p has the shape {first.shape} and q {second.shape}; the same shape was expected")
    return total(np.asarray(rel_entr(first, second)))


def kl(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> float:
    """Return the Kullback-Leibler divergence D(p‖q), the sum of `p ln(p/q)`, in nats.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.
        normalize: divide both by their sums first, instead of refusing sums that are not 1.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: unequal shapes, no entries, a negative entry, NaN, an infinity, a sum off 1 by more than 1e-9.

    Conventions:
        `0 ln 0` = 0; `p > 0 = q` gives `+inf`; a total below 0 (rounding, or sums that are not quite 1) is 0.

    Accuracy:
        Absolute error below 1e-15 times the sum of the terms' sizes, for subnormal probabilities too.

    Source:
        Kullback and Leibler (1951), On information and sufficiency, Ann. Math. Statist. 22.
    """
    first, second = distribution_pair(p, q, normalize=normalize)
    return max(0.0, total(np.asarray(rel_entr(first, second))))


def reverse_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Return D(q‖p) in nats: `kl` with its arguments exchanged.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: as `kl`.

    Conventions:
        `q > 0 = p` gives `+inf`.

    Accuracy:
        As `kl`.

    Source:
        Minka (2005), Divergence measures and message passing, section 2.
    """
    return kl(q, p)


def jeffreys(p: ArrayLike, q: ArrayLike) -> float:
    """Return D(p‖q) + D(q‖p) in nats; not to be taken for the bounded Jensen-Shannon divergence.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: as `kl`.

    Conventions:
        `+inf` as soon as one of the two has mass where the other has none.

    Accuracy:
        Twice that of `kl`.

    Source:
        Jeffreys (1946), An invariant form for the prior probability, Proc. R. Soc. A 186.
    """
    return kl(p, q) + kl(q, p)


def total_variation(p: ArrayLike, q: ArrayLike) -> float:
    """Return the total variation distance, *half* the sum of |p - q|; a pure number in [0, 1].

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, 1].

    Raises:
        ValueError: as `kl`.

    Conventions:
        1 for disjoint supports.

    Accuracy:
        Absolute error below 1e-15.

    Source:
        Levin, Peres and Wilmer, Markov Chains and Mixing Times (2009), section 4.1.
    """
    first, second = distribution_pair(p, q)
    return total(np.abs(first - second)) / 2


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> float:
    """Return the Jensen-Shannon divergence ½ D(p‖m) + ½ D(q‖m), m = (p+q)/2, in nats (not its square root).

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, ln 2].

    Raises:
        ValueError: as `kl`.

    Conventions:
        ln 2 for disjoint supports.

    Accuracy:
        Absolute error below 1e-15. Doubles p and q instead of halving their sum: half a subnormal may be 0.

    Source:
        Lin (1991), Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 37.
    """
    first, second = distribution_pair(p, q)
    both = first + second
    terms = np.concatenate([rel_entr(2 * first, both).ravel(), rel_entr(2 * second, both).ravel()])
    return max(0.0, total(terms) / 4)


def hellinger(p: ArrayLike, q: ArrayLike) -> float:
    """Return the squared Hellinger distance as the sum of (√p - √q)²; a pure number in [0, 2].

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, 2].

    Raises:
        ValueError: as `kl`.

    Conventions:
        No factor ½ and no square root (both exist elsewhere): this is the f-divergence of f(t) = (√t - 1)².

    Accuracy:
        Absolute error below 1e-15.

    Source:
        Liese and Vajda (2006), On divergences and informations, IEEE Trans. Inf. Theory 52.
    """
    first, second = distribution_pair(p, q)
    return total((np.sqrt(first) - np.sqrt(second)) ** 2)


def chi_square(p: ArrayLike, q: ArrayLike) -> float:
    """Return the Pearson divergence, the sum of (p - q)²/q; a pure number in [0, +inf].

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.

    Returns:
        A float in [0, +inf].

    Raises:
        ValueError: as `kl`.

    Conventions:
        `p > 0 = q` gives `+inf`, a pair of zeros adds nothing; what exceeds the largest double is `+inf`.

    Accuracy:
        Relative error below 2e-15.

    Source:
        Liese and Vajda (2006), On divergences and informations, IEEE Trans. Inf. Theory 52.
    """
    first, second = distribution_pair(p, q)
    if (first[second == 0] > 0).any():
        return math.inf
    support = second > 0
    gap = (first - second)[support]
    with np.errstate(over="ignore"):
        return total(gap * (gap / second[support]))
