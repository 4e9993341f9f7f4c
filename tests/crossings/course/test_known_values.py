"""Values from the literature, from short formulas and from the corrections to the lesson; limits of the families."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from reference import exercise5, exercise6, exercise7, exercise8
from reference.divergences import chi_square, hellinger, jeffreys, jensen_shannon, kl, reverse_kl, total_variation
from reference.elbo import log_evidence
from reference.entropy import entropy
from reference.families import alpha_divergence, renyi
from reference.gaussian import gaussian_entropy, gaussian_kl

P, Q = [0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]
LN2 = math.log(2)


@pytest.mark.parametrize(
    ("found", "value", "source"),
    [
        (kl([0.5, 0.5], [0.25, 0.75]), LN2 - math.log(3) / 2, "Cover & Thomas (2006), example 2.3.1: 0.2075 bits"),
        (kl([0.25, 0.75], [0.5, 0.5]), 0.75 * math.log(3) - LN2, "Cover & Thomas (2006), example 2.3.1: 0.1887 bits"),
        (entropy([0.5, 0.25, 0.125, 0.125]), 1.75 * LN2, "Cover & Thomas (2006), example 2.1.2: 7/4 bits"),
        (gaussian_entropy(1.0), 1.418938533204673, "½ ln(2πe)"),
        (jeffreys(P, Q), 0.912869638294, "twice ln(96)/10"),
        (jensen_shannon(P, Q), 0.106440135286, "corrections to the lesson"),
        (hellinger(P, Q), 0.2202041029, "corrections to the lesson"),
        (chi_square(P, Q), 1.2083333333, "29/24"),
        (total_variation(P, Q), 0.4, "corrections to the lesson"),
        (alpha_divergence(P, Q, 0.5), 0.4404082058, "twice Hellinger"),
        (alpha_divergence(P, Q, 2.0), 0.6041666667, "half of chi²"),
        (renyi([0.8, 0.2], [0.5, 0.5], 0.5), 0.105360515658, "-2 ln(√.4 + √.1)"),
        (renyi([0.8, 0.2], [0.5, 0.5], 2.0), 0.307484699748, "ln 1.36"),
        (renyi([0.5, 0.5], [0.8, 0.2], 2.0), 0.446287102628, "ln 1.5625"),
        (kl([0.4, 0.4, 0.2], [0.3, 0.4, 0.3]), 0.0339798073591, "(2/5) ln(4/3) + (1/5) ln(2/3)"),
        (kl([0.3, 0.4, 0.3], [0.4, 0.4, 0.2]), 0.0353349106969, "(3/10) ln(9/8)"),
        (kl([0.7, 0.3], [0.5, 0.5]), 0.082283, "corrections to the lesson"),
        (gaussian_kl(1.0, 4.0, -2.0, 4.0), 1.125, "9/8"),
        (gaussian_kl(0.0, 2.0, 0.0, 1.0), 0.153426, "(1 - ln 2)/2"),
        (gaussian_kl(0.0, 4.0, 0.0, 1.0), 0.806853, "(3 - 2 ln 2)/2"),
        (log_evidence(2.0, 0.1), -0.5 * math.log(2 * math.pi * 1.1) - 2 / 1.1, "N(2; 0, 1.1)"),
        (exercise5.ex5_reverse_kl(1e-6), 6.21460859842, "grows like -½ ln theta - ln 2"),
        (exercise5.ex5_jsd(0.9), 0.101749, "corrections to the lesson"),
        (exercise5.ex5_kl(0.1), 0.368064207168, "corrections to the lesson"),
        (exercise5.ex5_reverse_kl(0.1), 0.510826, "½ ln(25/9)"),
        (exercise6.ex6_kl_term(0.0), 0.0965735902800, "(ln 2 - ½)/2"),
        (exercise6.ex6_kl_term(1.0), 2.09657359028, "7/4 + (ln 2)/2"),
        (exercise7.ex7_pi_star()[1], 1 / (1 + 1.5 * math.exp(20)), "1/(1 + 1.5 e^20)"),
        (exercise8.ex8_kl_TS(), 0.0252012850249, "corrections to the lesson"),
        (exercise8.ex8_kl_ST(), 0.0470193464394, "corrections to the lesson"),
        (exercise8.ex8_kl_TS_tau(), 0.0260160917673, "corrections to the lesson"),
        (exercise8.ex8_kl_ST_tau(), 0.0303785994309, "corrections to the lesson"),
        (exercise8.ex8_loss(), 0.0691650701040, "corrections to the lesson"),
        (entropy(exercise8.ex8_p_T()), 0.399343, "corrections to the lesson"),
        (entropy(exercise8.ex8_p_T_tau()), 0.917968, "corrections to the lesson"),
    ],
)
def test_known_value(found: float, value: float, source: str) -> None:
    """The library gives the value of its source to all digits shown there."""
    six_decimals = abs(value) > 1e-3 and round(value, 6) == value
    assert found == pytest.approx(value, rel=0 if six_decimals else 4e-10, abs=6e-7 if six_decimals else 0), source


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, -1e-3, -1e-6, -1e-9])
def test_renyi_goes_to_kl(gap: float) -> None:
    """Order 1 ± gap differs from KL by half the variance of the log-ratio times the gap."""
    log_ratio = np.log(np.array(P) / np.array(Q))
    variance = float(np.array(P) @ (log_ratio - kl(P, Q)) ** 2)
    assert renyi(P, Q, 1 + gap) == pytest.approx(
        kl(P, Q) + gap * variance / 2, abs=3 * gap**2 + 1e-12 + 3e-16 / abs(gap)
    )


@pytest.mark.parametrize("gap", [1e-3, 1e-6, -1e-3, -1e-6])
def test_alpha_goes_to_kl_in_both_directions(gap: float) -> None:
    """A → 1 is the forward and a → 0 the reverse KL, without cancellation on the way."""
    p, q = [0.7, 0.2, 0.1], [0.2, 0.2, 0.6]
    assert alpha_divergence(p, q, 1 + gap) == pytest.approx(kl(p, q), abs=2 * abs(gap) + 1e-9)
    assert alpha_divergence(p, q, gap) == pytest.approx(reverse_kl(p, q), abs=2 * abs(gap) + 1e-9)
    assert alpha_divergence(p, q, 1) == kl(p, q)
    assert alpha_divergence(p, q, 0) == reverse_kl(p, q)


@pytest.mark.parametrize("order", [0.25, 0.75, 1.25, 3.0, 40.0])
def test_families_agree_with_fifty_digits(order: float) -> None:
    """Rényi and alpha divergences are the power sums in high precision, for large orders too."""
    p, q = [0.5, 0.25, 0.25], [0.125, 0.375, 0.5]
    with mp.workdps(50):
        a = mp.mpf(order)
        power = mp.fsum(mp.mpf(x) ** a * mp.mpf(y) ** (1 - a) for x, y in zip(p, q, strict=True))
        expected_renyi, expected_alpha = mp.log(power) / (a - 1), (power - 1) / (a * (a - 1))
    assert renyi(p, q, order) == pytest.approx(float(expected_renyi), rel=1e-13)
    assert alpha_divergence(p, q, order) == pytest.approx(float(expected_alpha), rel=1e-12)


def test_renyi_limits_at_the_ends() -> None:
    """Order 0 sees only supports, infinite order only the largest ratio, and huge orders come near it."""
    assert renyi([0.5, 0.5, 0.0], [0.2, 0.3, 0.5], 0) == pytest.approx(LN2, abs=1e-15)
    assert renyi(P, Q, math.inf) == pytest.approx(math.log(4), abs=1e-15)
    assert renyi(P, Q, 1e6) == pytest.approx(math.log(4), abs=2e-6)


def test_forward_kl_is_bounded_on_the_family_and_jsd_stays_below_its_supremum() -> None:
    """On Bern(theta) against Bern(½), KL goes to ln 2, JSD to ¾ ln(4/3), only the reverse KL without bound."""
    assert exercise5.ex5_kl(1e-300) == pytest.approx(LN2, abs=1e-15)
    assert exercise5.ex5_jsd(1e-300) == pytest.approx(0.75 * math.log(4 / 3), abs=1e-15)
    assert exercise5.ex5_reverse_kl(1e-300) > 340
    assert exercise5.ex5_tv(1e-300) == 0.5


@pytest.mark.parametrize("theta", [0.0, 1.0, -0.1, math.nan])
def test_bernoulli_parameters_are_inside_the_interval(theta: float) -> None:
    """The ends of (0, 1) and what lies outside are refused."""
    with pytest.raises(ValueError, match="theta"):
        exercise5.ex5_kl(theta)


def test_kl_breaks_the_triangle_inequality() -> None:
    """A known counterexample: the direct way is longer than the detour."""
    fair, quarter, tenth = [0.5, 0.5], [0.75, 0.25], [0.9, 0.1]
    assert kl(fair, tenth) == pytest.approx(0.510826, abs=1e-6)
    assert kl(fair, tenth) > kl(fair, quarter) + kl(quarter, tenth) + 0.2
