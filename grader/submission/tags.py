"""Which exercise and part a cell belongs to, by its tags. Needs no course: the forms are fixed by the contract."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_TAGS = 64
_MAX_LENGTH = 100
_NUMBER = r"(?P<exercise>[1-9][0-9]?)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"ex{_NUMBER}(?P<part>[a-z])?_\w+",  # an answer's name: ex1_mean, ex1d_text
        rf"(?:ex|exercise)[-:_ ]?{_NUMBER}(?P<part>[a-z])?",  # ex1, exercise-1, exercise:1, ex1a
        rf"(?:part[-:_ ]?)?{_NUMBER}(?P<part>[a-z])",  # 1a, part-1a
    )
)


def clean_tags(tags: Iterable[object]) -> tuple[str, ...]:
    """Return the tags that are usable text, in order and each once."""
    texts = (tag.strip() for tag in tags if isinstance(tag, str) and len(tag) <= _MAX_LENGTH)
    return tuple(dict.fromkeys(text for text in texts if text and text.isprintable()))[:_MAX_TAGS]


def place_of(tags: Iterable[str]) -> tuple[str | None, str | None]:
    """Return (exercise, part) as in ("1", "1a"): the first exercise named, and the first part named of it."""
    places = [place for tag in tags if (place := _place(tag)) is not None]
    if not places:
        return None, None
    exercise = places[0][0]
    return exercise, next((part for owner, part in places if owner == exercise and part), None)


def _place(tag: str) -> tuple[str, str | None] | None:
    for form in _FORMS:
        if match := form.fullmatch(tag):
            letter = match["part"]
            return match["exercise"], match["exercise"] + letter.lower() if letter else None
    return None
