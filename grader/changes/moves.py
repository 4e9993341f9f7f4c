"""Whose points move when a student is judged again, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.changes.version import CourseVersion
from grader.model import CheckResult, Report


@dataclass(frozen=True)
class MovedCheck:
    """A check that gives other points than before, or waits for somebody where it did not, and the reasons.

    None stands for points that are not decided, or for a check that there is not. `why` are the changes that may have
    moved it, those of the check itself first.
    """

    id: str
    before: Fraction | None
    after: Fraction | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A student whose points move. The scores are those that the grader alone decides."""

    student: str
    before: Fraction
    after: Fraction
    checks: tuple[MovedCheck, ...]


def compare_reports(
    before: Report, after: Report, old: CourseVersion | None = None, new: CourseVersion | None = None
) -> Move | None:
    """Return how a student's points move from one report of a submission to another; None where they do not.

    Args:
        before: what was judged.
        after: what is judged now.
        old: the version of the course that judged before; None where it is not known.
        new: the one that judges now.
    """
    checks = tuple(_Comparison(before, after, old, new).list_moved())
    return Move(after.student, before.score, after.score, checks) if checks else None


class _Comparison:
    """Two reports of one submission, and the versions of the course that made them."""

    def __init__(self, before: Report, after: Report, old: CourseVersion | None, new: CourseVersion | None) -> None:
        self.before, self.after, self.old, self.new = before, after, old, new
        self.was, self.now = _index(before), _index(after)
        names = dict.fromkeys((*self.now, *self.was))  # in the order of the course
        self.moved = [name for name in names if _decided(self.was.get(name)) != _decided(self.now.get(name))]

    def list_moved(self) -> Iterator[MovedCheck]:
        for name in self.moved:
            before, after = self.was.get(name), self.now.get(name)
            results = [check for check in (before, after) if check is not None]
            yield MovedCheck(name, _decided(before), _decided(after), tuple(self._explain(name, results)))

    def _explain(self, name: str, results: Sequence[CheckResult]) -> Iterator[str]:
        """Yield what may have moved a check, the nearest first."""
        if any(check.outcome == "ungraded" for check in results):
            yield "one of the two was not graded because of a mistake on our side"
        elif self.before.course_sha256 == self.after.course_sha256:
            yield self._blame_program()
        elif self.old is None or self.new is None:
            yield f"not known: version {self.before.course_sha256[:12]} of the course was not kept"
        else:
            yield from self._explain_by_course(name, results, self.old, self.new)

    def _explain_by_course(
        self, name: str, results: Sequence[CheckResult], old: CourseVersion, new: CourseVersion
    ) -> Iterator[str]:
        mistakes = dict.fromkeys(check.mistake for check in results if check.mistake is not None)
        own = new.find_changes(old, [f"mistake {code}" for code in mistakes])
        if not own or len({check.mistake for check in results}) > 1:  # else the same mistake has another share
            own = [*new.find_changes(old, [f"check {name}"]), *own]
        answers = {answer for check in results for answer in check.because_of}
        earlier = [one for one in self.moved if one != name and (self.now.get(one) or self.was[one]).answer in answers]
        nearest = [*own, *([f"it follows from {', '.join(earlier)}"] if earlier else [])]
        yield from nearest or new.find_changes(old, new.list_shared(old)) or [self._blame_program()]

    def _blame_program(self) -> str:
        if self.before.grader != self.after.grader:
            return f"the grader itself: {self.before.grader} → {self.after.grader}"
        return "no change of the course explains it: the grader itself, or what students were given"


def _index(report: Report) -> dict[str, CheckResult]:
    return {check.id: check for check in report.list_checks()}


def _decided(check: CheckResult | None) -> Fraction | None:
    """Return a check's points; None where it is not there, or nobody has decided it."""
    return None if check is None or check.outcome in {"review", "ungraded"} else check.score
