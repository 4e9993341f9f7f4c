"""What an answer is free in makes no right answer wrong, alone or together, and no wrong one right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from grader.course import Tolerance
from grader.judge.decoding import Numbers
from grader.judge.matching import Comparison

TOLERANCE = Tolerance(absolute=1e-5, reason="Wider than rounding, narrower than any difference here.")
VECTOR = np.array([1.0, 2.0, -4.0])
MATRIX = np.array([[3.0, 1.0, 0.0], [-1.0, 2.0, 1.0], [0.5, 0.0, 5.0]])
SIGNS = np.array([1.0, -1.0, -1.0])


def agrees(own: Any, due: Any, *freedoms: Any, order: str = False) -> bool:
    """Return whether numbers are the due ones but for what they are free in."""
    pair = [
        Numbers(np.shape(one), tuple(np.ravel(np.asarray(one, dtype=float)).tolist()))
        for one in (own, due)
    ]  # fmt: skip
    return Comparison(TOLERANCE, freedoms, any_order=order == "any").agrees(*pair)


RIGHT: list[tuple[Any, Any, tuple[str, ...], str]] = [
    (VECTOR[[2, 0, 1]], VECTOR, (), "any"),
    (-VECTOR, VECTOR, ("sign",), "given"),
    (-VECTOR[[2, 0, 1]], VECTOR, ("sign",), "any"),
    (-3.0 * VECTOR, VECTOR, ("scale",), "given"),
    (-3.0 * VECTOR[[2, 0, 1]], VECTOR, ("scale",), "any"),
    (1e-300 * VECTOR, VECTOR, ("scale",), "given"),
    (-1e300 * VECTOR[[1, 2, 0]], VECTOR, ("scale",), "any"),
    (MATRIX[[2, 0, 1]], MATRIX, (), "any"),
    (-MATRIX[[2, 0, 1]], MATRIX, ("sign",), "any"),
    (MATRIX * SIGNS, MATRIX, ("column_signs",), "given"),
    (MATRIX[:, [2, 0, 1]], MATRIX, ("column_order",), "given"),
    (-MATRIX[:, [2, 0, 1]], MATRIX, ("column_order", "sign"), "given"),
    ((MATRIX * SIGNS)[:, [2, 0, 1]], MATRIX, ("column_order", "column_signs"), "given"),
    (7.0 * MATRIX * SIGNS, MATRIX, ("scale", "column_signs"), "given"),
    (-7.0 * MATRIX[:, [1, 2, 0]], MATRIX, ("scale", "column_order"), "given"),
    (0.1 * (MATRIX * SIGNS)[:, [1, 2, 0]], MATRIX, ("scale", "column_order", "column_signs"), "given"),
    (np.zeros(3), np.zeros(3), ("scale",), "given"),
]


@pytest.mark.parametrize(("own", "due", "freedoms", "order"), RIGHT, ids=range(len(RIGHT)))
def test_what_is_right_but_for_its_freedoms_is_right(own: Any, due: Any, freedoms: tuple[str, ...], order: str) -> None:
    """Each freedom, and several at once; without them the same numbers are wrong."""
    assert agrees(own, due, *freedoms, order=order)
    assert agrees(own, due) == bool(np.array_equal(own, due))


WRONG: list[tuple[Any, Any, tuple[str, ...], str]] = [
    (np.zeros(3), VECTOR, ("scale",), "any"),
    (np.ones(3), VECTOR, ("scale", "sign"), "any"),
    (np.ones(3), np.zeros(3), ("scale",), "any"),
    (np.full(3, 1e-300), VECTOR, ("scale",), "any"),
    (np.full(3, math.inf), VECTOR, ("scale",), "any"),
    (np.full(3, math.nan), VECTOR, ("scale",), "any"),
    (VECTOR[[0, 0, 1]], VECTOR, ("sign",), "any"),
    (VECTOR * [1.0, 1.0, -1.0], VECTOR, ("scale",), "any"),
    (MATRIX * [2.0, 3.0, 1.0], MATRIX, ("scale", "column_signs", "column_order"), "given"),
    (MATRIX[:, [0, 0, 1]], MATRIX, ("column_signs", "column_order"), "given"),
    (MATRIX * [0.0, 1.0, 1.0], MATRIX, ("column_signs", "scale"), "given"),
    (MATRIX * SIGNS[:, None], MATRIX, ("column_signs", "column_order"), "given"),
    (np.eye(3), MATRIX, ("scale", "column_signs", "column_order"), "given"),
]


@pytest.mark.parametrize(("own", "due", "freedoms", "order"), WRONG, ids=range(len(WRONG)))
def test_freedoms_make_no_wrong_answer_right(own: Any, due: Any, freedoms: tuple[str, ...], order: str) -> None:
    """Zeros, one column twice, a scale for each column, infinities and NaN."""
    assert not agrees(own, due, *freedoms, order=order)
