"""A class is graded whatever its students submit, and an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.batch import BatchOptions, BatchSummary, entry_grader, render_summary, run_batch
from grader.batch.lock import lock_file, lock_output
from grader.batch.store import write_report
from grader.course import Tolerance
from grader.errors import IsolationError, SandboxError, UsageError
from grader.judge.cache import Cache
from grader.model import Limits


@pytest.fixture
def grade(tiny_grader: Any, sandboxes: Any, tmp_path: Path) -> Callable[..., BatchSummary]:
    """Return a function that grades a folder into `out`."""

    def run(folder: Path, **options: Any) -> BatchSummary:
        return run_batch(tiny_grader, sandboxes.open, folder, tmp_path / "out", BatchOptions(**options))

    return run


def read_index(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Return batch.json by entry."""
    rows = json.loads((tmp_path / "out" / "batch.json").read_text(encoding="ascii"))
    return {row["entry"]: row for row in rows}


def read_report(tmp_path: Path, folder: str) -> Any:
    """Return a student's report."""
    return json.loads((tmp_path / "out" / folder / "report.json").read_text(encoding="ascii"))


def test_every_entry_ends_in_the_index(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """Graded or refused, each entry is there once, with its reason; a refused one stops nobody."""
    folder = folder_of(ada="a = 2", bob="a = 3\nb = 2")
    (folder / "broken.ipynb").write_text("{", encoding="utf-8")
    (folder / "link.py").symlink_to("/etc/hostname")
    (folder / "ada.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}))
    grade(folder)
    index = read_index(tmp_path)
    assert {name: row["status"] for name, row in index.items()} == {
        "ada.ipynb": "graded",
        "ada.py": "graded",
        "bob.py": "graded",
        "broken.ipynb": "refused",
        "link.py": "refused",
    }
    assert set(index["bob.py"]) == {"student", "entry", "folder", "status", "reason"}
    assert "link" in index["link.py"]["reason"]
    assert index["ada.ipynb"]["folder"] == index["ada.py"]["folder"] == "ada"


def test_what_was_written_when_the_batch_was_stopped_is_in_the_index(
    grade: Any, folder_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal may come between a student's report and the batch's hearing of it."""

    def write_and_stop(*arguments: Any, **named: Any) -> None:
        write_report(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(entry_grader, "write_report", write_and_stop)
    with pytest.raises(KeyboardInterrupt):
        grade(folder_of(ada="a = 2", bob="a = 3"))
    assert list(read_index(tmp_path)) == ["ada.py"]


def test_folder_of_a_student_holds_everything(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """Evidence, both reports, the executed notebook and the times; no temporary file is left."""
    grade(folder_of(ada="a = 2\nessay"))
    out = tmp_path / "out"
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    key = json.loads((out / "ada" / "timing.json").read_text())["key"]
    names = {"evidence.json", "report.json", "report.txt", "timing.json", "executed/ada.py.ipynb"}
    assert files == {"batch.json"} | {f"ada/{name}" for name in {*names, f"evidence/{key}.json"}}
    assert read_report(tmp_path, "ada")["score"] == 1
    assert read_report(tmp_path, "ada")["pending"] == 1
    assert "Report for ada" in (out / "ada" / "report.txt").read_text(encoding="utf-8")


def test_report_is_the_same_alone_and_in_a_class(
    grade: Any, folder_of: Any, tiny_grader: Any, sandboxes: Any, tmp_path: Path
) -> None:
    """The bytes of a report depend on the submission alone."""
    folder = folder_of(ada="a = 3", bob="a = 2")
    grade(folder, jobs=2)
    submission = pipeline.read([folder / "ada.py"], Limits())
    with sandboxes.open() as sandbox:
        report = pipeline.judge(tiny_grader, pipeline.run(sandbox, tiny_grader, submission).evidence)
    assert (tmp_path / "out" / "ada" / "report.json").read_text(encoding="ascii") == pipeline.render(report, "json")


def test_second_run_executes_nothing_and_writes_the_same(
    grade: Any, folder_of: Any, sandboxes: Any, tmp_path: Path
) -> None:
    """What has not changed is only judged again, without opening a sandbox."""
    folder = folder_of(ada="a = 2", bob="a = 3")
    grade(folder)
    before = (tmp_path / "out" / "bob" / "report.json").read_bytes()
    sandboxes.refuse = SandboxError("nobody may open one now")
    summary = grade(folder)
    assert sandboxes.ran == ["ada", "bob"]
    assert all(result.reused for result in summary.results)
    assert (tmp_path / "out" / "bob" / "report.json").read_bytes() == before


@pytest.mark.parametrize("change", ["source", "limits", "isolation", "damaged", "probes"])
def test_what_has_changed_is_run_again(
    grade: Any, folder_of: Any, sandboxes: Any, tiny_grader: Any, change: str
) -> None:
    """Another file, limit, isolation or question, or evidence that cannot be read, means a new run of that student."""
    folder = folder_of(ada="a = 2")
    grade(folder)
    options: dict[str, Any] = {}
    match change:
        case "source":
            folder_of(ada="a = 3")
        case "limits":
            options["limits"] = Limits(cell_wall_s=5.0)
        case "isolation":
            options["isolation"] = sandboxes.isolation = "reduced"
        case "damaged":
            (folder.parent / "out" / "ada" / "evidence.json").write_text('{"schema"')  # one file under both its names
        case "probes":
            object.__setattr__(tiny_grader, "probes", tiny_grader.probes[:-1])
            vars(tiny_grader).pop("probes_sha256", None)  # remembered with the probes it was made of
    grade(folder, **options)
    assert sandboxes.ran == ["ada", "ada"]


def test_tolerance_or_hint_changes_are_judged_without_running(
    tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path
) -> None:
    """Another course with the same questions gives new reports from the evidence that is there."""
    folder, out = folder_of(ada="a = 3"), tmp_path / "out"
    run_batch(tiny_grader, sandboxes.open, folder, out)
    course = tiny_grader.course
    part = course.exercises[0].parts[0]
    lax = part.checks[0].model_copy(update={"tolerance": Tolerance(absolute=2, reason="wide enough to pass")})
    part = part.model_copy(update={"checks": (lax, *part.checks[1:])})
    exercises = (course.exercises[0].model_copy(update={"parts": (part,)}), *course.exercises[1:])
    new = course.model_copy(update={"exercises": exercises, "sha256": "d" * 64})
    changed = replace(tiny_grader, course=new, cache=Cache())
    run_batch(changed, sandboxes.open, folder, out)
    assert sandboxes.ran == ["ada"]
    assert read_report(tmp_path, "ada")["score"] == 1


def test_hand_in_that_comes_back_is_not_run_again(grade: Any, folder_of: Any, sandboxes: Any, tmp_path: Path) -> None:
    """Evidence is kept by what it is evidence of; notebooks and times of another version do not stay beside it."""
    reports = [grade(folder_of(ada=source)) and (tmp_path / "out/ada/report.json").read_bytes() for source in
               ("a = 2", "a = 3", "a = 2")]  # fmt: skip
    assert sandboxes.ran == ["ada", "ada"]
    assert reports[0] == reports[2] != reports[1]
    assert not list((tmp_path / "out" / "ada" / "executed").iterdir())


def test_missing_evidence_file_is_restored_from_the_kept_one(
    grade: Any, folder_of: Any, sandboxes: Any, tmp_path: Path
) -> None:
    """A run killed between its last two steps has lost nothing."""
    grade(folder_of(ada="a = 2"))
    path = tmp_path / "out" / "ada" / "evidence.json"
    before = path.read_bytes()
    path.unlink()
    grade(folder_of(ada="a = 2"))
    assert path.read_bytes() == before
    assert sandboxes.ran == ["ada"]


def test_only_the_last_versions_are_kept(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """A student who submits every hour does not fill the disk."""
    for value in range(7):
        grade(folder_of(ada=f"a = {value}"))
    assert len(list((tmp_path / "out" / "ada" / "evidence").iterdir())) == 4


def test_temporary_files_of_a_killed_run_are_removed(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """What was being written when the run was killed goes; what only looks alike stays."""
    folder = folder_of(ada="a = 2")
    grade(folder)
    out = tmp_path / "out"
    places = [out, *(out / "ada" / name for name in (".", "executed", "evidence"))]
    for place in places:
        (place / ".0123456789abcdef.tmp").write_text("half")
        (place / ".mine.tmp").write_text("not ours")
    grade(folder)
    assert {path.name for path in out.rglob(".*.tmp")} == {".mine.tmp"}


def test_second_batch_on_the_same_output_is_told_to_wait(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """One at a time writes; the message names the process, and afterwards no lock is left."""
    folder = folder_of(ada="a = 2")
    out = tmp_path / "out"
    out.mkdir()
    told = pytest.raises(UsageError, match=rf"by another batch \(process {os.getpid()} on ")
    with lock_output(out), told, lock_output(out, patience_s=0.1):
        pytest.fail("two hold the lock")
    grade(folder)
    assert not (out / "batch.lock").exists()


def test_file_is_held_by_one_process(tmp_path: Path) -> None:
    """Whoever comes second is told who holds it; afterwards no lock lies beside it."""
    path = tmp_path / "variants.json"
    told = pytest.raises(
        UsageError, match=rf"variants.json is being written by another process \(process {os.getpid()}"
    )
    with lock_file(path), told, lock_file(path, patience_s=0.1):
        pytest.fail("two hold the lock")
    assert not list(tmp_path.iterdir())


def test_lock_that_is_a_link_is_refused(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """A link in the lock's place is not followed."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot be opened"):
        grade(folder_of(ada="a = 2"))
    assert not (tmp_path / "elsewhere").exists()


def test_reports_are_not_kept_in_memory(grade: Any, folder_of: Any) -> None:
    """Whoever listens gets every report; the summary holds a line of each."""
    heard: list[Any] = []
    summary = grade(folder_of(ada="a = 2"), on_done=lambda result, *_: heard.append(result))
    assert heard[0].report is not None
    assert summary.results[0].report is None
    assert summary.results[0].summary.score == "1/3"


def test_dead_sandbox_is_opened_anew_and_the_student_tried_again(
    grade: Any, folder_of: Any, sandboxes: Any, tmp_path: Path
) -> None:
    """A sandbox that dies once costs nobody anything."""
    summary = grade(folder_of(ada="a = 2 # dies once\na = 2", bob="a = 2"))
    assert not summary.is_ungraded
    assert read_report(tmp_path, "ada")["score"] == 1
    assert sandboxes.opened == 2


@pytest.mark.parametrize("source", ["a = 2\n# dies always", "a = 2\n# bug"])
def test_our_fault_is_ungraded_and_the_class_goes_on(
    grade: Any, folder_of: Any, sandboxes: Any, tmp_path: Path, source: str
) -> None:
    """A sandbox that keeps dying and a bug of ours leave that student ungraded, never with zero; others have scores."""
    folder = folder_of(ada=source, bob="a = 2")
    summary = grade(folder)
    assert summary.is_ungraded
    report = read_report(tmp_path, "ada")
    assert report["ungraded"] == report["max"] == 3
    assert {part["status"] for exercise in report["exercises"] for part in exercise["parts"]} == {"ungraded"}
    assert read_index(tmp_path)["ada.py"]["status"] == "graded"
    assert read_index(tmp_path)["ada.py"]["reason"]
    assert read_report(tmp_path, "bob")["score"] == 1
    folder_of(ada="a = 2")
    assert not grade(folder).is_ungraded
    assert "bob" not in sandboxes.ran[sandboxes.ran.index("bob") + 1 :]


@pytest.mark.parametrize("mark", ["# dies always", "# faulty"])
def test_fault_is_tried_again_although_nothing_changed(grade: Any, folder_of: Any, sandboxes: Any, mark: str) -> None:
    """Evidence with a fault is never reused, and each run tries a fresh sandbox once."""
    folder = folder_of(ada=f"a = 2\n{mark}")
    assert grade(folder).is_ungraded
    assert grade(folder).is_ungraded
    assert len(sandboxes.ran) == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_missing_isolation_stops_the_class(grade: Any, folder_of: Any, sandboxes: Any, jobs: int) -> None:
    """Nothing is run on a machine that does not give the isolation asked for."""
    sandboxes.refuse = IsolationError("no bubblewrap")
    with pytest.raises(IsolationError):
        grade(folder_of(ada="a = 2", bob="a = 2", eve="a = 2"), jobs=jobs)
    assert not sandboxes.ran


def test_several_jobs_open_a_sandbox_each_at_most(grade: Any, folder_of: Any, sandboxes: Any) -> None:
    """Results come in the order of the folder, whoever was done first."""
    summary = grade(folder_of(ada="a = 2", bob="a = 2", eve="a = 2", kim="a = 2"), jobs=3)
    assert [result.entry.student for result in summary.results] == ["ada", "bob", "eve", "kim"]
    assert 1 <= sandboxes.opened <= 3


def test_refused_student_keeps_no_old_report(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """A report of an earlier submission does not stay beside a refusal."""
    folder = folder_of(ada="a = 2")
    grade(folder)
    (folder / "ada.py").unlink()
    (folder / "ada.ipynb").write_text("{", encoding="utf-8")
    grade(folder)
    files = [path for path in (tmp_path / "out" / "ada").rglob("*") if path.is_file()]
    assert [path.parent.name for path in files] == ["evidence"]  # kept by content: it may come back


def test_link_in_the_output_is_refused(grade: Any, folder_of: Any, tmp_path: Path) -> None:
    """A folder of the output that is a link could lead reports anywhere, so nothing is written."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ada").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link"):
        grade(folder_of(ada="a = 2"))
    assert not list(elsewhere.iterdir())


def test_output_inside_the_submissions_is_refused(tiny_grader: Any, sandboxes: Any, folder_of: Any) -> None:
    """The reports would be graded as a student the next time."""
    folder = folder_of(ada="a = 2")
    with pytest.raises(UsageError, match="would be graded as a student"):
        run_batch(tiny_grader, sandboxes.open, folder, folder / "out")


def test_progress_hears_of_each_student(grade: Any, folder_of: Any) -> None:
    """Each result is told once, with how many are done of how many."""
    heard: list[tuple[str, int, int]] = []
    grade(folder_of(ada="a = 2", bob=""), on_done=lambda result, *counts: heard.append((result.entry.student, *counts)))
    assert heard == [("ada", 1, 2), ("bob", 2, 2)]


def test_summary_table_shows_each_student(grade: Any, folder_of: Any) -> None:
    """Student, score, what is pending and ungraded, and the first remark; hostile names are only shown."""
    folder = folder_of(ada="a = 3\nessay", eve="a = 2\n# dies always")
    (folder / "\x1b[31m::error::x.py").write_text("a = 2")
    (folder / "bad.ipynb").write_text("{")
    lines = render_summary(grade(folder).results).splitlines()
    row = {name: next(line for line in lines if line.strip().startswith(name)) for name in ("ada", "bad", "eve", "␛")}
    assert row["ada"].split()[1:3] == ["0/3", "1"]
    assert "a = 3" in row["ada"]
    assert "refused: bad.ipynb" in row["bad"]
    assert "the box is gone" in row["eve"]
    assert lines[-1] == "4 students, 1 refused"
    assert "::" not in "".join(lines)


def test_table_of_a_large_class_shows_who_needs_somebody(grade: Any, folder_of: Any) -> None:
    """Nobody reads a thousand lines: the refused and ungraded remain, and the rest is counted."""
    good, owed = grade(folder_of(ada="a = 2", eve="a = 2\n# dies always")).results
    lines = render_summary([good] * 400 + [owed]).splitlines()
    assert sum("eve" in line for line in lines) == 1
    assert not any(line.strip().startswith("ada") for line in lines)
    assert lines[-1] == "401 students, 0 refused; 400 not shown"
