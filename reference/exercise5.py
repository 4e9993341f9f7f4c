"""Exercise 5: four divergences between p = Bern(theta) and q = Bern(½), theta a float in (0, 1). Nats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from . import mistakes
from .divergences import jensen_shannon, kl, total_variation
from .entropy import cross_entropy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .distributions import Vector

    Calls = Sequence[tuple[tuple[float, ...], float]]

FAIR = np.array([0.5, 0.5])
SMALL_THETA = 0.01
PINSKER_SLACK = 1e-6  # what a student's own functions may be off by

# what holds for these answers, by the names of the course's theorems
THEOREMS = {
    "ex5_kl": ("non_negativity", "relabelling_symmetry", "pinsker"),
    "ex5_reverse_kl": ("non_negativity", "relabelling_symmetry"),
    "ex5_tv": ("non_negativity", "relabelling_symmetry"),
    "ex5_jsd": ("non_negativity", "relabelling_symmetry", "jsd_at_most_ln2"),
}


def bernoulli(theta: float) -> Vector:
    """Return (theta, 1 - theta); a `ValueError` unless 0 < theta < 1."""
    if not 0 < theta < 1:
        raise ValueError(f"theta = {theta!r} ({type(theta).__name__}) must lie between 0 and 1, ends excluded")
    return np.array([theta, 1.0 - theta])


# ---------------------------------------------------------------- 5a


def ex5_kl(theta: float) -> float:
    """Return D(p‖q) in nats: ln 2 minus the entropy of p, at most ln 2."""
    return kl(bernoulli(theta), FAIR)


def ex5_reverse_kl(theta: float) -> float:
    """Return D(q‖p) in nats: -½ ln(4 theta (1 - theta)), without bound."""
    return kl(FAIR, bernoulli(theta))


def ex5_tv(theta: float) -> float:
    """Return the total variation distance |theta - ½|."""
    return total_variation(bernoulli(theta), FAIR)


def ex5_jsd(theta: float) -> float:
    """Return the Jensen-Shannon divergence in nats, below ¾ ln(4/3) on this family."""
    return jensen_shannon(bernoulli(theta), FAIR)


def ex5_kl__direction_swapped(theta: float) -> float:
    """Return D(q‖p) in nats."""
    return ex5_reverse_kl(theta)


def ex5_reverse_kl__direction_swapped(theta: float) -> float:
    """Return D(p‖q) in nats."""
    return ex5_kl(theta)


def ex5_kl__cross_entropy_for_kl(theta: float) -> float:
    """Return the cross-entropy of q under p in nats, which is ln 2 whatever theta."""
    return cross_entropy(bernoulli(theta), FAIR)


def ex5_reverse_kl__cross_entropy_for_kl(theta: float) -> float:
    """Return the cross-entropy of p under q in nats."""
    return cross_entropy(FAIR, bernoulli(theta))


def ex5_jsd__jeffreys_for_jsd(theta: float) -> float:
    """Return half the sum of both KL divergences, in nats."""
    return (ex5_kl(theta) + ex5_reverse_kl(theta)) / 2


ex5_kl__bits_not_nats = mistakes.in_bits(ex5_kl)
ex5_kl__log10_not_ln = mistakes.in_log10(ex5_kl)
ex5_reverse_kl__bits_not_nats = mistakes.in_bits(ex5_reverse_kl)
ex5_reverse_kl__log10_not_ln = mistakes.in_log10(ex5_reverse_kl)
ex5_tv__tv_without_half = mistakes.without_half(ex5_tv)
ex5_jsd__jsd_without_half = mistakes.without_half(ex5_jsd)
ex5_jsd__bits_not_nats = mistakes.in_bits(ex5_jsd)
ex5_jsd__log10_not_ln = mistakes.in_log10(ex5_jsd)
ex5_jsd__jsd_square_root = mistakes.squared_root_taken(ex5_jsd)


# ---------------------------------------------------------------- 5b


def ex5_pinsker_slack(theta: float) -> float:
    """Return ½ D(p‖q) - TV² (nats), 0 or more by Pinsker's inequality."""
    return ex5_pinsker_slack__from(ex5_kl(theta), ex5_tv(theta))


def ex5_pinsker_slack__from(kl: float, tv: float) -> float:
    """Return ½ kl - tv² of these two numbers."""
    return kl / 2 - tv * tv


def ex5_pinsker_slack__bits_not_nats(theta: float) -> float:
    """Return the slack with the divergence in bits."""
    return ex5_pinsker_slack__from(ex5_kl__bits_not_nats(theta), ex5_tv(theta))


def ex5_pinsker_slack__log10_not_ln(theta: float) -> float:
    """Return the slack with the divergence to base 10."""
    return ex5_pinsker_slack__from(ex5_kl__log10_not_ln(theta), ex5_tv(theta))


def ex5_pinsker_slack__tv_without_half(theta: float) -> float:
    """Return the slack with twice the total variation."""
    return ex5_pinsker_slack__from(ex5_kl(theta), ex5_tv__tv_without_half(theta))


