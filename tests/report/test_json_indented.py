"""JSON over many lines: the same bytes as the standard library's."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.report.json import dump_indented

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
plain = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner)
)


@given(plain, st.sampled_from([1, 2]))
@example({"a": [], "b": {}, "c": (), "é\udcff\x7f\n": [[1, -0.0, 1e300, True, None, "::"]]}, 2)
def test_the_bytes_are_those_of_json_dumps(data: Any, indent: int) -> None:
    """Whatever the data: order, breaks, numbers and escapes are the standard library's."""
    assert dump_indented(data, indent) == json.dumps(data, indent=indent, ensure_ascii=True)


@pytest.mark.parametrize("data", [[float("nan")], {"a": float("inf")}])
def test_what_json_has_no_number_for_is_refused(data: Any) -> None:
    """NaN and infinities, which other programs cannot read, are written nowhere."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_indented(data, 2)


@pytest.mark.parametrize("data", [Fraction(1, 2), {1: "a"}, [{1}]])
def test_what_is_not_plain_is_refused(data: Any) -> None:
    """Points must have become numbers before, and keys are text."""
    with pytest.raises(TypeError):
        dump_indented(data, 2)
