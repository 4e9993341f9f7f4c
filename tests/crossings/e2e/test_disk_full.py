"""A full disk is our fault wherever it is: said, status 3, nothing half written, and never a zero."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HostError
from grader.gradebook import Gradebook
from grader.model import Cell, Limits, Submission, SubmittedFile
from grader.sandbox import open_sandbox

ROOT = Path(__file__).parents[3]
SOON_S = 300
JUDGED = ("batch.json", "report.json", "report.txt", "evidence.json")
MIB = 1 << 20


@dataclass(frozen=True)
class Disk:
    """A small file system of its own."""

    place: Path

    def fill(self) -> None:
        """Leave no room on it, not even the rest of a page."""
        with (self.place / "filler").open("ab", buffering=0) as file:
            for size in (MIB, 4096):
                while _write(file, bytes(size)):
                    pass

    def free(self) -> None:
        """Give the room back."""
        (self.place / "filler").unlink()

    def grow(self, size: int) -> None:
        """Make it as large as `size` bytes."""
        subprocess.run(["mount", "-o", f"remount,size={size}", self.place], check=True)


def _write(file: Any, data: bytes) -> bool:
    try:
        return bool(file.write(data))
    except OSError:
        return False


@pytest.fixture
def make_disk(tmp_path: Path) -> Iterator[Any]:
    """Return a function that mounts a disk of a size, or skips where this user may not."""
    mounted: list[Path] = []

    def make(size: int) -> Disk:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk; the tests with ulimit -f and /dev/full stand in for these")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "grader-test", place],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        mounted.append(place)
        return Disk(place)

    yield make
    for place in mounted:
        subprocess.run(["umount", "--lazy", place], check=True)


def write_class(folder: Path, count: int, more: str = "") -> Path:
    """Write a class of scripts that give two answers right, each a little different."""
    folder.mkdir()
    for number in range(count):
        source = f"ex1_r = [0.4, 0.3, 0.2, 0.1]\nex1_larger = 'equal'\nmine = {number}\n{more}"
        (folder / f"s{number:02}.py").write_text(source)
    return folder


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, in a process of its own."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    settings = {"capture_output": True, "text": True, "timeout": SOON_S, "cwd": ROOT} | options
    return subprocess.run(command, check=False, **settings)


def read_results(out: Path) -> dict[str, bytes]:
    """Return all that must come out the same, by its path."""
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*") if path.name in JUDGED}


def assert_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command ended with 3, and said in one line what, where and what to do; no traceback."""
    assert done.returncode == 3, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("grader: error: ")]
    for word in ("No space left on device", "free some space", *words):
        assert word in told[0]
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of six."""
    return write_class(tmp_path_factory.mktemp("disk") / "class", 6)


@pytest.fixture(scope="module")
def undisturbed(students: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a batch writes where nothing is short."""
    out = tmp_path_factory.mktemp("undisturbed")
    assert run("batch", students, "--out", out, "--jobs", "1").returncode == 0
    return out


def test_disk_of_the_reports_that_is_full_from_the_start(students: Any, undisturbed: Any, make_disk: Any) -> None:
    """Nobody's code is run for reports that cannot be written; with room, the same command gives the same bytes."""
    disk = make_disk(16 * MIB)
    out = disk.place / "out"
    out.mkdir()
    disk.fill()
    done = run("batch", students, "--out", out, "--jobs", "1")
    assert_told(done, str(out / "batch.lock"))
    assert "s00" not in done.stderr
    assert not list(out.iterdir())
    disk.free()
    assert run("batch", students, "--out", out, "--jobs", "1").returncode == 0
    assert read_results(out) == read_results(undisturbed)


