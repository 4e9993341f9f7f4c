"""What students get who go wrong: makers of wrong answers from right ones, each returning a function of the same kind.

A maker keeps the signature of what it is given. Wrong answers never raise where the right one does not; they are `inf`
where that is what the mistake gives.
"""

from __future__ import annotations

import math
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from scipy.special import rel_entr

from .distributions import distribution_pair
from .divergences import total

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    Pairwise = Callable[[ArrayLike, ArrayLike], float]

Params = ParamSpec("Params")
BIT_NATS = math.log(2)
DIT_NATS = math.log(10)


def scaled(answer: Callable[Params, float], factor: float) -> Callable[Params, float]:
    """Return `answer` multiplied by `factor`.

    Args:
        answer: any function to a float.
        factor: greater than 0.

    Returns:
        A function with the same parameters.

    Raises:
        Nothing; the function raises what `answer` raises.

    Conventions:
        Infinite answers stay infinite.

    Accuracy:
        One rounding.

    Source:
        None needed.
    """

    @wraps(answer)
    def wrong(*args: Params.args, **kwargs: Params.kwargs) -> float:
        return answer(*args, **kwargs) * factor

    return wrong


def in_bits(answer: Callable[Params, float]) -> Callable[Params, float]:
    """Return `answer` worked out with log2 instead of ln."""
    return scaled(answer, 1 / BIT_NATS)


def in_log10(answer: Callable[Params, float]) -> Callable[Params, float]:
    """Return `answer` worked out with log10 instead of ln."""
    return scaled(answer, 1 / DIT_NATS)


def without_half(answer: Callable[Params, float]) -> Callable[Params, float]:
    """Return `answer` without the factor one half in front of it."""
    return scaled(answer, 2.0)


def squared_root_taken(answer: Callable[Params, float]) -> Callable[Params, float]:
    """Return the square root of `answer`, as a metric would have it."""

    @wraps(answer)
    def wrong(*args: Params.args, **kwargs: Params.kwargs) -> float:
        return math.sqrt(answer(*args, **kwargs))

    return wrong


def swapped(answer: Pairwise) -> Pairwise:
    """Return `answer` with its two distributions exchanged."""

    @wraps(answer)
    def wrong(p: ArrayLike, q: ArrayLike) -> float:
        return answer(q, p)

    return wrong


def smoothed_kl(p: ArrayLike, q: ArrayLike, smoothing: float = 1e-10) -> float:
    """Return the KL divergence after adding `smoothing` to every probability, in nats: finite where +inf is true.

    Args:
        p: probabilities, any shape but a scalar's.
        q: probabilities, the same shape.
        smoothing: what is added to every entry of both, greater than 0.

    Returns:
        A finite float.

    Raises:
        ValueError: as `reference.divergences.kl`.

    Conventions:
        The smoothed vectors are not normalised again.

    Accuracy:
        Absolute error below 1e-14 for the wrong value, which is what is wanted.

    Source:
        A common habit in numerical notebooks.
    """
    first, second = distribution_pair(p, q)
    return total(rel_entr(first + smoothing, second + smoothing))
