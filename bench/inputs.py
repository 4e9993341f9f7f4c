"""What the functions of the benchmark's course are called on. Written into the course as its `reference/inputs.py`."""

from __future__ import annotations

import numpy as np


def pairs() -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return pairs (p, q) of distributions on two to fifty outcomes, with zeros in p and in q."""
    written: list[tuple[tuple[float, ...], tuple[float, ...]]] = [
        ((0.8, 0.2), (0.5, 0.5)),
        ((0.5, 0.5), (0.8, 0.2)),
        ((0.5, 0.5), (0.5, 0.5)),
        ((1.0, 0.0), (0.5, 0.5)),
        ((0.5, 0.5), (1.0, 0.0)),
        ((0.25, 0.75), (0.6, 0.4)),
        ((0.2, 0.3, 0.5), (0.5, 0.25, 0.25)),
    ]
    rng = np.random.default_rng(11)
    drawn = [(_draw(rng, size), _draw(rng, size)) for size in (3, 3, 4, 4, 5, 5, 6, 6, 8, 8, 8, 10, 10, 12, 12, 16, 20)]
    return [*written, *drawn, *((_draw(rng, 50), _draw(rng, 50)) for _ in range(3))]


def gaussians() -> list[tuple[float, ...]]:
    """Return (mu1, var1, mu2, var2) of two Gaussians."""
    written = [(1.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (0.0, 4.0, 0.0, 1.0), (0.0, 1.0, 0.0, 4.0)]
    rng = np.random.default_rng(12)
    drawn = zip(
        rng.normal(0, 2, 16), rng.uniform(0.1, 5, 16), rng.normal(0, 2, 16), rng.uniform(0.1, 5, 16), strict=True
    )
    return [*written, *(tuple(round(float(one), 3) for one in row) for row in drawn)]


def coins() -> list[tuple[float]]:
    """Return probabilities of heads, each with that of tails."""
    lower = (0.25, 0.1, 0.4, 0.01, 0.2, 0.3, 0.05, 0.49, 0.35, 0.15, 0.45, 0.001, 0.02)
    return [(0.5,), *((one,) for heads in lower for one in (heads, round(1 - heads, 3)))]


def _draw(rng: np.random.Generator, size: int) -> tuple[float, ...]:
    """Return `size` probabilities that are multiples of 1/1000, none of them zero."""
    shares = rng.multinomial(1000 - size, np.full(size, 1 / size)) + 1
    return tuple(int(share) / 1000 for share in shares)
