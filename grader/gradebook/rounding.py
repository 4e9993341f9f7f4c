"""How final scores are rounded: exactly, once, and last of all, where they leave for another system."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from grader.course import CourseFile, RoundingRule


@dataclass(frozen=True)
class Rounding:
    """A rule, and to how many decimals; `none` leaves points as they are."""

    rule: RoundingRule = "none"
    decimals: int = 2

    def apply(self, points: Fraction) -> Fraction:
        """Return points rounded; no binary fraction takes part in it, so that a half is a half."""
        scaled = points * 10**self.decimals
        match self.rule:
            case "none":
                return points
            case "half_up":
                return Fraction(math.floor(scaled + Fraction(1, 2)), 10**self.decimals)
            case "half_even":
                return Fraction(round(scaled), 10**self.decimals)


EXACT = Rounding()


def read_rounding(file: CourseFile) -> Rounding:
    """Return how the course says that final scores are rounded."""
    return Rounding(file.round, file.decimals)
