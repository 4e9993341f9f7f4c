"""One test per theorem about divergences of finite distributions, on generated pairs with zeros and tiny entries."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference.divergences import chi_square, hellinger, jeffreys, jensen_shannon, kl, reverse_kl, total_variation
from reference.entropy import cross_entropy, entropy
from reference.families import alpha_divergence, f_divergence, renyi
from reference.joint import chain_rule, marginal_kl

SLACK = 1e-12
FAST = settings(max_examples=50, derandomize=True)
SYMMETRIC = [total_variation, jensen_shannon, hellinger, jeffreys]
DIVERGENCES = [kl, reverse_kl, chi_square, *SYMMETRIC]

WHOLE_WEIGHT = st.integers(0, 1000).map(float)
WEIGHT = st.one_of(WHOLE_WEIGHT, st.sampled_from([1e-12, 1e-140]))


def normalized(weights: list[float]) -> np.ndarray:
    assume(sum(weights) > 0.5)
    return np.array(weights) / math.fsum(weights)


@st.composite
def vectors(
    draw: st.DrawFn, count: int, sizes: tuple[int, int] = (1, 6), weight: st.SearchStrategy[float] = WEIGHT
) -> list[np.ndarray]:
    """Draw `count` distributions of one common length."""
    size = draw(st.integers(*sizes))
    return [normalized(draw(st.lists(weight, min_size=size, max_size=size))) for _ in range(count)]


@st.composite
def tables(draw: st.DrawFn) -> list[np.ndarray]:
    """Draw two joint tables of one shape; Q has mass everywhere, so that its conditionals exist."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = st.lists(WEIGHT, min_size=rows * columns, max_size=rows * columns)
    full = st.lists(st.integers(1, 1000).map(float), min_size=rows * columns, max_size=rows * columns)
    return [normalized(draw(kind)).reshape(rows, columns) for kind in (cells, full)]


def at_most(smaller: float, larger: float) -> bool:
    return smaller <= larger + SLACK * max(1.0, abs(larger)) if larger < math.inf else True


