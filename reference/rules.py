"""This course's own rules: is the grid of 3b one, are the minima minima, does smoothing hide an infinite value.

What chance may do is computed from the true standard error at the number of samples that the exercise asks for, never
from the student's own spread. A rule gets plain data, `rule(value, used, options)`, and returns a verdict as a dict.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .mixture import curve_minimum, reverse_kl_curve, standard_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Used = Mapping[str, Mapping[str, Any]]
    Options = Mapping[str, Any]
    Verdict = dict[str, Any]

ROUNDING = 1e-9  # of a grid step: -3 + 60 * 0.1 is not 3 in binary
TRUTHS = 64  # true curves that are remembered
FAR = 10.0  # no minimum of the mixture lies further out, and the true curve overflows somewhere beyond
SAFE_Q = 1e-8  # smoothing by less than this changes nothing that the tolerance can see


def grid(value: Any, used: Used, options: Options) -> Verdict:
    """Judge an array of `at_least` to `at_most` increasing values that run from about `low` to about `high`.

    The ends have to lie within one grid step of `low` and `high`.
    """
    del used
    fault = _find_fault(value, options)
    if fault is not None:
        return {"share": 0, **fault}
    shown = f"has {value.size} increasing values from {_show(value[0])} to {_show(value[-1])}"
    return {"share": 1, "code": "grid.ok", "message": f"ex3_mu_grid {shown}"}


def minima(value: Any, used: Used, options: Options) -> Verdict:
    """Judge whether one negative and one positive place are given at which the true curve is lowest, within chance."""
    wrong = _find_infinite(value)
    if wrong is not None:
        return {"share": 0, "code": wrong[0], "message": f"ex3_minima {wrong[1]}"}
    variance, note = _choose_variance(used, options)
    shown = f"ex3_minima = [{_show(value[0])}, {_show(value[1])}]"
    if not value.min() < 0 < value.max():
        return _no_minima(f"{shown}, but should be one negative and one positive place{note}")
    if np.abs(value).max() > FAR:
        return _no_minima(f"{shown}: this lies far outside the grid on which to look{note}")
    samples = options["samples"]
    lowest = _minimum(variance)
    true, errors = _truth(value.tobytes(), variance, samples)
    above = (true - lowest) / errors
    if not np.isfinite(above).all():  # NaN compares as if it were within every bound: it must not become a verdict
        raise ArithmeticError("the minimum of the true curve: expected a finite number")
    detail = f"standard errors above the minimum: {', '.join(map(_show, above))}"
    if np.all(above <= options["standard_errors"]):
        message = f"{shown}: both are minima, as far as {samples} samples can tell{note}"
        return {"share": 1, "code": "minima.found", "message": message}
    highest = value[int(np.argmax(above))]
    message = f"{shown}: at {_show(highest)} the curve is still clearly above its lowest value{note}"
    return _no_minima(message, detail)


def smoothing_hides_inf(trials: Sequence[Mapping[str, Any]]) -> int | None:
    """Recognise a divergence that is finite wherever the truth is not, and right wherever q is not tiny.

    Whatever was added or masked. Returns the first trial whose true value is infinite.
    """
    infinite = [place for place, trial in enumerate(trials) if _is_infinite(trial["expected"])]
    if not infinite:
        return None
    for trial in trials:
        if trial["result"] is None or _is_infinite(trial["result"]):
            return None
        if _has_safe_q(trial["args"]) and not trial["agrees"]:
            return None
    return infinite[0]


# ---------------------------------------------------------------- what the student gave


def _show(number: float) -> str:
    return f"{number:.9g}"


def _find_infinite(value: Any) -> tuple[str, str] | None:
    """Return code and words where an entry is infinite."""
    infinite = list(map(math.isinf, value.ravel().tolist()))
    if not any(infinite):
        return None
    return "value.infinite", f"has an entry [{infinite.index(True)}] that is infinite"


def _find_fault(value: Any, options: Options) -> Verdict | None:
    """Return why an array is no such grid, with its code; None where it is one."""
    infinite = _find_infinite(value)
    if infinite is not None:
        return {"code": infinite[0], "message": f"ex3_mu_grid {infinite[1]}"}
    words = _describe_fault(value, options)
    return (
        None if words is None else {"code": "grid.refused", "category": "malformed", "message": f"ex3_mu_grid {words}"}
    )


def _describe_fault(value: Any, options: Options) -> str | None:
    if value.ndim != 1:
        return f"has {value.ndim} dimensions, but should have one"
    if not options["at_least"] <= value.size <= options["at_most"]:
        return f"has {value.size} values, but should have {options['at_least']} to {options['at_most']}"
    with np.errstate(over="ignore"):
        steps = np.diff(value)
    if not np.all(steps > 0):
        index = int(np.argmin(steps > 0))
        return f"does not increase: {_show(value[index])} is followed by {_show(value[index + 1])} at index {index}"
    # The median: a first value far outside makes a first step as large as it likes.
    step = float(np.median(steps))
    for end, due in ((value[0], options["low"]), (value[-1], options["high"])):
        if abs(end - due) > step * (1 + ROUNDING):
            return f"ends at {_show(end)}, more than one grid step from {_show(due)}"
    return None


def _choose_variance(used: Used, options: Options) -> tuple[float, str]:
    """Return the declared variance; the default where none is declared, and with a note where it is refused."""
    declared, default = used["ex3_var_q"], options["default_variance"]
    then = f"; so the variance {_show(default)} was used"
    if declared["problem"]:
        return default, f" (your ex3_var_q {declared['problem']}{then})"
    if declared["value"] is None:
        return default, ""
    number, (low, high) = declared["value"], options["variance_range"]
    if not low <= number <= high:
        said = f"= {_show(number)} is not between {_show(low)} and {_show(high)}"
        return default, f" (your ex3_var_q {said}{then})"
    return number, ""


def _is_infinite(numbers: Any) -> bool:
    return any(map(math.isinf, numbers)) if isinstance(numbers, tuple) else math.isinf(numbers)


def _has_safe_q(args: Sequence[Any]) -> bool:
    """Return whether all entries of the second distribution are at least `SAFE_Q`."""
    return len(args) < 2 or not isinstance(args[1], tuple) or bool(np.all(np.array(args[1]) >= SAFE_Q))


# ---------------------------------------------------------------- what is true


@lru_cache(maxsize=TRUTHS)  # many students of a class choose the same places
def _truth(places: bytes, variance: float, samples: int) -> tuple[Array, Array]:
    """Return the true curve at some places, and the true standard errors of an honest estimate of it."""
    mu = np.frombuffer(places)
    return reverse_kl_curve(mu, variance), standard_errors(mu, variance, samples)


@lru_cache(maxsize=TRUTHS)
def _minimum(variance: float) -> float:
    return float(curve_minimum(variance))


def _no_minima(message: str, detail: str = "") -> Verdict:
    return {"share": 0, "code": "minima.wrong", "message": message, "detail": detail}
