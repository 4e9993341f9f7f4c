"""An open task: the course does not load, and nothing is judged by it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.course import Answer
from grader.errors import CourseError
from grader.judge.rules.todo import OPEN_TASK, RULE, TodoCheck
from grader.spec import load_course
from tests.conftest import copy_course, replace

ANSWER = Answer(name="x", kind="number", about="The number.")


def build(**keys: object) -> TodoCheck:
    """Return an open task."""
    return TodoCheck.model_validate({"id": "x", "answer": "x", "rule": "todo", **keys})


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "none could be suggested"),
        ({"left_out": ("t: y",)}, "none could be suggested"),
        ({"suggestion": "rule: close\ntolerance:\n"}, "the suggestion is close"),
        (
            {"suggestion": "rule: close\n", "left_out": ("t: y", "z")},
            "the suggestion is close; not judged by it: t: y; z",
        ),
    ],
)
def test_the_task_is_a_problem(keys: dict[str, object], said: str) -> None:
    """With what is suggested, and what that leaves out."""
    assert list(RULE.find_problems(build(**keys), ANSWER)) == [
        (("rule",), f"{OPEN_TASK}: expected the rule that judges x; {said}")
    ]


def test_a_course_with_an_open_task_does_not_load(tmp_path: Path) -> None:
    """So that nothing is graded by a rule that nobody chose."""
    course = copy_course(tmp_path / "course")
    replace(
        course / "exercises" / "ex1.yaml",
        "answer: ex1_nonnegative\n        rule: exact",
        "answer: ex1_nonnegative\n        rule: todo",
    )
    replace(
        course / "exercises" / "ex1.yaml",
        "        follow_through: {uses: [ex1_kl_pq, ex1_kl_qp], by: ex1_nonnegative__from}\n",
        "",
    )
    with pytest.raises(CourseError, match=OPEN_TASK):
        load_course(course)


def test_nothing_is_judged_by_it() -> None:
    """If ever it is asked: ungraded, never a zero."""
    with pytest.raises(CourseError, match=OPEN_TASK):
        RULE.judge(cast("Any", SimpleNamespace(name="x")))
