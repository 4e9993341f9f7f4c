"""Known mistakes and follow-throughs: the numbers the course promises, and names that cover all of it."""

from __future__ import annotations

import importlib
import inspect
import math
from types import ModuleType

import numpy as np
import pytest

from reference import exercise1, exercise2, exercise3, exercise4, exercise5, exercise6, exercise7, exercise8
from reference.mistakes import smoothed_kl

MODULES = [importlib.import_module(f"reference.exercise{number}") for number in range(1, 9)]
CODES = {
    "ex1_kl": (
        "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl jeffreys_for_kl renyi_for_kl "
        "smoothing_hides_inf"
    ),
    "ex1_kl_pq": "bits_not_nats log10_not_ln cross_entropy_for_kl jeffreys_for_kl renyi_for_kl",
    "ex1_kl_qp": "bits_not_nats log10_not_ln cross_entropy_for_kl jeffreys_for_kl renyi_for_kl",
    "ex1_kl_pq_exact": "bits_not_nats log10_not_ln",
    "ex1_jensen_points": "direction_swapped",
    "ex1_jensen_lhs": "bits_not_nats log10_not_ln",
    "ex2_kl_gaussian": "direction_swapped bits_not_nats log10_not_ln sd_for_variance missing_half cross_entropy_for_kl",
    "ex2_kl_12": "direction_swapped bits_not_nats log10_not_ln sd_for_variance missing_half cross_entropy_for_kl",
    "ex2_kl_21": "direction_swapped bits_not_nats log10_not_ln sd_for_variance missing_half cross_entropy_for_kl",
    "ex2_kl_equal_var": "missing_half sd_for_variance bits_not_nats log10_not_ln",
    "ex2_kl_to_standard": (
        "direction_swapped bits_not_nats log10_not_ln sd_for_variance missing_half cross_entropy_for_kl"
    ),
    "ex2_kl_at_standard": "cross_entropy_for_kl",
    "ex3_var_star": "direction_swapped",
    "ex4_kl_joint": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex4_kl_conditional": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex4_kl_marginal": "cross_entropy_for_kl",
    "ex4_chain_rule": (
        "direction_swapped bits_not_nats log10_not_ln axis_swapped conditional_not_averaged smoothing_hides_inf"
    ),
    "ex5_kl": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex5_reverse_kl": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex5_tv": "tv_without_half",
    "ex5_jsd": "jsd_without_half bits_not_nats log10_not_ln jeffreys_for_jsd jsd_square_root",
    "ex5_pinsker_slack": "bits_not_nats log10_not_ln tv_without_half tv_not_squared direction_swapped",
    "ex5_at_001": "direction_swapped bits_not_nats log10_not_ln tv_without_half jsd_without_half jeffreys_for_jsd "
    "jsd_square_root",
    "ex6_elbo": "sd_for_variance missing_half bits_not_nats log10_not_ln",
    "ex6_reconstruction": "sd_for_variance missing_half",
    "ex6_kl_term": "sd_for_variance missing_half bits_not_nats log10_not_ln direction_swapped",
    "ex6_phi_star": "sd_for_variance",
    "ex7_policy": "reference_dropped beta_inverted",
    "ex7_kl_at_optimum": (
        "log_partition_forgotten beta_inverted direction_swapped bits_not_nats log10_not_ln reference_dropped"
    ),
    "ex7_dpo_loss": "reference_dropped beta_inverted preference_swapped bits_not_nats log10_not_ln",
    "ex7_pi_star": "underflow_to_zero reference_dropped beta_inverted",
    "ex7_kl_star": "bits_not_nats log10_not_ln direction_swapped log_partition_forgotten",
    "ex8_kl_TS": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex8_kl_ST": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl",
    "ex8_p_T_tau": "temperature_inverted",
    "ex8_p_S_tau": "student_not_tempered temperature_inverted",
    "ex8_kl_TS_tau": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl student_not_tempered",
    "ex8_kl_ST_tau": "direction_swapped bits_not_nats log10_not_ln cross_entropy_for_kl student_not_tempered",
    "ex8_loss": "tau_squared student_not_tempered ce_tempered bits_not_nats log10_not_ln direction_swapped",
}
WRONG = {  # what this course's own rules must not pass
    "ex3_mu_grid": "backwards too_short",
    "ex3_reverse_kl": "shifted forward",
    "ex3_minima": "same_side too_far_out",
}
SAMPLE_INPUTS = {
    "p q": [([0.5, 0.3, 0.2], [0.2, 0.2, 0.6]), ([0.5, 0.5], [1.0, 0.0]), ([1.0, 0.0], [0.0, 1.0])],
    "mu1 var1 mu2 var2": [(1.0, 4.0, -1.0, 0.5)],
    "mu1 mu2 var": [(1.0, -1.0, 4.0)],
    "mu var": [(1.0, 0.3)],
    "P Q": [([[0.1, 0.2], [0.3, 0.4]], [[0.4, 0.1], [0.2, 0.3]]), ([[0.5, 0.0], [0.2, 0.3]], [[0.25] * 2] * 2)],
    "theta": [(0.01,), (0.8,)],
    "phi": [(0.4,), (-1.0,)],
    "pi_ref reward beta": [([0.6, 0.3, 0.1], [2.0, 0.0, 1.0], 0.5), ([0.6, 0.4], [1.0, 0.0], 0.0005)],
    "logp_w logp_l ref_logp_w ref_logp_l beta": [(-1.0, -3.0, -1.5, -2.0, 0.3), (-2e4, 0.0, -1.0, -2.0, 0.5)],
    "": [()],
}


