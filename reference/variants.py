"""Other data for each student, where the course says so: `variants` in `course.yaml`.

A function draws from `rng` alone, and returns all parameters of its exercise by name. What would let two known mistakes
look alike, or one look like the truth, is drawn again by whoever asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .exercise8 import Z_S, Z_T

if TYPE_CHECKING:
    from .distributions import Vector


def four_probabilities(rng: np.random.Generator) -> dict[str, Vector]:
    """Return p of exercise 1, four probabilities of whole tenths of which none is zero, and q, which is p reversed."""
    p = (1 + rng.multinomial(6, [0.25] * 4)) / 10
    return {"p": p, "q": p[::-1]}


def two_models(rng: np.random.Generator) -> dict[str, Vector | float]:
    """Return the logits of exercise 8, whole numbers, and the weight of the divergence, whole tenths."""
    teacher, student = _three_logits(rng, Z_T), _three_logits(rng, Z_S)
    return {"z_T": teacher, "z_S": student, "weight": rng.integers(3, 10) / 10}


def _three_logits(rng: np.random.Generator, printed: Vector) -> Vector:
    """Return three different logits: not the printed ones moved together, whose softmax is the same."""
    logits = printed
    while np.array_equal(np.diff(logits), np.diff(printed)):
        logits = rng.choice(np.arange(-4.0, 5.0), size=3, replace=False)
    return logits
