"""The bytes that a value and a cell's output may still take, and text and numbers that are safe to send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from . import BUILTINS

__builtins__ = BUILTINS

Plain = dict[str, Any]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_NAME = type.__dict__["__name__"]  # a metaclass can put a property in its place, and that may raise


class TooLargeError(Exception):
    """The value holds more than the budget allows."""


class TooDeepError(Exception):
    """Containers in containers, past what any answer needs."""


class Budget:
    """Bytes that one value may still take, and points that its figure may: a point is sent in more than it holds."""

    def __init__(self, total_bytes: int) -> None:
        """Start with everything left."""
        self.left = total_bytes
        self.points = total_bytes // 26

    def spend(self, count: int) -> None:
        """Count `count` bytes."""
        self.left -= count
        if self.left < 0:
            raise TooLargeError

    def require(self, count: int) -> None:
        """Give up at once on what will take `count` bytes, before any of it is made."""
        if count > self.left:
            raise TooLargeError

    def bounded(self, items: Iterable[Any]) -> Iterable[Any]:
        """Yield the items of what may never end."""
        for item in items:
            self.spend(2)
            yield item


class OutputBudget:
    """Bytes of output that a cell and the whole submission may still send as frames; past the cell's, they are cut."""

    def __init__(self, cell_bytes: int, total_bytes: int) -> None:
        """Start with everything left."""
        self.cell_bytes, self.cell_left, self.total_left = cell_bytes, cell_bytes, total_bytes

    def take(self, count: int) -> bool:
        """Count `count` bytes; False where they are to be dropped."""
        self.total_left -= count
        self.cell_left -= count
        return self.cell_left >= 0


def plain_text(text: object, limit: int) -> str:
    """Return `text` as a string of at most `limit` characters, memory addresses removed, safe to encode."""
    if not isinstance(text, str):
        text = type_name(text)
    short = str.__getitem__(text, slice(0, limit))
    return _ADDRESS.sub("0x…", short).encode("utf-8", "replace").decode("utf-8")


def type_name(value: object) -> str:
    """Return the name of the class of `value`, whatever its metaclass says."""
    name: str = _NAME.__get__(type(value))
    return name


def hex_text(number: float) -> str:
    """Return a float as text: hexadecimal, or "inf", "-inf", "nan"."""
    return float.__float__(number).hex()
