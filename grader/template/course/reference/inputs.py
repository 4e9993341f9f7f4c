"""What students' functions are called with: each function returns rows of arguments, the simplest first."""

import numpy as np


def samples():
    """Return (y, x): values and points, spaced evenly and unevenly, increasing and decreasing."""
    written = [
        ((1.0, 1.0), (0.0, 1.0)),
        ((0.0, 2.0), (0.0, 1.0)),
        ((2.0, 1.0), (0.0, 3.0)),
        ((1.0, 2.0, 4.0), (0.0, 1.0, 3.0)),
        ((1.0, -1.0, 2.0), (2.0, 1.0, -1.0)),
    ]
    rng = np.random.default_rng(1)  # the same numbers every time
    drawn = [(rng.normal(size=size).round(3), np.sort(rng.uniform(-5, 5, size)).round(3)) for size in (6, 20)]
    return [*written, *drawn]
