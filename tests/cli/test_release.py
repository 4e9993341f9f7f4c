"""`grader release --dry-run`: each stage of one student, who is missing, and what would be out too early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.batch import BatchOptions, run_batch
from grader.cli import choice, main


@pytest.fixture
def dry_run(released: Any, sandboxes: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs the command over a batch of two."""
    out = tmp_path / "out"
    run_batch(released, sandboxes.open, folder_of(ada="a = 3\nessay", bob="a = 3"), out, BatchOptions())
    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)

    def run(student: str, at: str, course: Any = released.course) -> Any:
        monkeypatch.setattr(choice, "load_course", lambda _: course)
        return CliRunner().invoke(main, ["release", "--dry-run", student, str(out), "--at", at])

    return run


def test_each_stage_is_shown_with_who_is_missing(dry_run: Any) -> None:
    """And a warning, as Bob works until after the feedback is out."""
    result = dry_run("ada", "2026-06-02T12:00Z")
    assert result.exit_code == 0, result.output
    shown = result.stdout.split("\n==== ")
    assert [one.split(":")[0] for one in shown[1:]] == ["practice", "received", "scores", "feedback", "solutions"]
    assert "hw: ada is in stage received at 2026-06-02T12:00+00:00" in shown[0]
    assert "not finished, so feedback waits unless `requires` allows it: ada" in shown[0]
    assert ["a = 3" in one for one in shown[1:]] == [False, False, False, True, True]
    assert shown[5].startswith("solutions: hw never")
    assert "feedback of hw begins at 2026-06-09T12:00+00:00, before the last extension passes" in result.stderr
    assert "(still running then: bob)" in result.stderr


def test_a_report_that_cannot_be_read_is_told(dry_run: Any, tmp_path: Path) -> None:
    """Nobody knows then what is open."""
    (tmp_path / "out" / "bob" / "report.json").write_text("{}")
    assert "what is open in the class is not known" in dry_run("ada", "2026-06-02T12:00Z").stdout


def test_without_a_policy_there_is_nothing_to_show(dry_run: Any, tiny_grader: Any) -> None:
    """It says so, and what to do."""
    result = dry_run("ada", "2026-06-02T12:00Z", tiny_grader.course)
    assert result.exit_code == 2
    assert "no release.yaml" in result.stderr


def test_a_moment_has_a_zone(dry_run: Any) -> None:
    """Without one it could be meant anywhere."""
    assert dry_run("ada", "2026-06-02T12:00").exit_code == 2
