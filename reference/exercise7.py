"""Exercise 7: the optimal policy under a KL penalty, its divergence, the DPO loss. Nats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from . import mistakes
from .divergences import kl, relative_entropy
from .policy import dpo_loss, kl_at_optimum, kl_from_reference, log_partition, optimal_policy

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector

PI_REF = np.array([0.6, 0.4])
REWARD = np.array([2.0, 0.0])
BETA = 0.1

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex7_policy": ("normalisation", "policy_optimality"),
    "ex7_kl_at_optimum": ("non_negativity",),
    "ex7_dpo_loss": ("non_negativity", "dpo_gradient_sign"),
    "ex7_pi_star": ("normalisation",),
    "ex7_kl_star": ("non_negativity",),
}


def _uniform(pi_ref: ArrayLike) -> Vector:
    """Return the uniform distribution, which is what a policy without its reference starts from."""
    return np.full(np.shape(pi_ref), 1 / np.size(pi_ref))


# ---------------------------------------------------------------- 7a


def ex7_policy(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> Vector:
    """Return the optimal policy, shape (n,); it does not overflow however large reward/beta is."""
    return optimal_policy(pi_ref, reward, beta)


def ex7_policy__reference_dropped(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> Vector:
    """Return softmax(reward/beta)."""
    return optimal_policy(_uniform(pi_ref), reward, beta)


def ex7_policy__beta_inverted(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> Vector:
    """Return the policy with e^(beta reward)."""
    return optimal_policy(pi_ref, reward, 1 / beta)


# ---------------------------------------------------------------- 7b


def ex7_kl_at_optimum(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return D(optimal policy‖pi_ref) in nats."""
    return kl_at_optimum(pi_ref, reward, beta)


def ex7_kl_at_optimum__log_partition_forgotten(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return E[reward]/beta under the optimal policy, in nats."""
    return kl_at_optimum(pi_ref, reward, beta) + log_partition(pi_ref, reward, beta)


def ex7_kl_at_optimum__beta_inverted(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return the divergence of the policy with e^(beta reward), in nats."""
    return kl_at_optimum(pi_ref, reward, 1 / beta)


def ex7_kl_at_optimum__direction_swapped(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return D(pi_ref‖optimal policy) in nats."""
    return kl_from_reference(pi_ref, reward, beta)


def ex7_kl_at_optimum__reference_dropped(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return the divergence of softmax(reward/beta) from the reference, in nats."""
    return kl(ex7_policy__reference_dropped(pi_ref, reward, beta), pi_ref)


ex7_kl_at_optimum__bits_not_nats = mistakes.in_bits(ex7_kl_at_optimum)
ex7_kl_at_optimum__log10_not_ln = mistakes.in_log10(ex7_kl_at_optimum)


# ---------------------------------------------------------------- 7c


def ex7_dpo_loss(logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float) -> float:
    """Return the DPO loss of one pair in nats, stable for margins of ±10⁴."""
    return dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta)


ex7_dpo_loss__bits_not_nats = mistakes.in_bits(ex7_dpo_loss)
ex7_dpo_loss__log10_not_ln = mistakes.in_log10(ex7_dpo_loss)


def ex7_dpo_loss__reference_dropped(
    logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float
) -> float:
    """Return the loss without the reference's log-probabilities, in nats."""
    del ref_logp_w, ref_logp_l
    return dpo_loss(logp_w, logp_l, 0.0, 0.0, beta)


def ex7_dpo_loss__beta_inverted(
    logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float
) -> float:
    """Return the loss with the margin divided by beta, in nats."""
    return dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, 1 / beta)


def ex7_dpo_loss__preference_swapped(
    logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float
) -> float:
    """Return the loss of preferring the other answer, in nats."""
    return dpo_loss(logp_l, logp_w, ref_logp_l, ref_logp_w, beta)


# ---------------------------------------------------------------- 7d


def ex7_pi_star() -> Vector:
    """Return the optimal policy for the given numbers; shape (2,), the second entry is about 1.4e-9."""
    return optimal_policy(PI_REF, REWARD, BETA)


def ex7_pi_star__underflow_to_zero() -> Vector:
    """Return the policy with the small probability rounded away."""
    return np.array([1.0, 0.0])


def ex7_pi_star__reference_dropped() -> Vector:
    """Return softmax(reward/beta)."""
    return ex7_policy__reference_dropped(PI_REF, REWARD, BETA)


def ex7_pi_star__beta_inverted() -> Vector:
    """Return the policy with e^(beta reward)."""
    return ex7_policy__beta_inverted(PI_REF, REWARD, BETA)


def ex7_kl_star() -> float:
    """Return D(optimal policy‖pi_ref) for the given numbers, in nats."""
    return kl_at_optimum(PI_REF, REWARD, BETA)


def ex7_kl_star__from(pi_star: Vector) -> float:
    """Return D(pi_star‖pi_ref) in nats for a policy that need not be normalised; `+inf` for a negative entry."""
    return relative_entropy(pi_star, PI_REF)


ex7_kl_star__bits_not_nats = mistakes.in_bits(ex7_kl_star)
ex7_kl_star__log10_not_ln = mistakes.in_log10(ex7_kl_star)
ex7_kl_star__bits_not_nats__from = mistakes.in_bits(ex7_kl_star__from)
ex7_kl_star__log10_not_ln__from = mistakes.in_log10(ex7_kl_star__from)


def ex7_kl_star__direction_swapped() -> float:
    """Return D(pi_ref‖optimal policy) in nats."""
    return kl_from_reference(PI_REF, REWARD, BETA)


def ex7_kl_star__direction_swapped__from(pi_star: Vector) -> float:
    """Return D(pi_ref‖pi_star) in nats; `+inf` where this policy never gives what the reference gives."""
    return relative_entropy(PI_REF, pi_star)


def ex7_kl_star__log_partition_forgotten__from(pi_star: Vector) -> float:
    """Return E[reward]/beta in nats under this policy."""
    return math.fsum(pi_star * REWARD) / BETA


def ex7_kl_star__log_partition_forgotten() -> float:
    """Return E[reward]/beta in nats."""
    return math.fsum(ex7_pi_star() * REWARD) / BETA
