"""The inputs on which students' functions are called: each function here returns rows of arguments.

The simplest row stands first, so that the first failing input is the simplest one. Knows nothing of expected values.
Written numbers are short decimals; drawn ones are rounded to short decimals, and a vector or table of probabilities
sums to 1 within 1e-15.

No entry of q lies between 1e-8 and 1e-3: there a harmless smoothing of 1e-10 would be told from the truth.
"""

from __future__ import annotations

import zlib

import numpy as np

Vector = tuple[float, ...]
Table = tuple[Vector, ...]

UNITS = 10_000  # drawn probabilities are multiples of 1/UNITS
LEAST_UNITS = 10  # … and at least this many of them


def _draw_rng(name: str) -> np.random.Generator:
    """Return the random source of the generator `name`: fixed by the name alone, on every machine."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def _draw_probabilities(rng: np.random.Generator, size: int) -> Vector:
    """Return `size` probabilities in short decimals, none of them zero, of very different sizes."""
    shares = rng.multinomial(UNITS - LEAST_UNITS * size, rng.dirichlet(np.full(size, 0.8)))
    return tuple(int(share) / UNITS for share in shares + LEAST_UNITS)


def distribution_pairs() -> list[tuple[Vector, Vector]]:
    """Return pairs (p, q): equal, near, disjoint, with zeros in either or both, with tiny entries, small and large."""
    half, uniform = (0.5, 0.5), (0.25, 0.25, 0.25, 0.25)
    written: list[tuple[Vector, Vector]] = [
        ((0.8, 0.2), half),
        (half, (0.8, 0.2)),
        (half, half),
        ((1.0, 0.0), half),
        (half, (1.0, 0.0)),  # +inf
        ((1.0, 0.0), (1.0, 0.0)),
        ((1.0, 0.0), (0.0, 1.0)),  # +inf, disjoint
        ((0.25, 0.75), (0.6, 0.4)),
        ((0.2, 0.3, 0.5), (0.5, 0.25, 0.25)),
        ((0.0, 0.5, 0.5), (0.5, 0.25, 0.25)),
        ((0.5, 0.5, 0.0), (0.2, 0.8, 0.0)),  # zero in both places
        ((0.5, 0.25, 0.25), (0.0, 0.5, 0.5)),  # +inf
        ((0.7, 0.1, 0.1, 0.1), uniform),
        (uniform, (0.7, 0.1, 0.1, 0.1)),
        ((0.0, 0.6, 0.4, 0.0), (0.3, 0.5, 0.2, 0.0)),
        ((0.5, 0.5, 0.0, 0.0), (0.0, 0.0, 0.5, 0.5)),  # +inf, disjoint
        ((0.500001, 0.499999), half),
        ((0.3, 0.3, 0.4), (0.3001, 0.3, 0.3999)),
        ((1e-12, 1.0 - 1e-12), (0.25, 0.75)),
        ((1e-300, 1.0), (0.5, 0.5)),
        ((0.5, 0.5), (1e-12, 1.0 - 1e-12)),
        ((0.5, 0.5), (1e-300, 1.0)),  # finite, although p/q is close to overflow
    ]
    rng = _draw_rng("distribution_pairs")
    drawn = [(_draw_probabilities(rng, size), _draw_probabilities(rng, size)) for size in (3, 5, 8, 8, 50)]
    return [*written, *drawn]


def gaussian_pairs() -> list[Vector]:
    """Return (mu1, var1, mu2, var2): equal, variances on both sides of 1, negative means, far apart."""
    written = [
        (1.0, 1.0, 0.0, 1.0),
        (0.0, 1.0, 0.0, 1.0),
        (0.0, 4.0, 0.0, 1.0),
        (0.0, 1.0, 0.0, 4.0),
        (1.0, 4.0, 0.0, 1.0),
        (0.0, 0.25, 1.0, 1.0),
        (2.0, 0.25, -1.0, 0.5),
        (-1.0, 3.0, 2.0, 5.0),
        (3.0, 2.0, 3.0, 2.0),
        (0.5, 0.1, 0.5, 0.1),
        (0.0, 1.0, 0.001, 1.0),
        (0.0, 1.01, 0.0, 1.0),
        (10.0, 0.5, -10.0, 2.0),
        (100.0, 1.0, -100.0, 9.0),
    ]
    rng = _draw_rng("gaussian_pairs")
    drawn = [(_mean(rng), _variance(rng), _mean(rng), _variance(rng)) for _ in range(6)]
    return [*written, *drawn]


def gaussian_equal_variance() -> list[Vector]:
    """Return (mu1, mu2, var): two means and the variance they share."""
    written = [
        (1.0, 0.0, 1.0),
        (0.0, 0.0, 1.0),
        (1.0, 0.0, 4.0),
        (0.0, 2.0, 0.25),
        (-1.0, 2.0, 3.0),
        (3.0, 3.0, 0.5),
        (50.0, -50.0, 2.0),
    ]
    rng = _draw_rng("gaussian_equal_variance")
    drawn = [(_mean(rng), _mean(rng), _variance(rng)) for _ in range(5)]
    return [*written, *drawn]


def gaussian_to_standard() -> list[Vector]:
    """Return (mu, var): a Gaussian to be compared with N(0, 1), which is among them."""
    written = [
        (1.0, 1.0),
        (0.0, 1.0),
        (0.0, 4.0),
        (0.0, 0.25),
        (2.0, 0.5),
        (-1.0, 3.0),
        (0.01, 1.0),
        (100.0, 0.1),
        (0.0, 0.001),
    ]
    rng = _draw_rng("gaussian_to_standard")
    drawn = [(_mean(rng), _variance(rng)) for _ in range(5)]
    return [*written, *drawn]


def joint_tables() -> list[tuple[Table, Table]]:
    """Return (P, Q), joint tables with X along the rows: never symmetric, never square only, some with zeros in P."""
    even = ((0.25, 0.25), (0.25, 0.25))
    written: list[tuple[Table, Table]] = [
        (((0.5, 0.1), (0.3, 0.1)), even),
        (((0.1, 0.2), (0.3, 0.4)), even),
        (((0.1, 0.2), (0.3, 0.4)), ((0.4, 0.1), (0.2, 0.3))),
        (((0.1, 0.2), (0.3, 0.4)), ((0.1, 0.2), (0.3, 0.4))),  # equal: all three terms are 0
        (((0.5, 0.0), (0.2, 0.3)), even),
        (((0.1, 0.2, 0.3), (0.05, 0.05, 0.3)), ((0.2, 0.2, 0.1), (0.1, 0.15, 0.25))),
        (((0.1, 0.3), (0.2, 0.05), (0.05, 0.3)), ((0.2, 0.1), (0.1, 0.3), (0.2, 0.1))),
        (((0.0, 0.4, 0.1), (0.2, 0.0, 0.3)), ((0.1, 0.2, 0.3), (0.1, 0.1, 0.2))),
    ]
    rng = _draw_rng("joint_tables")
    drawn = [(_draw_table(rng, shape), _draw_table(rng, shape)) for shape in ((2, 3), (3, 2), (4, 2), (3, 5))]
    # Q(x, y) = 0 < P(x, y) with both marginals positive: joint and conditional are +inf, the marginal is finite.
    infinite = [(((0.1, 0.2), (0.3, 0.4)), ((0.0, 0.5), (0.2, 0.3)))]
    return [*written, *drawn, *infinite]


def bernoulli_thetas() -> list[Vector]:
    """Return parameters in (0, 1), each with its mirror image 1 - theta."""
    lower = (0.25, 0.1, 0.4, 0.01, 0.2, 0.3, 0.05, 0.49, 0.35, 0.15, 0.499, 0.001, 1e-6)
    mirrored = [(theta, round(1.0 - theta, 6)) for theta in lower]
    return [(theta,) for theta in (0.5, *(one for pair in mirrored for one in pair))]


def encoder_phis() -> list[Vector]:
    """Return the 41 points of a regular grid over [-1, 3], the roundest first."""
    simplest = (0.0, 1.0, 0.5, 2.0, -1.0, 3.0, 1.5, -0.5, 2.5)
    grid = tuple(step / 10 for step in range(-10, 31))
    return [(phi,) for phi in dict.fromkeys((*simplest, *grid))]


def policy_problems() -> list[tuple[Vector, Vector, float]]:
    """Return (pi_ref, reward, beta): two to five actions, rewards up to 2000 beta, with and without a shift."""
    written: list[tuple[Vector, Vector, float]] = [
        ((0.5, 0.5), (1.0, 0.0), 1.0),
        ((0.5, 0.5), (0.0, 0.0), 1.0),
        ((0.75, 0.25), (0.0, 1.0), 1.0),
        ((0.8, 0.2), (0.0, 0.0), 0.5),
        ((0.8, 0.2), (1.0, 2.0), 2.0),
        ((0.5, 0.3, 0.2), (1.0, 0.0, -1.0), 1.0),
        ((0.5, 0.3, 0.2), (0.0, 0.1, 0.2), 0.1),
        ((0.25, 0.25, 0.25, 0.25), (0.0, 1.0, 2.0, 3.0), 1.0),
        ((0.1, 0.2, 0.3, 0.4), (2.0, 1.0, 0.5, 0.0), 0.5),
        ((0.1, 0.2, 0.3, 0.25, 0.15), (-1.0, 0.5, 0.0, 0.3, 1.2), 0.3),
        ((0.3, 0.7), (100.0, 101.0), 1.0),
        ((0.999, 0.001), (0.0, 5.0), 1.0),
        ((0.5, 0.5), (200.0, 0.0), 0.1),  # exp(2000) overflows
        ((0.3, 0.7), (-200.0, 0.0), 0.1),  # exp(-2000) underflows
        ((0.2, 0.5, 0.3), (2000.0, 1999.0, 0.0), 1.0),
    ]
    rng = _draw_rng("policy_problems")
    for size in (3, 5):
        reward = tuple(round(float(value), 2) for value in rng.normal(0.0, 1.0, size))
        written.append((_draw_probabilities(rng, size), reward, 0.4))
    return written


def preference_pairs() -> list[Vector]:
    """Return (logp_w, logp_l, ref_logp_w, ref_logp_l, beta): margins of both signs, none, and of ten thousand."""
    written = [
        (0.0, 0.0, 0.0, 0.0, 1.0),
        (-1.0, -2.0, -1.0, -1.0, 1.0),
        (-2.0, -1.0, -1.0, -1.0, 1.0),
        (-1.0, -1.0, -2.0, -1.0, 1.0),
        (-1.0, -1.0, -1.0, -3.0, 1.0),
        (-1.0, -3.0, -2.0, -2.5, 0.1),
        (-3.0, -1.0, -2.0, -2.5, 0.1),
        (-2.0, -5.0, -4.0, -3.0, 0.5),
        (-12.0, -10.0, -11.0, -14.0, 0.5),
        (-1.0, -2.0, -3.0, -5.0, 2.0),
        (-30.0, -60.0, -50.0, -40.0, 1.0),
        (-60.0, -30.0, -40.0, -50.0, 1.0),
        (-10000.0, 0.0, 0.0, 0.0, 1.0),  # a margin of -10^4: the loss is 10^4
        (0.0, -10000.0, 0.0, 0.0, 1.0),
        (-10050.0, -50.0, -60.0, -60.0, 0.1),
    ]
    rng = _draw_rng("preference_pairs")
    drawn = [(*(round(float(one), 2) for one in -rng.gamma(2.0, 3.0, 4)), 0.3) for _ in range(5)]
    return [*written, *drawn]


def _mean(rng: np.random.Generator) -> float:
    return round(float(rng.normal(0.0, 2.0)), 3)


def _variance(rng: np.random.Generator) -> float:
    return round(float(rng.uniform(0.1, 5.0)), 3)


def _draw_table(rng: np.random.Generator, shape: tuple[int, int]) -> Table:
    rows, columns = shape
    flat = _draw_probabilities(rng, rows * columns)
    return tuple(flat[row * columns : (row + 1) * columns] for row in range(rows))
