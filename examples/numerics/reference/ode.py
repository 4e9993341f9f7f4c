"""Exercise ode: the classical Runge-Kutta method, its order, its error in one step, its stability. No units.

A function whose name has two underscores gives what somebody gets who makes the known mistake behind them, or with
`__from` what follows from earlier values. Source: Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I
(1993), section II.1 (the method) and II.3 (its order); Hairer, Wanner, volume II (1996), section IV.2 (its stability).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Field = Callable[[float, Array], Array]
    Step = Callable[[Field, float, Array, float], Array]

COUNTS = (5, 10, 20, 40)  # steps from 0 to 1

# what holds for these answers, by the names of the course's theorems
THEOREMS = {"ode_rk4": ("cubic_exactness", "linearity", "energy")}


# ---------------------------------------------------------------- method


def ode_rk4(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution of y' = f(t, y), y(t[0]) = y0 by one classical Runge-Kutta step between neighbours in t.

    Args:
        f: the right-hand side; takes a number and an array of shape (d,), returns an array of shape (d,).
        y0: shape (d,).
        t: the moments, shape (n,), in any spacing, rising or falling.

    Returns:
        Shape (n, d); the first row is y0. Accuracy: rounding of the n - 1 steps.
    """
    return _integrate(_step_rk4, f, y0, t)


def _integrate(step: Step, f: Field, y0: Array, t: Array) -> Array:
    rows = [np.asarray(y0, dtype=np.float64)]
    for now, then in pairwise(t):
        rows.append(step(f, now, rows[-1], then - now))
    return np.array(rows)


def _step_rk4(f: Field, t: float, y: Array, h: float) -> Array:
    k1 = f(t, y)
    k2 = f(t + h / 2, y + h / 2 * k1)
    k3 = f(t + h / 2, y + h / 2 * k2)
    k4 = f(t + h, y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def ode_rk4__euler_for_rk4(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution by explicit Euler steps."""
    return _integrate(lambda f, t, y, h: y + h * f(t, y), f, y0, t)


def ode_rk4__half_step_forgotten(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution with a third stage at y + h k2."""

    def step(f: Field, t: float, y: Array, h: float) -> Array:
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h * k2)
        return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + f(t + h, y + h * k3))

    return _integrate(step, f, y0, t)


def ode_rk4__weights_not_normalised(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution without the factor 1/6."""
    return _integrate(lambda f, t, y, h: y + 6 * (_step_rk4(f, t, y, h) - y), f, y0, t)


def ode_rk4__time_not_advanced(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution with all stages at the beginning of the step; right where f does not depend on t."""
    return _integrate(lambda f, t, y, h: _step_rk4(lambda _, y: f(t, y), t, y, h), f, y0, t)


def ode_rk4__first_step_for_all(f: Field, y0: Array, t: Array) -> Array:
    """Return the solution with the first step size throughout; right where the moments are evenly spaced."""
    even = t[0] + (t[1] - t[0]) * np.arange(len(t)) if len(t) > 1 else t
    return _integrate(_step_rk4, f, y0, even)


# ---------------------------------------------------------------- order


def _decay(t: float, y: Array) -> Array:
    return -2 * t * y


def _find_errors(method: Callable[[Field, Array, Array], Array]) -> Array:
    """Return the errors at t = 1 for y' = -2ty, y(0) = 1, whose solution is exp(-t²)."""
    ends = [method(_decay, np.array([1.0]), np.linspace(0.0, 1.0, count + 1))[-1, 0] for count in COUNTS]
    return np.abs(np.array(ends) - math.exp(-1.0))


def ode_errors() -> Array:
    """Return the errors of the classical method at t = 1 with 5, 10, 20, 40 steps; shape (4,), to 1e-7 relative."""
    return _find_errors(ode_rk4)


def ode_errors__euler_for_rk4() -> Array:
    """Return the errors of Euler's method."""
    return _find_errors(ode_rk4__euler_for_rk4)


def ode_orders() -> Array:
    """Return the orders estimated from neighbouring errors; shape (3,)."""
    return ode_orders__from(ode_errors())


def ode_orders__from(errors: Array) -> Array:
    """Return log2 of each error divided by the next.

    Raises:
        ValueError: an error is not positive.
    """
    if errors.min() <= 0:
        raise ValueError(f"errors = {errors!r} must be positive")
    return np.log2(errors[:-1] / errors[1:])


def ode_orders__natural_logarithm() -> Array:
    """Return the natural logarithms of the quotients."""
    return ode_orders() * math.log(2.0)


def ode_order() -> int:
    """Return the order of the method, 4."""
    return ode_order__from(ode_orders())


def ode_order__from(orders: Array) -> int:
    """Return the whole number closest to the last of these estimates, which has the smallest steps.

    Raises:
        ValueError: it is not positive: no method.
    """
    order = round(float(orders[-1]))
    if order <= 0:
        raise ValueError(f"orders = {orders!r} must be positive")
    return order


# ---------------------------------------------------------------- local error


def _amplify(z: float) -> float:
    """Return the factor of one step of the classical method for y' = y with step z: Taylor's polynomial of degree 4."""
    return 1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4)))


def ode_local_error_rk4(h: float) -> float:
    """Return the error of one step of the classical method for y' = y, y(0) = 1; for h ≥ 0.1 to 1e-8 relative."""
    return math.exp(h) - _amplify(h)


def ode_local_error_euler(h: float) -> float:
    """Return the error of one step of Euler's method for y' = y, y(0) = 1; for h ≥ 0.1 to 1e-13 relative."""
    return math.expm1(h) - h


# ---------------------------------------------------------------- stability


def ode_amplification() -> str:
    """Return the factor R(z) of one step of the classical method for y' = λy, with z = hλ."""
    return "1 + z + z**2/2 + z**3/6 + z**4/24"


def ode_amplification__euler_for_rk4() -> str:
    """Return the factor of one Euler step."""
    return "1 + z"


def ode_amplification__factorials_forgotten() -> str:
    """Return the sum of the powers without their factorials."""
    return "1 + z + z**2 + z**3 + z**4"


def ode_stability_limit() -> float:
    """Return the largest x for which |R(-x)| ≤ 1: the real root of x³/24 - x²/6 + x/2 - 1, 2.785293563."""
    return float(np.roots([1.0, -4.0, 12.0, -24.0]).real.max())


def ode_stability_limit__euler_for_rk4() -> float:
    """Return the limit of Euler's method."""
    return 2.0


def ode_is_stable() -> bool:
    """Return whether steps with hλ = -2.9 are stable."""
    return ode_is_stable__from(ode_stability_limit())


def ode_is_stable__from(limit: float) -> bool:
    """Return whether this limit allows hλ = -2.9."""
    return limit >= 2.9
