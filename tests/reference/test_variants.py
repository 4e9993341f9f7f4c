"""Other data for each student: as their docstrings say."""

from __future__ import annotations

import numpy as np

from reference.exercise8 import Z_S, Z_T
from reference.variants import four_probabilities, two_models


class Stuck(np.random.Generator):
    """A generator that draws the printed logits first, moved by one."""

    def choice(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        """Return what is of no use once, then what is drawn."""
        if not hasattr(self, "asked"):
            self.asked = True
            return Z_T + 1
        return super().choice(*arguments, **named)  # type: ignore[call-overload]


def test_probabilities_are_tenths_and_reversed() -> None:
    """None is zero, and they sum to one."""
    for seed in range(50):
        drawn = four_probabilities(np.random.default_rng(seed))
        assert abs(drawn["p"].sum() - 1) < 1e-12
        assert np.array_equal(np.rint(10 * drawn["p"]) / 10, drawn["p"])
        assert drawn["p"].min() > 0
        assert np.array_equal(drawn["q"], drawn["p"][::-1])


def test_logits_are_not_the_printed_ones_moved_together() -> None:
    """Their softmax would be printed too."""
    for seed in range(50):
        drawn = two_models(np.random.default_rng(seed))
        assert not np.array_equal(np.diff(drawn["z_T"]), np.diff(Z_T))
        assert not np.array_equal(np.diff(drawn["z_S"]), np.diff(Z_S))
        assert 0.3 <= drawn["weight"] <= 0.9
    stuck = two_models(Stuck(np.random.PCG64(1)))
    assert not np.array_equal(np.diff(stuck["z_T"]), np.diff(Z_T))
