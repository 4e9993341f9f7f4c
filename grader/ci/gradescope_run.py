"""Being Gradescope's autograder: its folder tree, who submitted and when, and where it looks for the results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.ci.event import parse_time
from grader.ci.grading import Outcome
from grader.errors import UsageError
from grader.report.write import write_atomically

RESULTS = "results.json"
SUBMISSION = "submission"


@dataclass(frozen=True)
class Gradescope:
    """A tree like /autograder, and what its metadata says."""

    root: Path
    student: str
    at: datetime | None
    due: datetime | None

    @property
    def submission(self) -> Path:
        """The folder with what was submitted."""
        return self.root / SUBMISSION

    def deliver(self, outcome: Outcome, out: Path) -> None:
        """Put the one student's `results.json` where Gradescope looks for it.

        Nothing is put there where all is ungraded: Gradescope then says that the autograder failed.
        """
        graded = outcome.graded[0]
        if graded.report is not None and graded.report.max and graded.report.ungraded == graded.report.max:
            return
        folder = self.root / "results"
        folder.mkdir(exist_ok=True)
        text = (out / graded.collected.entry.folder / RESULTS).read_text(encoding="utf-8")
        write_atomically(folder / RESULTS, text)


def read_gradescope(root: Path) -> Gradescope:
    """Return what the tree holds; metadata that is missing leaves the student named "student".

    Raises:
        UsageError: there is no folder with a submission, or the metadata is no JSON object.
    """
    if not (root / SUBMISSION).is_dir():
        raise UsageError(
            f"--gradescope = {str(root)!r}: no folder named {SUBMISSION} in it; name the folder that holds it, such as "
            "/autograder"
        )
    path = root / "submission_metadata.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise UsageError(f"{path}: expected a JSON object, got {type(data).__name__}")
    assignment = data.get("assignment")
    due = _time(assignment.get("due_date")) if isinstance(assignment, dict) else None
    return Gradescope(root, _student(data), _time(data.get("created_at")), due)


def _student(data: dict[str, Any]) -> str:
    users = data.get("users")
    named = [user.get("email") or user.get("name") for user in users or [] if isinstance(user, dict)]
    return ", ".join(name for name in named if isinstance(name, str)) or "student"


def _time(value: object) -> datetime | None:
    try:
        return parse_time(value) if isinstance(value, str) else None
    except ValueError:
        return None
