"""A small course whose files tests may spoil, one place at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course
from grader.oracle import KnownNames
from grader.reference import Reference
from grader.spec import load_course
from tests.conftest import replace

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def load() -> Callable[[Path], Course]:
    """Return a function that loads a course with what its own code knows."""
    return lambda folder: load_course(folder, known=KnownNames(Reference(folder)))


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """Return the folder of a copy of the small course."""
    return shutil.copytree(SMALL, tmp_path / "small")


@pytest.fixture
def spoil(small_course: Path) -> Callable[[str, str, str], Path]:
    """Return a function that replaces one piece of text in one file of the small course."""

    def spoiled(file: str, old: str, new: str) -> Path:
        replace(small_course / file, old, new)
        return small_course

    return spoiled
