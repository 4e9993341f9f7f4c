"""Grades what a change proposes, or files that are named: reads, runs, judges, and finds the lines to point at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import grader
from grader import pipeline
from grader.batch import BatchOptions, EntryResult
from grader.batch.dispatch import run_entries
from grader.batch.store import make_folder, read_evidence
from grader.ci.plan import Plan, plan_changes
from grader.ci.publishing import Publishing
from grader.errors import SubmissionRefused, UsageError
from grader.git.collect import Collected, Collector
from grader.git.pattern import Pattern
from grader.git.repository import FileChange, Repository
from grader.model import Report, Submission, list_sources
from grader.pipeline import Grader
from grader.report.missing import explain_missing
from grader.session import OpenSandbox
from grader.submission import Entry
from grader.submission.naming import folder_name, well_formed

Outside = Literal["refuse", "ignore"]


@dataclass(frozen=True)
class Change:
    """What is proposed: two commits of a repository, where submissions lie in it, and the rules.

    Without a `base` everything in the head is proposed. With an `author`, only that student's submission may be edited.
    """

    repository: Path
    base: str | None
    head: str
    patterns: tuple[Pattern, ...]
    author: str | None = None
    outside: Outside = "refuse"


@dataclass(frozen=True)
class Graded:
    """How one student's submission ended. Without a `result` nothing is left of it; `origins` as in `Collected`."""

    collected: Collected
    result: EntryResult | None = None
    submission: Submission | None = None

    @property
    def report(self) -> Report | None:
        """The report, where there is one."""
        return None if self.result is None else self.result.report


