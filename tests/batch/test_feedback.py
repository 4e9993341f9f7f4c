"""Every student's feedback is written from what a batch left, and one bad folder stops nobody."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader.batch import BatchOptions, feedback, run_batch
from grader.batch.feedback import write_feedback
from grader.batch.lock import lock_output
from grader.errors import HostError, UsageError, blame
from grader.judge.solution import Solution

MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
FILES = {"feedback.html", "feedback.ipynb", "feedback.md", "report.txt"}


def tell_nothing(_: object) -> dict[str, Solution]:
    """Say nothing of what is right: no solutions are out."""
    raise AssertionError("nobody may see solutions")


@pytest.fixture
def out(tiny_grader: Any, sandboxes: Any, folder_of: Any, tmp_path: Path) -> Path:
    """Return the output of a batch of three, one of them refused."""
    folder = folder_of(ada="a = 2", bob="a = 3\nessay")
    (folder / "eve.txt").write_text("what is this")
    run_batch(tiny_grader, sandboxes.open, folder, tmp_path / "out", BatchOptions())
    return tmp_path / "out"


def _list_files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_student_gets_a_folder(tiny_grader: Any, out: Path, tmp_path: Path) -> None:
    """Named as the batch's; the refused one is told why."""
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert (done.written, done.unusable, done.failed) == (3, (), ())
    assert {path.name: _list_files(path) for path in (tmp_path / "fb").iterdir()} == {
        "ada": FILES,
        "bob": FILES,
        "eve.txt": {"feedback.html", "feedback.md"},
    }
    assert "is not a notebook" in (tmp_path / "fb" / "eve.txt" / "feedback.md").read_text("utf-8")
    assert "is not a notebook" in (tmp_path / "fb" / "eve.txt" / "feedback.html").read_text("utf-8")
    assert "−1" in (tmp_path / "fb" / "bob" / "feedback.html").read_text("utf-8")


def test_it_may_stand_beside_the_reports(tiny_grader: Any, out: Path) -> None:
    """In the batch's own folder, whose files stay as they are."""
    before = (out / "ada" / "report.txt").read_bytes()
    assert write_feedback(tiny_grader.course, out, out, MOMENT, tell_nothing).written == 3
    assert _list_files(out / "ada") >= FILES | {"report.json"}
    assert (out / "ada" / "report.txt").read_bytes() == before


