"""Students whose work is right are told that there is no problem, on their own machine and by `grader check`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"kl": ROOT / "submissions", "numerics": ROOT / "examples" / "numerics" / "submissions"}
DATA = ROOT / "examples" / "numerics" / "data"


def list_right() -> list[tuple[str, Path]]:
    """Return the files of the sample students who are right, with their course."""
    files = [(name, path) for name, folder in SAMPLES.items() for path in sorted(folder.joinpath("right").rglob("*.*"))]
    return [(name, path) for name, path in files if path.suffix in {".py", ".ipynb"}]


def copy_sample(name: str, path: Path, folder: Path) -> Path:
    """Return a copy of a sample, with the course's data beside it."""
    if name == "numerics":
        shutil.copytree(DATA, folder / "data")
    return Path(shutil.copy(path, folder))


@pytest.mark.parametrize(("name", "path"), list_right(), ids=lambda one: getattr(one, "name", one))
def test_a_right_file_has_no_problem(public_folders: Any, tmp_path: Path, name: str, path: Path) -> None:
    """On the student's own machine, for every part that it has."""
    copied = copy_sample(name, path, tmp_path)
    command = [sys.executable, "-m", "numgrade_student", "--course", str(public_folders[name]), str(copied)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "needs another look" not in done.stdout
    assert "incomplete" not in done.stdout
    assert "No problem found in" in done.stdout.splitlines()[-1]
    if name == "kl" and path.parent.name == "right":
        assert done.stdout.endswith("No problem found in 32 parts.\n")


@pytest.mark.parametrize(("name", "path"), list_right(), ids=lambda one: getattr(one, "name", one))
def test_grader_check_says_the_same(public_folders: Any, tmp_path: Path, name: str, path: Path) -> None:
    """In the sandbox, word for word."""
    del tmp_path
    course = ROOT if name == "kl" else ROOT / "examples" / "numerics"
    command = [sys.executable, "-m", "grader", "check", str(path), "--course", str(course)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "needs another look" not in done.stdout
    assert "incomplete" not in done.stdout
    assert "No problem found in" in done.stdout.splitlines()[-1]
    assert public_folders[name].is_dir()
