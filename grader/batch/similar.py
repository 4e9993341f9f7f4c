"""Compares the submissions of a class with one another, from what a batch left; runs and judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.batch.lock import lock_output
from grader.batch.regrading import find_evidence
from grader.batch.store import read_evidence, read_sources
from grader.course import Course
from grader.errors import UsageError
from grader.model import Cell
from grader.similar import (
    Digest,
    Found,
    Pair,
    PairView,
    Vocabulary,
    build_digest,
    build_vocabulary,
    find_pairs,
    list_pieces,
    view_pair,
)
from grader.similar.digest import Piece

Cells = Mapping[str, tuple[Cell, ...]]  # by file


@dataclass(frozen=True)
class Similar:
    """What was found, each pair side by side, and what could not be read and why."""

    found: Found
    views: tuple[PairView, ...]
    unusable: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """One student's kept work: where it lies, and how name and cells are read. `read` raises `UsageError`."""

    place: str
    read: Callable[[], tuple[str, Cells]]


def compare_folder(course: Course, out: Path, most: int) -> Similar:
    """Return at most so many pairs of the students in `out`, the output of a batch, who are too alike.

    Raises:
        UsageError: there is nothing in `out`, or a batch is writing to it.
    """
    with lock_output(out):
        return compare_class(course, (Kept(str(one), partial(_read_folder, one)) for one in find_evidence(out)), most)


def compare_class(course: Course, works: Iterable[Kept], most: int) -> Similar:
    """Return at most so many pairs who are too alike; one whose work cannot be read leaves the others compared.

    Each work is read once for its fingerprints, and those of the pairs a second time: no class has to fit into memory.
    """
    vocabulary = build_vocabulary(course)
    unusable: list[str] = []
    by_student: dict[str, Kept] = {}
    digests: list[Digest] = []
    for work in works:
        try:
            student, cells = work.read()
        except UsageError as error:
            unusable.append(str(error))
            continue
        if student in by_student:
            unusable.append(f"{work.place}: {by_student[student].place} is of the same student, {student!r}")
            continue
        by_student[student] = work
        digests.append(build_digest(student, cells, vocabulary))
    found = find_pairs(digests, most)
    views = tuple(_view(pair, by_student, vocabulary, found) for pair in found.pairs)
    return Similar(found, views, tuple(unusable))


def _read_folder(folder: Path) -> tuple[str, Cells]:
    evidence = read_evidence(folder)
    return evidence.student, read_sources(folder, evidence)


def _view(pair: Pair, works: Mapping[str, Kept], vocabulary: Vocabulary, found: Found) -> PairView:
    first, second = (_list_pieces(works[name], vocabulary) for name in (pair.first, pair.second))
    return view_pair(pair, (first, second), vocabulary, found.rare)


def _list_pieces(work: Kept, vocabulary: Vocabulary) -> list[Piece]:
    return list_pieces(work.read()[1], vocabulary)
