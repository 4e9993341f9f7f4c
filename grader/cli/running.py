"""What the commands that run students' code have in common: the course made ready, and a sandbox for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import grader
from grader import pipeline
from grader.cli.choice import CoursePlace
from grader.cli.options import Setting
from grader.cli.progress import spinner
from grader.cli.screen import log, note, say
from grader.cli.variants import give_variants
from grader.model import Evidence, Limits, Submission
from grader.pipeline import Grader, Isolation, Sandbox
from grader.sandbox import open_sandbox
from grader.session import SandboxSession, execute
from grader.spec.placement import SUBMISSIONS, list_course_folders

_PROJECT = Path(grader.__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ready:
    """A course made ready, and how its students' code is to be run."""

    grader: Grader
    folder: Path
    isolation: Isolation
    limits: Limits
    variants: Path | None = None
    draws_figures: bool = False  # in the notebooks that staff get of a run

    @property
    def hidden(self) -> tuple[Path, ...]:
        """What no sandbox shows: the course and the grader."""
        return (*list_course_folders(self.folder), _PROJECT)

    def read(self, paths: Sequence[Path], student: str | None = None) -> Submission:
        """Read one student's files, and the data beside them where that is not the course's own.

        Raises:
            SubmissionRefused: they are no submission.
        """
        course = self.folder.resolve()
        folders = [path.parent.resolve() for path in paths if path.is_file()]
        # What students may not see lies there; its sample students are as good as any.
        inside = any(one.is_relative_to(course) and not one.is_relative_to(course / SUBMISSIONS) for one in folders)
        submission = pipeline.read(paths, self.limits, student, beside=not inside)
        if inside:
            note(f"grader: data beside your file is not taken along: it lies in the course's own folder, {course}")
        return submission

    def give_variants(self, variants: Path | None, graded: Iterable[Path] = ()) -> Ready:
        """Return what judges each student by the data that the file says they were given; None: nobody was given any.

        Raises:
            UsageError: the file lies in what is graded, or is no such file.
        """
        if variants is None:
            return self
        return replace(self, grader=give_variants(self.grader, variants, graded), variants=variants)

    def open_sandbox(self) -> AbstractContextManager[Sandbox]:
        """Open a sandbox in which neither the course nor the grader can be seen."""
        packages, data = self.grader.course.file.packages, self.grader.data
        return open_sandbox(
            packages, self.isolation, self.limits, hidden=self.hidden, data=data, render_figures=self.draws_figures
        )


def prepare(setting: Setting, graded: Iterable[Path] = (), variants: Path | None = None) -> Ready:
    """Load the course that the options name, once it is clear that it does not come from what is `graded`.

    Raises:
        UsageError: there is no course, or it, or `variants`, lies in what is graded, or `variants` is no such file.
        CourseError: the course is wrong, or a package that it names is not installed.
    """
    ready = make_ready(setting.chosen.find(graded), setting)
    return ready.give_variants(variants, graded)


def make_ready(place: CoursePlace, setting: Setting) -> Ready:
    """Load the course at `place`, which is trusted: its Python runs here.

    Raises:
        CourseError: it is wrong, or a package that it names is not installed.
        UsageError: it has no such assignment.
    """
    with spinner(f"loading the course in {place.folder}"):
        made = place.load_grader()
    limits = setting.build_limits(made.course.file.limits)
    log(f"isolation {setting.isolation}; {', '.join(f'{name}={value}' for name, value in limits.fields.items())}")
    return Ready(made, place.folder, setting.isolation, limits)


def collect(ready: Ready, submission: Submission) -> Evidence:
    """Run one submission and return the evidence; where our sandbox fails twice, evidence that says so.

    Raises:
        IsolationError: this machine does not give the isolation asked for; trying again would not help.
    """
    names = ", ".join(file.name for file in submission.files)
    with spinner(f"running {names}"), SandboxSession(ready.open_sandbox) as session:
        evidence = execute(session, ready.grader, submission, ready.isolation).evidence
    if evidence.fault is not None:
        say(f"grader: error: {evidence.fault}")
    return evidence
