"""Every answer of the course against a second method: 50 digits, exact fractions, or quadrature of the definition."""

from __future__ import annotations

import math
from collections.abc import Sequence

import mpmath as mp
import numpy as np
import pytest

from reference import (
    divergences,
    exercise1,
    exercise2,
    exercise3,
    exercise4,
    exercise5,
    exercise6,
    exercise7,
    exercise8,
)

mp.mp.dps = 50
CERTIFIED = 2e-15  # relative for numbers above 1, absolute below
THETAS = [1e-12, 0.01, 0.1, 0.3, 0.5, 0.77, 0.99]
PHIS = [-1.0, 0.0, 0.4, 10 / 11, 1.7, 3.0]

Digits = mp.mpf


def kl(p: Sequence[Digits], q: Sequence[Digits]) -> Digits:
    return mp.fsum(a * mp.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def fractions(*tenths: int) -> list[Digits]:
    return [mp.mpf(tenth) / 10 for tenth in tenths]


def normal(x: Digits, mean: Digits, var: Digits) -> Digits:
    return mp.exp(-((x - mean) ** 2) / (2 * var)) / mp.sqrt(2 * mp.pi * var)


def integral(f: object, centre: float, sd: float) -> Digits:
    with mp.workdps(30):
        return mp.quad(f, [centre + step * sd for step in range(-14, 15, 2)])


def softmax(logits: Sequence[int], tau: int = 1) -> list[Digits]:
    weights = [mp.exp(mp.mpf(z) / tau) for z in logits]
    return [weight / mp.fsum(weights) for weight in weights]


def assert_certified(answer: object, truth: object, bound: float = CERTIFIED) -> None:
    answers, truths = np.ravel(np.asarray(answer)), [*truth] if isinstance(truth, list | tuple) else [truth]
    for found, expected in zip(answers, truths, strict=True):
        error = abs(mp.mpf(float(found)) - expected)
        assert error <= bound * max(1, abs(expected)), f"{found!r} is {mp.nstr(error, 3)} off {mp.nstr(expected, 20)}"


P1, Q1 = fractions(4, 3, 2, 1), fractions(1, 2, 3, 4)


def test_exercise_1_numbers_are_the_defining_sums() -> None:
    """ln(96)/10, the vector r, and both sides of Jensen's inequality are the sums over four outcomes."""
    assert_certified(exercise1.ex1_kl_pq(), kl(P1, Q1))
    assert_certified(exercise1.ex1_kl_qp(), kl(Q1, P1))
    assert_certified(exercise1.ex1_kl(exercise1.P, exercise1.Q), kl(P1, Q1))
    assert_certified(exercise1.ex1_r(), P1)
    points = [b / a for a, b in zip(P1, Q1, strict=True)]
    assert_certified(exercise1.ex1_jensen_points(), points)
    assert_certified(exercise1.ex1_jensen_lhs(), mp.fsum(-a * mp.log(t) for a, t in zip(P1, points, strict=True)))
    assert_certified(exercise1.ex1_jensen_rhs(), -mp.log(mp.fsum(a * t for a, t in zip(P1, points, strict=True))))


def test_exercise_1_words_follow_from_the_numbers() -> None:
    """Both sums are equal and positive, only p itself is at divergence 0, and the expression is the number."""
    assert (exercise1.ex1_larger(), exercise1.ex1_nonnegative(), exercise1.ex1_r_unique()) == ("equal", True, True)
    assert abs(kl(P1, Q1) - kl(Q1, P1)) < mp.mpf(10) ** -48
    assert kl(P1, P1) == 0 < kl(P1, Q1)
    assert exercise1.ex1_kl_pq_exact() == "log(96)/10"
    assert_certified(exercise1.ex1_kl_pq(), mp.log(96) / 10)


def gaussian_kl_by_quadrature(mu1: float, var1: float, mu2: float, var2: float) -> Digits:
    one, two = (mp.mpf(mu1), mp.mpf(var1)), (mp.mpf(mu2), mp.mpf(var2))

    def gap(x: mp.mpf) -> mp.mpf:
        return (mp.log(two[1] / one[1]) + (x - two[0]) ** 2 / two[1] - (x - one[0]) ** 2 / one[1]) / 2

    return integral(lambda x: normal(x, *one) * gap(x), mu1, math.sqrt(var1))


@pytest.mark.parametrize(
    "parameters", [(1.0, 2.0, 0.0, 1.0), (0.0, 1.0, 1.0, 2.0), (-3.0, 0.3, 2.0, 0.7), (0.0, 1.0, 0.0, 1.05)]
)
def test_gaussian_divergence_is_the_integral_of_its_definition(parameters: tuple[float, float, float, float]) -> None:
    """The closed form is the integral of q's log-ratio, for ordinary and nearly equal variances."""
    assert_certified(exercise2.ex2_kl_gaussian(*parameters), gaussian_kl_by_quadrature(*parameters))


def test_exercise_2_numbers_are_integrals_of_the_definition() -> None:
    """2b, 2c and 2d are the same integral at their own parameters, and the two directions differ."""
    assert_certified(exercise2.ex2_kl_12(), gaussian_kl_by_quadrature(1.0, 2.0, 0.0, 1.0))
    assert_certified(exercise2.ex2_kl_21(), gaussian_kl_by_quadrature(0.0, 1.0, 1.0, 2.0))
    assert_certified(exercise2.ex2_kl_equal_var(1.0, -2.0, 4.0), gaussian_kl_by_quadrature(1.0, 4.0, -2.0, 4.0))
    assert_certified(exercise2.ex2_kl_to_standard(0.7, 0.4), gaussian_kl_by_quadrature(0.7, 0.4, 0.0, 1.0))
    assert_certified(exercise2.ex2_kl_at_standard(), gaussian_kl_by_quadrature(0.0, 1.0, 0.0, 1.0))
    assert exercise2.ex2_equal() is False
    assert exercise2.ex2_kl_12() > exercise2.ex2_kl_21() + 0.3


def test_exercise_3_forward_fit_has_the_moments_of_the_mixture() -> None:
    """3a's mean and variance are the first two moments of p by quadrature."""

    def mixture(x: mp.mpf) -> mp.mpf:
        return (normal(x, -2, mp.mpf(1) / 4) + normal(x, 2, mp.mpf(1) / 4)) / 2

    assert_certified(exercise3.ex3_mu_star(), integral(lambda x: x * mixture(x), 0.0, 1.0))
    assert_certified(exercise3.ex3_var_star(), integral(lambda x: x * x * mixture(x), 0.0, 1.0))
    assert exercise3.ex3_direction() == "forward"


def test_exercise_4_numbers_are_the_defining_sums() -> None:
    """Joint, marginal and conditional divergences are the sums over four cells, and the gap is 0."""
    joint = kl(fractions(4, 1, 1, 4), [mp.mpf(1) / 4] * 4)
    conditional = kl(fractions(8, 2), fractions(5, 5))
    assert_certified(exercise4.ex4_kl_joint(), joint)
    assert_certified(exercise4.ex4_kl_marginal(), mp.mpf(0))
    assert_certified(exercise4.ex4_kl_conditional(), conditional)
    assert_certified(exercise4.ex4_chain_rule(exercise4.P, exercise4.Q), [joint, mp.mpf(0), conditional])
    assert_certified(exercise4.ex4_gap(), joint - conditional)
    assert (exercise4.ex4_chain_rule_holds(), exercise4.ex4_dominant()) == (True, "conditional")


def four_divergences(theta: Digits) -> dict[str, Digits]:
    other = 1 - theta
    entropy = -theta * mp.log(theta) - other * mp.log(other)
    middle = [(theta + mp.mpf(1) / 2) / 2, (other + mp.mpf(1) / 2) / 2]
    return {
        "kl": mp.log(2) - entropy,
        "reverse_kl": -mp.log(4 * theta * other) / 2,
        "tv": abs(theta - mp.mpf(1) / 2),
        "jsd": -mp.fsum(m * mp.log(m) for m in middle) - (entropy + mp.log(2)) / 2,
    }


@pytest.mark.parametrize("theta", THETAS)
def test_exercise_5_functions_are_their_closed_forms(theta: float) -> None:
    """Forward, reverse, total variation and Jensen-Shannon agree with entropies worked out in 50 digits."""
    truth = four_divergences(mp.mpf(theta))
    for name, value in truth.items():
        assert_certified(getattr(exercise5, f"ex5_{name}")(theta), value)
    slack = truth["kl"] / 2 - truth["tv"] ** 2
    assert_certified(exercise5.ex5_pinsker_slack(theta), slack)
    assert slack >= 0


def test_exercise_5_values_at_one_percent_are_the_closed_forms() -> None:
    """5d's dictionary holds the four values at theta = 1/100."""
    answer, truth = exercise5.ex5_at_001(), four_divergences(mp.mpf(1) / 100)
    assert list(answer) == ["kl", "reverse_kl", "tv", "jsd"]
    for name, value in truth.items():
        assert_certified(answer[name], value)


def test_exercise_5_sets_follow_from_values() -> None:
    """Symmetric is what an exchange leaves alone, bounded what disjoint supports leave finite."""
    functions = {"kl": divergences.kl, "reverse_kl": divergences.reverse_kl}
    functions |= {"tv": divergences.total_variation, "jsd": divergences.jensen_shannon}
    p, q, left, right = [0.1, 0.9], [0.5, 0.5], [1.0, 0.0], [0.0, 1.0]
    symmetric = {name for name, f in functions.items() if abs(f(p, q) - f(q, p)) < 1e-12}
    assert exercise5.ex5_symmetric() == symmetric
    assert exercise5.ex5_asymmetric() == set(functions) - symmetric
    assert exercise5.ex5_bounded() == {name for name, f in functions.items() if f(left, right) < math.inf}
    assert exercise5.ex5_pinsker_holds() is True


@pytest.mark.parametrize("phi", PHIS)
def test_exercise_6_functions_are_integrals_of_their_definitions(phi: float) -> None:
    """ELBO, reconstruction and KL term are means over the encoder, by quadrature."""
    mean, var, noise = 2 * mp.mpf(phi), mp.mpf(1) / 2, mp.mpf(1) / 10

    def log_normal(x: Digits, centre: Digits, spread: Digits) -> Digits:
        return -((x - centre) ** 2) / (2 * spread) - mp.log(2 * mp.pi * spread) / 2

    def mean_of(f: object) -> Digits:
        return integral(lambda z: normal(z, mean, var) * f(z), 2 * phi, math.sqrt(0.5))

    reconstruction = mean_of(lambda z: log_normal(mp.mpf(2), z, noise))
    kl_term = mean_of(lambda z: log_normal(z, mean, var) - log_normal(z, mp.mpf(0), mp.mpf(1)))
    assert_certified(exercise6.ex6_reconstruction(phi), reconstruction)
    assert_certified(exercise6.ex6_kl_term(phi), kl_term)
    assert_certified(exercise6.ex6_elbo(phi), reconstruction - kl_term)


def test_exercise_6_maximiser_is_where_the_derivative_vanishes() -> None:
    """phi* is the root of the ELBO's derivative, and it goes to 1 while the KL term stays away from 0."""

    def root(noise: Digits) -> Digits:
        return mp.findroot(lambda phi: mp.diff(lambda f: -((2 - 2 * f) ** 2) / (2 * noise) - 2 * f * f, phi), 0.5)

    assert_certified(exercise6.ex6_phi_star(), root(mp.mpf(1) / 10))
    assert_certified(exercise6.ex6_phi_limit(), root(mp.mpf(10) ** -20))
    assert exercise6.ex6_collapse() is False
    assert_certified(exercise6.ex6_kl_term(1.0), mp.mpf(7) / 4 + mp.log(2) / 2)


def tilted(pi_ref: Sequence[Digits], reward: Sequence[Digits], beta: Digits) -> list[Digits]:
    weights = [a * mp.exp(r / beta) for a, r in zip(pi_ref, reward, strict=True)]
    return [weight / mp.fsum(weights) for weight in weights]


def test_exercise_7_numbers_are_the_defining_sums() -> None:
    """The policy and its divergence are worked out in 50 digits; the small probability holds to its own last digits."""
    reference, reward, beta = fractions(6, 4), [mp.mpf(2), mp.mpf(0)], mp.mpf(1) / 10
    policy = tilted(reference, reward, beta)
    assert_certified(exercise7.ex7_pi_star(), policy)
    assert abs(mp.mpf(float(exercise7.ex7_pi_star()[1])) / policy[1] - 1) < 1e-14
    assert_certified(exercise7.ex7_kl_star(), kl(policy, reference))


@pytest.mark.parametrize("beta", [0.001, 0.05, 1.0, 40.0])
def test_exercise_7_functions_are_the_defining_sums(beta: float) -> None:
    """Policy and divergence agree with 50 digits from reward/beta of 2000 down to a nearly untouched reference."""
    reference, reward = [0.5, 0.25, 0.25], [2.0, 1.5, -1.0]
    exact = [mp.mpf(a) for a in reference]
    policy = tilted(exact, [mp.mpf(r) for r in reward], mp.mpf(beta))
    assert_certified(exercise7.ex7_policy(reference, reward, beta), policy)
    assert_certified(exercise7.ex7_kl_at_optimum(reference, reward, beta), kl(policy, exact), 1e-14)


@pytest.mark.parametrize("margin", [-1e4, -30.0, -1.0, 0.0, 1e-3, 5.0, 300.0])
def test_dpo_loss_is_the_negative_log_sigmoid(margin: float) -> None:
    """The loss agrees with -ln σ(margin) in 50 digits, from a margin of -10⁴ to one where it nearly vanishes."""
    answer = exercise7.ex7_dpo_loss(margin / 0.5 - 1.0, -2.0, -3.0, -4.0, 0.5)
    truth = mp.log1p(mp.exp(-mp.mpf(0.5) * (mp.mpf(margin / 0.5 - 1.0) + 3 - 2)))
    assert abs(mp.mpf(answer) / truth - 1) < 1e-14


def test_exercise_8_numbers_are_the_defining_sums() -> None:
    """Soft labels, the four divergences and the loss agree with 50 digits."""
    teacher, student = (3, 1, -2), (2, 0, -1)
    p_t, p_s, t_tau, s_tau = softmax(teacher), softmax(student), softmax(teacher, 3), softmax(student, 3)
    for name, truth in (("p_T", p_t), ("p_S", p_s), ("p_T_tau", t_tau), ("p_S_tau", s_tau)):
        assert_certified(getattr(exercise8, f"ex8_{name}")(), truth)
    assert_certified(exercise8.ex8_kl_TS(), kl(p_t, p_s))
    assert_certified(exercise8.ex8_kl_ST(), kl(p_s, p_t))
    assert_certified(exercise8.ex8_kl_TS_tau(), kl(t_tau, s_tau))
    assert_certified(exercise8.ex8_kl_ST_tau(), kl(s_tau, t_tau))
    loss = mp.mpf(7) / 10 * kl(t_tau, s_tau) - mp.mpf(3) / 10 * mp.log(p_s[0])
    assert_certified(exercise8.ex8_loss(), loss)
    assert (kl(t_tau, s_tau) > kl(p_t, p_s), kl(s_tau, t_tau) > kl(p_s, p_t)) == (True, False)
    assert (exercise8.ex8_forward_kl_change(), exercise8.ex8_reverse_kl_change()) == ("increases", "decreases")
