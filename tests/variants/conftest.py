"""This repository's course with its variants switched on, loaded once, and a secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Exercise
from grader.pipeline import Grader, load_grader
from grader.variants import Drawing, Secret
from tests.conftest import copy_course, replace


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the course, of which exercises 1 and 8 are given out with other data for each student."""
    place = copy_course(tmp_path_factory.mktemp("variants") / "course")
    replace(place / "course.yaml", "\nseed: 0\n", '\nvariants: ["1", "8"]\nseed: 0\n')
    return place


@pytest.fixture(scope="session")
def loaded(folder: Path) -> Grader:
    """Return the course made ready."""
    return load_grader(folder)


@pytest.fixture(scope="session")
def exercise_of(loaded: Grader) -> Callable[[str], Exercise]:
    """Return a function that finds an exercise of the course."""
    exercises = {exercise.id: exercise for exercise in loaded.course.exercises}
    return lambda name: exercises[name]


@pytest.fixture
def secret() -> Secret:
    """Return a secret."""
    return Secret(b"a secret for tests, and long enough")


@pytest.fixture
def drawing(loaded: Grader, secret: Secret) -> Drawing:
    """Return what draws, and finds no draw at fault."""
    return Drawing(loaded.course, loaded.oracle, secret, lambda _exercise, _values: "")
