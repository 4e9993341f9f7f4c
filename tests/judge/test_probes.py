"""Probes ask for everything that some check needs, once, and for nothing more."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.errors import CourseError
from grader.inputs import GENERATORS
from grader.judge.probes import build_probes, probes_sha256
from grader.model import Call, Probe
from grader.spec.model import (
    Answer,
    Check,
    Course,
    CourseFile,
    Exercise,
    FollowThrough,
    FunctionCheck,
    InvariantCheck,
    Part,
    Tolerance,
)

ABOUT = "Something for a test to ask about."


def answer(name: str, kind: Any = "function", **more: Any) -> Answer:
    """Return an answer of the given kind."""
    return Answer(name=name, kind=kind, about=ABOUT, **more)


def function_check(name: str, inputs: str, follow_through: FollowThrough | None = None) -> FunctionCheck:
    """Return a check of a function on generated inputs."""
    tolerance = Tolerance(absolute=1e-6, relative=1e-6, reason=ABOUT)
    return FunctionCheck(
        id=name, answer=name, rule="function", inputs=inputs, tolerance=tolerance, partial=Fraction(0),
        follow_through=follow_through,
    )  # fmt: skip


def invariant(name: str, theorem: str, *of: str) -> InvariantCheck:
    """Return an invariant of one or more functions."""
    return InvariantCheck(id=f"{name}.{theorem}", answer=name, rule="invariant", theorem=theorem, of=of or (name,))


def course(answers: list[Answer], *checks: Check) -> Course:
    """Return a course of one part."""
    part = Part(id="1a", title=ABOUT, points=Fraction(1), statement=ABOUT, answers=tuple(answers), checks=checks)
    exercise = Exercise(schema="grader/exercise/v1", id="1", title=ABOUT, statement=ABOUT, parts=(part,))
    file = CourseFile(schema="grader/course/v1", title=ABOUT, reference="reference", packages=(), seed=0)
    return Course(file=file, exercises=(exercise,), rubrics=(), sha256="0" * 64)


def test_one_probe_per_answer_texts_included() -> None:
    """Every answer has one probe; a text and an optional number are asked for their value only."""
    answers = [answer("ex1_kl"), answer("ex1d_text", "text"), answer("ex3_var_q", "number", optional=True)]
    probes = build_probes(course(answers, function_check("ex1_kl", "distribution_pairs")))
    assert [probe.name for probe in probes] == ["ex1_kl", "ex1d_text", "ex3_var_q"]
    assert [bool(probe.calls) for probe in probes] == [True, False, False]


def test_calls_are_the_union_in_order() -> None:
    """The function check's inputs come first, though the invariant stands before it; nothing is asked twice."""
    checks = (invariant("ex1_kl", "additivity"), function_check("ex1_kl", "distribution_pairs"))
    (probe,) = build_probes(course([answer("ex1_kl")], *checks))
    inputs = GENERATORS["distribution_pairs"]()
    assert probe.calls[: len(inputs)] == inputs
    assert len(set(probe.calls)) == len(probe.calls) > len(inputs)


def test_all_invariants_of_the_divergence_fit_the_limit() -> None:
    """The function check and all five theorems together stay within the calls that one function gets."""
    theorems = ("non_negativity", "zero_iff_equal", "additivity", "data_processing", "joint_convexity")
    checks: list[Check] = [
        function_check("ex1_kl", "distribution_pairs"),
        *(invariant("ex1_kl", name) for name in theorems),
    ]
    (probe,) = build_probes(course([answer("ex1_kl")], *checks))
    assert len(probe.calls) <= 64


def test_followed_functions_are_called_at_the_same_inputs() -> None:
    """What a function may be consistent with is called where that function is."""
    rule = FollowThrough(uses=("ex5_kl", "ex5_tv"), by="ex5_pinsker_slack__from")
    answers = [answer("ex5_kl"), answer("ex5_tv"), answer("ex5_pinsker_slack")]
    probes = build_probes(course(answers, function_check("ex5_pinsker_slack", "bernoulli_thetas", rule)))
    assert {probe.calls for probe in probes} == {GENERATORS["bernoulli_thetas"]()}


def test_values_are_never_called() -> None:
    """An invariant of a plain array asks for no call."""
    (probe,) = build_probes(course([answer("ex1_r", "array")], invariant("ex1_r", "normalisation")))
    assert probe.calls == ()


@pytest.mark.parametrize(
    "check",
    [
        function_check("ex1_kl", "no_such_inputs"),
        invariant("ex1_kl", "no_such_theorem"),
        invariant("ex1_kl", "pinsker"),
        invariant("ex1_kl", "chain_rule"),
    ],
    ids=["generator", "theorem", "number of names", "domain"],
)
def test_unknown_names_are_the_authors_mistake(check: Check) -> None:
    """A generator or theorem that does not exist, or does not apply, is a course error."""
    with pytest.raises(CourseError):
        build_probes(course([answer("ex1_kl")], check))


def test_too_many_calls_are_the_authors_mistake() -> None:
    """A function that two checks call on different inputs, more than 64 in all, is a course error that says so."""
    names = ("distribution_pairs", "bernoulli_thetas", "gaussian_pairs")
    checks: list[Check] = [function_check("ex1_kl", name) for name in names]
    with pytest.raises(CourseError, match=r"74 calls over all checks; at most 64"):
        build_probes(course([answer("ex1_kl")], *checks))


def test_digest_names_the_questions() -> None:
    """The digest is the same for the same probes, and another for another input, name or order."""
    one, two = Probe(name="a", exercise="1", calls=(Call(args=(0.5,)),)), Probe(name="b", exercise="1")
    digest = probes_sha256([one, two])
    assert digest == probes_sha256((one.model_copy(), two))
    others = [[two, one], [one], [one.model_copy(update={"calls": (Call(args=(0.25,)),)}), two]]
    assert digest not in {probes_sha256(probes) for probes in others}
