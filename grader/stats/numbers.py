"""The numbers of a class, from what is kept of its reports."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import get_args

import numpy as np
import numpy.typing as npt

from grader.course import Course
from grader.judge.rules.invariant import InvariantCheck
from grader.judge.score import add_points
from grader.model import PartStatus
from grader.release.spread import Bin
from grader.stats.curves import Drawn, Panel, build_panels
from grader.stats.facts import TEXT, CheckFact, Facts, PartFact
from grader.stats.slopes import Pair, SlopeChart, build_charts
from grader.stats.timing import RunStats, compute_medians, find_slow, summarize_runs
from grader.stats.unusual import list_unusual

FEWEST = 20  # students, below which a correlation says nothing
FEW = 5  # who attempted a check, below which it is too early to say that it says nothing
BINS = 20
EXAMPLES = 3  # of a theorem's inputs, and of what broke
STATES: tuple[PartStatus, ...] = get_args(PartStatus)
_HALTED = frozenset({"timed_out", "out_of_memory", "killed_by_signal", "exited"})
_HALTED_CALLS = frozenset({"call.timed_out", "call.lost"})


@dataclass(frozen=True)
class Roll:
    """Who is in the class beside those whose reports are counted."""

    absent: tuple[str, ...] = ()  # submitted nothing
    refused: tuple[tuple[str, str], ...] = ()  # and why; no earlier work of theirs counts
    outdated: tuple[str, ...] = ()  # judged by another version of the course, and left out
    owed: tuple[str, ...] = ()  # whose newer work we failed to grade, so that an earlier one counts
    waiting: int = 0  # texts that a person has to mark


@dataclass(frozen=True)
class Marked:
    """What one person marked of a text answer; kappa in words, where a part was marked twice."""

    part: str
    answer: str
    who: str
    count: int
    mean: Fraction
    kappa: str


@dataclass(frozen=True)
class Requested:
    """Requests for another look at a part or one answer of it: how many, how many wait, how many changed points."""

    about: str
    count: int
    waiting: int
    changed: int


@dataclass(frozen=True)
class Staff:
    """What people did beside the grader, and have to do."""

    marking: tuple[Marked, ...] = ()
    requests: tuple[Requested, ...] = ()


@dataclass(frozen=True)
class Drawings:
    """What students drew and estimated, and the pairs of their numbers that the course joins."""

    curves: Sequence[Drawn] = ()
    pairs: Sequence[Pair] = ()


@dataclass(frozen=True)
class Scores:
    """How the automatic points are distributed over the students of whom everything is graded."""

    count: int
    max: Fraction
    bins: tuple[Bin, ...]
    quartiles: tuple[Fraction, Fraction, Fraction] | None  # None for a single student


@dataclass(frozen=True)
class Lesson:
    """Why points were lost over the class. `parts` are those where it began, the most frequent first."""

    title: str
    parts: tuple[str, ...]
    students: int
    lost: Fraction


@dataclass(frozen=True)
class PartRow:
    """A part of the course over the class. `max` and `mean` are of automatic points; None where there are none.

    `halted` are the students whose code, or a call of whose function, ran into a limit or ended here; `median_s` is how
    long the cells of the part ran; `unusual` says in words what deserves a look.
    """

    id: str
    title: str
    max: Fraction
    mean: Fraction | None
    counts: Mapping[PartStatus, int]
    discrimination: float | None
    halted: int
    median_s: float | None
    unusual: tuple[str, ...] = ()


@dataclass(frozen=True)
class MistakeRow:
    """A known mistake over the class."""

    code: str
    title: str
    parts: tuple[str, ...]
    students: tuple[str, ...]
    count: int
    lost: Fraction


@dataclass(frozen=True)
class TheoremRow:
    """A theorem that students' own numbers violate, with the shortest things said of that."""

    title: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class SilentCheck:
    """A check that tells no two students apart: all who attempted it got all its points, or none of them."""

    id: str
    count: int
    is_right: bool


@dataclass(frozen=True)
class Ending:
    """How students' code came to a bad end, and of how many."""

    kind: str
    count: int


