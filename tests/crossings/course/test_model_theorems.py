"""One test per theorem about Gaussians, the ELBO, policies, preferences and soft labels, on generated problems."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.distillation import distillation_loss, softmax
from reference.divergences import kl
from reference.elbo import Gaussian, elbo, log_evidence, posterior, reconstruction
from reference.entropy import cross_entropy
from reference.gaussian import (
    gaussian_cross_entropy,
    gaussian_entropy,
    gaussian_kl,
    gaussian_kl_from_sd,
)
from reference.policy import dpo_loss, kl_at_optimum, kl_from_reference, log_partition, optimal_policy

SLACK = 1e-12
FAST = settings(max_examples=50, derandomize=True)
MEAN, VARIANCE = st.floats(-10, 10), st.floats(0.01, 100)
PROBLEMS = st.lists(st.tuples(st.integers(1, 100), st.floats(-5, 5)), min_size=1, max_size=6)
BETA = st.floats(0.05, 20)
LOGP = st.floats(-50, 0)


def policy_problem(rows: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    weights, rewards = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    return weights / weights.sum(), rewards


@FAST
@given(MEAN, VARIANCE, MEAN, VARIANCE)
def test_gaussian_divergence_is_zero_iff_equal(mu1: float, var1: float, mu2: float, var2: float) -> None:
    """It is never negative, 0 for equal parameters and positive for visibly different ones."""
    assert gaussian_kl(mu1, var1, mu1, var1) == 0
    value = gaussian_kl(mu1, var1, mu2, var2)
    assert value >= 0
    if abs(mu1 - mu2) > 1e-3 or abs(var1 / var2 - 1) > 1e-3:
        assert value > 0


@FAST
@given(MEAN, VARIANCE, MEAN, VARIANCE)
def test_gaussian_cross_entropy_is_entropy_plus_divergence(mu1: float, var1: float, mu2: float, var2: float) -> None:
    """The three closed forms agree, from variances and from standard deviations."""
    parts = gaussian_entropy(var1) + gaussian_kl(mu1, var1, mu2, var2)
    assert gaussian_cross_entropy(mu1, var1, mu2, var2) == pytest.approx(parts, rel=1e-12, abs=1e-12)
    from_sd = gaussian_kl_from_sd(mu1, math.sqrt(var1), mu2, math.sqrt(var2))
    assert from_sd == pytest.approx(gaussian_kl(mu1, var1, mu2, var2), rel=1e-11, abs=1e-14)


@FAST
@given(MEAN, VARIANCE, MEAN, VARIANCE, st.floats(0.1, 10))
def test_gaussian_divergence_ignores_the_unit(mu1: float, var1: float, mu2: float, var2: float, unit: float) -> None:
    """Measuring x in another unit changes both Gaussians and not their divergence."""
    scaled = gaussian_kl(unit * mu1, unit**2 * var1, unit * mu2, unit**2 * var2)
    assert scaled == pytest.approx(gaussian_kl(mu1, var1, mu2, var2), rel=1e-10, abs=1e-12)


@FAST
@given(MEAN, VARIANCE, MEAN, VARIANCE)
def test_elbo_is_at_most_the_log_evidence(x: float, noise: float, mean: float, var: float) -> None:
    """The gap is exactly the divergence of the encoder from the posterior."""
    encoder = Gaussian(mean, var)
    gap = log_evidence(x, noise) - elbo(x, noise, encoder)
    assert gap >= -SLACK * max(1.0, abs(log_evidence(x, noise)))
    assert gap == pytest.approx(gaussian_kl(*encoder, *posterior(x, noise)), rel=1e-9, abs=1e-9)


@FAST
@given(MEAN, VARIANCE)
def test_elbo_of_the_posterior_is_the_log_evidence(x: float, noise: float) -> None:
    """The bound is tight at the posterior."""
    assert elbo(x, noise, posterior(x, noise)) == pytest.approx(log_evidence(x, noise), rel=1e-12, abs=1e-12)


@FAST
@given(MEAN, VARIANCE, MEAN, VARIANCE)
def test_elbo_is_reconstruction_minus_divergence(x: float, noise: float, mean: float, var: float) -> None:
    """The decomposition holds with the divergence from the standard normal prior."""
    parts = reconstruction(x, noise, Gaussian(mean, var)) - gaussian_kl(mean, var, 0.0, 1.0)
    assert elbo(x, noise, Gaussian(mean, var)) == pytest.approx(parts, rel=1e-15)


@FAST
@given(PROBLEMS, BETA, st.lists(st.integers(0, 100), min_size=6, max_size=6))
def test_policy_is_optimal(rows: list[tuple[int, float]], beta: float, other: list[int]) -> None:
    """Any policy falls short of the optimal one by beta times its divergence from it; the optimum is beta ln Z."""
    pi_ref, reward = policy_problem(rows)
    weights = np.array(other[: reward.size], dtype=float) + 1e-3
    rival, best = weights / weights.sum(), optimal_policy(pi_ref, reward, beta)

    def objective(policy: np.ndarray) -> float:
        return float(policy @ reward) - beta * kl(policy, pi_ref)

    assert objective(rival) <= objective(best) + SLACK * 100
    assert objective(best) == pytest.approx(beta * log_partition(pi_ref, reward, beta), rel=1e-10, abs=1e-10)
    assert objective(best) - objective(rival) == pytest.approx(beta * kl(rival, best), rel=1e-8, abs=1e-10)


@FAST
@given(PROBLEMS, BETA)
def test_policy_is_stationary(rows: list[tuple[int, float]], beta: float) -> None:
    """Reward - beta ln(policy/reference) is the same for every answer, and the policy sums to 1."""
    pi_ref, reward = policy_problem(rows)
    policy = optimal_policy(pi_ref, reward, beta)
    assert abs(math.fsum(policy) - 1) < SLACK
    levels = reward - beta * np.log(policy / pi_ref)
    assert np.ptp(levels) < 1e-11


@FAST
@given(PROBLEMS, BETA)
def test_divergence_at_the_optimum_is_that_of_the_policy(rows: list[tuple[int, float]], beta: float) -> None:
    """E[reward]/beta - ln Z, and the other direction, are the divergences by definition."""
    pi_ref, reward = policy_problem(rows)
    policy = optimal_policy(pi_ref, reward, beta)
    value = kl_at_optimum(pi_ref, reward, beta)
    assert value == pytest.approx(kl(policy, pi_ref), abs=1e-12)
    by_formula = float(policy @ reward) / beta - log_partition(pi_ref, reward, beta)
    assert value == pytest.approx(by_formula, abs=1e-11)
    assert kl_from_reference(pi_ref, reward, beta) == pytest.approx(kl(pi_ref, policy), abs=1e-11)


@FAST
@given(PROBLEMS)
def test_divergence_at_the_optimum_falls_with_its_price(rows: list[tuple[int, float]]) -> None:
    """A larger beta keeps the policy nearer to its reference."""
    values = [kl_at_optimum(*policy_problem(rows), beta) for beta in (0.1, 0.5, 1.0, 5.0, 50.0)]
    assert all(near <= far + SLACK for far, near in pairwise(values))


@FAST
@given(PROBLEMS, BETA, st.floats(-100, 100))
def test_policy_ignores_a_constant_reward(rows: list[tuple[int, float]], beta: float, bonus: float) -> None:
    """Paying the same for every answer changes nothing but ln Z."""
    pi_ref, reward = policy_problem(rows)
    moved = optimal_policy(pi_ref, reward + bonus, beta)
    assert moved == pytest.approx(optimal_policy(pi_ref, reward, beta), rel=1e-8)


@FAST
@given(LOGP, LOGP, LOGP, LOGP, BETA)
def test_dpo_gradient_sign(logp_w: float, logp_l: float, ref_w: float, ref_l: float, beta: float) -> None:
    """The loss never rises with the preferred answer's log-probability and never falls with the other's."""
    loss = dpo_loss(logp_w, logp_l, ref_w, ref_l, beta)
    assert dpo_loss(logp_w + 0.1, logp_l, ref_w, ref_l, beta) <= loss
    assert dpo_loss(logp_w, logp_l + 0.1, ref_w, ref_l, beta) >= loss
    if abs(logp_w - ref_w - logp_l + ref_l) * beta < 20:
        assert dpo_loss(logp_w + 0.1, logp_l, ref_w, ref_l, beta) < loss


@FAST
@given(LOGP, LOGP, LOGP, LOGP, BETA)
def test_dpo_losses_of_both_preferences_differ_by_the_margin(
    logp_w: float, logp_l: float, ref_w: float, ref_l: float, beta: float
) -> None:
    """-ln σ(m) + ln σ(-m) = -m, and a policy that is its own reference has the loss ln 2."""
    margin = beta * ((logp_w - ref_w) - (logp_l - ref_l))
    difference = dpo_loss(logp_w, logp_l, ref_w, ref_l, beta) - dpo_loss(logp_l, logp_w, ref_l, ref_w, beta)
    assert difference == pytest.approx(-margin, rel=1e-12, abs=1e-12)
    assert dpo_loss(logp_w, logp_l, logp_w, logp_l, beta) == pytest.approx(math.log(2), rel=1e-15)


@FAST
@given(PROBLEMS, BETA)
def test_dpo_reward_of_the_optimal_policy_is_the_reward(rows: list[tuple[int, float]], beta: float) -> None:
    """With the optimal policy's log-probabilities the loss is Bradley-Terry's for the rewards themselves."""
    pi_ref, reward = policy_problem(rows)
    policy = optimal_policy(pi_ref, reward, beta)
    loss = dpo_loss(*np.log(policy[[0, -1]]), *np.log(pi_ref[[0, -1]]), beta)
    assert loss == pytest.approx(np.logaddexp(0, reward[-1] - reward[0]), rel=1e-10, abs=1e-12)


@FAST
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=6), st.floats(0.2, 10), st.floats(-100, 100))
def test_softmax_is_a_distribution_that_ignores_shifts(logits: list[float], temperature: float, shift: float) -> None:
    """It sums to 1, keeps the order of the logits, and does not see a constant added to all of them."""
    p = softmax(logits, temperature)
    assert abs(math.fsum(p) - 1) < SLACK
    assert (np.diff(p[np.argsort(logits)]) >= 0).all()
    assert softmax(np.array(logits) + shift, temperature) == pytest.approx(p, rel=1e-10)


@FAST
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=5), st.floats(0, 1), st.floats(0.5, 9)
)
def test_distillation_loss_is_the_mix_of_its_terms(
    rows: list[tuple[float, float]], weight: float, temperature: float
) -> None:
    """It is linear in its weight, between the tempered divergence and the cross-entropy of the label."""
    teacher, student = ([row[i] for row in rows] for i in (0, 1))
    soft = kl(softmax(teacher, temperature), softmax(student, temperature))
    hard = cross_entropy(np.eye(len(rows))[1], softmax(student))
    loss = distillation_loss(teacher, student, 1, weight, temperature)
    assert loss == pytest.approx(weight * soft + (1 - weight) * hard, rel=1e-12, abs=1e-13)
