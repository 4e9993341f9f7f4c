"""Theorems about divergences, probabilities and policies that need nothing but the student's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from .claims import (
    Args,
    Floats,
    Instance,
    Names,
    Rows,
    Tolerance,
    as_floats,
    claim_relation,
    inconclusive,
    list_needs,
    show,
    show_result,
)

LEAST_THETA = 1e-3  # below, the rounding of 1 - theta alone moves a divergence by more than 1e-12
DECIMALS = 12  # inputs made from others are rounded to so many, which is exact for all that are used
ROUNDED = 5e-4  # a typed-in entry may have been rounded to three decimals, as the course allows
STEP = 0.05  # the share of the probability that a perturbation moves
MODERATE = 5.0  # below this margin (times beta) the preference loss falls visibly

Vector = tuple[float, ...]
Pair = tuple[Vector, Vector]


# ---------------------------------------------------------------- divergences


def non_negativity(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """No number of the student's own is negative: of functions and plain answers, each number of a tuple."""
    allowed = Tolerance(slack)

    def claim(name: str, args: Args | None) -> Instance:
        def counterexample(result: float | Floats) -> str | None:
            least = min(as_floats(result), default=0.0)
            return None if allowed.is_at_most(0.0, least) else show_result(name, args, least)

        return [(name, args)], counterexample

    yield from (claim(*need) for need in list_needs(names, inputs))


