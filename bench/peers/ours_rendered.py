"""Our batch with the students' figures rendered, which the command leaves out as nobody looks at them.

python -m bench.peers.ours_rendered CLASS COURSE OUT JOBS
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from grader import pipeline
from grader.batch import BatchOptions, run_batch
from grader.pipeline import Sandbox
from grader.sandbox import open_sandbox


def main() -> None:
    """Grade the class as `grader batch` does."""
    folder, course, out, jobs = sys.argv[1:]
    ready = pipeline.load_grader(Path(course))
    file = ready.course.file

    def opened() -> AbstractContextManager[Sandbox]:
        hidden = (Path(course).resolve(), Path(__file__).resolve().parents[2])
        return open_sandbox(file.packages, "full", file.limits, hidden=hidden, render_figures=True)

    options = BatchOptions(isolation="full", limits=file.limits, jobs=int(jobs))
    summary = run_batch(ready, opened, Path(folder), Path(out), options)
    sys.exit(3 if summary.is_ungraded else 0)


if __name__ == "__main__":
    main()
