"""Numbers that are right in another order, with other signs or on another scale: brought to what they are held against.

Pure arithmetic on shapes that the reference declares: no search that grows faster than their cube.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from grader.course import Tolerance
from grader.judge.compare import are_close, is_close
from grader.judge.decoding import Numbers

Freedom = Literal["sign", "column_signs", "column_order", "scale"]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Comparison:
    """How a student's numbers are held against others: how close, and in what the answer is free."""

    tolerance: Tolerance
    freedoms: tuple[Freedom, ...] = ()
    any_order: bool = False

    def fit(self, numbers: Numbers, reference: Numbers) -> Numbers:
        """Return the student's numbers in the order, with the signs and on the scale in which they come closest."""
        if not (self.freedoms or self.any_order):
            return numbers
        return fit_numbers(numbers, reference, self)

    def agrees(self, numbers: Numbers, reference: Numbers) -> bool:
        """Return whether the shapes are equal and each entry is close."""
        if self.freedoms or self.any_order:
            numbers = fit_numbers(numbers, reference, self)
        return are_close(numbers, reference, self.tolerance)


def fit_numbers(numbers: Numbers, reference: Numbers, comparison: Comparison) -> Numbers:
    """Return the student's numbers brought to the reference, which is never moved: the tolerance keeps its size.

    Numbers of another shape than the reference's, and infinite ones, are returned as they are. `any_order`: entries may
    stand in any order; of a matrix, its rows.
    """
    if numbers.shape != reference.shape or not reference.values:
        return numbers
    own, due = _to_array(numbers), _to_array(reference)
    if not (np.isfinite(own).all() and np.isfinite(due).all()):
        return numbers
    # Which of two signs is meant shows when the entries are in their order: on another scale they have none yet.
    signs = (1.0, -1.0) if {"sign", "scale"} & set(comparison.freedoms) else (1.0,)
    fitted = [_arrange(sign * own, due, comparison) for sign in signs]
    best = min(fitted, key=lambda one: float(np.abs(one - due).sum()))
    return Numbers(numbers.shape, tuple(best.ravel().tolist()))


def _arrange(own: Array, due: Array, comparison: Comparison) -> Array:
    """Return `own` in the order, with the signs of columns and on the scale in which it comes closest to `due`."""
    tolerance, freedoms = comparison.tolerance, comparison.freedoms
    if "scale" in freedoms:
        own = _resize(own, due)
    if comparison.any_order and own.ndim:
        own = _reorder(own, due, tolerance)
    if "column_order" in freedoms and own.ndim == 2:
        own = _reorder_columns(own, due, tolerance, signs="column_signs" in freedoms)
    if "column_signs" in freedoms and own.ndim == 2:
        own = own * np.array([_sign(own[:, index], due[:, index]) for index in range(own.shape[1])])
    return _scale(own, due) if "scale" in freedoms else own


def _to_array(numbers: Numbers) -> Array:
    return np.array(numbers.values).reshape(numbers.shape)


def _resize(own: Array, due: Array) -> Array:
    """Return `own` as long as `due`, so that entries of both can be told apart; as it is where one of them is zero."""
    largest = float(np.abs(own).max())
    if largest == 0 or not due.any():
        return own
    unit = own / largest  # a vector of 1e-300 is as good as one of length 1
    resized: Array = unit * (np.linalg.norm(due) / np.linalg.norm(unit))
    return resized


def _scale(own: Array, due: Array) -> Array:
    """Return `own` times the factor that brings it closest to `due`; as it is where it is zero."""
    size = np.vdot(own, own).real
    factor = np.vdot(own, due) / size if size else 0.0
    return own * factor if factor != 0 else own


def _sign(own: Array, due: Array) -> float:
    return -1.0 if np.vdot(own, due).real < 0 else 1.0


def _reorder(own: Array, due: Array, tolerance: Tolerance) -> Array:
    """Return the entries, or the rows, of `own` in the order in which most of them are close."""
    return own[_assign(list(own), list(due), tolerance)]


def _reorder_columns(own: Array, due: Array, tolerance: Tolerance, *, signs: bool) -> Array:
    columns, wanted = list(own.T), list(due.T)
    if not signs:
        return own[:, _assign(columns, wanted, tolerance)]
    pairs = [[_sign(one, other) * one for one in columns] for other in wanted]
    distances = np.array(
        [[np.abs(pairs[j][i] - wanted[j]).sum() for i in range(len(columns))] for j in range(len(wanted))]
    )
    return own[:, _solve(distances)]


def _assign(own: list[Array], due: list[Array], tolerance: Tolerance) -> npt.NDArray[np.intp]:
    """Return for each entry of `due` which of `own` belongs to it: close ones first, then the nearest."""
    distances = np.array([[float(np.abs(one - other).sum()) for one in own] for other in due])
    close = np.array([[_are_close(one, other, tolerance) for one in own] for other in due])
    # A pair that is close costs nothing and any other more than all distances together, so that no assignment with
    # fewer close pairs can be cheaper.
    return _solve(np.where(close, 0.0, distances + distances.sum() + 1.0))


def _are_close(own: Array, due: Array, tolerance: Tolerance) -> bool:
    pairs = zip(np.ravel(own).tolist(), np.ravel(due).tolist(), strict=True)
    return all(is_close(one, other, tolerance) for one, other in pairs)


def _solve(costs: Array) -> npt.NDArray[np.intp]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - takes a fifth of a second, and few courses need it

    columns: npt.NDArray[np.intp] = linear_sum_assignment(costs)[1]
    return columns