@dataclass(frozen=True)
class ClassStats:
    """All that the class page shows."""

    title: str
    size: int
    graded: int
    ungraded: tuple[str, ...]
    roll: Roll
    broken: tuple[tuple[str, int], ...]
    scores: Scores | None
    lessons: tuple[Lesson, ...]
    parts: tuple[PartRow, ...]
    mistakes: tuple[MistakeRow, ...]
    theorems: tuple[TheoremRow, ...]
    panels: tuple[Panel, ...]
    charts: tuple[SlopeChart, ...]
    silent: tuple[SilentCheck, ...]
    endings: tuple[Ending, ...]
    modules: tuple[tuple[str, int], ...]
    runs: RunStats | None
    marking: tuple[Marked, ...]
    requests: tuple[Requested, ...]


_NOBODY, _NOTHING = Staff(), Drawings()


def compute_stats(
    course: Course, facts: Sequence[Facts], roll: Roll, staff: Staff = _NOBODY, drawn: Drawings = _NOTHING
) -> ClassStats:
    """Return the numbers of a class.

    Args:
        course: by which all of it was judged.
        facts: of each student's attempt that counts.
        roll: who else is in the class.
        staff: who marked what, and which requests there are.
        drawn: what students drew and estimated.
    """
    graded = [one for one in facts if not one.is_ungraded]
    return ClassStats(
        title=course.file.title,
        size=len(facts) + len(roll.absent) + len(roll.refused) + len(roll.outdated),
        graded=len(graded),
        ungraded=tuple(one.student for one in facts if one.is_ungraded),
        roll=roll,
        broken=_count(message for one in facts for message in one.broken)[:EXAMPLES],
        scores=_distribute(graded),
        lessons=_rank_lessons(facts),
        parts=_build_parts(course, facts, graded),
        mistakes=_build_mistakes(course, facts),
        theorems=_build_theorems(course, facts),
        panels=build_panels(drawn.curves),
        charts=build_charts(drawn.pairs),
        silent=tuple(_find_silent(facts)),
        endings=tuple(Ending(kind, count) for kind, count in _count_endings(facts)),
        modules=_count(name for one in facts for name in one.modules),
        runs=summarize_runs(facts),
        marking=staff.marking,
        requests=staff.requests,
    )


