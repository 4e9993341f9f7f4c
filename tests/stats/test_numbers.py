"""Every number of the class page is the one that plain loops over the report.json files give."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from grader.course import Course
from grader.feedback import Work
from grader.feedback.causes import find_causes, rank_causes
from grader.model import Report
from grader.stats import Roll, compute_stats
from grader.stats.numbers import BINS
from tests.feedback.test_causes import build_without_half
from tests.stats.conftest import Class, compare_with_naive, compute_naively, read_facts

NOBODY = Roll()


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (2, 1), (7, 2), (19, 3), (20, 4), (40, 5), (90, 6)])
def test_numbers_of_random_classes(course: Course, draw_class: Class, count: int, seed: int) -> None:
    """Scores, parts, mistakes, endings and silent checks, for small classes and large ones."""
    reports = draw_class(count, seed)
    compare_with_naive(compute_stats(course, read_facts(course, reports), NOBODY), compute_naively(reports))


def test_theorems_are_counted_by_students(course: Course, draw_class: Class) -> None:
    """By the theorem's heading; where several checks state one, a student counts once. The shortest are shown."""
    reports = draw_class(40, 7)
    rows = compute_stats(course, read_facts(course, reports), NOBODY).theorems
    headings = {one.name: one.heading for one in course.file.invariants}
    theorem = {
        f"{part.id}.{check.id}": headings[getattr(check, "theorem", "")]
        for exercise in course.exercises
        for part in exercise.parts
        for check in part.checks
        if check.rule == "invariant"
    }
    broken: dict[str, set[str]] = {}
    said: dict[str, set[str]] = {}
    for report in reports:
        for check in report.list_checks():
            if check.kind == "invariant" and check.outcome == "fail":
                broken.setdefault(theorem[check.id], set()).add(report.student)
                said.setdefault(theorem[check.id], set()).add(check.message)
    assert {row.title: row.count for row in rows} == {title: len(students) for title, students in broken.items()}
    for row in rows:
        assert set(row.examples) <= said[row.title]
        assert max(map(len, row.examples)) <= min(
            len(text) for text in said[row.title] - set(row.examples) or {" " * 99}
        )


def test_lessons_add_up_what_causes_cost(course: Course, draw_class: Class, build_work: Callable[..., Work]) -> None:
    """No point is lost twice or forgotten: all causes of all students, and how many students each lesson has."""
    reports = draw_class(40, 8)
    lessons = compute_stats(course, read_facts(course, reports), NOBODY).lessons
    evidence = build_work({}).evidence
    costs = [cause.lost for report in reports for cause in rank_causes(find_causes(Work(course, report, evidence)))]
    assert sum(one.lost for one in lessons) == sum(costs)
    assert [one.lost for one in lessons] == sorted((one.lost for one in lessons), reverse=True)
    bits = next(one for one in lessons if one.title == "Title of bits_not_nats")
    made = [r.student for r in reports if any(c.mistake == "bits_not_nats" and c.max for c in r.list_checks())]
    assert bits.students <= len(set(made))


def test_one_forgotten_half_is_one_lesson(course: Course, build_work: Callable[..., Work]) -> None:
    """It shows in several checks of two parts, and is counted with all that it cost."""
    report = build_without_half(build_work).report
    (lesson, *_) = compute_stats(course, read_facts(course, [report]), NOBODY).lessons
    assert (lesson.title, lesson.students) == ("Total variation without its half", 1)
    assert lesson.parts == ("5a",)
    made = [check for check in report.list_checks() if check.id.endswith("tv") and check.outcome == "fail"]
    assert lesson.lost == sum((check.max - check.score for check in made), Fraction(0))


def test_nobody(course: Course) -> None:
    """An empty class has a size, and nothing else."""
    stats = compute_stats(course, [], NOBODY)
    assert (stats.size, stats.graded, stats.scores, stats.parts, stats.lessons) == (0, 0, None, (), ())


def test_one_student_has_no_distribution(course: Course, draw_class: Class) -> None:
    """Nor quartiles, nor a discrimination."""
    stats = compute_stats(course, read_facts(course, draw_class(1, 1, 0.0)), NOBODY)
    assert stats.scores is not None
    assert stats.scores.quartiles is None
    assert all(row.discrimination is None for row in stats.parts)


def test_everything_ungraded(course: Course, build_work: Callable[..., Work]) -> None:
    """It is told what broke, and of how many."""
    reports: list[Report] = [build_work({}, fault="the sandbox is gone", student=name).report for name in "abc"]
    stats = compute_stats(course, read_facts(course, reports), NOBODY)
    assert (stats.size, stats.graded, stats.ungraded, stats.scores) == (3, 0, ("a", "b", "c"), None)
    assert stats.broken
    assert stats.broken[0][1] == 3
    assert all(row.mean is None for row in stats.parts)


def test_class_counts_everybody(course: Course, draw_class: Class) -> None:
    """Who submitted nothing, was refused, or was judged by another version."""
    roll = Roll(absent=("x",), refused=(("y", "a link"),), outdated=("z",), owed=("student0",), waiting=2)
    assert compute_stats(course, read_facts(course, draw_class(4, 1)), roll).size == 7


@pytest.mark.parametrize("most", [Fraction(1, 8), Fraction(1), Fraction(79), Fraction(100), Fraction(12345, 7)])
def test_bins_are_round_and_few(most: Fraction) -> None:
    """Whatever the points of a course are."""
    from grader.stats.numbers import _choose_width

    width = _choose_width(most)
    assert most / width <= BINS
    assert str(float(width)).strip("0.")[0] in "125"


def test_halted_are_those_who_ran_into_a_limit(course: Course, draw_class: Class) -> None:
    """Not those whose code raised an exception."""
    reports = draw_class(30, 9)
    rows = {row.id: row.halted for row in compute_stats(course, read_facts(course, reports), NOBODY).parts}
    for part in reports[0].list_parts():
        expected = sum(
            any(
                c.code in {"run.timed_out", "run.out_of_memory"}
                for p in r.list_parts()
                if p.id == part.id
                for c in p.checks
            )
            for r in reports
        )
        assert rows[part.id] == expected
