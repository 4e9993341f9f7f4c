"""The answers of the exercise `circle`."""

import math

DIAMETER = 3.0


def area():
    """Return the area."""
    return area_of(DIAMETER / 2)


def area__diameter_for_radius():
    """Return the area of a circle of twice the size."""
    return area_of(DIAMETER)


def girth():
    """Return the circumference."""
    return math.pi * DIAMETER


def area_of(radius):
    """Return the area of a circle."""
    return math.pi * radius**2
