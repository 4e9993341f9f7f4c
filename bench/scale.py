"""What does not fit beside the peers: judging speed, start-up, and memory over class size."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench.classroom import write_students
from bench.contender import PROJECT, Unavailable, renew_folder, run
from bench.meter import Cost, measure

_STARTS = 5
EVIDENCE = "evidence.json"


class Scale:
    """Measures our grader alone on the course below `work`, which must have been written."""

    def __init__(self, work: Path) -> None:
        self._work, self._course = work, work / "course"
        self._environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        self._batch = work / "out-scale"

    def grade_class(self, count: int = 40) -> None:
        """Run a class once; its evidence is what the rest works on."""
        write_students(renew_folder(self._work / "class-scale"), count)
        shutil.rmtree(self._batch, ignore_errors=True)
        self._measure("batch", str(self._work / "class-scale"), "--out", str(self._batch), "--jobs", "2")

    def measure_judging(self) -> dict[str, float]:
        """Return submissions per second of processor time: judging alone, with reading, with writing."""
        source = f"import sys; sys.path[:0] = {[str(PROJECT)]!r}; from bench.judging import main; main()"
        command = [sys.executable, "-c", source, str(self._course), str(self._batch)]
        rates: dict[str, float] = json.loads(run(command, PROJECT))
        return rates

    def measure_starts(self) -> dict[str, dict[str, float]]:
        """Return the median seconds, wall and CPU, of commands that are started for little work."""
        one = str(next((self._work / "class-scale").iterdir()))
        commands = {
            "grader --help": ["--help"],
            "grader grade --help": ["grade", "--help"],
            "grader grade FILE": ["grade", one, "--course", str(self._course)],
            "grader judge ONE": ["judge", str(next(self._batch.glob("*/"))), "--course", str(self._course)],
        }
        times: dict[str, dict[str, float]] = {}
        for name, words in commands.items():
            costs = [self._measure_plain(*words) for _ in range(_STARTS)]
            wall, cpu = (median(getattr(cost, key) for cost in costs) for key in ("wall_s", "cpu_s"))
            times[name] = {"wall_s": wall, "cpu_s": cpu}
        return times

    def measure_judging_memory(self, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
        """Judge as many copies of stored evidence with one command; return memory and time by class size."""
        rows = []
        for count in sizes:
            folder = self._replicate(count)
            rows.append(self._row("judge", count, self._measure("judge", str(folder))))
            shutil.rmtree(folder)
        return rows

    def measure_batch_memory(self, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
        """Really run classes of these sizes with two workers; return memory and time."""
        rows = []
        for count in sizes:
            students, out = self._work / "class-memory", self._work / "out-memory"
            write_students(renew_folder(students), count)
            shutil.rmtree(out, ignore_errors=True)
            cost = self._measure("batch", str(students), "--out", str(out), "--jobs", "2")
            rows.append(self._row("batch", count, cost))
            shutil.rmtree(out)
        return rows

    def _replicate(self, count: int) -> Path:
        """Return a batch's folder with `count` students whose evidence files are links to the same few."""
        folder = renew_folder(self._work / "out-replicated")
        sources = sorted(self._batch.glob(f"*/{EVIDENCE}"))
        for index in range(count):
            place = folder / f"student{index:06}"
            place.mkdir()
            os.link(sources[index % len(sources)], place / EVIDENCE)
        return folder

    @staticmethod
    def _row(command: str, count: int, cost: Cost) -> dict[str, Any]:
        return {
            "command": command, "students": count, "largest_process_bytes": cost.largest_process_bytes,
            "wall_s": cost.wall_s, "cpu_s": cost.cpu_s,
        }  # fmt: skip

    def _measure(self, *words: str) -> Cost:
        return self._measure_plain(*words, "--course", str(self._course))

    def _measure_plain(self, *words: str) -> Cost:
        cost = measure([sys.executable, "-m", "grader", *words], PROJECT, self._environment)
        if cost.status:
            raise Unavailable(f"grader {' '.join(words[:2])} ended with {cost.status}: {cost.last_words}")
        return cost
