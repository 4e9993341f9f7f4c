"""Whose points move from one report to another, and why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from grader.changes import CourseVersion, MovedCheck, compare_reports
from grader.judge.score import change_parts, sum_checks
from grader.model import Report
from tests.gradebook.conftest import build_report

OLD = CourseVersion("heat", "c1", {"check 1a.a": {"points": "3"}, "mistake bits": {"share": "1/2"}, "data/u.csv": "1"})
BEFORE = build_report(score=1)
AFTER = build_report(score=2, course_sha256="c2")


def change_check(report: Report, number: int, **changed: Any) -> Report:
    """Return the report with other facts of the check of a part, added up anew."""

    def change(part: Any) -> Any:
        if part.id != report.list_parts()[number].id:
            return part
        checks = (replace(part.checks[0], **changed),)
        return replace(part, checks=checks, **sum_checks(checks))

    return change_parts(report, change)


def explain(before: Report, after: Report, new: CourseVersion | None, old: CourseVersion | None = OLD) -> list[str]:
    """Return the reasons why the number moves."""
    move = compare_reports(before, after, old, new)
    assert move is not None
    return [reason for check in move.checks if check.id == "1a.a" for reason in check.why]


def build_new(**pieces: Any) -> CourseVersion:
    """Return the next version of the course with other pieces."""
    return replace(
        OLD, sha256="c2", pieces={**OLD.pieces, **{name.replace("__", " "): one for name, one in pieces.items()}}
    )


def test_nothing_moves() -> None:
    """The same points, in whatever words."""
    assert compare_reports(BEFORE, change_check(BEFORE, 0, message="other words")) is None


def test_points_of_a_check_move() -> None:
    """The check is named with what it gave and gives, and the student with both scores; the text is as it was."""
    move = compare_reports(BEFORE, AFTER)
    assert move is not None
    assert (move.student, move.before, move.after) == ("ada", 1, 2)
    (check,) = move.checks
    assert check == MovedCheck("1a.a", Fraction(1), Fraction(2), check.why)


def test_new_and_removed_checks_are_undecided_on_one_side() -> None:
    """So is what waits for somebody."""
    ungraded = change_check(BEFORE, 0, outcome="ungraded")
    renamed = change_check(BEFORE, 0, id="1a.b")
    for after, expected in ((ungraded, [("1a.a", 1, None)]), (renamed, [("1a.b", None, 1), ("1a.a", 1, None)])):
        move = compare_reports(BEFORE, after)
        assert move is not None
        assert [(one.id, one.before, one.after) for one in move.checks] == expected


def test_own_change_explains_it_first() -> None:
    """What else has changed is not told where the check itself has."""
    new = build_new(**{"check__1a.a": {"points": "2"}, "data/u.csv": "2"})
    assert explain(BEFORE, AFTER, new) == ["check 1a.a: points 3 → 2"]


def test_known_mistake_explains_it() -> None:
    """The one that was recognised before or is now."""
    after = change_check(AFTER, 0, mistake="bits")
    new = build_new(**{"mistake__bits": {"share": "3/4"}, "data/u.csv": "2"})
    assert explain(BEFORE, after, new) == ["mistake bits: share 1/2 → 3/4"]


def test_share_of_the_same_mistake_explains_it_alone() -> None:
    """The check is another one, too, but found the same mistake by it; where it did not, both are told."""
    before, after = (change_check(report, 0, mistake="bits") for report in (BEFORE, AFTER))
    new = build_new(**{"check__1a.a": {"points": "2"}, "mistake__bits": {"share": "3/4"}})
    assert explain(before, after, new) == ["mistake bits: share 1/2 → 3/4"]
    assert explain(BEFORE, after, new) == ["check 1a.a: points 3 → 2", "mistake bits: share 1/2 → 3/4"]


def test_earlier_answer_explains_it() -> None:
    """One that moved, too, and that the check was judged by."""
    after = change_check(change_check(AFTER, 0, because_of=("essay",)), 1, outcome="pass", score=Fraction(1))
    assert explain(BEFORE, after, build_new(**{"data/u.csv": "2"})) == ["it follows from 1b.essay"]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (build_new(**{"data/u.csv": "2"}), "data/u.csv changed"),
        (build_new(), "no change of the course explains it"),
        (None, "not known: version c1 of the course was not kept"),
    ],
)
def test_anything_else_is_named_as_it_is(new: CourseVersion | None, expected: str) -> None:
    """Shared code and data, nothing at all, or a version that nobody kept."""
    (reason,) = explain(BEFORE, AFTER, new)
    assert reason.startswith(expected)


def test_grader_itself_explains_it() -> None:
    """The course is the same; or it is our own fault."""
    (reason,) = explain(BEFORE, build_report(score=2, grader="1.1.0"), OLD)
    assert reason == "the grader itself: 1.0.0 → 1.1.0"
    (reason,) = explain(BEFORE, build_report(ungraded=True, course_sha256="c2"), build_new())
    assert reason == "one of the two was not graded because of a mistake on our side"
