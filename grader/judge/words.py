"""Words: choices, sets of them, strings. What nobody sees in them does not count: text of that alone is empty.

Unicode calls a character default-ignorable where nothing is drawn for it. Python's `unicodedata` does not know that
property: the ranges beyond the categories are from DerivedCoreProperties.txt of Unicode 16.0.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from typing import Literal

from grader.judge.describe import Invalid, describe, is_complex, reject
from grader.judge.verdict import clean
from grader.model import (
    ArrayValue,
    FloatValue,
    IntValue,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    Value,
)

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


# ---------------------------------------------------------------- choices


def fold(text: str) -> str:
    """Return `text` without regard to context, surrounding space and what nobody sees."""
    return drop_invisible(text).strip().casefold()


def read_choice(value: Value, choices: tuple[str, ...]) -> str | Invalid:
    """Return the choice that `value` names, as the author spells it."""
    match value:
        case StrValue():
            return _find_choice(value.value, choices)
        case ArrayValue() | SequenceValue() | TableValue() if not is_complex(value):
            return Invalid("value.shape_mismatch", f"is {describe(value)}, but should be a single word")
        case _:
            return reject(value, _choices_text(choices))


def read_set(value: Value, choices: tuple[str, ...]) -> frozenset[str] | Invalid:
    """Return the set of choices that `value` names: any collection of words, or a single word; a dict is none."""
    match value:
        case StrValue():
            items: tuple[Value, ...] = (value,)
        case SequenceValue():
            items = value.items
        case TableValue(form="series", cells=(cells,)):
            items = cells
        case ArrayValue(values=()) if not is_complex(value):
            items = ()
        case _:
            return reject(value, f"a collection of words out of {', '.join(choices)}")
    found = [read_choice(item, choices) for item in items]
    for word in found:
        if isinstance(word, Invalid):
            return Invalid(word.code, f"holds something that {word.message}")
    return frozenset(word for word in found if isinstance(word, str))


def _find_choice(text: str, choices: tuple[str, ...]) -> str | Invalid:
    by_folded = {fold(choice): choice for choice in choices}
    wanted = fold(text)
    if wanted in by_folded:
        return by_folded[wanted]
    return Invalid("value.not_a_choice", f"is '{clean(text, 60)}', but should be {_choices_text(choices)}")


def _choices_text(choices: tuple[str, ...]) -> str:
    return f"one of {', '.join(repr(choice) for choice in choices)}"


# ---------------------------------------------------------------- strings


def read_text(value: Value) -> str | Invalid:
    """Return a string, or the text of a SymPy object."""
    match value:
        case StrValue():
            return value.value
        case SymbolicValue():
            return value.text
        case FloatValue() | IntValue():
            return Invalid("value.wrong_type", 'is a number, but should be an exact expression such as "log(2)/3"')
        case _:
            return reject(value, 'an exact expression such as "log(2)/3"')


Normalisation = Literal["case", "space"]


def read_string(value: Value) -> str | Invalid:
    """Return the string that `value` is."""
    match value:
        case StrValue():
            return value.value
        case ArrayValue() | SequenceValue():
            return Invalid("value.shape_mismatch", f"is {describe(value)}, expected a single string")
        case _:
            return reject(value, "a string")


def normalise(text: str, how: Iterable[Normalisation]) -> str:
    """Return `text` in a normal form: composed characters; `case` folded; `space` at the ends off, inside single.

    With `space` goes what nobody sees.
    """
    found = unicodedata.normalize("NFC", text)
    if "space" in how:
        found = " ".join(drop_invisible(found).split())
    return found.casefold() if "case" in how else found
