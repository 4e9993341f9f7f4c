"""A made-up course of a few answers, an oracle that answers from a table, and evidence from plain Python values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pytest
from pydantic import TypeAdapter

from grader.course import Answer, Argument, Course, CourseFile, Exercise, Invariant, Kind, Mistake, Part
from grader.errors import CourseError, Problem
from grader.judge import PreparedCourse, judge
from grader.judge.arguments import build_argument
from grader.judge.expectations import arguments_of, build_call
from grader.judge.probes import build_probes
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    BoolValue,
    Call,
    CheckResult,
    ComplexValue,
    EmptyValue,
    Evidence,
    FileEvidence,
    FloatValue,
    IntValue,
    MappingValue,
    OtherValue,
    Raised,
    Report,
    Returned,
    SequenceValue,
    StrValue,
    Value,
)
from grader.spec.files import AnyCheck

T = TypeVar("T")
SENTENCE = "A sentence that is long enough."
CHECK: TypeAdapter[Any] = TypeAdapter(AnyCheck)

# What functions are called on, the simplest first: numbers between 0 and 1, and pairs of probabilities.
NUMBERS = (0.5, 0.25, 0.75, 0.1, 0.9, 0.4, 0.6, 0.01, 0.99, 0.2, 0.8, 0.3, 0.7, 0.05, 0.95, 0.001, 0.999, 1e-6)
PAIRS = (
    ((0.8, 0.2), (0.5, 0.5)),
    ((0.5, 0.5), (0.8, 0.2)),
    ((0.5, 0.5), (0.5, 0.5)),
    ((1.0, 0.0), (0.5, 0.5)),
    ((0.5, 0.5), (1.0, 0.0)),
    ((0.2, 0.3, 0.5), (0.5, 0.25, 0.25)),
    ((0.5, 0.5), (1e-12, 1.0 - 1e-12)),
)
INPUTS: dict[str, object] = {"numbers": [(number,) for number in NUMBERS], "pairs": PAIRS}


def encode(value: Any) -> Value:  # noqa: C901 - one line for each kind of value
    """Return a Python value as the sandbox would send it; a record that is a value already stays."""
    match value:
        case None:
            return EmptyValue(type="none")
        case bool():
            return BoolValue(value=value)
        case int():
            return IntValue(value=str(value))
        case float():
            return FloatValue(value=float(value).hex())
        case complex():
            return ComplexValue(re=value.real.hex(), im=value.imag.hex())
        case str():
            return StrValue(value=value)
        case np.ndarray():
            return ArrayValue(dtype="float", shape=value.shape, values=tuple(float(x).hex() for x in value.ravel()))
        case list() | tuple():
            return SequenceValue(form="list" if isinstance(value, list) else "tuple", items=tuple(map(encode, value)))
        case set() | frozenset():
            return SequenceValue(form="set", items=tuple(map(encode, sorted(value))))
        case dict():
            return MappingValue(items=tuple((encode(key), encode(item)) for key, item in value.items()))
        case _ if callable(value):
            return OtherValue(type="callable")
        case _:  # a record that is a value already
            record: Value = value
            return record


class FakeOracle:
    """Answers from a table of values and functions; a name that is not in it is a broken reference.

    `code` is the rest of the course's own code: rows of arguments, invariants and rules, by name.
    """

    def __init__(self, table: Mapping[str, object], code: Mapping[str, object]) -> None:
        self.table = table
        self.code = code
        self.asked: list[str] = []

    def value(self, exercise_id: str, name: str) -> object:
        """Return the table's value."""
        self.asked.append(name)
        if name not in self.table:
            raise CourseError([Problem(f"exercise{exercise_id}", 1, name, "is not there")])
        return self.table[name]

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return the table's function."""
        return self.value(exercise_id, name)  # type: ignore[return-value]  # a test puts functions there

    def inputs(self, name: str, parameters: tuple[Argument, ...]) -> tuple[Call, ...]:
        """Return the calls of these rows."""
        assert all(not parameters or len(parameters) == len(row) for row in self._find(name))
        return tuple(build_call(*map(build_argument, row)) for row in self._find(name))

    def invariant(self, name: str) -> Any:
        """Return the invariant."""
        return self._find(name)

    def rule(self, name: str) -> Any:
        """Return the course's own rule."""
        return self._find(name)

    def _find(self, name: str) -> Any:
        if name not in self.code:
            raise CourseError([Problem("reference", 1, name, "is not there")])
        return self.code[name]

    def place(self, error: CourseError, exercise_id: str | None = None) -> CourseError:
        """Return the error as it is: there are no files."""
        del exercise_id
        return error


