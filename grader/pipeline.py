"""The six verbs that turn files into a report: read, run, expect, check, score, report.

Ties rooms together and decides nothing itself. Reaches the sandbox only through the protocol below, so that
stored evidence can be judged again on a machine that has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from grader.errors import UsageError
from grader.inputs import GENERATORS
from grader.judge import judge
from grader.judge.invariants import THEOREMS
from grader.judge.probes import build_probes, probes_sha256
from grader.model import Evidence, ExerciseScore, PartScore, Probe, Report, Submission
from grader.oracle import Oracle
from grader.report import render_json, render_text
from grader.spec import find_course, load_course
from grader.spec.model import Course, Limits
from grader.submission import read_submission

Format = Literal["text", "json"]
Isolation = Literal["full", "reduced", "none"]


class Execution(Protocol):
    """What a run gives: the evidence, and beside it what is kept but never judged."""

    @property
    def evidence(self) -> Evidence:
        """Everything that is judged."""
        ...

    @property
    def notebooks(self) -> Mapping[str, Mapping[str, Any]]:
        """The executed notebooks, by the name of the submission's file."""
        ...

    @property
    def times(self) -> Mapping[str, Any]:
        """Seconds by phase."""
        ...


class Sandbox(Protocol):
    """Where student code lives."""

    def run(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str, /) -> Execution:
        """Run a submission and take out what the probes ask for; `SandboxError` where the sandbox itself failed."""
        ...


@dataclass(frozen=True)
class Grader:
    """A course made ready: its expected values and its questions. Built once, used for every student."""

    course: Course
    oracle: Oracle
    probes: tuple[Probe, ...]

    @cached_property
    def probes_sha256(self) -> str:
        """The name of the questions, as evidence carries it."""
        return probes_sha256(self.probes)


def read(paths: Sequence[Path], limits: Limits, student: str | None = None) -> Submission:
    """Read one student's files; raises `SubmissionRefused` for what is no submission."""
    return read_submission(paths, limits, student)


def run(sandbox: Sandbox, grader: Grader, submission: Submission) -> Execution:
    """Run the student's code in the sandbox and collect the answers."""
    return sandbox.run(submission, grader.probes, grader.probes_sha256)


def expect(folder: Path | None = None) -> Grader:
    """Load the course in `folder` (None: the nearest one) with its expected values and its questions."""
    course = load_course(folder or find_course(), theorems=THEOREMS, generators=GENERATORS)
    return Grader(course, Oracle(course), build_probes(course))


def check(grader: Grader, evidence: Evidence, *, only_public: bool = False) -> Report:
    """Judge evidence against the course; `only_public` leaves out every check that needs a reference value."""
    return judge(grader.course, grader.oracle, evidence, only_public=only_public)


def score(report: Report, exercises: Collection[str] = (), parts: Collection[str] = ()) -> Report:
    """Return the report of these exercises and parts alone, added up anew; empty means all."""
    chosen = (exercise for exercise in report.exercises if not exercises or exercise.id in exercises)
    kept = [exercise for exercise in (_score_exercise(one, parts) for one in chosen) if exercise.parts]
    return replace(report, exercises=tuple(kept), **_sums(kept))


def select(course: Course, exercises: Collection[str], parts: Collection[str] = ()) -> Course:
    """Return the course with these exercises alone; empty means all.

    Raises:
        UsageError: the course has no such exercise, or these exercises no such part.
    """
    _check_known("--exercise", exercises, (exercise.id for exercise in course.exercises))
    kept = tuple(exercise for exercise in course.exercises if not exercises or exercise.id in exercises)
    _check_known("--part", parts, (part.id for exercise in kept for part in exercise.parts))
    return course.model_copy(update={"exercises": kept})


def report(result: Report, form: Format, *, width: int = 80, color: bool = False) -> str:
    """Return the report as text for the student, or as JSON for staff."""
    return render_json(result) if form == "json" else render_text(result, width=width, color=color)


def build_blank(grader: Grader, submission: Submission, isolation: Isolation, fault: str | None = None) -> Evidence:
    """Return the evidence of a submission before anything was run; with a `fault` of ours, nothing can be decided."""
    return Evidence(
        schema="grader/evidence/v1",
        student=submission.student,
        files=tuple(file.name for file in submission.files),
        submission_sha256=submission.sha256,
        probes_sha256=grader.probes_sha256,
        isolation=isolation,
        fault=fault,
    )


def is_ungraded(report: Report) -> bool:
    """Return whether something, with or without points, could not be decided through our fault."""
    checks = (check for exercise in report.exercises for part in exercise.parts for check in part.checks)
    return report.ungraded > 0 or any(check.outcome == "ungraded" for check in checks)


def _score_exercise(exercise: ExerciseScore, parts: Collection[str]) -> ExerciseScore:
    kept = [part for part in exercise.parts if not parts or part.id in parts]
    return replace(exercise, parts=tuple(kept), **_sums(kept))


def _sums(items: Iterable[ExerciseScore | PartScore]) -> dict[str, Any]:
    rows = [(item.score, item.max, item.pending, item.ungraded) for item in items]
    names = ("score", "max", "pending", "ungraded")
    return {name: sum((row[index] for row in rows), Fraction(0)) for index, name in enumerate(names)}


def _check_known(option: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    listed = list(known)
    for name in wanted:
        if name not in listed:
            raise UsageError(f"{option} = {name!r}: one of {', '.join(listed)} is due")
