"""The commands as people use them, on the real course."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader import sandbox


@pytest.fixture
def starters(grader: Any, tmp_path: Path) -> Path:
    """The starter files, as written for students."""
    grader("starter", "--out", tmp_path / "starter")
    return tmp_path / "starter"


@pytest.mark.parametrize("name", ["all.ipynb", "all.py"])
def test_untouched_starter_earns_nothing_and_every_part_is_missing(
    grader: Any, starters: Path, tmp_path: Path, name: str
) -> None:
    """What was not attempted is missing, which is not the same as wrong."""
    result = grader("grade", starters / name, "--json", tmp_path / "report.json")
    assert result.exit_code == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["score"], report["pending"]) == (0, 0)
    assert {part["status"] for exercise in report["exercises"] for part in exercise["parts"]} == {"missing"}


def test_starter_has_a_notebook_and_a_script_for_each_exercise(starters: Path) -> None:
    """One of each kind per exercise, and one of each with all."""
    names = {path.name for path in starters.iterdir()}
    assert names == {f"{stem}.{kind}" for stem in ("all", *(f"ex{n}" for n in range(1, 9))) for kind in ("ipynb", "py")}


def test_alone_or_in_a_class_the_report_is_the_same(grader: Any, graded: Any, tmp_path: Path) -> None:
    """`grade --json` and `batch` write the same bytes."""
    batch = graded("right")
    grader("grade", "submissions/right/ada.ipynb", "--json", tmp_path / "ada.json")
    assert (tmp_path / "ada.json").read_bytes() == (batch.out / "ada" / "report.json").read_bytes()


def test_judging_again_gives_the_same_bytes_without_a_sandbox(
    grader: Any, graded: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored evidence is enough: no sandbox is started, and nothing changes."""
    out = tmp_path / "out"
    shutil.copytree(graded("partial").out, out)
    before = {path: path.read_bytes() for path in out.glob("*/report.*")}
    for path in before:
        path.unlink()
    monkeypatch.setattr(sandbox, "ForkServer", None)
    assert grader("judge", out).exit_code == 0
    assert {path: path.read_bytes() for path in before} == before


def test_exercise_option_restricts_the_report(grader: Any, tmp_path: Path) -> None:
    """Only the exercises asked for are in the report, and its sums are theirs."""
    grader("grade", "submissions/right/ben.py", "--exercise", "1", "--exercise", "8", "--json", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert [exercise["id"] for exercise in report["exercises"]] == ["1", "8"]
    assert report["max"] == 23


def test_fail_under_is_an_exit_status(grader: Any) -> None:
    """Status 1 says that the score is below what was asked for; the report is printed all the same."""
    result = grader("grade", "submissions/wrong/kim.py", "--fail-under", "1")
    assert result.exit_code == 1
    assert "0 of 100 points" in result.output


def test_check_tells_a_student_form_and_theorems_and_no_verdict(grader: Any) -> None:
    """Before submitting, a student learns what is missing or malformed, never whether a value is right."""
    result = grader("check", "submissions/wrong/jon.ipynb", "--part", "1a")
    assert result.exit_code == 0
    assert "is not correct" not in result.output
    assert "Right:" not in result.output


def test_refused_file_is_wrong_usage(grader: Any, tmp_path: Path) -> None:
    """A file that is not a notebook ends the command with status 2 and says where it is broken."""
    path = tmp_path / "x.ipynb"
    path.write_text('{"cells": [')
    result = grader("grade", path)
    assert result.exit_code == 2
    assert "x.ipynb is not a notebook" in result.output
