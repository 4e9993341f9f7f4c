"""Why an answer may be missing although somebody worked on it: a misspelt name, a function that prints its result."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.8


def find_meant(name: str, candidates: Iterable[str]) -> str | None:
    """Return which of the names that were set is most like the one that is asked for; None where none is."""
    return next(iter(get_close_matches(name, list(candidates), 1, _ALIKE)), None)


def describe_misspelt(name: str, meant: str) -> str:
    """Return that a name is not set, but one that is like it."""
    return f"There is no {name}. Did you mean {meant}? If so, rename it."


def describe_printing(name: str) -> str:
    """Return that a function prints and returns nothing."""
    return f"{name} returned None on every call. Did you print the result instead of returning it?"
