"""The inputs on which students' functions are called: each function here returns rows of arguments.

The simplest row stands first, so that the first failing input is the simplest one. Knows nothing of expected values.
"""

from __future__ import annotations

import zlib

import numpy as np

from .public.problems import DECAY, GROWTH, OSCILLATOR, moments

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


def lower_triangular_systems() -> list[tuple[Matrix, Vector]]:
    """Return (L, b): one to eight unknowns, diagonal entries of both signs between 1 and 3, none of them all ones."""
    written: list[tuple[Matrix, Vector]] = [
        (((2.0,),), (6.0,)),
        (((2.0, 0.0), (0.0, 4.0)), (2.0, 2.0)),
        (((2.0, 0.0), (1.0, -1.0)), (2.0, 3.0)),
        (((1.0, 0.0, 0.0), (2.0, 1.0, 0.0), (3.0, -1.0, 2.0)), (1.0, 0.0, 4.0)),
        (((2.0, 0.0, 0.0), (0.0, -2.0, 0.0), (1.0, 0.0, 3.0)), (0.0, 0.0, 0.0)),
    ]
    rng = np.random.default_rng(zlib.crc32(b"lower_triangular_systems"))
    return [*written, *(_draw_system(rng, size) for size in (3, 4, 5, 8))]


def _draw_system(rng: np.random.Generator, size: int) -> tuple[Matrix, Vector]:
    """Return a system with short decimals; its condition number stays below 1e4."""
    lower = np.tril(rng.uniform(-1.0, 1.0, (size, size)), -1)
    lower += np.diag(rng.choice((-1.0, 1.0), size) * rng.uniform(1.0, 3.0, size))
    rows = tuple(tuple(round(float(entry), 2) for entry in row) for row in lower)
    return rows, tuple(round(float(entry), 2) for entry in rng.uniform(-5.0, 5.0, size))


def initial_value_problems() -> list[tuple[str, Vector, Vector]]:
    """Return (f, y0, t): one to three unknowns, with and without t in f, even and uneven steps, also backwards."""
    rows: list[tuple[str, Vector, Vector]] = [
        (GROWTH, (1.0,), (0.0, 1.0)),
        (GROWTH, (1.0,), moments(0.0, 1.0, 10)),
        (DECAY, (1.0,), (0.0, 0.5, 1.0)),
        (GROWTH, (1.0, -2.0), (0.0, 0.5, 1.0)),
        (OSCILLATOR, (1.0, 0.0), moments(0.0, 2.0, 20)),
        ("lambda t, y: y * (1 - y)", (0.1,), moments(0.0, 4.0, 16)),
        ("lambda t, y: np.cos(t) * y", (1.0,), (0.0, 0.1, 0.3, 0.6, 1.0)),  # uneven
        (GROWTH, (1.0,), (1.0, 0.5, 0.0)),  # backwards
        ("lambda t, y: t**2 - y", (0.0,), (1.0, 1.25, 1.5)),  # not from 0 on
        (
            "lambda t, y: np.array([y[0] * (1 - y[1]), y[1] * (y[0] - 1)])",
            (2.0, 1.0),
            moments(0.0, 3.0, 30),
        ),
        ("lambda t, y: np.array([y[1], y[2], np.sin(t) - y[0]])", (1.0, 0.0, 0.5), (0.0, 0.2, 0.5, 0.6)),
        (GROWTH, (3.0,), (0.0,)),  # one moment: nothing to do
    ]
    return rows