@dataclass
class Quiz:
    """A course of one part, `1a`, that is judged with a few lines."""

    answers: list[Answer] = field(default_factory=list)
    checks: list[Any] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    invariants: list[Invariant] = field(default_factory=list)
    table: dict[str, object] = field(default_factory=dict)
    code: dict[str, object] = field(default_factory=lambda: dict(INPUTS))
    points: Fraction = Fraction(0)

    def ask(self, name: str, kind: Kind, truth: object = None, **check: Any) -> Quiz:
        """Add an answer and a check of it; `truth` is what the oracle says of it."""
        keys = ("choices", "shape", "unit", "optional", "arguments", "result")
        shared = {key: check.pop(key) for key in keys if key in check}
        if name not in {answer.name for answer in self.answers}:
            if kind == "function":
                shared.setdefault("arguments", ("x",))
            self.answers.append(Answer(name=name, kind=kind, about=SENTENCE, **shared))
        if truth is not None:
            self.table[name] = truth
        points = Fraction(str(check.pop("points", 1)))
        fields = {"id": check.pop("id", name), "answer": name, "points": points, **check}
        if fields.get("rule") in {"close", "function"}:
            fields.setdefault("tolerance", {"absolute": 1e-3})
        if "tolerance" in fields and isinstance(fields["tolerance"], dict):
            fields["tolerance"] = {"reason": SENTENCE, **fields["tolerance"]}
        self.checks.append(CHECK.validate_python(fields))
        self.points += points
        return self

    def know(self, code: str, share: str) -> Quiz:
        """Add a mistake to the catalogue."""
        hint = f"The hint of {code}."
        title = f"The title of {code}."
        self.mistakes.append(Mistake(code=code, title=title, hint=hint, share=Fraction(share)))
        return self

    def claim(self, name: str, theorem: Callable[..., Iterable[object]]) -> Quiz:
        """Add an invariant to the catalogue and to the course's code."""
        statement = f"the statement of {name}"
        self.invariants.append(Invariant(name=name, title=f"theorem of {name}", statement=statement))
        self.code[name] = theorem
        return self

    @property
    def oracle(self) -> FakeOracle:
        """Return an oracle that answers for the course so far."""
        return FakeOracle(self.table, self.code)

    @property
    def course(self) -> Course:
        """Return the course so far."""
        part = Part(
            id="1a", title=SENTENCE, points=self.points, statement=SENTENCE,
            answers=tuple(self.answers), checks=tuple(self.checks),
        )  # fmt: skip
        exercise = Exercise(schema="grader/exercise/v1", id="1", title=SENTENCE, statement=SENTENCE, parts=(part,))
        file = CourseFile(
            schema="grader/course/v1", id="made-up", title=SENTENCE, seed=7,
            mistakes=tuple(self.mistakes), invariants=tuple(self.invariants),
        )  # fmt: skip
        return Course(file=file, exercises=(exercise,), rubrics=(), sha256="0" * 64)

    def evidence(self, given: Mapping[str, object], file: str = "ada.ipynb") -> FileEvidence:
        """Return the run of one file that assigns `given`; functions are called on their probe's inputs."""
        calls = {probe.name: probe.calls for probe in build_probes(self.course, self.oracle)}
        found: dict[str, AnswerEvidence] = {}
        for name, value in given.items():
            if isinstance(value, AnswerEvidence):
                found[name] = value
            elif callable(value):
                results = tuple(_call(value, arguments_of(call)) for call in calls[name])
                found[name] = AnswerEvidence(value=encode(value), calls=results)
            else:
                found[name] = AnswerEvidence(value=encode(value))
        return FileEvidence(file=file, answers=found)

    def hand_in(self, *runs: FileEvidence, fault: str | None = None) -> Evidence:
        """Return the evidence of a submission of these files."""
        return Evidence(
            schema="grader/evidence/v1", student="ada", files=tuple(run.file for run in runs), submission_sha256="1",
            probes_sha256="2", isolation="full", runs=runs, fault=fault,
        )  # fmt: skip

    def report(self, given: Mapping[str, object]) -> Report:
        """Judge one file that assigns `given`."""
        return self.judge(self.hand_in(self.evidence(given)))

    def judge(self, evidence: Evidence) -> Report:
        """Judge evidence by the table."""
        return judge(PreparedCourse(self.course, self.oracle), evidence)

    def judge_class(self, *evidence: Evidence) -> list[Report]:
        """Judge students one after the other by the same oracle and cache, as a class is."""
        prepared = PreparedCourse(self.course, self.oracle)
        return [judge(prepared, one) for one in evidence]

    def results(self, **given: object) -> dict[str, CheckResult]:
        """Return the results by check id, without the part's, of one file that assigns `given`."""
        checks = self.report(given).exercises[0].parts[0].checks
        return {check.id.removeprefix("1a."): check for check in checks}


def _call(function: Callable[..., object], arguments: tuple[object, ...]) -> Returned | Raised:
    try:
        return Returned(value=encode(function(*arguments)))
    except (ValueError, ZeroDivisionError, NotImplementedError) as error:
        return Raised(error=type(error).__name__, message=str(error), line=3)


@pytest.fixture
def quiz() -> Quiz:
    """Return an empty course."""
    return Quiz()
