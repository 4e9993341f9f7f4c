"""What the class page keeps of one report: little, and shared between students who got the same."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar, cast

from grader.course import Course
from grader.feedback.causes import INVARIANT, Cause, Placed, find_causes, rank_causes
from grader.feedback.items import name_check
from grader.feedback.work import Work
from grader.judge.score import add_points
from grader.judge.verdict import ENDINGS
from grader.model import Category, CheckResult, Evidence, Outcome, PartScore, PartStatus, Report, RunTimes

TEXT = "text"
MESSAGE = 300  # characters of what is quoted
_IMPORTS = frozenset({"ModuleNotFoundError", "ImportError"})
_MODULE = re.compile(r"No module named '(\w+(?:\.\w+)*)'", re.ASCII)
_MODULE_LENGTH = 40
_REASONS: dict[Category, str] = {
    "crashed": "a call of it failed",
    "malformed": "not of the form that is asked for",
    "nearly": "nearly right",
    "blocked": "rests on an answer that is not there",
}
T = TypeVar("T", bound=Hashable)


class CheckFact(NamedTuple):
    """A verdict on one check. `run` is how the code came to its end that assigns the answer; empty where it did not."""

    part: str
    id: str
    kind: str
    outcome: Outcome
    category: Category
    code: str
    score: Fraction
    max: Fraction
    mistake: str
    run: str


class PartFact(NamedTuple):
    """A part, as far as the grader alone decides it: points of all checks but those of texts."""

    id: str
    status: PartStatus
    score: Fraction
    max: Fraction
    is_ungraded: bool


class CauseFact(NamedTuple):
    """Why points were lost; the same for all students who lost theirs for the same reason. `part`: where it began."""

    key: tuple[str, ...]
    title: str
    part: str
    lost: Fraction


@dataclass(frozen=True)
class Facts:
    """One student's report, as the class page counts it. `violations` are theorems' checks and what was said."""

    student: str
    is_ungraded: bool
    score: Fraction
    parts: tuple[PartFact, ...]
    checks: tuple[CheckFact, ...]
    causes: tuple[CauseFact, ...]
    violations: tuple[tuple[str, str], ...]
    modules: tuple[str, ...]  # that could not be imported
    broken: tuple[str, ...]  # why something is not graded
    times: RunTimes | None = None  # of the run that the report rests on, where they were kept


class Reader:
    """Takes from reports of a course what is counted. What many students have in common is kept once."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._known: dict[Hashable, Hashable] = {}

    def read(self, report: Report, times: RunTimes | None = None) -> Facts:
        """Return the facts of a report as the grader alone made it, without people's marks."""
        checks = [(part.id, check) for part in report.list_parts() for check in part.checks]
        return Facts(
            student=report.student,
            is_ungraded=report.ungraded > 0,
            score=add_points(check.score for _, check in checks if check.kind != TEXT),
            parts=tuple(self._share(_build_part(part)) for part in report.list_parts()),
            checks=tuple(self._share(_build_check(part, check)) for part, check in checks),
            causes=tuple(self._share(cause) for cause in self._list_causes(report)),
            violations=tuple((check.id, check.message[:MESSAGE]) for _, check in checks if _is_violation(check)),
            modules=tuple(sorted({name for _, check in checks if (name := _find_module(check))})),
            broken=tuple(dict.fromkeys(_explain(check) for _, check in checks if check.outcome == "ungraded")),
            times=times,
        )

    def _share(self, fact: T) -> T:
        return cast("T", self._known.setdefault(fact, fact))

    def _list_causes(self, report: Report) -> Iterator[CauseFact]:
        # Causes are found in the report and the course alone.
        evidence = Evidence(
            schema="grader/evidence/v1",
            student=report.student,
            files=report.files,
            submission_sha256=report.submission_sha256,
            probes_sha256="",
            isolation="full",
        )
        work = Work(self.course, report, evidence)
        for cause in rank_causes(find_causes(work)):
            yield _build_cause(work, cause)


def _build_part(part: PartScore) -> PartFact:
    checks = [check for check in part.checks if check.kind != TEXT]
    score, most = add_points(check.score for check in checks), add_points(check.max for check in checks)
    return PartFact(part.id, part.status, score, most, part.ungraded > 0)


def _build_check(part: str, check: CheckResult) -> CheckFact:
    run = "" if check.cause is None else check.cause.kind
    return CheckFact(
        part, check.id, check.kind, check.outcome, check.category, check.code, check.score, check.max,
        check.mistake or "", run,
    )  # fmt: skip


def _build_cause(work: Work, cause: Cause) -> CauseFact:
    one = cause.checks[0]
    return CauseFact(*_name_cause(work, one), one.part, cause.lost)


def _name_cause(work: Work, one: Placed) -> tuple[tuple[str, ...], str]:
    """Return what students who lost points for the same reason have in common, and what it is called."""
    check = one.check
    if check.cause is not None:
        return ("run", check.cause.kind), f"Code that {ENDINGS[check.cause.kind]}"
    if check.mistake is not None:
        return ("mistake", check.mistake), check.title or check.mistake
    return ("answer", check.id, check.category), f"{name_check(work, one)}: {_name_reason(one)}"


def _name_reason(one: Placed) -> str:
    return _REASONS.get(one.check.category, "wrong, by no known mistake")


def _is_violation(check: CheckResult) -> bool:
    return check.kind == INVARIANT and check.outcome == "fail"


def _find_module(check: CheckResult) -> str:
    """Return the module that code stopped at which is not there; empty where it did not."""
    if check.cause is None or check.cause.error not in _IMPORTS:
        return ""
    found = _MODULE.search(f"{check.message} {check.detail}")
    return found[1][:_MODULE_LENGTH] if found else "something"


def _explain(check: CheckResult) -> str:
    return (check.detail or check.message)[:MESSAGE]