def additivity(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """D(p x p' || q x q') = D(p||q) + D(p'||q') for independent pairs."""
    allowed = Tolerance(slack)
    words = "a first pair gives %s, a second %s, but the two together, as independent variables, %s"
    small = [(p, q) for p, q in inputs if len(p) <= 3 and min(q) >= 1e-3][:7]

    def product(first: Vector, second: Vector) -> Vector:
        return tuple(round(a * b, DECIMALS) for a in first for b in second)

    for left, right in pairwise(small):
        both = (product(left[0], right[0]), product(left[1], right[1]))
        yield claim_relation(names[0], (left, right, both), words, lambda n: allowed.is_equal(n[0] + n[1], n[2]))


def data_processing(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """D never grows when categories are merged."""
    allowed = Tolerance(slack)
    words = "the divergence is %s, but grows to %s when the first two categories are merged into one"

    def merge(one: Vector) -> Vector:
        return (round(one[0] + one[1], DECIMALS), *one[2:])

    for p, q in [(p, q) for p, q in inputs if 3 <= len(p) <= 8][:8]:
        calls = ((p, q), (merge(p), merge(q)))
        yield claim_relation(names[0], calls, words, lambda n: allowed.is_at_most(n[1], n[0]))


def joint_convexity(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """D of an even mixture of two pairs is at most the mean of their D."""
    allowed = Tolerance(slack)
    words = "two pairs give %s and %s, but their even mixture gives %s, more than the mean of the two"

    def middle(a: Vector, b: Vector) -> Vector:
        return tuple(round((x + y) / 2, DECIMALS) for x, y in zip(a, b, strict=True))

    for size in (2, 3, 4, 8):
        pairs = [(p, q) for p, q in inputs if len(p) == size and min(q) >= 1e-3]
        for one, two in list(pairwise(pairs))[:3]:
            mixed = (middle(one[0], two[0]), middle(one[1], two[1]))
            yield claim_relation(
                names[0], (one, two, mixed), words, lambda n: allowed.is_at_most(n[2], (n[0] + n[1]) / 2)
            )


def relabelling_symmetry(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """Against the fair coin, Bern(theta) and Bern(1 - theta) differ by the names of the outcomes only."""
    allowed = Tolerance(slack)
    for (theta,) in inputs:
        if LEAST_THETA <= theta < 0.5:
            calls = ((theta,), (round(1.0 - theta, 6),))
            words = "theta and 1 - theta give %s and %s"
            yield claim_relation(names[0], calls, words, lambda n: allowed.is_equal(n[0], n[1]))


# ---------------------------------------------------------------- probabilities


def normalisation(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """Probabilities are not negative and sum to one."""

    def claim(name: str, args: Args | None) -> Instance:
        def counterexample(result: float | Floats) -> str | None:
            numbers = as_floats(result)
            allowed = Tolerance(slack if args is not None else max(slack, ROUNDED * len(numbers) / 2))
            fault = find_fault(numbers, allowed)
            where = "" if args is None else " for {0}"
            return None if fault is None else f"your {name}{where} {fault}"

        return [(name, args)], counterexample

    yield from (claim(*need) for need in list_needs(names, inputs))


def find_fault(probabilities: Floats, allowed: Tolerance) -> str | None:
    """Return why these are no probabilities, as a predicate; None if they are."""
    least = min(probabilities, default=0.0)
    if not allowed.is_at_most(0.0, least):
        return f"has the entry {show(least)}"
    total = sum(probabilities)
    return None if allowed.is_equal(total, 1.0) else f"sums to {show(total)}"


# ---------------------------------------------------------------- ELBO


def elbo_decomposition(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """ELBO - (reconstruction - KL term) is the same constant for all encoders."""
    allowed = Tolerance(slack)
    first, *others = inputs

    def counterexample(*numbers: float) -> Any:
        gaps = [elbo - (fit - kl) for elbo, fit, kl in (numbers[:3], numbers[3:])]
        if any(map(math.isinf, numbers)):
            return inconclusive(names[0], "or one of its two terms is infinite")
        if allowed.is_equal(gaps[0], gaps[1], *numbers):
            return None
        return (
            f"your {names[0]} minus ({names[1]} - {names[2]}) is {show(gaps[0])} at {{0}}, but {show(gaps[1])} at {{3}}"
        )

    yield from (([(name, at, 1) for at in (first, args) for name in names], counterexample) for args in others)


# ---------------------------------------------------------------- policy


Problem = tuple[Floats, Floats, float]
Fault = Callable[[Floats, Problem, Tolerance], "str | None"]  # what is wrong with a policy, as a predicate


def policy_optimality(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The policy is a distribution, and mixing in a little of another one does not raise J."""
    return claim_policies(names, inputs, slack, (find_improvement,))


def claim_policies(names: Names, inputs: Rows, slack: float, faults: Sequence[Fault]) -> Iterator[Instance]:
    """Yield the claims that each policy is a distribution and has none of these faults, the first of which is told."""
    (name,) = names
    allowed = Tolerance(slack)

    def claim(problem: Any) -> Instance:
        actions = len(problem[0])

        def counterexample(result: float | Floats) -> Any:
            policy = as_floats(result)
            if len(policy) != actions:
                return inconclusive(name, f"gave {len(policy)} numbers for {actions} actions")
            fault = find_fault(policy, allowed)
            fault = fault or next(filter(None, (find(policy, problem, allowed) for find in faults)), None)
            return f"your {name} for {{0}} {fault}" if fault else None

        return [(name, problem)], counterexample

    yield from map(claim, inputs)


def list_actions(policy: Floats, problem: Problem) -> list[tuple[float, float, float, float]]:
    """Return policy, reference, reward and beta of each action."""
    reference, rewards, beta = problem
    return [(pi, ref, reward, beta) for pi, ref, reward in zip(policy, reference, rewards, strict=True)]


def find_improvement(policy: Floats, problem: Problem, allowed: Tolerance) -> str | None:
    """Return how moving some probability raises the objective: towards each action, and towards pi_ref."""
    reference, rewards, beta = problem
    size = len(policy)
    before = _compute_objective(policy, problem)
    # An error e in every probability costs at most about e (|reward| + beta |ln e|) for each action.
    scale = sum(map(abs, rewards)) + 20.0 * beta * size
    for target in (*_list_corners(size), reference):
        moved = tuple((1 - STEP) * one + STEP * goal for one, goal in zip(policy, target, strict=True))
        after = _compute_objective(moved, problem)
        if not allowed.is_at_most(after, before, scale):
            shown = f"from {show(before)} to {show(after)}"
            return f"can be improved: mixing in {STEP:.0%} of other actions raises E[reward] - beta KL {shown}"
    return None


@cache
def _list_corners(size: int) -> tuple[Floats, ...]:
    """Return the policies that are sure of one action."""
    return tuple(tuple(float(i == k) for i in range(size)) for k in range(size))


def _compute_objective(policy: Floats, problem: Problem) -> float:
    """Return E[reward] - beta KL(pi || pi_ref) in units of reward, with 0 ln 0 = 0."""
    return math.fsum(
        pi * reward - beta * pi * math.log(pi / ref)
        for pi, ref, reward, beta in list_actions(policy, problem)
        if pi > 0
    )


# ---------------------------------------------------------------- preference loss


def dpo_gradient_sign(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The preference loss falls as the preferred answer becomes more likely."""
    allowed = Tolerance(slack)
    words = "the loss goes from %s to %s when logp_w rises by 1"

    for args in inputs:
        logp_w, logp_l, ref_w, ref_l, beta = args
        margin = beta * ((logp_w - ref_w) - (logp_l - ref_l))
        raised = (logp_w + 1.0, logp_l, ref_w, ref_l, beta)
        # Far out on either side the loss is flat, or its fall is lost in its size: there it must not rise. Elsewhere
        # any fall will do: one that the slack hides is no counterexample, and would make a strange message.
        falls = _falls_strictly if abs(margin) <= MODERATE else (lambda n: allowed.is_at_most(n[1], n[0]))
        yield claim_relation(names[0], (args, raised), words, falls)


def _falls_strictly(numbers: Floats) -> bool:
    return numbers[1] < numbers[0]
