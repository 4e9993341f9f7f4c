"""Probes ask for everything that some check needs, once, and for nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from grader.course import Answer, BaseCheck, Course, CourseFile, Exercise, FollowThrough, Part, Tolerance
from grader.errors import CourseError
from grader.judge.probes import build_probes, probes_sha256
from grader.judge.rules.function import FunctionCheck
from grader.judge.rules.invariant import InvariantCheck
from grader.model import Call, Probe
from grader.oracle import Oracle
from grader.reference import Reference

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


def invariant(name: str, theorem: str, *of: str, inputs: str | None = None) -> InvariantCheck:
    """Return an invariant of one or more functions."""
    return InvariantCheck(
        id=f"{name}.{theorem}", answer=name, rule="invariant", theorem=theorem, of=of or (name,), inputs=inputs
    )


def course(answers: list[Answer], *checks: BaseCheck) -> Course:
    """Return a course of one part."""
    part = Part(id="1a", title=ABOUT, points=Fraction(1), statement=ABOUT, answers=tuple(answers), checks=checks)
    exercise = Exercise(schema="grader/exercise/v1", id="1", title=ABOUT, statement=ABOUT, parts=(part,))
    file = CourseFile(schema="grader/course/v1", id="made-up", title=ABOUT)
    return Course(file=file, exercises=(exercise,), rubrics=(), sha256="0" * 64)


@pytest.fixture
def oracle(quiz: Any) -> Any:
    """Return an oracle whose course knows a few theorems."""

    def midpoints(names: Sequence[str], inputs: Sequence[tuple[float, ...]], _slack: float) -> Iterator[Any]:
        for (left,), (right,) in pairwise(inputs):
            yield [(names[0], (left,)), (names[0], (right,)), (names[0], ((left + right) / 2,))], lambda *_: None

    def values(names: Sequence[str], inputs: Sequence[tuple[float, ...]], _slack: float) -> Iterator[Any]:
        assert not inputs
        yield [(names[0], None)], lambda *_: None

    quiz.code |= {"midpoints": midpoints, "values": values}
    quiz.code |= {f"thirty_{place}": [(place + step / 100,) for step in range(30)] for place in range(3)}
    return quiz.oracle


def test_one_probe_per_answer_texts_included(oracle: Any) -> None:
    """Every answer has one probe; a text and an optional number are asked for their value only."""
    answers = [answer("f"), answer("words", "text"), answer("x", "number", optional=True)]
    probes = build_probes(course(answers, function_check("f", "pairs")), oracle)
    assert [probe.name for probe in probes] == ["f", "words", "x"]
    assert [bool(probe.calls) for probe in probes] == [True, False, False]


def test_calls_are_the_union_in_order(oracle: Any) -> None:
    """The function check's inputs come first, though the invariant stands before it; nothing is asked twice."""
    checks = (invariant("f", "midpoints", inputs="numbers"), function_check("f", "numbers"))
    (probe,) = build_probes(course([answer("f")], *checks), oracle)
    inputs = oracle.inputs("numbers", ())
    assert probe.calls[: len(inputs)] == inputs
    assert len(set(probe.calls)) == len(probe.calls) > len(inputs)


def test_followed_functions_are_called_at_the_same_inputs(oracle: Any) -> None:
    """What a function may be consistent with is called where that function is."""
    rule = FollowThrough(uses=("f", "g"), by="h__from")
    answers = [answer("f"), answer("g"), answer("h")]
    probes = build_probes(course(answers, function_check("h", "numbers", rule)), oracle)
    assert {probe.calls for probe in probes} == {oracle.inputs("numbers", ())}


def test_values_are_never_called(oracle: Any) -> None:
    """An invariant of a plain array asks for no call."""
    (probe,) = build_probes(course([answer("r", "array")], invariant("r", "values")), oracle)
    assert probe.calls == ()


@pytest.mark.parametrize(
    "check",
    [
        function_check("f", "no_such_inputs"),
        invariant("f", "no_such_theorem"),
        invariant("f", "compares", inputs="numbers"),
        invariant("f", "asks_too_much", inputs="numbers"),
    ],
    ids=["generator", "theorem", "number of names", "arguments"],
)
def test_unknown_names_are_the_authors_mistake(tmp_path: Path, check: BaseCheck) -> None:
    """A generator or theorem that does not exist, or does not apply, is a course error."""
    asked = course([answer("f", arguments=("x",))], check)
    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "__init__.py").write_text("")
    (reference / "inputs.py").write_text("def numbers(): return [(0.5,)]")
    (reference / "invariants.py").write_text(
        "def compares(names, inputs, slack):\n    one, other = names\n    yield [], lambda: None\n"
        "def asks_too_much(names, inputs, slack):\n    yield [(names[0], (1.0, 2.0, 3.0))], lambda *_: None\n"
    )
    with pytest.raises(CourseError):
        build_probes(asked, Oracle(asked, Reference(tmp_path)))


def test_too_many_calls_are_the_authors_mistake(oracle: Any) -> None:
    """A function that three checks call on different inputs, more than 64 in all, is a course error that says so."""
    checks: list[BaseCheck] = [function_check("f", f"thirty_{place}") for place in range(3)]
    with pytest.raises(CourseError, match=r"90 calls over all checks; at most 64"):
        build_probes(course([answer("f")], *checks), oracle)


def test_digest_names_the_questions() -> None:
    """The digest is the same for the same probes, and another for another input, name or order."""
    one, two = Probe(name="a", exercise="1", calls=(Call(args=(0.5,)),)), Probe(name="b", exercise="1")
    digest = probes_sha256([one, two])
    assert digest == probes_sha256((one.model_copy(), two))
    others = [[two, one], [one], [one.model_copy(update={"calls": (Call(args=(0.25,)),)}), two]]
    assert digest not in {probes_sha256(probes) for probes in others}