BROKEN = {
    "half a report": ("report.json", "{", "is not a report"),
    "a deep report": ("report.json", "[" * 100_000, "is not a report"),
    "no report": ("report.json", None, "cannot be read"),
    "other evidence": ("evidence.json", "{}", "is not evidence"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_corrupt_student_stops_nobody(tiny_grader: Any, out: Path, tmp_path: Path, broken: str) -> None:
    """The reason names the file; the others have theirs."""
    file, content, why = BROKEN[broken]
    path = out / "ada" / file
    path.unlink()
    if content is not None:
        path.write_text(content)
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert done.written == 2
    assert len(done.unusable) == 1
    assert why in done.unusable[0]
    assert str(path) in done.unusable[0]
    assert (tmp_path / "fb" / "bob" / "feedback.html").is_file()


@pytest.mark.parametrize("key", ["course_sha256", "evidence_sha256"])
def test_a_report_of_something_else_is_not_shown(tiny_grader: Any, out: Path, tmp_path: Path, key: str) -> None:
    """Of another version of the course or other evidence: it has to be judged again first."""
    path = out / "ada" / "report.json"
    report = json.loads(path.read_text())
    report["provenance"][key] = "0" * 64
    path.write_text(json.dumps(report))
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert "judge it again" in done.unusable[0]


def test_a_bug_of_ours_stops_nobody(
    tiny_grader: Any, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One student is left without, and it is said that we failed."""
    render = feedback.render_page

    def fail_for_ada(work: Any) -> str:
        return render(work) if work.report.student != "ada" else str(1 / 0)

    monkeypatch.setattr(feedback, "render_page", fail_for_ada)
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert done.written == 2
    assert "no feedback for ada: ZeroDivisionError" in done.failed[0]


def test_a_notebook_that_is_gone_leaves_no_old_one(tiny_grader: Any, out: Path, tmp_path: Path) -> None:
    """What an earlier run wrote does not stand beside a new page."""
    write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    (out / "ada" / "executed" / "ada.py.ipynb").unlink()
    write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert _list_files(tmp_path / "fb" / "ada") == FILES - {"feedback.ipynb"}
    assert "feedback.ipynb" not in (tmp_path / "fb" / "ada" / "feedback.html").read_text("utf-8")


def test_links_are_not_written_through(tiny_grader: Any, out: Path, tmp_path: Path) -> None:
    """A student's folder that is a link could lead elsewhere."""
    (tmp_path / "fb").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "fb" / "ada").symlink_to(tmp_path / "elsewhere")
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert done.written == 2
    assert "ada is a link" in done.unusable[0]
    assert _list_files(tmp_path / "elsewhere") == set()


@pytest.mark.parametrize("place", ["ada/feedback.html", "ada/feedback.ipynb"])
def test_a_folder_in_the_place_of_a_file_stops_nobody(tiny_grader: Any, out: Path, tmp_path: Path, place: str) -> None:
    """It is named, whether the file is written or of an earlier run; the others have theirs."""
    (out / "ada" / "executed" / "ada.py.ipynb").unlink()  # so that there is no notebook to write
    (tmp_path / "fb" / place).mkdir(parents=True)
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert (done.written, len(done.unusable), done.failed) == (2, 1, ())
    assert place in done.unusable[0]
    assert _list_files(tmp_path / "fb" / "bob") == FILES


def test_a_file_in_the_place_of_a_folder_stops_nobody(tiny_grader: Any, out: Path, tmp_path: Path) -> None:
    """It is named and stays."""
    (tmp_path / "fb").mkdir()
    (tmp_path / "fb" / "ada").write_text("kept")
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert done.written == 2
    assert "ada cannot be made a folder" in done.unusable[0]
    assert (tmp_path / "fb" / "ada").read_text() == "kept"


def test_a_full_disk_stops(tiny_grader: Any, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody after the first could have theirs."""
    tried = []

    def fail(texts: Any) -> None:
        tried.append(texts)
        raise blame("report", OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(feedback, "write_together", fail)
    with pytest.raises(HostError, match="No space left"):
        write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert len(tried) == 1


@pytest.mark.parametrize("file", ["report.json", "evidence.json", "executed/ada.py.ipynb"])
@pytest.mark.parametrize("kind", ["pipe", "link", "large"])
def test_only_files_are_read(tiny_grader: Any, out: Path, tmp_path: Path, file: str, kind: str) -> None:
    """Nobody waits for the writer of a pipe; no link is followed, and no file read that fills the memory."""
    path = out / "ada" / file
    if kind == "large":
        os.truncate(path, 1 << 40)
    else:
        content = path.read_bytes()
        path.unlink()
        (tmp_path / "elsewhere").write_bytes(content)
        os.mkfifo(path) if kind == "pipe" else path.symlink_to(tmp_path / "elsewhere")
    done = write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)
    assert (done.written, len(done.unusable), done.failed) == (2, 1, ())
    assert f"{path} cannot be read" in done.unusable[0]


def test_not_while_a_batch_is_writing(tiny_grader: Any, out: Path, tmp_path: Path) -> None:
    """Half of a class would be of yesterday."""
    with lock_output(out), pytest.raises(UsageError, match="by another batch"):
        write_feedback(tiny_grader.course, out, tmp_path / "fb", MOMENT, tell_nothing)


def test_folder_without_a_batch_is_a_usage_error(tiny_grader: Any, tmp_path: Path) -> None:
    """Rather than nothing, silently."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"evidence\.json"):
        write_feedback(tiny_grader.course, tmp_path / "empty", tmp_path / "fb", MOMENT, tell_nothing)
