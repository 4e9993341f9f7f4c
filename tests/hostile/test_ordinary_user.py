"""The walls stand as well where an ordinary user runs the grader, and root is not there to help."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NEEDED = (
    "course.yaml",
    "exercises",
    "rubrics",
    "reference",
    "grader",
    "submissions",
    "docs",
    "pyproject.toml",
    "tests",
)
_SUITES = (
    "tests/hostile/test_layers.py",
    "tests/hostile/test_bounds.py",
    "-k",
    "Landlock or namespaces or daemon or size",
)


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of this project that everybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="grader-test-"))
    folder.chmod(0o755)
    for name in _NEEDED:
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "test_ordinary_user.py")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="this is an ordinary user: all tests of this folder show it")
def test_walls_stand_for_an_ordinary_user(checkout):
    """The same walls hold, and fall one by one, for a user without any right."""
    python = os.environ.get("GRADER_USER_PYTHON", sys.executable)
    setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not installed")
    # a user of this test alone: the limit on processes counts all that a user has
    user = [setpriv, "--reuid", "61234", "--regid", "61234", "--clear-groups", "--inh-caps=-all", "--"]
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(checkout),
    }
    options = {"env": environment, "cwd": checkout, "capture_output": True, "text": True}
    try:
        able = subprocess.run([*user, python, "-c", "import grader, pytest"], check=False, **options).returncode == 0
    except PermissionError:
        able = False
    if not able:
        pytest.skip(f"an ordinary user cannot run {python}; name one that can in GRADER_USER_PYTHON")
    command = [*user, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *_SUITES]
    done = subprocess.run(command, check=False, **options)
    assert done.returncode == 0, done.stdout[-4000:]