def ex5_pinsker_slack__tv_not_squared(theta: float) -> float:
    """Return ½ D(p‖q) - TV."""
    return ex5_kl(theta) / 2 - ex5_tv(theta)


def ex5_pinsker_slack__direction_swapped(theta: float) -> float:
    """Return the slack with D(q‖p)."""
    return ex5_pinsker_slack__from(ex5_reverse_kl(theta), ex5_tv(theta))


def ex5_pinsker_slack__bits_not_nats__from(kl_nats: float, tv: float) -> float:
    """Return the slack of this divergence, converted to bits, and this total variation."""
    return ex5_pinsker_slack__from(kl_nats / mistakes.BIT_NATS, tv)


def ex5_pinsker_slack__log10_not_ln__from(kl_nats: float, tv: float) -> float:
    """Return the slack of this divergence, converted to logarithms to base 10, and this total variation."""
    return ex5_pinsker_slack__from(kl_nats / mistakes.DIT_NATS, tv)


def ex5_pinsker_slack__tv_without_half__from(kl_nats: float, tv: float) -> float:
    """Return the slack of this divergence and twice this total variation."""
    return ex5_pinsker_slack__from(kl_nats, 2 * tv)


def ex5_pinsker_slack__tv_not_squared__from(kl_nats: float, tv: float) -> float:
    """Return half this divergence minus this total variation."""
    return kl_nats / 2 - tv


def ex5_pinsker_holds() -> bool:
    """Return that Pinsker's inequality holds for every theta."""
    return True


def ex5_pinsker_holds__from(kl_calls: Calls, tv_calls: Calls) -> bool:
    """Return whether Pinsker's inequality holds at every input that two lists of (arguments, result) share.

    Raises:
        ValueError: they share no input, so nothing can be said.
    """
    distances = dict(tv_calls)
    slacks = [ex5_pinsker_slack__from(result, distances[args]) for args, result in kl_calls if args in distances]
    if not slacks:
        raise ValueError("the calls of ex5_kl and ex5_tv share no input")
    return all(slack >= -PINSKER_SLACK for slack in slacks)


# ---------------------------------------------------------------- 5c


def ex5_symmetric() -> frozenset[str]:
    """Return the divergences that are symmetric in their arguments."""
    return frozenset({"tv", "jsd"})


def ex5_bounded() -> frozenset[str]:
    """Return the divergences that are bounded for all p and q (on this family the forward KL is too)."""
    return frozenset({"tv", "jsd"})


def ex5_asymmetric() -> frozenset[str]:
    """Return the divergences that are not symmetric."""
    return frozenset({"kl", "reverse_kl"})


# ---------------------------------------------------------------- 5d

Values = dict[str, float]


def ex5_at_001() -> Values:
    """Return the four divergences at theta = 0.01: kl, reverse_kl, jsd in nats, tv without unit."""
    functions = {"kl": ex5_kl, "reverse_kl": ex5_reverse_kl, "tv": ex5_tv, "jsd": ex5_jsd}
    return {name: function(SMALL_THETA) for name, function in functions.items()}


def ex5_at_001__direction_swapped() -> Values:
    """Return the values with the two KL divergences exchanged."""
    return ex5_at_001() | {"kl": ex5_reverse_kl(SMALL_THETA), "reverse_kl": ex5_kl(SMALL_THETA)}


def ex5_at_001__bits_not_nats() -> Values:
    """Return the values with everything that has a unit in bits."""
    return _in_other_unit(mistakes.in_bits)


def ex5_at_001__log10_not_ln() -> Values:
    """Return the values with log10 wherever there is a logarithm."""
    return _in_other_unit(mistakes.in_log10)


def _in_other_unit(convert: Callable[[Callable[[float], float]], Callable[[float], float]]) -> Values:
    functions = {"kl": ex5_kl, "reverse_kl": ex5_reverse_kl, "jsd": ex5_jsd}
    return ex5_at_001() | {name: convert(function)(SMALL_THETA) for name, function in functions.items()}


def ex5_at_001__tv_without_half() -> Values:
    """Return the values with twice the total variation."""
    return ex5_at_001() | {"tv": ex5_tv__tv_without_half(SMALL_THETA)}


def ex5_at_001__jsd_without_half() -> Values:
    """Return the values with twice the Jensen-Shannon divergence."""
    return ex5_at_001() | {"jsd": ex5_jsd__jsd_without_half(SMALL_THETA)}


def ex5_at_001__jeffreys_for_jsd() -> Values:
    """Return the values with half the Jeffreys divergence for the Jensen-Shannon divergence."""
    return ex5_at_001() | {"jsd": ex5_jsd__jeffreys_for_jsd(SMALL_THETA)}


def ex5_at_001__jsd_square_root() -> Values:
    """Return the values with the Jensen-Shannon distance, its square root, for the divergence."""
    return ex5_at_001() | {"jsd": math.sqrt(ex5_jsd(SMALL_THETA))}
