"""`grader new`: the course that it makes validates, grades and gives out starters; nothing is ever overwritten."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from grader.spec import load_course
from grader.template import name_course, write_course
from grader.template.write import TEMPLATE


def call(*arguments: object) -> Result:
    """Run the program."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course that the command made."""
    folder = tmp_path_factory.mktemp("new") / "integrals"
    result = call("new", folder)
    assert result.exit_code == 0, result.output
    return folder


def parts_of(report: dict[str, Any]) -> dict[str, tuple[float, float, str]]:
    """Return score, pending points and status of each part of a report."""
    found = [part for exercise in report["exercises"] for part in exercise["parts"]]
    return {part["id"]: (part["score"], part["pending"], part["status"]) for part in found}


def grade(course: Path, student: str) -> dict[str, Any]:
    """Return the report of one of the new course's sample students, run in the sandbox."""
    result = call("grade", course / "submissions" / f"{student}.py", "--course", course, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_it_says_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    """Each file is listed; the next commands are ones that there are."""
    result = call("new", tmp_path / "mine")
    assert f"{tmp_path}/mine/course.yaml\n" in result.stdout
    assert "\n  grader validate\n" in result.stdout
    made = {path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*") if path.is_file()}
    assert {".gitignore", "exercises/integration.yaml", "reference/public/invariants.py", "data/speed.csv"} <= made
    assert "gitignore" not in made


def test_the_new_course_is_valid_with_all_mutants(course: Path) -> None:
    """Reference, starter, mistakes, tolerances, follow-through, theorem and mutants: nothing is left to say."""
    result = call("validate", "--course", course, "--json", "-")
    found = json.loads(result.stdout)
    assert result.exit_code == 0, found["problems"]
    assert found["mutants"]["total"] > 30
    assert found["mutants"]["alive"] == 0
    assert not found["equivalents"]
    assert found["mistakes"] == 5


def test_the_right_student_gets_all_points(course: Path) -> None:
    """Everything that the grader decides is right, and the text waits for a person."""
    report = grade(course, "ada")
    assert parts_of(report) == {"rule": (4, 0, "pass"), "distance": (4, 0, "pass"), "error": (0, 2, "review")}


def test_the_wrong_student_shows_mistakes_follow_through_and_a_broken_theorem(course: Path) -> None:
    """One student shows what a report can say."""
    report = grade(course, "ben")
    assert parts_of(report) == {"rule": (1, 0, "partial"), "distance": (3, 0, "partial"), "error": (0, 0, "missing")}
    checks = {
        check["id"]: check for exercise in report["exercises"] for p in exercise["parts"] for check in p["checks"]
    }
    assert checks["rule.trapezoid"]["mistake"] == "left_endpoint"
    assert checks["rule.reversal.trapezoid"]["code"] == "invariant.violated"
    assert checks["distance.distance"]["mistake"] == "unit_not_converted"
    assert checks["distance.mean_speed"]["follow_through"] is True


def test_starters_bring_the_data(course: Path, tmp_path: Path) -> None:
    """Students start from a notebook or a script named like the exercise, and from the course's data."""
    result = call("starter", "--course", course, "--out", tmp_path / "starter")
    assert result.exit_code == 0, result.output
    names = {path.relative_to(tmp_path / "starter").as_posix() for path in (tmp_path / "starter").rglob("*.*")}
    assert {"integration.ipynb", "integration.py", "data/speed.csv"} <= names


@pytest.mark.parametrize("there", ["notes.txt", ".hidden", "exercises"])
def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path, there: str) -> None:
    """What is there is named, and stays the only thing there."""
    (tmp_path / there).mkdir()
    result = call("new", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path} is not empty ({there}): expected an empty folder or none" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_an_empty_repository_counts_as_empty(tmp_path: Path) -> None:
    """Who begins with `git init` can go on with `grader new .`."""
    (tmp_path / ".git").mkdir()
    assert call("new", tmp_path).exit_code == 0
    assert (tmp_path / "course.yaml").is_file()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is no folder, whether it is the last step or one on the way."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "course"):
        result = call("new", folder)
        assert result.exit_code == 2
        assert f"{folder}: expected an empty folder or none: Not a directory" in result.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_failing_write_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file system says is passed on, with the folder's name; a full disk is the machine's."""
    truly = Path.open

    def refuse(number: int) -> None:
        def opened(path: Path, mode: str = "r", *arguments: Any) -> Any:
            if mode == "xb":
                raise OSError(number, os.strerror(number))
            return truly(path, mode, *arguments)

        monkeypatch.setattr(Path, "open", opened)

    refuse(errno.EROFS)
    result = call("new", tmp_path / "course")
    assert (result.exit_code, "cannot be written: Read-only file system" in result.stderr) == (2, True)
    refuse(errno.ENOSPC)
    result = call("new", tmp_path / "another")
    assert (result.exit_code, "No space left" in result.stderr) == (3, True)


@pytest.mark.parametrize(
    ("name", "course_id", "title"),
    [
        ("numerics-1", "numerics-1", "Numerics 1"),
        ("Übung 3: ODE's", "ubung-3-ode-s", "Übung 3: ODE's"),
        ("--", "course", "Course course"),
        ("数値解析", "course", "数値解析"),
        ('a "b" # c', "a-b-c", 'A "b" # c'),
        ("x", "x", "Course x"),
        ("$HOME", "home", "$HOME"),
        ("new\nline", "new-line", "New line"),
        ("long " * 30, "-".join(["long"] * 12), "Long" + " long" * 29),
        ("bytes\udcff", "bytes", "Course bytes"),
    ],
)
def test_any_folder_name_makes_an_id_and_a_title(tmp_path: Path, name: str, course_id: str, title: str) -> None:
    """The course loads with both, whatever the folder is called."""
    folder = tmp_path / name
    assert name_course(folder) == (course_id, title)
    write_course(folder)
    file = load_course(folder).file
    assert (file.id, file.title) == (course_id, title)


def test_here_is_a_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader new .` takes the name of the folder that one is in."""
    (tmp_path / "roots").mkdir()
    monkeypatch.chdir(tmp_path / "roots")
    assert call("new", ".").exit_code == 0
    assert load_course(tmp_path / "roots").file.id == "roots"


def test_id_and_title_can_be_given(tmp_path: Path) -> None:
    """Options win over the folder's name, and the title is text whatever is in it."""
    result = call("new", tmp_path / "x", "--id", "num-2", "--title", 'Ordinary: "differential" # equations')
    assert result.exit_code == 0, result.output
    file = load_course(tmp_path / "x").file
    assert (file.id, file.title) == ("num-2", 'Ordinary: "differential" # equations')


@pytest.mark.parametrize(
    ("option", "value"),
    [("--id", "Bad Id"), ("--id", "-a"), ("--id", "a" * 61), ("--id", ""), ("--title", "ab"), ("--title", "a\nbcd")],
)
def test_an_id_or_title_that_is_none_is_refused(tmp_path: Path, option: str, value: str) -> None:
    """The value is shown with what was expected, and nothing is made."""
    result = call("new", tmp_path / "x", option, value)
    assert result.exit_code == 2
    assert f"{option} {value!r}: expected" in result.stderr
    assert not (tmp_path / "x").exists()


def test_the_template_has_no_file_that_a_wheel_would_lose() -> None:
    """A name that begins with a dot would not be packed; `.gitignore` is renamed when it is written."""
    names = [path.name for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert "gitignore" in names
    assert not [name for name in names if name.startswith(".")]
