"""A test that is skipped for what a newcomer may lack fails where everything has to be there, as in `.ci/run`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ALLOWED_SKIPS, ROOT

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="{marked}")
def test_marked():
    pass

def test_called():
    pytest.skip("{called}")

@pytest.mark.xfail(reason="known")
def test_known():
    raise ValueError
"""


def run(folder: Path, text: str, complete: str) -> subprocess.CompletedProcess[str]:
    """Run a file of tests with this project's hooks."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "GRADER_TESTS_COMPLETE": complete, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_it.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("complete", "marked", "called", "outcome"),
    [
        ("", "no browser", "no database", "2 skipped, 1 xfailed"),
        ("1", "no browser", "no database", "1 failed, 1 xfailed, 1 error"),
        ("1", ALLOWED_SKIPS[0] + "minutes", "no database", "1 failed, 1 skipped, 1 xfailed"),
        ("1", ALLOWED_SKIPS[0] + "minutes", ALLOWED_SKIPS[1] + "can", "2 skipped, 1 xfailed"),
    ],
)
def test_what_is_missing_fails_where_nothing_may_be(
    tmp_path: Path, complete: str, marked: str, called: str, outcome: str
) -> None:
    """By a mark or by a call, with the reason at the end of the run; what is allowed, or fails as known, is not."""
    done = run(tmp_path, TESTS.format(marked=marked, called=called), complete)
    assert f" {outcome} in " in done.stdout, done.stdout
    for name, reason in (("marked", marked), ("called", called)):
        if complete and not reason.startswith(ALLOWED_SKIPS):
            assert f" test_it.py::test_{name} - skipped: {reason}" in done.stdout


def test_a_module_that_is_skipped_whole_fails_too(tmp_path: Path) -> None:
    """A package that is missing at a module's top takes all of its tests away."""
    text = "import pytest\npytest.importorskip('no_such_package')\n"
    assert run(tmp_path, text, "").returncode == 5  # no tests
    done = run(tmp_path, text, "1")
    assert "1 error in " in done.stdout, done.stdout
