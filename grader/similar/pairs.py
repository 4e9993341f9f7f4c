"""Pairs of a class that are more alike than the class is, by what few others have.

All solve the same short exercises, so much is alike by nature. What many have is left out; of the rest, a fingerprint
counts by how rare it is: 1 where two have it, less the more have it, as the squares of inverse document frequencies do
in the cosine of two texts. A pair's share is what both have of what one of them has, counted so: a copy keeps a large
share however many copied it.

Who copies half of the exercises has an honest half that hides it. So the parts are taken together that are most alike,
as many as make the pair stand out most: from one part to all of them.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.similar.digest import KINDS, Digest, Kind

# Chosen by what honest and planted pairs reach in generated classes; docs/similar.md has the numbers.
LEAST_RANK = 0.5
LIKE_NOTHING = 20.0  # counted as if it were not shared: all of a short function is less than most of many
LEAST_RARE = LIKE_NOTHING * LEAST_RANK / (1 - LEAST_RANK)  # who shares less cannot reach the rank
_WHOLE = ""


@dataclass(frozen=True)
class Alike:
    """How much of the first one's own the second has, and the reverse, from 0 to 1."""

    first: float = 0.0
    second: float = 0.0


@dataclass(frozen=True)
class Match:
    """How alike two students are in one kind: on the whole, in the parts that stand out, and how much these do."""

    whole: Alike = Alike()
    parts: Mapping[str, Alike] = field(default_factory=dict)
    rank: float = 0.0


@dataclass(frozen=True)
class Pair:
    """Two students, in the order of their names, and how alike their code and their texts are."""

    first: str
    second: str
    code: Match
    text: Match

    @property
    def rank(self) -> float:
        """How much they stand out: by what they have most in common. The limit for being listed is one on this."""
        return max(self.code.rank, self.text.rank)

    @property
    def order(self) -> float:
        """What the list is sorted by: both kinds together, so that who is alike in all stands above who is in one."""
        return 1 - (1 - self.code.rank) * (1 - self.text.rank)

    @property
    def parts(self) -> list[str]:
        """The parts that stand out, in either kind."""
        return sorted(self.code.parts.keys() | self.text.parts.keys())


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        students: how many were compared.
        count: how many pairs are alike.
        pairs: the first of them.
        rare: what counted, by kind.
        cut: who was not read to the end, and up to where.
    """

    students: int
    count: int
    pairs: tuple[Pair, ...]
    rare: Mapping[Kind, frozenset[int]]
    cut: Mapping[str, str]


@dataclass
class _Side:
    """The index of one kind: who has which fingerprint, what it counts, and how much each student has by part."""

    holders: Mapping[int, Sequence[int]]  # of the fingerprints that 2 or more have, and not too many
    weights: Sequence[float]  # by how many have it
    own: list[Mapping[str, float]] = field(default_factory=list)


def find_limit(students: int) -> int:
    """Return how many students may have a fingerprint before it says nothing.

    A quarter of the class, at least 6 (a group that worked together) and at most 60 (it bounds the work); of a small
    class half, at least 2.
    """
    return max(2, min(students // 2, max(6, students // 4), 60))


def weigh(holders: int, students: int) -> float:
    """Return what a fingerprint counts that so many of the students have: 1 for one or two of them."""
    return 1.0 if holders <= 2 else (math.log(students / holders) / math.log(students / 2)) ** 2


def find_pairs(digests: Sequence[Digest], most: int) -> Found:
    """Return the pairs to look at first, at most so many, the most alike first."""
    digests = sorted(digests, key=lambda one: one.student)
    limit = find_limit(len(digests))
    weights = [weigh(holders, len(digests)) for holders in range(limit + 1)]
    sides = {kind: _build_side([one.marks[kind] for one in digests], weights) for kind in KINDS}
    best: list[Pair] = []
    count = 0
    for at in range(len(digests)):
        compared = (_compare(digests, sides, at, other) for other in _list_candidates(digests, sides, at))
        alike = [pair for pair in compared if pair.rank >= LEAST_RANK]
        count += len(alike)
        best = heapq.nsmallest(most, [*best, *alike], key=lambda pair: (-pair.order, pair.first, pair.second))
    rare = {kind: frozenset(side.holders) for kind, side in sides.items()}
    cut = {one.student: one.end for one in digests if one.end}
    return Found(len(digests), count, tuple(best), rare, cut)


def _build_side(marks: Sequence[Mapping[int, str]], weights: Sequence[float]) -> _Side:
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for at, own in enumerate(marks):
        for one in own:
            holders[one].append(at)
    side = _Side({one: found for one, found in holders.items() if 1 < len(found) < len(weights)}, weights)
    for own in marks:
        amounts: defaultdict[str, float] = defaultdict(float)
        for one, part in own.items():
            if len(holders[one]) < len(weights):
                for name in {_WHOLE, part}:
                    amounts[name] += weights[len(holders[one])]
        side.own.append(amounts)
    return side


def _list_candidates(digests: Sequence[Digest], sides: Mapping[Kind, _Side], at: int) -> Iterator[int]:
    """Yield who comes after this student and shares enough with them, in either kind: never all with all."""
    found: set[int] = set()
    for kind, side in sides.items():
        rare: defaultdict[int, float] = defaultdict(float)
        for one in digests[at].marks[kind]:
            holders = side.holders.get(one, ())
            for other in holders:
                if other > at:
                    rare[other] += side.weights[len(holders)]
        found |= {other for other, amount in rare.items() if amount >= LEAST_RARE}
    yield from sorted(found)


def _compare(digests: Sequence[Digest], sides: Mapping[Kind, _Side], at: int, other: int) -> Pair:
    code, text = (
        _match(_sum_shared(side, digests[at].marks[kind], digests[other].marks[kind]), side.own[at], side.own[other])
        for kind, side in sides.items()
    )
    return Pair(digests[at].student, digests[other].student, code, text)


def _match(shared: Mapping[str, float], mine: Mapping[str, float], others: Mapping[str, float]) -> Match:
    if not shared:
        return Match()
    alike = {part: Alike(amount / mine[part], amount / others[part]) for part, amount in shared.items()}
    less = {part: min(mine[part], others[part]) for part in shared}  # of who has less, nearly all may be in the other
    order = sorted(shared.keys() - {_WHOLE}, key=lambda part: (-shared[part] / less[part], part))
    ranks, amount, of = [_rank(shared[_WHOLE], less[_WHOLE])], 0.0, 0.0
    for part in order:
        amount, of = amount + shared[part], of + less[part]
        ranks.append(_rank(amount, of))
    best = max(ranks)
    if best < LEAST_RANK:
        return Match(alike[_WHOLE], {}, best)
    chosen = order[: ranks.index(best)] or [part for part in order if shared[part] >= less[part] / 2]
    return Match(alike[_WHOLE], {part: alike[part] for part in sorted(chosen)}, best)


def _rank(shared: float, of: float) -> float:
    """Return the share, lower where it is a share of little."""
    return shared / (of + LIKE_NOTHING)


def _sum_shared(side: _Side, mine: Mapping[int, str], others: Mapping[int, str]) -> Mapping[str, float]:
    """Return how much of what few have is in both, and how much of it in the same part of both."""
    shared: defaultdict[str, float] = defaultdict(float)
    for one, part in mine.items():
        if one in side.holders and one in others:
            for name in {_WHOLE, part} if others[one] == part else {_WHOLE}:
                shared[name] += side.weights[len(side.holders[one])]
    return shared
