"""Areas of shapes."""

import numpy as np


def twice(area):
    """Return twice an area."""
    return 2 * area


def root(values):
    """Return the Cholesky factor of a matrix."""
    return np.linalg.cholesky(values)
