"""What the library does at the edges: zeros, subnormals, near-equal inputs, and everything that is no distribution."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from reference.distillation import distillation_loss, log_softmax, softmax
from reference.divergences import (
    chi_square,
    hellinger,
    jeffreys,
    jensen_shannon,
    kl,
    relative_entropy,
    reverse_kl,
    total_variation,
)
from reference.elbo import Gaussian, elbo, log_evidence, posterior, reconstruction
from reference.entropy import cross_entropy, entropy
from reference.families import alpha_divergence, f_divergence, renyi
from reference.gaussian import gaussian_cross_entropy, gaussian_entropy, gaussian_kl, gaussian_kl_from_sd
from reference.joint import chain_rule, conditional_kl
from reference.policy import dpo_loss, kl_at_optimum, kl_from_reference, log_partition, optimal_policy

INF, NAN, TINY = math.inf, math.nan, 5e-324
THIRD = [1 / 3, 1 / 3, 1 / 3]
PAIRWISE = [kl, reverse_kl, jeffreys, total_variation, jensen_shannon, hellinger, chi_square, cross_entropy]


@pytest.mark.parametrize(
    ("p", "q", "value"),
    [
        ([0, 0.5, 0.5], THIRD, math.log(1.5)),  # zero in p
        ([0.5, 0.5], [1, 0], INF),  # zero in q only
        ([0.25, 0.75, 0], [0.5, 0.5, 0], 0.130812035941),  # zero in both places
        ([1, 0], [0, 1], INF),  # disjoint
        ([TINY, 1], [TINY / 2 + TINY, 1], 0.0),  # subnormal in p
        ([0.5, 0.5], [TINY, 1], 371.526888780),  # p/q overflows
        ([0.5, 0.5], [1e-300, 1], 344.694616769),
        ([1, 0], [1e-310, 1], 713.801378828),
        ([0.1, 0.2, 0.7], [0.1, 0.2, 0.7], 0.0),
        ([[0.4, 0.1], [0.1, 0.4]], [[0.25, 0.25], [0.25, 0.25]], 0.192744757022),  # a table, all cells at once
        ([1], [1], 0.0),
        ([Fraction(1, 2), Fraction(1, 2)], [0.25, 0.75], 0.143841036226),
    ],
)
def test_kl_at_the_edges(p: object, q: object, value: float) -> None:
    """Zeros, subnormals and tables give the mathematical value, infinite where it is infinite."""
    assert kl(p, q) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("function", PAIRWISE)
@pytest.mark.parametrize(
    ("p", "q", "reason"),
    [
        ([1.0, 1.0], [0.5, 0.5], "sum 2.0"),
        ([2.0, 0.0], [1.0, 1.0], "sum 2.0"),
        ([1, 1], [1, 3], r"sum [24]\.0"),
        ([0.5, 0.5], [0.5, 0.5 + 3e-9], "sum 1.00000000"),
        ([1.5, -0.5], [0.5, 0.5], "negative"),
        ([0.5, 0.5], [1.5, -0.5], "negative"),
        ([1.5, -0.5], [1.5, -0.5], "negative"),
        ([NAN, 1.0], [0.5, 0.5], "finite"),
        ([0.5, 0.5], [0.5, INF], "finite"),
        ([0.5, 0.25, 0.25], [0.5, 0.5], "shape"),
        ([0.5, 0.25, 0.25], [1.0], "shape"),
        ([[0.5, 0.5]], [0.5, 0.5], "shape"),
        ([], [], "at least one entry"),
        (1.0, 1.0, "at least one axis"),
        ([0.0, 0.0], [0.5, 0.5], "sum 0.0"),
        ([0.5, 0.5 + 0j], [0.5, 0.5], "real numbers"),
        (["0.5", "0.5"], [0.5, 0.5], "real numbers"),
        ([True, False], [0.5, 0.5], "real numbers"),
        ([None, 1.0], [0.5, 0.5], "finite"),
        ([object(), 1.0], [0.5, 0.5], "real numbers"),
    ],
)
def test_what_is_no_distribution_is_refused(function: object, p: object, q: object, reason: str) -> None:
    """Sums that are not 1, negative entries, NaN, infinities, unequal shapes and nothing at all are a `ValueError`."""
    with pytest.raises(ValueError, match=reason):
        function(p, q)


def test_refusals_show_name_place_and_value() -> None:
    """The message names the argument, the entry and what stands there."""
    with pytest.raises(ValueError, match=r"probability in q cannot be negative: entry \[1\] is -0\.5"):
        kl([0.5, 0.5], [1.5, -0.5])


def test_normalising_happens_only_on_request() -> None:
    """`normalize=True` divides by the sums; there is nothing to divide by when the sum is 0."""
    assert kl([4, 3, 2, 1], [1, 2, 3, 4], normalize=True) == pytest.approx(math.log(96) / 10, abs=1e-15)
    with pytest.raises(ValueError, match="sum 0"):
        kl([0, 0], [1, 1], normalize=True)


def test_single_precision_is_widened_before_the_sum_is_checked() -> None:
    """float32 vectors whose sum is 1 in double precision pass, others are refused rather than rounded to 1."""
    assert kl(np.float32([0.25, 0.75]), np.float32([0.5, 0.5])) == pytest.approx(0.130812035941, abs=1e-12)
    with pytest.raises(ValueError, match="sum"):
        kl(np.float32([0.1] * 10), np.float32([0.1] * 10))


def test_equal_distributions_are_at_distance_zero_bitwise() -> None:
    """Every divergence of a vector from itself is exactly 0."""
    p = np.random.default_rng(1).dirichlet(np.ones(50))
    for divergence in (kl, reverse_kl, jeffreys, total_variation, jensen_shannon, hellinger, chi_square):
        assert divergence(p, p) == 0.0
    assert renyi(p, p, 0.5) == alpha_divergence(p, p, -1.0) == 0.0


def test_nearly_equal_distributions_never_go_negative() -> None:
    """Rounding that would take the sum below 0 is clipped."""
    rng = np.random.default_rng(2)
    for _ in range(200):
        p = rng.dirichlet(np.ones(8))
        q = p * (1 + 1e-9 * rng.standard_normal(8))
        assert 0.0 <= kl(p, q / q.sum()) < 1e-14


def test_a_million_categories_lose_nothing() -> None:
    """Half of the outcomes with twice the mass give ln 2 to the last digit."""
    size = 1_000_000
    p = np.zeros(size)
    p[::2] = 2 / size
    assert abs(kl(p, np.full(size, 1 / size)) - math.log(2)) < 1e-12


def test_disjoint_supports_give_the_extremes() -> None:
    """Total variation 1, Jensen-Shannon ln 2, Hellinger 2, everything built on KL infinite."""
    p, q = [1, 0], [0, 1]
    assert (total_variation(p, q), hellinger(p, q)) == (1.0, 2.0)
    assert jensen_shannon(p, q) == pytest.approx(math.log(2), abs=1e-15)
    infinite = [kl(p, q), reverse_kl(p, q), jeffreys(p, q), chi_square(p, q), cross_entropy(p, q)]
    assert infinite == [INF] * 5
    assert [renyi(p, q, order) for order in (0, 0.5, 1, 2, INF)] == [INF] * 5
    assert alpha_divergence(p, q, 0.5) == 4.0


def test_one_sided_zeros_are_infinite_on_one_side() -> None:
    """Mass of p where q has none is infinite for high orders only, and the other way round for low ones."""
    p, q = [0.5, 0.5], [1.0, 0.0]
    assert [renyi(p, q, order) for order in (1, 1.5, INF)] == [INF] * 3
    assert renyi(p, q, 0.5) == pytest.approx(math.log(2), abs=1e-15)
    assert [alpha_divergence(p, q, a) for a in (1, 2)] == [INF] * 2
    assert [alpha_divergence(q, p, a) for a in (0, -1)] == [INF] * 2
    assert alpha_divergence(q, p, 2) == pytest.approx(chi_square(q, p) / 2, abs=1e-15)
    assert chi_square(q, p) == pytest.approx(1.0, abs=1e-15)


def test_jensen_shannon_survives_subnormals() -> None:
    """The mean of a subnormal and 0 underflows to 0, which must not make the divergence infinite."""
    assert jensen_shannon([TINY, 1], [0, 1]) == pytest.approx(0.0, abs=1e-300)


@pytest.mark.parametrize("order", [-0.1, NAN])
def test_renyi_orders_start_at_zero(order: float) -> None:
    """Negative and undefined orders are refused."""
    with pytest.raises(ValueError, match="order"):
        renyi(THIRD, THIRD, order)


def test_f_divergence_counts_escaped_mass_with_the_slope_at_infinity() -> None:
    """Mass of p outside q's support is infinite for t ln t and half of itself for |t - 1|/2."""
    p, q = [0.5, 0.5], [1.0, 0.0]
    assert f_divergence(p, q, lambda t: t * np.log(t), INF) == INF
    assert f_divergence(p, q, lambda t: np.abs(t - 1) / 2, 0.5) == total_variation(p, q)


