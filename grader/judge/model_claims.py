"""Claims about probability vectors, the ELBO, the regularised policy and the preference loss."""

from __future__ import annotations

import math
from functools import cache

from grader.inputs import build_call
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
    take_one,
)
from grader.judge.values import show
from grader.model import Call

# ln p(x = 2) in exercise 6: x is z ~ N(0, 1) plus noise ~ N(0, 0.1), so x ~ N(0, 1.1).
LOG_EVIDENCE = -0.5 * math.log(2.0 * math.pi * 1.1) - 2.0**2 / (2.0 * 1.1)
ROUNDED = 5e-4  # a typed-in entry may have been rounded to three decimals, as the contract allows
PROBABLE = 1e-3  # a log-ratio says nothing where the probability is near the slack of a student's values
STEP = 0.05  # the share of the probability that a perturbation moves
MODERATE = 5.0  # below this margin (times beta) the preference loss falls visibly


# ---------------------------------------------------------------- probabilities


def claim_normalisation(names: Names) -> tuple[Claim, ...]:
    """Probabilities are not negative and sum to one."""

    def claim(name: str, call: Call | None) -> Claim:
        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            allowed = slack if call else Slack(max(slack.tolerance, ROUNDED * len(results[0]) / 2))
            fault = _find_fault(results[0], allowed)
            if fault is None:
                return None
            where = f" for {show_call(name, call)}" if call else ""
            return f"your {name}{where} {fault}"

        return Claim(((name, call),), broken)

    return tuple(claim(*need) for name in names for need in list_needs(name))


def _find_fault(probabilities: Floats, slack: Slack) -> str | None:
    """Return why these are no probabilities, as a predicate; None if they are."""
    least = min(probabilities, default=0.0)
    if not slack.is_at_most(0.0, least):
        return f"has the entry {show(least)}"
    total = sum(probabilities)
    return None if slack.is_equal(total, 1.0) else f"sums to {show(total)}"


# ---------------------------------------------------------------- ELBO


def claim_elbo_below_evidence(names: Names) -> tuple[Claim, ...]:
    """The ELBO never exceeds the log evidence, whatever the encoder."""
    return tuple(
        claim_number(name, call, lambda number, slack: slack.is_at_most(number, LOG_EVIDENCE))
        for name, call in list_needs(names[0])
    )


def claim_elbo_decomposition(names: Names) -> tuple[Claim, ...]:
    """ELBO - (reconstruction - KL term) is the same constant for all encoders."""
    first, *others = list_calls(names[0])

    def claim(call: Call) -> Claim:
        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            numbers = [take_one(name, result) for name, result in zip((*names, *names), results, strict=True)]
            gaps = [elbo - (fit - kl) for elbo, fit, kl in (numbers[:3], numbers[3:])]
            if any(map(math.isinf, numbers)):
                raise CannotTell(names[0], "or one of its two terms is infinite")
            if slack.is_equal(gaps[0], gaps[1], *numbers):
                return None
            at = (show_call(names[0], first), show_call(names[0], call))
            return (
                f"your {names[0]} minus ({names[1]} - {names[2]}) is {show(gaps[0])} at {at[0]}, "
                f"but {show(gaps[1])} at {at[1]}"
            )

        return Claim(tuple((name, at) for at in (first, call) for name in names), broken)

    return tuple(claim(call) for call in others)


# ---------------------------------------------------------------- policy


def claim_policy_optimality(names: Names) -> tuple[Claim, ...]:
    """The policy is a distribution, balances reward against log-ratio, and no small change improves the objective."""
    (name,) = names

    def claim(call: Call) -> Claim:
        problem = _read_problem(call)

        def broken(results: tuple[Floats, ...], slack: Slack) -> str | None:
            policy, actions = results[0], len(problem[0])
            if len(policy) != actions:
                raise CannotTell(name, f"gave {len(policy)} numbers for {actions} actions")
            fault = _find_fault(policy, slack) or _find_imbalance(policy, problem, slack)
            fault = fault or _find_improvement(policy, problem, slack)
            return f"your {name} for {show_call(name, call)} {fault}" if fault else None

        return Claim(((name, call),), broken)

    return tuple(claim(call) for call in list_calls(name))


Problem = tuple[Floats, Floats, float]


def _read_problem(call: Call) -> Problem:
    reference, reward = read_pair(call)
    (beta,) = (arg for arg in call.args if isinstance(arg, float))
    return reference, reward, beta


def _find_imbalance(policy: Floats, problem: Problem, slack: Slack) -> str | None:
    """Return where reward - beta ln(pi / pi_ref) differs between two actions that are both probable."""
    values = [
        (reward - beta * math.log(one / reference), beta / one)
        for one, reference, reward, beta in _actions(policy, problem)
        if one >= PROBABLE
    ]
    largest, least = max(values), min(values)
    # An error e in a probability pi moves the log-ratio by e / pi.
    allowed = slack.of(*problem[1]) + slack.of() * (largest[1] + least[1])
    if largest[0] - least[0] <= allowed:
        return None
    shown = f"{show(least[0])} for one action and {show(largest[0])} for another"
    return f"is not balanced: reward - beta ln(pi/pi_ref) is {shown}"


def _actions(policy: Floats, problem: Problem) -> list[tuple[float, float, float, float]]:
    reference, rewards, beta = problem
    return [(pi, ref, reward, beta) for pi, ref, reward in zip(policy, reference, rewards, strict=True)]


def _find_improvement(policy: Floats, problem: Problem, slack: Slack) -> str | None:
    """Return how moving some probability raises the objective: towards each action, and towards pi_ref."""
    reference, rewards, beta = problem
    size = len(policy)
    before = _compute_objective(policy, problem)
    # An error e in every probability costs at most about e (|reward| + beta |ln e|) for each action.
    scale = sum(map(abs, rewards)) + 20.0 * beta * size
    for target in (*_list_corners(size), reference):
        moved = tuple((1 - STEP) * one + STEP * goal for one, goal in zip(policy, target, strict=True))
        after = _compute_objective(moved, problem)
        if not slack.is_at_most(after, before, scale):
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
        pi * reward - beta * pi * math.log(pi / ref) for pi, ref, reward, beta in _actions(policy, problem) if pi > 0
    )


# ---------------------------------------------------------------- preference loss


def claim_dpo_gradient_sign(names: Names) -> tuple[Claim, ...]:
    """The preference loss falls as the preferred answer becomes more likely."""
    words = "the loss goes from {0} to {1} when logp_w rises by 1"

    def claim(call: Call) -> Claim:
        logp_w, logp_l, ref_w, ref_l, beta = (arg for arg in call.args if isinstance(arg, float))
        margin = beta * ((logp_w - ref_w) - (logp_l - ref_l))
        # Far out on either side the loss is flat, or its fall is lost in its size: there it must not rise.
        strictly = abs(margin) <= MODERATE
        raised = build_call(logp_w + 1.0, logp_l, ref_w, ref_l, beta)
        return claim_relation(names[0], (call, raised), words, lambda n, slack: _falls(n, slack, strictly=strictly))

    return tuple(claim(call) for call in list_calls(names[0]))


def _falls(numbers: Floats, slack: Slack, *, strictly: bool) -> bool:
    before, after = numbers
    # Any fall will do: one that the slack hides is no counterexample, and would make a strange witness.
    return after < before if strictly else slack.is_at_most(after, before)
