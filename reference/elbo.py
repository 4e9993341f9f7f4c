"""The evidence lower bound of a linear Gaussian model: z from N(0, 1), x from N(z, noise), in nats."""

from __future__ import annotations

import math
from typing import NamedTuple

from .distributions import finite, positive
from .gaussian import gaussian_kl


class Gaussian(NamedTuple):
    """N(mean, var): the second entry is a variance."""

    mean: float
    var: float


def reconstruction(x: float, noise: float, encoder: Gaussian) -> float:
    """Return the mean of ln N(x; z, noise) for z from `encoder`, in nats, all constants kept.

    Args:
        x: the observation.
        noise: variance of the likelihood, greater than 0.
        encoder: the distribution of z.

    Returns:
        A float of either sign.

    Raises:
        ValueError: a variance that is 0 or less, NaN, an infinity.

    Conventions:
        What exceeds the largest double is `-inf`.

    Accuracy:
        A few ulps of the larger of its two terms.

    Source:
        Kingma and Welling (2014), Auto-encoding variational Bayes, section 2.2.
    """
    variance, spread = positive(noise, "noise"), positive(encoder.var, "encoder.var")
    gap = finite(x, "x") - finite(encoder.mean, "encoder.mean")
    return -(math.log(2 * math.pi) + math.log(variance) + (gap * gap + spread) / variance) / 2


def elbo(x: float, noise: float, encoder: Gaussian) -> float:
    """Return the evidence lower bound, `reconstruction` minus D(encoder‖N(0, 1)), in nats.

    Args:
        x: the observation.
        noise: variance of the likelihood, greater than 0.
        encoder: the distribution of z.

    Returns:
        A float, at most `log_evidence(x, noise)`, and equal to it for `encoder = posterior(x, noise)`.

    Raises:
        ValueError: as `reconstruction`.

    Conventions:
        As `reconstruction`.

    Accuracy:
        A few ulps of the largest of its terms.

    Source:
        Kingma and Welling (2014), Auto-encoding variational Bayes, equation 3 and appendix B.
    """
    return reconstruction(x, noise, encoder) - gaussian_kl(encoder.mean, encoder.var, 0.0, 1.0)


def log_evidence(x: float, noise: float) -> float:
    """Return ln N(x; 0, 1 + noise), the log-density of the observation, in nats.

    Args:
        x: the observation.
        noise: variance of the likelihood, greater than 0.

    Returns:
        A float of either sign.

    Raises:
        ValueError: as `reconstruction`.

    Conventions:
        What exceeds the largest double is `-inf`.

    Accuracy:
        A few ulps of the larger of its two terms.

    Source:
        Bishop, Pattern Recognition and Machine Learning (2006), equation 2.115.
    """
    spread, observed = 1 + positive(noise, "noise"), finite(x, "x")
    return -(math.log(2 * math.pi) + math.log(spread) + observed * observed / spread) / 2


def posterior(x: float, noise: float) -> Gaussian:
    """Return the distribution of z given `x`: N(x/(1+noise), noise/(1+noise)).

    Args:
        x: the observation.
        noise: variance of the likelihood, greater than 0.

    Returns:
        Mean and variance.

    Raises:
        ValueError: as `reconstruction`.

    Conventions:
        None.

    Accuracy:
        Two roundings.

    Source:
        Bishop, Pattern Recognition and Machine Learning (2006), equation 2.116.
    """
    spread = 1 + positive(noise, "noise")
    return Gaussian(finite(x, "x") / spread, noise / spread)
