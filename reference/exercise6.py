"""Exercise 6: the ELBO at x = 2 with likelihood N(z, 0.1), encoder N(phi x, 0.5), prior N(0, 1). Nats, variances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from . import mistakes
from .elbo import Gaussian, elbo, reconstruction
from .gaussian import gaussian_kl

if TYPE_CHECKING:
    from collections.abc import Sequence

    Calls = Sequence[tuple[tuple[float, ...], float]]

X = 2.0
NOISE = 0.1
SPREAD = 0.5
PHI_LOW, PHI_HIGH = -1.0, 3.0

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex6_elbo": ("elbo_below_evidence",),
    "ex6_reconstruction": ("elbo_decomposition",),
    "ex6_kl_term": ("non_negativity",),
}


def encoder(phi: float, var: float = SPREAD) -> Gaussian:
    """Return the encoder's distribution of z for the observation."""
    return Gaussian(phi * X, var)


# ---------------------------------------------------------------- 6a, 6b


def ex6_elbo(phi: float) -> float:
    """Return the ELBO in nats, all constants kept."""
    return elbo(X, NOISE, encoder(phi))


def ex6_elbo__sd_for_variance(phi: float) -> float:
    """Return the ELBO with both variances taken for standard deviations, in nats."""
    return elbo(X, NOISE**2, encoder(phi, SPREAD**2))


def ex6_elbo__missing_half(phi: float) -> float:
    """Return the ELBO with twice the KL term, in nats."""
    return ex6_reconstruction(phi) - ex6_kl_term__missing_half(phi)


ex6_elbo__bits_not_nats = mistakes.in_bits(ex6_elbo)
ex6_elbo__log10_not_ln = mistakes.in_log10(ex6_elbo)


def ex6_reconstruction(phi: float) -> float:
    """Return the expected log-likelihood in nats; the additive constant is -½ ln(2π 0.1)."""
    return reconstruction(X, NOISE, encoder(phi))


def ex6_reconstruction__sd_for_variance(phi: float) -> float:
    """Return the expected log-likelihood with both variances taken for standard deviations, in nats."""
    return reconstruction(X, NOISE**2, encoder(phi, SPREAD**2))


def ex6_reconstruction__missing_half(phi: float) -> float:
    """Return the reconstruction with the quadratic divided by the variance only, not by twice it; in nats."""
    constant = -math.log(2 * math.pi * NOISE) / 2
    return 2 * (ex6_reconstruction(phi) - constant) + constant


def ex6_kl_term(phi: float) -> float:
    """Return D(N(2 phi, 0.5)‖N(0, 1)) in nats."""
    return gaussian_kl(*encoder(phi), 0.0, 1.0)


def ex6_kl_term__sd_for_variance(phi: float) -> float:
    """Return the KL term with the encoder's variance taken for a standard deviation, in nats."""
    return gaussian_kl(*encoder(phi, SPREAD**2), 0.0, 1.0)


def ex6_kl_term__direction_swapped(phi: float) -> float:
    """Return D(N(0, 1)‖N(2 phi, 0.5)) in nats."""
    return gaussian_kl(0.0, 1.0, *encoder(phi))


ex6_kl_term__missing_half = mistakes.without_half(ex6_kl_term)
ex6_kl_term__bits_not_nats = mistakes.in_bits(ex6_kl_term)
ex6_kl_term__log10_not_ln = mistakes.in_log10(ex6_kl_term)


# ---------------------------------------------------------------- 6c


def ex6_phi_star() -> float:
    """Return the maximiser 1/(1 + 0.1) = 10/11 of the ELBO: the encoder's mean is the posterior's."""
    return 10 / 11


def ex6_phi_star__sd_for_variance() -> float:
    """Return the maximiser 1/(1 + 0.1²) for a likelihood whose variance is taken for a standard deviation."""
    return 1 / (1 + NOISE**2)


def ex6_phi_star__from(calls: Calls) -> float:
    """Return the maximiser on [-1, 3] of a function given as a list of (arguments, result).

    It is the vertex of the parabola through the three highest points, which is exact for every ELBO of this form;
    the highest point itself where those three do not open downwards.

    Raises:
        ValueError: fewer than three points of the interval have a finite value.
    """
    points = [(args[0], value) for args, value in calls if PHI_LOW <= args[0] <= PHI_HIGH and math.isfinite(value)]
    highest = sorted(dict(points).items(), key=lambda point: -point[1])[:3]
    if len(highest) < 3:
        raise ValueError(
            f"{len(highest)} finite values of ex6_elbo on [{PHI_LOW}, {PHI_HIGH}]; at least 3 were expected"
        )
    return min(max(_vertex(*highest), PHI_LOW), PHI_HIGH)


def _vertex(best: tuple[float, float], *others: tuple[float, float]) -> float:
    """Return where the parabola through three points is highest; `best` itself where it does not open downwards."""
    (x0, y0), (x1, y1), (x2, y2) = (best, *others)
    slope_1, slope_2 = (y1 - y0) / (x1 - x0), (y2 - y0) / (x2 - x0)
    bend = (slope_2 - slope_1) / (x2 - x1)
    if not (np.isfinite(bend) and bend < 0):
        return x0
    return x0 - (slope_1 - bend * (x1 - x0)) / (2 * bend)


# ---------------------------------------------------------------- 6d


def ex6_phi_limit() -> float:
    """Return the limit of 1/(1 + variance) for a likelihood variance that goes to 0."""
    return 1.0


def ex6_collapse() -> bool:
    """Return that the posterior does not collapse: the KL term goes to 7/4 + (ln 2)/2, not to 0."""
    return False
