"""What shows nothing: a text of such characters alone is empty, however many there are.

Unicode calls a character default-ignorable where nothing is drawn for it. Python's `unicodedata` does not know that
property: the ranges beyond the categories are from DerivedCoreProperties.txt of Unicode 16.0.
"""

from __future__ import annotations

import html
import unicodedata

_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Zs", "Zl", "Zp"})
# Default_Ignorable_Code_Point that is of no such category: fillers, joiners, variation selectors.
_IGNORABLE = (
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF),
)  # fmt: skip
_BLANK = "\u2800"  # a Braille cell without dots
_OPEN, _CLOSE = "<!--", "-->"
_BREAKS = ("<br>", "<br/>", "<br />", "<p>", "</p>")


def is_invisible(char: str) -> bool:
    """Return whether nothing is drawn for a character: space, control, format, or default-ignorable."""
    if "!" <= char <= "~":
        return False
    code = ord(char)
    if unicodedata.category(char) in _CATEGORIES or char == _BLANK:
        return True
    return any(first <= code <= last for first, last in _IGNORABLE)


def _find_invisible(text: str) -> set[str]:
    """Return the different characters of a text that are invisible: a text has few, and many of each."""
    return set(filter(is_invisible, set(text)))


def drop_invisible(text: str) -> str:
    """Return a text without the characters that are neither seen nor space: copied from a page, they come along."""
    if text.isascii():
        return text
    return text.translate({ord(char): None for char in _find_invisible(text) if not char.isspace()})


def take_visible_lines(text: str) -> list[str]:
    """Return what can be seen of each line of a text in Markdown: no space, nothing invisible, no HTML comment."""
    shown = html.unescape(_drop_comments(text)) if "&" in text or "<" in text else text
    for tag in _BREAKS:
        shown = shown.replace(tag, "\n")
    unseen = {ord(char): None for char in _find_invisible(shown)}
    return [line.translate(unseen) for line in shown.splitlines()]


def take_visible(text: str) -> str:
    """Return the same of the whole text, in one piece."""
    return "".join(take_visible_lines(text))


def _drop_comments(text: str) -> str:
    """Return a text without HTML comments; one that is never closed stays, as it is shown then."""
    kept: list[str] = []
    start = 0
    while (opened := text.find(_OPEN, start)) >= 0 and (closed := text.find(_CLOSE, opened)) >= 0:
        kept.append(text[start:opened])
        start = closed + len(_CLOSE)
    return "".join(kept) + text[start:]
