"""What everybody may see tells nobody's name, and no count within its group of five."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.course import Course
from grader.model import RunTimes
from grader.release.spread import Bin
from grader.stats import Drawings, Drawn, Facts, Pair, render_json, render_page, render_text, share
from grader.stats.sharing import ENOUGH, STEP, SharedStats, group, is_safe, merge_bins
from tests.stats.conftest import Class, compute_naively, read_facts


def possible(lows: list[int], total_low: int) -> list[set[int]]:
    """Return what each count of a row can be, by trying all: given the groups, and that the counts add up."""
    totals = range(total_low, total_low + STEP)
    rows = itertools.product(*(range(low, low + STEP) for low in lows))
    fitting = [row for row in rows if sum(row) in totals]
    return [{row[k] for row in fitting} for k in range(len(lows))]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_safe_rows_leave_all_five_numbers_possible(width: int) -> None:
    """By trying every row that there can be, and only where the rule says so."""
    seen = set()
    for counts in itertools.product([1, 3, 4, 5, 7, 9, 10, 12, 14], repeat=width):
        lows, total_low = [group(one).low for one in counts], group(sum(counts)).low
        every = all(len(values) == STEP for values in possible(lows, total_low))
        assert is_safe(counts, sum(counts)) == every, counts
        seen.add(every)
    assert seen == ({True} if width == 1 else {True, False})


def test_zeros_do_not_make_a_row_safe() -> None:
    """A reader may know that none of a part's checks gives half its points: then these zeros hide nothing."""
    assert is_safe([58, 0, 2, 0], 60) is False
    assert is_safe([62, 0, 2, 0], 64) is True


@pytest.mark.parametrize("seed", range(5))
def test_page_leaves_every_count_open(course: Course, draw_class: Class, seed: int) -> None:
    """Held against the reports: each group holds the true count, and no row narrows one down, for one class size."""
    reports = [one for one in draw_class(64 + seed, seed) if one.ungraded == 0]
    naive = compute_naively(reports)
    shared = share(course, read_facts(course, reports))
    assert shared.count is not None
    assert shared.count.low <= len(reports) < shared.count.low + STEP
    shown = 0
    for part in shared.parts:
        if part.counts is None:
            continue
        shown += 1
        true = naive["parts"][part.id]["counts"]
        assert all(one.low <= true.get(state, 0) < one.low + STEP for state, one in part.counts.items())
        lows = [one.low for state, one in part.counts.items() if true.get(state)]
        assert all(len(values) == STEP for values in possible(lows, shared.count.low))
    assert shown
    lows = [one.count.low for one in shared.bins]
    assert all(low >= STEP for low in lows)
    assert lows[0] <= shared.count.low
    assert sum(lows) <= shared.count.low <= sum(lows) + (STEP - 1) * (len(lows) - 1)


@pytest.mark.parametrize("seed", range(20))
def test_bins_are_joined_until_they_are_safe(seed: int) -> None:
    """Each holds five students, all of them together everybody, and the row may be shown."""
    rng = random.Random(seed)
    counts = [rng.choice([0, 0, 1, 2, 4, 8, 20]) for _ in range(16)] + [20]
    bins = [Bin(Fraction(5 * k), Fraction(5 * k + 5), count) for k, count in enumerate(counts)]
    merged = merge_bins(bins, sum(counts))
    assert sum(one.count for one in merged) == sum(counts)
    assert all(one.count >= STEP for one in merged)
    assert is_safe([one.count for one in merged], sum(counts))
    assert [one.high for one in merged[:-1]] == [one.low for one in merged[1:]]
    assert (merged[0].low, merged[-1].high) == (bins[0].low, bins[-1].high)


