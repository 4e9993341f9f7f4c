"""The examples on which students may try their functions: few, simple, and none of them one that grading uses."""

from __future__ import annotations

from .problems import OSCILLATOR

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


def example_systems() -> list[tuple[Matrix, Vector]]:
    """Return (L, b): one to three unknowns."""
    return [
        (((4.0,),), (2.0,)),
        (((3.0, 0.0), (0.0, 2.0)), (6.0, 1.0)),
        (((2.0, 0.0), (3.0, 4.0)), (1.0, 2.0)),
        (((2.0, 0.0, 0.0), (1.0, -2.0, 0.0), (0.5, 1.0, 3.0)), (2.0, 1.0, -1.0)),
    ]


def example_problems() -> list[tuple[str, Vector, Vector]]:
    """Return (f, y0, t): one and two unknowns, even and uneven steps."""
    return [
        ("lambda t, y: -y", (2.0,), (0.0, 0.5, 1.0)),
        ("lambda t, y: t - y", (1.0, 3.0), (0.0, 0.25, 1.0)),
        (OSCILLATOR, (0.0, 2.0), (0.0, 0.3, 0.4, 0.8)),
    ]
