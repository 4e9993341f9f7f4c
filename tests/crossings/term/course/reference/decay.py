"""The answers of the exercise `decay`."""

import math

RATE = 0.3


def half_life():
    """Return the half-life in years."""
    return math.log(2) / RATE


def half_life__base_ten():
    """Return the same with the wrong logarithm."""
    return math.log10(2) / RATE


def left():
    """Return the share that is left after two years."""
    return math.exp(-2 * RATE)
