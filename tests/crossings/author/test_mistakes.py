"""What authors get wrong, from the table `mistakes.yaml`: each has its file, line and key, and nothing else is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli.app import EXIT_USAGE, main
from grader.spec.yaml12 import parse_yaml
from grader.validate import Issue, validate_course

TABLE = Path(__file__).with_name("mistakes.yaml")
MISTAKES: list[dict[str, Any]] = parse_yaml(TABLE.read_text("utf-8"), TABLE.name).data
ENOUGH = 44  # that many at least were promised

# Some that every command that loads the course meets, by what it does with the course.
BY_COMMAND = {
    "YAML": ("validate", "grade", "check", "starter", "doctor"),
    "Files and keys": ("validate", "grade", "check", "starter", "doctor"),
    "Statements": ("validate", "grade", "starter"),
    "Modules of the reference": ("validate", "grade", "check"),
}
NEED_PACKAGES = ("validate", "grade", "check", "doctor")  # who writes starters needs none of them


def name(mistake: dict[str, Any]) -> str:
    """Return the words of a mistake, for the test's own name."""
    return str(mistake["mistake"])


@pytest.mark.parametrize("mistake", MISTAKES, ids=name)
def test_a_mistake_is_named_with_its_place(mistake: dict[str, Any], make: Callable[[dict[str, Any]], Path]) -> None:
    """Validation says exactly the problems of the table: file and line, key, and the words."""
    issues = validate_course(make(mistake), mutate=False).issues
    found = [locate(issue) for issue in issues]
    expected = [(one["at"], one["key"], one["says"]) for one in mistake["problems"]]
    assert [one[:2] for one in found] == [one[:2] for one in expected], found
    for (_, _, words), (_, _, piece) in zip(found, expected, strict=True):
        assert piece in words


def locate(issue: Issue) -> tuple[str, str, str]:
    """Return a issue as file and line, key (or id of the check), words."""
    if issue.code == "course.invalid":
        key, _, words = issue.message.partition(": ")
        return issue.where, key, words
    return issue.place, issue.where, issue.message


def test_the_table_has_what_was_promised() -> None:
    """There are enough mistakes, no two of the same name, each with a problem."""
    assert len(MISTAKES) >= ENOUGH
    assert len({name(mistake) for mistake in MISTAKES}) == len(MISTAKES)
    assert all(mistake["problems"] for mistake in MISTAKES)


def list_commands() -> list[Any]:
    """Return some mistakes with each command that meets them."""
    chosen = [next(one for one in MISTAKES if one["group"] == group) for group in BY_COMMAND]
    pairs = [(command, one) for one in chosen for command in BY_COMMAND[one["group"]]]
    package = next(one for one in MISTAKES if name(one) == "a package that is not installed")
    pairs += [(command, package) for command in NEED_PACKAGES]
    return [pytest.param(command, one, id=f"{command}-{name(one)}") for command, one in pairs]


@pytest.mark.parametrize(("command", "mistake"), list_commands())
def test_a_command_ends_with_status_2_and_the_problem(
    command: str, mistake: dict[str, Any], make: Callable[[dict[str, Any]], Path], tmp_path: Path
) -> None:
    """A wrong course is told to its author with file and line, by whatever command, and no traceback."""
    folder = make(mistake)
    student = tmp_path / "submissions" / "ada.py"
    student.parent.mkdir()
    student.write_text("ex1_value = 6\n", "utf-8")
    arguments = {"grade": [str(student)], "check": [str(student)], "starter": ["--out", str(tmp_path / "out")]}
    result = CliRunner().invoke(main, [command, *arguments.get(command, []), "--course", str(folder)])
    assert result.exit_code == EXIT_USAGE, result.output
    assert "Traceback" not in result.output
    assert f"{mistake['problems'][0]['at']}:" in result.output


def test_the_small_course_is_valid(small: Path) -> None:
    """Without a mistake nothing is found, mutants and follow-through across exercises included."""
    assert validate_course(small).issues == ()
