"""Other data for each student, where the course says so: `variants` in `course.yaml`.

A function draws from `rng` alone, and returns all parameters of its exercise by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TRIES = 100_000  # one matrix in some hundreds is suitable


def matrices(rng: np.random.Generator) -> dict[str, Array]:
    """Return A, B and b of the exercise on linear algebra, all of whole numbers; see `_is_suitable` for A.

    Raises:
        ArithmeticError: no suitable A was found.
    """
    for _ in range(TRIES):
        matrix = rng.integers(-5, 6, (3, 3)).astype(np.float64)
        if _is_suitable(matrix):
            others = rng.integers(-3, 4, (3, 3)), rng.integers(1, 10, 3)
            return {"A": matrix, "B": others[0].astype(np.float64), "b": others[1].astype(np.float64)}
    raise ArithmeticError(f"none of {TRIES} matrices is suitable")


def _is_suitable(matrix: Array) -> bool:
    """Return whether a matrix has what the exercise says of A.

    One eigenvalue is a small whole number, the other two are complex and have the largest modulus; the condition number
    is below 30; the singular values, and the eigenvalues, are far apart.
    """
    eigenvalues = np.linalg.eigvals(matrix)
    real = eigenvalues[np.abs(eigenvalues.imag) < 1e-9].real
    if len(real) != 1 or abs(real[0] - round(real[0])) > 1e-9:
        return False
    values = np.linalg.svd(matrix)[1]
    pair = np.abs(eigenvalues[np.argmax(eigenvalues.imag)])
    is_apart = np.abs(eigenvalues.imag).max() > 0.5 and np.abs(np.diff(values)).min() > 0.5
    return bool(values[-1] > 0 and values[0] < 30 * values[-1] and 0.5 < abs(real[0]) < pair - 0.5 and is_apart)
