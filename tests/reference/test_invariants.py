"""Each theorem holds for right functions far below the slack; a wrong one breaks it at its simplest counterexample."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import rel_entr

from grader.course import Answer
from grader.judge.decoding import Numbers
from grader.judge.probes import MAX_CALLS
from grader.judge.rules.invariant import (
    STUDENT_SLACK,
    Examination,
    Inconclusive,
    InvariantCheck,
    Need,
    examine,
    list_instances,
)
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    CheckResult,
    FloatValue,
    OtherValue,
    Returned,
    SequenceValue,
    Value,
)
from grader.oracle import KnownNames
from reference.public.claims import Tolerance

Function = Callable[..., Any]


# ---------------------------------------------------------------- right functions, in other words than the reference


def kl(p: Any, q: Any) -> float:
    """Return D(p||q) in nats."""
    return float(np.sum(rel_entr(np.asarray(p), np.asarray(q))))


def kl_gaussian(mu1: float, var1: float, mu2: float, var2: float) -> float:
    """Return D(N(mu1, var1)||N(mu2, var2)) in nats."""
    ratio = var1 / var2
    return 0.5 * (ratio - 1 - math.log(ratio) + (mu1 - mu2) ** 2 / var2)


def coin(theta: float) -> tuple[float, float]:
    """Return the two probabilities of a coin."""
    return (theta, 1 - theta)


def bernoulli_kl(theta: float) -> float:
    """Return the divergence of a coin from the fair one."""
    return kl(coin(theta), coin(0.5))


def total_variation(theta: float) -> float:
    """Return the total variation between a coin and the fair one."""
    return abs(theta - 0.5)


def jensen_shannon(theta: float) -> float:
    """Return the Jensen-Shannon divergence between a coin and the fair one."""
    middle = coin((theta + 0.5) / 2)
    return (kl(coin(theta), middle) + kl(coin(0.5), middle)) / 2


def chain_rule(p: Any, q: Any) -> tuple[float, float, float]:
    """Return joint, marginal and expected conditional divergence of two tables."""
    p, q = np.asarray(p), np.asarray(q)
    p_x, q_x = p.sum(axis=1), q.sum(axis=1)
    conditional = sum(p_x[i] * kl(p[i] / p_x[i], q[i] / q_x[i]) for i in range(len(p)))
    return kl(p, q), kl(p_x, q_x), float(conditional)


def elbo(phi: float) -> float:
    """Return the ELBO of exercise 6 with all constants."""
    return reconstruction(phi) - 0.5 * math.log(2 * math.pi * 0.1) - 0.5 / 0.2 - kl_term(phi)


def reconstruction(phi: float) -> float:
    """Return the reconstruction term of exercise 6 up to a constant."""
    return -((2 - 2 * phi) ** 2) / 0.2


def kl_term(phi: float) -> float:
    """Return the KL term of exercise 6."""
    return kl_gaussian(2 * phi, 0.5, 0.0, 1.0)


def policy(pi_ref: Any, reward: Any, beta: float) -> list[float]:
    """Return the optimal regularised policy."""
    logits = np.log(pi_ref) + np.asarray(reward) / beta
    weights = np.exp(logits - logits.max())
    return [float(one) for one in weights / weights.sum()]


def dpo_loss(logp_w: float, logp_l: float, ref_logp_w: float, ref_logp_l: float, beta: float) -> float:
    """Return the preference loss of one pair."""
    return float(np.logaddexp(0.0, -beta * ((logp_w - ref_logp_w) - (logp_l - ref_logp_l))))


RIGHT: dict[str, Function] = {
    "ex1_kl": kl,
    "ex2_kl_gaussian": kl_gaussian,
    "ex2_kl_equal_var": lambda mu1, mu2, var: kl_gaussian(mu1, var, mu2, var),
    "ex2_kl_to_standard": lambda mu, var: kl_gaussian(mu, var, 0.0, 1.0),
    "ex4_chain_rule": chain_rule,
    "ex5_kl": bernoulli_kl,
    "ex5_reverse_kl": lambda theta: kl(coin(0.5), coin(theta)),
    "ex5_tv": total_variation,
    "ex5_jsd": jensen_shannon,
    "ex6_elbo": elbo,
    "ex6_reconstruction": reconstruction,
    "ex6_kl_term": kl_term,
    "ex7_policy": policy,
    "ex7_dpo_loss": dpo_loss,
}

TRUE = [
    ("non_negativity", "ex1_kl"),
    ("non_negativity", "ex2_kl_gaussian"),
    ("non_negativity", "ex4_chain_rule"),
    ("non_negativity", "ex5_kl", "ex5_tv", "ex5_jsd"),
    ("zero_iff_equal", "ex1_kl"),
    ("zero_iff_equal", "ex2_kl_gaussian"),
    ("zero_iff_equal", "ex2_kl_equal_var"),
    ("zero_iff_equal", "ex2_kl_to_standard"),
    ("zero_iff_equal", "ex5_jsd"),
    ("additivity", "ex1_kl"),
    ("data_processing", "ex1_kl"),
    ("joint_convexity", "ex1_kl"),
    ("relabelling_symmetry", "ex5_kl"),
    ("relabelling_symmetry", "ex5_reverse_kl"),
    ("relabelling_symmetry", "ex5_tv"),
    ("relabelling_symmetry", "ex5_jsd"),
    ("pinsker", "ex5_kl", "ex5_tv"),
    ("jsd_at_most_ln2", "ex5_jsd"),
    ("chain_rule", "ex4_chain_rule"),
    ("normalisation", "ex7_policy"),
    ("elbo_below_evidence", "ex6_elbo"),
    ("elbo_decomposition", "ex6_elbo", "ex6_reconstruction", "ex6_kl_term"),
    ("policy_optimality", "ex7_policy"),
    ("dpo_gradient_sign", "ex7_dpo_loss"),
]


def rotate(policy_of: Function) -> Function:
    """Return a policy whose probabilities stand at the wrong actions."""
    return lambda pi_ref, reward, beta: np.roll(policy_of(pi_ref, reward, beta), 1).tolist()


def nudge(pi_ref: Any, reward: Any, beta: float) -> list[float]:
    """Return a policy that is off by so little that mixing in 5% of another action makes it worse."""
    first, second, *others = policy(pi_ref, reward, beta)
    return [0.99 * first, second + 0.01 * first, *others]


# Theorem, names, what replaces the last of them, and what the message must show.
BROKEN: list[tuple[str, tuple[str, ...], Function, str]] = [
    ("non_negativity", ("ex1_kl",), lambda p, q: -kl(p, q), "gives -0.192744757 for p = [0.8, 0.2], q = [0.5, 0.5]"),
    (
        "non_negativity",
        ("ex4_chain_rule",),
        lambda p, q: (kl(p, q), -0.5, kl(p, q) + 0.5),
        "gives -0.5 for P = [[0.5, 0.1], [0.3, 0.1]]",
    ),
    (
        "zero_iff_equal",
        ("ex1_kl",),
        lambda p, q: -float(np.dot(p, np.log(np.maximum(q, 1e-9)))),
        "gives 0.693147181 for p = [0.5, 0.5], q = [0.5, 0.5]",
    ),
    ("zero_iff_equal", ("ex1_kl",), lambda p, q: abs(len(p) - len(q)), "gives 0 for p = [0.8, 0.2], q = [0.5, 0.5]"),
    ("zero_iff_equal", ("ex2_kl_gaussian",), lambda *a: kl_gaussian(*a) + 0.5, "gives 0.5 for mu1 = 0, var1 = 1"),
    ("additivity", ("ex1_kl",), lambda p, q: kl(p, q) ** 2, "the two together, as independent variables"),
    ("data_processing", ("ex1_kl",), lambda p, q: 3 - kl(p, q), "first two categories are merged"),
    ("joint_convexity", ("ex1_kl",), lambda p, q: 1 - kl(p, q), "even mixture"),
    ("relabelling_symmetry", ("ex5_tv",), lambda t: t - 0.5, "theta and 1 - theta give -0.25 and 0.25 (theta = 0.25)"),
    ("pinsker", ("ex5_kl", "ex5_tv"), lambda t: 2 * abs(t - 0.5), "your ex5_tv 0.5 for theta = 0.25"),
    ("jsd_at_most_ln2", ("ex5_jsd",), lambda t: 4 * (1 - t), "gives 2 for theta = 0.5"),
    ("chain_rule", ("ex4_chain_rule",), lambda p, q: (kl(p, q), 0.0, 0.0), "(joint, marginal, conditional) = ("),
    ("normalisation", ("ex7_policy",), lambda r, w, b: (np.array(policy(r, w, b)) / 2).tolist(), "sums to 0.5"),
    ("normalisation", ("ex7_policy",), lambda r, _w, _b: [1.5, -0.5, *[0.0] * (len(r) - 2)], "has the entry -0.5"),
    ("elbo_below_evidence", ("ex6_elbo",), lambda phi: elbo(phi) + 3, "ex6_elbo gives"),
    (
        "elbo_decomposition",
        ("ex6_elbo", "ex6_reconstruction", "ex6_kl_term"),
        lambda phi: 2 * kl_term(phi),
        "at phi = 0, but",
    ),
    ("policy_optimality", ("ex7_policy",), rotate(policy), "can be improved: mixing in 5%"),
    ("policy_optimality", ("ex7_policy",), lambda r, w, b: policy(np.ones_like(r) / len(r), w, b), "[0.75, 0.25]"),
    ("policy_optimality", ("ex7_policy",), lambda r, w, b: policy(r, w, 1 / b), "can be improved"),
    ("policy_optimality", ("ex7_policy",), nudge, "is not balanced"),
    ("policy_optimality", ("ex7_policy",), lambda r, _w, _b: [1.0, *[0.0] * (len(r) - 1)], "can be improved"),
    ("policy_optimality", ("ex7_policy",), lambda r, _w, _b: [0.0] * len(r), "sums to 0"),
    ("dpo_gradient_sign", ("ex7_dpo_loss",), lambda w, x, a, b, c: dpo_loss(x, w, b, a, c), "when logp_w rises by 1"),
    ("dpo_gradient_sign", ("ex7_dpo_loss",), lambda *_: 0.7, "goes from 0.7 to 0.7"),
]


@pytest.fixture(scope="session")
def prove(course: Any) -> Callable[..., Examination]:
    """Return a function that asks a theorem of some functions."""
    exercises = course.course.exercises
    specs: dict[str, Answer] = {one.name: one for exe in exercises for part in exe.parts for one in part.answers}
    checks = [check for exercise in exercises for part in exercise.parts for check in part.checks]
    inputs = {check.answer: check.inputs for check in checks if check.rule == "function"}

    def examined(theorem: str, names: tuple[str, ...], functions: dict[str, Function], slack: float) -> Examination:
        def lookup(need: Need) -> Numbers:
            name, call = need
            assert call is not None
            result = functions[name](*(np.array(a) if isinstance(a, tuple) else a for a in call.args))
            if isinstance(result, tuple | list):
                return Numbers((len(result),), tuple(result))
            return Numbers((), (float(result),))

        check = InvariantCheck(
            id="x", answer=names[0], rule="invariant", theorem=theorem, of=names, inputs=inputs[names[0]], slack=slack
        )
        return examine(check, list_instances(check, specs, course.oracle, course.cache, slack), lookup, specs)

    return examined


@pytest.mark.parametrize("case", TRUE, ids=" ".join)
@pytest.mark.parametrize("tolerance", [1e-6, 1e-12])
def test_theorem_holds_for_right_functions(prove: Any, case: tuple[str, ...], tolerance: float) -> None:
    """A right function keeps the theorem with the slack of students and with that of a reference."""
    theorem, *names = case
    assert prove(theorem, tuple(names), RIGHT, tolerance) == Examination(None, None)


@pytest.mark.parametrize(
    ("theorem", "names", "wrong", "shown"), BROKEN, ids=[f"{c[0]} {i}" for i, c in enumerate(BROKEN)]
)
def test_theorem_is_broken_by_wrong_functions(
    prove: Any, theorem: str, names: tuple[str, ...], wrong: Function, shown: str
) -> None:
    """A wrong function breaks the theorem, and the counterexample shows its own numbers."""
    finding = prove(theorem, names, RIGHT | {names[-1]: wrong}, STUDENT_SLACK)
    assert finding.counterexample is not None
    assert shown in finding.counterexample


def test_every_theorem_is_seen_to_hold_and_to_fail(course: Any) -> None:
    """No theorem of the catalogue, or of the course's code, is left without a right and a wrong function here."""
    catalogue = {one.name for one in course.course.file.invariants}
    assert {case[0] for case in TRUE} == {case[0] for case in BROKEN} == catalogue
    assert catalogue <= set(KnownNames(course.oracle.reference).catalogues["invariants"] or ())