def module_of(answer: str) -> ModuleType:
    return MODULES[int(answer[2]) - 1]


def flat(value: object) -> list[object]:
    """Return an answer of any kind as a list of numbers or strings."""
    if isinstance(value, dict):
        return list(value.values())
    return list(np.ravel(np.asarray(value)))


def wrong_names(module: ModuleType) -> set[str]:
    return {
        name
        for name in vars(module)
        if name.startswith("ex") and "__" in name and not name.endswith(("__from", "__law"))
    }


def test_every_listed_mistake_exists_and_no_other() -> None:
    """The mistakes in the modules are exactly those of the tables."""
    listed = {f"{answer}__{code}" for answer, codes in (CODES | WRONG).items() for code in codes.split()}
    assert set().union(*map(wrong_names, MODULES)) == listed


@pytest.mark.parametrize("answer", CODES)
def test_mistakes_keep_the_signature_and_change_a_value(answer: str) -> None:
    """A mistake takes the same arguments, gives the same kind of answer, and differs somewhere from the truth."""
    right = getattr(module_of(answer), answer)
    for code in CODES[answer].split():
        wrong = getattr(module_of(answer), f"{answer}__{code}")
        parameters = list(inspect.signature(right).parameters)
        assert list(inspect.signature(wrong).parameters) == parameters
        pairs = [(flat(right(*row)), flat(wrong(*row))) for row in SAMPLE_INPUTS[" ".join(parameters)]]
        assert all(len(truth) == len(other) for truth, other in pairs)
        assert any(one != other for truth, found in pairs for one, other in zip(truth, found, strict=True)), code


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        (exercise2.ex2_kl_12__sd_for_variance, 1.30685282),
        (exercise2.ex2_kl_21__sd_for_variance, 0.44314718),
        (exercise3.ex3_var_star__direction_swapped, 0.250398),
        (exercise5.ex5_jsd__jeffreys_for_jsd, 1.125804),
        (exercise8.ex8_kl_TS_tau__student_not_tempered, 0.187945972874),
        (exercise8.ex8_loss__tau_squared, 0.214855184001),
        (exercise8.ex8_loss__student_not_tempered, 0.182515986878),
        (exercise8.ex8_loss__ce_tempered, 0.207799624),
    ],
)
def test_mistakes_give_the_promised_numbers(wrong: object, value: float) -> None:
    """The numbers that the course announces for its known mistakes."""
    arguments = (0.01,) if inspect.signature(wrong).parameters else ()
    assert wrong(*arguments) == pytest.approx(value, abs=1e-6 if round(value, 6) == value else 1e-9)


