"""Cohen's kappa."""

from __future__ import annotations

import numpy as np
import pytest

from grader.gradebook.agreement import compute_kappa


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),  # en.wikipedia.org, Cohen's kappa, simple example
        ([[45, 15], [25, 15]], 0.1304),  # the same, after Kilem Gwet 2002
        ([[25, 35], [5, 35]], 0.2593),
        ([[5, 0], [0, 5]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
        ([[10, 0], [0, 0]], None),
        ([[0, 0], [0, 0]], None),
    ],
)
def test_kappa_of_published_tables(counts: list[list[int]], kappa: float | None) -> None:
    """Where chance alone agrees always there is none."""
    found = compute_kappa(np.array(counts))
    assert found == (None if kappa is None else pytest.approx(kappa, abs=5e-5))
