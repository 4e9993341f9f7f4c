"""The program as a person calls it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import __version__, pipeline
from grader.cli import choice, doctor, main, running, screen
from grader.errors import CourseError, IsolationError, Problem, SandboxError
from grader.model import Limits
from grader.sandbox import Capability, Machine


@pytest.fixture
def call(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that calls the program with the tiny course and fake sandboxes."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_options: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke


def test_grade_prints_the_report(call: Any, folder_of: Any) -> None:
    """Text for the student goes to standard output, and the status is 0 whatever the score."""
    result = call("grade", folder_of(ada="a = 3") / "ada.py")
    assert result.exit_code == 0
    assert result.stdout.startswith("Report for ada\n")
    assert "a = 3" in result.stdout


def test_grade_writes_json_and_evidence(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """Both files are written, and the text is still printed."""
    file = folder_of(ada="a = 2") / "ada.py"
    result = call("grade", file, "--json", tmp_path / "r.json", "--evidence", tmp_path / "evidence.json")
    assert "Report for ada" in result.stdout
    assert json.loads((tmp_path / "r.json").read_text())["score"] == 1
    again = call("judge", tmp_path)
    assert again.exit_code == 0
    assert (tmp_path / "report.json").read_bytes() == (tmp_path / "r.json").read_bytes()


@pytest.mark.parametrize(("command", "option"), [("grade", "--json"), ("grade", "--evidence"), ("check", "--json")])
def test_no_report_takes_the_place_of_a_submission(
    call: Any, folder_of: Any, sandboxes: Any, command: str, option: str
) -> None:
    """A slip of the keyboard costs no student their file, and is told before anything runs."""
    file = folder_of(ada="a = 2") / "ada.py"
    before = file.read_bytes()
    result = call(command, file, option, file)
    assert result.exit_code == 2
    assert result.stderr == f"grader: error: {file} lies in what is submitted: expected another place for the report\n"
    assert file.read_bytes() == before
    assert not sandboxes.ran


@pytest.mark.parametrize("command", ["grade", "check"])
def test_no_report_takes_the_place_of_data_beside_a_submission(
    call: Any, folder_of: Any, sandboxes: Any, command: str
) -> None:
    """The student's own data goes with the file; a link to its folder leads to the same place."""
    folder = folder_of(ada="a = 2")
    (folder / "table.json").write_text("[1, 2]")
    (folder.parent / "same").symlink_to(folder)
    for place in (folder / "table.json", folder.parent / "same" / "table.json"):
        result = call(command, folder / "ada.py", "--json", place)
        assert result.exit_code == 2
        assert (
            result.stderr
            == f"grader: error: {place} lies in what is submitted: expected another place for the report\n"
        )
    assert (folder / "table.json").read_text() == "[1, 2]"
    assert not sandboxes.ran


@pytest.mark.parametrize("command", ["grade", "check"])
def test_no_report_is_put_into_a_submitted_folder(call: Any, folder_of: Any, sandboxes: Any, command: str) -> None:
    """It would be submitted with it the next time."""
    folder = folder_of(ada="a = 2")
    result = call(command, folder, "--json", folder / "new.json")
    assert result.exit_code == 2
    assert "new.json lies in what is submitted" in result.stderr
    assert not sandboxes.ran
    assert not (folder / "new.json").exists()


@pytest.mark.parametrize("command", ["grade", "check"])
def test_own_report_beside_a_submission_is_replaced(call: Any, folder_of: Any, command: str) -> None:
    """What this program wrote is no data of the student's."""
    folder = folder_of(ada="a = 2")
    for _ in range(2):
        assert call(command, folder / "ada.py", "--json", folder / "r.json").exit_code == 0


def test_place_that_is_no_file_is_told_before_anything_runs(call: Any, folder_of: Any, sandboxes: Any) -> None:
    """A folder, say."""
    folder = folder_of(ada="a = 2")
    result = call("grade", folder / "ada.py", "--json", folder)
    assert result.exit_code == 2
    assert "is a folder, and was left as it is" in result.stderr
    assert not sandboxes.ran


@pytest.mark.parametrize("asked", [("--json", "-"), ("--format", "json")])
def test_json_on_standard_output_is_alone_there(call: Any, folder_of: Any, asked: tuple[str, str]) -> None:
    """Another program can read standard output as it is."""
    result = call("grade", folder_of(ada="a = 2") / "ada.py", *asked)
    assert json.loads(result.stdout)["submission"]["student"] == "ada"


