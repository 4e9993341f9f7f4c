"""An invariant passes, fails with a witness, or cannot be asked; what is no number never breaks a theorem."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import rel_entr

from grader.errors import CourseError
from grader.judge.evidence import Answers
from grader.judge.invariants import THEOREMS, check_invariant
from grader.judge.verdict import Verdict
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    BoolValue,
    Call,
    CallResult,
    EmptyValue,
    Evidence,
    FileEvidence,
    FloatValue,
    Lost,
    NoResult,
    OtherValue,
    Probe,
    Raised,
    Returned,
    SequenceValue,
    Value,
)
from grader.spec.model import InvariantCheck

Function = Callable[..., Any]


def kl(p: Any, q: Any) -> float:
    """Return D(p||q) in nats."""
    return float(np.sum(rel_entr(np.asarray(p), np.asarray(q))))


def bernoulli_kl(theta: float) -> float:
    """Return the divergence of a coin from the fair one."""
    return kl((theta, 1 - theta), (0.5, 0.5))


RIGHT: dict[str, Function] = {"ex1_kl": kl, "ex5_kl": bernoulli_kl, "ex5_tv": lambda theta: abs(theta - 0.5)}


# ---------------------------------------------------------------- evidence by hand


def to_value(content: Any) -> Value:
    """Return a result as the sandbox would report it."""
    if isinstance(content, tuple | list):
        return SequenceValue(form="list", items=tuple(map(to_value, content)))
    return FloatValue(value=float(content).hex())


def call_all(function: Function, calls: tuple[Call, ...]) -> tuple[CallResult, ...]:
    """Return the results of a function on arrays and floats."""
    results = (function(*(np.array(a) if isinstance(a, tuple) else a for a in call.args)) for call in calls)
    return tuple(Returned(value=to_value(result)) for result in results)


def ask(theorem: str, names: tuple[str, ...], given: dict[str, AnswerEvidence], answer: str | None = None) -> Verdict:
    """Return the verdict on a theorem, given the evidence for some names."""
    calls = THEOREMS[theorem].calls(names)
    probes = [Probe(name=name, exercise="1", calls=calls[name]) for name in names]
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=("a.py",), submission_sha256="", probes_sha256="",
        isolation="none", runs=(FileEvidence(file="a.py", answers=given),),
    )  # fmt: skip
    check = InvariantCheck(id="x", answer=answer or names[0], rule="invariant", theorem=theorem, of=names)
    return check_invariant(check, Answers(evidence, probes))


def give(theorem: str, names: tuple[str, ...], functions: dict[str, Function]) -> dict[str, AnswerEvidence]:
    """Return the evidence for functions on the theorem's own inputs."""
    calls = THEOREMS[theorem].calls(names)
    callable_value = OtherValue(type="callable", type_name="function")
    return {name: AnswerEvidence(value=callable_value, calls=call_all(functions[name], calls[name])) for name in names}


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize(("theorem", "names"), [("additivity", ("ex1_kl",)), ("pinsker", ("ex5_kl", "ex5_tv"))])
def test_passes_with_the_name_of_the_theorem(theorem: str, names: tuple[str, ...]) -> None:
    """A right function passes, and its message names the theorem and says what it states."""
    verdict = ask(theorem, names, give(theorem, names, RIGHT))
    assert (verdict.outcome, verdict.code) == ("pass", "invariant.holds")
    assert THEOREMS[theorem].title in verdict.message
    assert THEOREMS[theorem].statement in verdict.message


def test_fails_with_the_simplest_witness_in_the_students_own_numbers() -> None:
    """A wrong function fails; the message shows its own number on the simplest input and the theorem in words."""
    verdict = ask(
        "non_negativity", ("ex1_kl",), give("non_negativity", ("ex1_kl",), {"ex1_kl": lambda p, q: -kl(p, q)})
    )
    assert (verdict.outcome, verdict.code) == ("fail", "invariant.violated")
    assert verdict.share == 0
    assert verdict.message == (
        "your ex1_kl gives -0.192744757 for p = [0.8, 0.2], q = [0.5, 0.5]; "
        "a divergence is never negative (Gibbs' inequality)"
    )


def test_the_log_evidence_stays_hidden() -> None:
    """The bound on the ELBO is told as a formula, not as a number."""
    verdict = ask(
        "elbo_below_evidence", ("ex6_elbo",), give("elbo_below_evidence", ("ex6_elbo",), {"ex6_elbo": lambda _: 0.0})
    )
    assert "ln N(2; 0, 1 + 0.1)" in verdict.message
    assert "2.78" not in verdict.message


