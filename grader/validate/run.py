"""Validation from the course's folder to the result: loads, tries everything, collects every flaw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.inputs import GENERATORS
from grader.judge.invariants import THEOREMS
from grader.pipeline import select
from grader.spec import load_course
from grader.spec.model import Course, InvariantCheck
from grader.validate.copies import Copy, Sources, read_sources
from grader.validate.equivalents import Equivalent, read_equivalents
from grader.validate.examiner import Examiner, is_caught
from grader.validate.flaws import Flaw, list_flaws, sort_flaws
from grader.validate.follow_through import prove_follow_through
from grader.validate.mistakes import Made, find_collisions, make_mistakes
from grader.validate.proofs import count_points, prove_reference, prove_starter
from grader.validate.result import Coverage, Validation
from grader.validate.survey import Fate, find_survivors, judge_declarations, survey_mutants
from grader.validate.theorems import prove_theorems
from grader.validate.tolerances import prove_tolerances
from grader.validate.wrong_answers import try_wrong_answers

PROOFS: tuple[Callable[[Examiner], Iterator[Flaw]], ...] = (
    prove_reference,
    prove_starter,
    find_collisions,
    prove_tolerances,
    prove_follow_through,
    prove_theorems,
)


@dataclass
class _Ledger:
    """What has been seen so far."""

    flaws: list[Flaw] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    points: Fraction = Fraction(0)
    mistakes: Counter[str] = field(default_factory=Counter)  # caught, by check
    wrong: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)  # how many mistakes and wrong answers there were
    together: dict[str, list[frozenset[str]]] = field(default_factory=dict)  # by check: what caught with it


def validate_course(folder: Path, exercises: Collection[str] = (), *, mutate: bool = True) -> Validation:
    """Return everything that can be said against the course in `folder`.

    Args:
        folder: holds `course.yaml`.
        exercises: only these; empty means all.
        mutate: also run the mutants of the reference.

    Raises:
        UsageError: the course has no such exercise.
    """
    ledger = _Ledger()
    try:
        everything = load_course(folder, theorems=THEOREMS, generators=GENERATORS)
        course = select(everything, exercises)
        sources = read_sources(course.file.reference)
        equivalents = read_equivalents(sources.folder)
    except CourseError as error:
        return _close(ledger, None, (), sort_flaws(list_flaws(error)))
    # Code is shared between exercises: what one cannot tell from the reference another may.
    examiners = _build_examiners(everything if mutate else course, sources, ledger)
    chosen = {number: examiner for number, examiner in examiners.items() if not exercises or number in exercises}
    for examiner in chosen.values():
        _prove(examiner, Copy(sources), ledger)
    if mutate:
        ledger.fates += survey_mutants(sources, examiners, equivalents, exercises)
        ledger.flaws += find_survivors(ledger.fates)
        if not exercises:
            ledger.flaws += judge_declarations(ledger.fates, equivalents)
    ledger.flaws += _find_idle(chosen, ledger)
    return _close(ledger, course, equivalents, sort_flaws(ledger.flaws))


def _build_examiners(course: Course, sources: Sources, ledger: _Ledger) -> dict[str, Examiner]:
    copy = Copy(sources)
    examiners: dict[str, Examiner] = {}
    for exercise in course.exercises:
        try:
            examiners[exercise.id] = Examiner(course, exercise, copy.module(f"exercise{exercise.id}"))
        except CourseError as error:
            ledger.flaws += list_flaws(error)
    return examiners


def _prove(examiner: Examiner, copy: Copy, ledger: _Ledger) -> None:
    """Try everything but mutants on one exercise."""
    for proof in PROOFS:
        ledger.flaws += proof(examiner)
    ledger.points += count_points(examiner)

    def find(module: str, name: str) -> Any:
        return getattr(copy.module(module), name)

    for made in make_mistakes(examiner, find):
        if isinstance(made, Made):
            ledger.tried["mistakes"] += 1
            ledger.mistakes.update(name for name, result in made.results.items() if is_caught(result))
        else:
            ledger.flaws.append(made)
    for _, results in try_wrong_answers(examiner):
        ledger.tried["wrong"] += 1
        caught = frozenset(name for name, result in results.items() if is_caught(result))
        ledger.wrong.update(caught)
        for name in caught:
            ledger.together.setdefault(name, []).append(caught)


def _find_idle(examiners: dict[str, Examiner], ledger: _Ledger) -> Iterator[Flaw]:
    """Yield the checks that nothing fails, and those that another check of the same answer makes idle."""
    mutants = _count_mutants(ledger)
    for examiner in examiners.values():
        checks = list(examiner.list_checks())
        for _, check, name in checks:
            if not mutants[name] + ledger.mistakes[name] + ledger.wrong[name]:
                yield Flaw("check.never_fails", name, "no wrong answer, known mistake or mutant was seen to fail it")
                continue
            if isinstance(check, InvariantCheck) or name not in ledger.together:
                continue
            rivals = {
                other
                for _, one, other in checks
                if one.answer == check.answer and other != name and not isinstance(one, InvariantCheck)
            }
            if all(caught & rivals for caught in ledger.together[name]):
                yield Flaw("check.redundant", name, f"whatever it catches, {' or '.join(sorted(rivals))} catches too")


def _count_mutants(ledger: _Ledger) -> Counter[str]:
    return Counter(name for fate in ledger.fates for name in fate.caught_by)


def _close(
    ledger: _Ledger, course: Course | None, equivalents: tuple[Equivalent, ...], flaws: tuple[Flaw, ...]
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
        fates=tuple(ledger.fates),
        equivalents=equivalents,
        flaws=flaws,
    )
