"""Exercise 3: forward against reverse KL, for p = ½ N(-2, ¼) + ½ N(2, ¼). Nats; second parameters are variances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .mixture import MODE, MODE_VARIANCE, best_mean, reverse_fit, reverse_kl_curve, standard_errors

if TYPE_CHECKING:
    from .distributions import Vector


SAMPLES = 1000  # at each mean, as the exercise asks


def ex3_mu_star() -> float:
    """Return the mean of the forward-KL Gaussian: the mean of p."""
    return 0.0


def ex3_var_star() -> float:
    """Return the variance of the forward-KL Gaussian: the variance of p, within plus between its modes."""
    return MODE_VARIANCE + MODE**2


def ex3_var_star__direction_swapped() -> float:
    """Return the variance of the reverse-KL Gaussian, which sits on one mode."""
    return reverse_fit().var


def ex3_mu_grid() -> Vector:
    """Return a grid of means from -3 to 3; shape (61,)."""
    return np.linspace(-3.0, 3.0, 61)


def ex3_mu_grid__backwards() -> Vector:
    """Return the grid from its end."""
    return ex3_mu_grid()[::-1].copy()


def ex3_mu_grid__too_short() -> Vector:
    """Return the first values of the grid alone."""
    return ex3_mu_grid()[:5]


def ex3_reverse_kl() -> Vector:
    """Return the true curve D(N(mu, ¼)‖p) on the grid, in nats; shape (61,)."""
    return reverse_kl_curve(ex3_mu_grid(), MODE_VARIANCE)


def ex3_reverse_kl_law(mu_grid: Vector, variance: float) -> dict[str, Vector]:
    """Return the true curve at these means and the true standard error of an honest estimate from 1000 samples, nats.

    That is the larger of those of the two honest estimators, mean(ln q - ln p) and exact entropy - mean(ln p).
    """
    true, errors = reverse_kl_curve(mu_grid, variance), standard_errors(mu_grid, variance, SAMPLES)
    return {"value": true, "standard_error": errors}


def ex3_reverse_kl__shifted() -> Vector:
    """Return the curve with a constant too much, in nats."""
    return ex3_reverse_kl() + 1.0


def ex3_reverse_kl__forward() -> Vector:
    """Return a parabola, the form that the forward divergence has in mu, in nats."""
    return ex3_mu_grid() ** 2


def ex3_minima() -> Vector:
    """Return the two means at which D(N(mu, ¼)‖p) is smallest; shape (2,), the negative one first."""
    best = best_mean(MODE_VARIANCE)
    return np.array([-best, best])


def ex3_minima__same_side() -> Vector:
    """Return the positive minimum twice."""
    best = best_mean(MODE_VARIANCE)
    return np.array([best, best])


def ex3_minima__too_far_out() -> Vector:
    """Return two places where the curve is already high."""
    return np.array([-3.0, 3.0])


def ex3_direction() -> str:
    """Return the direction that maximum likelihood minimises, D(p‖q)."""
    return "forward"
