"""The course itself, validated once for all tests, and copies of it with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.course import Course
from grader.reference import Reference
from grader.spec import load_course
from grader.spec.yaml12 import parse_yaml
from grader.validate import Validation, validate_course
from grader.validate.copies import Sources, read_sources
from grader.validate.harness import ExerciseHarness
from tests.conftest import ROOT, copy_course


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


@pytest.fixture
def change(tmp_path: Path) -> Callable[[str, Callable[[Any], None]], Path]:
    """Return a function that copies the course and edits the data of one of its files."""

    def changed(file: str, edit: Callable[[Any], None]) -> Path:
        folder = copy_course(tmp_path / "course")
        data = parse_yaml((folder / file).read_text(encoding="utf-8"), file).data
        edit(data)
        (folder / file).write_text(json.dumps(data), encoding="utf-8")  # JSON is YAML
        return folder

    return changed
