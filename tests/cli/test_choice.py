"""One assignment of a course, by every command that works on one: named, taken from a batch's folder, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.cli.app import COMMANDS, main
from grader.cli.choice import CourseChoice
from grader.errors import UsageError
from grader.gradebook import Gradebook

NUMERICS = Path(__file__).parents[2] / "examples" / "numerics"
# What each command needs before it comes to the course; FILE and OUT are there, BOOK is a gradebook.
NEEDED = {
    "grade": ["FILE"],
    "batch": ["OUT", "--out", "NEW"],
    "judge": ["OUT"],
    "review": ["--db", "BOOK", "--marker", "eve"],
    "feedback": ["--db", "BOOK", "--out", "NEW"],
    "regrade collect": ["OUT", "--db", "BOOK"],
    "regrade list": ["--db", "BOOK"],
    "regrade show": ["1", "--db", "BOOK"],
    "regrade answer": ["1", "--db", "BOOK", "--by", "eve", "--text", "So it is. And so on."],
    "regrade escalate": ["1", "--db", "BOOK", "--by", "eve", "--why", "no"],
    "regrade withdraw": ["1", "--db", "BOOK", "--by", "eve", "--why", "no"],
    "stats": ["--db", "BOOK"],
    "release": ["--dry-run", "ada", "--db", "BOOK"],
    "starter": ["--out", "NEW"],
    "kit": ["--out", "NEW"],
    "check": ["FILE"],
    "mistakes": ["--db", "BOOK"],
    "ci": ["FILE", "--out", "NEW"],
    "mark": ["ada", "interval_text", "x=1", "--db", "BOOK", "--by", "eve"],
    "unmark": ["ada", "interval_text", "--db", "BOOK", "--by", "eve", "--why", "no"],
    "override": ["ada", "1", "--db", "BOOK", "--by", "eve", "--why", "no"],
    "marks": ["--db", "BOOK"],
    "similar": ["--db", "BOOK"],
    "export": ["--db", "BOOK", "--format", "csv", "--out", "-"],
    "push canvas": ["--db", "BOOK", "--url", "https://x.example", "--course-id", "1", "--assignment-id", "1"],
    "gradescope": ["--out", "NEW"],
}
WITHOUT = {"password", "new", "import", "validate", "doctor", "completion"}


def list_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command by what is typed, those of groups too."""
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {one}", inner) for one, inner in command.commands.items())
        else:
            yield name, command


def test_every_command_that_works_on_an_assignment_is_here() -> None:
    """Those that have the option, and no others: a new command has to be in one of the two lists."""
    having = {name for name, one in list_commands() if any("--assignment" in param.opts for param in one.params)}
    assert having == set(NEEDED)
    assert {name for name, _ in list_commands()} - having == WITHOUT


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return places that are there, and one that is not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANVAS_API_TOKEN", "a-token-of-a-test")
    (tmp_path / "ada.py").write_text("a = 1\n")
    (tmp_path / "out" / "ada").mkdir(parents=True)
    Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}").close()
    return {"FILE": "ada.py", "OUT": "out", "NEW": "new", "BOOK": f"sqlite:///{tmp_path / 'g.db'}"}


@pytest.mark.parametrize("name", NEEDED)
def test_an_unknown_assignment_is_refused_by_every_command(name: str, places: dict[str, str]) -> None:
    """With those that there are; nothing is written."""
    if name == "push canvas":
        pytest.importorskip("canvasapi", reason="canvasapi is not installed (pip install 'numgrade[canvas]')")
    given = [places.get(word, word) for word in NEEDED[name]]
    result = CliRunner().invoke(main, [*name.split(), *given, "--assignment", "hw3", "--course", str(NUMERICS)])
    assert "--assignment: expected one of hw1, hw2, got 'hw3'" in result.stderr, result.output
    assert result.exit_code == 2
    assert not Path("new").exists()


def test_a_course_without_assignments_has_none_to_choose() -> None:
    """Not even by the name under which all of it goes."""
    with pytest.raises(UsageError, match=r"--assignment = 'all': expected none, as course.yaml has no `assignments`"):
        CourseChoice(NUMERICS.parents[1], "all").find().load()


