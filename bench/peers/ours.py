"""Our batch, as an instructor starts it: `grader batch` at full isolation; and the same with figures rendered."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.classroom import write_course, write_students
from bench.contender import PROJECT, Contender, renew_folder


def build(work: Path, few: int, many: int) -> list[Contender]:
    """Write the course and the classes; return one and two workers, without and with the plot rendered."""
    write_course(work / "course")
    for count in (few, many):
        write_students(renew_folder(work / f"class-{count}"), count)
    return [_contender(work, (few, many), jobs, render=render) for render in (False, True) for jobs in (1, 2)]


def _contender(work: Path, sizes: tuple[int, int], jobs: int, *, render: bool) -> Contender:
    name = f"ours_{jobs}{'_rendered' if render else ''}"
    out = work / f"out-{name}"

    def prepare(count: int) -> tuple[list[str], Path]:
        students, course = str(work / f"class-{count}"), str(work / "course")
        renew_folder(out)
        if render:
            script = ["bench.peers.ours_rendered", students, course, str(out), str(jobs)]
            return [sys.executable, "-m", *script], PROJECT
        options = ["--course", course, "--out", str(out), "--jobs", str(jobs), "--isolation", "full"]
        return [sys.executable, "-m", "grader", "batch", students, *options], PROJECT

    title = f"grader, {jobs} worker{'s' if jobs > 1 else ''}, full isolation{', plot rendered' if render else ''}"
    paths = {"PYTHONPATH": str(PROJECT)}
    return Contender(name, title, *sizes, prepare, lambda _count: len(list(out.glob("*/report.json"))), paths)
