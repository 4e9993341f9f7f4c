"""Axes of a drawing: where a number lies on the paper, and which numbers are written beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS = 6
_POWERS = 300  # of ten, that a float holds with room beside them
_FARTHEST = 1e290  # a difference of two numbers beyond it could be infinite
_NEAREST = 1e-290  # steps within a difference below it could be zero


@dataclass(frozen=True)
class Scale:
    """Maps `low` … `high` onto `start` … `end`; logarithmically, if so, from the decimal logarithms of both."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def place(self, number: float) -> float | None:
        """Return the place of a number on the paper; None for what no axis shows."""
        if not math.isfinite(number) or abs(number) > _FARTHEST or (self.is_log and number <= 0):
            return None
        value = math.log10(number) if self.is_log else number
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def list_ticks(self) -> list[tuple[float, str]]:
        """Return places and texts of the ticks, in order."""
        placed = ((self.place(tick), f"{tick:.4g}") for tick in self._list_numbers())
        first, last = sorted((self.start, self.end))
        # The last tick may lie beyond the end by what a float rounds.
        return [(min(max(place, first), last), text) for place, text in placed if place is not None]

    def _list_numbers(self) -> list[float]:
        if self.is_log:
            first, last = max(math.ceil(self.low), -_POWERS), min(math.floor(self.high), _POWERS)
            every = max(1, math.ceil((last - first) / _MOST_TICKS))
            return [10.0**power for power in range(first, last + 1, every)]
        step = _choose_step(self.high - self.low)
        indices = range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)
        return [index * step for index in indices]


def build_scale(numbers: Iterable[float], start: float, end: float, *, is_log: bool = False) -> Scale:
    """Return a scale that shows all of the numbers that can be shown, and no more than a little room beside them."""
    shown = [number for number in numbers if math.isfinite(number) and abs(number) <= _FARTHEST]
    values = [math.log10(number) for number in shown if number > 0] if is_log else shown
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    is_constant = high - low <= max(1e-12 * max(abs(low), abs(high)), _NEAREST)  # drawn in the middle
    aside = 0.5 if is_log else abs(low) / 2 if abs(low) > _NEAREST else 1.0
    room = aside if is_constant else 0.04 * (high - low)
    return Scale(low - room, high + room, start, end, is_log)


def _choose_step(span: float) -> float:
    """Return the smallest round number of which no more than a few steps go into the span."""
    rough = span / _MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next((power * step for step in _STEPS if power * step >= rough), power * 10)
