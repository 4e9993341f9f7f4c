"""Values as plain data, and the words for those that are refused."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sympy
from pydantic import TypeAdapter

from grader.judge.content import DEPTH, plain_value
from grader.judge.decoding import Numbers, read_bool, read_number, read_numbers
from grader.judge.describe import Invalid, describe
from grader.judge.words import read_choice, read_set, read_text
from grader.model import (
    ArrayValue,
    BarsEvidence,
    ComplexValue,
    EmptyValue,
    FigureValue,
    FloatValue,
    IntValue,
    LineEvidence,
    MappingValue,
    OtherValue,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    UnreadableValue,
    Value,
)
from tests.conftest import reduce

VALUE: TypeAdapter[Value] = TypeAdapter(Value)


@pytest.mark.parametrize(
    "value",
    [
        0.5, math.inf, 3, -(10**300), True, "word", None, 1 - 2j, [1, "a"], (1, [2.0]), frozenset({1, "a"}),
        {"a": {1: 2.0}, (1, 2): None}, [], {}, frozenset(),
    ],
)  # fmt: skip
def test_plain_values_come_back(value: object) -> None:
    """What is plain data already is the same after the way through the box."""
    found = plain_value(reduce(value))
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[0.5, math.nan], [-math.inf, 0.0]]),
        np.array([1, 2]),
        np.array([2**64 - 1], dtype=np.uint64),
        np.array([True, False]),
        np.array([[1j, complex(math.nan, 2)]]),
        np.array(1.5),
        np.empty((0, 3)),
        np.zeros((2, 3, 4)),
    ],
)
def test_arrays_come_back(array: Any) -> None:
    """Arrays keep shape, type and every bit."""
    found: Any = plain_value(reduce(array))
    assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Fraction(1, 4), 0.25),
        ({1, 2}, frozenset({1, 2})),
        (np.array(["a", "b"]), ["a", "b"]),
        (sympy.Rational(1, 4), 0.25),
        (sympy.oo, math.inf),
        (sympy.I, 1j),
        (sympy.true, True),
        (sympy.Symbol("x"), "x"),
    ],
)
def test_other_forms_are_read_as_plain_data(value: object, plain: object) -> None:
    """Other spellings of plain data are plain data."""
    assert plain_value(reduce(value)) == plain


def test_tables_come_back() -> None:
    """A table is labels, index, and lists by label."""
    frame = pd.DataFrame({("a", 1): [1.5, 2.0], ("b", 2): ["x", "y"]}, index=["r", "s"])
    assert plain_value(reduce(frame)) == {
        "form": "frame",
        "columns": [("a", 1), ("b", 2)],
        "index": ["r", "s"],
        "data": {("a", 1): [1.5, 2.0], ("b", 2): ["x", "y"]},
    }


def test_old_figures_have_the_defaults_of_today() -> None:
    """Evidence from before there were scales, points and bars is read as that of a plain plot."""
    line = {"x": ["0x1p0"], "y": ["nan"], "label": "l"}
    panel = {"title": "", "x_label": "x", "y_label": "", "has_legend": False, "lines": [line]}
    found: Any = plain_value(VALUE.validate_json(json.dumps({"type": "figure", "axes": [panel]})))
    axes = found["axes"][0]
    assert (axes["x_scale"], axes["x_limits"], axes["points"], axes["bars"]) == ("linear", None, [], [])
    assert (axes["lines"][0]["x"], axes["lines"][0]["count"]) == ([1.0], 1)


def nested(depth: int) -> Value:
    """Return a list in a list in a list, as nobody's sandbox would send it."""
    value: Value = EmptyValue(type="none")
    for _ in range(depth):
        value = SequenceValue(form="list", items=(value,))
    return value


ONE, WORD = IntValue(value="1"), StrValue(value="a")
LIST = SequenceValue(form="list", items=(ONE,))
LINE = LineEvidence(x=("0x1p0",), y=(), label="")