def test_exercise_restricts_the_report(call: Any, folder_of: Any) -> None:
    """Only the exercise asked for is reported and added up."""
    file = folder_of(ada="a = 2\nb = 2") / "ada.py"
    data = json.loads(call("grade", file, "--exercise", "2", "--format", "json").stdout)
    assert [exercise["id"] for exercise in data["exercises"]] == ["2"]
    assert (data["score"], data["max"], data["score_exact"]) == (1, 1, "1")


def test_unknown_exercise_is_told_before_anything_runs(call: Any, folder_of: Any, sandboxes: Any) -> None:
    """A wrong number costs no run, and the known ones are listed."""
    result = call("grade", folder_of(ada="a = 2") / "ada.py", "--exercise", "9")
    assert result.exit_code == 2
    assert result.stderr == "grader: error: there is no exercise 9; exercises are 1, 2\n"
    assert not sandboxes.ran


@pytest.mark.parametrize(("limit", "status"), [("1", 0), ("1.5", 1), ("3/2", 1)])
def test_fail_under_compares_points(call: Any, folder_of: Any, limit: str, status: int) -> None:
    """Status 1 means a score below the limit; a text that waits for a person counts as nothing."""
    result = call("grade", folder_of(ada="a = 2\nessay") / "ada.py", "--fail-under", limit)
    assert result.exit_code == status


def test_student_option_names_the_student(call: Any, folder_of: Any) -> None:
    """The name given wins over the file's."""
    assert call("grade", folder_of(x="a = 2") / "x.py", "--student", "Ada L.").stdout.startswith("Report for Ada L.\n")


def test_refused_file_is_wrong_usage(call: Any, tmp_path: Path) -> None:
    """A file that is no submission ends with 2 and the reason, without a traceback."""
    (tmp_path / "ada.ipynb").write_text("{")
    result = call("grade", tmp_path / "ada.ipynb")
    assert result.exit_code == 2
    assert result.stderr.startswith("grader: error: ada.ipynb ")
    assert "Traceback" not in result.stderr


def test_isolation_that_cannot_be_had_ends_with_3(call: Any, folder_of: Any, sandboxes: Any) -> None:
    """Nothing is graded below the level asked for; that is neither a score nor wrong usage."""
    sandboxes.refuse = IsolationError("no bubblewrap")
    result = call("grade", folder_of(ada="a = 2") / "ada.py")
    assert result.exit_code == 3
    assert result.stderr == "grader: error: no bubblewrap\n"


def test_sandbox_that_fails_twice_leaves_everything_ungraded(call: Any, folder_of: Any, sandboxes: Any) -> None:
    """The report says that nothing was decided, and the person at the keyboard why; no score, and status 3."""
    sandboxes.refuse = SandboxError("the box is gone")
    result = call("grade", folder_of(ada="a = 2") / "ada.py", "--format", "json")
    assert result.exit_code == 3
    assert "grader: error: the box is gone" in result.stderr
    report = json.loads(result.stdout)
    assert (report["score"], report["ungraded"]) == (0, report["max"])


def test_bug_of_ours_ends_with_3(call: Any, folder_of: Any) -> None:
    """An exception that nobody expected can never look like a score below a limit."""
    result = call("grade", folder_of(ada="# bug") / "ada.py", "--fail-under", "1")
    assert result.exit_code == 3
    assert "ZeroDivisionError" in result.stderr


