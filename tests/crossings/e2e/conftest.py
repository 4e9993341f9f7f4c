"""The sample students, graded once by the real command in the real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import main

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "submissions"
FAST = ("--cell-wall-s", "3", "--submission-wall-s", "20", "--memory-bytes", str(512 << 20))


@dataclass(frozen=True)
class Graded:
    """A batch over one folder of samples: what it wrote."""

    out: Path
    entries: dict[str, dict[str, Any]]

    def report(self, student: str) -> dict[str, Any]:
        """Return the student's report."""
        report: dict[str, Any] = json.loads((self.out / student / "report.json").read_text(encoding="utf-8"))
        return report


@pytest.fixture
def grader() -> Callable[..., Result]:
    """Return a function that runs the command as a person would."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)

    return run


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Graded]:
    """Return a function that grades a folder of samples, once a session."""
    done: dict[str, Graded] = {}

    def grade(kind: str) -> Graded:
        if kind not in done:
            out = tmp_path_factory.mktemp(kind)
            arguments = ["batch", str(SAMPLES / kind), "--out", str(out), *FAST]
            result = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert result.exit_code == 0, result.output
            rows = json.loads((out / "batch.json").read_text(encoding="utf-8"))
            done[kind] = Graded(out, {row["student"]: row for row in rows})
        return done[kind]

    return grade
