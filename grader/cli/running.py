"""What the commands that run students' code have in common: the course made ready, and a sandbox for it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import grader
from grader import pipeline
from grader.cli.options import Setting
from grader.cli.progress import waiting
from grader.cli.screen import say
from grader.errors import IsolationError, SandboxError
from grader.model import Evidence, Submission
from grader.pipeline import Grader, Isolation, Sandbox
from grader.sandbox import open_sandbox
from grader.spec import find_course
from grader.spec.model import Limits

_ATTEMPTS = 2
_PROJECT = Path(grader.__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ready:
    """A course made ready, and how its students' code is to be run."""

    grader: Grader
    folder: Path
    isolation: Isolation
    limits: Limits

    @property
    def hidden(self) -> tuple[Path, ...]:
        """What no sandbox shows: the course and the grader."""
        return (self.folder.resolve(), _PROJECT)

    def open_sandbox(self) -> AbstractContextManager[Sandbox]:
        """Open a sandbox in which neither the course nor the grader can be seen."""
        return open_sandbox(self.grader.course.file.packages, self.isolation, self.limits, hidden=self.hidden)


def prepare(setting: Setting) -> Ready:
    """Load the course that the options name."""
    folder = setting.course_folder or find_course()
    made = pipeline.expect(folder)
    return Ready(made, folder, setting.isolation, setting.build_limits(made.course.file.limits))


def collect(ready: Ready, submission: Submission) -> Evidence:
    """Run one submission and return the evidence; where our sandbox fails twice, evidence that says so.

    Raises:
        IsolationError: this machine does not give the isolation asked for; trying again would not help.
    """
    names = ", ".join(file.name for file in submission.files)
    with waiting(f"running {names}"):
        for _ in range(_ATTEMPTS):
            try:
                with ready.open_sandbox() as sandbox:
                    return pipeline.run(sandbox, ready.grader, submission).evidence
            except IsolationError:
                raise
            except SandboxError as error:
                fault = str(error)
    say(f"grader: error: {fault}")
    return pipeline.build_blank(ready.grader, submission, ready.isolation, fault)
