"""Compares the submissions of a batch with one another, from what its output folder holds; runs and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.batch.lock import lock_output
from grader.batch.regrading import find_evidence
from grader.batch.store import read_evidence, read_sources
from grader.course import Course
from grader.errors import UsageError
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


@dataclass(frozen=True)
class Similar:
    """What was found, each pair side by side, and what could not be read and why."""

    found: Found
    views: tuple[PairView, ...]
    unusable: tuple[str, ...]


def compare_class(course: Course, out: Path, most: int) -> Similar:
    """Return at most so many pairs of the students in `out` who are too alike.

    Each submission is read once for its fingerprints, and those of the pairs a second time: no class has to fit into
    memory.

    Raises:
        UsageError: there is nothing in `out`, or a batch is writing to it.
    """
    vocabulary = build_vocabulary(course)
    unusable: list[str] = []
    with lock_output(out):
        folders: dict[str, Path] = {}
        digests: list[Digest] = []
        for folder, digest in _list_digests(out, vocabulary, unusable):
            if digest.student in folders:
                unusable.append(f"{folder}: {folders[digest.student]} is of the same student, {digest.student!r}")
                continue
            folders[digest.student] = folder
            digests.append(digest)
        found = find_pairs(digests, most)
        views = tuple(_view(pair, folders, vocabulary, found) for pair in found.pairs)
    return Similar(found, views, tuple(unusable))


def _list_digests(out: Path, vocabulary: Vocabulary, unusable: list[str]) -> Iterator[tuple[Path, Digest]]:
    for folder in find_evidence(out):
        try:
            evidence = read_evidence(folder)
            yield folder, build_digest(evidence.student, read_sources(folder, evidence), vocabulary)
        except UsageError as error:
            unusable.append(str(error))


def _view(pair: Pair, folders: dict[str, Path], vocabulary: Vocabulary, found: Found) -> PairView:
    first, second = (_read_pieces(folders[name], vocabulary) for name in (pair.first, pair.second))
    return view_pair(pair, (first, second), vocabulary, found.rare)


def _read_pieces(folder: Path, vocabulary: Vocabulary) -> list[Piece]:
    return list_pieces(read_sources(folder, read_evidence(folder)), vocabulary)
