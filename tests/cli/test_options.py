"""Where options come from, how much is shown, and what `--json` gives: the same for every command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from grader import pipeline
from grader.cli import app, choice, doctor, main, running, screen
from grader.errors import CourseError
from grader.sandbox import Capability, Machine
from grader.spec import load_course, read_options
from tests.conftest import ROOT, copy_course

OPTIONS = (
    'schema: grader/course/v1\nid: tiny\ntitle: A tiny course\noptions: {{isolation: "{isolation}", jobs: {jobs}}}\n'
)


def _program() -> click.Context:
    """Return the program's own context; a command keeps the help option that it is first asked for."""
    return main.make_context("grader", [], resilient_parsing=True)


@pytest.fixture
def call(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that calls the program with the tiny course, whose folder sets options, and fake sandboxes."""
    opened: list[Any] = []
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_options: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)

    def open_sandbox(_packages: object, isolation: str, _limits: object, **_named: Any) -> Any:
        opened.append(isolation)
        return sandboxes.open()

    monkeypatch.setattr(running, "open_sandbox", open_sandbox)

    def invoke(*arguments: object, **environment: str) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, words, env=environment)

    invoke.opened = opened  # type: ignore[attr-defined]  # what a test looks at
    return invoke


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a folder whose `course.yaml` sets options."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "course.yaml").write_text(OPTIONS.format(isolation="reduced", jobs=3), encoding="utf-8")
    return folder


# ---------------------------------------------------------------- where an option comes from


def test_the_nearer_word_wins(call: Any, course: Path, folder_of: Any) -> None:
    """Command line, environment, course, default: each wins over those after it."""
    file = folder_of(ada="a = 2") / "ada.py"
    at_course = ("grade", file, "--course", course)
    call(*at_course, "--isolation", "full", GRADER_GRADE_ISOLATION="none")
    call(*at_course, GRADER_GRADE_ISOLATION="none")
    call(*at_course)
    call("grade", file)
    assert call.opened == ["full", "none", "reduced", "full"]


def test_variables_are_named_as_the_options_are(call: Any, course: Path, folder_of: Any) -> None:
    """Whatever a parameter is called inside; options of all commands by the program's name alone too."""
    file = folder_of(ada="a = 2") / "ada.py"
    given = {"GRADER_GRADE_COURSE": str(course), "GRADER_GRADE_JSON": "-", "GRADER_VERBOSE": "1"}
    result = call("grade", file, GRADER_GRADE_LIMIT="cells=7 processes=9", **given)
    assert json.loads(result.stdout)["score"] == 1
    assert call.opened == ["reduced"]
    assert "processes=9" in result.stderr
    assert "cells=7" in result.stderr


def test_the_nearest_course_is_asked(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --course; a command that has no such option takes none."""
    (course / "deep").mkdir()
    monkeypatch.chdir(course / "deep")
    for name, expected in (("batch", {"isolation": "reduced", "jobs": 3}), ("check", {"isolation": "reduced"})):
        command = main.get_command(_program(), name)
        assert command is not None
        words = [str(course), "--out", "x"] if name == "batch" else ["x.py"]
        given = command.make_context(name, words, parent=_program()).params
        assert {name: given[name] for name in ("isolation", "jobs") if name in given} == expected


def test_lower_isolation_of_a_course_is_told(call: Any, course: Path, folder_of: Any) -> None:
    """Isolation is never lowered silently; who chose it at the keyboard knows."""
    file = folder_of(ada="a = 2") / "ada.py"
    told = "isolation is reduced, as the course's course.yaml says"
    assert told in call("grade", file, "--course", course).stderr
    assert call("grade", file, "--course", course, "--isolation", "reduced").stderr == ""


@pytest.mark.parametrize("options", ["{isolation: most}", "{jobs: 0}", "{jobs: x}", "[1]", "{colour: always}"])
def test_wrong_options_of_a_course_are_problems_of_its_file(course: Path, options: str) -> None:
    """They set nothing, and whoever loads the course is told the line."""
    text = OPTIONS.partition("options")[0] + f"options: {options}\n"
    (course / "course.yaml").write_text(text, encoding="utf-8")
    assert read_options(course).model_dump(exclude_none=True) == {}
    with pytest.raises(CourseError, match=r"course\.yaml:4: options"):
        load_course(course)


def test_options_decide_no_mark(tmp_path: Path) -> None:
    """A course that sets them is the same course: what is graded stands."""
    folder = copy_course(tmp_path / "copy")
    with (folder / "course.yaml").open("a", encoding="utf-8") as file:
        file.write("\noptions:\n  jobs: 2\n  isolation: reduced\n")
    assert load_course(folder).sha256 == load_course(ROOT).sha256
    assert read_options(folder).jobs == 2


# ---------------------------------------------------------------- how much is shown


@pytest.mark.parametrize("before", [True, False])
def test_screen_options_stand_before_or_after_the_command(call: Any, folder_of: Any, *, before: bool) -> None:
    """Both mean the same."""
    file = folder_of(ada="a = 2") / "ada.py"
    for option, seen in ((("--color", "always"), "\x1b["), (("--color", "never"), ""), (("-v",), "")):
        words = (*option, "grade", file) if before else ("grade", file, *option)
        result = call(*words, FORCE_COLOR="1", NO_COLOR="")
        assert result.exit_code == 0, result.output
        assert ("\x1b[" in result.stdout) == (seen != "" or "-v" in option)
        assert ("grader: running ada.py: " in result.stderr) == ("-v" in option)


def test_color_wins_over_the_environment(call: Any, folder_of: Any) -> None:
    """NO_COLOR is for programs that are not told otherwise; `auto` goes by it."""
    file = folder_of(ada="a = 2") / "ada.py"
    assert "\x1b[" in call("grade", file, "--color", "always", NO_COLOR="1").stdout
    assert "\x1b[" not in call("grade", file, "--color", "auto", NO_COLOR="1", FORCE_COLOR="1").stdout
    assert "\x1b[" in call("--color", "never", "grade", file, "--color", "always").stdout


def test_quiet_keeps_results_and_errors(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """Progress and notes are gone; the table and what is wrong are there."""
    folder = folder_of(ada="a = 2", bob="# dies always")
    result = call("batch", folder, "--out", tmp_path / "out", "--quiet")
    assert result.exit_code == 3
    assert "2 students, 0 refused" in result.stdout
    assert result.stderr.splitlines() == [
        "grader: error: something is ungraded; mend what is named above, or run the same command again"
    ]


def test_verbose_tells_what_is_done(call: Any, folder_of: Any) -> None:
    """The course, the level, the limits, and how long each step took; standard output is as ever."""
    file = folder_of(ada="a = 2") / "ada.py"
    usual, told = call("grade", file), call("grade", file, "--verbose", "--limit", "cells=7")
    assert told.stdout == usual.stdout
    assert usual.stderr == ""
    for words in ("grader: loading the course in ", "isolation full; ", "cells=7", " s\n"):
        assert words in told.stderr


def test_quiet_and_verbose_contradict_each_other(call: Any, folder_of: Any) -> None:
    """Wherever they stand."""
    file = folder_of(ada="a = 2") / "ada.py"
    for words in (("-q", "grade", file, "-v"), ("grade", file, "-q", "-v"), ("-v", "-q", "grade", file)):
        result = call(*words)
        assert result.exit_code == 2
        assert "give one of them" in result.stderr


def test_every_command_has_the_screen_options() -> None:
    """Once each, also where a command is asked for twice."""
    for name in [*app.COMMANDS, *app.COMMANDS]:
        command = main.get_command(_program(), name)
        assert command is not None
        flags = [flag for parameter in command.params for flag in parameter.opts]
        assert {"--color", "--quiet", "-q", "--verbose", "-v"} <= set(flags)
        assert len(flags) == len(set(flags)), name


def test_nothing_is_read_outside_a_call() -> None:
    """A library's caller, or another thread, has no options: nothing is quiet, verbose or coloured."""
    assert not screen.is_quiet()
    assert not screen.forbids_color()


# ---------------------------------------------------------------- --json


def test_batch_and_judge_give_the_list_of_batch_json(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """To a file beside the table, or alone."""
    out, place = tmp_path / "out", tmp_path / "rows.json"
    result = call("batch", folder_of(ada="a = 2", bob="a = 3"), "--out", out, "--json", place)
    assert "2 students" in result.stdout
    assert place.read_bytes() == (out / "batch.json").read_bytes()
    alone = call("judge", out, "--json", "-")
    assert alone.exit_code == 0
    rows = json.loads(alone.stdout)
    assert [(row["student"], row["status"]) for row in rows] == [("ada", "graded"), ("bob", "graded")]


def test_json_holds_nothing_that_a_runner_obeys(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """A student's name is a student's words: GitHub's runner obeys `##[command]` anywhere in a line."""
    call("batch", folder_of(**{"##[error]::warning::x": "a = 2"}), "--out", tmp_path / "out")
    result = call("judge", tmp_path / "out", "--json", "-")
    assert "##" not in result.stdout
    assert "::" not in result.stdout
    assert json.loads(result.stdout)[0]["student"] == "##[error]::warning::x"


def test_check_gives_what_it_says(call: Any, folder_of: Any) -> None:
    """The same as the text, piece by piece."""
    folder = folder_of(ada="a = 3")
    told = json.loads(call("check", folder / "ada.py", "--json", "-").stdout)
    text = " ".join(call("check", folder / "ada.py").stdout.split())
    assert told["schema"] == "numgrade/check/v1"
    assert told["summary"]
    assert all(line in text for line in (told["title"], *told["summary"]))


def test_doctor_gives_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The level, and every layer; the status is the same."""
    lacking = Capability("bubblewrap", ok=False, what="not found", fix="apt-get install bubblewrap")
    monkeypatch.setattr(doctor, "is_course_near", lambda: False)
    monkeypatch.setattr(doctor, "inspect_machine", lambda _packages: Machine(None, (lacking,)))
    result = CliRunner().invoke(main, ["doctor", "--json", "-"])
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "schema": "grader/doctor/v1",
        "level": None,
        "capabilities": [
            {
                "layer": "bubblewrap",
                "ok": False,
                "what": "not found",
                "fix": "apt-get install bubblewrap",
                "needed": True,
            }
        ],
    }


def test_json_means_the_same_everywhere() -> None:
    """The same place in the help, and the same words."""
    for name in ("grade", "batch", "judge", "check", "validate", "ci", "doctor"):
        command = main.get_command(_program(), name)
        assert command is not None
        option = next(one for one in command.params if "--json" in one.opts)
        assert isinstance(option, click.Option)
        assert str(option.help).startswith("Also write ")
        assert str(option.help).endswith("as JSON to this file; - prints only that.")


# ---------------------------------------------------------------- Gradescope


def test_gradescope_packs_the_course(course: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """At the level of the option, which the course may set."""
    from grader.cli import gradescope

    packed: list[Any] = []
    monkeypatch.setattr(gradescope, "build_autograder", lambda *given: packed.append(given))
    result = CliRunner().invoke(main, ["gradescope", "--course", str(course), "--out", str(tmp_path / "a.zip")])
    assert result.exit_code == 0, result.output
    assert packed == [(course, tmp_path / "a.zip", "reduced", None, "")]
    assert "upload it" in result.stderr


def test_the_old_spelling_says_the_new_one() -> None:
    """With what to type instead."""
    words = ["export", "--format", "gradescope-autograder", "--out", "autograder.zip"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "use `grader gradescope --out FILE`" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["grade", "no.py", "--course", "."], "expected the folder of a course"),
        (["grade"], "Try 'grader grade --help' for help."),
        (["batch", ".", "--out", "x", "--executor", "ssh"], "expected local or dask://HOST:PORT"),
        (["export", "--format", "csv", "--out", "-"], "Missing option '--db'"),
        (["grade", "x.py", "--json"], "requires an argument"),
        (["ci", "--gradescope", "."], "name the folder that holds it, such as /autograder"),
        (["judge", "."], "name what `grader batch` wrote with --out"),
    ],
)
def test_errors_end_with_what_to_do(words: list[str], advice: str, tmp_path: Path, monkeypatch: Any) -> None:
    """What was expected, or what to type."""
    copy_course(tmp_path / "course")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("GRADER_CI_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("GRADER_JUDGE_COURSE", str(tmp_path / "course"))
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert advice in " ".join(result.stderr.split())
