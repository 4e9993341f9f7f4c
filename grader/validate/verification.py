"""The two ends of the scale: the reference earns everything, the untouched starter and the empty submission nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from grader.copies import run_source
from grader.errors import CourseError
from grader.judge.rules.invariant import InvariantCheck
from grader.judge.rules.text import TextCheck
from grader.model import Report
from grader.starter import build_cells
from grader.validate.evidence import collect_answers
from grader.validate.harness import ExerciseHarness, is_caught, list_results
from grader.validate.issues import Issue, list_issues


def verify_reference(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield where the reference's own answers do not earn all points that the grader decides."""
    faults: list[CourseError] = []
    report = harness.report(harness.truth, note_fault=faults.append)
    if faults:  # what else is said of the reference follows from them
        yield from (issue for fault in faults for issue in list_issues(fault))
        return
    results = list_results(report)
    is_full = True
    for _, check, name in harness.list_checks():
        result = results[name]
        if is_caught(result) and not isinstance(check, InvariantCheck):  # these are asked more narrowly by themselves
            said = f"{result.outcome} ({result.code}): {result.detail or result.message}"
            yield Issue("reference.not_full", result.id, f"the reference's own answer: {said}")
            is_full = False
    due = report.max - sum(check.points for _, check, _ in harness.list_checks() if isinstance(check, TextCheck))
    if is_full and report.score != due:
        yield Issue("reference.points", harness.exercise.id, f"the reference earns {report.score} of {due} points")


def sum_points(harness: ExerciseHarness) -> Fraction:
    """Return the points that the reference earns, texts being left to a person."""
    return harness.report(harness.truth).score


def verify_starter(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield what is taken for an answer in the starter as it is written out, and in an empty submission."""
    cells = list(build_cells(harness.course, (harness.exercise,)))
    source = "\n\n".join(cell.source for cell in cells if cell.kind == "code")
    names = {probe.name for probe in harness.own_probes}
    bound = {name: value for name, value in run_source(source, "starter").items() if name in names}
    texts = {tag: cell.source for cell in cells if cell.kind == "markdown" for tag in cell.tags if tag in names}
    answers = collect_answers(harness.probes, bound)
    yield from _find_attempts("the untouched starter", harness.report(answers, texts))
    yield from _find_attempts("an empty submission", harness.report({}))


def _find_attempts(whose: str, report: Report) -> Iterator[Issue]:
    for exercise in report.exercises:
        for part in exercise.parts:
            if part.score or part.ungraded:
                yield Issue("starter.points", part.id, f"{whose} earns {part.score}, and {part.ungraded} is ungraded")
            if part.status != "missing":
                yield Issue("starter.not_missing", part.id, f"{whose}: {part.status}, expected missing")
            for check in part.checks:
                if check.outcome not in {"missing", "blocked"}:
                    yield Issue("starter.not_missing", check.id, f"{whose}: {check.outcome}, expected missing")
