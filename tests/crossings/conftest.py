"""A program whose course takes requests, has a rubric, and whose sandboxes run nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader import pipeline
from grader.cli import choice, main, running
from tests.regrade.conftest import with_rules


@pytest.fixture
def call(released: Any, sandboxes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Return a function that calls the program with a course that takes requests, and sandboxes that run nothing."""
    monkeypatch.chdir(tmp_path)  # no course is near, whose gradebook it would not be
    grader = with_rules(released)
    monkeypatch.setattr(pipeline, "load_grader", lambda _folder=None, **_more: grader)
    monkeypatch.setattr(choice, "choose_course", lambda given, _graded=(): given or tmp_path)
    monkeypatch.setattr(choice, "load_course", lambda _folder: grader.course)
    monkeypatch.setattr(running, "open_sandbox", sandboxes.open)

    def run(*arguments: object) -> str:
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == 0, done.output
        return done.output

    return run
