"""Exercise 1: non-negativity and equality, for p = (.4, .3, .2, .1) and q = p reversed. Nats.

Another p of whole tenths may take the place of this one; q follows.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from . import mistakes
from .divergences import jeffreys, kl
from .entropy import cross_entropy
from .families import renyi

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector

P = np.array([0.4, 0.3, 0.2, 0.1])
Q = P[::-1].copy()
EQUAL_WITHIN = 5e-4  # two numbers right to three decimals

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex1_kl": ("non_negativity", "zero_iff_equal", "additivity", "data_processing", "joint_convexity"),
    "ex1_r": ("normalisation",),
}


# ---------------------------------------------------------------- 1a


def ex1_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Return D(p‖q) in nats; `+inf` where `p` has mass and `q` none, as `reference.divergences.kl`."""
    return kl(p, q)


ex1_kl__direction_swapped = mistakes.swapped(ex1_kl)
ex1_kl__bits_not_nats = mistakes.in_bits(ex1_kl)
ex1_kl__log10_not_ln = mistakes.in_log10(ex1_kl)


def ex1_kl__smoothing_hides_inf(p: ArrayLike, q: ArrayLike) -> float:
    """Return the divergence after a small constant was added to every probability, in nats: always finite."""
    return mistakes.smoothed_kl(p, q)


def ex1_kl__cross_entropy_for_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Return the cross-entropy, which still contains the entropy of `p`, in nats."""
    return cross_entropy(p, q)


def ex1_kl__jeffreys_for_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Return the sum of both directions in nats."""
    return jeffreys(p, q)


def ex1_kl__renyi_for_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Return the Rényi divergence of order 2 in nats."""
    return renyi(p, q, 2.0)


def _pairs() -> list[tuple[Fraction, Fraction]]:
    """Return the probabilities of each symbol under p and q, exactly: they are tenths."""
    exact = [Fraction(f"{x:.1f}") for x in P]
    return list(zip(exact, reversed(exact), strict=True))


def _argument() -> Fraction:
    """Return the product of (p/q)^(10 p), the number whose logarithm is ten times D(p‖q): 96 for the p above."""
    return math.prod(((p / q) ** int(10 * p) for p, q in _pairs()), start=Fraction(1))


def ex1_kl_pq() -> float:
    """Return D(p‖q) in nats, which is ln(96)/10 for the p above."""
    return math.log(_argument()) / 10


def ex1_kl_qp() -> float:
    """Return D(q‖p) in nats: q is p reversed, so it is D(p‖q) with the outcomes renamed."""
    return math.log(_argument()) / 10


ex1_kl_pq__bits_not_nats = mistakes.in_bits(ex1_kl_pq)
ex1_kl_pq__log10_not_ln = mistakes.in_log10(ex1_kl_pq)
ex1_kl_qp__bits_not_nats = mistakes.in_bits(ex1_kl_qp)
ex1_kl_qp__log10_not_ln = mistakes.in_log10(ex1_kl_qp)


def ex1_kl_pq__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of q under p in nats."""
    return cross_entropy(P, Q)


def ex1_kl_pq__jeffreys_for_kl() -> float:
    """Return D(p‖q) + D(q‖p) in nats."""
    return jeffreys(P, Q)


def ex1_kl_pq__renyi_for_kl() -> float:
    """Return the Rényi divergence of order 2 in nats."""
    return renyi(P, Q, 2.0)


def ex1_kl_qp__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of p under q in nats."""
    return cross_entropy(Q, P)


def ex1_kl_qp__jeffreys_for_kl() -> float:
    """Return D(q‖p) + D(p‖q) in nats."""
    return jeffreys(Q, P)


def ex1_kl_qp__renyi_for_kl() -> float:
    """Return the Rényi divergence of order 2 in nats."""
    return renyi(Q, P, 2.0)


def ex1_kl_pq_exact() -> str:
    """Return the closed form of D(p‖q) in nats: `log(96)/10` for the p above."""
    return f"log({_argument()})/10"


def ex1_kl_pq_exact__bits_not_nats() -> str:
    """Return the closed form in bits."""
    return f"log2({_argument()})/10"


def ex1_kl_pq_exact__log10_not_ln() -> str:
    """Return the closed form in decimal digits."""
    return f"log10({_argument()})/10"


# ---------------------------------------------------------------- 1b


def ex1_nonnegative() -> bool:
    """Return that both divergences are 0 or more."""
    return True


def ex1_nonnegative__from(pq: float, qp: float) -> bool:
    """Return whether these two numbers are 0 or more."""
    return pq >= 0 and qp >= 0


def ex1_larger() -> str:
    """Return which divergence is larger: neither."""
    return "equal"


def ex1_larger__from(pq: float, qp: float) -> str:
    """Return which of these two numbers is larger, `equal` when three decimals do not tell them apart."""
    if pq == qp or abs(pq - qp) <= EQUAL_WITHIN:
        return "equal"
    return "pq" if pq > qp else "qp"


# ---------------------------------------------------------------- 1c


def ex1_r() -> Vector:
    """Return the only r with D(p‖r) = 0, which is p; shape (4,)."""
    return P.copy()


def ex1_r_unique() -> bool:
    """Return that there is no other such r."""
    return True


# ---------------------------------------------------------------- 1d


def ex1_jensen_points() -> Vector:
    """Return the points t = q/p at which -ln is evaluated; shape (4,), no unit."""
    return np.array([float(q / p) for p, q in _pairs()])


def ex1_jensen_points__direction_swapped() -> Vector:
    """Return p/q instead."""
    return np.array([float(p / q) for p, q in _pairs()])


def ex1_jensen_lhs() -> float:
    """Return the mean of -ln t under p in nats, which is D(p‖q)."""
    return ex1_kl_pq()


ex1_jensen_lhs__bits_not_nats = mistakes.in_bits(ex1_jensen_lhs)
ex1_jensen_lhs__log10_not_ln = mistakes.in_log10(ex1_jensen_lhs)


def ex1_jensen_rhs() -> float:
    """Return -ln of the mean of t under p, in nats: that mean is 1, the sum of q."""
    return 0.0