def test_rounding_breaks_no_theorem(prove: Any) -> None:
    """A float32 answer and a smoothing of 1e-10 pass as far as the slack of functions goes."""

    def rough(p: Any, q: Any) -> float:
        return float(np.float32(kl(p, q)) - 2e-10)

    for theorem in ("non_negativity", "zero_iff_equal", "data_processing"):
        assert prove(theorem, ("ex1_kl",), {"ex1_kl": rough}, STUDENT_SLACK).counterexample is None


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(math.inf, math.inf, True), (math.inf, 1.0, False), (1.0, 1.0 + 1e-6, True), (1.0, 1.0 + 1e-5, False)],
)
def test_slack_of_equality(left: float, right: float, equal: object) -> None:
    """Numbers are equal within 1e-6 absolute and relative; infinity equals only itself."""
    assert Tolerance(1e-6).is_equal(left, right) is equal


def test_inconclusive_says_of_what() -> None:
    """The reason why nothing can be said names the student's function."""
    reason = Inconclusive("ex1_kl", "raised ValueError")
    assert str(reason) == "ex1_kl raised ValueError"


@pytest.mark.parametrize(
    ("theorem", "names", "odd", "shown"),
    [
        ("chain_rule", ("ex4_chain_rule",), lambda _p, _q: (1.0, 1.0), "gave 2 numbers, expected 3"),
        ("policy_optimality", ("ex7_policy",), lambda _r, _w, _b: [1.0], "gave 1 numbers for 2 actions"),
        (
            "elbo_decomposition",
            ("ex6_elbo", "ex6_reconstruction", "ex6_kl_term"),
            lambda _phi: math.inf,
            "or one of its two terms is infinite",
        ),
    ],
)
def test_results_of_another_form_break_no_theorem(
    prove: Any, theorem: str, names: tuple[str, ...], odd: Function, shown: str
) -> None:
    """A result that the theorem says nothing about is an obstacle with a reason, not a counterexample."""
    finding = prove(theorem, names, RIGHT | {names[-1]: odd}, STUDENT_SLACK)
    assert finding.counterexample is None
    assert shown in str(finding.obstacle)


