"""Theorems that would settle an answer, and are therefore not among what students have.

`policy_optimality` has a version in `public/` that says less: there only an improvement shows what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .public.claims import (
    Args,
    Floats,
    Instance,
    Names,
    Rows,
    Tolerance,
    claim_number,
    list_needs,
    show,
)
from .public.invariants import Problem, claim_policies, find_improvement, list_actions

LN_2 = math.log(2.0)
CLEARLY_DIFFERENT = 0.02  # in some probability or parameter: the divergence is then far above the slack
PROBABLE = 1e-3  # a log-ratio says nothing where the probability is near the slack of a student's values

# ln p(x = 2) in exercise 6: x is z ~ N(0, 1) plus noise ~ N(0, 0.1), so x ~ N(0, 1.1).
LOG_EVIDENCE = -0.5 * math.log(2.0 * math.pi * 1.1) - 2.0**2 / (2.0 * 1.1)


def elbo_below_evidence(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The ELBO never exceeds the log evidence, whatever the encoder."""
    allowed = Tolerance(slack)
    for name, args in list_needs(names, inputs):
        yield claim_number(name, args, lambda number: allowed.is_at_most(number, LOG_EVIDENCE))


def zero_iff_equal(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """D = 0 where the two are equal, and not where they clearly differ; nothing is said of near ones."""
    (name,) = names
    allowed = Tolerance(slack)
    calls = list(inputs)
    if all(isinstance(arg, tuple) for args in calls for arg in args):
        firsts = [p for p, _ in calls if len(p) in {3, 8}]
        calls += [(p, p) for p in firsts[-4:]]
    for args in dict.fromkeys(calls):
        first, second = _halves(args)
        distance = max(abs(a - b) for a, b in zip(first, second, strict=True))
        if distance == 0:
            yield claim_number(name, args, lambda number: allowed.is_equal(number, 0.0))
        elif distance > CLEARLY_DIFFERENT:
            yield claim_number(name, args, lambda number: not allowed.is_equal(number, 0.0))


def _halves(args: Args) -> tuple[Floats, Floats]:
    """Return what describes the two distributions of a call, which says so by the number of its arguments."""
    match args:
        case (tuple() as p, tuple() as q):
            return p, q
        case (_, _, _, _):  # mean and variance of each Gaussian
            return args[:2], args[2:]
        case (mu1, mu2, _):  # Gaussians of one variance
            return (mu1,), (mu2,)
        case (_, _):  # a Gaussian, against the standard one
            return args, (0.0, 1.0)
        case _:  # a coin, against the fair one
            return args, (0.5,)


def pinsker(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """TV^2 <= KL / 2, for a KL and a TV of the same arguments."""
    kl_name, tv_name = names
    allowed = Tolerance(slack)

    def counterexample(kl: float, tv: float) -> str | None:
        if allowed.is_at_most(tv * tv, kl / 2):
            return None
        return f"your {kl_name} gives {show(kl)} and your {tv_name} {show(tv)} for {{0}}"

    yield from (([(kl_name, args, 1), (tv_name, args, 1)], counterexample) for args in inputs)


def jsd_at_most_ln2(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The Jensen-Shannon divergence never exceeds ln 2."""
    allowed = Tolerance(slack)
    for name, args in list_needs(names, inputs):
        yield claim_number(name, args, lambda number: allowed.is_at_most(number, LN_2))


def chain_rule(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The joint divergence is the marginal one plus the expected conditional one."""
    (name,) = names
    allowed = Tolerance(slack)

    def counterexample(numbers: Floats) -> str | None:
        joint, marginal, conditional = numbers
        if allowed.is_equal(joint, marginal + conditional, marginal, conditional):
            return None
        return f"your {name} gives (joint, marginal, conditional) = ({', '.join(map(show, numbers))}) for {{0}}"

    yield from (([(name, args, 3)], counterexample) for args in inputs)


def policy_optimality(names: Names, inputs: Rows, slack: float) -> Iterator[Instance]:
    """The policy is a distribution, no small change improves the objective, and reward balances the log-ratio."""
    return claim_policies(names, inputs, slack, (find_improvement, _find_imbalance))


def _find_imbalance(policy: Floats, problem: Problem, allowed: Tolerance) -> str | None:
    """Return where reward - beta ln(pi / pi_ref) differs between two actions that are both probable."""
    values = [
        (reward - beta * math.log(one / reference), beta / one)
        for one, reference, reward, beta in list_actions(policy, problem)
        if one >= PROBABLE
    ]
    largest, least = max(values), min(values)
    # An error e in a probability pi moves the log-ratio by e / pi.
    room = allowed.of(*problem[1]) + allowed.of() * (largest[1] + least[1])
    if largest[0] - least[0] <= room:
        return None
    shown = f"{show(least[0])} for one action and {show(largest[0])} for another"
    return f"is not balanced: reward - beta ln(pi/pi_ref) is {shown}"
