"""The walls stand as well where an ordinary user runs the grader, and root is not there to help."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from grader.sandbox.packages import list_entries

ROOT = Path(__file__).parents[3]
_NEEDED = (
    "course.yaml", "exercises", "rubrics", "reference", "grader", "numgrade_student", "submissions", "docs",
    "pyproject.toml", "tests",
)  # fmt: skip
_SUITES = {
    "attacks at full": ("tests/crossings/hostile/test_corpus.py", "-k", "full"),
    "attacks at reduced": ("tests/crossings/hostile/test_corpus.py", "-k", "reduced"),
    "walls": (
        "tests/crossings/hostile/test_layers.py",
        "tests/crossings/hostile/test_bounds.py",
        "tests/sandbox/box/test_confine_walls.py",
    ),
    "limits": ("tests/sandbox/box/test_exceptions_limits.py", "tests/sandbox/box/test_wire.py"),
}
_USERS = 61234  # a user of each suite alone: without namespaces the limit on processes counts all that a user has


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of this project, and a place for its packages, that everybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="grader-test-"))
    folder.chmod(0o755)
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
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
@pytest.mark.parametrize("suite", _SUITES)
def test_walls_stand_for_an_ordinary_user(checkout: Path, suite: str) -> None:
    """Every attack is contained, and every wall holds and falls alone, for a user without any right as well."""
    user = _USERS + list(_SUITES).index(suite)
    python = _find_python(checkout, user)
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *_SUITES[suite]]
    done = _run_as(user, checkout, *command)
    assert done.returncode == 0, done.stdout[-14000:]


def _run_as(user: int, checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who owns nothing, in the copy of the project."""
    setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not installed")
    number = str(user)
    words = [setpriv, "--reuid", number, "--regid", number, "--clear-groups", "--inh-caps=-all", "--", *command]
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(checkout),
        "TMPDIR": str(checkout / "tmp"),
    }
    return subprocess.run(words, check=False, cwd=checkout, capture_output=True, text=True, env=environment)


def _find_python(checkout: Path, user: int) -> str:
    """Return an interpreter that `user` can run, with the packages that this one has; skip where there is none."""
    if named := os.environ.get("GRADER_USER_PYTHON"):
        return named
    # setpriv itself executes with root's rights; what it has executed no longer does
    again = "import pytest, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    if _run_as(user, checkout, sys.executable, "-c", again).returncode == 0:
        return sys.executable
    if built := _build_environment(checkout):
        return built
    version = "python{}.{}".format(*sys.version_info)
    pytest.skip(
        f"an ordinary user cannot run {sys.executable}, and the system has no {version}:"
        f" apt-get install {version}, or name an interpreter in GRADER_USER_PYTHON"
    )


def _build_environment(checkout: Path) -> str | None:
    """Return a virtual environment of the system's interpreter of this version, with copies of our packages."""
    system = shutil.which("python{}.{}".format(*sys.version_info), path="/usr/bin:/usr/local/bin")
    if system is None:
        return None
    subprocess.run([system, "-m", "venv", "--without-pip", checkout / "environment"], check=True, capture_output=True)
    (site,) = (checkout / "environment").glob("lib/python*/site-packages")
    required = (Requirement(text) for text in metadata.requires("numgrade") or ())
    names = [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    for name, path in list_entries((*names, "pytest", "sympy")).items():
        if path.is_dir():
            shutil.copytree(path, site / name, copy_function=_link)
        else:
            _link(path, site / name)
    return str(checkout / "environment" / "bin" / "python")


def _link(source: str | Path, target: str | Path) -> None:
    """Put a file at another place; half a gigabyte is only copied where it lies on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
