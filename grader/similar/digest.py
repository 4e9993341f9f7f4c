"""One submission as fingerprints of its code and of its words, by the part that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from grader.course import Course
from grader.model import Cell, Limits
from grader.similar.fingerprints import hash_runs, winnow
from grader.similar.tokens import Word, scan_code
from grader.similar.words import LOOKED_AT, RUN, normalise, split_words
from grader.starter import build_starters
from grader.submission import parse_file

Kind = Literal["code", "text"]
KINDS: tuple[Kind, ...] = ("code", "text")
# Runs of how many words are hashed, and of how many hashes one is chosen. Code: 15 tokens in a row are always found.
LENGTHS: Mapping[Kind, int] = {"code": 10, "text": RUN}
WINDOWS: Mapping[Kind, int] = {"code": 6, "text": 1}
MOST_WORDS = 50_000  # of one submission; what comes later is not compared
_MOST_CHARACTERS = 1 << 20  # of one submission
_BEGINS_LINE = re.compile(r"(?:(?:async\s+)?def\s+)?([^\W\d]\w*)")


@dataclass(frozen=True)
class Vocabulary:
    """What a course gives to all: names of answers, parts by tag or answer, and the hashes of the starter."""

    answers: frozenset[str]
    parts: Mapping[str, str]
    starter: Mapping[Kind, frozenset[int]]


@dataclass(frozen=True)
class Piece:
    """A stretch of a cell that belongs to one part ('' where nobody can tell), with its words of each kind."""

    place: str  # the file, and which of its cells
    line: int  # in its cell, from 1
    part: str
    source: str
    words: Mapping[Kind, tuple[Word, ...]]

    def hash(self, kind: Kind) -> list[int]:
        """Return the hashes of all its runs."""
        return hash_runs([word.text for word in self.words[kind]], LENGTHS[kind])


@dataclass(frozen=True)
class Digest:
    """A student's fingerprints, each with the first part that it stands in."""

    student: str
    marks: Mapping[Kind, Mapping[int, str]]
    end: str = ""  # up to where the submission was read; '' where that is all of it


def build_vocabulary(course: Course) -> Vocabulary:
    """Return what of a course is nobody's own work."""
    parts: dict[str, str] = {}
    for exercise in course.exercises:
        for part in exercise.parts:
            parts |= dict.fromkeys((part.id, *(answer.name for answer in part.answers)), part.id)
    answers = frozenset(parts.keys() - parts.values())
    bare = Vocabulary(answers, parts, {"code": frozenset(), "text": frozenset()})
    # Notebook and script have other placeholders, and the introduction is another one for each choice of exercises.
    starters = {name: parse_file(name, content, Limits()).cells for name, content in build_starters(course).items()}
    pieces = [piece for name, cells in starters.items() for piece in list_pieces({name: cells}, bare)]
    starter = {kind: frozenset(one for piece in pieces for one in piece.hash(kind)) for kind in KINDS}
    return Vocabulary(answers, parts, starter)


def build_digest(student: str, sources: Mapping[str, Iterable[Cell]], vocabulary: Vocabulary) -> Digest:
    """Return the fingerprints of a submission, without those of the starter."""
    marks: dict[Kind, dict[int, str]] = {kind: {} for kind in KINDS}
    pieces, end = read_pieces(sources, vocabulary)
    for piece in pieces:
        for kind, found in marks.items():
            for _, one in winnow(piece.hash(kind), WINDOWS[kind]):
                if one not in vocabulary.starter[kind]:
                    found.setdefault(one, piece.part)
    return Digest(student, marks, end)


def list_pieces(sources: Mapping[str, Iterable[Cell]], vocabulary: Vocabulary) -> list[Piece]:
    """Return the pieces of a submission, as many as the bounds allow."""
    return read_pieces(sources, vocabulary)[0]


def read_pieces(sources: Mapping[str, Iterable[Cell]], vocabulary: Vocabulary) -> tuple[list[Piece], str]:
    """Return the pieces of a submission, and the place where a bound ended the reading; '' where none did."""
    pieces: list[Piece] = []
    words, characters = MOST_WORDS, _MOST_CHARACTERS
    for cell, place, (part, first, source) in _list_stretches(sources, vocabulary):
        shown = source[:characters]
        streams = _read_words(cell.kind, shown, vocabulary.answers, words + 1)
        found = {kind: tuple(islice(streams[kind], words + 1)) for kind in KINDS}
        pieces.append(Piece(place, first + 1, part, shown, {kind: found[kind][:words] for kind in KINDS}))
        cut = [found[kind][words].line for kind in KINDS if len(found[kind]) > words]
        if cut or len(shown) < len(source):
            return pieces, f"{place}, line {first + 1 + min(cut, default=shown.count(chr(10)))}"
        characters -= len(shown)
        words = max(0, words - sum(map(len, found.values())))
    return pieces, ""


def _list_stretches(
    sources: Mapping[str, Iterable[Cell]], vocabulary: Vocabulary
) -> Iterator[tuple[Cell, str, tuple[str, int, str]]]:
    """Yield the stretches of all cells, each with its cell and where that stands."""
    for file, cells in sources.items():
        for cell, place in _name_cells(file, tuple(cells)):
            yield from ((cell, place, stretch) for stretch in _split(cell, vocabulary))


def _name_cells(file: str, cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Yield the cells, each with what people call it: a plain script is one."""
    yield from ((cell, file if len(cells) == 1 else f"{file}, cell {cell.index + 1}") for cell in cells)


def _read_words(kind: str, source: str, answers: frozenset[str], most: int) -> dict[Kind, Iterable[Word]]:
    """Return a piece's tokens, at most about so many, and its words.

    A markdown cell has no code, and the strings in code are words as well.
    """
    if kind == "markdown":
        return {"code": (), "text": _list_words(source, 0)}
    scanned = scan_code(source, answers, most)
    return {
        "code": scanned.code,
        "text": (word for string in scanned.strings for word in _list_words(string.text, string.line)),
    }


def _list_words(text: str, first: int) -> Iterator[Word]:
    for number, line in enumerate(text.split("\n"), first):
        for start in range(0, len(line), LOOKED_AT):  # as much as is looked at once: a long line has no end to hide in
            yield from (Word(word, number) for word in split_words(normalise(line[start : start + LOOKED_AT])))


def _split(cell: Cell, vocabulary: Vocabulary) -> Iterator[tuple[str, int, str]]:
    """Yield part, first line (from 0) and source of the stretches of a cell.

    The part is said by the cell's tags, else by the last answer that was named at the beginning of a line.
    """
    tagged = next((vocabulary.parts[tag] for tag in cell.tags if tag in vocabulary.parts), cell.part)
    if tagged is not None or cell.kind == "markdown":
        yield tagged or "", 0, cell.source
        return
    lines = cell.source.split("\n")
    start, part = 0, ""
    for number, line in enumerate(lines):
        begins = _BEGINS_LINE.match(line)
        named = vocabulary.parts.get(begins[1], part) if begins else part
        if named != part:
            if number > start:
                yield part, start, "\n".join(lines[start:number])
            start, part = number, named
    yield part, start, "\n".join(lines[start:])
