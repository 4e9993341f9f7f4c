"""What every contender is to the benchmark: how to run it on n students, and what it must have left behind."""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251 -- sets up throw-away environments
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


class Unavailable(Exception):  # noqa: N818 -- what is so, not a fault
    """A contender cannot be set up or does not work here. The results say so and go on without it."""


@dataclass(frozen=True)
class Contender:
    """One way to grade or run a class.

    `few` and `many` are the two class sizes it is timed on: their difference is what a submission costs, the rest is
    what starting costs. `prepare(n)` clears what an earlier run left and returns command and folder, untimed.
    `count_done(n)` returns how many students have a result afterwards.
    """

    name: str
    title: str
    few: int
    many: int
    prepare: Callable[[int], tuple[list[str], Path]]
    count_done: Callable[[int], int]
    environment: Mapping[str, str] = field(default_factory=dict)

    def build_environment(self) -> dict[str, str]:
        """Return the whole environment: this process's, one BLAS thread for everybody, and the contender's own."""
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {**os.environ, **threads, "PYTHONPATH": str(PROJECT), **self.environment}


def make_environment(folder: Path, *packages: str) -> Path:
    """Return the `bin` folder of a throw-away environment with these packages from PyPI; made once.

    Raises:
        Unavailable: pip could not install them.
    """
    done, programs = folder / "installed.txt", folder / "bin"
    wanted = " ".join(packages)
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return programs
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)], PROJECT)
    run([str(programs / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages], PROJECT)
    done.write_text(wanted, encoding="utf-8")
    return programs


def activate(programs: Path) -> dict[str, str]:
    """Return what `activate` of a virtual environment sets."""
    return {"PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}", "VIRTUAL_ENV": str(programs.parent)}


def run(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a step of the setup and return what it printed.

    Raises:
        Unavailable: it failed; carries its last words.
    """
    given = {**os.environ, **(environment or {})}
    given.pop("PYTHONPATH", None)
    done = subprocess.run(  # noqa: S603 -- the benchmark's own words
        command, cwd=folder, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unavailable(
            f"{' '.join(command[:4])} … ended with {done.returncode}: {(done.stderr or done.stdout)[-1500:]}"
        )
    return done.stdout


def list_versions(programs: Path, *names: str) -> dict[str, str]:
    """Return the installed versions of these packages in an environment."""
    source = "import sys, importlib.metadata as m; print(*(m.version(name) for name in sys.argv[1:]))"
    return dict(zip(names, run([str(programs / "python"), "-c", source, *names], PROJECT).split(), strict=True))


def renew_folder(folder: Path) -> Path:
    """Return the folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
