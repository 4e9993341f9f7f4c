"""The theorems: asked wherever the reference claims them, claimed wherever they are asked, and true of the reference.

An invariant carries no points, so that nothing else would miss one that was deleted from a course.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.errors import CourseError
from grader.judge.claims import CannotTell, Floats, Slack
from grader.judge.compare import expect_numbers
from grader.judge.invariants import examine, find_theorem
from grader.model import Call
from grader.oracle import arguments_of
from grader.spec.model import InvariantCheck
from grader.validate.examiner import Examiner
from grader.validate.flaws import Flaw, list_flaws

REFERENCE_SLACK = Slack(1e-12)
CLAIMS = "THEOREMS"  # in a reference module: the names of the theorems that hold for an answer, by its name


def prove_theorems(examiner: Examiner) -> Iterator[Flaw]:
    """Yield what differs between the theorems that a course asks about and those that the reference claims."""
    claimed: dict[str, tuple[str, ...]] = getattr(examiner.module, CLAIMS, {})
    pairs = {(answer, theorem) for answer, theorems in claimed.items() for theorem in theorems}
    asked = {
        (check.answer, check.theorem): (name, check)
        for _, check, name in examiner.list_checks()
        if isinstance(check, InvariantCheck)
    }
    for answer, theorem in sorted(pairs - set(asked)):
        message = f"the reference claims {theorem} for {answer}, and no check asks for it"
        yield Flaw("theorem.not_asked", f"exercise {examiner.exercise.id}", message)
    for pair, (name, check) in asked.items():
        if pair not in pairs:
            message = f"{CLAIMS} of the reference does not list {check.theorem} for {check.answer}"
            yield Flaw("theorem.not_claimed", name, message)
        yield from _prove(examiner, name, check)


def _prove(examiner: Examiner, name: str, check: InvariantCheck) -> Iterator[Flaw]:
    def lookup(answer: str, call: Call | None) -> Floats:
        found = examiner.oracle.function(examiner.exercise.id, answer)(*(arguments_of(call) if call else ()))
        return expect_numbers(found).values

    try:
        claims = find_theorem(check.theorem, check.of).claims(check.of)
        finding = examine(claims, lookup, REFERENCE_SLACK)
    except CourseError as error:
        yield from list_flaws(error)
        return
    obstacle = finding.obstacle
    if finding.witness is not None:
        yield Flaw("theorem.broken", name, f"for the reference: {finding.witness}")
    elif isinstance(obstacle, CannotTell):
        yield Flaw("theorem.broken", name, f"cannot be asked of the reference: {obstacle}")
