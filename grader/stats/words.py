"""What is said of a class in a sentence: the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from grader.judge.verdict import ENDINGS
from grader.stats.numbers import ClassStats

_ENDINGS: dict[str, str] = {**ENDINGS}


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


def name_ending(kind: str) -> str:
    """Return in words how code came to its end."""
    return _ENDINGS.get(kind, kind)
