"""The texts of one answer in the order in which they are marked, under names that say nothing of the student."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

from grader.course import Rubric
from grader.gradebook import KeptMarking, MarkedTwice, ReviewEvent, TextToMark
from grader.review.rubric_change import list_not_looked_at

_NAME = 4  # characters, more where two would have the same


@dataclass(frozen=True)
class Entry:
    """A text under its short name, with what was noted of it."""

    name: str
    namer: Namer
    text: TextToMark
    flag: ReviewEvent | None = None
    skipped_by: frozenset[str] = frozenset()
    is_sampled: bool = False
    twice: MarkedTwice | None = None

    @property
    def version(self) -> str:
        """What stands for these very words; their own hash is in reports, and would tell whose it is."""
        return self.namer.sign_version(self.text)

    @property
    def is_marked(self) -> bool:
        """Whether a person has marked these very words."""
        return self.text.marking is not None

    @property
    def seen(self) -> int:
        """The number of the marking that is there, or of what took one back; 0 for none. A form says it again."""
        return 0 if self.text.kept is None else self.text.kept.id

    def is_blind_for(self, who: str) -> bool:
        """Return whether somebody is to mark this a second time, without seeing the first marking."""
        first = self.text.marking
        return self.is_sampled and self.twice is None and first is not None and first.who != who

    def find_marking(self, who: str) -> KeptMarking | None:
        """Return the marking that counts, as far as somebody may see it."""
        return self.text.kept if self.is_marked and not self.is_blind_for(who) else None


class Queue(Sequence[Entry]):
    """The entries of an answer, in an order that stays, and is another one for each answer."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def __getitem__(self, index: int) -> Entry:  # type: ignore[override]  # nobody slices it
        """Return an entry by its place."""
        return self._entries[index]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._entries)

    @property
    def left(self) -> list[Entry]:
        """Those that wait for a marker."""
        return [entry for entry in self._entries if not entry.is_marked]

    @property
    def marked_twice(self) -> list[MarkedTwice]:
        """The pairs of markings, of those that were marked twice."""
        return [entry.twice for entry in self._entries if entry.twice is not None]

    def find(self, name: str) -> Entry | None:
        """Return the entry of that short name."""
        return next((entry for entry in self._entries if entry.name == name), None)

    def find_neighbour(self, entry: Entry, step: int) -> Entry:
        """Return the entry before (-1) or after (1), around the end."""
        return self._entries[(self._entries.index(entry) + step) % len(self._entries)]

    def find_next(self, after: Entry | None, who: str, busy: Collection[str] = ()) -> Entry | None:
        """Return what somebody marks next: after an entry, around the end; None where nothing is left for them.

        Those come last that they have skipped, that somebody else has before them (`busy`), and second markings.
        """
        start = 0 if after is None else self._entries.index(after) + 1
        ordered = [*self._entries[start:], *self._entries[:start]]
        left = [entry for entry in ordered if not entry.is_marked and entry != after]
        left += [entry for entry in ordered if entry.is_blind_for(who) and entry != after]
        tests: tuple[Callable[[Entry], bool], ...] = (
            lambda entry: who not in entry.skipped_by and entry.name not in busy,
            lambda entry: entry.name not in busy,
            lambda _: True,
        )
        return next((entry for test in tests for entry in left if test(entry)), None)

    def list_again(self, rubric: Rubric, who: str) -> list[tuple[Entry, tuple[str, ...]]]:
        """Return the marked texts that were not looked at for some items, and these; as far as somebody may see it."""
        kept = [(entry, one) for entry in self._entries if (one := entry.find_marking(who)) is not None]
        listed = [(entry, list_not_looked_at(rubric, one.marking)) for entry, one in kept]
        return [pair for pair in listed if pair[1]]

    def find_last(self, who: str) -> Entry | None:
        """Return the entry that somebody marked last."""
        kept = [(one, entry) for entry in self._entries if (one := entry.text.kept) is not None and entry.is_marked]
        own = [(one.id, entry) for one, entry in kept if one.marking.who == who]
        return max(own, key=lambda pair: pair[0])[1] if own else None


@dataclass(frozen=True)
class Namer:
    """Names and orders texts by a secret, and draws the sample that is marked twice: so many in a hundred."""

    secret: bytes
    percent: int = 0

    def sign(self, text: TextToMark) -> str:
        """Return what a text is named, ordered and drawn by."""
        return self._hash("", text)

    def sign_version(self, text: TextToMark) -> str:
        """Return what stands for these very words."""
        return self._hash(text.key, text)[:16]

    def draws(self, sign: str) -> bool:
        """Return whether a text is in the sample; more percent draw more texts, and the same ones too.

        By the end of what it is signed with: its name and its place in the order come from the beginning.
        """
        return int(sign[-8:], 16) % 100 < self.percent

    def _hash(self, what: str, text: TextToMark) -> str:
        message = f"{what}\0{text.answer}\0{text.student}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, message, "sha256").hex()


def build_queue(
    namer: Namer, texts: Sequence[TextToMark], events: Iterable[ReviewEvent] = (), twice: Iterable[MarkedTwice] = ()
) -> Queue:
    """Return the queue of one answer's texts, with what was noted of them and their second markings."""
    noted: dict[tuple[str, str], list[ReviewEvent]] = {}
    for event in events:
        noted.setdefault((event.student, event.text), []).append(event)
    pairs = {(pair.student, pair.text): pair for pair in twice}
    signed = sorted(((namer.sign(text), text) for text in texts), key=lambda pair: pair[0])
    names = _name_all([sign for sign, _ in signed])
    return Queue(
        Entry(
            name=name,
            namer=namer,
            text=text,
            is_sampled=namer.draws(sign),
            twice=pairs.get((text.student, text.key)),
            **_read_events(noted.get((text.student, text.key), ())),
        )
        for name, (sign, text) in zip(names, signed, strict=True)
    )


def _name_all(digests: Sequence[str]) -> Iterator[str]:
    """Yield of each digest so many characters that no other begins like it; usually four. They come in order."""
    shared = [_count_shared(*pair) for pair in pairwise(digests)]  # nobody's is more like it than its neighbours'
    for digest, before, after in zip(digests, [0, *shared], [*shared, 0], strict=False):
        yield digest[: max(_NAME, before + 1, after + 1)]


def _count_shared(one: str, other: str) -> int:
    """Return with how many of the same characters both begin."""
    return next(at for at, (own, its) in enumerate(zip(one, other, strict=True)) if own != its)


class _Noted(TypedDict, total=False):
    flag: ReviewEvent | None
    skipped_by: frozenset[str]


def _read_events(events: Sequence[ReviewEvent]) -> _Noted:
    """Return what was noted of a text; of most texts, nothing."""
    if not events:
        return {}
    flags = [event for event in events if event.kind in {"flag", "unflag"}]
    return {
        "flag": flags[-1] if flags and flags[-1].kind == "flag" else None,
        "skipped_by": frozenset(event.who for event in events if event.kind == "skip"),
    }
