"""The wheel: what is in it, and that it works where nothing else of this project is."""

from __future__ import annotations

import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest
import yaml

from grader import __version__
from tests.crossings.packaging.conftest import Installed

ROOT = Path(__file__).resolve().parents[3]


def _list_files(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    """Program and student's check; neither a course nor the tests nor the benchmark, and nothing is compiled."""
    tops = {name.partition("/")[0] for name in _list_files(wheel)}
    assert tops == {"grader", "numgrade_student", f"numgrade-{__version__}.dist-info"}
    assert not [name for name in _list_files(wheel) if "__pycache__" in name or name.endswith(".pyc")]


def test_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    """Migrations, scripts, templates: whatever lies below grader/ and numgrade_student/ is installed."""
    listed = {name for name in _list_files(wheel) if name.startswith(("grader/", "numgrade_student/"))}
    files = (path for top in ("grader", "numgrade_student") for path in (ROOT / top).rglob("*"))
    paths = (path for path in files if path.is_file() and "__pycache__" not in path.parts)
    assert listed == {path.relative_to(ROOT).as_posix() for path in paths}
    assert {"grader/gradebook/migrations/env.py", "grader/ci/gradescope/setup.sh"} <= listed


def test_metadata_names_the_distribution(wheel: Path) -> None:
    """The distribution is numgrade; command and import are grader; what a course needs is none of ours to require."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if PurePosixPath(name).name == "METADATA")
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
        commands = archive.read(name.replace("METADATA", "entry_points.txt")).decode("utf-8")
    assert (metadata["Name"], metadata["Version"]) == ("numgrade", __version__)
    assert "grader = grader.__main__:main" in commands
    required = {text.partition(">")[0] for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text}
    assert {"numpy", "packaging", "pydantic"} <= required
    assert "sympy" not in required
    assert {"postgres", "parquet", "dask"} <= set(metadata.get_all("Provides-Extra", []))


def test_nothing_of_the_checkout_can_be_imported(installed: Installed) -> None:
    """In an environment of its own the program comes from the wheel, and no `reference` comes at all."""
    shown = installed.run("python", "-c", "import grader; print(grader.__file__)")
    assert Path(shown.stdout.strip()).is_relative_to(installed.programs.parent)
    for name in ("reference", "bench", "tests"):
        done = installed.run("python", "-c", f"import {name}")
        assert f"No module named '{name}'" in done.stderr


def test_command_and_module_are_one_program(installed: Installed) -> None:
    """`grader` and `python -m grader` say the same version, and list the same commands."""
    for words in (("--version",), ("--help",)):
        command, module = installed.run("grader", *words), installed.run("python", "-m", "grader", *words)
        assert command.returncode == module.returncode == 0
        assert command.stdout.replace("Usage: grader", "Usage: python -m grader") == module.stdout
    assert __version__ in installed.run("grader", "--version").stdout


def test_doctor_needs_no_course(installed: Installed) -> None:
    """In an empty folder it tells about the machine, and how to name a course."""
    done = installed.run("grader", "doctor")
    assert done.returncode in {0, 3}, done.stderr
    assert "Isolation on this machine:" in done.stdout
    assert "--course DIR" in done.stdout


@pytest.mark.parametrize("words", [("grade", "x.py"), ("validate",), ("starter",), ("check", "x.py")])
def test_what_needs_a_course_says_how_to_name_one(installed: Installed, words: tuple[str, ...]) -> None:
    """Without a course the status is 2, and no course is taken from anywhere else."""
    (installed.folder / "x.py").write_text("a = 1\n", encoding="utf-8")
    done = installed.run("grader", *words)
    assert done.returncode == 2
    assert "no course" in done.stderr
    assert "--course DIR" in done.stderr
    assert not done.stdout


def test_course_of_this_checkout_is_graded_by_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """A course is a folder: the installed program needs nothing but its path."""
    words = ("--course", str(ROOT), "--json", str(tmp_path / "report.json"))
    done = installed.run("grader", "grade", str(ROOT / "submissions" / "partial" / "hana.py"), *words)
    if done.returncode == 3:
        pytest.skip(f"this machine does not give full isolation: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.json").is_file()


def test_new_course_is_valid(installed: Installed, tmp_path: Path) -> None:
    """`grader new` makes a course that passes `grader validate`, with the wheel alone."""
    made = installed.run("grader", "new", "mine", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    done: subprocess.CompletedProcess[str] = installed.run("grader", "validate", cwd=tmp_path / "mine")
    assert done.returncode == 0, done.stdout


def test_citation_names_the_version() -> None:
    """A release changes the two together."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (__version__, "MIT")
