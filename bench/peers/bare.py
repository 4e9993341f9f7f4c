"""Contenders that only execute: the floor, and nbclient with an ordinary cold kernel for every notebook."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.classroom import write_students
from bench.contender import Contender, make_environment, renew_folder

_HERE = Path(__file__).resolve().parent
NBCLIENT = ("nbclient", "ipykernel", "numpy", "scipy", "matplotlib")


def build_floor(work: Path, few: int, many: int) -> list[Contender]:
    """Return the floor without and with the plot rendered."""
    return [_contender(work, f"floor{'_rendered' * render}", (few, many), sys.executable, render=render)
            for render in (False, True)]  # fmt: skip


def build_nbclient(work: Path, environments: Path, few: int, many: int) -> Contender:
    """Return plain nbclient.

    Raises:
        Unavailable: it cannot be installed here.
    """
    programs = make_environment(environments / "nbclient", *NBCLIENT)
    return _contender(work, "nbclient", (few, many), str(programs / "python"), render=True)


def _contender(work: Path, name: str, sizes: tuple[int, int], python: str, *, render: bool) -> Contender:
    folder = renew_folder(work / f"class-{name}")
    write_students(folder, max(sizes))

    def prepare(count: int) -> tuple[list[str], Path]:
        notebooks = [str(path) for path in sorted(folder.iterdir())[:count]]
        if name == "nbclient":
            return [python, str(_HERE / "nbclient_cold.py"), *notebooks], folder
        return [python, str(_HERE / "floor.py"), "render" if render else "plain", *notebooks], folder

    titles = {"nbclient": "nbclient, cold kernels, no grading"}
    title = titles.get(name, f"floor: bare fork{', plot rendered' if render else ''}, no grading")
    return Contender(name, title, *sizes, prepare, lambda count: count)  # their status says that all were run