def test_wrong_course_shows_every_problem(call: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each problem is a line with file and line number, and the status is 2."""
    problems = [Problem("exercises/ex1.yaml", 3, "points", "too many"), Problem("course.yaml", 1, "title", "missing")]

    def fail(_folder: Path | None = None, **_more: object) -> None:
        raise CourseError(problems)

    monkeypatch.setattr(pipeline, "load_grader", fail)
    result = call("grade", tmp_path)
    assert result.exit_code == 2
    assert "exercises/ex1.yaml:3: points: too many\n" in result.stderr
    assert "course.yaml:1: title: missing\n" in result.stderr


def test_messages_obey_nothing(call: Any, tmp_path: Path) -> None:
    """A hostile file name in an error is shown and not obeyed."""
    result = call("grade", tmp_path / "\x1b[31m::error::x.ipynb")
    assert result.exit_code == 2
    assert "::" not in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "much"])
def test_limit_must_be_a_limit(call: Any, folder_of: Any, value: str) -> None:
    """No number stands for no limit."""
    for given in (("--limit", f"cell_wall_s={value}"), ("--cell-wall-s", value)):
        result = call("grade", folder_of(ada="a = 2") / "ada.py", *given)
        assert result.exit_code == 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("cell_wal_s=3", "did you mean cell_wall_s?"),
        ("cells", "expected NAME=VALUE"),
        ("cells=1.5", "expected a whole number above 0"),
        ("cells=0", "expected a whole number above 0"),
    ],
)
def test_what_is_no_limit_is_told(call: Any, folder_of: Any, given: str, told: str) -> None:
    """With what was expected, or the name that was probably meant."""
    result = call("grade", folder_of(ada="a = 2") / "ada.py", "--limit", given)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "given", [("--limit", "cell_wall_s=5", "--limit", "cells=7"), ("--cell-wall-s", "5", "--cells", "7")]
)
def test_limit_given_reaches_the_sandbox(
    call: Any, folder_of: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    """A limit replaces the course's, the others stay, and the isolation is the one asked for."""
    asked: list[tuple[Any, ...]] = []

    def open_sandbox(*arguments: Any, **named: Any) -> Any:
        asked.append(arguments)
        return sandboxes.open(*arguments, **named)

    monkeypatch.setattr(running, "open_sandbox", open_sandbox)
    call("grade", folder_of(ada="a = 2") / "ada.py", *given, "--isolation", "reduced")
    assert asked == [((), "reduced", Limits(cell_wall_s=5.0, cells=7))]


def test_every_limit_is_named_by_the_help() -> None:
    """A limit that is added to the course file is named there, too."""
    told = " ".join(CliRunner().invoke(main, ["batch", "--help"]).stdout.split())
    assert ", ".join(Limits.model_fields) in told


def test_check_says_nothing_of_what_is_right(call: Any, folder_of: Any) -> None:
    """A wrong number of the right form passes the public checks; the part asked for is the only one shown."""
    result = call("check", folder_of(ada="a = 3") / "ada.py", "--part", "1a")
    assert result.exit_code == 0
    assert "1a  incomplete (1 answer of the right form)" in result.stdout
    assert "2a" not in result.stdout
    assert call("check", folder_of(ada="a = 3") / "ada.py", "--part", "9z").exit_code == 2


def test_batch_and_judge_print_a_table(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """A class is graded and judged again; progress goes to standard error, a line each."""
    result = call("batch", folder_of(ada="a = 2", bob="a = 3"), "--out", tmp_path / "out", "--jobs", "2")
    assert result.exit_code == 0
    assert "2 students, 0 refused" in result.stdout
    assert "[2/2]" in result.stderr
    assert call("judge", tmp_path / "out").stdout == result.stdout


def test_batch_with_our_fault_ends_with_3(call: Any, folder_of: Any, tmp_path: Path) -> None:
    """The class is graded to the end, and the status says that something is owed; `judge` says it too."""
    result = call("batch", folder_of(ada="# dies always", bob="a = 2"), "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "2 students" in result.stdout
    assert call("judge", tmp_path / "out").exit_code == 3


def test_judge_names_evidence_for_other_questions(call: Any, folder_of: Any, tiny_grader: Any, tmp_path: Path) -> None:
    """Evidence that must be collected again ends with 2."""
    call("batch", folder_of(ada="a = 2"), "--out", tmp_path / "out")
    path = tmp_path / "out" / "ada" / "evidence.json"
    path.write_text(path.read_text().replace(tiny_grader.probes_sha256, "0" * 64))
    result = call("judge", tmp_path / "out")
    assert result.exit_code == 2
    assert "run this submission again" in result.stderr


def test_feedback_is_written_for_those_who_can_have_it(
    call: Any, folder_of: Any, tiny_grader: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2 where a student's folder cannot be used, which is named; 3 where the grader itself failed."""
    monkeypatch.setattr(choice, "load_course", lambda _folder: tiny_grader.course)
    call("batch", folder_of(ada="a = 2", bob="a = 3"), "--out", tmp_path / "out")
    arguments = ("feedback", tmp_path / "out", "--out", tmp_path / "fb")
    result = call(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"2 students: {tmp_path / 'fb'}/<student>/feedback.html\n"
    (tmp_path / "out" / "ada" / "report.json").write_text("{")
    result = call(*arguments)
    assert result.exit_code == 2
    assert "1 student: " in result.stdout
    assert "ada/report.json is not a report" in result.stderr
    monkeypatch.setattr("grader.batch.feedback.render_page", lambda _work: str(1 / 0))
    assert call(*arguments).exit_code == 3


@pytest.mark.parametrize(("level", "status"), [("full", 0), ("reduced", 0), (None, 3)])
def test_doctor_tells_what_is_lacking(monkeypatch: pytest.MonkeyPatch, level: Any, status: int) -> None:
    """Each layer is named, with how to get it where it is lacking."""
    course = SimpleNamespace(file=SimpleNamespace(packages=()))
    capabilities = (
        Capability("Landlock", ok=True, what="version 7"),
        Capability("bubblewrap", ok=False, what="not found", fix="apt-get install bubblewrap"),
    )
    monkeypatch.setattr(doctor, "is_course_near", lambda: True)
    monkeypatch.setattr(doctor, "choose_course", lambda _given: Path())
    monkeypatch.setattr(doctor, "load_course", lambda _folder: course)
    monkeypatch.setattr(doctor, "inspect_machine", lambda _packages: Machine(level, capabilities))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == status
    assert "version 7" in result.stdout
    assert "To get it: apt-get install bubblewrap" in result.stdout


def test_starter_writes_the_exercises_asked_for(tmp_path: Path) -> None:
    """A starter of one exercise holds that exercise, and the files are listed."""
    result = CliRunner().invoke(main, ["starter", "--out", str(tmp_path / "s"), "--exercise", "2"])
    assert result.exit_code == 0
    assert str(tmp_path / "s" / "ex2.ipynb") in result.stdout
    assert not (tmp_path / "s" / "ex1.py").exists()


def test_version_and_unknown_command() -> None:
    """The version is the package's; a command that does not exist is wrong usage."""
    assert __version__ in CliRunner().invoke(main, ["--version"]).output
    assert CliRunner().invoke(main, ["guess"]).exit_code == 2


@pytest.mark.usefixtures("call")
def test_stream_that_cannot_show_a_mark_gets_a_question_mark(folder_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an ASCII terminal the words remain, and nothing crashes."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = CliRunner(charset="ascii").invoke(main, ["grade", str(folder_of(ada="a = 2") / "ada.py")])
    assert result.exit_code == 0
    assert "? 1a" in result.stdout
    assert "right" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "banned"),
    [
        (["--help"], ["numpy", "nbclient", "nbformat", "grader.sandbox", "grader.judge"]),
        (["judge", "--help"], ["nbclient", "grader.sandbox"]),
        (["feedback", "--help"], ["nbclient", "grader.sandbox"]),
        (["export", "--help"], ["nbclient", "grader.sandbox"]),
    ],
)
def test_commands_import_no_more_than_they_need(arguments: list[str], banned: list[str]) -> None:
    """The list of commands is quick, and judging again needs no sandbox."""
    import subprocess

    code = (
        "import sys\nfrom grader.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print('IMPORTED', [name for name in {banned!r} if name in sys.modules])"
    )
    root = Path(running.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert "IMPORTED []" in done.stdout


def test_data_beside_a_file_comes_along_unless_it_is_the_courses(call: Any, tmp_path: Path) -> None:
    """What lies in the course's own folder may be the key; what lies beside its sample students is not."""
    names = {}
    for place in ("submissions/ada", "elsewhere", "starter"):
        folder = tmp_path / "out" / place if place == "elsewhere" else tmp_path / "course" / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ada.py").write_text("a = 2")
        digests = []
        for text in ("1", "2"):
            (folder / "p.csv").write_text(text)
            for command in (("grade", "--json", "-"), ("check",)):
                result = call(*command, folder / "ada.py", "--course", tmp_path / "course")
                assert ("not taken along" in result.stderr) == (place == "starter")
                if "--json" in command:
                    digests.append(json.loads(result.stdout)["submission"]["sha256"])
        names[place] = len(set(digests))
    assert names == {"submissions/ada": 2, "elsewhere": 2, "starter": 1}


# ---------------------------------------------------------------- what people expect of a command line


def test_a_misspelt_command_is_guessed() -> None:
    """What was probably meant is asked; what is like nothing is not."""
    assert "Did you mean 'validate'?" in CliRunner().invoke(main, ["valdate"]).stderr
    assert "Did you mean" not in CliRunner().invoke(main, ["xyzzy"]).stderr


def test_an_option_can_be_set_in_the_environment(tmp_path: Path) -> None:
    """By the names of command and option; what is wrong there is wrong."""
    arguments = ["batch", str(tmp_path), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments, env={"GRADER_BATCH_JOBS": "0"})
    assert result.exit_code == 2
    assert "Invalid value for '--jobs'" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    """The script asks the program, by the variable that it listens to."""
    result = CliRunner().invoke(main, ["completion", shell], prog_name="grader")
    assert result.exit_code == 0, result.output
    assert f"_GRADER_COMPLETE={shell}_complete" in result.stdout


def test_the_program_completes_what_a_shell_asks() -> None:
    """`grader ba` is completed to `grader batch`."""
    environment = os.environ | {"_GRADER_COMPLETE": "bash_complete", "COMP_WORDS": "grader ba", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'grader'; from grader.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "plain,batch\n", done.stderr


@pytest.mark.parametrize(
    ("environment", "color"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, color: bool) -> None:
    """Where standard output is no terminal."""
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert screen.look()["color"] is color