@dataclass(frozen=True)
class Outcome:
    """All of it. `is_refused`: the change touches what it must not, and nothing was graded."""

    graded: tuple[Graded, ...] = ()
    plan: Plan = field(default_factory=lambda: Plan((), ()))
    is_refused: bool = False
    commit: str | None = None
    committed_at: datetime | None = None

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports there are."""
        return tuple(one.report for one in self.graded if one.report is not None)


@dataclass(frozen=True)
class GradingContext:
    """What grades: a course made ready, sandboxes, and where the reports go."""

    grader: Grader
    course_folder: Path
    open_sandbox: OpenSandbox
    out: Path
    options: BatchOptions
    publishing: Publishing | None = None  # where the course withholds something; `out` is then for staff alone


def grade_change(context: GradingContext, change: Change, scratch: Path) -> Outcome:
    """Grade the submissions that a change touches, whole, as its head has them. `scratch` is an empty folder of ours.

    That the course does not come from the change is checked before the course is loaded: `refuse_changed_course`.

    Raises:
        UsageError: the commits cannot be had.
    """
    repository = Repository(change.repository)
    head = repository.resolve(change.head)
    changes = _list_changes(repository, change.base, head)
    plan = plan_changes(changes, change.patterns, change.author)
    outcome = Outcome((), plan, is_refused=False, commit=head, committed_at=repository.committed_at(head))
    if plan.forbidden_changes and change.outside == "refuse":
        return replace(outcome, is_refused=True)
    collector = Collector(repository, head, scratch, context.options.limits)
    return replace(outcome, graded=_grade(context, collector.collect(change.patterns, plan.students)))


def _list_changes(repository: Repository, base: str | None, head: str) -> tuple[FileChange, ...]:
    """Return what `head` changes since it left `base`; without a base, all it holds."""
    if base is None:
        return tuple(FileChange("A", file.path) for file in repository.files(head))
    return repository.changes(repository.merge_base(repository.resolve(base), head), head)


def grade_paths(context: GradingContext, paths: Sequence[Path], owner_of: Callable[[Path], str]) -> Outcome:
    """Grade files and folders of this machine; those of one owner are one submission."""
    by_student: dict[str, list[Path]] = {}
    for path in paths:
        by_student.setdefault(owner_of(path), []).append(path)
    taken: set[str] = set()
    collected: list[Collected] = []
    for student, own in sorted(by_student.items()):
        folder = folder_name(student, taken)
        name = well_formed(student)
        collected.append(Collected(Entry(name, name, folder, tuple(own), None, (name,)), _origins(own)))
    return Outcome(_grade(context, collected))


def refuse_changed_course(change: Change, course_folder: Path) -> None:
    """Refuse a course, or a grader, that lies in a checkout of what is proposed; nothing of it was imported.

    Raises:
        UsageError: it does, or the commits cannot be had.
    """
    repository = Repository(change.repository)
    head = repository.resolve(change.head)
    if _list_changes(repository, change.base, head):
        refuse_proposed_course(head, course_folder)


def refuse_proposed_course(head: str, course_folder: Path) -> None:
    """Refuse a course, or a grader, from a checkout that holds the proposed commit `head`, whatever its repository.

    Raises:
        UsageError: it lies in such a checkout.
    """
    for folder in (course_folder, Path(grader.__file__).parent):
        if any(checkout.holds("HEAD", head) for checkout in Repository(folder).checkouts()):
            raise UsageError(
                f"{folder} is checked out from the very change that is to be graded, and could be part of it; "
                "check out the base commit, or name another --course"
            )


def _grade(context: GradingContext, collected: Sequence[Collected]) -> tuple[Graded, ...]:
    make_folder(context.out)
    if context.publishing is not None:
        return _grade_as_published(context, context.publishing, collected)
    there = [one for one in collected if one.entry.paths or one.entry.refusal is not None]
    entries = [one.entry for one in there]
    summary = run_entries(context.grader, context.open_sandbox, entries, context.out, context.options)
    graded = [_locatable(context, one, result) for one, result in zip(there, summary.results, strict=True)]
    return (*graded, *(Graded(one) for one in collected if one not in there))


def _grade_as_published(
    context: GradingContext, publishing: Publishing, collected: Sequence[Collected]
) -> tuple[Graded, ...]:
    """Grade what is published, and of the rest check or only receive what there is."""
    judged = [one for one in collected if publishing.needs_judging(one.entry.student)]
    graded = _grade(replace(context, publishing=None), judged)
    received = [_receive(one) for one in collected if one not in judged]
    return tuple(_publish(context, publishing, one) for one in (*graded, *received))


def _receive(collected: Collected) -> Graded:
    """Return a submission of which nothing is judged; what is left of it is read when it is published."""
    entry = collected.entry
    if entry.refusal is not None:
        return Graded(collected, EntryResult(entry, "refused", entry.refusal))
    return Graded(collected, EntryResult(entry, "graded") if entry.paths else None)


def _publish(context: GradingContext, publishing: Publishing, graded: Graded) -> Graded:
    if graded.result is None or graded.result.status == "refused":
        return graded
    entry = graded.collected.entry
    try:
        submission = pipeline.read(entry.paths, context.options.limits, entry.student)
    except SubmissionRefused as error:
        return Graded(graded.collected, EntryResult(entry, "refused", str(error)))
    result = publishing.replace_report(graded.result, submission)
    return Graded(graded.collected, result, replace(submission, tree={}))


def _locatable(context: GradingContext, collected: Collected, result: EntryResult) -> Graded:
    entry = collected.entry
    if result.report is None or not result.report.files:
        return Graded(collected, result)
    submission = pipeline.read(entry.paths, context.options.limits, entry.student)
    evidence = read_evidence(context.out / entry.folder)
    told = explain_missing(result.report, evidence, list_sources(submission))
    # Of a whole class, what is looked at is the cells.
    return Graded(collected, replace(result, report=told), replace(submission, tree={}))


def _origins(paths: Sequence[Path]) -> dict[str, str]:
    """Return names in the submission by path, for what is named file by file or as one folder."""
    if len(paths) == 1 and paths[0].is_dir():
        return {str(path.relative_to(paths[0])): str(path) for path in paths[0].rglob("*")}
    return {path.name: str(path) for path in paths}
