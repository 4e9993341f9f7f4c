"""The course itself, validated once for all tests, and what of it the tests take apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.copies import Sources, read_sources
from grader.course import Course
from grader.reference import Reference
from grader.spec import load_course
from grader.validate import Validation, validate_course
from grader.validate.harness import ExerciseHarness
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    """Return the real course."""
    return load_course(ROOT)


@pytest.fixture(scope="session")
def validated() -> Validation:
    """Return what validation says of the real course, mutants and all."""
    return validate_course(ROOT)


@pytest.fixture(scope="session")
def reference() -> Reference:
    """Return the real course's own code."""
    return Reference(ROOT)


@pytest.fixture(scope="session")
def sources(reference: Reference) -> Sources:
    """Return the sources of the real reference."""
    return read_sources(reference)


@pytest.fixture(scope="session")
def harness_of(course: Course, reference: Reference) -> Callable[[str], ExerciseHarness]:
    """Return a function that makes the harness of an exercise of the real course."""
    exercises = {exercise.id: exercise for exercise in course.exercises}
    return lambda number: ExerciseHarness(course, exercises[number], reference)
