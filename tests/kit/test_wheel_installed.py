"""The kit as a student has it: the wheel in an environment that holds nothing else but NumPy."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

from grader.kit import build_kit
from grader.spec import load_course
from grader.starter import write_files

ROOT = Path(__file__).resolve().parents[2]
COURSES = {"kl": (ROOT, "ex1", "1c"), "numerics": (ROOT / "examples" / "numerics", "ode", "stability")}


@dataclass(frozen=True)
class Student:
    """A student's machine: an interpreter, and the folder with the kit."""

    python: Path
    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder of the kit; nothing of this process's environment reaches it."""
        environment = {"PATH": os.defpath, "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [str(self.python), *words]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )


def _link_numpy(folder: Path) -> None:
    """Make a folder from which NumPy can be imported, and nothing else."""
    folder.mkdir()
    numpy = metadata.distribution("numpy")
    for top in {file.parts[0] for file in numpy.files or ()} - {"..", "__pycache__"}:
        (folder / top).symlink_to(str(numpy.locate_file(top)))


@pytest.fixture(scope="module", params=sorted(COURSES))
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Student:
    """Return a machine with the kit of a course, its wheel installed as the README says, without a network."""
    folder, _, _ = COURSES[request.param]
    home = tmp_path_factory.mktemp("student")
    write_files(home / "kit", build_kit(load_course(folder), folder))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    (site,) = (home / "venv").glob("lib/python*/site-packages")
    _link_numpy(home / "numpy")
    (site / "numpy.pth").write_text(f"{home / 'numpy'}\n", encoding="utf-8")
    python = home / "venv" / "bin" / "python"
    (wheel,) = (home / "kit").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    return Student(python, home / "kit")


@pytest.fixture
def names(student: Student) -> tuple[str, str]:
    """Return an exercise's tag, and a part of it."""
    return next((tag, part) for _, tag, part in COURSES.values() if (student.folder / f"{tag}.py").exists())


def test_nothing_else_is_there(student: Student) -> None:
    """Neither the program nor a reference can be imported, and the check comes from the wheel."""
    for name in ("grader", "reference", "IPython", "pydantic"):
        assert f"No module named '{name}'" in student.run("-c", f"import {name}").stderr
    shown = student.run("-c", "import numgrade_student; print(numgrade_student.__file__)")
    assert Path(shown.stdout.strip()).is_relative_to(student.python.parents[1])


def test_untouched_script_is_checked(student: Student, names: tuple[str, str]) -> None:
    """The starter runs from beginning to end, and nothing is attempted."""
    done = student.run("-m", "numgrade_student", f"{names[0]}.py")
    assert done.returncode == 0, done.stderr
    assert "does not say whether a value is correct" in " ".join(done.stdout.split())


def test_form_of_an_answer_is_checked(student: Student, names: tuple[str, str]) -> None:
    """A value of the wrong form is named, with its part."""
    tag, part = names
    name = {"ex1": "ex1_r_unique", "ode": "ode_is_stable"}[tag]
    source = (student.folder / f"{tag}.py").read_text("utf-8").replace(f"{name} = ...", f"{name} = 'maybe'")
    (student.folder / "mine.py").write_text(source, encoding="utf-8")
    done = student.run("-m", "numgrade_student", "mine.py", part)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    assert "'maybe'" in done.stdout


def test_check_works_in_a_session(student: Student, names: tuple[str, str]) -> None:
    """`check` looks at the names of whoever calls it."""
    code = f"from numgrade_student import check; print(check({names[1]!r}))"
    done = student.run("-c", code)
    assert done.returncode == 0, done.stderr
    assert names[1] in done.stdout
