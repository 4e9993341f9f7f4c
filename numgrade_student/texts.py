"""Answers in words: which markdown cell holds one, and whether anything but the starter's own words stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import dropwhile
from typing import Literal

from numgrade_student.cells import Cell
from numgrade_student.course import Answer, Exercise, Part, PublicCourse
from numgrade_student.invisible import is_invisible, take_visible, take_visible_lines

TextState = Literal["there", "below", "missing", "unseen"]

_AROUND_A_NAME = "#>*`~- "  # what Markdown may put in front of a word; an underscore may belong to the name
# A line of these alone (a rule, an ellipsis, an emptied list) says nothing; any other sign may be an answer, as ∞ is.
_ORNAMENTS = frozenset(".…#*_-~`>:")
_HEAD = re.compile(r"(?P<head>\*\*(?P<name>\w+)\*\* \([^)]*\):) ")
_HEADING_WORDS = 4
_LOOKED_AT = 2000


@dataclass(frozen=True)
class _Home:
    answer: Answer
    ids: frozenset[str]


@dataclass
class _Written:
    own: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def find_texts(course: PublicCourse, cells: Iterable[Cell]) -> Mapping[str, TextState]:
    """Return of each text answer whether its cell, one that begins with its name, or one below it, says anything.

    Below is what has no tag and stands under the untouched cell, up to the next cell of the starter or a heading alone
    that names another exercise or part.
    """
    homes = {
        answer.name: _Home(answer, _list_ids(exercise, part))
        for exercise, part in course.list_parts()
        for answer in part.answers
        if answer.kind == "text"
    }
    found = _collect(course, homes, cells)
    return {name: _find_state(homes[name].answer, found.get(name)) for name in homes}


def _list_ids(exercise: Exercise, part: Part) -> frozenset[str]:
    return frozenset(one.casefold() for one in (exercise.id, exercise.tag, part.id))


def _collect(course: PublicCourse, homes: Mapping[str, _Home], cells: Iterable[Cell]) -> Mapping[str, _Written]:
    found = {name: _Written() for name in homes}
    current: tuple[str, ...] = ()
    for cell in cells:
        tagged = tuple(tag for tag in cell.tags if tag in homes)
        if tagged or find_exercise(course, cell.tags) is not None:
            current = tagged
            for name in tagged if cell.kind == "markdown" else ():
                found[name].own.append(cell.source)
        elif cell.kind == "markdown" and cell.source.strip():
            current = _place_loose(course, homes, current, cell.source)
            is_own = (begun := find_name(cell.source, homes)) is not None
            for name in current:
                (found[name].own if is_own and name == begun else found[name].below).append(cell.source)
    return found


def _place_loose(
    course: PublicCourse, homes: Mapping[str, _Home], current: tuple[str, ...], text: str
) -> tuple[str, ...]:
    """Return the answers that a cell without a tag may belong to."""
    begun = find_name(text, homes)
    if begun is not None:
        return (begun,)
    line = take_visible(_first_words(text)).casefold()
    if any(line.startswith(take_visible(head).casefold()) for head in _list_headings(course)):
        return ()
    places = _find_places(text, {one for exercise, part in course.list_parts() for one in _list_ids(exercise, part)})
    return tuple(name for name in current if not places or places & homes[name].ids)


def _list_headings(course: PublicCourse) -> Iterable[str]:
    """Yield how the starter's own headings begin."""
    for exercise in course.exercises:
        yield f"## Exercise {exercise.id}: {exercise.title}"
        yield from (f"### {part.id}: {part.title}" for part in exercise.parts)


def find_exercise(course: PublicCourse, tags: Iterable[str]) -> Exercise | None:
    """Return the exercise that a cell with these tags belongs to: `ex1`, `1a`, `exercise-1`, the name of an answer."""
    place = find_place(course, tags)
    return None if place is None else place[0]


def find_place(course: PublicCourse, tags: Iterable[str]) -> tuple[Exercise, Part | None] | None:
    """Return the same with the part that the tags name, if they do."""
    words = {word for tag in tags for word in _list_forms(tag)}
    for exercise, part in course.list_parts():
        if words & {part.id.casefold(), *(answer.name.casefold() for answer in part.answers)}:
            return exercise, part
    for exercise in course.exercises:
        if words & {exercise.id.casefold(), exercise.tag.casefold()}:
            return exercise, None
    return None


def _list_forms(tag: str) -> Iterable[str]:
    folded = tag.strip().casefold()
    yield folded
    for prefix in ("exercise", "part", "ex"):
        if folded.startswith(prefix):
            yield folded.removeprefix(prefix).lstrip("-:_ ")


def find_name(text: str, names: Iterable[str]) -> str | None:
    """Return which of these names a text begins with, whatever emphasis stands around it; None for none."""
    known = set(names)
    start = dropwhile(lambda char: char in _AROUND_A_NAME or is_invisible(char), _first_words(text))
    word = ""
    for char in start:
        if not f"{word}{char}".isidentifier():
            break
        word += char
    return next((one for one in (word, word.strip("_")) if one in known), None)


def _find_places(text: str, ids: set[str]) -> frozenset[str]:
    """Return which exercises and parts a cell names that is a short heading and nothing else: `# Exercise 2`."""
    line = _first_words(text)
    if not line.startswith("#") or take_visible(line) != take_visible(text):
        return frozenset()
    named = [word for word in (word.strip("#.,:;()") for word in line.casefold().split()) if word]
    return frozenset(ids.intersection(named)) if len(named) <= _HEADING_WORDS else frozenset()


def _first_words(text: str) -> str:
    lines = (line.strip() for line in text[:_LOOKED_AT].splitlines())
    return next((line for line in lines if take_visible(line)), "")


def _find_state(answer: Answer, written: _Written | None) -> TextState:
    if written is None:
        return "missing"
    if not is_untouched("\n\n".join(written.own), answer.placeholder):
        return "there"
    return "missing" if is_untouched("\n\n".join(written.below), answer.placeholder) else "below"


def is_untouched(text: str, placeholder: str) -> bool:
    """Return whether `text` shows nothing but lines of `placeholder`: all of them, some, any of them again, or none.

    Space, line breaks, comment signs and what is invisible do not count, nor does the answer's name by itself. Whole
    lines are compared and not words, since a one-word answer may well be a word of the question.
    """
    left = _squeeze(text)
    if set(left) <= _ORNAMENTS:
        return True
    pieces = _list_pieces(placeholder)
    reached, waiting = {0}, [0]  # how much of the text the pieces can make up
    while waiting:
        start = waiting.pop()
        ends = {start + len(piece) for piece in pieces if left.startswith(piece, start)}
        if start < len(left) and left[start] in _ORNAMENTS:
            ends.add(start + 1)
        waiting += ends - reached
        reached |= ends
    return len(left) in reached


@cache  # a course has few, and the text of every student of a class is held against them
def _list_pieces(placeholder: str) -> frozenset[str]:
    """Return what a student may leave of the starter's words: its lines; of the first the name, and both halves."""
    lines = placeholder.splitlines()
    match = _HEAD.match(placeholder)
    pieces = lines if match is None else [*lines, match["name"], match["head"], lines[0][match.end() :]]
    return frozenset(filter(None, map(_squeeze, pieces)))


def _squeeze(text: str) -> str:
    return "".join(line.lstrip("#") for line in take_visible_lines(text))
