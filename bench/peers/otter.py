"""Otter-Grader, as its documentation says for grading without containers: `otter generate`, then `otter run`.

`otter grade` needs Docker and images of some gigabytes; `otter run` does the same work without, so this is Otter at its
fastest. It grades one submission a call.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from bench.classroom import list_tasks, write_students
from bench.contender import Contender, activate, make_environment, renew_folder, run

PACKAGES = ("otter-grader[grading]", "numpy", "scipy", "matplotlib")


def build(work: Path, environments: Path, few: int, many: int) -> Contender:
    """Write tests, autograder zip and submissions.

    Raises:
        Unavailable: Otter cannot be installed or cannot make the zip here.
    """
    programs = make_environment(environments / "otter", *PACKAGES)
    folder = renew_folder(work / "otter")
    (folder / "tests").mkdir()
    for part, source in build_tests().items():
        (folder / "tests" / f"q{part}.py").write_text(source, encoding="utf-8")
    run(
        [str(programs / "otter"), "generate", "-t", "tests", "-o", "autograder.zip", "--no-requirements"],
        folder,
        activate(programs),
    )
    write_students(folder / "submissions", many)

    def prepare(count: int) -> tuple[list[str], Path]:
        results = renew_folder(folder / "results")
        for seed in range(count):
            (results / f"student{seed:05}").mkdir()
        otter = shlex.quote(str(programs / "otter"))
        calls = [
            f"{otter} run --no-logo -a autograder.zip -o results/{name} submissions/{name}.ipynb"
            for name in (f"student{seed:05}" for seed in range(count))
        ]
        return ["/bin/sh", "-e", "-c", "\n".join(calls)], folder

    def count_done(_count: int) -> int:
        return len(list((folder / "results").glob("*/results.json")))

    return Contender("otter", "otter run", few, many, prepare, count_done, activate(programs))


def build_tests() -> dict[str, str]:
    """Return the test files in Otter's OK format, by part."""
    files = {}
    for part, task in list_tasks():
        cases = [
            {"code": "\n".join(f">>> {line}" for line in one.test.splitlines()), "hidden": False, "locked": False}
            for one in task.questions
        ]
        test = {
            "name": f"q{part}",
            "points": len(cases),
            "suites": [{"cases": cases, "scored": True, "type": "doctest"}],
        }
        files[part] = f"OK_FORMAT = True\n\ntest = {test!r}\n"
    return files
