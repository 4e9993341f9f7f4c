"""How the scores of a finished class are spread: numbers that say nothing of any one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from grader.course import Assignment, Course
from grader.model import Report
from grader.release.stages import Stage, find_last_due, measure_left, shows_feedback, shows_scores

FEWEST_STUDENTS, FEWEST_IN_A_BIN = 20, 5
_BINS = 10


@dataclass(frozen=True)
class Bin:
    """How many students have from `low` to `high` points; `high` itself belongs to the last bin alone."""

    low: Fraction
    high: Fraction
    count: int


@dataclass(frozen=True)
class Spread:
    """The scores of an assignment: of so many students, in bins of at least `FEWEST_IN_A_BIN` of them each."""

    assignment: Assignment
    students: int
    bins: tuple[Bin, ...]

    def find_bin(self, report: Report) -> Bin | None:
        """Return the bin of a student's own score; None where it lies in none, being of another attempt."""
        score = _add_up(self.assignment, report)
        last = self.bins[-1]
        return next((one for one in self.bins if one.low <= score < one.high or score == one.high == last.high), None)


@dataclass(frozen=True)
class Spreads:
    """How an assignment's scores are spread: as feedback shows them, and before that, without people's marks."""

    marked: Spread | None
    unmarked: Spread | None


def measure_spreads(course: Course, reports: Sequence[tuple[Report, Report]], at: datetime) -> dict[str, Spreads]:
    """Return how the scores are spread, by assignment; of those alone that are finished by everybody.

    Args:
        course: with the assignments and their due moments.
        reports: of each student who submitted something, with people's marks and without.
        at: the moment.
    """
    left = measure_left(course, (marked for marked, _ in reports), at)
    return {
        assignment.id: Spreads(
            build_spread(assignment, [marked for marked, _ in reports]),
            build_spread(assignment, [unmarked for _, unmarked in reports]),
        )
        for assignment in course.assignments
        if not left[assignment.id].students and _is_due(assignment, at)
    }


def choose_spreads(
    course: Course, stages: Mapping[str, Stage] | None, spreads: Mapping[str, Spreads]
) -> tuple[Spread, ...]:
    """Return what a student at these stages sees of the class, in the order of the assignments."""
    return tuple(
        chosen
        for assignment in course.assignments
        if assignment.id in spreads and (chosen := _choose(assignment, stages, spreads[assignment.id])) is not None
    )


def build_spread(assignment: Assignment, reports: Sequence[Report]) -> Spread | None:
    """Return how the scores of an assignment are spread; None of few students, or where all have about the same.

    One bin of everybody would tell of each of them.
    """
    scores = [_add_up(assignment, report) for report in reports]
    most = max((_find_max(assignment, report) for report in reports), default=Fraction(0))
    if len(scores) < FEWEST_STUDENTS or not most:
        return None
    bins = merge_small_bins(_count(scores, most))
    return Spread(assignment, len(scores), bins) if len(bins) > 1 else None


def strip_report(report: Report) -> Report:
    """Return a report with the points of its exercises alone: of a large class, all that is measured is kept."""
    exercises = tuple(replace(exercise, parts=()) for exercise in report.exercises)
    return replace(report, exercises=exercises, notes=())


def _choose(assignment: Assignment, stages: Mapping[str, Stage] | None, spreads: Spreads) -> Spread | None:
    own = None if stages is None else [stages.get(exercise, "received") for exercise in assignment.exercises]
    if own is None or all(map(shows_feedback, own)):
        return spreads.marked
    return spreads.unmarked if all(map(shows_scores, own)) else None


def _is_due(assignment: Assignment, at: datetime) -> bool:
    """Return whether nobody works on it any more; without a due moment, nobody is known to."""
    return assignment.due is None or find_last_due(assignment, assignment.due) <= at


def _add_up(assignment: Assignment, report: Report) -> Fraction:
    return sum((one.score for one in report.exercises if one.id in assignment.exercises), Fraction(0))


def _find_max(assignment: Assignment, report: Report) -> Fraction:
    return sum((one.max for one in report.exercises if one.id in assignment.exercises), Fraction(0))


def _count(scores: Sequence[Fraction], most: Fraction) -> list[Bin]:
    """Return bins of equal width from 0 to the most that can be had."""
    edges = [most * index / _BINS for index in range(_BINS + 1)]
    places = [min(int(score * _BINS / most), _BINS - 1) for score in scores]
    return [Bin(edges[index], edges[index + 1], places.count(index)) for index in range(_BINS)]


def merge_small_bins(bins: Iterable[Bin]) -> tuple[Bin, ...]:
    """Return bins of which none holds fewer than may be told: those that do are joined to their neighbours."""
    merged: list[Bin] = []
    for one in bins:
        is_short = bool(merged) and merged[-1].count < FEWEST_IN_A_BIN
        merged.append(join_bins(merged.pop(), one) if is_short else one)
    if len(merged) > 1 and merged[-1].count < FEWEST_IN_A_BIN:
        last = merged.pop()
        merged.append(join_bins(merged.pop(), last))
    return tuple(merged)


def join_bins(one: Bin, other: Bin) -> Bin:
    """Return one bin in the place of two neighbours."""
    return Bin(one.low, other.high, one.count + other.count)
