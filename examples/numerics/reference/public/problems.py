"""Initial value problems in source text: `np` is NumPy in it."""

from __future__ import annotations

from collections.abc import Callable

GROWTH = "lambda t, y: y"
DECAY = "lambda t, y: -2 * t * y"
OSCILLATOR = "lambda t, y: np.array([y[1], -y[0]])"
CUBICS: tuple[
    tuple[str, Callable[[float], float]], ...
] = (  # right-hand sides of degree 3 at most, with what they integrate to from 0 to t
    ("lambda t, y: np.ones(1)", lambda t: t),
    ("lambda t, y: np.array([2 * t])", lambda t: t**2),
    ("lambda t, y: np.array([3 * t**2])", lambda t: t**3),
    ("lambda t, y: np.array([4 * t**3 - 6 * t**2 + 1])", lambda t: t**4 - 2 * t**3 + t),
)


def moments(start: float, end: float, steps: int) -> tuple[float, ...]:
    """Return evenly spaced moments, in short decimals."""
    return tuple(round(start + (end - start) * step / steps, 6) for step in range(steps + 1))
