"""Reports as JUnit XML, which CI services, editors and test viewers read. For students: never shows `detail`.

There is no official schema; the form is the one that testmoapp/junitxml describes. Wrong is a failure, our own fault
an error, and what was not attempted, rests on that or waits for a person is skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.sax.saxutils import quoteattr

from grader.model import CheckResult, ExerciseScore, Outcome, PartScore, Report
from grader.report.escape import escape
from grader.report.points import format_points

_ELEMENT: dict[Outcome, str] = {
    "fail": "failure",
    "ungraded": "error",
    "missing": "skipped",
    "blocked": "skipped",
    "review": "skipped",
}
# `escape` leaves no control character and no half surrogate pair; these are no characters of XML 1.0 either.
_NO_XML = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(reports: Sequence[Report], *, for_staff: bool = False) -> str:
    """Return one `testsuites` with a suite for each student and exercise and a case for each check.

    `for_staff`, its name says that this is for staff alone.
    """
    suites = [line for report in reports for exercise in report.exercises for line in _suite(report, exercise)]
    counts = _count([check for report in reports for exercise in report.exercises for check in _checks(exercise)])
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(name='grader, for staff alone' if for_staff else 'grader', **counts)}>",
    ]
    return "\n".join([*lines, *suites, "</testsuites>", ""])


def _suite(report: Report, exercise: ExerciseScore) -> Iterator[str]:
    name = f"{report.student}: exercise {exercise.id}"
    file = report.files[0] if report.files else ""
    yield f"  <testsuite{_attributes(name=name, **_count(_checks(exercise)), file=file)}>"
    yield from _properties("    ", exercise)
    for part in exercise.parts:
        for check in part.checks:
            yield from _case(report, part, check)
    yield "  </testsuite>"


def _case(report: Report, part: PartScore, check: CheckResult) -> Iterator[str]:
    named = _attributes(name=check.id, classname=f"{report.student}.{part.id}", assertions=1, time="0")
    yield f"    <testcase{named}>"
    yield "      <properties>"
    for name, points in (("score", check.score), ("max_score", check.max)):
        yield f"        <property{_attributes(name=name, value=format_points(points))}/>"
    yield "      </properties>"
    element = _ELEMENT.get(check.outcome)
    if element == "skipped":
        yield f"      <skipped{_attributes(message=check.message)}/>"
    elif element is not None:
        yield f"      <{element}{_attributes(message=check.message, type=check.mistake or check.code)}/>"
    yield "    </testcase>"


def _properties(indent: str, exercise: ExerciseScore) -> Iterator[str]:
    rows: dict[str, Fraction] = {
        "score": exercise.score,
        "max_score": exercise.max,
        "pending": exercise.pending,
        "ungraded": exercise.ungraded,
    }
    yield f"{indent}<properties>"
    for name, points in rows.items():
        yield f"{indent}  <property{_attributes(name=name, value=format_points(points))}/>"
    yield f"{indent}</properties>"


def _checks(exercise: ExerciseScore) -> list[CheckResult]:
    return [check for part in exercise.parts for check in part.checks]


def _count(checks: Sequence[CheckResult]) -> dict[str, int | str]:
    """Return the counts that suites carry. No time: the same report gives the same bytes."""
    elements = Counter(_ELEMENT.get(check.outcome) for check in checks)
    return {
        "tests": len(checks),
        "failures": elements["failure"],
        "errors": elements["error"],
        "skipped": elements["skipped"],
        "assertions": len(checks),
        "time": "0",
    }


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(_NO_XML.sub('?', escape(str(value))))}" for name, value in values.items())
