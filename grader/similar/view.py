"""Two submissions side by side: which lines are alike, and the longest run of tokens that both have."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from grader.similar.digest import KINDS, LENGTHS, Kind, Piece, Vocabulary
from grader.similar.pairs import Pair

State = Literal["rare", "shared", ""]
_Hashes = Mapping[Kind, Sequence[Sequence[int]]]
_Marks = Mapping[Kind, frozenset[int]]
_Place = tuple[int, int]  # a piece, and a hash in it
_MOST_PLACES = 8  # at which a run may begin, as in a file of one line a thousand times
_MOST_RUNS = 64  # that are followed at once, the longest
_MOST_LINES = 400  # shown of one submission
_MOST_CHARACTERS = 400  # shown of a line


@dataclass(frozen=True)
class Line:
    """A line: `rare` where it is alike and counts, `shared` where many others have it too, '' where it is their own."""

    number: int
    text: str
    state: State


@dataclass(frozen=True)
class Passage:
    """A piece with something in it that is alike, and where it stands."""

    place: str
    part: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """The longest run of tokens of code in both: how many, and on which lines of which file of each."""

    tokens: int = 0
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Section:
    """What is alike in one part, side by side."""

    part: str
    first: tuple[Passage, ...]
    second: tuple[Passage, ...]


@dataclass(frozen=True)
class PairView:
    """A pair with what there is to see of it: in the parts that stand out, and elsewhere."""

    pair: Pair
    run: Run
    sections: tuple[Section, ...]
    elsewhere: Section


def view_pair(
    pair: Pair,
    sides: tuple[Sequence[Piece], Sequence[Piece]],
    vocabulary: Vocabulary,
    rare: _Marks,
) -> PairView:
    """Return a pair side by side.

    Args:
        pair: who.
        sides: the pieces of each.
        vocabulary: whose starter is nobody's own.
        rare: by kind, the fingerprints that few have.
    """
    first, second = (_hash(side) for side in sides)
    common = _list_common(first, second, vocabulary.starter)
    passages = [
        list(_list_passages(side, own, common, rare, pair.parts))
        for side, own in zip(sides, (first, second), strict=True)
    ]
    sections = tuple(
        Section(part, *(tuple(one for one in side if one.part == part) for side in passages)) for part in pair.parts
    )
    elsewhere = Section("", *(tuple(one for one in side if one.part not in pair.parts) for side in passages))
    run = _find_run(sides, first["code"], second["code"], vocabulary.starter["code"])
    return PairView(pair, run, sections, elsewhere)


def _hash(pieces: Sequence[Piece]) -> _Hashes:
    return {kind: [piece.hash(kind) for piece in pieces] for kind in KINDS}


def _list_common(first: _Hashes, second: _Hashes, starter: _Marks) -> _Marks:
    """Return what of both is not the starter's."""
    return {
        kind: frozenset(chain.from_iterable(first[kind])) & frozenset(chain.from_iterable(second[kind])) - starter[kind]
        for kind in KINDS
    }


def _list_passages(
    pieces: Sequence[Piece], own: _Hashes, common: _Marks, rare: _Marks, parts: Sequence[str]
) -> Iterator[Passage]:
    """Yield the pieces in which something counts, those of these parts first, as long as lines are left to show."""
    left = _MOST_LINES
    for number, piece in sorted(enumerate(pieces), key=lambda one: one[1].part not in parts):
        states = _find_states(piece, [own[kind][number] for kind in KINDS], common, rare)
        if "rare" in states.values() and left > 0:
            texts = piece.source.rstrip("\n").split("\n")[:left]
            left -= len(texts)
            lines = (
                Line(piece.line + at, text[:_MOST_CHARACTERS], states.get(at, "")) for at, text in enumerate(texts)
            )
            yield Passage(piece.place, piece.part, tuple(lines))


def _find_states(piece: Piece, hashes: Sequence[Sequence[int]], common: _Marks, rare: _Marks) -> Mapping[int, State]:
    """Return which lines of a piece are alike; what counts in one kind counts."""
    states: dict[int, State] = {}
    for kind, own in zip(KINDS, hashes, strict=True):
        for line, is_rare in _list_alike(piece, kind, own, common[kind], rare[kind]):
            states[line] = "rare" if is_rare else states.get(line, "shared")
    return states


def _list_alike(
    piece: Piece, kind: Kind, hashes: Sequence[int], common: frozenset[int], rare: frozenset[int]
) -> Iterator[tuple[int, bool]]:
    """Yield the lines of what both have, and whether it counts."""
    for at, one in enumerate(hashes):
        if one in common:
            yield from ((word.line, one in rare) for word in piece.words[kind][at : at + LENGTHS[kind]])


def _find_run(
    sides: tuple[Sequence[Piece], Sequence[Piece]],
    first: Sequence[Sequence[int]],
    second: Sequence[Sequence[int]],
    starter: frozenset[int],
) -> Run:
    """Return the longest run of hashes in a row that both have, none of them the starter's."""
    places: defaultdict[int, list[_Place]] = defaultdict(list)
    for number, hashes in enumerate(second):
        for at, one in enumerate(hashes):
            if one not in starter and len(places[one]) < _MOST_PLACES:
                places[one].append((number, at))
    best, ends = 0, ((0, 0), (0, 0))
    for number, hashes in enumerate(first):
        reached: Mapping[_Place, int] = {}
        for at, one in enumerate(hashes):
            reached = {} if one in starter else _go_on(reached, one, second, places.get(one, ()))
            for place, length in reached.items():
                if length > best:
                    best, ends = length, ((number, at), place)
    if not best:
        return Run()
    tokens = best + LENGTHS["code"] - 1
    told = [_tell(side[end[0]], end[1] - best + 1, tokens) for side, end in zip(sides, ends, strict=True)]
    return Run(tokens, told[0], told[1])


def _go_on(
    reached: Mapping[_Place, int], one: int, second: Sequence[Sequence[int]], starts: Sequence[_Place]
) -> Mapping[_Place, int]:
    """Return the runs that end with this hash, by where they end in the second: longer ones, and new ones."""
    runs = dict.fromkeys(starts, 1)
    for (number, at), length in reached.items():
        if at + 1 < len(second[number]) and second[number][at + 1] == one:
            runs[number, at + 1] = length + 1
    if len(runs) > _MOST_RUNS:
        return dict(heapq.nlargest(_MOST_RUNS, runs.items(), key=lambda run: run[1]))
    return runs


def _tell(piece: Piece, start: int, tokens: int) -> str:
    words = piece.words["code"][start : start + tokens]
    first, last = (piece.line + word.line for word in (words[0], words[-1]))
    return f"{piece.place}, line{'' if first == last else 's'} {first}{'' if first == last else f'–{last}'}"
