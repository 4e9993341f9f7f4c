"""Exercise 4: the chain rule for a table P with .4 on the diagonal and .1 off it, against the uniform Q. Nats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from . import mistakes
from .divergences import kl
from .entropy import cross_entropy
from .joint import chain_rule, conditional_kl, marginal_kl, row_kls

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
HOLDS_BELOW = 1e-3

Terms = tuple[float, float, float]

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex4_kl_joint": ("non_negativity",),
    "ex4_kl_marginal": ("non_negativity",),
    "ex4_kl_conditional": ("non_negativity",),
    "ex4_chain_rule": ("chain_rule", "non_negativity"),
}


# ---------------------------------------------------------------- 4a, 4b


def ex4_kl_joint() -> float:
    """Return D(P‖Q) in nats."""
    return kl(P, Q)


def ex4_kl_joint__direction_swapped() -> float:
    """Return D(Q‖P) in nats."""
    return kl(Q, P)


ex4_kl_joint__bits_not_nats = mistakes.in_bits(ex4_kl_joint)
ex4_kl_joint__log10_not_ln = mistakes.in_log10(ex4_kl_joint)


def ex4_kl_joint__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the uniform table, ln 4 nats."""
    return cross_entropy(P, Q)


def ex4_kl_marginal() -> float:
    """Return D(P_X‖Q_X) in nats: both marginals are uniform."""
    return marginal_kl(P, Q)


def ex4_kl_marginal__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the marginals, ln 2 nats."""
    return cross_entropy(P.sum(axis=1), Q.sum(axis=1))


def ex4_kl_conditional() -> float:
    """Return the expected divergence of Y given X in nats."""
    return conditional_kl(P, Q)


def ex4_kl_conditional__direction_swapped() -> float:
    """Return the expected divergence with P and Q exchanged, in nats."""
    return conditional_kl(Q, P)


ex4_kl_conditional__bits_not_nats = mistakes.in_bits(ex4_kl_conditional)
ex4_kl_conditional__log10_not_ln = mistakes.in_log10(ex4_kl_conditional)


def ex4_kl_conditional__cross_entropy_for_kl() -> float:
    """Return the expected cross-entropy of Y given X in nats: that of the tables less that of the marginals."""
    return ex4_kl_joint__cross_entropy_for_kl() - ex4_kl_marginal__cross_entropy_for_kl()


def ex4_chain_rule(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return (joint, marginal of X, expected conditional of Y given X) divergence in nats; rows are X."""
    return chain_rule(P, Q)


def ex4_chain_rule__direction_swapped(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences with P and Q exchanged, in nats."""
    return chain_rule(Q, P)


def ex4_chain_rule__bits_not_nats(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences in bits."""
    joint, marginal, conditional = (term / mistakes.BIT_NATS for term in chain_rule(P, Q))
    return joint, marginal, conditional


def ex4_chain_rule__log10_not_ln(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences with the logarithm to base 10."""
    joint, marginal, conditional = (term / mistakes.DIT_NATS for term in chain_rule(P, Q))
    return joint, marginal, conditional


def ex4_chain_rule__axis_swapped(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences with columns taken for X, in nats."""
    return chain_rule(np.asarray(P).T, np.asarray(Q).T)


def ex4_chain_rule__conditional_not_averaged(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences, the rows' ones added up without their weights, in nats."""
    joint, marginal, _ = chain_rule(P, Q)
    return joint, marginal, math.fsum(row_kls(np.asarray(P, dtype=np.float64), np.asarray(Q, dtype=np.float64)))


def ex4_chain_rule__smoothing_hides_inf(P: ArrayLike, Q: ArrayLike) -> Terms:
    """Return the three divergences after a small constant was added to every probability, in nats: always finite."""
    joint = mistakes.smoothed_kl(P, Q)
    marginal = mistakes.smoothed_kl(np.asarray(P).sum(axis=1), np.asarray(Q).sum(axis=1))
    return joint, marginal, joint - marginal


# ---------------------------------------------------------------- 4c, 4d


def ex4_gap() -> float:
    """Return joint - (marginal + conditional) in nats: 0, by the chain rule."""
    return ex4_gap__from(ex4_kl_joint(), ex4_kl_marginal(), ex4_kl_conditional())


def ex4_gap__from(joint: float, marginal: float, conditional: float) -> float:
    """Return joint - (marginal + conditional) of these three numbers."""
    return joint - (marginal + conditional)


def ex4_chain_rule_holds() -> bool:
    """Return that the chain rule holds."""
    return True


def ex4_chain_rule_holds__from(joint: float, marginal: float, conditional: float) -> bool:
    """Return whether these three numbers obey the chain rule to three decimals."""
    return abs(ex4_gap__from(joint, marginal, conditional)) < HOLDS_BELOW


def ex4_dominant() -> str:
    """Return which of the two terms contributes more."""
    return "conditional"


def ex4_dominant__from(marginal: float, conditional: float) -> str:
    """Return the name of the larger of these two numbers."""
    return "marginal" if marginal > conditional else "conditional"
