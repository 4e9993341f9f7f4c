"""What a batch with a gradebook keeps beside the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.batch import BatchOptions, run_batch
from grader.changes import CourseVersion
from grader.cli.gradebook_recorder import gradebook_recorder
from grader.cli.running import Ready
from grader.gradebook import Gradebook
from grader.model import Limits, RunTimes


def test_times_of_a_run_are_kept(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> None:
    """The whole run and each part's cells; a second batch, which executes nothing, adds them where there are none."""
    run = sandboxes.run

    def run_with_times(*given: Any) -> Any:
        done = run(*given)
        done.times = {"cells_s": 3.0, "probes_s": 0.5, "by_cell": {"ada.py[0]": 1.0, "ada.py[1]": 2.0}}
        return done

    sandboxes.run = run_with_times
    folder = folder_of(ada="# %% tags=['1a']\na = 3\n# %% tags=['9z']\nb = 4")
    out, url = tmp_path / "out", f"sqlite:///{tmp_path / 'grades.db'}"
    run_batch(tiny_grader, sandboxes.open, folder, out, BatchOptions())
    version = CourseVersion("tiny", tiny_grader.course.sha256, {})
    ready = Ready(tiny_grader, tmp_path, "none", Limits())
    with gradebook_recorder(url, lambda *_: None, out, ready, version) as on_done:
        run_batch(tiny_grader, sandboxes.open, folder, out, BatchOptions(on_done=on_done))
    assert sandboxes.ran == ["ada"]
    with Gradebook.open(url, create=False) as book:
        assert list(book.run_times().values()) == [RunTimes(total_s=3.5, parts_s={"1a": 1.0})]
