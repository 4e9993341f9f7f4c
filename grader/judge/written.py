"""What a student wrote in words: in the cell for it, in one that lost its tag, or below the untouched one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import dropwhile

from grader.course import Course
from grader.judge.placeholder import exercise_heading, part_heading
from grader.model import FileEvidence
from numgrade_student.invisible import is_invisible, take_visible
from numgrade_student.texts import is_untouched

_AROUND_A_NAME = "#>*`~- "  # what Markdown may put in front of a word; an underscore may belong to the name


@dataclass(frozen=True)
class Starter:
    """What the starter says: the names of the text answers, and the first lines of its own markdown cells.

    `ids` are those of all exercises and parts, `homes` those of each text answer's own.
    """

    names: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    homes: Mapping[str, frozenset[str]] = field(default_factory=dict)


NO_STARTER = Starter()


@dataclass(frozen=True)
class Written:
    """What one file has for a text answer: its own cells, and those without a tag below them."""

    own: str
    below: str = ""


@dataclass(frozen=True)
class Submitted:
    """The text that a person reads as an answer, and whether it stood below the answer's own cell, left as it was."""

    text: str
    is_below: bool = False

    @property
    def sha256(self) -> str:
        """The hash that marks are kept by; half surrogates, which have no UTF-8, count as themselves."""
        return sha256(self.text.encode(errors="surrogatepass")).hexdigest()


@dataclass
class _Found:
    own: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def find_starter(course: Course) -> Starter:
    """Return what the starter of a course says."""
    homes: dict[str, frozenset[str]] = {}
    ids: set[str] = set()
    headings: list[str] = []
    for exercise in course.exercises:
        headings.append(exercise_heading(exercise))
        for part in exercise.parts:
            headings.append(part_heading(part))
            own = frozenset(one.casefold() for one in (exercise.id, exercise.tag, part.id))
            ids |= own
            homes |= {answer.name: own for answer in part.answers if answer.kind == "text"}
    return Starter(frozenset(homes), frozenset(map(take_visible, headings)), frozenset(ids), homes)


def choose_text(texts: Sequence[Written], placeholder: str) -> Submitted | None:
    """Return what counts of an answer's cells, the later files last; None where none says more than the starter."""
    for written in reversed(texts):
        for text, is_below in ((written.own, False), (written.below, True)):
            if not is_untouched(text, placeholder):
                return Submitted(text, is_below)
    return None


def find_written(run: FileEvidence, starter: Starter) -> Mapping[str, Written]:
    """Return by answer what a file says in words.

    A markdown cell without a tag counts for the answer whose name it begins with. Others lie below the last cell of an
    answer, up to the next cell of the starter, or a heading alone that names another exercise or part.
    """
    found = {name: _Found([text]) for name, text in run.texts.items()}
    names: tuple[str, ...] = ()
    after: int | None = None
    for cell in run.loose:
        if cell.after != after:
            after, names = cell.after, tuple(name for name in cell.names if name in starter.names)
        if (begun := find_name(cell.text, starter.names)) is not None:
            names = (begun,)
            found.setdefault(begun, _Found()).own.append(cell.text)
        elif _first_line(cell.text) in starter.headings:
            names = ()
        elif places := _find_places(cell.text, starter.ids):
            names = tuple(name for name in names if places & starter.homes[name])
        else:
            for name in names:
                found.setdefault(name, _Found()).below.append(cell.text)
    return {name: Written("\n\n".join(texts.own), "\n\n".join(texts.below)) for name, texts in found.items()}


def find_name(text: str, names: frozenset[str]) -> str | None:
    """Return which of these names a text begins with, whatever emphasis stands around it; None for none."""
    line = _first_words(text)
    start = dropwhile(lambda char: char in _AROUND_A_NAME or is_invisible(char), line)
    word = ""
    for char in start:
        if not f"{word}{char}".isidentifier():
            break
        word += char
    return next((one for one in (word, word.strip("_")) if one in names), None)


def _find_places(text: str, ids: frozenset[str]) -> frozenset[str]:
    """Return which exercises and parts a cell names that is a short heading and nothing else: `# Exercise 2`."""
    line = _first_words(text)
    if not line.startswith("#") or take_visible(line) != take_visible(text):
        return frozenset()
    words = [word.strip("#.,:;()") for word in line.casefold().split()]
    named = [word for word in words if word]
    return ids.intersection(named) if len(named) <= _HEADING_WORDS else frozenset()


def _first_words(text: str) -> str:
    """Return the first line with anything to see, as far as a name can reach."""
    lines = (line.strip() for line in text[:_LOOKED_AT].splitlines())
    return next((line for line in lines if take_visible(line)), "")


_LOOKED_AT = 2000  # characters: what comes later is no beginning
_HEADING_WORDS = 4


def _first_line(text: str) -> str:
    return take_visible(_first_words(text))
