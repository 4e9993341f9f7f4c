"""Words: choices, sets of them, strings. What nobody sees in them does not count: text of that alone is empty."""

from __future__ import annotations

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
from numgrade_student.invisible import drop_invisible

# ---------------------------------------------------------------- choices


def fold(text: str) -> str:
    """Return `text` without regard to case, surrounding space and what nobody sees."""
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