def same(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= SLACK * max(1.0, abs(one), abs(other))


@FAST
@given(vectors(2))
def test_non_negativity(pair: list[np.ndarray]) -> None:
    """No divergence is negative (Gibbs)."""
    assert all(divergence(*pair) >= 0 for divergence in DIVERGENCES)


@FAST
@given(vectors(2))
def test_zero_iff_equal(pair: list[np.ndarray]) -> None:
    """A distribution is at 0 from itself, and from nothing that differs visibly."""
    p, q = pair
    assert all(divergence(p, p) == 0 for divergence in DIVERGENCES)
    if total_variation(p, q) > 1e-5:
        assert all(divergence(p, q) > 0 for divergence in DIVERGENCES)


@FAST
@given(vectors(2))
def test_pinsker(pair: list[np.ndarray]) -> None:
    """TV² ≤ ½ KL."""
    assert at_most(total_variation(*pair) ** 2, kl(*pair) / 2)


@FAST
@given(vectors(2))
def test_bretagnolle_huber(pair: list[np.ndarray]) -> None:
    """TV² ≤ 1 - e^(-KL), which still says something where Pinsker does not."""
    assert at_most(total_variation(*pair) ** 2, -math.expm1(-kl(*pair)))


@FAST
@given(vectors(2))
def test_jensen_shannon_is_at_most_ln_2(pair: list[np.ndarray]) -> None:
    """The bound holds, with total variation times ln 2 between (Lin)."""
    assert at_most(jensen_shannon(*pair), total_variation(*pair) * math.log(2))
    assert at_most(total_variation(*pair), 1.0)


@FAST
@given(vectors(3))
def test_root_of_jensen_shannon_is_a_metric(triple: list[np.ndarray]) -> None:
    """Its square root and total variation obey the triangle inequality (KL does not and is not asked)."""
    p, q, r = triple
    root = [math.sqrt(jensen_shannon(*pair)) for pair in ((p, r), (p, q), (q, r))]
    assert root[0] <= root[1] + root[2] + 1e-7  # the root of a rounding error of 1e-15 is 3e-8
    assert at_most(total_variation(p, r), total_variation(p, q) + total_variation(q, r))


@FAST
@given(vectors(2))
def test_chain_of_bounds(pair: list[np.ndarray]) -> None:
    """Hellinger ≤ KL ≤ ln(1 + chi²) ≤ chi², and Hellinger/2 ≤ TV."""
    p, q = pair
    assert at_most(hellinger(p, q), kl(p, q))
    assert at_most(kl(p, q), math.log1p(chi_square(p, q)))
    assert at_most(hellinger(p, q) / 2, total_variation(p, q))


@FAST
@given(vectors(2))
def test_symmetry(pair: list[np.ndarray]) -> None:
    """Total variation, Jensen-Shannon, Hellinger and Jeffreys do not mind the order."""
    assert all(same(divergence(*pair), divergence(*pair[::-1])) for divergence in SYMMETRIC)


@FAST
@given(vectors(2), st.randoms(use_true_random=False))
def test_relabelling(pair: list[np.ndarray], random: object) -> None:
    """Renaming the outcomes changes no divergence."""
    order = list(range(pair[0].size))
    random.shuffle(order)
    assert all(same(divergence(*pair), divergence(*(v[order] for v in pair))) for divergence in DIVERGENCES)


@FAST
@given(vectors(2, (1, 4)), vectors(2, (1, 4)))
def test_additivity(first: list[np.ndarray], second: list[np.ndarray]) -> None:
    """KL, and Rényi of every order, of independent pairs add up."""
    joint = [np.outer(a, b) for a, b in zip(first, second, strict=True)]
    assert same(kl(*joint), kl(*first) + kl(*second))
    for order in (0.5, 2.0):
        assert same(renyi(*joint, order), renyi(*first, order) + renyi(*second, order))


@FAST
@given(vectors(2, (4, 4)), vectors(4, (3, 3)))
def test_data_processing(pair: list[np.ndarray], rows: list[np.ndarray]) -> None:
    """No channel from four symbols to another alphabet raises an f-divergence or a Rényi divergence."""
    channel = np.array(rows)
    sent, received = pair, [v @ channel for v in pair]
    assert all(at_most(divergence(*received), divergence(*sent)) for divergence in DIVERGENCES)
    assert at_most(renyi(*received, 3.0), renyi(*sent, 3.0))


@FAST
@given(vectors(4), st.floats(0, 1))
def test_joint_convexity(four: list[np.ndarray], share: float) -> None:
    """A mixture of pairs is not farther apart than the pairs are on average."""
    p1, q1, p2, q2 = four
    mixed = [share * a + (1 - share) * b for a, b in ((p1, p2), (q1, q2))]
    for divergence in DIVERGENCES:
        ends = divergence(p1, q1), divergence(p2, q2)
        if max(ends) < math.inf:
            assert at_most(divergence(*mixed), share * ends[0] + (1 - share) * ends[1])


@FAST
@given(tables())
def test_chain_rule(pair: list[np.ndarray]) -> None:
    """The joint divergence is the marginal's plus the expected conditional's, by rows and by columns."""
    for two in (pair, [table.T for table in pair]):
        joint, marginal, conditional = chain_rule(*two)
        assert same(joint, marginal + conditional)
        assert at_most(marginal_kl(*two), joint)


@FAST
@given(vectors(2))
def test_cross_entropy_is_entropy_plus_divergence(pair: list[np.ndarray]) -> None:
    """H(p, q) = H(p) + D(p‖q), and the entropy is at most ln n, by its divergence from the uniform."""
    p, q = pair
    assert same(cross_entropy(p, q), entropy(p) + kl(p, q))
    assert same(entropy(p), math.log(p.size) - kl(p, np.full(p.size, 1 / p.size)))


@FAST
@given(vectors(2))
def test_renyi_rises_with_its_order(pair: list[np.ndarray]) -> None:
    """Order 0 to infinity, through KL at order 1."""
    values = [renyi(*pair, order) for order in (0, 0.3, 0.5, 0.9, 1, 1.1, 2, 5, math.inf)]
    assert all(at_most(low, high) for low, high in pairwise(values))


@FAST
@given(vectors(2), st.floats(0.05, 0.95))
def test_renyi_skew_symmetry(pair: list[np.ndarray], order: float) -> None:
    """(1 - a) D_a(p‖q) = a D_(1-a)(q‖p), hence symmetry at order ½."""
    p, q = pair
    assert (1 - order) * renyi(p, q, order) == pytest.approx(order * renyi(q, p, 1 - order), rel=1e-10, abs=1e-13)


@FAST
@given(vectors(2), st.floats(-2, 3))
def test_alpha_divergence_duality(pair: list[np.ndarray], alpha: float) -> None:
    """D_a(p‖q) = D_(1-a)(q‖p) and neither is negative."""
    assume(min(abs(alpha), abs(alpha - 1)) > 0.01)
    p, q = pair
    value = alpha_divergence(p, q, alpha)
    assert value >= 0
    assert value == pytest.approx(alpha_divergence(q, p, 1 - alpha), rel=1e-9, abs=1e-11)


@FAST
@given(vectors(2, weight=WHOLE_WEIGHT))
def test_f_divergences_contain_the_named_ones(pair: list[np.ndarray]) -> None:
    """Their generators give total variation, Hellinger, alpha = ½ (twice Hellinger) and alpha = 2 (half chi²)."""
    p, q = pair
    assert same(f_divergence(p, q, lambda t: np.abs(t - 1) / 2, 0.5), total_variation(p, q))
    assert same(f_divergence(p, q, lambda t: (np.sqrt(t) - 1) ** 2, 1.0), hellinger(p, q))
    assert same(alpha_divergence(p, q, 0.5), 2 * hellinger(p, q))
    if chi_square(p, q) < 1e6:
        assert same(f_divergence(p, q, lambda t: (t - 1) ** 2, math.inf), chi_square(p, q))
        assert alpha_divergence(p, q, 2) == pytest.approx(chi_square(p, q) / 2, rel=1e-10, abs=1e-12)


@FAST
@given(vectors(2))
def test_local_curvature_is_half_chi_square(pair: list[np.ndarray]) -> None:
    """For p → q, KL is half of chi² (the Fisher information), and so is the reverse KL."""
    q, direction = 0.5 * pair[0] + 0.5 / pair[0].size, pair[1] - pair[0]
    p = q + 1e-3 * direction / max(1, direction.size)
    p = p / p.sum()
    half = chi_square(p, q) / 2
    assert kl(p, q) == pytest.approx(half, rel=1e-2, abs=1e-13)
    assert reverse_kl(p, q) == pytest.approx(half, rel=1e-2, abs=1e-13)
