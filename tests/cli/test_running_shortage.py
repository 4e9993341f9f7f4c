"""A machine that runs short ends a command with 3 and a line that helps; it is no bug, and no wrong usage."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import pipeline
from grader.cli import choice, main, running, screen
from grader.errors import HostError


@pytest.fixture
def grade(tiny_grader: Any, sandboxes: Any, folder_of: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that grades one student with the tiny course, while something fails with `error`."""
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: tiny_grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)

    def call(error: BaseException) -> Result:
        def fail(*_arguments: object, **_named: object) -> Any:
            raise error

        monkeypatch.setattr(pipeline, "judge", fail)
        return CliRunner().invoke(main, ["grade", str(folder_of(ada="a = 2") / "ada.py"), "--fail-under", "1"])

    return call


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (MemoryError(), "free some memory"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/x"), "free some space there"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "ulimit -n"),
    ],
)
def test_shortage_that_nobody_foresaw_is_told_as_one(grade: Any, error: BaseException, advice: str) -> None:
    """Wherever it shows, the status is 3, and the line says what a person can do."""
    result = grade(error)
    assert result.exit_code == 3
    assert result.stderr.startswith("grader: error: this machine has run short (")
    assert advice in result.stderr
    assert "bug" not in result.stderr
    assert result.stdout == ""


def test_refusal_that_is_no_shortage_is_a_bug(grade: Any) -> None:
    """What a machine refuses for another reason shows where in our code it was."""
    result = grade(OSError(errno.ENXIO, os.strerror(errno.ENXIO)))
    assert result.exit_code == 3
    assert "a bug in the grader" in result.stderr
    assert "Traceback" in result.stderr


def test_report_that_nobody_reads_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed pipe at the other end of standard output is told, and not taken for success."""

    def fail(*_arguments: object, **_named: object) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(screen.click, "echo", fail)
    monkeypatch.setattr(screen, "_forget", lambda _stream: None)
    with pytest.raises(HostError, match="standard output cannot be written: Broken pipe"):
        screen.show("a report")
    screen.say("a line that nobody can be told any more")
