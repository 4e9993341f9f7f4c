"""The examples on which students may try their functions: few, simple, and none of them one that grading uses.

Each function here returns rows of arguments, the simplest first. Knows nothing of expected values.
"""

from __future__ import annotations

Vector = tuple[float, ...]
Table = tuple[Vector, ...]


def example_pairs() -> list[tuple[Vector, Vector]]:
    """Return pairs (p, q) of distributions on two to four symbols, zeros among them."""
    return [
        ((0.7, 0.3), (0.4, 0.6)),
        ((0.9, 0.1), (0.5, 0.5)),
        ((0.2, 0.8), (0.65, 0.35)),
        ((0.5, 0.3, 0.2), (0.2, 0.5, 0.3)),
        ((0.6, 0.2, 0.2), (0.3, 0.3, 0.4)),
        ((0.0, 0.7, 0.3), (0.4, 0.4, 0.2)),
        ((0.0, 0.35, 0.65), (0.0, 0.55, 0.45)),
        ((0.3, 0.7), (0.0, 1.0)),
        ((0.15, 0.2, 0.3, 0.35), (0.3, 0.3, 0.2, 0.2)),
        ((0.15, 0.35, 0.25, 0.25), (0.4, 0.1, 0.2, 0.3)),
    ]


def example_gaussians() -> list[Vector]:
    """Return (mu1, var1, mu2, var2), none of them given in an exercise."""
    return [(0.5, 1.0, 0.0, 2.0), (0.0, 0.5, 0.0, 3.0), (-1.0, 2.5, 1.0, 1.5), (2.0, 0.8, 1.5, 0.8)]


def example_gaussians_of_one_variance() -> list[Vector]:
    """Return (mu1, mu2, var): two means and the variance they share."""
    return [(0.5, 0.0, 2.0), (-1.5, 1.0, 0.5), (3.0, 2.5, 1.0)]


def example_gaussians_against_the_standard_one() -> list[Vector]:
    """Return (mu, var): a Gaussian to be compared with N(0, 1)."""
    return [(0.5, 2.0), (-1.5, 0.5), (3.0, 1.2)]


def example_tables() -> list[tuple[Table, Table]]:
    """Return (P, Q), joint tables of two and of three columns."""
    return [
        (((0.2, 0.1), (0.3, 0.4)), ((0.25, 0.25), (0.25, 0.25))),
        (((0.1, 0.3), (0.5, 0.1)), ((0.3, 0.2), (0.1, 0.4))),
        (((0.2, 0.1, 0.1), (0.3, 0.1, 0.2)), ((0.1, 0.2, 0.2), (0.2, 0.2, 0.1))),
    ]


def example_thetas() -> list[Vector]:
    """Return success probabilities, with 1 - theta beside each."""
    return [(theta,) for theta in (0.28, 0.72, 0.12, 0.88, 0.45, 0.55, 0.03, 0.97)]


def example_phis() -> list[Vector]:
    """Return encoder coefficients between -1 and 3."""
    return [(phi,) for phi in (0.25, 0.75, 1.25, -0.65, 2.15)]


def example_policies() -> list[tuple[Vector, Vector, float]]:
    """Return (pi_ref, reward, beta) of two and three actions, one with rewards that exp cannot take."""
    return [
        ((0.5, 0.5), (1.0, 2.0), 1.0),
        ((0.7, 0.3), (0.5, 1.0), 0.5),
        ((0.4, 0.4, 0.2), (0.0, 1.0, 0.5), 0.8),
        ((0.4, 0.6), (150.0, 0.0), 0.1),
    ]


def example_preferences() -> list[Vector]:
    """Return (logp_w, logp_l, ref_logp_w, ref_logp_l, beta), one with a margin far from zero."""
    return [(-1.5, -2.0, -1.0, -2.5, 1.0), (-3.0, -2.0, -2.5, -2.0, 0.5), (-9000.0, 0.0, 0.0, 0.0, 1.0)]
