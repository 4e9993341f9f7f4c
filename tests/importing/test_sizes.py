"""How much a written expression would take: what tests really call functions with is small, bombs are not."""

from __future__ import annotations

import ast

import pytest

from grader.importing.sizes import is_small

SMALL = (
    "5", "-2.5e-3", "6.02e23", "10**23", "2**100", "(-8)**2", "1 / 3", "[1, 2, 3]", "'a text'", "{'a': 1, 'b': [2]}",
    "None", "True", "1j", "[0] * 10", "'ab' * 3", "'a' + 'b'", "np.pi", "2 * np.pi", "np.pi / 4", "math.pi ** 2",
    "np.zeros(5)", "np.zeros((10, 10))", "np.full(3, 1e9)", "np.ones(3, dtype='float64')", "np.full((2, 2), 7.5)",
    "np.eye(3)", "np.identity(100)", "np.arange(10)", "np.arange(0, 1, 0.1)", "np.arange(10) ** 2",
    "np.linspace(0, 1e9, 50)", "np.linspace(0, 2 * np.pi, num=7)", "np.array([1.0, 2.0]) * 1e10", "-np.ones(4)",
    "np.array([[1, 2], [3, 4]])", "np.array([1, 2], dtype=np.float64)", "np.sqrt(2) * np.array([1, 2])", "np.exp(-1.5)",
)  # fmt: skip
BOMBS = (
    "10**10**10", "(((9**9)**9)**9)**9", "1**(10**10**10)", "1 // 10**10**10", "[10**10**10]", "-10**10**10",
    "2**10000", "1 << 10**10", "'a' * 10**11", "10**11 * 'a'", "[0] * 10**9", "[[0] * 1000] * 1000",
    "('a' + 'b') * 10**11",
    "'%1000000000d' % 5", "f'{1:>1000000000}'", "np.zeros(10**12)", "np.zeros((10**6, 10**6))", "np.ones(shape=10**12)",
    "np.full(10**12, 0)", "np.full(10**12, fill_value=0)", "np.full(2, 1, ('f8', 10**9))",
    "np.full(3, [0] * 10**9)", "np.eye(10**5)", "np.eye(10, 10**9)", "np.identity(10**5)",
    "np.arange(10**12)", "np.arange(0, 1, 1e-12)", "np.arange(0, 1, step=1e-12)", "np.arange(0, 1, 0)", "np.arange()",
    "np.linspace(0, 1, 10**12)", "np.linspace(0, 1, num=10**12)", "np.zeros(3, dtype='S1000000000')",
    "np.zeros(3, 'S1000000000')", "np.zeros(3, dtype=('f8', (10000, 10000)))", "np.array(['a'], dtype='O') * 10**11",
    "np.array('a', dtype='U1000000000')", "np.ones((1000, 1)) * np.ones((1, 1000))", "np.array([2]) ** 10**9",
    "np.array([2]) ** np.array([10**9])", "[x for x in [1]]", "{**{}}", "1 / 0 * [0]",
)  # fmt: skip


@pytest.mark.parametrize("source", SMALL)
def test_small(source: str) -> None:
    """It may be suggested."""
    assert is_small(ast.parse(source, mode="eval").body)


@pytest.mark.parametrize("source", BOMBS)
def test_bombs(source: str) -> None:
    """It is the author's to decide."""
    assert not is_small(ast.parse(source, mode="eval").body)
