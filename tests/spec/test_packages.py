"""The packages of a course: installed distributions that students may have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import CourseFile
from grader.errors import CourseError
from grader.spec import load_course
from grader.spec.packages import find_missing, find_package_problems
from grader.spec.yaml12 import Document


def find(name: str) -> list[str]:
    """Return what is said of a package."""
    course = CourseFile(schema="grader/course/v1", id="one", title="A course of packages", packages=(name,))
    return [
        str(problem) for problem in find_package_problems(Document("course.yaml", {}, {("packages", 0): 4}), course)
    ]


@pytest.mark.parametrize("name", ["numpy", "NumPy", "scipy", "matplotlib"])
def test_an_installed_package_is_in_order(name: str) -> None:
    """Whatever its case, and also where the program has it anyway."""
    assert find(name) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no-such-package-of-ours", "it is not installed: pip install no-such-package-of-ours"),
        ("scippy", "did you mean scipy?"),
        ("yaml", "expected the name under which it is installed, PyYAML"),
        ("math", "a module of Python itself, which needs no entry"),
        ("grader", "their code must never see"),
    ],
)
def test_anything_else_is_a_problem_with_its_line(name: str, words: str) -> None:
    """The message says what to write instead."""
    (said,) = find(name)
    assert said.startswith("course.yaml:4: packages[0]: ")
    assert words in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scipy==1.0", "expected the name of a package alone"),
        ("../x", "expected the name of a package alone"),
        ("", "expected the name of a package alone"),
        ("x" * 1000, "expected at most 100 characters"),
    ],
)
def test_what_is_not_the_name_of_a_package_has_its_line(
    spoil: Callable[[str, str, str], Path], name: str, words: str
) -> None:
    """A name is nothing but a name; a long one is not shown whole."""
    folder = spoil("course.yaml", "packages: [sympy]", f'packages: [sympy, "{name}"]')
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    (said,) = map(str, caught.value.problems)
    assert said.startswith("course.yaml:4: packages[1]: ")
    assert words in said
    assert len(said) < 300


def test_packages_have_to_be_there_only_where_something_is_graded(spoil: Callable[[str, str, str], Path]) -> None:
    """Each missing one is a problem with its line and what to run, beside whatever else is wrong with the course."""
    spoil("exercises/ex1.yaml", "points: 4", "points: 5")
    folder = spoil("course.yaml", "packages: [sympy]", "packages: [sympy, nosuchpackage, sklearn-x]")
    with pytest.raises(CourseError) as caught:
        load_course(folder, packages=True)
    first, second, other = map(str, caught.value.problems)
    assert first.startswith("course.yaml:4: packages[1]: 'nosuchpackage': ")
    assert first.endswith("it is not installed: pip install nosuchpackage")
    assert second.startswith("course.yaml:4: packages[2]: 'sklearn-x': ")
    assert other.startswith("exercises/ex1.yaml:12: ")
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    assert [str(problem) for problem in caught.value.problems] == [other]


def test_installed_packages_are_found_by_any_spelling() -> None:
    """PyPI takes `-`, `_`, `.` and case for the same, and so does a course."""
    assert find_missing(("numpy", "NumPy", "typing-extensions", "typing_extensions")) == ()


@pytest.mark.parametrize("name", ["nosuchpackage", "sklearn-but-not-quite", "", "numpy>=2", "../numpy", "--index-url"])
def test_what_is_not_installed_is_missing(name: str) -> None:
    """So is what is not the name of a distribution at all; the order is the course's."""
    assert find_missing((name, "numpy", "zzz-none")) == (name, "zzz-none")
