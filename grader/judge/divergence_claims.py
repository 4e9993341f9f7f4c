"""Claims about divergences, between two distributions, on the Bernoulli family and on joint tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from grader.inputs import DOMAINS, Vector, build_call, build_calls
from grader.judge.claims import (
    CannotTell,
    Claim,
    Floats,
    Names,
    Slack,
    claim_number,
    claim_relation,
    list_calls,
    list_needs,
    read_pair,
    show_call,
    show_result,
    take_one,
)
from grader.judge.values import show
from grader.model import Call

LN_2 = math.log(2.0)
CLEARLY_DIFFERENT = 0.02  # in some probability or parameter: the divergence is then far above the slack
LEAST_THETA = 1e-3  # below, the rounding of 1 - theta alone moves a divergence by more than 1e-12
DECIMALS = 12  # inputs made from others are rounded to so many, which is exact for all that are used

Pair = tuple[Vector, Vector]


def claim_non_negativity(names: Names) -> tuple[Claim, ...]:
    """D >= 0, for functions and plain numbers; each number of a tuple counts."""

    def claim(name: str, call: Call | None) -> Claim:
        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            least = min(results[0], default=0.0)
            return None if slack.is_at_most(0.0, least) else show_result(name, call, least)

        return Claim(((name, call),), broken)

    return tuple(claim(*need) for name in names for need in list_needs(name))


def claim_zero_iff_equal(names: Names) -> tuple[Claim, ...]:
    """D = 0 where the two are equal, and not where they clearly differ; nothing is said of near ones."""
    (name,) = names
    calls = list_calls(name)
    if DOMAINS[name].generator == "distribution_pairs":
        firsts = [p for p, _ in map(read_pair, calls) if len(p) in {3, 8}]
        calls = (*calls, *build_calls((p, p) for p in firsts[-4:]))
    claims = []
    for call in dict.fromkeys(calls):
        first, second = _halves(name, call)
        distance = max(abs(a - b) for a, b in zip(first, second, strict=True))
        if distance == 0:
            claims.append(claim_number(name, call, lambda number, slack: slack.is_equal(number, 0.0)))
        elif distance > CLEARLY_DIFFERENT:
            claims.append(claim_number(name, call, lambda number, slack: not slack.is_equal(number, 0.0)))
    return tuple(claims)


def _halves(name: str, call: Call) -> tuple[Floats, Floats]:
    """Return what describes the first and the second distribution of a call."""
    numbers = tuple(one for one in call.args if isinstance(one, float))
    match DOMAINS[name].generator:
        case "gaussian_to_standard":
            return numbers, (0.0, 1.0)
        case "gaussian_equal_variance":
            return numbers[:1], numbers[1:2]
        case "gaussian_pairs":
            return numbers[:2], numbers[2:]
        case "bernoulli_thetas":
            return numbers, (0.5,)
        case _:
            return read_pair(call)


def _pairs(name: str) -> list[Pair]:
    return [read_pair(call) for call in list_calls(name)]


def claim_additivity(names: Names) -> tuple[Claim, ...]:
    """D(p x p' || q x q') = D(p||q) + D(p'||q') for independent pairs."""
    words = "a first pair gives {0}, a second {1}, but the two together, as independent variables, {2}"
    small = [(p, q) for p, q in _pairs(names[0]) if len(p) <= 3 and min(q) >= 1e-3][:7]

    def product(first: Vector, second: Vector) -> Vector:
        return tuple(round(a * b, DECIMALS) for a in first for b in second)

    def claim(left: Pair, right: Pair) -> Claim:
        both = (product(left[0], right[0]), product(left[1], right[1]))
        calls = tuple(build_call(*pair) for pair in (left, right, both))
        return claim_relation(names[0], calls, words, lambda n, slack: slack.is_equal(n[0] + n[1], n[2]))

    return tuple(claim(left, right) for left, right in pairwise(small))


def claim_data_processing(names: Names) -> tuple[Claim, ...]:
    """D never grows when categories are merged."""
    words = "the divergence is {0}, but grows to {1} when the first two categories are merged into one"

    def merge(one: Vector) -> Vector:
        return (round(one[0] + one[1], DECIMALS), *one[2:])

    def claim(p: Vector, q: Vector) -> Claim:
        calls = (build_call(p, q), build_call(merge(p), merge(q)))
        return claim_relation(names[0], calls, words, lambda n, slack: slack.is_at_most(n[1], n[0]))

    return tuple(claim(p, q) for p, q in _pairs(names[0]) if 3 <= len(p) <= 8)[:8]


def claim_joint_convexity(names: Names) -> tuple[Claim, ...]:
    """D of an even mixture of two pairs is at most the mean of their D."""
    words = "two pairs give {0} and {1}, but their even mixture gives {2}, more than the mean of the two"

    def middle(a: Vector, b: Vector) -> Vector:
        return tuple(round((x + y) / 2, DECIMALS) for x, y in zip(a, b, strict=True))

    def claim(one: Pair, two: Pair) -> Claim:
        mixed = (middle(one[0], two[0]), middle(one[1], two[1]))
        calls = tuple(build_call(*pair) for pair in (one, two, mixed))
        return claim_relation(names[0], calls, words, lambda n, slack: slack.is_at_most(n[2], (n[0] + n[1]) / 2))

    claims: list[Claim] = []
    for size in (2, 3, 4, 8):
        pairs = [(p, q) for p, q in _pairs(names[0]) if len(p) == size and min(q) >= 1e-3]
        claims += [claim(one, two) for one, two in pairwise(pairs)][:3]
    return tuple(claims)


def claim_relabelling_symmetry(names: Names) -> tuple[Claim, ...]:
    """Against the fair coin, Bern(theta) and Bern(1 - theta) differ by the names of the outcomes only."""
    thetas = [theta for call in list_calls(names[0]) for theta in call.args if isinstance(theta, float)]
    words = "theta and 1 - theta give {0} and {1}"
    return tuple(
        claim_relation(
            names[0],
            (build_call(theta), build_call(round(1.0 - theta, 6))),
            words,
            lambda n, slack: slack.is_equal(n[0], n[1]),
        )
        for theta in thetas
        if LEAST_THETA <= theta < 0.5
    )


def claim_pinsker(names: Names) -> tuple[Claim, ...]:
    """TV^2 <= KL / 2, for a KL and a TV of the same arguments."""
    kl_name, tv_name = names

    def claim(call: Call) -> Claim:
        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            kl, tv = take_one(kl_name, results[0]), take_one(tv_name, results[1])
            if slack.is_at_most(tv * tv, kl / 2):
                return None
            return f"your {kl_name} gives {show(kl)} and your {tv_name} {show(tv)} for {show_call(kl_name, call)}"

        return Claim(((kl_name, call), (tv_name, call)), broken)

    return tuple(claim(call) for call in list_calls(kl_name))


def claim_at_most(limit: float) -> Callable[[Names], tuple[Claim, ...]]:
    """Return the maker of the claims that a number never exceeds `limit`."""

    def claims(names: Names) -> tuple[Claim, ...]:
        return tuple(
            claim_number(name, call, lambda number, slack: slack.is_at_most(number, limit))
            for name, call in list_needs(names[0])
        )

    return claims


def claim_chain_rule(names: Names) -> tuple[Claim, ...]:
    """The joint divergence is the marginal one plus the expected conditional one."""
    (name,) = names

    def claim(call: Call) -> Claim:
        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            if len(results[0]) != 3:
                raise CannotTell(name, f"gave {len(results[0])} numbers where three are due")
            joint, marginal, conditional = results[0]
            if slack.is_equal(joint, marginal + conditional, marginal, conditional):
                return None
            shown = ", ".join(map(show, results[0]))
            return f"your {name} gives (joint, marginal, conditional) = ({shown}) for {show_call(name, call)}"

        return Claim(((name, call),), broken)

    return tuple(claim(call) for call in list_calls(name))