# ---------------------------------------------------------------- as the report says it


def to_value(content: Any) -> Value:
    """Return a result as the sandbox would report it."""
    if isinstance(content, tuple | list):
        return SequenceValue(form="list", items=tuple(map(to_value, content)))
    return FloatValue(value=float(content).hex())


@pytest.fixture
def ask(course: Any, judge_answers: Any) -> Callable[..., CheckResult]:
    """Return a function that gives the verdict of the course's own check of a theorem."""

    def asked(exercise: str, check: str, **given: Any) -> CheckResult:
        calls = {probe.name: probe.calls for probe in course.probes}
        answers = {}
        for name, value in given.items():
            if callable(value):
                rows = [[np.array(a) if isinstance(a, tuple) else a for a in call.args] for call in calls[name]]
                results = tuple(Returned(value=to_value(value(*row))) for row in rows)
                answers[name] = AnswerEvidence(value=OtherValue(type="callable"), calls=results)
            else:
                answers[name] = AnswerEvidence(value=value)
        found: CheckResult = judge_answers(exercise, answers)[check]
        return found

    return asked


@pytest.mark.parametrize(
    ("exercise", "theorem", "names"), [("1", "additivity", ("ex1_kl",)), ("5", "pinsker", ("ex5_kl", "ex5_tv"))]
)
def test_passes_with_the_name_of_the_theorem(
    course: Any, ask: Any, exercise: str, theorem: str, names: tuple[str, ...]
) -> None:
    """A right function passes, and its message names the theorem and says what it states."""
    verdict = ask(exercise, f"{theorem}.{names[0]}", **{name: RIGHT[name] for name in names})
    assert (verdict.outcome, verdict.code) == ("pass", "invariant.holds")
    (entry,) = (one for one in course.course.file.invariants if one.name == theorem)
    assert entry.title in verdict.message
    assert entry.statement in verdict.message


