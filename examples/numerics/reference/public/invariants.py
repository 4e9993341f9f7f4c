"""Theorems about a student's own results; each yields what it asks, and a function that finds the counterexample.

An invariant is a function `name(names, inputs, slack)`. It yields its instances, the simplest first: a list of what
it asks of the student's answers, as (name, arguments or None, how many numbers), and a function that gets these numbers
and returns None where the theorem holds, else the counterexample in words. `{0}` stands for the first arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from .problems import CUBICS, DECAY, OSCILLATOR, moments

Args = tuple[Any, ...]
Instance = tuple[list[tuple[Any, ...]], Callable[..., str | None]]


def _flatten(value: Any) -> tuple[float, ...]:
    """Return the numbers of an array row by row."""
    return tuple(one for item in value for one in _flatten(item)) if isinstance(value, tuple) else (value,)


# ---------------------------------------------------------------- linear algebra


def residual(names: Sequence[str], inputs: Sequence[Args], slack: float) -> Iterator[Instance]:
    """Lx = b for what the student's solver gives."""
    (name,) = names
    for rows, right in inputs:
        yield [(name, (rows, right), len(right))], _claim_residual(name, rows, right, slack)


def _claim_residual(name: str, rows: Sequence[Args], right: Args, slack: float) -> Callable[..., str | None]:
    def counterexample(solution: Any) -> str | None:
        x = _flatten(solution)
        left = [sum(a * one for a, one in zip(row, x, strict=True)) for row in rows]
        off = [abs(one - b) for one, b in zip(left, right, strict=True)]
        if max(off) <= slack * len(x) * (1.0 + max(map(abs, (*x, *right)))):
            return None
        return f"with your {name}, L x differs from b by {max(off):.3g} in row {off.index(max(off)) + 1} for {{0}}"

    return counterexample


def orthonormal_columns(names: Sequence[str], inputs: Sequence[Args], slack: float) -> Iterator[Instance]:
    """The columns of a square matrix have length 1 and are perpendicular to each other."""
    del inputs
    (name,) = names

    def counterexample(matrix: Any) -> str | None:
        columns = list(zip(*matrix, strict=True))
        for first, left in enumerate(columns):
            for second, right in enumerate(columns[first:], first):
                product = sum(a * b for a, b in zip(left, right, strict=True))
                if abs(product - (first == second)) > max(slack, 1e-12):
                    return f"columns {first + 1} and {second + 1} of your {name} have the scalar product {product:.6g}"
        return None

    yield [(name, None)], counterexample


# ---------------------------------------------------------------- initial value problems


def cubic_exactness(names: Sequence[str], inputs: Sequence[Args], slack: float) -> Iterator[Instance]:
    """Where f is a polynomial in t of degree 3 at most, a step is exact: it is Simpson's rule."""
    del inputs
    (name,) = names
    for source, integral in CUBICS:
        for t in ((0.0, 1.0), (0.0, 0.5, 2.0)):
            due = 1.0 + integral(t[-1])

            def counterexample(table: Any, due: float = due, end: float = t[-1]) -> str | None:
                last = _flatten(table)[-1]
                if abs(last - due) <= slack * (1.0 + abs(due)):
                    return None
                return f"your {name} gives y({end:g}) = {last:.9g} for {{0}}"

            yield [(name, (source, (1.0,), t), len(t))], counterexample


def linearity(names: Sequence[str], inputs: Sequence[Args], slack: float) -> Iterator[Instance]:
    """Where f is linear in y, the solution of a multiple is the multiple of the solution."""
    del inputs
    (name,) = names
    for source, y0 in ((DECAY, (1.0,)), (OSCILLATOR, (1.0, 0.5))):
        t = moments(0.0, 1.0, 4)
        threefold = tuple(3.0 * one for one in y0)

        def counterexample(once: Any, thrice: Any) -> str | None:
            pairs = list(zip(_flatten(once), _flatten(thrice), strict=True))
            if all(abs(3.0 * one - three) <= slack * (1.0 + abs(three)) for one, three in pairs):
                return None
            one, three = pairs[-1]
            return f"your {name} ends at {one:.9g} for {{0}}, and at {three:.9g} from three times that y0"

        asked = [(name, (source, start, t), len(t) * len(y0)) for start in (y0, threefold)]
        yield asked, counterexample


def energy(names: Sequence[str], inputs: Sequence[Args], slack: float) -> Iterator[Instance]:
    """The energy y² + y'² of the harmonic oscillator never grows, for steps below 2√2."""
    del inputs
    (name,) = names
    for steps in (4, 40):

        def counterexample(table: Any) -> str | None:
            numbers = _flatten(table)
            energies = [a * a + b * b for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
            for before, after in pairwise(energies):
                if after > before + slack * (1.0 + before):
                    return f"with your {name} the energy grows from {before:.9g} to {after:.9g} in one step for {{0}}"
            return None

        yield [(name, (OSCILLATOR, (1.0, 0.0), moments(0.0, 4.0, steps)), 2 * (steps + 1))], counterexample
