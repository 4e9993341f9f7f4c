"""A check before the deadline never gives away what is asked: constants, known mistakes and right answers are alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.course import Answer, Exercise, Part
from grader.pipeline import Grader
from numgrade_student.course import PublicCourse
from numgrade_student.engine import examine
from numgrade_student.report import Report
from numgrade_student.session import LiveWork

VALUES = {"number", "integer", "complex", "array", "bool", "choice", "set", "expression", "string", "dict"}
DIGITS = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d{3,}")


def list_answers(grader: Grader) -> Iterator[tuple[Exercise, Part, Answer]]:
    """Yield every answer of a course with its place."""
    for exercise in grader.course.exercises:
        for part in exercise.parts:
            yield from ((exercise, part, answer) for answer in part.answers)


def find_truths(grader: Grader) -> Mapping[str, Any]:
    """Return the right answers by name, functions too; texts, figures and what has more than one are left out."""
    truths = {}
    for exercise, part, answer in list_answers(grader):
        check = next((one for one in part.checks if one.answer == answer.name), None)
        name = answer.name if check is None else check.reference_name
        if answer.kind == "function":
            truths[answer.name] = grader.oracle.function(exercise.id, name)
        elif answer.kind in VALUES and check is not None and check.rule in {"close", "exact", "expression", "labelled"}:
            truths[answer.name] = grader.oracle.value(exercise.id, name)
    return truths


def list_values(grader: Grader, exercise: Exercise, part: Part, answer: Answer, truth: Any) -> Iterator[Any]:
    """Yield well-formed values of an answer: what its known mistakes give, and constants."""
    for check in part.checks:
        for use in getattr(check, "mistakes", ()) if check.answer == answer.name else ():
            if use.wrong is not None:
                yield grader.oracle.value(exercise.id, use.wrong)
    match answer.kind:
        case "number" | "integer":
            yield from (0, 1, 2.0, 1000)
        case "array" | "complex" if not isinstance(truth, dict):
            yield from (np.zeros(np.shape(truth)), np.ones(np.shape(truth)))
        case "bool":
            yield from (True, False)
        case "choice":
            yield from answer.choices
        case "set":
            yield from ([], answer.choices, answer.choices[:1])
        case "expression":
            yield from ("1", "pi", "log(2)/3")
        case _:
            yield truth


def look(course: PublicCourse, names: Mapping[str, Any]) -> str:
    """Return what the check says of these names."""
    return str(Report("x", examine(course, LiveWork(names, (), {}), course.choose(()))))


def without_theorems(course: PublicCourse) -> PublicCourse:
    """Return the course without its theorems, which speak of a student's own numbers where they are broken."""
    exercises = [
        replace(one, parts=tuple(replace(part, invariants=()) for part in one.parts)) for one in course.exercises
    ]
    return replace(course, exercises=tuple(exercises))


@pytest.mark.parametrize("name", ["kl", "numerics"])
def test_every_well_formed_value_gets_the_same_words(graders: Any, public_courses: Any, name: str) -> None:
    """With all else right, so that nothing is found by trying."""
    grader, course = graders[name], without_theorems(public_courses[name])
    truths = find_truths(grader)
    expected = look(course, truths)
    assert "needs another look" not in expected
    for exercise, part, answer in list_answers(grader):
        if answer.name in truths and answer.kind != "function":
            for value in list_values(grader, exercise, part, answer, truths[answer.name]):
                assert look(course, {**truths, answer.name: value}) == expected, (answer.name, value)


@pytest.mark.parametrize("name", ["kl", "numerics"])
def test_right_answers_break_no_theorem(graders: Any, public_courses: Any, name: str) -> None:
    """The reference's own functions and values."""
    assert "needs another look" not in look(public_courses[name], find_truths(graders[name]))


@pytest.mark.parametrize("name", ["kl", "numerics"])
def test_no_message_holds_an_expected_value(graders: Any, public_courses: Any, name: str) -> None:
    """To three digits, unless it is given data; tried with each known mistake and with constants."""
    grader, course = graders[name], public_courses[name]
    truths = find_truths(grader)
    secrets = {f"{abs(one):.3g}" for value in truths.values() if not callable(value) for one in list_numbers(value)}
    given = {
        f"{abs(one):.3g}"
        for exercise in grader.course.exercises
        for datum in exercise.given
        for one in list_numbers(datum.value)
    }
    secrets = {one for one in secrets - given if len(one.strip("0.").replace(".", "")) >= 3}
    for exercise, part, answer in list_answers(grader):
        if answer.name not in truths:
            continue
        for value in list_wrong(grader, exercise, part, answer, truths[answer.name]):
            text = look(course, {**truths, answer.name: value})
            said = {f"{abs(float(one)):.3g}" for one in DIGITS.findall(text)}
            assert not said & secrets, (answer.name, said & secrets, text)


def list_wrong(grader: Grader, exercise: Exercise, part: Part, answer: Answer, truth: Any) -> Iterator[Any]:
    """Yield wrong functions, or well-formed values."""
    if answer.kind != "function":
        yield from list_values(grader, exercise, part, answer, truth)
        return
    for check in part.checks:
        for use in getattr(check, "mistakes", ()) if check.answer == answer.name else ():
            if use.wrong is not None:
                yield grader.oracle.function(exercise.id, use.wrong)
    yield from (lambda *_: 1.0, lambda *_: -1.0, lambda *args: np.ones_like(args[0]))


def list_numbers(value: Any) -> Iterator[float]:
    """Yield the numbers that a value holds."""
    if isinstance(value, dict):
        for one in value.values():
            yield from list_numbers(one)
    elif isinstance(value, int | float | complex | np.number) and not isinstance(value, bool):
        yield float(abs(value))
    elif isinstance(value, list | tuple | np.ndarray):
        for one in value:
            yield from list_numbers(one)


def test_what_settles_an_answer_is_not_public(public_folders: Any) -> None:
    """Neither as a theorem that is asked, nor in the code that students have."""
    text = (public_folders["kl"] / "course.json").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in (public_folders["kl"] / "public").glob("*.py"))
    for theorem in ("zero_iff_equal", "pinsker", "jsd_at_most_ln2", "chain_rule", "elbo_below_evidence"):
        assert f'"theorem": "{theorem}"' not in text
        assert f"def {theorem}(" not in code
    for words in ("at most ln 2", "LN_2", "same number for"):
        assert words not in text + code
    assert "balanc" not in code.lower()
