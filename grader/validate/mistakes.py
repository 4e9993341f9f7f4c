"""Every known mistake of every check, made alone by somebody who has everything else right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from grader.course import BaseCheck, MistakeUse
from grader.errors import CourseError
from grader.judge.compare import are_close
from grader.judge.rules import rule_of
from grader.judge.rules.close import CloseCheck
from grader.judge.rules.function import FunctionCheck
from grader.model import CheckResult
from grader.validate.harness import ExerciseHarness, Results, is_caught
from grader.validate.issues import Issue, list_issues
from grader.validate.targets import Targets, find_targets


@dataclass(frozen=True)
class Made:
    """A known mistake that was made: whose it is, and what the judge said of all checks."""

    check: str
    code: str
    results: Results


def make_mistakes(harness: ExerciseHarness) -> Iterator[Made | Issue]:
    """Yield every known mistake with what the judge says of it, and what is not as the course states."""
    alike = {(name, code) for name, *codes in _list_collisions(harness) for code in codes}
    for _, check, name in harness.list_checks():
        for use in list_uses(check):
            try:
                answer = _find_answer(harness, check, use)
            except CourseError as error:
                yield from list_issues(harness.oracle.place(error, harness.exercise.id))
                continue
            made = Made(name, use.code, harness.judge_with(**{check.answer: answer}))
            yield made
            if (name, use.code) not in alike:  # those are a problem by themselves, and are never recognised
                yield from _judge_made(made.results[name], use, _share(harness, use))


def list_uses(check: BaseCheck) -> tuple[MistakeUse, ...]:
    """Return the known mistakes that a check looks for."""
    uses: tuple[MistakeUse, ...] = getattr(check, "mistakes", ())
    return uses


def _find_answer(harness: ExerciseHarness, check: BaseCheck, use: MistakeUse) -> object:
    """Return what a student has who makes the mistake; the loader sees to it that the course says."""
    return rule_of(check).mistaken_answer(harness.answer_of(check.answer, use.wrong or ""))


def _share(harness: ExerciseHarness, use: MistakeUse) -> Fraction:
    return harness.catalogue[use.code].share if use.share is None else use.share


def _judge_made(result: CheckResult, use: MistakeUse, share: Fraction) -> Iterator[Issue]:
    """Yield how the verdict on a mistake differs from what the course promises."""
    if not is_caught(result):
        message = f"{use.code} passes: the tolerance cannot tell it from the truth, so it should not be listed"
        yield Issue("mistake.same_as_truth", result.id, message)
        return
    if result.mistake != use.code:
        said = result.mistake or f"no mistake ({result.code}: {result.detail or result.message})"
        yield Issue("mistake.not_recognised", result.id, f"{use.code}, made alone, is reported as {said}")
    elif result.score != share * result.max:
        message = f"{use.code}, made alone, earns {result.score} of {result.max}; {share * result.max} is stated"
        yield Issue("mistake.wrong_share", result.id, message)


def find_collisions(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield each pair of mistakes of one check that no answer can tell apart."""
    for name, first, second in _list_collisions(harness):
        message = f"{first} and {second} give the same answer: no report can say which of them was made"
        yield Issue("mistake.collision", name, message)


def _list_collisions(harness: ExerciseHarness) -> Iterator[tuple[str, str, str]]:
    """Yield the check and the two codes of each such pair."""
    for _, check, name in harness.list_checks():
        if not isinstance(check, CloseCheck | FunctionCheck):
            continue
        try:
            targets = find_targets(harness.oracle, harness.exercise.id, check, harness.specs[check.answer])
        except CourseError:
            continue  # named where the mistakes are made
        for first, second in combinations(targets.wrong, 2):
            if _coincide(targets, first, second):
                yield name, first, second


def _coincide(targets: Targets, first: str, second: str) -> bool:
    """Return whether two mistakes agree at every input at which both have a value."""
    pairs = [
        (one, two)
        for one, two in zip(targets.wrong[first], targets.wrong[second], strict=True)
        if one is not None and two is not None
    ]
    return bool(pairs) and all(are_close(one, two, targets.tolerance) for one, two in pairs)
