"""Complex numbers are read from whatever holds real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grader.judge.decoding import Numbers, read_complex_numbers
from grader.judge.describe import Invalid
from tests.conftest import reduce

ROOTS = [1.0, 2.5 + 2.4j, 2.5 - 2.4j]
HOLDERS = [ROOTS, tuple(ROOTS), np.array(ROOTS), pd.Series(ROOTS), pd.Series(ROOTS, index=list("abc"), dtype=object)]


@pytest.mark.parametrize("value", HOLDERS, ids=range(len(HOLDERS)))
def test_a_vector_is_read_from_lists_arrays_and_series(value: object) -> None:
    """The entries are those that were written, real ones among them."""
    assert read_complex_numbers(reduce(value), (3,)) == Numbers((3,), tuple(map(complex, ROOTS)))


def test_a_matrix_is_read_from_a_frame() -> None:
    """Row by row, as pandas turns it into an array; whole numbers are complex, too."""
    frame = pd.DataFrame({"a": [1, 2], "b": [1j, 2j]})
    assert read_complex_numbers(reduce(frame), (2, 2)) == Numbers((2, 2), (1, 1j, 2, 2j))


def test_what_is_no_number_is_named() -> None:
    """A word in a series is refused with its place."""
    found = read_complex_numbers(reduce(pd.Series([1j, "i", 2.0], dtype=object)), (3,))
    assert isinstance(found, Invalid)
    assert (found.code, "entry [1]" in found.message) == ("value.wrong_type", True)
