"""The second course, loaded, and its sample students, graded in the real sandbox once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import pipeline
from grader.errors import IsolationError
from grader.model import Report
from grader.pipeline import Grader, load_grader, read
from grader.sandbox import open_sandbox
from grader.submission import list_entries

FOLDER = Path(__file__).parents[3] / "examples" / "numerics"
KINDS = ("right", "partial", "wrong", "mistakes")
Reports = dict[str, Report]  # by kind and student, such as right/anna


@pytest.fixture(scope="session")
def numerics() -> Grader:
    """Return the course with its expected values."""
    return load_grader(FOLDER)


@pytest.fixture(scope="session")
def reports(numerics: Grader) -> Reports:
    """Run and judge every sample student of the course in one sandbox."""
    found: Reports = {}
    limits = numerics.course.file.limits
    try:
        packages = tuple(numerics.course.file.packages)
        with open_sandbox(packages, "full", limits, data=numerics.data) as sandbox:
            for kind in KINDS:
                for entry in list_entries(FOLDER / "submissions" / kind):
                    submission = read(entry.paths, limits, entry.student)
                    evidence = pipeline.run(sandbox, numerics, submission).evidence
                    found[f"{kind}/{entry.student}"] = pipeline.judge(numerics, evidence)
    except IsolationError as error:
        pytest.skip(f"this machine does not give isolation level full: {error}")
    return found
