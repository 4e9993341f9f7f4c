"""Data that are assigned before the questions."""

from __future__ import annotations

import pytest

from grader.importing.assignment import Block
from grader.importing.given import find_given


def build(source: str) -> Block:
    """Return a cell that is given."""
    return Block("code", "given", source, source)


def test_floats_texts_and_arrays_are_data() -> None:
    """A cell of nothing else."""
    given, rest = find_given([build("a = 9.81\nb = 'x'\nc = np.array([1, 2.5])\nd = np.array([[1.0], [2]])")], ())
    found = [(one["name"], one["value"]) for one in given]
    assert found == [
        ("a", 9.81),
        ("b", "x"),
        ("c", [1, 2.5]),
        ("d", [[1.0], [2]]),
    ]
    assert rest == ()


@pytest.mark.parametrize(
    "source",
    ["n = 3", "a = 1.5\nprint(a)", "import x", "a = [1.0, 2.0]", "a = f(1.5)",
     "sum = 1.5", "x = 1.5", "a = np.array([])",
     "a = np.array([[1.5], [1, 2]])", "a = np.array(['b'])", "a = ''", "not Python"],
)  # fmt: skip
def test_anything_else_stays_code(source: str) -> None:
    """Whole numbers too, as they would become floats; and what has an answer's name."""
    block = build(source)
    assert find_given([block], {"x"}) == ((), (block,))
