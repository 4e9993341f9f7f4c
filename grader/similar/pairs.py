"""Pairs of a class that are more alike than the class is, by what few others have.

All solve the same short exercises, so much is alike by nature. What many have is left out; of the rest, a fingerprint
that two students alone have counts 1, one that three have 1/2 for each pair, one that d have 1/(d - 1). A pair's share
is what both have of what one of them has, counted so: a copy keeps a large share however many copied it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.similar.digest import KINDS, Digest, Kind

LIKE_NOTHING = 16.0  # counted as if it were not shared: ten fingerprints of twelve are less than forty of eighty
LEAST_RARE = 4.0  # of what few have; less is no reason to look at a pair
LEAST_RANK = 0.3
_WHOLE = ""


@dataclass(frozen=True)
class Alike:
    """How much of the first one's own the second has, and the reverse (0 to 1), and how much that is."""

    first: float = 0.0
    second: float = 0.0
    rare: float = 0.0

    @classmethod
    def of(cls, rare: float, first: float, second: float) -> Alike:
        """Return what is alike where `rare` is in both, of so much that each has."""
        return cls(rare / first, rare / second, rare)

    @property
    def share(self) -> float:
        """The larger share: of who has less, nearly all may be in the other."""
        return max(self.first, self.second)

    @property
    def rank(self) -> float:
        """The share, lower where it is a share of little."""
        return 0.0 if self.share == 0 else self.rare / (self.rare / self.share + LIKE_NOTHING)


@dataclass(frozen=True)
class Pair:
    """Two students, in the order of their names, and how alike their code and their texts are, whole and by part."""

    first: str
    second: str
    code: Alike
    text: Alike
    parts: Mapping[str, Alike]
    rank: float


@dataclass(frozen=True)
class Found:
    """How many students were compared and how many pairs are alike, the first of them, and what counted, by kind."""

    students: int
    count: int
    pairs: tuple[Pair, ...]
    rare: Mapping[Kind, frozenset[int]]


@dataclass
class _Side:
    """One kind's index of a class: who has which fingerprint, and how much each student has, by part."""

    holders: Mapping[int, Sequence[int]]  # of the fingerprints that 2 or more have, and not too many
    own: list[Mapping[str, float]] = field(default_factory=list)


def find_limit(students: int) -> int:
    """Return how many students may have a fingerprint before it says nothing.

    A tenth of the class, at least 6 (a group that worked together) and at most 30 (it bounds the work); of a small
    class half, at least 2.
    """
    return max(2, min(students // 2, max(6, students // 10), 30))


def find_pairs(digests: Sequence[Digest], most: int) -> Found:
    """Return the pairs to look at first, at most so many, the most alike first."""
    digests = sorted(digests, key=lambda one: one.student)
    limit = find_limit(len(digests))
    sides = {kind: _build_side([one.marks[kind] for one in digests], limit) for kind in KINDS}
    best: list[Pair] = []
    count = 0
    for at in range(len(digests)):
        compared = (_compare(digests, sides, at, other) for other in _list_candidates(digests, sides, at))
        alike = [pair for pair in compared if pair.rank >= LEAST_RANK]
        count += len(alike)
        best = heapq.nsmallest(most, [*best, *alike], key=lambda pair: (-pair.rank, pair.first, pair.second))
    rare = {kind: frozenset(side.holders) for kind, side in sides.items()}
    return Found(len(digests), count, tuple(best), rare)


def _build_side(marks: Sequence[Mapping[int, str]], limit: int) -> _Side:
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for at, own in enumerate(marks):
        for one in own:
            holders[one].append(at)
    side = _Side({one: found for one, found in holders.items() if 1 < len(found) <= limit})
    for own in marks:
        amounts: defaultdict[str, float] = defaultdict(float)
        for one, part in own.items():
            if len(holders[one]) <= limit:
                amounts[part] += 1 / max(1, len(holders[one]) - 1)
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
                    rare[other] += 1 / (len(holders) - 1)
        found |= {other for other, amount in rare.items() if amount >= LEAST_RARE}
    yield from sorted(found)


def _compare(digests: Sequence[Digest], sides: Mapping[Kind, _Side], at: int, other: int) -> Pair:
    whole: dict[Kind, Alike] = {}
    parts: dict[str, Alike] = {}
    for kind, side in sides.items():
        shared = _sum_shared(side, digests[at].marks[kind], digests[other].marks[kind])
        mine, others = side.own[at], side.own[other]
        if shared[_WHOLE] >= LEAST_RARE:
            whole[kind] = Alike.of(shared[_WHOLE], sum(mine.values()), sum(others.values()))
        for part in shared.keys() - {_WHOLE}:
            alike = Alike.of(shared[part], mine[part], others[part])
            if shared[part] >= LEAST_RARE and alike.rank >= max(LEAST_RANK, parts.get(part, Alike()).rank):
                parts[part] = alike
    code, text = whole.get("code", Alike()), whole.get("text", Alike())
    rank = max(one.rank for one in (code, text, *parts.values()))
    return Pair(digests[at].student, digests[other].student, code, text, dict(sorted(parts.items())), rank)


def _sum_shared(side: _Side, mine: Mapping[int, str], others: Mapping[int, str]) -> Mapping[str, float]:
    """Return how much of what few have is in both, and how much of it in the same part of both."""
    shared: defaultdict[str, float] = defaultdict(float)
    for one, part in mine.items():
        if one in side.holders and one in others:
            amount = 1 / (len(side.holders[one]) - 1)
            shared[_WHOLE] += amount
            if part and others[one] == part:
                shared[part] += amount
    return shared
