"""Exercise 8: distillation of a teacher with logits (3, 1, -2) into a student with logits (2, 0, -1). Nats."""

# ruff: noqa: N816  (the contract writes the teacher as T and the student as S)

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import xlogy

from . import mistakes
from .distillation import distillation_loss, softmax
from .divergences import kl, relative_entropy, total
from .entropy import cross_entropy

if TYPE_CHECKING:
    from .distributions import Vector

Z_T = np.array([3.0, 1.0, -2.0])
Z_S = np.array([2.0, 0.0, -1.0])
TAU = 3.0
WEIGHT = 0.7
LABEL = 0  # class 1 of 3

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex8_p_T": ("normalisation",),
    "ex8_p_S": ("normalisation",),
    "ex8_kl_TS": ("non_negativity",),
    "ex8_kl_ST": ("non_negativity",),
    "ex8_p_T_tau": ("normalisation",),
    "ex8_p_S_tau": ("normalisation",),
    "ex8_kl_TS_tau": ("non_negativity",),
    "ex8_kl_ST_tau": ("non_negativity",),
}


# ---------------------------------------------------------------- 8a


def ex8_p_T() -> Vector:
    """Return the teacher's probabilities at temperature 1; shape (3,)."""
    return softmax(Z_T)


def ex8_p_S() -> Vector:
    """Return the student's probabilities at temperature 1; shape (3,)."""
    return softmax(Z_S)


# ---------------------------------------------------------------- 8b


def ex8_kl_TS() -> float:
    """Return D(teacher‖student) at temperature 1 in nats."""
    return kl(ex8_p_T(), ex8_p_S())


def ex8_kl_ST() -> float:
    """Return D(student‖teacher) at temperature 1 in nats."""
    return kl(ex8_p_S(), ex8_p_T())


def ex8_kl_TS__from(p_T: Vector, p_S: Vector) -> float:
    """Return D(p_T‖p_S) in nats for vectors that need not be normalised; `+inf` for a negative entry."""
    return relative_entropy(p_T, p_S)


def ex8_kl_ST__from(p_T: Vector, p_S: Vector) -> float:
    """Return D(p_S‖p_T) in nats for vectors that need not be normalised; `+inf` for a negative entry."""
    return relative_entropy(p_S, p_T)


def ex8_kl_TS__direction_swapped() -> float:
    """Return D(student‖teacher) in nats."""
    return ex8_kl_ST()


def ex8_kl_ST__direction_swapped() -> float:
    """Return D(teacher‖student) in nats."""
    return ex8_kl_TS()


def ex8_kl_TS__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the student under the teacher in nats."""
    return cross_entropy(ex8_p_T(), ex8_p_S())


def ex8_kl_ST__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the teacher under the student in nats."""
    return cross_entropy(ex8_p_S(), ex8_p_T())


def ex8_kl_TS__cross_entropy_for_kl__from(p_T: Vector, p_S: Vector) -> float:
    """Return -Σ p_T ln p_S in nats for vectors that need not be normalised."""
    return -total(xlogy(p_T, p_S))


def ex8_kl_ST__cross_entropy_for_kl__from(p_T: Vector, p_S: Vector) -> float:
    """Return -Σ p_S ln p_T in nats for vectors that need not be normalised."""
    return -total(xlogy(p_S, p_T))


ex8_kl_TS__direction_swapped__from = ex8_kl_ST__from
ex8_kl_TS__bits_not_nats__from = mistakes.in_bits(ex8_kl_TS__from)
ex8_kl_TS__log10_not_ln__from = mistakes.in_log10(ex8_kl_TS__from)
ex8_kl_ST__direction_swapped__from = ex8_kl_TS__from
ex8_kl_ST__bits_not_nats__from = mistakes.in_bits(ex8_kl_ST__from)
ex8_kl_ST__log10_not_ln__from = mistakes.in_log10(ex8_kl_ST__from)
ex8_kl_TS__bits_not_nats = mistakes.in_bits(ex8_kl_TS)
ex8_kl_TS__log10_not_ln = mistakes.in_log10(ex8_kl_TS)
ex8_kl_ST__bits_not_nats = mistakes.in_bits(ex8_kl_ST)
ex8_kl_ST__log10_not_ln = mistakes.in_log10(ex8_kl_ST)