# ---------------------------------------------------------------- plain values


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([0.4, 0.3, 0.2, 0.1], "pass"),
        ([0.333, 0.333, 0.333], "pass"),
        ([0.5, 0.4], "fail"),
        ([1.2, -0.2], "fail"),
        ([0.5, math.nan], "blocked"),
    ],
)
def test_normalisation_of_a_typed_array(values: list[float], outcome: str) -> None:
    """A vector of probabilities sums to one as far as three decimals tell."""
    value = ArrayValue(dtype="float", shape=(len(values),), values=tuple(one.hex() for one in values))
    verdict = ask("normalisation", ("ex1_r",), {"ex1_r": AnswerEvidence(value=value)})
    assert verdict.outcome == outcome, verdict.message


@pytest.mark.parametrize(("number", "outcome"), [(0.3, "pass"), (0.0, "pass"), (-0.3, "fail"), (-1e-9, "pass")])
def test_non_negativity_of_a_typed_number(number: float, outcome: str) -> None:
    """A divergence given as a number is not negative."""
    verdict = ask("non_negativity", ("ex1_kl_pq",), {"ex1_kl_pq": AnswerEvidence(value=to_value(number))})
    assert verdict.outcome == outcome


def test_a_bool_is_no_divergence() -> None:
    """A value of another kind neither breaks nor keeps the theorem."""
    verdict = ask("non_negativity", ("ex1_kl_pq",), {"ex1_kl_pq": AnswerEvidence(value=BoolValue(value=True))})
    assert (verdict.outcome, verdict.code) == ("blocked", "check.blocked")


# ---------------------------------------------------------------- what is not there


def test_missing_where_the_answer_is_missing() -> None:
    """A function that was left out leaves its invariant missing."""
    given = {"ex1_kl": AnswerEvidence(value=EmptyValue(type="ellipsis"))}
    assert ask("additivity", ("ex1_kl",), given).outcome == "missing"


def test_lost_where_the_answer_was_lost() -> None:
    """A function that could not be read fails with the cause of that."""
    given = {"ex1_kl": AnswerEvidence(value=EmptyValue(type="absent"), lost=Lost(cause="timed_out"))}
    assert ask("additivity", ("ex1_kl",), given).code == "run.timed_out"


def test_blocked_where_another_function_is_missing() -> None:
    """Pinsker needs both functions; without the second it is blocked and says which."""
    names = ("ex5_kl", "ex5_tv")
    given = give("pinsker", names, RIGHT)
    del given["ex5_tv"]
    verdict = ask("pinsker", names, given)
    assert verdict.outcome == "blocked"
    assert "ex5_tv" in verdict.message


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (Raised(error="ZeroDivisionError", message="division by zero"), "raised ZeroDivisionError"),
        (NoResult(type="timed_out"), "took too long"),
        (NoResult(type="lost"), "was not there any more"),
        (Returned(value=FloatValue(value="nan")), "is NaN"),
        (Returned(value=to_value([1.0, 2.0])), "gave 2 numbers where one is due"),
    ],
    ids=["raised", "timed out", "lost", "nan", "two numbers"],
)
def test_a_call_without_a_number_breaks_no_theorem(result: CallResult, shown: str) -> None:
    """Where a call gives no number the theorem is blocked, not broken, and the message says which call."""
    given = give("additivity", ("ex1_kl",), RIGHT)
    calls = (result, *given["ex1_kl"].calls[1:])
    verdict = ask("additivity", ("ex1_kl",), {"ex1_kl": given["ex1_kl"].model_copy(update={"calls": calls})})
    assert verdict.outcome == "blocked"
    assert shown in verdict.message


def test_a_counterexample_counts_though_another_call_raised() -> None:
    """A broken instance is reported even where an earlier one could not be asked."""
    given = give("non_negativity", ("ex1_kl",), {"ex1_kl": lambda p, q: -kl(p, q)})
    calls = (Raised(error="ValueError", message=""), *given["ex1_kl"].calls[1:])
    verdict = ask("non_negativity", ("ex1_kl",), {"ex1_kl": given["ex1_kl"].model_copy(update={"calls": calls})})
    assert verdict.code == "invariant.violated"


def test_a_number_in_place_of_a_function_blocks() -> None:
    """A name that holds no function cannot be asked."""
    verdict = ask("additivity", ("ex1_kl",), {"ex1_kl": AnswerEvidence(value=to_value(0.3))})
    assert verdict.outcome == "blocked"
    assert "not a function" in verdict.message


@pytest.mark.parametrize(
    ("theorem", "names"), [("nonsense", ("ex1_kl",)), ("pinsker", ("ex5_kl",)), ("additivity", ("ex2_kl_gaussian",))]
)
def test_a_theorem_that_does_not_apply_is_the_authors_mistake(theorem: str, names: tuple[str, ...]) -> None:
    """An unknown theorem, too few names, or a function of another domain is a course error."""
    check = InvariantCheck(id="x", answer=names[0], rule="invariant", theorem=theorem, of=names)
    evidence = Evidence(
        schema="grader/evidence/v1", student="ada", files=(), submission_sha256="", probes_sha256="", isolation="none"
    )
    with pytest.raises(CourseError):
        check_invariant(check, Answers(evidence, ()))