def test_causes_of_few_are_not_named(course: Course, draw_class: Class) -> None:
    """Mistakes, theorems, causes and endings of fewer than five students are not there at all."""
    reports = draw_class(30, 3, 0.0)
    shared = share(course, read_facts(course, reports))
    rare = share(course, read_facts(course, [*draw_class(1, 3, 0.0), *(_perfect(one) for one in reports[1:])]))
    groups = [one for *_, one in (*shared.lessons, *shared.mistakes, *shared.theorems, *shared.endings)]
    assert groups
    assert min(one.low for one in groups) >= STEP
    assert (rare.lessons, rare.mistakes, rare.theorems, rare.endings) == ((), (), (), ())


def _perfect(report: object) -> object:
    from grader.judge.score import change_parts, sum_checks

    def mend(part: object) -> object:
        checks = tuple(
            replace(c, outcome="pass", category="right", score=c.max, mistake=None, cause=None)
            if c.kind != "text"
            else c
            for c in part.checks
        )
        return replace(part, checks=checks, status="pass", **sum_checks(checks))

    return change_parts(report, mend)


@pytest.mark.parametrize("count", [0, 1, ENOUGH - 1])
def test_small_classes_share_nothing(course: Course, draw_class: Class, count: int) -> None:
    """Those who are not graded do not help."""
    shared = share(course, read_facts(course, draw_class(count, 1, 0.0)))
    assert shared == SharedStats(course.file.title, None)
    assert "nothing is shared" in render_page(shared)
    assert "nothing is shared" in render_text(shared, width=100, color=False)
    assert json.loads(render_json(shared))["count"] is None


def draw_curves(count: int, *, is_accepted: bool = True, each: int = 1) -> list[Drawn]:
    """Return curves of so many students."""
    xs = tuple(k / 10 for k in range(10))
    return [
        Drawn("5a", "ex5_figure", "", "", f"student{index}", is_accepted, xs, tuple(x + index + k for x in xs))
        for index in range(count)
        for k in range(each)
    ]


@pytest.mark.parametrize(("count", "drawn"), [(19, 0), (20, 20), (24, 20), (25, 25), (33, 30)])
def test_curves_of_a_multiple_of_five_students(course: Course, draw_class: Class, count: int, drawn: int) -> None:
    """From twenty on, so that nobody counts students on the paper; whose they are is not told."""
    shared = share(course, read_facts(course, draw_class(40, 1, 0.0)), Drawings(draw_curves(count)))
    assert sum(panel.accepted for panel in shared.panels) == drawn
    assert all(panel.who == () and panel.curves == () for panel in shared.panels)


def test_refused_curves_need_twenty_students_too(course: Course, draw_class: Class) -> None:
    """Two dashed curves among thirty would be two students."""
    facts = read_facts(course, draw_class(60, 1, 0.0))
    few = [*draw_curves(30), *draw_curves(2, is_accepted=False)]
    (panel,) = share(course, facts, Drawings(few)).panels
    assert (panel.accepted, panel.refused) == (30, 0)
    (panel,) = share(course, facts, Drawings([*draw_curves(30), *draw_curves(21, is_accepted=False)])).panels
    assert (panel.accepted, panel.refused) == (30, 20)


def test_curves_of_who_is_not_graded_are_not_shared(course: Course, draw_class: Class) -> None:
    """They would be counted beside a class that they are not in."""
    graded = draw_class(40, 1, 0.0)
    others = [replace(one, student=f"other{k}", ungraded=Fraction(1)) for k, one in enumerate(graded)]
    facts = read_facts(course, [*graded, *others])
    assert [one.is_ungraded for one in facts].count(True) == 40
    curves = [replace(one, student=f"other{k}") for k, one in enumerate(draw_curves(30))]
    assert share(course, facts, Drawings(curves)).panels == ()


def test_curves_of_a_figure_are_counted_by_students(course: Course, draw_class: Class) -> None:
    """Four lines of each of ten are not forty students."""
    facts = read_facts(course, draw_class(40, 1, 0.0))
    assert share(course, facts, Drawings(draw_curves(10, each=4))).panels == ()


