"""Wrong answers of every kind, one at a time: is each check seen to fail, and does each catch something by itself?"""

from __future__ import annotations

from collections.abc import Iterator

from grader.course import Answer, BaseCheck
from grader.errors import CourseError
from grader.judge.rules import rule_of
from grader.judge.rules.base import Wrong
from grader.validate.evidence import Broken
from grader.validate.harness import ExerciseHarness, Results, is_caught
from grader.validate.issues import Issue

NOTHING = Broken(LookupError("the reference gives none"))


def try_wrong_answers(harness: ExerciseHarness) -> Iterator[tuple[str, Results]]:
    """Yield what the judge says of each wrong answer: the answer with what is wrong with it, and all results."""
    for part in harness.exercise.parts:
        for answer in part.answers:
            if isinstance(harness.namespace.get(answer.name, NOTHING), Broken):
                continue
            checks = [check for check in part.checks if check.answer == answer.name]
            for words, value in list_wrong(harness, answer, checks):
                yield f"{answer.name}: {words}", harness.judge_with(**{answer.name: value})


def find_passing(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield each check that passes a wrong answer which it names itself as one that it must not."""
    for _, check, name in harness.list_checks():
        for wrong, value in _list_named(harness, check):
            if not is_caught(harness.judge_with(**{check.answer: value})[name]):
                yield Issue("wrong.passes", name, f"{wrong} passes: expected the check to fail it")


def list_wrong(harness: ExerciseHarness, answer: Answer, checks: list[BaseCheck]) -> Iterator[Wrong]:
    """Yield wrong answers of the right form: those of each rule that judges the answer, and the course's own."""
    truth = harness.right[answer.name]
    seen: set[str] = set()
    for check in checks:
        for words, value in (*rule_of(check).wrong_examples(check, answer, truth), *_list_named(harness, check)):
            if words not in seen:
                seen.add(words)
                yield words, value


def _list_named(harness: ExerciseHarness, check: BaseCheck) -> Iterator[Wrong]:
    """Yield the wrong answers that a rule of the course's own names; what cannot be made is said elsewhere."""
    for name in rule_of(check).wrong_answers(check):
        try:
            yield name, harness.answer_of(check.answer, name)
        except CourseError:
            continue
