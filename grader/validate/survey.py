"""The mutants, run: which checks catch which, and which survive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Literal

from grader.errors import CourseError, Problem, TookTooLongError
from grader.reference import WHOLE, path_of
from grader.validate.copies import Copy, Sources, trace_lines
from grader.validate.equivalents import Equivalent
from grader.validate.evidence import keep_quiet, limit_time
from grader.validate.examiner import Examiner, is_caught
from grader.validate.flaws import Flaw
from grader.validate.mutants import Mutant, Statement, find_reached, list_mutants
from grader.validate.operators import RUNTIME

MUTANT_S = 5.0  # far more than any reference needs; only a mutant that does not end takes as long


Ending = Literal["answers", "raised", "timed_out"]
Status = Literal["killed", "alive", "equivalent"]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the exercises it could touch, and the checks that caught it."""

    mutant: Mutant
    exercises: tuple[str, ...]
    status: Status
    caught_by: tuple[str, ...]
    ending: Ending = "answers"
    is_same: bool = False  # every answer agrees with the reference's to 1e-9


def survey_mutants(
    sources: Sources,
    examiners: Mapping[str, Examiner],
    equivalents: Collection[Equivalent],
    wanted: Collection[str] = (),
) -> Iterator[Fate]:
    """Yield the fate of every mutant that some answer of the course can depend on.

    Args:
        sources: the reference.
        examiners: one for every exercise of the course.
        equivalents: what is declared.
        wanted: only mutants that these exercises depend on; others that share their code may still catch them.
    """
    base = Copy(sources, extra=RUNTIME)
    declared = {one.mutant for one in equivalents}
    places = list(list_mutants(sources))
    reached = {number: find_reached_by(sources, base, examiner, places) for number, examiner in examiners.items()}
    for statement, mutants in places:
        numbers = tuple(number for number in examiners if statement in reached[number])
        if numbers and (not wanted or not set(wanted).isdisjoint(numbers)):
            for mutant in mutants:
                yield _try(mutant, sources, base, {number: examiners[number] for number in numbers}, declared)


def find_reached_by(
    sources: Sources, base: Copy, examiner: Examiner, places: list[tuple[Statement, tuple[Mutant, ...]]]
) -> frozenset[Statement]:
    """Return the statements that some answer of an exercise depends on, found by running it once."""
    name = examiner.exercise.module
    if name not in sources.trees:  # an exercise of texts alone
        return frozenset()
    try:
        module = _load(base, name)
    except _DoesNotLoadError as error:
        cause = error.__cause__ or error
        problem = sources.reference.problem(cause, path_of(name), WHOLE)
        message = f"cannot be run from a copy, as mutants are: {problem.message}"
        raise CourseError([replace(problem, message=message)]) from error
    with trace_lines(sources) as lines:
        answers = examiner.answer(module)
    if not examiner.is_truth({**examiner.truth, **answers}):
        message = "gives other answers when it is loaded again: expected the same, as from a generator with a seed"
        raise CourseError([Problem(path_of(name), 1, WHOLE, message)])
    return find_reached(sources, [statement for statement, _ in places], lines)


def _try(
    mutant: Mutant, sources: Sources, base: Copy, examiners: Mapping[str, Examiner], declared: Collection[str]
) -> Fate:
    copy = Copy(sources, {mutant.statement.module: mutant.compile(sources)}, base, RUNTIME)
    caught: list[str] = []
    is_same = True
    ending: Ending = "answers"
    for examiner in examiners.values():
        try:
            with limit_time(MUTANT_S):
                answers = examiner.answer(_load(copy, examiner.exercise.module))
                caught += [name for name, result in examiner.judge(answers).items() if is_caught(result)]
                is_same = is_same and not caught and examiner.is_truth(answers)
        except TookTooLongError:
            ending = "timed_out"
        except _DoesNotLoadError:
            ending = "raised"
    is_dead = bool(caught) or ending != "answers"
    status: Status = "killed" if is_dead else "equivalent" if mutant.id in declared else "alive"
    return Fate(mutant, tuple(examiners), status, tuple(caught), ending, is_same and not is_dead)


class _DoesNotLoadError(Exception):
    """The changed module raises when it is imported."""


def _load(copy: Copy, module: str) -> ModuleType:
    """Return a module of a copy.

    Raises:
        _DoesNotLoadError: it raised when it ran.
    """
    try:
        with keep_quiet():
            return copy.module(module)
    except Exception as error:  # a mutant's module may raise anything when it runs
        raise _DoesNotLoadError from error


def find_survivors(fates: Collection[Fate]) -> Iterator[Flaw]:
    """Yield the mutants that pass every check and are not declared equivalent."""
    for fate in fates:
        if fate.status == "alive":
            where = f"exercise {', '.join(fate.exercises)}"
            place = f"{path_of(fate.mutant.statement.module)}:{fate.mutant.line}"
            yield Flaw("mutant.alive", where, f"{fate.mutant.id} ({fate.mutant.operator}) passes every check", place)


def judge_declarations(fates: Collection[Fate], equivalents: Collection[Equivalent]) -> Iterator[Flaw]:
    """Yield declarations that are not true, or that speak of nothing; all exercises must have been surveyed."""
    found = {fate.mutant.id: fate for fate in fates}
    for one in equivalents:
        fate = found.get(one.mutant)
        if fate is None:
            yield Flaw("equivalent.unknown", one.where, f"there is no mutant {one.mutant!r}")
        elif fate.status == "killed":
            by = ", ".join(fate.caught_by[:3]) or fate.ending
            yield Flaw("equivalent.caught", one.where, f"{one.mutant!r} is caught, by {by}")
        elif fate.is_same == (one.kind == "accepted"):
            said = "gives the reference's answers" if fate.is_same else "gives other answers than the reference"
            yield Flaw("equivalent.wrong_kind", one.where, f"{one.mutant!r} is declared {one.kind}, and {said}")
