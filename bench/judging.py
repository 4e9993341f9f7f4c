"""How fast stored evidence is judged. Prints JSON; run in a process of its own, on one core.

python -m bench.judging COURSE FOLDER_OF_A_BATCH
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader import pipeline
from grader.batch.store import read_evidence, write_report

_ENOUGH_S = 3.0


def rate(work: Callable[[Path], object], folders: list[Path]) -> float:
    """Return how many students `work` does in a second of processor time, after one round that warms it."""
    for folder in folders:
        work(folder)
    count, started = 0, time.process_time()
    while (spent := time.process_time() - started) < _ENOUGH_S:
        work(folders[count % len(folders)])
        count += 1
    return count / spent


def judge_and_write(grader: pipeline.Grader, folder: Path, out: Path) -> None:
    """Judge what a folder holds and write both reports of it to `out`."""
    report = pipeline.judge(grader, read_evidence(folder))
    write_report(out, report, report)


def main() -> None:
    """Measure judging alone, with reading the evidence, and with writing the reports as well."""
    course, batch = map(Path, sys.argv[1:])
    grader = pipeline.load_grader(course)
    folders = sorted(path.parent for path in batch.glob("*/evidence.json"))
    read = {folder: read_evidence(folder) for folder in folders}
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        rates = {
            "judge": rate(lambda folder: pipeline.judge(grader, read[folder]), folders),
            "read": rate(read_evidence, folders),
            "read_judge": rate(lambda folder: pipeline.judge(grader, read_evidence(folder)), folders),
            "read_judge_write": rate(lambda folder: judge_and_write(grader, folder, out), folders),
        }
    sys.stdout.write(json.dumps(rates) + "\n")


if __name__ == "__main__":
    main()
