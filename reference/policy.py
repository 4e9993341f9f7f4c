"""Policies that trade reward against divergence from a reference policy, and the loss that fits them to preferences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .distributions import finite, positive, probabilities, real_array
from .divergences import total

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector


def optimal_policy(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> Vector:
    """Return the policy that maximises E[reward] - beta D(policy‖pi_ref): pi_ref e^(reward/beta) / Z.

    Args:
        pi_ref: probabilities, shape (n,).
        reward: finite numbers, shape (n,).
        beta: weight of the divergence in units of reward a nat, greater than 0.

    Returns:
        Probabilities, shape (n,).

    Raises:
        ValueError: unequal shapes, a `beta` of 0 or less, entries that are not finite, or no distribution.

    Conventions:
        Outcomes that `pi_ref` excludes stay excluded, whatever their reward.

    Accuracy:
        Relative error below 1e-15 (1 + |reward|/beta) an entry that does not underflow; nothing overflows.

    Source:
        Rafailov et al. (2023), Direct preference optimization, equation 4 and appendix A.1.
    """
    reference, tilt = _tilt(pi_ref, reward, beta)
    weights = reference * np.exp(tilt)
    return np.asarray(weights / total(weights), dtype=np.float64)


def log_partition(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return ln Z = ln Σ pi_ref e^(reward/beta), a pure number.

    Args:
        pi_ref: probabilities, shape (n,).
        reward: finite numbers, shape (n,).
        beta: greater than 0.

    Returns:
        A float; infinite only where reward/beta itself leaves the doubles.

    Raises:
        ValueError: as `optimal_policy`.

    Conventions:
        Outcomes that `pi_ref` excludes do not count.

    Accuracy:
        Absolute error below 1e-15 (1 + |reward|/beta).

    Source:
        Rafailov et al. (2023), Direct preference optimization, equation 4.
    """
    reference, tilt = _tilt(pi_ref, reward, beta)
    best = float(real_array(reward, "reward")[reference > 0].max())
    return best / beta + math.log(total(reference * np.exp(tilt)))


def kl_at_optimum(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return D(optimal policy‖pi_ref) = E[reward]/beta - ln Z in nats.

    Args:
        pi_ref: probabilities, shape (n,).
        reward: finite numbers, shape (n,).
        beta: greater than 0.

    Returns:
        A float in [0, -ln of the smallest positive reference probability].

    Raises:
        ValueError: as `optimal_policy`.

    Conventions:
        `0 ln 0` = 0.

    Accuracy:
        Absolute error below 1e-14: rewards are measured from the best one, so no two large numbers are subtracted.

    Source:
        Rafailov et al. (2023), Direct preference optimization, appendix A.1; Donsker and Varadhan (1975).
    """
    reference, tilt = _tilt(pi_ref, reward, beta)
    weights = reference * np.exp(tilt)
    partition = total(weights)
    alive = weights > 0
    return max(0.0, total(weights[alive] * tilt[alive]) / partition - math.log(partition))


def kl_from_reference(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> float:
    """Return D(pi_ref‖optimal policy) = ln Z - E_ref[reward]/beta in nats: the other direction of `kl_at_optimum`.

    Args:
        pi_ref: probabilities, shape (n,).
        reward: finite numbers, shape (n,).
        beta: greater than 0.

    Returns:
        A float of 0 or more.

    Raises:
        ValueError: as `optimal_policy`.

    Conventions:
        Finite also where the optimal policy underflows: it is worked out from logarithms.

    Accuracy:
        Absolute error below 1e-15 (1 + the spread of reward/beta).

    Source:
        Follows from Rafailov et al. (2023), equation 4.
    """
    reference, tilt = _tilt(pi_ref, reward, beta)
    alive = reference > 0
    return max(0.0, math.log(total(reference * np.exp(tilt))) - total(reference[alive] * tilt[alive]))


def dpo_loss(logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float) -> float:
    """Return the DPO loss -ln σ(beta ((logp_w - ref_logp_w) - (logp_l - ref_logp_l))) of one pair, in nats.

    Args:
        logp_w: log-probability of the preferred answer under the policy.
        logp_l: that of the other answer.
        ref_logp_w: log-probability of the preferred answer under the reference.
        ref_logp_l: that of the other answer.
        beta: greater than 0.

    Returns:
        A float of 0 or more; ln 2 at margin 0.

    Raises:
        ValueError: a `beta` of 0 or less, NaN, an infinity.

    Conventions:
        A margin of -10⁴ gives 10⁴, one of +10⁴ gives 0 (the true value underflows).

    Accuracy:
        Relative error below 2e-15 (1 + beta times the largest log-probability).

    Source:
        Rafailov et al. (2023), Direct preference optimization, equation 7.
    """
    gain_w = finite(logp_w, "logp_w") - finite(ref_logp_w, "ref_logp_w")
    gain_l = finite(logp_l, "logp_l") - finite(ref_logp_l, "ref_logp_l")
    return float(np.logaddexp(0.0, -positive(beta, "beta") * (gain_w - gain_l)))


def _tilt(pi_ref: ArrayLike, reward: ArrayLike, beta: float) -> tuple[Vector, Vector]:
    """Return the reference and reward/beta measured from the best reward that the reference allows (so at most 0)."""
    reference, rewards = probabilities(pi_ref, "pi_ref"), real_array(reward, "reward")
    if reference.ndim != 1 or reference.shape != rewards.shape:
        raise ValueError(
            f"pi_ref has the shape {reference.shape} and reward {rewards.shape}; equal vectors were expected"
        )
    with np.errstate(over="ignore"):
        tilt = (rewards - rewards[reference > 0].max()) / positive(beta, "beta")
    return reference, np.where(reference > 0, tilt, 0.0)
