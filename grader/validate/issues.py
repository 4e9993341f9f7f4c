"""What validation finds wrong with a course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grader.errors import CourseError

CODES: dict[str, str] = {
    "course.invalid": "a file of the course, or the reference, cannot be used as it is",
    "validation.stopped": "something that nobody foresaw kept an exercise from being tried",
    "reference.not_full": "the reference's own answer does not pass this check",
    "reference.points": "the reference does not earn all points that the grader decides",
    "starter.points": "the untouched starter earns points",
    "starter.not_missing": "something counts as attempted where nothing was filled in",
    "wrong.passes": "a check passes a wrong answer that its own `wrong` names",
    "mistake.not_recognised": "a known mistake, made alone, is not named by the report",
    "mistake.wrong_share": "a known mistake, made alone, earns another share than the course states",
    "mistake.same_as_truth": "a known mistake is listed where the tolerance cannot tell it from the truth",
    "mistake.collision": "two known mistakes of one check give the same answer",
    "mistake.from_differs": "a mistake on the right earlier answers is not what the mistake gives by itself",
    "mistake.from_unreachable": "a mistake is never recognised on a student's own wrong earlier answers",
    "tolerance.below_error": "a tolerance is not clearly wider than the reference's certified error",
    "tolerance.too_wide": "a tolerance comes closer than a fifth of the way to the nearest known wrong answer",
    "follow_through.unreachable": "no wrong earlier answer lets a consistent later one earn its points",
    "theorem.not_asked": "the reference claims a theorem that the course does not ask about",
    "theorem.not_claimed": "the course asks about a theorem that the reference does not claim",
    "theorem.broken": "a theorem does not hold for the reference within 1e-12",
    "check.never_fails": "no wrong answer and no mutant was seen to fail this check",
    "check.redundant": "whatever this check catches, another check of the same answer catches too",
    "check.pays_ignorance": "this check pays somebody who knows nothing, and its answer does not say why it may",
    "guessable.not_paid": "an answer is declared guessable, and nobody is paid for guessing it",
    "variant.constant_differs": "a datum that is drawn is printed with another value than the reference has",
    "variant.unusable": "of some draws of other data for an exercise none can be used",
    "variant.ambiguous": "data that a student was given would be rejected now",
    "mutant.alive": "a mutant of the reference passes every check and is not declared equivalent",
    "equivalent.unknown": "a mutant is declared equivalent that does not exist",
    "equivalent.wrong_kind": "a mutant is declared to give the same answers and does not, or the other way round",
    "equivalent.caught": "a mutant is declared equivalent that some check catches",
}


@dataclass(frozen=True)
class Issue:
    """One thing that does not hold: a stable code of `CODES`, the part, check or file, and what was seen there.

    `place` is the file and line at which a check, part or exercise is written.
    """

    code: str
    where: str
    message: str
    place: str = field(default="", compare=False)


def list_issues(error: CourseError) -> Iterator[Issue]:
    """Yield what the loader or the oracle found, as issues."""
    for problem in error.problems:
        yield Issue("course.invalid", f"{problem.file}:{problem.line}", f"{problem.key}: {problem.message}")


def sort_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return issues without repeats, in the order of `CODES`, each group in the order it was found."""
    order = list(CODES)
    return tuple(sorted(dict.fromkeys(issues), key=lambda issue: order.index(issue.code)))
