"""The accuracy that docstrings promise, held against 50 digits on drawn inputs of very different sizes."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from reference.distillation import log_softmax
from reference.divergences import chi_square, hellinger, jensen_shannon, kl
from reference.families import alpha_divergence, renyi
from reference.gaussian import gaussian_kl, gaussian_kl_from_sd
from reference.policy import dpo_loss, kl_at_optimum, kl_from_reference, log_partition, optimal_policy

mp.mp.dps = 50
UNIT = 2**25


def exact(values: np.ndarray) -> list[mp.mpf]:
    return [mp.mpf(float(value)) for value in values]


def dyadic(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw probabilities whose sum is 1 without any rounding."""
    counts = rng.integers(1, 2**20, size=size)
    counts[0] += UNIT - counts.sum()
    return counts / UNIT


@pytest.mark.parametrize("seed", range(40))
def test_gaussian_divergence_keeps_its_relative_accuracy(seed: int) -> None:
    """Variances from 1e-8 to 1e8, nearly equal or far apart: 13 digits, however small the divergence."""
    rng = np.random.default_rng(seed)
    var1 = 10 ** rng.uniform(-8, 8)
    var2 = var1 * (1 + 10 ** rng.uniform(-10, 3))
    mu1, mu2 = rng.normal(size=2) * math.sqrt(var1) * (seed % 2)
    a, b, c, d = exact(np.array([mu1, var1, mu2, var2]))
    truth = (b / d - 1 - mp.log(b / d) + (a - c) ** 2 / d) / 2
    assert abs(gaussian_kl(mu1, var1, mu2, var2) / truth - 1) < 1e-13
    truth = ((b / d) ** 2 - 1 - 2 * mp.log(b / d) + ((a - c) / d) ** 2) / 2
    assert abs(gaussian_kl_from_sd(mu1, var1, mu2, var2) / truth - 1) < 1e-13


@pytest.mark.parametrize("seed", range(10))
def test_divergences_keep_their_accuracy(seed: int) -> None:
    """KL, Jensen-Shannon, chi² and Hellinger of drawn pairs agree to the promised last digits."""
    rng = np.random.default_rng(seed)
    p, q = dyadic(rng, 6), dyadic(rng, 6)
    pairs = list(zip(exact(p), exact(q), strict=True))
    size = mp.fsum(abs(a * mp.log(a / b)) for a, b in pairs)
    assert abs(kl(p, q) - mp.fsum(a * mp.log(a / b) for a, b in pairs)) <= 1e-15 * size
    halves = mp.fsum(a * mp.log(2 * a / (a + b)) + b * mp.log(2 * b / (a + b)) for a, b in pairs) / 2
    assert abs(jensen_shannon(p, q) - halves) <= 1e-15
    assert abs(chi_square(p, q) / mp.fsum((a - b) ** 2 / b for a, b in pairs) - 1) <= 2e-15
    assert abs(hellinger(p, q) - mp.fsum((mp.sqrt(a) - mp.sqrt(b)) ** 2 for a, b in pairs)) <= 1e-15


@pytest.mark.parametrize("order", [1e-9, 1e-3, 0.2, 0.5, 0.51, 1 - 1e-6, 1 + 1e-9, 1.5, 7.0, 40.0])
def test_families_keep_their_accuracy(order: float) -> None:
    """Rényi and alpha divergences agree with the power sum, a billionth away from 0 and 1 too."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        p, q = dyadic(rng, 6), dyadic(rng, 6)
        pairs, a = list(zip(exact(p), exact(q), strict=True)), mp.mpf(order)
        power = mp.fsum(x**a * y ** (1 - a) for x, y in pairs)
        largest = max(abs(mp.log(x / y)) for x, y in pairs)
        assert abs(renyi(p, q, order) - mp.log(power) / (a - 1)) <= 1e-14 * largest
        assert abs(alpha_divergence(p, q, order) / ((power - 1) / (a * (a - 1))) - 1) <= 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_policies_keep_their_accuracy(seed: int) -> None:
    """Policy, partition and both divergences agree for beta from 0.001 to 100."""
    rng = np.random.default_rng(seed)
    pi_ref, reward, beta = dyadic(rng, 5), 3 * rng.normal(size=5), 10 ** rng.uniform(-3, 2)
    reference, size = exact(pi_ref), 1 + np.abs(reward).max() / beta
    weights = [a * mp.exp(r / mp.mpf(beta)) for a, r in zip(reference, exact(reward), strict=True)]
    partition = mp.fsum(weights)
    truth = [weight / partition for weight in weights]
    for found, expected in zip(optimal_policy(pi_ref, reward, beta), truth, strict=True):
        assert expected < 1e-300 or abs(float(found) / expected - 1) <= 1e-15 * size
    assert abs(log_partition(pi_ref, reward, beta) - mp.log(partition)) <= 1e-15 * size
    forward = mp.fsum(a * mp.log(a / b) for a, b in zip(truth, reference, strict=True))
    backward = mp.fsum(b * mp.log(b / a) for a, b in zip(truth, reference, strict=True))
    assert abs(kl_at_optimum(pi_ref, reward, beta) - forward) <= 1e-14
    assert abs(kl_from_reference(pi_ref, reward, beta) - backward) <= 1e-15 * (1 + np.ptp(reward) / beta)


@pytest.mark.parametrize("seed", range(20))
def test_log_probabilities_keep_their_accuracy(seed: int) -> None:
    """Log-softmax and the DPO loss agree for wide logits and large margins."""
    rng = np.random.default_rng(seed)
    logits, scale = 20 * rng.normal(size=4), 10 ** rng.uniform(-1, 1)
    powers = [z / mp.mpf(scale) for z in exact(logits)]
    partition = mp.log(mp.fsum(mp.exp(power) for power in powers))
    for found, power in zip(log_softmax(logits, scale), powers, strict=True):
        assert abs(float(found) - (power - partition)) <= 1e-15 * (1 + np.ptp(logits) / scale)
    won, lost, ref_won, ref_lost = exact(logits)
    truth = mp.log1p(mp.exp(-mp.mpf(scale) * ((won - ref_won) - (lost - ref_lost))))
    assert abs(dpo_loss(*logits, scale) / truth - 1) <= 2e-15 * (1 + scale * np.abs(logits).max())
