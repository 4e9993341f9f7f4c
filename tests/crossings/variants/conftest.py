"""Both courses with their variants switched on, data given out to students, and who submitted what."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from tests.conftest import ROOT, copy_course, replace

KEY = "0f3c1d9a5b7e2846" * 4
STUDENTS = ("ada", "bob", "cyn", "dan", "eve")
SOLUTIONS = Path(__file__).parent / "solutions"


@dataclass(frozen=True)
class School:
    """A course that was given out: `top` holds the course, the secret, variants.json, starters and submissions."""

    top: Path

    def call(self, command: str, *arguments: object) -> Result:
        """Call the program in this course."""
        return CliRunner().invoke(main, [command, "--course", str(self.top / "course"), *map(str, arguments)])

    @property
    def variants(self) -> Path:
        """The file that says what was given out."""
        return self.top / "variants.json"

    def draw(self, student: str, exercise: str) -> dict[str, Any]:
        """Return what a student was given."""
        draws = json.loads(self.variants.read_text("utf-8"))["draws"]
        return next(one for one in draws if (one["student"], one["exercise"]) == (student, exercise))

    def submit(self, student: str, tag: str, starter: str | None = None, edit: tuple[str, str] = ("", "")) -> None:
        """Submit the solution of an exercise, written into a starter: the own one, or another student's.

        Args:
            student: who submits.
            tag: the exercise, and the name of its solution.
            starter: whose starter it is; None: the own.
            edit: a piece of the solution or starter, and what stands there instead.
        """
        text = (self.top / "starters" / (starter or student) / f"{tag}.py").read_text("utf-8")
        solution = (SOLUTIONS / f"{tag}.txt").read_text("utf-8")
        whole = f"{text}\n{solution}"
        if edit[0]:
            assert whole.count(edit[0]) >= 1
            whole = whole.replace(edit[0], edit[1])
        folder = self.top / "submissions" / student
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{tag}.py").write_text(whole, "utf-8")

    def grade(self) -> dict[str, Any]:
        """Grade all that was submitted, and return the reports by student."""
        out = self.top / "reports"
        result = self.call("batch", self.top / "submissions", "--out", out, "--variants", self.variants, "--jobs", 1)
        assert result.exit_code in (0, 3), result.stderr
        return {path.parent.name: json.loads(path.read_text("utf-8")) for path in out.glob("*/report.json")}


def _give_out(top: Path, course: Callable[[Path], Path], exercises: str, seed: str) -> School:
    folder = course(top / "course")
    replace(folder / "course.yaml", seed, f"\nvariants: {exercises}{seed}")
    (top / "secret").write_text(KEY, "utf-8")
    school = School(top)
    students = [word for name in STUDENTS for word in ("--student", name)]
    files = ("--secret", top / "secret", "--variants", school.variants)
    result = school.call("starter", "--out", top / "starters", *students, *files)
    assert result.exit_code == 0, result.stderr
    return school


def _copy_divergences(folder: Path) -> Path:
    copy_course(folder)
    with (folder / "course.yaml").open("a", encoding="utf-8") as file:
        exercises = json.dumps([str(number) for number in range(1, 9)])
        file.write(f"\nassignments: [{{id: hw, exercises: {exercises}, due: 2026-01-01T00:00+00:00}}]\n")
    return folder


def _copy_numerics(folder: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "submissions")
    return shutil.copytree(ROOT / "examples" / "numerics", folder, ignore=ignored)


@pytest.fixture(scope="session")
def divergences(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Return the course of this repository, given out."""
    return _give_out(tmp_path_factory.mktemp("divergences"), _copy_divergences, '["1", "8"]', "\nseed: 0\n")


@pytest.fixture(scope="session")
def numerics(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Return the second course, given out."""
    return _give_out(tmp_path_factory.mktemp("numerics"), _copy_numerics, "[linear-algebra]", "\nseed: 0\n")