def test_fails_with_the_simplest_counterexample_in_the_students_own_numbers(ask: Any) -> None:
    """A wrong function fails; the message shows its own number on the simplest input and the theorem in words."""
    verdict = ask("1", "non_negativity.ex1_kl", ex1_kl=lambda p, q: -kl(p, q))
    assert (verdict.outcome, verdict.code, verdict.score) == ("fail", "invariant.violated", 0)
    assert verdict.message.startswith(
        "your ex1_kl gives -0.192744757 for p = [0.8, 0.2], q = [0.5, 0.5]; "
        "a divergence is never negative (Gibbs' inequality)"
    )


def test_the_log_evidence_stays_hidden(ask: Any) -> None:
    """The bound on the ELBO is told as a formula, not as a number."""
    verdict = ask("6", "elbo_below_evidence.ex6_elbo", ex6_elbo=lambda _: 0.0)
    assert verdict.code == "invariant.violated"
    assert "ln N(2; 0, 1 + 0.1)" in verdict.message
    assert "2.78" not in verdict.message


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([0.4, 0.3, 0.2, 0.1], "pass"),
        ([0.333, 0.333, 0.333, 0.0], "pass"),
        ([0.5, 0.4, 0.0, 0.0], "fail"),
        ([1.2, -0.2, 0.0, 0.0], "fail"),
        ([0.5, math.nan, 0.0, 0.0], "blocked"),
    ],
)
def test_normalisation_of_a_typed_array(ask: Any, values: list[float], outcome: str) -> None:
    """A vector of probabilities sums to one as far as three decimals tell."""
    value = ArrayValue(dtype="float", shape=(len(values),), values=tuple(one.hex() for one in values))
    assert ask("1", "normalisation.ex1_r", ex1_r=value).outcome == outcome


@pytest.mark.parametrize(("number", "holds"), [(0.3, True), (0.0, True), (-0.3, False), (-1e-9, True)])
def test_non_negativity_of_a_typed_number(course: Any, number: float, holds: object) -> None:
    """A divergence given as a number is not negative."""
    ((asked, counterexample),) = course.oracle.invariant("non_negativity")(("ex1_kl_pq",), (), STUDENT_SLACK)
    assert asked == [("ex1_kl_pq", None)]
    assert (counterexample(number) is None) is holds


def test_all_calls_of_each_function_fit_the_limit(course: Any) -> None:
    """The function check and all theorems together stay within the calls that one function gets."""
    assert max(len(probe.calls) for probe in course.probes) <= MAX_CALLS == 64