def figure(**panel: Any) -> FigureValue:
    """Return a figure of one panel."""
    fixed = {"title": "", "x_label": "", "y_label": "", "has_legend": False, "lines": ()}
    return FigureValue.model_validate({"axes": ({**fixed, **panel},)})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (EmptyValue(type="absent"), "got none of that name"),
        (EmptyValue(type="ellipsis"), r"got \.\.\."),
        (OtherValue(type="other", type_name="MaskedArray"), "got a MaskedArray"),
        (OtherValue(type="callable"), "got a callable"),
        (UnreadableValue(why="too_large"), "too_large"),
        (FloatValue(value="half"), "hexadecimal"),
        (FloatValue(value="0x1p99999"), "expected a float"),
        (IntValue(value="one"), "invalid literal"),
        (ComplexValue(re="0x1p0", im="i"), "hexadecimal"),
        (ArrayValue(dtype="float", shape=(2,), values=("0x1p0",)), "got 1 of them"),
        (ArrayValue(dtype="float", shape=(0, 10**30), values=()), "got 0 of them"),
        (ArrayValue(dtype="bool", shape=(1,), values=("yes",)), "true or false"),
        (ArrayValue(dtype="complex", shape=(1,), values=("0x1p0",)), "two numbers"),
        (ArrayValue(dtype="int", shape=(1,), values=(str(2**64),)), "64 bits"),
        (ArrayValue(dtype="int", shape=(2,), values=(str(2**63), "-1")), "64 bits"),
        (SequenceValue(form="set", items=(LIST,)), "hashable"),
        (MappingValue(items=((LIST, ONE),)), "hashable"),
        (MappingValue(items=((WORD, ONE), (WORD, ONE))), "every key once"),
        (TableValue(form="frame", columns=(WORD,), index=(), cells=()), "columns and index"),
        (TableValue(form="frame", columns=(WORD,), index=(ONE,), cells=((),)), "columns and index"),
        (TableValue(form="frame", columns=(WORD, WORD), index=(), cells=((), ())), "every column once"),
        (figure(lines=(LINE,)), "one length"),
        (figure(bars=(BarsEvidence(left=(), width=(), bottom=(), height=("0x1p0",), label=""),)), "one length"),
        (figure(x_limits=("x", "y")), "hexadecimal"),
        (nested(DEPTH), "deep"),
    ],
)
def test_what_does_not_hold_together_is_a_value_error(value: Value, said: str) -> None:
    """A student can write any record: nothing but plain data or one kind of error comes of it."""
    with pytest.raises(ValueError, match=said):
        plain_value(value)


def test_nesting_up_to_the_bound() -> None:
    """One level less is read."""
    assert str(plain_value(nested(DEPTH - 1))).count("[") == DEPTH - 1


# ---------------------------------------------------------------- where real numbers are expected

COMPLEX = [
    reduce(1j),
    reduce(np.array([1j])),
    reduce(np.array(1j)),
    reduce(np.array([], dtype=complex)),
    reduce(sympy.I),
]


@pytest.mark.parametrize("value", COMPLEX)
def test_a_complex_value_is_refused_everywhere(value: Value) -> None:
    """A complex number or array is said to be one, whatever is expected in its place."""
    assert read_number(value) == Invalid("value.complex", "is complex, but should be a number")
    assert read_bool(value) == Invalid("value.complex", "is complex, but should be True or False")
    assert read_choice(value, ("a",)) == Invalid("value.complex", "is complex, but should be one of 'a'")
    assert read_set(value, ("a",)) == Invalid(
        "value.complex", "is complex, but should be a collection of words out of a"
    )


@pytest.mark.parametrize("value", COMPLEX[:4])
def test_a_complex_value_is_no_array_and_no_expression(value: Value) -> None:
    """Nor does it pass for an array of numbers, or for a formula."""
    assert read_numbers(value, None) == Invalid("value.complex", "is complex, but should be an array of numbers")
    assert getattr(read_text(value), "code", "") == "value.complex"
    listed = SequenceValue(form="list", items=(value, value))
    entry = Invalid("value.complex", "has an entry [0] that is complex, but should be a number")
    assert read_numbers(listed, None) == entry


@pytest.mark.parametrize("masked", [np.ma.masked, np.ma.array([1.0, 2.0], mask=[True, False])])
def test_what_is_masked_is_refused_by_name(masked: object) -> None:
    """Neither a masked array nor the masked constant is a number, a list of them no array."""
    name = type(masked).__name__
    assert read_number(reduce(masked)) == Invalid(
        "value.wrong_type", f"is an object of type {name}, but should be a number"
    )
    assert read_numbers(reduce(masked), None) == Invalid(
        "value.wrong_type", f"is an object of type {name}, but should be an array of numbers"
    )
    said = read_numbers(reduce([1.0, masked]), None)
    assert said == Invalid(
        "value.wrong_type", f"has an entry [1] that is an object of type {name}, but should be a number"
    )