def test_plain_relative_entropy_takes_what_students_hand_in() -> None:
    """Vectors that are no distributions give the plain sum, negative numbers +inf, unequal shapes an error."""
    assert relative_entropy([0.6, 0.6], [0.5, 0.5]) == pytest.approx(1.2 * math.log(1.2), abs=1e-15)
    assert relative_entropy([0.5, -0.5], [0.5, 0.5]) == relative_entropy([0.5, 0.5], [0.5, -0.5]) == INF
    with pytest.raises(ValueError, match="shape"):
        relative_entropy([0.5, 0.5], [1.0])


def test_entropy_of_a_certain_outcome_is_zero() -> None:
    """`0 ln 0` counts 0, and no negative zero comes out."""
    assert math.copysign(1, entropy([1, 0])) == math.copysign(1, cross_entropy([1, 0], [1, 0])) == 1
    assert entropy([1, 0]) == 0


@pytest.mark.parametrize(
    ("parameters", "value"),
    [
        ((0.0, 1e-200, 0.0, 1.0), 460.017018599),
        ((0.0, 1.0, 0.0, 1e-200), INF),  # its square underflows
        ((0.0, 1e200, 0.0, 1.0), INF),
        ((1e8, 1.0, 1e8 + 1, 1.0), 0.5),
        ((1e308, 1.0, -1e308, 1.0), INF),
        ((3.0, 2.0, 3.0, 2.0), 0.0),
        ((0.0, 1e160, 1e160, 1e160), 0.5),
    ],
)
def test_gaussian_divergence_at_the_edges(parameters: tuple[float, float, float, float], value: float) -> None:
    """Standard deviations far outside the range of their squares give the value, or +inf where it overflows."""
    assert gaussian_kl_from_sd(*parameters) == pytest.approx(value, abs=1e-9)


