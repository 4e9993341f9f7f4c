"""The mutants, run: which checks catch which, and which survive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Literal

from grader.copies import Copy, Sources, trace_lines
from grader.errors import CourseError, Problem, TookTooLongError
from grader.reference import WHOLE, path_of
from grader.validate.equivalents import Equivalent
from grader.validate.evidence import keep_quiet, limit_time
from grader.validate.harness import ExerciseHarness, is_caught
from grader.validate.issues import Issue
from grader.validate.mutants import Mutant, Statement, find_reached, list_mutants
from grader.validate.operators import RUNTIME

MUTANT_S = 5.0  # far more than any reference needs; only a mutant that does not end takes as long


Ending = Literal["answers", "raised", "timed_out"]
Status = Literal["killed", "alive", "equivalent"]


@dataclass(frozen=True)
class MutantResult:
    """What became of a mutant: the exercises it could touch, and the checks that caught it."""

    mutant: Mutant
    exercises: tuple[str, ...]
    status: Status
    caught_by: tuple[str, ...]
    ending: Ending = "answers"
    is_same: bool = False  # every answer agrees with the reference's to 1e-9


def run_mutants(
    sources: Sources,
    harnesses: Mapping[str, ExerciseHarness],
    equivalents: Collection[Equivalent],
    wanted: Collection[str] = (),
) -> Iterator[MutantResult]:
    """Yield the result of every mutant that some answer of the course can depend on.

    Args:
        sources: the reference.
        harnesses: one for every exercise of the course.
        equivalents: what is declared.
        wanted: only mutants that these exercises depend on; others that share their code may still catch them.
    """
    base = Copy(sources, extra=RUNTIME)
    declared = {one.mutant for one in equivalents}
    places = list(list_mutants(sources))
    reached = {number: find_reached_by(sources, base, harness, places) for number, harness in harnesses.items()}
    for statement, mutants in places:
        numbers = tuple(number for number in harnesses if statement in reached[number])
        if numbers and (not wanted or not set(wanted).isdisjoint(numbers)):
            for mutant in mutants:
                yield _try(mutant, sources, base, {number: harnesses[number] for number in numbers}, declared)


def find_reached_by(
    sources: Sources, base: Copy, harness: ExerciseHarness, places: list[tuple[Statement, tuple[Mutant, ...]]]
) -> frozenset[Statement]:
    """Return the statements that some answer of an exercise depends on, found by running it once."""
    name = harness.exercise.module
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
        answers = harness.answer(module)
    if not harness.is_truth({**harness.truth, **answers}):
        message = "gives other answers when it is loaded again: expected the same, as from a generator with a seed"
        raise CourseError([Problem(path_of(name), 1, WHOLE, message)])
    return find_reached(sources, [statement for statement, _ in places], lines)


def _try(
    mutant: Mutant, sources: Sources, base: Copy, harnesses: Mapping[str, ExerciseHarness], declared: Collection[str]
) -> MutantResult:
    copy = Copy(sources, {mutant.statement.module: mutant.compile(sources)}, base, RUNTIME)
    caught: list[str] = []
    is_same = True
    ending: Ending = "answers"
    for harness in harnesses.values():
        try:
            with limit_time(MUTANT_S):
                answers = harness.answer(_load(copy, harness.exercise.module))
                caught += [name for name, result in harness.judge(answers).items() if is_caught(result)]
                is_same = is_same and not caught and harness.is_truth(answers)
        except TookTooLongError:
            ending = "timed_out"
        except _DoesNotLoadError:
            ending = "raised"
    is_dead = bool(caught) or ending != "answers"
    status: Status = "killed" if is_dead else "equivalent" if mutant.id in declared else "alive"
    return MutantResult(mutant, tuple(harnesses), status, tuple(caught), ending, is_same and not is_dead)


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


def find_survivors(mutant_results: Collection[MutantResult]) -> Iterator[Issue]:
    """Yield the mutants that pass every check and are not declared equivalent."""
    for result in mutant_results:
        if result.status == "alive":
            where = f"exercise {', '.join(result.exercises)}"
            place = f"{path_of(result.mutant.statement.module)}:{result.mutant.line}"
            yield Issue(
                "mutant.alive",
                where,
                f"{result.mutant.id} ({result.mutant.operator}) passes every check",
                place,
            )


def judge_declarations(
    mutant_results: Collection[MutantResult], equivalents: Collection[Equivalent]
) -> Iterator[Issue]:
    """Yield declarations that are not true, or that speak of nothing; all exercises must have been surveyed."""
    found = {result.mutant.id: result for result in mutant_results}
    for one in equivalents:
        result = found.get(one.mutant)
        if result is None:
            yield Issue("equivalent.unknown", one.where, f"there is no mutant {one.mutant!r}")
        elif result.status == "killed":
            by = ", ".join(result.caught_by[:3]) or result.ending
            yield Issue("equivalent.caught", one.where, f"{one.mutant!r} is caught, by {by}")
        elif result.is_same == (one.kind == "accepted"):
            said = "gives the reference's answers" if result.is_same else "gives other answers than the reference"
            yield Issue("equivalent.wrong_kind", one.where, f"{one.mutant!r} is declared {one.kind}, and {said}")
