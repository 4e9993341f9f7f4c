"""Packages of a course: what is said of those that are missing, and what is to be installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.spec.requirements import render_requirements

EXERCISE = """
schema: grader/exercise/v1
id: only
title: The only exercise
statement: Give the number two.
parts:
  - id: only-a
    title: The only part
    points: 1
    statement: Give the number two.
    answers: [{name: two, kind: number, about: the number two}]
    checks: [{id: two, answer: two, rule: close, points: 1, tolerance: {absolute: 1e-3, reason: Three decimals do.}}]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return the folder of a course of one answer."""
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "only.yaml").write_text(EXERCISE, encoding="utf-8")
    return tmp_path


def _write_packages(course: Path, text: str) -> None:
    """Write the course file with `text` in its fourth line."""
    start = "schema: grader/course/v1\nid: small\ntitle: A small course\n"
    (course / "course.yaml").write_text(f"{start}{text}\n", encoding="utf-8")


def test_requirements_have_the_versions_installed_here(course: Path) -> None:
    """A package that is not installed has none; whoever grades elsewhere gets the newest."""
    _write_packages(course, "packages: [numpy, nosuchpackage]")
    assert render_requirements(course, {"numpy": "2.4.6"}.get) == "numpy==2.4.6\nnosuchpackage\n"


def test_own_requirements_of_a_course_come_first(course: Path) -> None:
    """The file is given as it is, hashes and all, and has to name every package."""
    _write_packages(course, "packages: [NumPy, typing_extensions]")
    text = "# locked\nnumpy==2.0 \\\n    --hash=sha256:00\ntyping-extensions==4\n"
    (course / "requirements.txt").write_text(text, encoding="utf-8")
    assert render_requirements(course, {}.get) == text
    (course / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"requirements\.txt:1: \(file\): expected every .* not found: typing_ext"):
        render_requirements(course, {}.get)


@pytest.mark.parametrize("name", ["numpy>=2", "--index-url", "numpy\\n-r x", "../numpy", ""])
def test_what_is_not_the_name_of_a_package_is_refused(course: Path, name: str) -> None:
    """A line of a requirements file can do more than name a package, so a name is nothing but a name."""
    _write_packages(course, f'packages: ["{name}"]')
    with pytest.raises(CourseError, match=r"packages\[0\]: .* expected the name of a package"):
        render_requirements(course, {}.get)