def _count(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return names and how often each comes, the most frequent first, then by name."""
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


# ---------------------------------------------------------------- scores


def _distribute(graded: Sequence[Facts]) -> Scores | None:
    if not graded:
        return None
    most = max(add_points(part.max for part in one.parts) for one in graded)
    if not most:
        return None
    width = _choose_width(most)
    last = -(-most // width) - 1
    counts = Counter(min(one.score // width, last) for one in graded)
    bins = tuple(Bin(k * width, min((k + 1) * width, most), counts[k]) for k in range(last + 1))
    scores = [one.score for one in graded]
    quartiles = statistics.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else None
    return Scores(len(graded), most, bins, None if quartiles is None else (quartiles[0], quartiles[1], quartiles[2]))


def _choose_width(most: Fraction) -> Fraction:
    """Return the smallest round width of which no more than `BINS` cover all points."""
    width = Fraction(1, 100)
    while True:
        for step in (1, 2, 5):
            if most <= BINS * step * width:
                return step * width
        width *= 10


# ---------------------------------------------------------------- parts


def _build_parts(course: Course, facts: Sequence[Facts], graded: Sequence[Facts]) -> tuple[PartRow, ...]:
    rows: dict[str, list[PartFact]] = {}
    for one in facts:
        for part in one.parts:
            rows.setdefault(part.id, []).append(part)
    halted = Counter(part for one in facts for part in {check.part for check in one.checks if _is_halted(check)})
    separate, medians = _discriminate(graded), compute_medians(facts)
    slow = find_slow(medians)
    built = [
        _build_part(part.title, rows[part.id], separate.get(part.id), halted[part.id], medians.get(part.id))
        for exercise in course.exercises
        for part in exercise.parts
        if part.id in rows
    ]
    return tuple(
        replace(row, unusual=tuple(list_unusual(row.counts, row.discrimination, len(graded), slow.get(row.id))))
        for row in built
    )


def _build_part(
    title: str, found: Sequence[PartFact], discrimination: float | None, halted: int, median_s: float | None
) -> PartRow:
    decided = [one for one in found if not one.is_ungraded]
    most = max(one.max for one in found)
    mean = add_points(one.score for one in decided) / len(decided) if decided and most else None
    counts = Counter[PartStatus](one.status for one in found)
    by_state = {state: counts[state] for state in STATES}
    return PartRow(found[0].id, title, most, mean, by_state, discrimination, halted, median_s)


def _is_halted(check: CheckFact) -> bool:
    return check.run in _HALTED or check.code in _HALTED_CALLS


def _discriminate(graded: Sequence[Facts]) -> dict[str, float | None]:
    """Return of each part the correlation of its points with those of all others; None without spread or students."""
    pairs: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for one in graded:
        for part in one.parts:
            pairs.setdefault(part.id, []).append((part.score, one.score - part.score))
    return {part: _correlate(found) for part, found in pairs.items() if len(found) >= FEWEST}


def _correlate(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Return Pearson's correlation, from -1 to 1; None where either side is constant."""
    if len({x for x, _ in pairs}) == 1 or len({y for _, y in pairs}) == 1:
        return None
    matrix: npt.NDArray[np.float64] = np.asarray(np.corrcoef(np.array(pairs, dtype=np.float64), rowvar=False))
    return float(matrix[0, 1])


# ---------------------------------------------------------------- why points were lost


def _rank_lessons(facts: Sequence[Facts]) -> tuple[Lesson, ...]:
    """Return why points were lost, the most costly first; equal ones by name."""
    found: dict[tuple[str, ...], list[tuple[str, str, str, Fraction]]] = {}
    for one in facts:
        for cause in one.causes:
            found.setdefault(cause.key, []).append((one.student, cause.title, cause.part, cause.lost))
    lessons = [
        Lesson(
            title=min(title for _, title, _, _ in rows),
            parts=tuple(name for name, _ in _count(part for _, _, part, _ in rows)),
            students=len({student for student, _, _, _ in rows}),
            lost=add_points(lost for _, _, _, lost in rows),
        )
        for rows in found.values()
    ]
    return tuple(sorted(lessons, key=lambda one: (-one.lost, one.title)))


def _build_mistakes(course: Course, facts: Sequence[Facts]) -> tuple[MistakeRow, ...]:
    titles = {mistake.code: mistake.title for mistake in course.file.mistakes}
    found: dict[str, list[tuple[str, CheckFact]]] = {}
    for one in facts:
        for check in one.checks:
            if check.mistake:
                found.setdefault(check.mistake, []).append((one.student, check))
    places = {part.id: index for index, part in enumerate(p for one in course.exercises for p in one.parts)}
    rows = []
    for code, made in found.items():
        students = tuple(sorted({student for student, _ in made}))
        parts = sorted({check.part for _, check in made}, key=lambda part: (places.get(part, len(places)), part))
        lost = add_points(check.max - check.score for _, check in made)
        rows.append(MistakeRow(code, titles.get(code, code), tuple(parts), students, len(students), lost))
    return tuple(sorted(rows, key=lambda row: (-row.count, -row.lost, row.code)))


def _build_theorems(course: Course, facts: Sequence[Facts]) -> tuple[TheoremRow, ...]:
    names = {
        f"{part.id}.{check.id}": check.theorem
        for exercise in course.exercises
        for part in exercise.parts
        for check in part.checks
        if isinstance(check, InvariantCheck)
    }
    headings = {one.name: one.heading for one in course.file.invariants}
    said: dict[str, dict[str, set[str]]] = {}  # by theorem, then by student
    for one in facts:
        for check, message in one.violations:
            said.setdefault(names.get(check, check), {}).setdefault(one.student, set()).add(message)
    rows = [
        TheoremRow(headings.get(name, name), len(students), _choose_examples(set().union(*students.values())))
        for name, students in said.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.title)))


def _choose_examples(messages: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(messages, key=lambda text: (len(text), text))[:EXAMPLES])


# ---------------------------------------------------------------- checks and runs


def _find_silent(facts: Sequence[Facts]) -> Iterable[SilentCheck]:
    earned: dict[str, list[CheckFact]] = {}
    for one in facts:
        for check in one.checks:
            if check.max and check.kind != TEXT and check.outcome in {"pass", "fail"}:
                earned.setdefault(check.id, []).append(check)
    for name, found in earned.items():
        if len(found) < FEW:
            continue
        if all(check.score == check.max for check in found):
            yield SilentCheck(name, len(found), is_right=True)
        elif not any(check.score for check in found):
            yield SilentCheck(name, len(found), is_right=False)


def _count_endings(facts: Sequence[Facts]) -> tuple[tuple[str, int], ...]:
    return _count(kind for one in facts for kind in {check.run for check in one.checks if check.run})
