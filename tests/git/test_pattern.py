"""Patterns say whose a path is."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.git.pattern import find_place, parse_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("submissions/{student}/**", "submissions/ada/a/b.py", ("ada", "a/b.py", True)),
        ("submissions/{student}/**", "submissions/ada", None),
        ("submissions/{student}/**", "other/submissions/ada/x.py", None),
        ("submissions/{student}/**", "submissions/.git/x.py", None),
        ("submissions/{student}.py", "submissions/ada.b.py", ("ada.b", "ada.b.py", False)),
        ("submissions/{student}.py", "submissions/ada/x.py", None),
        ("hw*/{student}/*.ipynb", "hw1/ada/x.ipynb", ("ada", "x.ipynb", False)),
        ("exercise*.py", "exercise1.py", ("owner", "exercise1.py", False)),
        ("exercise*.py", "sub/exercise1.py", None),
        ("a+b/{student}/**", "aab/ada/x.py", None),
    ],
)
def test_pattern_knows_whose_a_path_is(pattern: str, path: str, found: tuple[str, str, bool] | None) -> None:
    """Steps match whole, and nothing in a pattern is a regular expression."""
    place = find_place((parse_pattern(pattern, "owner"),), path)
    assert (None if place is None else (place.student, place.name, place.in_folder)) == found


@pytest.mark.parametrize(
    "text", ["**/{student}", "a/**/b", "{student}/{student}", "a//b", "../{student}", "/a/**", "a**"]
)
def test_pattern_must_be_one(text: str) -> None:
    """What could be read in two ways is refused."""
    with pytest.raises(UsageError):
        parse_pattern(text, "owner")


def test_repository_of_one_student_needs_a_name() -> None:
    """Without {student} somebody has to say whose it is."""
    with pytest.raises(UsageError, match="--student"):
        parse_pattern("exercise*.py")