# ---------------------------------------------------------------- 8c


def ex8_p_T_tau() -> Vector:
    """Return the teacher's probabilities at temperature 3; shape (3,)."""
    return softmax(Z_T, TAU)


def ex8_p_T_tau__temperature_inverted() -> Vector:
    """Return the teacher's probabilities for logits multiplied by 3."""
    return softmax(Z_T, 1 / TAU)


def ex8_p_S_tau() -> Vector:
    """Return the student's probabilities at temperature 3; shape (3,)."""
    return softmax(Z_S, TAU)


def ex8_p_S_tau__temperature_inverted() -> Vector:
    """Return the student's probabilities for logits multiplied by 3."""
    return softmax(Z_S, 1 / TAU)


def ex8_p_S_tau__student_not_tempered() -> Vector:
    """Return the student's probabilities at temperature 1."""
    return ex8_p_S()


def ex8_kl_TS_tau() -> float:
    """Return D(teacher‖student) at temperature 3 in nats."""
    return kl(ex8_p_T_tau(), ex8_p_S_tau())


def ex8_kl_ST_tau() -> float:
    """Return D(student‖teacher) at temperature 3 in nats."""
    return kl(ex8_p_S_tau(), ex8_p_T_tau())


ex8_kl_TS_tau__from = ex8_kl_TS__from
ex8_kl_ST_tau__from = ex8_kl_ST__from


def ex8_kl_TS_tau__direction_swapped() -> float:
    """Return D(student‖teacher) at temperature 3 in nats."""
    return ex8_kl_ST_tau()


def ex8_kl_ST_tau__direction_swapped() -> float:
    """Return D(teacher‖student) at temperature 3 in nats."""
    return ex8_kl_TS_tau()


def ex8_kl_TS_tau__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the tempered student under the tempered teacher in nats."""
    return cross_entropy(ex8_p_T_tau(), ex8_p_S_tau())


def ex8_kl_ST_tau__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of the tempered teacher under the tempered student in nats."""
    return cross_entropy(ex8_p_S_tau(), ex8_p_T_tau())


def ex8_kl_TS_tau__student_not_tempered() -> float:
    """Return the divergence of the tempered teacher from the untempered student in nats."""
    return kl(ex8_p_T_tau(), ex8_p_S())


def ex8_kl_ST_tau__student_not_tempered() -> float:
    """Return the divergence of the untempered student from the tempered teacher in nats."""
    return kl(ex8_p_S(), ex8_p_T_tau())


def ex8_kl_TS_tau__student_not_tempered__from(p_T: Vector, p_S: Vector) -> float:
    """Return the divergence of this teacher from the untempered student in nats."""
    del p_S  # the student's vector of this part was not used
    return relative_entropy(p_T, ex8_p_S())


def ex8_kl_ST_tau__student_not_tempered__from(p_T: Vector, p_S: Vector) -> float:
    """Return the divergence of the untempered student from this teacher in nats."""
    del p_S
    return relative_entropy(ex8_p_S(), p_T)


ex8_kl_TS_tau__direction_swapped__from = ex8_kl_ST__from
ex8_kl_TS_tau__bits_not_nats__from = ex8_kl_TS__bits_not_nats__from
ex8_kl_TS_tau__log10_not_ln__from = ex8_kl_TS__log10_not_ln__from
ex8_kl_TS_tau__cross_entropy_for_kl__from = ex8_kl_TS__cross_entropy_for_kl__from
ex8_kl_ST_tau__direction_swapped__from = ex8_kl_TS__from
ex8_kl_ST_tau__bits_not_nats__from = ex8_kl_ST__bits_not_nats__from
ex8_kl_ST_tau__log10_not_ln__from = ex8_kl_ST__log10_not_ln__from
ex8_kl_ST_tau__cross_entropy_for_kl__from = ex8_kl_ST__cross_entropy_for_kl__from
ex8_kl_TS_tau__bits_not_nats = mistakes.in_bits(ex8_kl_TS_tau)
ex8_kl_TS_tau__log10_not_ln = mistakes.in_log10(ex8_kl_TS_tau)
ex8_kl_ST_tau__bits_not_nats = mistakes.in_bits(ex8_kl_ST_tau)
ex8_kl_ST_tau__log10_not_ln = mistakes.in_log10(ex8_kl_ST_tau)