def test_units_convert_by_their_logarithm() -> None:
    """Bits and decimal digits are nats over ln 2 and ln 10, and infinity stays."""
    assert exercise1.ex1_kl_pq__bits_not_nats() == pytest.approx(math.log2(96) / 10, rel=1e-15)
    assert exercise1.ex1_kl_pq__log10_not_ln() == pytest.approx(math.log10(96) / 10, rel=1e-15)
    assert exercise1.ex1_kl__bits_not_nats([0.5, 0.5], [1.0, 0.0]) == math.inf


def test_mistakes_that_give_the_right_number_are_known() -> None:
    """Where the given data hide a mistake, or make two of them coincide, nobody should claim it."""
    assert exercise1.ex1_kl__direction_swapped(exercise1.P, exercise1.Q) == pytest.approx(exercise1.ex1_kl_pq())
    assert exercise4.ex4_chain_rule__axis_swapped(exercise4.P, exercise4.Q) == pytest.approx(
        exercise4.ex4_chain_rule(exercise4.P, exercise4.Q)
    )
    dropped = exercise7.ex7_kl_at_optimum__reference_dropped([0.6, 0.4], [2.0, 0.0], 0.1)
    assert dropped == pytest.approx(exercise7.ex7_kl_star(), abs=1e-6)
    assert exercise2.ex2_kl_12__missing_half() == pytest.approx(exercise2.ex2_kl_12__sd_for_variance(), abs=1e-14)


def test_smoothing_hides_infinity_and_nothing_else() -> None:
    """A smoothed KL agrees where q is not tiny, and is finite where the truth is not."""
    assert smoothed_kl([0.5, 0.5], [0.2, 0.8]) == pytest.approx(exercise1.ex1_kl([0.5, 0.5], [0.2, 0.8]), abs=1e-8)
    assert smoothed_kl([0.5, 0.5], [1.0, 0.0]) < 20 < exercise1.ex1_kl([0.5, 0.5], [1.0, 0.0])


def test_policy_mistakes_stay_finite_where_the_policy_underflows() -> None:
    """The other direction and the forgotten partition at reward/beta = 2000 are numbers, not warnings."""
    problem = ([0.5, 0.5], [1.0, 0.0], 0.0005)
    assert exercise7.ex7_kl_at_optimum__direction_swapped(*problem) == pytest.approx(1000 - math.log(2))
    assert exercise7.ex7_kl_at_optimum__log_partition_forgotten(*problem) == pytest.approx(2000)


@pytest.mark.parametrize(
    ("by", "values", "answer"),
    [
        (exercise1.ex1_nonnegative__from, (0.4, 0.3), True),
        (exercise1.ex1_nonnegative__from, (0.4, -0.3), False),
        (exercise1.ex1_larger__from, (0.4, 0.4004), "equal"),
        (exercise1.ex1_larger__from, (0.4, 0.41), "qp"),
        (exercise1.ex1_larger__from, (0.41, 0.4), "pq"),
        (exercise1.ex1_larger__from, (math.inf, math.inf), "equal"),
        (exercise4.ex4_gap__from, (1.0, 0.25, 0.5), 0.25),
        (exercise4.ex4_chain_rule_holds__from, (1.0, 0.25, 0.5), False),
        (exercise4.ex4_chain_rule_holds__from, (1.0, 0.25, 0.7495), True),
        (exercise4.ex4_chain_rule_holds__from, (math.inf, math.inf, 0.0), False),
        (exercise4.ex4_dominant__from, (0.2, 0.1), "marginal"),
        (exercise4.ex4_dominant__from, (0.1, 0.2), "conditional"),
        (exercise5.ex5_pinsker_slack__from, (0.5, 0.25), 0.1875),
        (exercise5.ex5_pinsker_holds__from, ([((0.1,), 0.5)], [((0.1,), 0.25)]), True),
        (exercise5.ex5_pinsker_holds__from, ([((0.1,), 0.5), ((0.2,), 0.1)], [((0.2,), 0.9)]), False),
        (exercise7.ex7_kl_star__from, (np.array([0.6, 0.4]),), 0.0),
        (exercise7.ex7_kl_star__from, (np.array([1.0, 0.0]),), math.log(1 / 0.6)),
        (exercise8.ex8_kl_TS__from, (np.array([0.5, 0.5]), np.array([0.25, 0.75])), 0.143841036226),
        (exercise8.ex8_kl_ST__from, (np.array([0.5, 0.5]), np.array([0.25, 0.75])), 0.130812035941),
        (exercise8.ex8_kl_TS_tau__from, (np.array([0.5, 0.5]), np.array([1.0, 0.0])), math.inf),
        (exercise8.ex8_forward_kl_change__from, (0.2, 0.1), "decreases"),
        (exercise8.ex8_reverse_kl_change__from, (0.1, 0.2), "increases"),
        (exercise8.ex8_loss__from, (0.1, np.array([0.5, 0.25, 0.25])), 0.07 + 0.3 * math.log(2)),
        (exercise8.ex8_loss__from, (0.1, np.array([0.0, 0.5, 0.5])), math.inf),
    ],
)
def test_follow_through_uses_the_values_it_is_given(by: object, values: tuple[object, ...], answer: object) -> None:
    """What follows from a student's own earlier values, right or wrong ones."""
    assert by(*values) == (answer if isinstance(answer, str | bool) else pytest.approx(answer, abs=1e-12))