def test_nearly_equal_variances_do_not_cancel() -> None:
    """Variances 1 and (1 + 1e-9)² are at 9.99999998e-19, where the textbook formula gives 0."""
    assert gaussian_kl_from_sd(0.0, 1.0, 0.0, 1 + 1e-9) == pytest.approx(9.99999998e-19, rel=3e-7)
    assert gaussian_kl(0.0, 1.0 + 2**-30, 0.0, 1.0) == pytest.approx(2**-62, rel=1e-9)


@pytest.mark.parametrize("function", [gaussian_kl, gaussian_kl_from_sd, gaussian_cross_entropy])
@pytest.mark.parametrize(
    "parameters",
    [
        (0.0, 0.0, 0.0, 1.0),
        (0.0, 1.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (0.0, -1.0, 0.0, 1.0),
        (0.0, -1.0, 0.0, -1.0),
        (NAN, 1.0, 0.0, 1.0),
        (0.0, INF, 0.0, 1.0),
        (0.0, 1.0, -INF, 1.0),
    ],
)
def test_improper_gaussians_are_refused(function: object, parameters: tuple[float, ...]) -> None:
    """Zero, negative, undefined and infinite parameters are a `ValueError` that names the parameter."""
    with pytest.raises(ValueError, match=r"^(mu|var|sd)[12] = "):
        function(*parameters)


@pytest.mark.parametrize(
    "call",
    [
        lambda: gaussian_entropy(0.0),
        lambda: reconstruction(2.0, 0.0, Gaussian(0.0, 1.0)),
        lambda: elbo(2.0, 0.1, Gaussian(0.0, -1.0)),
        lambda: log_evidence(NAN, 0.1),
        lambda: posterior(2.0, -0.1),
    ],
)
def test_improper_models_are_refused(call: object) -> None:
    """A latent variable model needs positive variances and a finite observation."""
    with pytest.raises(ValueError, match=r"must be"):
        call()


def test_tables_need_two_axes() -> None:
    """The chain rule of a vector is a mistake, not a table with one row."""
    with pytest.raises(ValueError, match="table"):
        chain_rule([0.5, 0.5], [0.5, 0.5])


def test_empty_rows_add_nothing_and_escaped_rows_are_infinite() -> None:
    """A row without mass in P has weight 0; one without mass in Q but in P makes everything infinite."""
    upper, even = [[0.5, 0.5], [0.0, 0.0]], [[0.25, 0.25], [0.25, 0.25]]
    assert chain_rule(upper, even) == pytest.approx((math.log(2), math.log(2), 0.0), abs=1e-15)
    assert chain_rule(even, upper) == (INF, INF, INF)
    assert conditional_kl([[0.5, 0.0], [0.25, 0.25]], [[0.0, 0.5], [0.25, 0.25]]) == INF


def test_policies_do_not_overflow() -> None:
    """reward/beta of 2000 and of 1e300 give the policy, its partition and its divergence without a warning."""
    policy = optimal_policy([0.5, 0.5], [2000.0, 0.0], 1.0)
    assert policy.tolist() == [1.0, 0.0]
    assert kl_at_optimum([0.5, 0.5], [2000.0, 0.0], 1.0) == pytest.approx(math.log(2), abs=1e-15)
    assert log_partition([0.5, 0.5], [2000.0, 0.0], 1.0) == pytest.approx(2000 - math.log(2), rel=1e-15)
    assert kl_from_reference([0.5, 0.5], [2000.0, 0.0], 1.0) == pytest.approx(1000 - math.log(2), rel=1e-15)
    assert optimal_policy([0.5, 0.5], [1.0, 0.0], 1e-310).tolist() == [1.0, 0.0]
    assert kl_at_optimum([0.25, 0.75], [1.0, 0.0], 1e-310) == pytest.approx(math.log(4), abs=1e-15)


def test_policies_keep_to_the_support_of_the_reference() -> None:
    """An excluded answer stays excluded, however well it is paid."""
    assert optimal_policy([0.0, 0.5, 0.5], [1e6, 1.0, 1.0], 0.1).tolist() == [0.0, 0.5, 0.5]
    assert kl_at_optimum([0.0, 0.5, 0.5], [1e6, 1.0, 1.0], 0.1) == 0.0


@pytest.mark.parametrize(
    ("pi_ref", "reward", "beta", "reason"),
    [
        ([0.5, 0.5], [1.0, 0.0], 0.0, "beta"),
        ([0.5, 0.5], [1.0, 0.0], -1.0, "beta"),
        ([0.5, 0.5], [1.0, 0.0], NAN, "beta"),
        ([0.5, 0.5], [1.0], 1.0, "shape"),
        ([0.5, 0.5], [1.0, INF], 1.0, "reward"),
        ([0.5, 0.6], [1.0, 0.0], 1.0, "sum"),
    ],
)
def test_improper_policy_problems_are_refused(pi_ref: object, reward: object, beta: float, reason: str) -> None:
    """The weight must be positive, the rewards finite, the reference a distribution of the same length."""
    with pytest.raises(ValueError, match=reason):
        optimal_policy(pi_ref, reward, beta)


def test_dpo_loss_is_stable_at_both_ends() -> None:
    """A margin of -10⁴ gives 10⁴, one of +10⁴ gives 0; improper numbers are refused."""
    assert dpo_loss(-1e4, 0.0, 0.0, 0.0, 1.0) == 1e4
    assert dpo_loss(0.0, -1e4, 0.0, 0.0, 1.0) == 0.0
    for arguments in ((NAN, 0.0, 0.0, 0.0, 1.0), (0.0, -INF, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.0, 0.0)):
        with pytest.raises(ValueError, match="must be"):
            dpo_loss(*arguments)


def test_softmax_neither_overflows_nor_loses_logarithms() -> None:
    """Logits of 10⁴ give probabilities, and the logarithm of one that underflows is still there."""
    assert softmax([1e4, 0.0]).tolist() == [1.0, 0.0]
    assert log_softmax([1e4, 0.0]).tolist() == [0.0, -1e4]
    for logits, temperature in (([1.0, NAN], 1.0), ([1.0], 0.0), ([[1.0]], 1.0), ([], 1.0)):
        with pytest.raises(ValueError, match=r"logits|temperature"):
            softmax(logits, temperature)


@pytest.mark.parametrize(("label", "weight"), [(2, 0.5), (-1, 0.5), (0, 1.5), (0, NAN)])
def test_improper_distillation_is_refused(label: int, weight: float) -> None:
    """The label must be a class and the weight a share."""
    with pytest.raises(ValueError, match=r"label|weight"):
        distillation_loss([1.0, 0.0], [0.0, 1.0], label, weight, 2.0)
