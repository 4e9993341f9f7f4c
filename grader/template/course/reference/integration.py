"""The answers of the exercise `integration`, and the wrong ones that its checks recognise.

A function is named like the answer that it gives. `<answer>__<mistake>` gives what a student gets who makes a mistake.
"""

from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[1] / "data" / "speed.csv"
KMH_PER_MS = 3.6  # kilometres per hour in one metre per second


def read_speed():
    """Return the moments in s and the speeds in km/h."""
    return np.loadtxt(DATA, delimiter=",", skiprows=1, unpack=True)


def trapezoid(y, x):
    """Return the integral of y over x by the trapezoidal rule."""
    return float(np.sum(np.diff(x) * (y[:-1] + y[1:]) / 2))


def trapezoid__left_endpoint(y, x):
    """Return the sum of width times left value."""
    return float(np.sum(np.diff(x) * y[:-1]))


def trapezoid__even_spacing(y, x):
    """Return the rule with the width of the first interval for all of them."""
    return float(np.sum((x[1] - x[0]) * (y[:-1] + y[1:]) / 2))


def distance():
    """Return the distance in m."""
    time, speed = read_speed()
    return trapezoid(speed / KMH_PER_MS, time)


def distance__left_endpoint():
    """Return the distance in m by the left values."""
    time, speed = read_speed()
    return trapezoid__left_endpoint(speed / KMH_PER_MS, time)


def distance__unit_not_converted():
    """Return the integral of km/h over s."""
    time, speed = read_speed()
    return trapezoid(speed, time)


def mean_speed():
    """Return the mean speed in m/s."""
    return mean_speed__from(distance())


def mean_speed__from(distance):
    """Return the mean speed in m/s that goes with a distance in m: what is right for a student's own distance."""
    time, _ = read_speed()
    return distance / (time[-1] - time[0])


def mean_speed__mean_of_samples():
    """Return the mean of the measured speeds in m/s."""
    _, speed = read_speed()
    return float(np.mean(speed)) / KMH_PER_MS