def test_a_narrowed_course_is_the_same_version_of_it() -> None:
    """With the exercises, rubrics and due moment of one assignment; all else is as it is in the whole."""
    whole, part = CourseChoice(NUMERICS).find().load(), CourseChoice(NUMERICS, "hw2").find().load()
    assert ([one.id for one in part.exercises], [one.id for one in part.assignments]) == (["data"], ["hw2"])
    assert part.file.title == f"{whole.file.title} · Data and statistics"
    assert [one.answer for one in part.rubrics] == [one.answer for one in whole.rubrics]
    assert CourseChoice(NUMERICS, "hw1").find().load().rubrics == ()
    assert (part.sha256, part.file.id, whole.assignment) == (whole.sha256, "numerics", "")
    made = CourseChoice(NUMERICS, "hw2").find().load_grader(packages=False)
    assert made.course == part
    assert {probe.exercise for probe in made.probes} == {"data"}


# ---------------------------------------------------------------- folders of batches


def write_batch(folder: Path, assignment: str = "") -> Path:
    """Write what a batch leaves of Ada."""
    (folder / "ada").mkdir(parents=True)
    row = {"student": "ada", "entry": "ada.py", "folder": "ada", "status": "graded", "reason": ""}
    (folder / "batch.json").write_text(json.dumps([row | ({"assignment": assignment} if assignment else {})]))
    return folder


def test_the_assignment_is_that_of_the_batch_s_folder(tmp_path: Path) -> None:
    """Or of the student's folder in it; named as well, it has to be the same."""
    first, whole = write_batch(tmp_path / "hw1", "hw1"), write_batch(tmp_path / "all")
    chosen = CourseChoice(NUMERICS)
    assert chosen.find_for_batch([first]).assignment == "hw1"
    assert chosen.find_for_batch([first / "ada"]).assignment == "hw1"
    assert CourseChoice(NUMERICS, "hw1").find_for_batch([first]).assignment == "hw1"
    assert chosen.find_for_batch([whole]).assignment == ""
    assert chosen.find_for_batch([]).assignment == ""
    assert CourseChoice(NUMERICS, "hw1").find_for_batch([tmp_path]).assignment == "hw1"  # where no batch says anything


@pytest.mark.parametrize(
    ("named", "folders", "words"),
    [
        ("hw2", ["hw1"], "hw1 holds reports of the assignment hw1, and this is the assignment hw2"),
        ("hw2", ["hw1/ada"], "hw1 holds reports of the assignment hw1, and this is the assignment hw2"),
        ("hw2", ["all"], "all holds reports of the whole course, and this is the assignment hw2"),
        ("", ["hw1", "hw2"], "hw2 holds reports of the assignment hw2, and this is the assignment hw1"),
        ("", ["hw1", "all"], "all holds reports of the whole course, and this is the assignment hw1"),
        ("", ["all", "hw1"], "hw1 holds reports of the assignment hw1, and this is the whole course"),
    ],
)
def test_folders_of_another_assignment_are_refused(tmp_path: Path, named: str, folders: list[str], words: str) -> None:
    """By name, and with what to do."""
    for assignment in ("hw1", "hw2"):
        write_batch(tmp_path / assignment, assignment)
    write_batch(tmp_path / "all")
    with pytest.raises(UsageError, match=words):
        CourseChoice(NUMERICS, named).find_for_batch([tmp_path / one for one in folders])


def test_the_course_that_is_near_says_which_attempt_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the policy of the course that is near, as for the commands that load it; one that is wrong stops nobody."""
    url = f"sqlite:///{tmp_path / 'g.db'}"
    Gradebook.open(url, assignment="hw2").close()
    monkeypatch.chdir(NUMERICS)
    with CourseChoice(None, "hw2").open_near_gradebook(url) as book:
        assert book.policy.due is not None
    (tmp_path / "course.yaml").write_text("assignments: [{id: hw2}]\n")
    monkeypatch.chdir(tmp_path)
    with CourseChoice(None, "hw2").open_near_gradebook(url) as book:
        assert book.policy.due is None
