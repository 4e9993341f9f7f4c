"""Stored evidence is judged again without running anything."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from grader.batch import BatchOptions, regrade, run_batch
from grader.batch.lock import lock_output
from grader.errors import UsageError


@pytest.fixture
def out(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> Path:
    """Return the output of a batch of two."""
    run_batch(tiny_grader, sandboxes.open, folder_of(ada="a = 2", bob="a = 3"), tmp_path / "out", BatchOptions())
    return tmp_path / "out"


def test_reports_are_written_anew(tiny_grader: Any, out: Path) -> None:
    """The same evidence gives the same report, for a batch and for one student."""
    before = (out / "bob" / "report.json").read_bytes()
    for name in ("report.json", "report.txt"):
        (out / "bob" / name).unlink()
    rejudged = regrade(tiny_grader, [out, out / "bob"])
    assert [result.entry.student for result in rejudged.results] == ["ada", "bob"]
    assert (out / "bob" / "report.json").read_bytes() == before
    assert (out / "bob" / "report.txt").is_file()


def test_evidence_for_other_questions_is_named_and_left(tiny_grader: Any, out: Path) -> None:
    """Evidence that answers other questions is not judged; the others are."""
    path = out / "ada" / "evidence.json"
    path.write_text(path.read_text().replace(tiny_grader.probes_sha256, "0" * 64))
    before = (out / "ada" / "report.json").read_bytes()
    rejudged = regrade(tiny_grader, [out])
    assert [result.entry.student for result in rejudged.results] == ["bob"]
    assert len(rejudged.unusable) == 1
    assert "answers other questions" in rejudged.unusable[0]
    assert (out / "ada" / "report.json").read_bytes() == before


def test_pipe_in_the_place_of_evidence_is_named(tiny_grader: Any, out: Path) -> None:
    """Rather than passed over, as if the student had submitted nothing, or waited for."""
    path = out / "ada" / "evidence.json"
    path.unlink()
    os.mkfifo(path)
    rejudged = regrade(tiny_grader, [out])
    assert [result.entry.student for result in rejudged.results] == ["bob"]
    assert rejudged.unusable == (f"{path} cannot be read: evidence.json is a named pipe, not a file",)


def test_links_in_a_batch_are_passed_over(tiny_grader: Any, out: Path) -> None:
    """A link beside the students' folders is not followed."""
    (out / "zoe").symlink_to(out / "ada")
    assert len(regrade(tiny_grader, [out]).results) == 2


def test_batch_that_is_running_is_not_judged_meanwhile(tiny_grader: Any, out: Path) -> None:
    """Two never write to one output folder; afterwards no lock is left."""
    with lock_output(out), pytest.raises(UsageError, match="by another batch"):
        regrade(tiny_grader, [out])
    regrade(tiny_grader, [out])
    assert not (out / "batch.lock").exists()


@pytest.mark.parametrize("place", ["nowhere", "."])
def test_folder_without_evidence_is_a_usage_error(tiny_grader: Any, tmp_path: Path, place: str) -> None:
    """Nothing to judge is said, and not taken for success."""
    with pytest.raises(UsageError):
        regrade(tiny_grader, [tmp_path / place])
