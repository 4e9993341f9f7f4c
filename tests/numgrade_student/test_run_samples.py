"""Students whose work is right are told that there is no problem, on their own machine and by `grader check`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from numgrade_student.run import check_file

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
def test_grader_check_says_the_same(name: str, path: Path) -> None:
    """In the sandbox."""
    text = check_in_sandbox(name, path)
    assert "needs another look" not in text
    assert "incomplete" not in text
    assert "No problem found in" in text.splitlines()[-1]


def check_in_sandbox(name: str, path: Path) -> str:
    """Return what `grader check` prints."""
    course = ROOT if name == "kl" else ROOT / "examples" / "numerics"
    command = [sys.executable, "-m", "grader", "check", str(path), "--course", str(course)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_full_of_mistakes_is_told_the_same_word_for_word(public_courses: Any, tmp_path: Path) -> None:
    """Forms, stops, misspelt names, functions that print, raise or give nothing, broken theorems, missing texts."""
    path = Path(shutil.copy(Path(__file__).parent / "files" / "mistaken.py", tmp_path))
    before = sys.modules["__main__"], sys.argv
    try:
        live = check_file(public_courses["kl"], path).render(80)
    finally:
        sys.modules["__main__"], sys.argv = before
    assert check_in_sandbox("kl", path) == f"{live}\n"
    for words in ("stopped at line 3", "Did you mean", "Did you print", "use one pair of brackets", "mixing in 5%"):
        assert words in " ".join(live.split())
