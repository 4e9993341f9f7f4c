"""What the loader asks of a course's own code, where that runs: which names it defines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from grader.errors import Problem


class Known(Protocol):
    """The names that a course's code defines; `grader.oracle` loads it."""

    @property
    def catalogues(self) -> Mapping[str, frozenset[str] | None]:
        """The names of its inputs, invariants and rules; None where they could not be loaded."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the modules that were asked for so far."""
        ...

    def has_module(self, name: str) -> bool:
        """Return whether the reference has a module of this name."""
        ...

    def list_modules(self) -> tuple[str, ...]:
        """Return the names of the modules that lie directly in the reference."""
        ...

    def list_functions(self, module: str) -> frozenset[str] | None:
        """Return the names of the functions in a module; None where it cannot be loaded, which is a problem."""
        ...

    def describe(self, module: str, name: str) -> str:
        """Return what a module has by this name that is no function, in words; nothing where it has none."""
        ...
