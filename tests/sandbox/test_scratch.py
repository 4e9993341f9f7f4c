"""Temporary folders: what a killed grader left is swept, and what is held is left alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import scratch_folder, server
from grader.sandbox.scratch import sweep_scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own in which temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _die_with_a_folder(temporary: Path) -> Path:
    """Let another process make a folder, fill it, and be killed."""
    code = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "from grader.sandbox import scratch_folder\n"
        "with scratch_folder() as folder:\n"
        "    (folder / 'deep' / 'er').mkdir(parents=True)\n"
        "    (folder / 'link').symlink_to('/etc')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(server.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == -signal.SIGKILL
    (left,) = temporary.glob("grader-*")
    return left


def test_folder_of_a_killed_grader_is_swept(temporary: Path) -> None:
    """The next grader removes it with all that is in it, and follows no link."""
    left = _die_with_a_folder(temporary)
    with scratch_folder() as folder:
        assert not left.exists()
        assert list(folder.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert Path("/etc/passwd").exists()


def test_folder_that_is_held_is_left_alone(temporary: Path) -> None:
    """A grader that works is in nobody's way, whatever its process id looks like from here."""
    with scratch_folder() as first, scratch_folder() as second:
        sweep_scratch()
        assert first.is_dir()
        assert second.is_dir()
    assert list(temporary.iterdir()) == []


def test_what_only_looks_like_a_folder_of_ours_is_left_alone(temporary: Path) -> None:
    """Somebody's work under a name like ours, and a link to it, are not swept."""
    for name in ("grader-scratch-abcdefgh", "grader-scratch-results", "grader-notes", "grader-scratch-longer_name"):
        (temporary / name).mkdir()
        (temporary / name / "work").write_text("precious")
    (temporary / "grader-scratch-longer_name" / "grader.lock").write_text("")
    (temporary / "grader-scratch-linkedto").symlink_to(temporary / "grader-scratch-longer_name")
    sweep_scratch()
    assert len(list(temporary.glob("*/work"))) == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that belongs to somebody else")
def test_folder_of_another_user_is_left_alone(temporary: Path) -> None:
    """Root does not sweep what it does not own: only its owner knows what it is."""
    left = _die_with_a_folder(temporary)
    os.chown(left, 61234, 61234)
    sweep_scratch()
    assert left.is_dir()


def test_folder_that_is_swept_before_it_is_held_is_made_anew(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between making a folder and holding it, another grader may have come by."""
    make, hold, made = tempfile.mkdtemp, fcntl.flock, []

    def note(**options: Any) -> str:
        made.append(make(**options))
        return made[-1]

    def come_by_first(descriptor: int, operation: int) -> None:
        if len(made) == 1:
            shutil.rmtree(made[0])
        hold(descriptor, operation)

    monkeypatch.setattr(tempfile, "mkdtemp", note)
    monkeypatch.setattr(fcntl, "flock", come_by_first)
    with scratch_folder() as folder:
        assert folder.parent == Path(made[1])
    assert list(temporary.iterdir()) == []