def ex8_forward_kl_change() -> str:
    """Return how D(teacher‖student) moves from temperature 1 to 3: here it rises, against the common rule."""
    return ex8_forward_kl_change__from(ex8_kl_TS(), ex8_kl_TS_tau())


def ex8_forward_kl_change__from(at_one: float, at_tau: float) -> str:
    """Return how these two numbers move, from temperature 1 to 3."""
    return "increases" if at_tau > at_one else "decreases"


def ex8_reverse_kl_change() -> str:
    """Return how D(student‖teacher) moves from temperature 1 to 3."""
    return ex8_reverse_kl_change__from(ex8_kl_ST(), ex8_kl_ST_tau())


ex8_reverse_kl_change__from = ex8_forward_kl_change__from


# ---------------------------------------------------------------- 8d


def ex8_loss() -> float:
    """Return 0.7 D(teacher‖student) at temperature 3 + 0.3 cross-entropy at temperature 1, in nats."""
    return distillation_loss(Z_T, Z_S, LABEL, WEIGHT, TAU)


def ex8_loss__from(kl_TS_tau: float, p_S: Vector) -> float:
    """Return the loss of this divergence and these probabilities in nats; `+inf` if the true class has none."""
    return _mixed(kl_TS_tau, _hard_of(p_S))


def _mixed(soft: float, hard: float) -> float:
    return WEIGHT * soft + (1 - WEIGHT) * hard


def _hard() -> float:
    return _hard_of(ex8_p_S())


def _hard_of(p_S: Vector) -> float:
    likelihood = float(p_S[LABEL])
    return -math.log(likelihood) if likelihood > 0 else math.inf


def ex8_loss__tau_squared() -> float:
    """Return the loss with its soft term multiplied by the temperature squared, in nats."""
    return _mixed(TAU**2 * ex8_kl_TS_tau(), _hard())


def ex8_loss__student_not_tempered() -> float:
    """Return the loss with only the teacher tempered in its soft term, in nats."""
    return _mixed(ex8_kl_TS_tau__student_not_tempered(), _hard())


def ex8_loss__ce_tempered() -> float:
    """Return the loss with the cross-entropy at temperature 3 too, in nats."""
    return _mixed(ex8_kl_TS_tau(), _hard_of(ex8_p_S_tau()))


def ex8_loss__direction_swapped() -> float:
    """Return the loss with D(student‖teacher) in its soft term, in nats."""
    return _mixed(ex8_kl_ST_tau(), _hard())


ex8_loss__bits_not_nats = mistakes.in_bits(ex8_loss)
ex8_loss__log10_not_ln = mistakes.in_log10(ex8_loss)


# The same mistakes on a student's own divergence and probabilities.


def ex8_loss__tau_squared__from(kl_TS_tau: float, p_S: Vector) -> float:
    """Return the loss with this divergence multiplied by the temperature squared, in nats."""
    return ex8_loss__from(TAU**2 * kl_TS_tau, p_S)


def ex8_loss__student_not_tempered__from(kl_TS_tau: float, p_S: Vector) -> float:
    """Return the loss with D(tempered teacher‖p_S) in the place of this divergence, in nats."""
    del kl_TS_tau  # it was worked out anew
    return ex8_loss__from(ex8_kl_TS__from(ex8_p_T_tau(), p_S), p_S)


def ex8_loss__ce_tempered__from(kl_TS_tau: float, p_S: Vector) -> float:
    """Return the loss of this divergence with the cross-entropy at temperature 3, in nats."""
    del p_S
    return ex8_loss__from(kl_TS_tau, ex8_p_S_tau())


def ex8_loss__direction_swapped__from(kl_TS_tau: float, p_S: Vector) -> float:
    """Return the loss with D(student‖teacher) in the place of this divergence, in nats."""
    del kl_TS_tau
    return ex8_loss__from(ex8_kl_ST_tau(), p_S)


ex8_loss__bits_not_nats__from = mistakes.in_bits(ex8_loss__from)
ex8_loss__log10_not_ln__from = mistakes.in_log10(ex8_loss__from)
