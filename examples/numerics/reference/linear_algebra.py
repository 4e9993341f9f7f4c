"""Exercise linear-algebra: a system, a triangular solver, eigenvalues, singular values, condition number, rank.

A function whose name has two underscores gives what somebody gets who makes the known mistake behind them, or with
`__from` what follows from earlier values. No units. Accuracy: 1e-13 relative to the largest entry; the condition number
of A is about 20, so a backward stable solver loses at most two digits (Higham, Accuracy and Stability of Numerical
Algorithms, 2002, section 7.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]
    ComplexArray = NDArray[np.complex128]

A = np.array([[4.0, 1.0, 3.0], [-3.0, -1.0, -3.0], [2.0, 5.0, 3.0]], dtype=np.float64)
B = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0], [2.0, 1.0, 0.0]], dtype=np.float64)
RHS = np.array([1.0, 2.0, 3.0], dtype=np.float64)
DEPENDENT = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0], [0.0, 2.0, 2.0]], dtype=np.float64)

# what holds for these answers, by the names of the course's theorems
THEOREMS = {"la_solve_lower": ("residual",), "la_V": ("orthonormal_columns",)}


# ---------------------------------------------------------------- system


def la_product() -> Array:
    """Return the matrix product AB; shape (3, 3)."""
    return A @ B


def la_product__elementwise_product() -> Array:
    """Return the products of the entries."""
    return A * B


def la_product__factors_swapped() -> Array:
    """Return BA."""
    return B @ A


def la_x() -> Array:
    """Return the solution x of Ax = b; shape (3,)."""
    return np.linalg.solve(A, RHS)


def la_x__transposed_matrix() -> Array:
    """Return the solution of Aᵀx = b."""
    return np.linalg.solve(A.T, RHS)


# ---------------------------------------------------------------- substitution


def la_solve_lower(L: Array, b: Array) -> Array:
    """Return the solution x of Lx = b by forward substitution.

    Args:
        L: lower triangular, shape (n, n), no zero on its diagonal.
        b: shape (n,).

    Returns:
        x, shape (n,). Backward stable: (L + dL)x = b with |dL| ≤ n·2⁻⁵³·|L| entry by entry (Higham, theorem 8.5).
    """
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return x


def la_solve_lower__unit_diagonal(L: Array, b: Array) -> Array:
    """Return the solution as if the diagonal were all ones."""
    return la_solve_lower(L - np.diag(np.diag(L)) + np.eye(len(b)), b)


def la_solve_lower__transposed_matrix(L: Array, b: Array) -> Array:
    """Return the solution of Lᵀx = b."""
    return np.linalg.solve(L.T, b)


def la_solve_lower__right_side_not_updated(L: Array, b: Array) -> Array:
    """Return b divided by the diagonal alone."""
    return b / np.diag(L)


# ---------------------------------------------------------------- spectrum


def la_eigenvalues() -> ComplexArray:
    """Return the eigenvalues of A, shape (3,), in no order: 1 and (5 ± i√23)/2."""
    return np.linalg.eigvals(A).astype(np.complex128)


def la_spectral_radius() -> float:
    """Return the largest modulus of an eigenvalue of A, which is √12."""
    return la_spectral_radius__from(la_eigenvalues())


def la_spectral_radius__from(eigenvalues: ComplexArray) -> float:
    """Return the largest modulus of these numbers."""
    return float(np.abs(eigenvalues).max())


def la_spectral_radius__real_part_only() -> float:
    """Return the largest real part of an eigenvalue."""
    return float(la_eigenvalues().real.max())


# ---------------------------------------------------------------- factors


def la_singular_values() -> Array:
    """Return the singular values of A, largest first; shape (3,)."""
    return np.linalg.svd(A)[1]


def la_singular_values__not_rooted() -> Array:
    """Return the eigenvalues of AᵀA, their squares."""
    return la_singular_values() ** 2


def la_V() -> Array:
    """Return the matrix V of A = UΣVᵀ, its columns in the order of the singular values; each has a free sign."""
    return np.linalg.svd(A)[2].T


def la_V__rows_for_columns() -> Array:
    """Return Vᵀ, which is what `numpy.linalg.svd` returns."""
    return la_V().T


def la_V__left_for_right() -> Array:
    """Return U instead."""
    return np.linalg.svd(A)[0]


def la_condition() -> float:
    """Return the condition number of A in the 2-norm, about 20.2."""
    return la_condition__from(la_singular_values())


def la_condition__from(singular_values: Array) -> float:
    """Return the largest of these numbers divided by the smallest.

    Raises:
        ValueError: one of them is not positive, so that they are no singular values of an invertible matrix.
    """
    if singular_values.min() <= 0:
        raise ValueError(f"singular_values = {singular_values!r} must be positive")
    return float(singular_values.max() / singular_values.min())


def la_condition__other_norm() -> float:
    """Return the condition number in the 1-norm."""
    return float(np.linalg.cond(A, 1))


def la_condition__frobenius_norm() -> float:
    """Return the condition number in the Frobenius norm."""
    return float(np.linalg.cond(A, "fro"))


def la_condition__eigenvalue_ratio() -> float:
    """Return the ratio of the largest to the smallest modulus of an eigenvalue."""
    sizes = np.abs(la_eigenvalues())
    return float(sizes.max() / sizes.min())


# ---------------------------------------------------------------- rank


def la_rank() -> int:
    """Return the rank of DEPENDENT: its first and third row span the other two."""
    return int(np.linalg.matrix_rank(DEPENDENT))


def la_rank__full_rank_assumed() -> int:
    """Return the number of columns."""
    return len(DEPENDENT[0])
