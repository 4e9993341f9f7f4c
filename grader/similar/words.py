"""Texts as words, without what does not change what they say: one normalisation, for all that compares texts."""

from __future__ import annotations

import re
import unicodedata

RUN = 5  # words that two texts must share in a row
LOOKED_AT = 20_000  # characters
_TOKEN = re.compile(r"\\[A-Za-z]+|\w+|[^\w\s]")  # a command of TeX is a word


def normalise(text: str) -> str:
    """Return a text without what does not change what it says: forms of a character, case, blanks."""
    return " ".join(unicodedata.normalize("NFKC", text[:LOOKED_AT]).casefold().split())


def split_words(plain: str) -> list[str]:
    """Return the words and signs of a normalised text."""
    return _TOKEN.findall(plain)