@pytest.mark.parametrize(
    ("table", "shape", "values"),
    [
        (pd.Series([1.0, 2.0]), (2,), (1.0, 2.0)),
        (pd.Series([1, 2]), (2,), (1.0, 2.0)),
        (pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]}), (2, 2), (1.0, 3.0, 2.0, 4.0)),
        (pd.Series([], dtype=float), (0,), ()),
        (pd.DataFrame(columns=["a"], dtype=float), (0, 1), ()),
    ],
)
def test_a_table_of_numbers_is_its_array(table: Any, shape: tuple[int, ...], values: tuple[float, ...]) -> None:
    """A series is a vector and a frame a table of its rows."""
    assert read_numbers(reduce(table), shape) == Numbers(shape, values)
    assert read_numbers(reduce(table), None) == Numbers(shape, values)
    nested_once = read_numbers(reduce([table, table]), None)
    assert nested_once == Numbers((2, *shape), values * 2)


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [
        (pd.Series([1.0, math.nan]), "value.nan", "has an entry [1] that is NaN"),
        (pd.Series([True]), "value.wrong_type", "has an entry [0] that is True, but should be a number"),
        (pd.Series(["a"]), "value.wrong_type", "has an entry [0] that is the string 'a'"),
        (pd.Series([1.0]), "value.shape_mismatch", "is an array of shape (1,), but should be an array of shape (3,)"),
        (
            pd.DataFrame({"a": [1.0]}),
            "value.shape_mismatch",
            "is an array of shape (1, 1), but should be an array of shape (3,)",
        ),
    ],
)
def test_tables_that_are_no_array_of_numbers(table: Any, code: str, said: str) -> None:
    """Entries are refused as in arrays, and shapes are not bent."""
    shape = (3,) if code == "value.shape_mismatch" else None
    refusal = read_numbers(reduce(table), shape)
    assert isinstance(refusal, Invalid)
    assert (refusal.code, refusal.message[: len(said)]) == (code, said)


FORGED = [
    TableValue(form="frame", columns=(WORD,), index=(ONE,), cells=((),)),
    TableValue(form="frame", columns=(WORD,), index=(), cells=()),
    TableValue(form="series", columns=(), index=(ONE,), cells=()),
    TableValue(form="series", columns=(WORD, ONE), index=(ONE,), cells=((ONE,), (ONE,))),
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_table_that_does_not_hold_together_is_unreadable(forged: TableValue) -> None:
    """A student can write a table with fewer cells than it says, or a series that is none."""
    said = Invalid("value.unreadable", "could not be read: its columns and its index do not match")
    assert read_numbers(forged, None) == said
    with pytest.raises(ValueError, match="columns and index"):
        plain_value(forged)


def test_words_in_a_series() -> None:
    """A series of words is a collection of them, a frame is none, and neither is a single word or number."""
    series, frame = reduce(pd.Series(["kl", "TV"])), reduce(pd.DataFrame({"a": ["kl"]}))
    assert read_set(series, ("kl", "tv")) == frozenset({"kl", "tv"})
    assert getattr(read_set(frame, ("kl", "tv")), "code", "") == "value.wrong_type"
    for value, said in ((series, "a pandas Series"), (frame, "a pandas DataFrame")):
        assert read_choice(value, ("kl",)) == Invalid("value.shape_mismatch", f"is {said}, but should be a single word")
        assert read_number(value) == Invalid("value.shape_mismatch", f"is {said}, but should be a single number")
        assert describe(value) == said
    assert describe(ComplexValue(re="0x1p0", im="0x1p0")) == "a complex number"


def test_symbolic_infinity_is_a_number() -> None:
    """SymPy's `oo` is infinite, and its `nan` is refused as one."""
    assert read_number(reduce(-sympy.oo)) == -math.inf
    assert read_number(reduce(sympy.nan)) == Invalid("value.nan", "is NaN, not a number")
    assert read_number(SymbolicValue(text="x")) == Invalid(
        "value.wrong_type", "is the SymPy object x, but should be a number"
    )
