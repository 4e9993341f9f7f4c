"""The invariants: asked wherever the reference claims them, claimed wherever they are asked, and true of the reference.

An invariant carries no points, so that nothing else would miss one that was deleted from a course.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.errors import CourseError
from grader.judge.compare import expect_numbers
from grader.judge.decoding import Numbers
from grader.judge.expectations import arguments_of
from grader.judge.rules.invariant import Inconclusive, InvariantCheck, Need, examine, list_instances
from grader.validate.harness import ExerciseHarness
from grader.validate.issues import Issue, list_issues

REFERENCE_SLACK = 1e-12
CLAIMS = "THEOREMS"  # in a reference module: the names of the theorems that hold for an answer, by its name


def verify_theorems(harness: ExerciseHarness) -> Iterator[Issue]:
    """Yield what differs between the theorems that a course asks about and those that the reference claims.

    A module that claims none claims nothing about claims: only what is asked is then held against the reference.
    """
    claimed: dict[str, tuple[str, ...]] | None = getattr(harness.module, CLAIMS, None)
    if claimed is not None and not isinstance(claimed, Mapping):
        message = f"{CLAIMS}: expected a dict of answers, each with a tuple of names, got {claimed!r:.80}"
        yield Issue("course.invalid", f"exercise {harness.exercise.id}", message)
        return
    pairs = {(answer, theorem) for answer, theorems in (claimed or {}).items() for theorem in theorems}
    asked = {
        (check.answer, check.theorem): (name, check)
        for _, check, name in harness.list_checks()
        if isinstance(check, InvariantCheck)
    }
    for answer, theorem in sorted(pairs - set(asked)):
        message = f"the reference claims {theorem} for {answer}, and no check asks for it"
        yield Issue("theorem.not_asked", f"exercise {harness.exercise.id}", message)
    for pair, (name, check) in asked.items():
        if claimed is not None and pair not in pairs:
            message = f"{CLAIMS} of the reference does not list {check.theorem} for {check.answer}"
            yield Issue("theorem.not_claimed", name, message)
        yield from _verify(harness, name, check)


def _verify(harness: ExerciseHarness, name: str, check: InvariantCheck) -> Iterator[Issue]:
    def lookup(need: Need) -> Numbers:
        answer, call = need
        found = harness.oracle.function(harness.exercise.id, answer)(*(arguments_of(call) if call else ()))
        return expect_numbers(found)

    try:
        slack = min(REFERENCE_SLACK, check.slack)
        instances = list_instances(check, harness.specs, harness.oracle, harness.cache, slack)
        examination = examine(check, instances, lookup, harness.specs)
    except CourseError as error:
        yield from list_issues(harness.oracle.place(error, harness.exercise.id))
        return
    obstacle = examination.obstacle
    if not instances:
        yield Issue("theorem.broken", name, "yields no instance: nothing is ever asked of a student")
    elif examination.counterexample is not None:
        yield Issue("theorem.broken", name, f"for the reference: {examination.counterexample}")
    elif isinstance(obstacle, Inconclusive):
        yield Issue("theorem.broken", name, f"cannot be asked of the reference: {obstacle}")
