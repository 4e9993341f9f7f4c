"""Every known mistake of every check, made alone by somebody who has everything else right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeAlias

from grader.errors import CourseError
from grader.judge.compare import are_close
from grader.model import CheckResult
from grader.spec.model import CloseCheck, ExactCheck, ExpressionCheck, FunctionCheck, MistakeUse
from grader.validate.examiner import Examiner, Results, is_caught
from grader.validate.flaws import Flaw, list_flaws
from grader.validate.targets import Targets, find_targets

# What makes a mistake that is a rule and not one value, where the exercise has no `<answer>__<code>` of its own: a
# module of the reference, and its function.
EXAMPLES = {"smoothing_hides_inf": ("mistakes", "smoothed_kl")}

Mistakable: TypeAlias = CloseCheck | ExactCheck | ExpressionCheck | FunctionCheck
Find = Callable[[str, str], Any]  # a function of the reference, by module and name


@dataclass(frozen=True)
class Made:
    """A known mistake that was made: whose it is, and what the judge said of all checks."""

    check: str
    code: str
    results: Results


def make_mistakes(examiner: Examiner, find: Find) -> Iterator[Made | Flaw]:
    """Yield every known mistake with what the judge says of it, and what is not as the course states."""
    for _, check, name in examiner.list_checks():
        if not isinstance(check, Mistakable):
            continue
        for use in check.mistakes:
            try:
                answer = _find_answer(examiner, check, use, find)
            except CourseError as error:
                yield from list_flaws(error)
                continue
            if answer is None:
                yield Flaw("mistake.no_rule", name, f"{use.code} has no `wrong`, and no example of it is known")
                continue
            made = Made(name, use.code, examiner.judge_with(**{check.answer: answer}))
            yield made
            yield from _judge_made(made.results[name], use, _share(examiner, use))


def _find_answer(examiner: Examiner, check: Mistakable, use: MistakeUse, find: Find) -> object | None:
    """Return what a student has who makes the mistake; None where the course does not say."""
    if use.wrong is None:
        example = getattr(examiner.module, f"{check.answer}__{use.code}", None)
        return example or (find(*EXAMPLES[use.code]) if use.code in EXAMPLES else None)
    if isinstance(check, FunctionCheck):
        return examiner.oracle.function(examiner.exercise.id, use.wrong)
    return examiner.oracle.value(examiner.exercise.id, use.wrong)


def _share(examiner: Examiner, use: MistakeUse) -> Fraction:
    return examiner.catalogue[use.code].share if use.share is None else use.share


def _judge_made(result: CheckResult, use: MistakeUse, share: Fraction) -> Iterator[Flaw]:
    """Yield how the verdict on a mistake differs from what the course promises."""
    if not is_caught(result):
        message = f"{use.code} passes: the tolerance cannot tell it from the truth, so it should not be listed"
        yield Flaw("mistake.same_as_truth", result.id, message)
        return
    if result.mistake != use.code:
        said = result.mistake or f"no mistake ({result.code}: {result.detail or result.message})"
        yield Flaw("mistake.not_recognised", result.id, f"{use.code}, made alone, is reported as {said}")
    if result.score != share * result.max:
        message = f"{use.code}, made alone, earns {result.score} of {result.max}; {share * result.max} is stated"
        yield Flaw("mistake.wrong_share", result.id, message)


def find_collisions(examiner: Examiner) -> Iterator[Flaw]:
    """Yield each pair of mistakes of one check that no answer can tell apart."""
    for _, check, name in examiner.list_checks():
        if not isinstance(check, CloseCheck | ExpressionCheck | FunctionCheck):
            continue
        try:
            targets = find_targets(examiner.oracle, examiner.exercise.id, check)
        except CourseError:
            continue  # named where the mistakes are made
        for first, second in combinations(targets.wrong, 2):
            if _coincide(targets, first, second):
                message = f"{first} and {second} give the same answer: no report can say which of them was made"
                yield Flaw("mistake.collision", name, message)


def _coincide(targets: Targets, first: str, second: str) -> bool:
    """Return whether two mistakes agree at every input at which both have a value."""
    pairs = [
        (one, two)
        for one, two in zip(targets.wrong[first], targets.wrong[second], strict=True)
        if one is not None and two is not None
    ]
    return bool(pairs) and all(are_close(one, two, targets.tolerance) for one, two in pairs)
