"""The six steps from files to a report: load_grader, read, run, judge, filter_report, render.

The program as a library. Ties the packages together and decides nothing itself. Reaches the sandbox only through the
protocol below, so that stored evidence can be judged again on a machine that has none.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from grader.course import Course
from grader.errors import UsageError
from grader.judge import PreparedCourse
from grader.judge import judge as judge_course
from grader.judge import solve as solve_course
from grader.judge.assigned import UNMARKED
from grader.judge.bounds import bounded, bounded_import
from grader.judge.cache import Cache
from grader.judge.probes import build_probes, probes_sha256
from grader.judge.score import sum_scores
from grader.judge.solution import Solution
from grader.model import Evidence, Execution, ExerciseScore, Limits, Probe, Report, Submission
from grader.oracle import KnownNames, Oracle
from grader.reference import Reference
from grader.report.json import render_json
from grader.report.text import render_text
from grader.spec import find_course, load_course
from grader.spec.data import name_with_data, read_course_data
from grader.submission import read_submission
from grader.variants import GivenVariants, read_variants

Format = Literal["text", "json"]
Isolation = Literal["full", "reduced", "none"]


class Sandbox(Protocol):
    """Where student code lives."""

    def run(self, submission: Submission, probes: Sequence[Probe], probes_sha256: str, /) -> Execution:
        """Run a submission and take out what the probes ask for; `SandboxError` where the sandbox itself failed."""
        ...


@dataclass(frozen=True)
class Grader:
    """A course made ready: its expected values, its questions and its data. Built once, used for every student.

    `cache` keeps what judging works out of the course and its expected values alone. `variants` is what students
    were given, where each has other data.
    """

    course: Course
    oracle: Oracle
    probes: tuple[Probe, ...]
    data: Mapping[str, bytes] = field(default_factory=dict)
    cache: Cache = field(default_factory=Cache)
    variants: GivenVariants | None = None

    @cached_property
    def probes_sha256(self) -> str:
        """The name of the questions and of the data that students answer them with, as evidence carries it."""
        return name_with_data(probes_sha256(self.probes), self.data)


def read(paths: Sequence[Path], limits: Limits, student: str | None = None, *, beside: bool = False) -> Submission:
    """Read one student's files, with `beside` also the data that lies beside them.

    Raises:
        SubmissionRefused: it is no submission.
    """
    return read_submission(paths, limits, student, beside=beside)


def run(sandbox: Sandbox, grader: Grader, submission: Submission) -> Execution:
    """Run the student's code in the sandbox and collect the answers."""
    return sandbox.run(submission, grader.probes, grader.probes_sha256)


def load_grader(folder: Path | None = None, *, packages: bool = True, assignment: str = "") -> Grader:
    """Load the course in `folder` (None: the nearest one) with its expected values and its questions.

    Args:
        folder: holds `course.yaml`.
        packages: the packages that students may import have to be here; nobody needs them to judge again.
        assignment: the one that the course is narrowed to; '' for all of it.

    Raises:
        UsageError: there is no course, or it has no such assignment.
        CourseError: something is wrong with it.
    """
    place = folder or find_course()
    with redirect_stdout(sys.stderr):  # what the author's code prints is no part of a report
        return _load_grader(place, packages=packages, assignment=assignment)


def _load_grader(place: Path, *, packages: bool, assignment: str) -> Grader:
    reference = Reference(place, bounded_import)
    course = load_course(place, known=KnownNames(reference), packages=packages).narrow(assignment)
    oracle, cache = Oracle(course, reference, bounded), Cache()
    variants = GivenVariants(course, oracle)  # nobody was given anything: what they answer is not graded
    return Grader(course, oracle, build_probes(course, oracle, cache), read_course_data(place), cache, variants)


def give_variants(grader: Grader, path: Path) -> Grader:
    """Return the grader by which each student is judged by the data that `variants.json` says they were given.

    Raises:
        UsageError: it is no such file, or of another course.
    """
    draws = read_variants(path, grader.course.file.id)
    return replace(grader, variants=GivenVariants(grader.course, grader.oracle, draws))


def judge(grader: Grader, evidence: Evidence) -> Report:
    """Judge evidence against the course, each student by the data that they were given."""
    with redirect_stdout(sys.stderr):
        return judge_course(_prepare(grader, evidence.student), evidence)


def solve(grader: Grader, evidence: Evidence) -> Mapping[str, Solution]:
    """Return what is right by each check for the data that the student was given, for whoever may see solutions."""
    with redirect_stdout(sys.stderr):
        return solve_course(_prepare(grader, evidence.student), evidence)


def _prepare(grader: Grader, student: str) -> PreparedCourse:
    assigned = {} if grader.variants is None else grader.variants.assign(student)
    return PreparedCourse(grader.course, grader.oracle, grader.cache, assigned)


def filter_report(report: Report, exercises: Collection[str] = (), parts: Collection[str] = ()) -> Report:
    """Return the report of these exercises and parts alone, added up anew; empty means all."""
    chosen = (exercise for exercise in report.exercises if not exercises or exercise.id in exercises)
    kept = tuple(exercise for exercise in (_filter_exercise(one, parts) for one in chosen) if exercise.parts)
    return replace(report, exercises=kept, **sum_scores(kept))


def select_exercises(course: Course, exercises: Collection[str], parts: Collection[str] = ()) -> Course:
    """Return the course with these exercises alone; empty means all.

    Raises:
        UsageError: the course has no such exercise, or these exercises no such part.
    """
    _check_known("exercise", exercises, (exercise.id for exercise in course.exercises))
    kept = course.keep(exercises) if exercises else course
    _check_known("part", parts, (part.id for exercise in kept.exercises for part in exercise.parts))
    return kept


def render(report: Report, form: Format, *, width: int = 80, color: bool = False) -> str:
    """Return the report as text for the student, or as JSON for staff."""
    return render_json(report) if form == "json" else render_text(report, width=width, color=color)


def build_blank_evidence(
    grader: Grader, submission: Submission, isolation: Isolation, fault: str | None = None
) -> Evidence:
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
    """Return whether something, with or without points, could not be decided because of a mistake on our side."""
    return report.ungraded > 0 or any(check.outcome == "ungraded" for check in report.list_checks())


def list_causes(report: Report, most: int = 5) -> list[str]:
    """Return why checks could not be decided, for staff: each cause once, with the first check that met it."""
    causes = {check.detail: check.id for check in reversed(report.list_checks()) if check.outcome == "ungraded"}
    return [f"{name} is ungraded: {detail}" for detail, name in list(causes.items())[-most:]][::-1]


def find_reason(evidence: Evidence, report: Report) -> str:
    """Return why a submission was graded in part or not at all, for staff; nothing where all was."""
    unmarked = dict.fromkeys(check.detail for check in report.list_checks() if check.code == UNMARKED)
    return evidence.fault or "; ".join(unmarked)


def _filter_exercise(exercise: ExerciseScore, parts: Collection[str]) -> ExerciseScore:
    kept = tuple(part for part in exercise.parts if not parts or part.id in parts)
    return replace(exercise, parts=kept, **sum_scores(kept))


def _check_known(noun: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    listed = list(known)
    for name in wanted:
        if name not in listed:
            raise UsageError(f"there is no {noun} {name}; {noun}s are {', '.join(listed)}")