@pytest.mark.parametrize(("count", "jobs"), [(6, 1), (6, 2), (18, 2)], ids=["one", "threads", "processes"])
def test_disk_that_fills_up_in_mid_class(
    students: Any, undisturbed: Any, make_disk: Any, count: int, jobs: int
) -> None:
    """Who was graded keeps the whole report, nobody has part of one; with room, the rest is done and nothing twice."""
    good, disk = undisturbed, make_disk(64 * MIB)
    if count != 6:
        students, good = write_class(disk.place.parent / "class", count), disk.place.parent / "good"
        assert run("batch", students, "--out", good, "--jobs", jobs).returncode == 0
    needed = sum(path.stat().st_blocks * 512 // path.stat().st_nlink for path in good.rglob("*") if path.is_file())
    disk.grow(needed // 2)
    out = disk.place / "out"
    done = run("batch", students, "--out", out, "--jobs", jobs)
    assert_told(done, str(out))
    due, found = read_results(good), read_results(out)
    reports = [name for name in found if name.endswith("report.json")]
    assert 0 < len(reports) < count
    rows = json.loads(found.pop("batch.json", "[]"))  # where there was room for it
    assert all(row in json.loads(due["batch.json"]) for row in rows)
    assert all(due[name] == content for name, content in found.items())
    assert not list(out.rglob("*.tmp"))
    disk.grow(64 * MIB)
    again = run("batch", students, "--out", out, "--jobs", jobs)
    assert again.returncode == 0, again.stderr
    assert again.stderr.count("(not run again)") >= len(reports)
    assert read_results(out) == due


def test_disk_of_the_gradebook_that_fills_up(students: Any, make_disk: Any, tmp_path: Path) -> None:
    """The reports stay, the gradebook holds no half attempt and no zero, and the same command writes the rest."""
    disk, out = make_disk(4 * MIB), tmp_path / "out"
    url = f"sqlite:///{disk.place}/grades.db"
    first = write_class(tmp_path / "first", 1)
    assert run("batch", first, "--out", tmp_path / "first-out", "--db", url).returncode == 0
    disk.fill()
    done = run("batch", students, "--out", out, "--db", url, "--jobs", "2")
    assert done.returncode == 3, done.stderr
    assert f"the gradebook sqlite:///{disk.place}/grades.db cannot be used: " in done.stderr
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert "s05" not in done.stderr, "the class went on without a gradebook"
    disk.free()
    with Gradebook.open(url, create=False) as book:
        assert [row.score for row in book.current_scores()] == [2]
    assert run("batch", students, "--out", out, "--db", url, "--jobs", "2").returncode == 0
    with Gradebook.open(url, create=False) as book:
        assert [row.score for row in book.current_scores()] == [2] * 6


def test_new_gradebook_on_a_full_disk(students: Any, make_disk: Any, tmp_path: Path) -> None:
    """It is told before anything runs, as ours and not as a wrong URL."""
    disk = make_disk(MIB)
    disk.fill()
    done = run("batch", students, "--out", tmp_path / "out", "--db", f"sqlite:///{disk.place}/grades.db")
    assert done.returncode == 3, done.stderr
    assert "cannot hold a gradebook" in done.stderr
    assert "s00" not in done.stderr


@pytest.mark.parametrize("option", ["--json", "--evidence"])
def test_report_of_one_student_on_a_full_disk(students: Any, make_disk: Any, option: str) -> None:
    """`grade` ends with 3, and no file stands there that somebody could take for a report."""
    disk = make_disk(MIB)
    disk.fill()
    place = disk.place / "report.json"
    assert_told(run("grade", students / "s00.py", option, place), str(place))
    assert [path.name for path in disk.place.iterdir()] == ["filler"]


def test_judging_again_on_a_full_disk(undisturbed: Any, make_disk: Any) -> None:
    """The old reports stay as they were, whole, and the status is not one of success."""
    disk = make_disk(16 * MIB)
    shutil.copytree(undisturbed, disk.place / "out")
    report = disk.place / "out" / "s00" / "report.json"
    report.write_text("old")
    disk.fill()
    before = read_results(disk.place / "out")
    assert_told(run("judge", disk.place / "out"), str(disk.place / "out"))
    assert_told(run("judge", report.parent), str(report.with_suffix(".txt")))
    assert read_results(disk.place / "out") == before
    disk.free()
    assert run("judge", disk.place / "out").returncode == 0
    assert read_results(disk.place / "out") == read_results(undisturbed)


def test_ci_on_a_disk_that_fills_up(make_disk: Any, tmp_path: Path) -> None:
    """The summary says that nobody lost a point; what was written is uploaded, and shows nothing meant for staff."""
    disk, summary = make_disk(512 << 10), tmp_path / "summary.md"
    out, students = disk.place / "out", write_class(tmp_path / "class", 6, "ex1_kl_pq = 9.0\n")
    summary.write_text("of another step\n")
    done = run("ci", *sorted(students.iterdir()), "--out", out, "--summary", summary)
    assert_told(done, str(out))
    assert summary.read_text().startswith(
        "of another step\n## Not graded because of a mistake on our side\n\nNo points are lost."
    )
    reports = list(out.glob("*/report.json"))
    assert reports
    assert all(json.loads(path.read_text())["score"] == 2 for path in reports)
    assert not any('"detail"' in path.read_text() for path in reports)
    assert not (out / "ci.json").exists()


def test_summary_of_ci_on_a_full_disk(students: Any, make_disk: Any, tmp_path: Path) -> None:
    """What other steps have written there stays as it was, without the beginning of ours."""
    disk = make_disk(MIB)
    summary, before = disk.place / "summary.md", "of another step\n" * 250  # to the end of a page, but for a few bytes
    summary.write_text(before)
    disk.fill()
    done = run("ci", students / "s00.py", "--out", tmp_path / "out", "--summary", summary)
    assert_told(done, str(summary))
    assert summary.read_text() == before


def test_temporary_folder_without_room_for_a_student(students: Any, make_disk: Any) -> None:
    """Where students write to this machine's disk, it has to have the room that they are promised."""
    disk = make_disk(8 * MIB)
    environment = os.environ | {"TMPDIR": str(disk.place)}
    arguments = ("grade", students / "s00.py", "--isolation", "reduced", "--format", "json")
    done = run(*arguments, env=environment)
    assert done.returncode == 3, done.stderr
    assert f"{disk.place} has room for " in done.stderr
    assert "TMPDIR" in done.stderr
    report = json.loads(done.stdout)
    assert report["ungraded"] > 0
    assert "score" in report
    assert {part["status"] for one in report["exercises"] for part in one["parts"]} == {"ungraded"}
    assert run(*arguments, "--disk-bytes", str(4 * MIB), env=environment).returncode == 0
    assert not list(disk.place.iterdir())


def test_temporary_folder_that_takes_nothing(students: Any, make_disk: Any) -> None:
    """A disk with room for bytes but for no more files is full as well."""
    disk = make_disk(MIB)
    subprocess.run(["mount", "-o", "remount,nr_inodes=2", disk.place], check=True)
    (disk.place / "filler").write_text("x")
    # Python looks for a folder in which a file can be written; named, it is taken as it is.
    code = f"import tempfile; tempfile.tempdir = {str(disk.place)!r}; from grader.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "grade", students / "s00.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert_told(done, "a temporary folder cannot be made")


def run_reduced(source: str, limits: Limits) -> Any:
    """Run one cell at `reduced`, whose student writes to the disk of this machine."""
    cells = (Cell(index=0, kind="code", source=source),)
    file = SubmittedFile(name="ada.ipynb", style="notebook", sha256="0" * 64, cells=cells)
    submission = Submission(student="ada", files=(file,), sha256="1" * 64)
    with open_sandbox(("numpy", "ipython"), "reduced", limits) as sandbox:
        return sandbox.run(submission, [], "0" * 64).evidence.runs[0]


def test_disk_that_others_fill_is_not_the_students_doing(make_disk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student who finds no room within the limit is ungraded; one who has used it all up is told so."""
    disk, limits = make_disk(48 * MIB), Limits(disk_bytes=32 * MIB)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.place))
    waits = "import os, time\nopen('ready', 'w').close()\nwhile not os.path.exists('go'): time.sleep(0.01)\n"

    def fill_when_ready() -> None:
        while not (found := list(disk.place.rglob("ready"))):
            time.sleep(0.01)
        disk.fill()
        (found[0].parent / "go").symlink_to("ready")

    thread = threading.Thread(target=fill_when_ready)
    thread.start()
    with pytest.raises(HostError, match=r"has room for .* and a student may write"):
        run_reduced(f"{waits}open('mine', 'wb').write(bytes(16 << 20))", limits)
    thread.join()
    disk.free()
    alone = run_reduced("for name in 'ab': open(name, 'wb').write(bytes(30 << 20))", limits)
    assert "No space left on device" in alone.cells[0].error.message
    assert not list(disk.place.iterdir())


# ---------------------------------------------------------------- for ordinary users as well


def test_limit_on_the_size_of_files(students: Any, tmp_path: Path) -> None:
    """`ulimit -f` cuts a file short like a full disk does: the status is 3, and no part of a report is left."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    out = tmp_path / "out"
    done = run("batch", students, "--out", out, "--jobs", "1", preexec_fn=limit)
    assert done.returncode == 3, done.stderr
    assert "File too large; allow larger files (ulimit -f)" in done.stderr
    assert not [name for name in read_results(out) if name.endswith(("report.json", "report.txt"))]
    assert not list(out.rglob("*.tmp"))


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="this system has no /dev/full")
def test_log_on_a_full_disk(students: Any, undisturbed: Any, tmp_path: Path) -> None:
    """A log that cannot be written changes no report; a report that cannot be printed ends with 3, not with 0 or 1."""
    # With a buffer, which Python has of its own accord: what is left in it is written, and fails, again at the end.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    out, silent = tmp_path / "out", {"capture_output": False, "stdout": subprocess.DEVNULL, "env": environment}
    with Path("/dev/full").open("w") as full:
        assert run("batch", students, "--out", out, "--jobs", "2", stderr=full, **silent).returncode == 0
        assert read_results(out) == read_results(undisturbed)
        printed = run("grade", students / "s00.py", **silent | {"stdout": full, "stderr": subprocess.PIPE})
        assert_told(printed, "standard output cannot be written")
        nowhere = silent | {"stdout": full, "stderr": full}
        assert run("grade", students / "s00.py", "--fail-under", "9", **nowhere).returncode == 3
        assert run("grade", tmp_path / "none.py", **nowhere).returncode == 2
