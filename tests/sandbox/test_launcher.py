"""What the box shows of this machine, and that a course is not among it, wherever it lies."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from grader.errors import IsolationError
from grader.sandbox import launcher, open_sandbox
from grader.sandbox.policy import LAYERS

PREFIX = Path(sys.base_prefix).resolve()
LIBRARY = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix})).resolve()


def test_course_below_a_bound_tree_is_covered(tmp_path: Path) -> None:
    """Below the interpreter, or the system, an empty folder stands in its place; elsewhere nothing has to be done."""
    inside, outside = tmp_path / "prefix" / "share" / "course", tmp_path / "home" / "course"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
    covered = launcher._folders_to_hide([Path("/usr"), tmp_path / "prefix"], [inside, outside])
    assert inside in covered
    assert outside not in covered


def test_course_where_the_interpreter_is_cannot_be_hidden() -> None:
    """A course at the top of a Python installation, or around its library, is refused instead of shown."""
    for folder in (PREFIX, LIBRARY, LIBRARY.parent):
        with pytest.raises(IsolationError, match="cannot be hidden from students' code"):
            launcher._folders_to_hide([Path("/usr"), PREFIX], [folder])


@pytest.mark.parametrize("folder", [PREFIX / "include", Path("/usr/share"), Path("/usr")])
def test_without_bubblewrap_no_course_is_hidden_below_what_is_readable(tmp_path: Path, folder: Path) -> None:
    """Landlock allows whole trees; a course in one of them would be open to every student."""
    with pytest.raises(IsolationError, match="move it elsewhere"):
        launcher.prepare((), [folder], LAYERS["reduced"], tmp_path, 3)


def test_program_may_be_installed_below_what_is_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside NumPy, that is: there is no secret in it."""
    monkeypatch.setattr(launcher.packages, "find_site_folders", lambda: {Path("/usr/share")})
    launcher.prepare((), [Path("/usr/share"), tmp_path], LAYERS["reduced"], tmp_path, 3)


_LOOK = """
import os
def look(path):
    try:
        return os.listdir(path)
    except OSError as error:
        return type(error).__name__
"""


@pytest.mark.parametrize("level", ["full", "reduced"])
def test_course_outside_the_checkout_cannot_be_seen(make_submission: Any, tmp_path: Path, level: str) -> None:
    """Neither the course's folder nor what a link in it leads to can be listed or read from inside."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.yaml").write_text("secret", encoding="utf-8")
    cell = f"{_LOOK}\nseen = look({str(course)!r})\nassert not isinstance(seen, list), seen\n"
    cell += (
        f"try:\n    open({str(course / 'course.yaml')!r})\nexcept OSError:\n    pass\nelse:\n    raise AssertionError\n"
    )
    try:
        with open_sandbox(("numpy",), level, hidden=(course,)) as sandbox:
            run = sandbox.run(make_submission([cell]), [], "0" * 64).evidence.runs[0]
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level {level}: {error}")
    assert [one.status for one in run.cells] == ["ok"], run.cells