def test_follow_through_of_right_values_is_the_right_answer() -> None:
    """Each follow-through, given the reference's own values, gives the reference's answer."""
    one, four, seven, eight = exercise1, exercise4, exercise7, exercise8
    assert one.ex1_larger__from(one.ex1_kl_pq(), one.ex1_kl_qp()) == one.ex1_larger()
    assert four.ex4_dominant__from(four.ex4_kl_marginal(), four.ex4_kl_conditional()) == four.ex4_dominant()
    assert seven.ex7_kl_star__from(seven.ex7_pi_star()) == pytest.approx(seven.ex7_kl_star(), abs=1e-14)
    assert eight.ex8_kl_TS__from(eight.ex8_p_T(), eight.ex8_p_S()) == pytest.approx(eight.ex8_kl_TS(), abs=1e-15)
    assert eight.ex8_loss__from(eight.ex8_kl_TS_tau(), eight.ex8_p_S()) == pytest.approx(eight.ex8_loss(), abs=1e-15)


GRID = [-1.0, -0.5, 0.0, 0.3, 0.8, 1.1, 2.0, 3.0]


@pytest.mark.parametrize(
    ("elbo", "phi"),
    [
        (exercise6.ex6_elbo, 10 / 11),
        (exercise6.ex6_elbo__sd_for_variance, exercise6.ex6_phi_star__sd_for_variance()),
        (lambda phi: -exercise6.ex6_elbo(phi), 3.0 if -exercise6.ex6_elbo(3.0) > -exercise6.ex6_elbo(-1.0) else -1.0),
        (lambda phi: -((phi - 7) ** 2), 3.0),  # beyond the interval
        (lambda phi: 2.0 * phi, 3.0),  # a straight line
        (lambda phi: math.inf if phi < 0 else -((phi - 0.5) ** 2), 0.5),
    ],
)
def test_own_elbo_has_its_own_maximiser(elbo: object, phi: float) -> None:
    """The parabola through the three highest points gives the maximiser, kept inside the interval."""
    calls = [((point,), elbo(point)) for point in GRID] + [((9.0,), 1e9)]
    assert exercise6.ex6_phi_star__from(calls) == pytest.approx(phi, abs=1e-9)


def test_follow_through_without_data_is_an_error() -> None:
    """Too few calls decide nothing, and must not count as agreement."""
    with pytest.raises(ValueError, match="at least 3"):
        exercise6.ex6_phi_star__from([((0.0,), 1.0), ((1.0,), math.nan), ((2.0,), 1.0)])
    with pytest.raises(ValueError, match="no input"):
        exercise5.ex5_pinsker_holds__from([((0.1,), 0.5)], [((0.2,), 0.5)])
