"""`grader import` on the demo assignments of nbgrader and Otter: open tasks, then a valid course that grades."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from grader.judge.rules.todo import OPEN_TASK
from tests.conftest import ROOT

DEMOS = ROOT / "tests" / "importing" / "demos"
FORMATS = {  # answers that tests decide, points of these and of what people mark
    "nbgrader": (["squares", "sum_of_squares"], 3, 10),
    "otter": (["square", "fiberator_values", "data", "price_by_flavor"], 3, 2),
}


def call(*arguments: object) -> Result:
    """Run the program."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module", params=FORMATS)
def accepted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return a demo with the suggested rules taken."""
    course = tmp_path_factory.mktemp("import") / "course"
    result = call("import", request.param, DEMOS / request.param, "--out", course, "--accept-suggestions")
    assert result.exit_code == 0, result.output
    assert "Suggestions taken: look at each\n" in result.stdout
    return request.param, course


def validate(course: Path) -> tuple[int, list[dict[str, Any]]]:
    """Return the status of `grader validate`, and the problems that it lists."""
    result = call("validate", "--course", course, "--json", "-")
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return result.exit_code, problems


def grade(course: Path, whose: str) -> dict[str, Any]:
    """Return the report of a sample student."""
    result = call("grade", course / "submissions" / whose, "--course", course, "--format", "json")
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("format_", FORMATS)
def test_before_the_open_tasks_are_listed_and_nothing_else(format_: str, tmp_path: Path) -> None:
    """By `validate`, each with its suggestion; nothing can be graded."""
    course = tmp_path / "course"
    result = call("import", format_, DEMOS / format_, "--out", course)
    assert result.exit_code == 0, result.output
    assert "Open tasks: choose a rule for each\n" in result.stdout
    status, problems = validate(course)
    names, _, _ = FORMATS[format_]
    assert status == 2
    assert len(problems) == len(names)
    for name, problem in zip(names, problems, strict=True):
        assert f"{OPEN_TASK}: expected the rule that judges {name}; the suggestion is " in problem["message"]
    refused = call("grade", course / "submissions" / "solution", "--course", course)
    assert refused.exit_code == 2
    assert refused.stdout == ""


def test_with_the_suggestions_it_is_valid(accepted: tuple[str, Path]) -> None:
    """With every mutant of the instructor's solution caught."""
    assert validate(accepted[1]) == (0, [])


def test_the_solution_earns_all_and_the_release_nothing(accepted: tuple[str, Path]) -> None:
    """What people mark is pending where there is something to mark."""
    format_, course = accepted
    _, tested, manual = FORMATS[format_]
    solution, release = grade(course, "solution"), grade(course, "release")
    assert (solution["score"], solution["pending"], solution["ungraded"]) == (tested, manual, 0)
    assert (release["score"], release["pending"], release["ungraded"]) == (0, 0, 0)
    assert solution["max"] == release["max"] == tested + manual
    assert {part["status"] for exercise in release["exercises"] for part in exercise["parts"]} == {"missing"}


def test_what_was_not_carried_over_is_said(tmp_path: Path) -> None:
    """In nbgrader's demo: that a call raises, that one function calls another, code that people mark."""
    result = call("import", "nbgrader", DEMOS / "nbgrader", "--out", tmp_path / "course")
    said = result.stdout.partition("Not carried over, or not as it was\n")[2]
    assert "squares_invalid_input: try: squares(0) except ValueError" in said
    assert "sum_of_squares_uses_squares: del squares (and 1 more)" in said
    assert "sum_of_squares_application: code that a person marks" in said
    assert "data: data/jupyter.png" in result.stdout


def test_words_of_the_assignment_cannot_steer_a_terminal(tmp_path: Path) -> None:
    """What is shown of it is escaped."""
    folder = tmp_path / "a\x1b[31m"
    folder.mkdir()
    (folder / "x.ipynb").write_text("{", encoding="utf-8")
    result = call("import", "otter", folder, "--out", tmp_path / "course")
    assert result.exit_code == 2
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "moodle", "x", "--out", "y"),
        ("import", "otter", "x"),
        ("import", "otter", "nowhere", "--out", "y"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and nothing written."""
    monkeypatch.chdir(tmp_path)
    assert call(*arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []
