"""What is said of a class in a sentence: the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.verdict import ENDINGS
from grader.stats.numbers import ClassStats
from grader.stats.slopes import Direction, SlopeChart
from grader.stats.timing import RunStats

_ENDINGS: dict[str, str] = {**ENDINGS}
WAYS: dict[Direction, str] = {"up": "goes up", "down": "goes down", "level": "stays as it is"}


def describe_class(stats: ClassStats) -> str:
    """Return how large the class is, and how far it is graded and marked."""
    return f"Class of {stats.size} · {' · '.join(_list_states(stats))}"


def _list_states(stats: ClassStats) -> Iterator[str]:
    roll = stats.roll
    yield f"{stats.graded} graded"
    yield f"{len(roll.refused)} refused"
    yield f"{len(stats.ungraded)} not graded{' !' if stats.ungraded else ''}"
    if roll.absent:
        yield f"{len(roll.absent)} submitted nothing"
    if roll.outdated:
        yield f"{len(roll.outdated)} judged by another version of the course, left out"
    if roll.owed:
        yield f"{len(roll.owed)} with newer work that is not graded"
    yield f"{roll.waiting} {'text' if roll.waiting == 1 else 'texts'} to mark"


def describe_chart(chart: SlopeChart) -> str:
    """Return what a slope chart shows: how many of the students' lines go which way."""
    counts = {row.direction: row.accepted + row.refused for row in chart.rows}
    said = ", ".join(f"{WAYS[direction]} for {count}" for direction, count in counts.items() if count)
    refused = sum(row.refused for row in chart.rows)
    return (
        f"{chart.title}: from {chart.answers[0]} to {chart.answers[1]} it {said} "
        f"of {chart.count} students; {chart.count - refused} of {chart.count} are accepted"
    )


def show_seconds(seconds: float | None) -> str:
    """Return a time to two digits, with its unit."""
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s" if seconds >= 0.1 else "< 0.1 s"


def describe_runs(runs: RunStats) -> str:
    """Return how long the submissions of a class ran."""
    return (
        f"Cells and calls of {runs.count} {'student' if runs.count == 1 else 'students'} ran for "
        f"{show_seconds(runs.median_s)} in the median, 95 of 100 for at most {show_seconds(runs.p95_s)}, "
        f"the longest for {show_seconds(runs.longest_s)}."
    )


def name_ending(kind: str) -> str:
    """Return in words how code came to its end."""
    return _ENDINGS.get(kind, kind)
