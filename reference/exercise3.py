"""Exercise 3: forward against reverse KL, for p = ½ N(-2, ¼) + ½ N(2, ¼). Nats; second parameters are variances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reference.mixture import (
    MODE,
    MODE_VARIANCE,
    best_mean,
    curve_minimum,
    reverse_fit,
    reverse_kl_curve,
    standard_errors,
)

if TYPE_CHECKING:
    from reference.distributions import Vector

__all__ = [
    "curve_minimum", "ex3_direction", "ex3_minima", "ex3_mu_star", "ex3_var_star", "ex3_var_star__direction_swapped",
    "reverse_kl_curve", "standard_errors",
]  # fmt: skip


def ex3_mu_star() -> float:
    """Return the mean of the forward-KL Gaussian: the mean of p."""
    return 0.0


def ex3_var_star() -> float:
    """Return the variance of the forward-KL Gaussian: the variance of p, within plus between its modes."""
    return MODE_VARIANCE + MODE**2


def ex3_var_star__direction_swapped() -> float:
    """Return the variance of the reverse-KL Gaussian, which sits on one mode."""
    return reverse_fit().var


def ex3_minima() -> Vector:
    """Return the two means at which D(N(mu, ¼)‖p) is smallest; shape (2,), the negative one first."""
    best = best_mean(MODE_VARIANCE)
    return np.array([-best, best])


def ex3_direction() -> str:
    """Return the direction that maximum likelihood minimises, D(p‖q)."""
    return "forward"
