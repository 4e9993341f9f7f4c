"""What of a course decides marks, and what is another in another version of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.changes import CourseVersion, describe_version, parse_version, render_version
from grader.spec import load_course
from tests.conftest import copy_course
from tests.conftest import replace as edit

OLD = CourseVersion(
    "heat",
    "a" * 64,
    {"check 1a.u": {"tolerance": {"absolute": 0.1, "reason": "x"}, "wrong": [1, 2]}, "data/u.csv": "1"},
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"tolerance": {"absolute": 0.2, "reason": "y"}, "wrong": [1, 2]},
            ["check 1a.u: tolerance.absolute 0.1 → 0.2"],
        ),
        ({"tolerance": {"absolute": 0.1, "reason": "y"}, "wrong": [1, 3]}, ["check 1a.u: wrong[1] 2 → 3"]),
        ({"tolerance": "x" * 99, "wrong": [1]}, ["check 1a.u: tolerance changed, wrong [1, 2] → [1]"]),
        ({"tolerance": {"absolute": 0.1, "reason": "only words"}, "wrong": [1, 2]}, []),
    ],
)
def test_changed_keys_are_named(value: Any, expected: list[str]) -> None:
    """With both values where they are short; what people read moves no points."""
    new = replace(OLD, pieces={**OLD.pieces, "check 1a.u": value})
    assert new.find_changes(OLD, ["check 1a.u", "data/u.csv"]) == expected


def test_files_and_pieces_come_and_go() -> None:
    """A file has changed, a check is new, another is gone; one that neither has is nothing."""
    new = replace(OLD, pieces={"data/u.csv": "2", "check 1b.v": {}})
    names = ["data/u.csv", "check 1b.v", "check 1a.u", "check 9z"]
    assert new.find_changes(OLD, names) == ["data/u.csv changed", "check 1b.v is new", "check 1a.u is gone"]
    assert new.list_shared(OLD) == ["data/u.csv"]


def test_text_and_back() -> None:
    """The same version, the same bytes; what is something else is refused."""
    assert parse_version(render_version(OLD)) == OLD
    for text in ("{", "[]", '{"schema": "grader/report/v1", "pieces": {}}', '{"schema": "grader/course-version/v1"}'):
        with pytest.raises(ValueError, match=r"expected|Expecting"):
            parse_version(text)


def test_every_change_of_a_course_is_found(tmp_path: Path) -> None:
    """In a check, a known mistake, given data, and code of the reference; of a title nothing is told."""
    folder = copy_course(tmp_path / "course")
    old = describe_version(load_course(folder), folder)
    edit(folder / "exercises" / "ex7.yaml", "relative: 0.03", "relative: 0.04")
    edit(folder / "course.yaml", 'title: Bits instead of nats\n    share: "1/2"', 'title: Bits\n    share: "3/4"')
    with (folder / "reference" / "exercise7.py").open("a") as file:
        file.write("# another version\n")
    new = describe_version(load_course(folder), folder)
    assert new.sha256 != old.sha256
    assert new.course == "kl-divergence"
    assert new.find_changes(old, sorted({*old.pieces, *new.pieces})) == [
        "check 7d.ex7_pi_star[1]: tolerance.relative 0.03 → 0.04",
        "mistake bits_not_nats: share 1/2 → 3/4",
        "reference/exercise7.py changed",
    ]
