"""Theorems of the small course."""

from collections.abc import Iterator
from typing import Any


def symmetry(names: tuple[str, ...], inputs: tuple[Any, ...], slack: float) -> Iterator[Any]:
    """Claim that width and height may change places."""

    def counterexample(one: float, other: float) -> str | None:
        return None if abs(one - other) <= slack else f"{one:g} is not {other:g}"

    yield from (([(names[0], args, 1), (names[0], args[::-1], 1)], counterexample) for args in inputs)


def unlisted(names: tuple[str, ...], inputs: tuple[Any, ...], slack: float) -> Iterator[Any]:
    """Claim nothing; stands in no catalogue."""
    del names, inputs, slack
    yield from ()
