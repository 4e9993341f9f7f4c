"""Exercise 2: the divergence between Gaussians, whose second parameter is a variance. Nats."""

from __future__ import annotations

from . import mistakes
from .gaussian import gaussian_cross_entropy, gaussian_kl

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex2_kl_gaussian": ("non_negativity", "zero_iff_equal"),
    "ex2_kl_12": ("non_negativity",),
    "ex2_kl_21": ("non_negativity",),
    "ex2_kl_equal_var": ("non_negativity",),
    "ex2_kl_to_standard": ("non_negativity",),
}

# ---------------------------------------------------------------- 2a


def ex2_kl_gaussian(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return D(N(mu1, var1)‖N(mu2, var2)) in nats."""
    return gaussian_kl(mu1, var1, mu2, var2)


ex2_kl_gaussian__bits_not_nats = mistakes.in_bits(ex2_kl_gaussian)
ex2_kl_gaussian__log10_not_ln = mistakes.in_log10(ex2_kl_gaussian)
ex2_kl_gaussian__missing_half = mistakes.without_half(ex2_kl_gaussian)


def ex2_kl_gaussian__direction_swapped(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return D(N(mu2, var2)‖N(mu1, var1)) in nats."""
    return gaussian_kl(mu2, var2, mu1, var1)


def ex2_kl_gaussian__sd_for_variance(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return the divergence when the variances are taken for standard deviations, in nats."""
    return gaussian_kl(mu1, var1 * var1, mu2, var2 * var2)


def ex2_kl_gaussian__cross_entropy_for_kl(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return the cross-entropy, which still contains the entropy of the first Gaussian, in nats."""
    return gaussian_cross_entropy(mu1, var1, mu2, var2)


# ---------------------------------------------------------------- 2b


def ex2_kl_12() -> float:
    """Return D(N(1, 2)‖N(0, 1)) = 1 - ½ ln 2 in nats."""
    return ex2_kl_gaussian(1.0, 2.0, 0.0, 1.0)


def ex2_kl_21() -> float:
    """Return D(N(0, 1)‖N(1, 2)) = ½ ln 2 in nats."""
    return ex2_kl_gaussian(0.0, 1.0, 1.0, 2.0)


def ex2_kl_12__direction_swapped() -> float:
    """Return D(N(0, 1)‖N(1, 2)) in nats."""
    return ex2_kl_21()


def ex2_kl_21__direction_swapped() -> float:
    """Return D(N(1, 2)‖N(0, 1)) in nats."""
    return ex2_kl_12()


ex2_kl_12__bits_not_nats = mistakes.in_bits(ex2_kl_12)
ex2_kl_12__log10_not_ln = mistakes.in_log10(ex2_kl_12)
ex2_kl_12__missing_half = mistakes.without_half(ex2_kl_12)
ex2_kl_21__bits_not_nats = mistakes.in_bits(ex2_kl_21)
ex2_kl_21__log10_not_ln = mistakes.in_log10(ex2_kl_21)
ex2_kl_21__missing_half = mistakes.without_half(ex2_kl_21)


def ex2_kl_12__sd_for_variance() -> float:
    """Return D(N(1, 2²)‖N(0, 1)) in nats."""
    return ex2_kl_gaussian__sd_for_variance(1.0, 2.0, 0.0, 1.0)


def ex2_kl_21__sd_for_variance() -> float:
    """Return D(N(0, 1)‖N(1, 2²)) in nats."""
    return ex2_kl_gaussian__sd_for_variance(0.0, 1.0, 1.0, 2.0)


def ex2_kl_12__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of N(0, 1) under N(1, 2) in nats."""
    return gaussian_cross_entropy(1.0, 2.0, 0.0, 1.0)


def ex2_kl_21__cross_entropy_for_kl() -> float:
    """Return the cross-entropy of N(1, 2) under N(0, 1) in nats."""
    return gaussian_cross_entropy(0.0, 1.0, 1.0, 2.0)


def ex2_equal() -> bool:
    """Return that the two directions differ."""
    return False


# ---------------------------------------------------------------- 2c


def ex2_kl_equal_var(mu1: float, mu2: float, var: float) -> float:
    """Return D(N(mu1, var)‖N(mu2, var)) = (mu1 - mu2)²/(2 var) in nats, half the squared Mahalanobis distance."""
    return gaussian_kl(mu1, var, mu2, var)


ex2_kl_equal_var__missing_half = mistakes.without_half(ex2_kl_equal_var)
ex2_kl_equal_var__bits_not_nats = mistakes.in_bits(ex2_kl_equal_var)
ex2_kl_equal_var__log10_not_ln = mistakes.in_log10(ex2_kl_equal_var)


def ex2_kl_equal_var__sd_for_variance(mu1: float, mu2: float, var: float) -> float:
    """Return the divergence when the variance is taken for a standard deviation, in nats."""
    return ex2_kl_equal_var(mu1, mu2, var * var)


# ---------------------------------------------------------------- 2d


def ex2_kl_to_standard(mu: float, var: float) -> float:
    """Return D(N(mu, var)‖N(0, 1)) = ½ (mu² + var - ln var - 1) in nats."""
    return gaussian_kl(mu, var, 0.0, 1.0)


ex2_kl_to_standard__bits_not_nats = mistakes.in_bits(ex2_kl_to_standard)
ex2_kl_to_standard__log10_not_ln = mistakes.in_log10(ex2_kl_to_standard)
ex2_kl_to_standard__missing_half = mistakes.without_half(ex2_kl_to_standard)


def ex2_kl_to_standard__direction_swapped(mu: float, var: float) -> float:
    """Return D(N(0, 1)‖N(mu, var)) in nats."""
    return gaussian_kl(0.0, 1.0, mu, var)


def ex2_kl_to_standard__sd_for_variance(mu: float, var: float) -> float:
    """Return the divergence when the variance is taken for a standard deviation, in nats."""
    return gaussian_kl(mu, var * var, 0.0, 1.0)


def ex2_kl_to_standard__cross_entropy_for_kl(mu: float, var: float) -> float:
    """Return the cross-entropy of N(0, 1) under N(mu, var) in nats."""
    return gaussian_cross_entropy(mu, var, 0.0, 1.0)


def ex2_kl_at_standard() -> float:
    """Return D(N(0, 1)‖N(0, 1)) = 0 nats."""
    return 0.0


def ex2_kl_at_standard__cross_entropy_for_kl() -> float:
    """Return the entropy of N(0, 1), ½ ln(2πe) nats."""
    return gaussian_cross_entropy(0.0, 1.0, 0.0, 1.0)
