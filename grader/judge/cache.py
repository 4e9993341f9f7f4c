"""The cache of a prepared course: what follows from the course and its reference alone, worked out once for a class.

What a student gave may be part of a key, and nothing else of a submission comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Cache:
    """Values by key, each computed once. One belongs to one course and one oracle, and lives as long as they do."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._values: dict[Hashable, object] = {}

    def memoize(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what `compute` returns, computed once per `key`."""
        if key not in self._values:
            self._values[key] = compute()
        return cast("T", self._values[key])
