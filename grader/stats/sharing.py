"""The class page for everybody: nothing of it says who somebody is, or counts students more exactly than by fives.

Every count is one of 0 to 4, 5 to 9, 10 to 14 …: a cell of fewer than five says "< 5", and of the others too nobody
learns the number, with which one could subtract. Where the counts of a row and of the class together would still narrow
one of them down, the whole row is left out. What remains keeps this promise:

    for every cell, each of the five numbers that it stands for is possible, given all rows of parts and scores and the
    size of the class.

Points lost, means and correlations are left out, for they would tell counts by a division; scores are in bins of five
students and more; curves, and lines of slope charts, are of a multiple of five of at least twenty students. Examples,
single checks, modules, times, marking, requests and what broke are for staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from grader.course import Course
from grader.model import PartStatus
from grader.release.spread import FEWEST_IN_A_BIN, Bin, join_bins, merge_small_bins
from grader.stats.curves import Drawn, Panel, build_panel
from grader.stats.facts import Facts
from grader.stats.numbers import ClassStats, Drawings, Roll, compute_stats
from grader.stats.slopes import Pair, SlopeChart, build_chart, list_inside

STEP = FEWEST_IN_A_BIN  # students that a count cannot tell apart
ENOUGH = 20  # students, and curves of a panel, below which nothing is shared


@dataclass(frozen=True)
class Group:
    """A count of students, known to lie between `low` and `low` + 4."""

    low: int

    @property
    def words(self) -> str:
        """The count as it is shown."""
        return f"< {STEP}" if self.low == 0 else f"{self.low}–{self.low + STEP - 1}"


@dataclass(frozen=True)
class SharedPart:
    """A part and how many students are in which state; None where that would say too much."""

    id: str
    title: str
    counts: Mapping[PartStatus, Group] | None


@dataclass(frozen=True)
class SharedBin:
    """Scores from `low` to `high`, in decimals, and how many students have one."""

    low: float
    high: float
    count: Group


@dataclass(frozen=True)
class SharedStats:
    """All that is shared. `count` is the number of students of whom everything is graded; None: too few."""

    title: str
    count: Group | None
    bins: tuple[SharedBin, ...] = ()
    lessons: tuple[tuple[str, tuple[str, ...], Group], ...] = ()
    parts: tuple[SharedPart, ...] = ()
    mistakes: tuple[tuple[str, tuple[str, ...], Group], ...] = ()
    theorems: tuple[tuple[str, Group], ...] = ()
    endings: tuple[tuple[str, Group], ...] = ()
    panels: tuple[Panel, ...] = ()
    charts: tuple[SlopeChart, ...] = ()


_NOTHING = Drawings()


def share(course: Course, facts: Sequence[Facts], drawn: Drawings = _NOTHING) -> SharedStats:
    """Return what may be shown to everybody: of the students alone of whom everything is graded."""
    graded = [one for one in facts if not one.is_ungraded]
    if len(graded) < ENOUGH:
        return SharedStats(course.file.title, None)
    names = {one.student for one in graded}
    curves = [one for one in drawn.curves if one.student in names]
    stats = compute_stats(course, graded, Roll(), drawn=Drawings(curves))
    bins = merge_bins(stats.scores.bins if stats.scores else (), len(graded))
    return SharedStats(
        title=stats.title,
        count=group(len(graded)),
        bins=tuple(SharedBin(float(one.low), float(one.high), group(one.count)) for one in bins),
        lessons=_keep_groups((one.title, one.parts[:1], group(one.students)) for one in stats.lessons),
        parts=tuple(_share_parts(stats)),
        mistakes=_keep_groups((one.title, (), group(one.count)) for one in stats.mistakes),
        theorems=tuple((one.title, group(one.count)) for one in stats.theorems if one.count >= STEP),
        endings=tuple((one.kind, group(one.count)) for one in stats.endings if one.count >= STEP),
        panels=tuple(_share_panels(stats.panels)),
        charts=tuple(_share_charts([one for one in drawn.pairs if one.student in names])),
    )


def group(count: int) -> Group:
    """Return the five numbers that a count is one of."""
    return Group(count - count % STEP)


def is_safe(counts: Iterable[int], total: int) -> bool:
    """Return whether a row of counts that add up to a total may be shown, each by its group, beside that of the total.

    Zeros do not help, for a reader may know which counts cannot occur. If k others are all the lowest of their five,
    their sum is R; all the highest, R + 4 k. Each can be any of its five for some total of the same group, and each
    such total is possible, exactly where the lowest total lies between R and R + 4 (k - 1).
    """
    there = [count for count in counts if count]
    lowest = sum(group(count).low for count in there)
    return lowest <= group(total).low <= lowest + (STEP - 1) * (len(there) - 1)


def merge_bins(bins: Sequence[Bin], total: int) -> tuple[Bin, ...]:
    """Return neighbouring bins joined until each holds five students, and all together may be shown."""
    merged = list(merge_small_bins(bins))
    while len(merged) > 1 and not is_safe((one.count for one in merged), total):
        least = min(range(len(merged) - 1), key=lambda k: merged[k].count + merged[k + 1].count)
        merged[least : least + 2] = [join_bins(merged[least], merged[least + 1])]
    return tuple(merged)


def _share_parts(stats: ClassStats) -> Iterator[SharedPart]:
    for row in stats.parts:
        shown: dict[PartStatus, Group] = {state: group(count) for state, count in row.counts.items()}
        safe = is_safe(row.counts.values(), stats.graded)
        yield SharedPart(row.id, row.title, shown if safe else None)


def _keep_groups(
    rows: Iterable[tuple[str, tuple[str, ...], Group]],
) -> tuple[tuple[str, tuple[str, ...], Group], ...]:
    """Return the rows of at least five students, by group and then by name: an order by points would tell more."""
    return tuple(sorted((row for row in rows if row[2].low), key=lambda row: (-row[2].low, row[0])))


def _share_panels(panels: Sequence[Panel]) -> Iterator[Panel]:
    """Yield the panels with curves of at least twenty students, accepted or refused, and nothing of whose they are."""
    for panel in panels:
        chosen = [one for verdict in (True, False) for one in _choose_curves(panel, is_accepted=verdict)]
        if chosen:
            yield replace(build_panel(chosen), curves=(), left_out=0)


def _share_charts(pairs: Sequence[Pair]) -> Iterator[SlopeChart]:
    """Yield the charts of those who went the same way with the same verdict, where they are at least twenty.

    Lines can be counted on the paper: each way and verdict is a count of its own, and its lines a multiple of five.
    """
    by_answers: dict[tuple[str, str], list[Pair]] = {}
    for one in pairs:
        by_answers.setdefault(one.answers, []).append(one)
    for found in by_answers.values():
        cells: dict[tuple[str, bool], list[Pair]] = {}
        for one in list_inside(found):  # how many leave the frame would be a count too
            cells.setdefault((one.direction, one.is_accepted), []).append(one)
        chosen = [one for cell in cells.values() for one in _choose_pairs(cell)]
        if chosen:
            yield _forget_students(build_chart(chosen, outliers=0))


def _choose_pairs(found: Sequence[Pair]) -> Sequence[Pair]:
    """Return a multiple of five of the pairs, chosen by their numbers alone; none of fewer than twenty."""
    return sorted(found, key=lambda one: one.numbers)[: group(len(found)).low] if len(found) >= ENOUGH else ()


def _forget_students(chart: SlopeChart) -> SlopeChart:
    """Return the chart without anybody's name, and without ways that are not shown, of which a zero would be wrong."""
    rows = (replace(row, students=()) for row in chart.rows if row.accepted or row.refused)
    return replace(chart, pairs=(), rows=tuple(rows))


def _choose_curves(panel: Panel, *, is_accepted: bool) -> Sequence[Drawn]:
    """Return the curves of a multiple of five students, chosen by the curves alone; none of fewer than twenty."""
    by_student: dict[str, list[Drawn]] = {}
    for one in panel.curves:
        if one.is_accepted is is_accepted:
            by_student.setdefault(one.student, []).append(one)
    if len(by_student) < ENOUGH:
        return ()
    ordered = sorted(by_student.values(), key=lambda curves: [(one.xs, one.ys) for one in curves])
    return list(chain.from_iterable(ordered[: group(len(ordered)).low]))
