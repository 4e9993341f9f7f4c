"""Validation from the course's folder to the result: loads, tries everything, collects every issue."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from grader.copies import Sources, read_sources
from grader.course import BaseCheck, Course
from grader.errors import CourseError, Problem
from grader.judge.bounds import bounded, bounded_import
from grader.judge.rules import rule_of
from grader.judge.rules.invariant import InvariantCheck
from grader.oracle import KnownNames, Oracle
from grader.pipeline import select_exercises
from grader.reference import Reference
from grader.spec.links import Files
from grader.spec.load import read_course
from grader.validate.draws import verify_draws
from grader.validate.equivalents import Equivalent, read_equivalents
from grader.validate.evidence import keep_quiet
from grader.validate.follow_through import verify_follow_through, verify_own_mistakes
from grader.validate.harness import ExerciseHarness, is_caught
from grader.validate.ignorant import Ignorance, build_points_harness, find_unearned, find_unpaid, try_ignorance
from grader.validate.issues import Issue, list_issues, sort_issues
from grader.validate.mistakes import Made, find_collisions, make_mistakes
from grader.validate.mutation_run import MutantResult, find_survivors, judge_declarations, run_mutants
from grader.validate.repeats import find_changing
from grader.validate.result import Coverage, Validation
from grader.validate.theorems import verify_theorems
from grader.validate.tolerances import verify_tolerances
from grader.validate.values import find_value_problems
from grader.validate.verification import sum_points, verify_reference, verify_starter
from grader.validate.wrong_answers import find_passing, try_wrong_answers
from grader.variants import read_variants

VERIFICATIONS: tuple[Callable[[ExerciseHarness], Iterator[Issue]], ...] = (
    verify_reference,
    verify_starter,
    find_collisions,
    verify_tolerances,
    verify_follow_through,
    verify_own_mistakes,
    verify_theorems,
)


UNUSABLE = frozenset({"course.invalid", "validation.stopped"})
UNSOUND = UNUSABLE | {"reference.not_full", "reference.points"}


@dataclass
class _Ledger:
    """What has been seen so far."""

    issues: list[Issue] = field(default_factory=list)
    mutant_results: list[MutantResult] = field(default_factory=list)
    points: Fraction = Fraction(0)
    mistakes: Counter[str] = field(default_factory=Counter)  # caught, by check
    wrong: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)  # how many mistakes and wrong answers there were
    ignorance: list[Ignorance] = field(default_factory=list)  # one for each exercise
    together: dict[str, list[frozenset[str]]] = field(default_factory=dict)  # by check: what caught with it


def validate_course(
    folder: Path, exercises: Collection[str] = (), *, mutate: bool = True, variants: Path | None = None
) -> Validation:
    """Return everything that can be said against the course in `folder`.

    Args:
        folder: holds `course.yaml`.
        exercises: only these; empty means all.
        mutate: also run the mutants of the reference.
        variants: the `variants.json` with the data that students were given, if any were.

    Raises:
        UsageError: the course has no such exercise, or `variants` is no such file.
    """
    with redirect_stdout(sys.stderr):  # what the author's code prints is no part of the result
        return _validate(folder, exercises, mutate=mutate, variants=variants)


def _validate(folder: Path, exercises: Collection[str], *, mutate: bool, variants: Path | None) -> Validation:
    ledger = _Ledger()
    try:
        reference, sources, everything, files = _load(folder)
        course = select_exercises(everything, exercises)
        equivalents = read_equivalents(reference.folder)
        _check_values(everything, reference)
    except CourseError as error:
        return _close(ledger, None, (), sort_issues(list_issues(error)))
    draws = () if variants is None else read_variants(variants, everything.file.id)
    # Code is shared between exercises: what one cannot tell from the reference another may.
    harnesses = _build_harnesses(everything if mutate else course, reference, ledger)
    chosen = {number: harness for number, harness in harnesses.items() if not exercises or number in exercises}
    for harness in chosen.values():
        _verify_all(harness, ledger)
    is_sound = not any(issue.code in UNSOUND for issue in ledger.issues)
    if mutate and is_sound:  # else what is said of mutants would follow from it
        try:
            ledger.mutant_results += run_mutants(sources, harnesses, equivalents, exercises)
        except CourseError as error:
            ledger.issues += list_issues(error)
            is_sound = False
        ledger.issues += find_survivors(ledger.mutant_results)
        if not exercises and is_sound:
            ledger.issues += judge_declarations(ledger.mutant_results, equivalents)
    if is_sound:
        ledger.issues += _find_idle(chosen, ledger)
        ledger.issues += verify_draws(everything, Oracle(everything, reference, bounded), course.exercises, draws)
    issues = (replace(issue, place=issue.place or files.places.get(issue.where, "")) for issue in ledger.issues)
    return _close(ledger, course, equivalents, sort_issues(issues))


def _load(folder: Path) -> tuple[Reference, Sources, Course, Files]:
    """Return the course with its own code.

    Raises:
        CourseError: something is wrong; carries the problems of YAML and Python alike.
    """
    problems: list[Problem] = []
    reference = sources = known = None
    try:
        reference = Reference(folder, bounded_import)
        sources = read_sources(reference)
        known = KnownNames(reference)
    except CourseError as error:
        problems += error.problems
    try:
        course, files = read_course(folder, known=known, packages=True)
    except CourseError as error:
        problems += error.problems
    if problems or reference is None or sources is None:
        raise CourseError(list(dict.fromkeys(problems)))
    return reference, sources, course, files


def _check_values(course: Course, reference: Reference) -> None:
    """Ask the reference for everything, and then for the same again.

    Raises:
        CourseError: some of it does not run, is not what it should be, or changes.
    """
    first, again = (Oracle(course, reference, bounded) for _ in range(2))
    with keep_quiet():
        problems = dict.fromkeys(find_value_problems(course, first))
        problems = problems or dict.fromkeys(find_changing(course, first, again))
    if problems:
        raise CourseError(_join(problems))


def _join(problems: Iterable[Problem]) -> list[Problem]:
    """Return one problem for all functions that fail alike in one place, such as where each reads a missing file."""
    keys: dict[Problem, list[str]] = {}
    for problem in problems:
        keys.setdefault(replace(problem, key=""), []).append(problem.key)
    return [replace(problem, key=", ".join(names)) for problem, names in keys.items()]


def _build_harnesses(course: Course, reference: Reference, ledger: _Ledger) -> dict[str, ExerciseHarness]:
    harnesses: dict[str, ExerciseHarness] = {}
    for exercise in course.exercises:
        try:
            harnesses[exercise.id] = ExerciseHarness(course, exercise, reference)
        except CourseError as error:
            ledger.issues += list_issues(error)
    return harnesses


def _verify_all(harness: ExerciseHarness, ledger: _Ledger) -> None:
    """Try everything but mutants on one exercise; an unforeseen failure becomes an issue, and the others go on."""
    try:
        _verify(harness, ledger)
    except CourseError as error:
        ledger.issues += list_issues(error)
    except Exception as error:  # noqa: BLE001 - an issue with its place in our code: the course is not valid
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
        message = f"a value that no rule foresees, or a bug in the grader: {said}"
        ledger.issues.append(Issue("validation.stopped", harness.exercise.id, message))


def _verify(harness: ExerciseHarness, ledger: _Ledger) -> None:
    """Try everything but mutants on one exercise."""
    before = len(ledger.issues)
    for verify in VERIFICATIONS:
        ledger.issues += verify(harness)
    if any(issue.code in UNUSABLE for issue in ledger.issues[before:]):
        return  # the course's own code failed: what is tried with it would fail, or take its time, again and again
    ledger.points += sum_points(harness)

    for made in make_mistakes(harness):
        if isinstance(made, Made):
            ledger.tried["mistakes"] += 1
            ledger.mistakes.update(name for name, result in made.results.items() if is_caught(result))
        else:
            ledger.issues.append(made)
    ledger.issues += find_passing(harness)
    for _, results in try_wrong_answers(harness):
        ledger.tried["wrong"] += 1
        caught = frozenset(name for name, result in results.items() if is_caught(result))
        ledger.wrong.update(caught)
        for name in caught:
            ledger.together.setdefault(name, []).append(caught)

    _try_ignorance(harness, ledger, sound=len(ledger.issues) == before)


def _try_ignorance(harness: ExerciseHarness, ledger: _Ledger, *, sound: bool) -> None:
    """Try what those earn who know nothing; where the exercise is not sound, no declaration is called idle."""
    asks_for_points = build_points_harness(harness)
    ignorance = try_ignorance(asks_for_points)
    ledger.ignorance.append(ignorance)
    ledger.issues += find_unearned(asks_for_points, ignorance)
    if sound:
        ledger.issues += find_unpaid(asks_for_points, ignorance)


def _find_idle(harnesses: dict[str, ExerciseHarness], ledger: _Ledger) -> Iterator[Issue]:
    """Yield the checks that nothing fails, and those that another check of the same answer makes idle."""
    mutants = _count_mutants(ledger)
    broken = {issue.where for issue in ledger.issues if issue.code == "theorem.broken"}  # it may not even ask anything
    for harness in harnesses.values():
        checks = list(harness.list_checks())
        for _, check, name in checks:
            if name in broken:
                continue
            if not mutants[name] + ledger.mistakes[name] + ledger.wrong[name]:
                yield Issue("check.never_fails", name, "no wrong answer, known mistake or mutant was seen to fail it")
                continue
            if isinstance(check, InvariantCheck) or name not in ledger.together:
                continue
            rivals = _find_rivals(check, name, checks)
            if all(caught & rivals for caught in ledger.together[name]):
                yield Issue("check.redundant", name, f"whatever it catches, {' or '.join(sorted(rivals))} catches too")


def _find_rivals(check: BaseCheck, name: str, checks: Sequence[tuple[object, BaseCheck, str]]) -> set[str]:
    """Return the other checks of the same answer that could do this one's work."""
    others = ((one, other) for _, one, other in checks if one.answer == check.answer and other != name)
    return {
        other
        for one, other in others
        if not isinstance(one, InvariantCheck) and not rule_of(one).presupposes(one, check)
    }


def _count_mutants(ledger: _Ledger) -> Counter[str]:
    return Counter(name for result in ledger.mutant_results for name in result.caught_by)


def _close(
    ledger: _Ledger, course: Course | None, equivalents: tuple[Equivalent, ...], issues: tuple[Issue, ...]
) -> Validation:
    mutants = _count_mutants(ledger)
    exercises = course.exercises if course else ()
    names = [f"{part.id}.{check.id}" for exercise in exercises for part in exercise.parts for check in part.checks]
    return Validation(
        course_sha256=course.sha256 if course else "",
        exercises=tuple(exercise.id for exercise in exercises),
        points=ledger.points,
        mistakes=ledger.tried["mistakes"],
        wrong_answers=ledger.tried["wrong"],
        checks=tuple(Coverage(name, mutants[name], ledger.mistakes[name], ledger.wrong[name]) for name in names),
        ignorance=tuple(ledger.ignorance),
        mutant_results=tuple(ledger.mutant_results),
        equivalents=equivalents,
        issues=issues,
    )
