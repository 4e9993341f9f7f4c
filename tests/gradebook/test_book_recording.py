"""`grader batch --db`: what a batch leaves in the gradebook."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline
from grader.cli import choice, main, running
from grader.cli.gradebook_recorder import find_received
from grader.gradebook import Gradebook


@pytest.fixture
def batch(tiny_grader: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that grades a folder with the tiny course, fake sandboxes and options."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)

    def call(folder: Path, *more: str) -> Result:
        return CliRunner().invoke(main, ["batch", str(folder), "--out", str(tmp_path / "out"), *more])

    return call


def test_every_report_is_recorded_once(batch: Any, folder_of: Any, url: str) -> None:
    """A class, graded twice by two workers, is one attempt for each student; a refused file is none, and somebody's."""
    folder = folder_of(ada="a = 2", bob="a = 3\nessay")
    (folder / "eve.ipynb").write_text("{")
    for _ in range(2):
        assert batch(folder, "--db", url, "--jobs", "2").exit_code == 0
    with Gradebook.open(url, create=False) as book:
        rows = {row.person.student: row for row in book.current_scores()}
        assert {name: row.score for name, row in rows.items()} == {"ada": 1, "bob": 0, "eve": None}
        assert (rows["bob"].pending, rows["bob"].entry) == (1, "bob.py")
        assert len(book.attempts()) == 2


def test_our_failure_is_recorded_and_lowers_nothing(batch: Any, folder_of: Any, sqlite_url: str) -> None:
    """A new submission on which our sandbox dies leaves the old score."""
    batch(folder_of(ada="a = 2"), "--db", sqlite_url)
    assert batch(folder_of(ada="a = 2\n# dies always"), "--db", sqlite_url).exit_code == 3
    with Gradebook.open(sqlite_url, create=False) as book:
        (row,) = book.current_scores()
        assert (row.score, row.newer_ungraded) == (1, True)


def test_wrong_database_is_told_before_anything_runs(batch: Any, folder_of: Any, sandboxes: Any) -> None:
    """A slip in the URL costs no run."""
    assert batch(folder_of(ada="a = 2"), "--db", "grades.db").exit_code == 2
    assert not sandboxes.ran


def test_received_is_the_last_change_of_any_file(tmp_path: Path) -> None:
    """The newest file of a submission says when it came; links and hidden files say nothing."""
    folder = tmp_path / "ada"
    folder.mkdir()
    for name, second in (("a.py", 100), ("b.py", 200), (".hidden", 300)):
        (folder / name).write_text("")
        os.utime(folder / name, (second, second))
    (tmp_path / "target").write_text("")
    (folder / "link").symlink_to(tmp_path / "target")
    assert find_received([folder]) == datetime.fromtimestamp(200, UTC)


def test_batch_without_a_gradebook_imports_no_database() -> None:
    """SQLAlchemy is loaded only where a gradebook is asked for."""
    code = (
        "import sys, grader.batch, grader.cli.batch\n"
        "print('IMPORTED', [name for name in ('sqlalchemy', 'alembic', 'grader.gradebook') if name in sys.modules])"
    )
    root = Path(running.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "IMPORTED []\n"


def test_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the packages for CI are there, the program says what to install."""
    code = (
        "import sys\nsys.modules['sqlalchemy'] = None\nfrom grader.cli import main\n"
        "main(['export', '--db', 'sqlite:///x.db', '--format', 'csv', '--out', '-'])"
    )
    root = Path(running.__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", str(root))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 2
    assert "pip install sqlalchemy" in done.stderr


def test_the_moment_of_a_download_counts(batch: Any, sqlite_url: str, tmp_path: Path) -> None:
    """Where it says one, and not when the file was changed; who is not on the roster is nobody's refusal."""
    folder = tmp_path / "download"
    folder.mkdir()
    for user in ("jo", "eve"):
        (folder / f"HW_{user}_attempt_2024-01-31-12-00-00_hw.py").write_text("a = 2")
    (folder / "HW_bo_attempt_2024-01-31-12-00-00_hw.ipynb").write_text("{")
    (tmp_path / "roster.csv").write_text("student,login\ns1,jo\ns2,bo\n")
    result = batch(folder, "--db", sqlite_url, "--roster", str(tmp_path / "roster.csv"))
    assert "does not say when" not in result.stderr
    assert "eve is refused: is not on the roster" in result.stderr
    with Gradebook.open(sqlite_url, create=False) as book:
        (attempt,) = book.attempts()
        assert (attempt.student, attempt.received_at) == ("s1", datetime(2024, 1, 31, 12).astimezone(UTC))
        assert [refusal.student for refusal in book.refusals()] == ["s2"]


def test_a_download_without_moments_is_told(batch: Any, folder_of: Any, sqlite_url: str, tmp_path: Path) -> None:
    """The gradebook would take when it was downloaded; of students' own files that is what it always took."""
    folder = tmp_path / "download"
    folder.mkdir()
    (folder / "doe_1_2_hw.py").write_text("a = 2")
    warning = "the download does not say when 1 of the students submitted"
    assert warning in batch(folder, "--db", sqlite_url).stderr
    assert warning not in batch(folder).stderr
    assert "does not say when" not in batch(folder_of(ada="a = 2"), "--db", sqlite_url).stderr
