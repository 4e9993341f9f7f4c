"""Both courses, and students without a sandbox: their evidence is made of the answers that it should hold."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from grader.model import Evidence
from grader.pipeline import Grader, load_grader
from grader.unnamed.questions import Question, list_questions
from grader.validate.evidence import build_evidence, collect_answers
from tests.conftest import ROOT

Student = Callable[..., Evidence]


def make_evidence(grader: Grader, student: str, **answers: object) -> Evidence:
    """Return the evidence of a student with these answers and no others."""
    evidence = build_evidence(collect_answers(grader.probes, answers))
    return evidence.model_copy(update={"student": student, "probes_sha256": grader.probes_sha256})


@pytest.fixture(scope="session")
def course() -> Grader:
    """Return the real course."""
    return load_grader(ROOT, packages=False)


@pytest.fixture(scope="session")
def numerics() -> Grader:
    """Return the second course."""
    return load_grader(ROOT / "examples" / "numerics", packages=False)


@pytest.fixture(scope="session")
def exercise5(course: Grader) -> ModuleType:
    """Return the reference of exercise 5."""
    return course.oracle.reference.module("exercise5")


@pytest.fixture(scope="session")
def linear_algebra(numerics: Grader) -> ModuleType:
    """Return the reference of the exercise on linear algebra."""
    return numerics.oracle.reference.module("linear_algebra")


@pytest.fixture(scope="session")
def question_of(course: Grader, numerics: Grader) -> Callable[[str], Question]:
    """Return a function that finds a check of either course by its id."""
    questions = {one.id: one for grader in (course, numerics) for one in list_questions(grader)}
    return questions.__getitem__
