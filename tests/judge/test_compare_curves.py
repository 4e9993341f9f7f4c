"""There is one comparison of numbers; what compares whole arrays says the same, entry by entry."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from grader.course import Tolerance
from grader.judge.compare import find_close, is_close

NUMBERS = (0.0, -0.0, 5e-324, 1.0, 1.0 + 2**-52, 1.001, -1.0, 1e300, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("kinds", [{"absolute": 1e-3}, {"relative": 1e-3}, {"ulps": 1}, {"absolute": 1e-3, "ulps": 4}])
def test_arrays_are_compared_as_numbers_are(kinds: dict[str, float]) -> None:
    """Tolerances, units in the last place, infinities and NaN."""
    tolerance = Tolerance(reason="A sentence that is long enough.", **kinds)  # type: ignore[arg-type]  # of either type
    own, reference = (np.array(side) for side in zip(*itertools.product(NUMBERS, NUMBERS), strict=True))
    expected = [is_close(one, other, tolerance) for one, other in zip(own.tolist(), reference.tolist(), strict=True)]
    assert find_close(own, reference, tolerance).tolist() == expected