def test_nothing_of_a_single_student_is_there(course: Course, draw_class: Class) -> None:
    """No name, no words of theirs, no module, no check alone, no link; in no format."""
    reports = [replace(one, student=f"zoe {index} marker") for index, one in enumerate(draw_class(60, 2, 0.0))]
    facts = [replace(one, times=RunTimes(total_s=17.0, parts_s={"5b": 17.0})) for one in read_facts(course, reports)]
    pairs = [replace(one, student=report.student) for one, report in zip(draw_pairs(60), reports, strict=True)]
    shared = share(course, facts, Drawings(draw_curves(40), pairs))
    assert shared.charts
    for text in (render_page(shared), render_json(shared), render_text(shared, width=100, color=False)):
        for word in ("zoe", "student1", "pandas", "torch", "at input", "href", "a.ipynb", "gone", "17 s", ": who"):
            assert word not in text, word


def draw_pairs(count: int, *, first: float = 1.0, last: float = 2.0, is_accepted: bool = True) -> list[Pair]:
    """Return pairs of numbers of so many students, whose names tell which way they go."""
    name = f"pair{last:+g}{is_accepted}"
    return [
        Pair("Forward", ("ex5_a", "ex5_b"), f"{name}{k}", is_accepted, (first, last + k / 1000 * (last - first)))
        for k in range(count)
    ]


def share_pairs(course: Course, pairs: list[Pair]) -> SharedStats:
    """Return what is shared of a class of those whose pairs these are."""
    facts = read_facts(course, [])
    names = sorted({one.student for one in pairs})
    graded = [Facts(name, False, Fraction(0), (), (), (), (), (), ()) for name in names]
    return share(course, [*facts, *graded], Drawings(pairs=pairs))


@pytest.mark.parametrize(("count", "drawn"), [(19, 0), (20, 20), (24, 20), (25, 25)])
def test_lines_of_a_multiple_of_five_students(course: Course, count: int, drawn: int) -> None:
    """From twenty on that go the same way, and none of the few that go another; nobody's name is there."""
    few = [*draw_pairs(19, last=0.5), *draw_pairs(19, last=2.5, is_accepted=False), *draw_pairs(4, last=1.0)]
    charts = share_pairs(course, [*draw_pairs(count), *few]).charts
    assert sum(chart.count for chart in charts) == drawn
    for chart in charts:
        assert [(row.accepted, row.refused) for row in chart.rows] == [(drawn, 0)]
        assert (len(chart.accepted_runs), len(chart.refused_runs)) == (drawn, 0)
        assert (chart.pairs, chart.outside) == ((), 0)
        assert all(row.students == () for row in chart.rows)


def test_every_way_and_verdict_is_a_count_of_its_own(course: Course) -> None:
    """Each of twenty and more is there, by fives."""
    pairs = [*draw_pairs(23), *draw_pairs(21, last=0.5), *draw_pairs(26, last=2.5, is_accepted=False)]
    (chart,) = share_pairs(course, pairs).charts
    assert [(row.accepted, row.refused) for row in chart.rows] == [(20, 25), (20, 0)]


def test_how_many_leave_the_frame_is_not_told(course: Course) -> None:
    """Two outliers are neither drawn nor counted: eighteen others of their way and verdict are fewer than twenty."""
    refused = draw_pairs(20, last=2.5, is_accepted=False)
    wild = [*refused[:18], *(replace(one, numbers=(1.0, 1e6)) for one in refused[18:])]
    (chart,) = share_pairs(course, [*draw_pairs(20), *wild]).charts
    assert [(row.accepted, row.refused) for row in chart.rows] == [(20, 0)]
    assert (chart.outside, len(chart.accepted_runs), chart.refused_runs) == (0, 20, ())
    (chart,) = share_pairs(course, [*draw_pairs(20), *refused]).charts
    assert [(row.accepted, row.refused) for row in chart.rows] == [(20, 20)]


def test_pairs_of_who_is_not_graded_are_not_shared(course: Course, draw_class: Class) -> None:
    """Nor do they help others over the twenty."""
    facts = read_facts(course, draw_class(40, 1, 0.0))
    assert share(course, facts, Drawings(pairs=draw_pairs(30))).charts == ()
