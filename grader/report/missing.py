"""Why answers may be missing although somebody worked on them, from the code that was submitted.

What a call printed and which other names were set is no evidence, so no verdict, no code and no report for staff says
it: only what a student reads does, where the source is at hand. The students' own check says it in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from grader.judge.score import change_parts
from grader.model import AnswerEvidence, CheckResult, EmptyValue, Evidence, PartScore, Report, Returned
from numgrade_student.missing import describe_misspelt, describe_printing, find_meant
from numgrade_student.stops import find_assigned, find_printing


def explain_missing(report: Report, evidence: Evidence, sources: Iterable[str]) -> Report:
    """Return the report with a `hint` on missing answers that were printed, or set under a name like theirs.

    Args:
        report: the whole of it, for all names that are asked for are taken from it.
        evidence: what it was made of.
        sources: the code that was submitted.
    """
    checks = report.list_checks()
    names = dict.fromkeys(check.answer for check in checks if check.outcome == "missing" and check.kind != "text")
    if not names:
        return report
    asked = {check.answer for check in checks}
    hints = _find_hints(list(names), asked, evidence, list(sources))
    return change_parts(report, lambda part: _explain_part(part, hints))


def _find_hints(names: list[str], asked: set[str], evidence: Evidence, sources: list[str]) -> Mapping[str, str]:
    printing = set().union(*map(find_printing, sources))
    left = {one for one in set().union(*map(find_assigned, sources)) - asked if not one.startswith("_")}
    hints: dict[str, str] = {}
    for name in names:
        if any(_gives_nothing(run.answers.get(name)) for run in evidence.runs):
            hints |= {name: describe_printing(name)} if name in printing else {}
        elif (meant := find_meant(name, sorted(left))) is not None:
            left.discard(meant)
            hints[name] = describe_misspelt(name, meant)
    return hints


def _gives_nothing(answer: AnswerEvidence | None) -> bool:
    """Return whether some call of a function came back with None."""
    results = () if answer is None else answer.calls
    return any(isinstance(one, Returned) and one.value == EmptyValue(type="none") for one in results)


def _explain_part(part: PartScore, hints: Mapping[str, str]) -> PartScore:
    return replace(part, checks=tuple(_explain_check(check, hints) for check in part.checks))


def _explain_check(check: CheckResult, hints: Mapping[str, str]) -> CheckResult:
    hint = hints.get(check.answer, "") if check.outcome == "missing" else ""
    return replace(check, hint=hint) if hint else check
