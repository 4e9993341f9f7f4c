"""What students bind to names becomes plain data, once, whatever it claims to be."""

from __future__ import annotations

import math
from collections import OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import matplotlib as mpl
import numpy as np
import pytest
import sympy
from pydantic import TypeAdapter

from grader.model import Value
from grader.sandbox.box.reduce import plain_text, reduce_value

mpl.use("agg")
_parse = TypeAdapter(Value).validate_json
_encode = TypeAdapter(dict).dump_json


def _reduce(value):
    return _parse(_encode(reduce_value(value, 1 << 20)))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.5, 0.5),
        (np.float32(0.5), 0.5),
        (np.float64("inf"), math.inf),
        (Fraction(1, 4), 0.25),
        (Decimal("0.125"), 0.125),
        (np.longdouble(2), 2.0),
    ],
)
def test_real_numbers(value, number):
    """Every kind of real number arrives as a float."""
    reduced = _reduce(value)
    assert (reduced.type, float.fromhex(reduced.value)) == ("float", number)


@pytest.mark.parametrize("value", [7, np.int8(7), np.uint64(7)])
def test_integers(value):
    """Every kind of integer arrives as one."""
    assert _reduce(value) == _parse(b'{"type":"int","value":"7"}')


@pytest.mark.parametrize("value", [True, np.True_])
def test_bools_are_not_numbers(value):
    """A bool stays a bool, NumPy's too."""
    assert _reduce(value) == _parse(b'{"type":"bool","value":true}')


@pytest.mark.parametrize("value", [1j, np.complex64(1), np.array([1j])])
def test_complex_numbers_are_named(value):
    """A complex number is said to be one."""
    assert _reduce(value).type == "complex"


def test_arrays_keep_shape_and_type():
    """An array arrives row-major with its shape; a transposed or strided one too."""
    value = np.arange(6.0).reshape(2, 3).T[::-1]
    reduced = _reduce(value)
    assert (reduced.shape, reduced.dtype) == ((3, 2), "float")
    assert [float.fromhex(text) for text in reduced.values] == value.ravel().tolist()


def test_array_of_strings_is_a_sequence():
    """A set of choices may be an array of strings."""
    assert [item.value for item in _reduce(np.array(["kl", "tv"])).items] == ["kl", "tv"]


def test_containers():
    """Lists, tuples, named tuples, dicts and their kin arrive in order; sets in an order of their own."""
    assert _reduce((1, [2.0])).form == "tuple"
    assert _reduce(namedtuple("P", "a")(1)).form == "tuple"  # noqa: PYI024 -- what a student may use
    assert [key.value for key, _ in _reduce(OrderedDict(b=1, a=2)).items] == ["b", "a"]
    assert _reduce({"b", "a", "c"}) == _reduce({"c", "b", "a"})
    assert len(_reduce({"a": 1}.values()).items) == 1


def test_symbolic_values_have_text_and_number():
    """A SymPy number has both; an expression with a free symbol has its text."""
    number = _reduce(sympy.log(96) / 10)
    assert (number.text, float.fromhex(number.value)) == ("log(96)/10", pytest.approx(math.log(96) / 10))
    assert _reduce(sympy.Symbol("x")).value is None


@pytest.mark.parametrize(
    "make", [lambda pair: pair[0], lambda pair: pair[1][0], lambda pair: pair[1], lambda pair: pair]
)
def test_figures_arrive_as_the_data_drawn(make):
    """A figure, one of its axes, the array of axes, or the unpacked pair: all show the lines and their labels."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2)
    axes[0].plot([0, 1], [2, 3], label="first")
    axes[0].set_xlabel("x")
    axes[0].legend()
    reduced = _reduce(make((figure, axes)))
    plt.close(figure)
    assert reduced.type == "figure"
    panel = reduced.axes[0]
    assert (panel.x_label, panel.legend, panel.lines[0].label) == ("x", ("first",), "first")
    assert [float.fromhex(text) for text in panel.lines[0].y] == [2.0, 3.0]


class _Liar(float):
    def __float__(self):
        raise SystemExit

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def hex(self):
        return "0x1p0"


def test_a_float_that_lies_is_the_number_it_was_made_of():
    """Overridden methods of a number are not asked."""
    assert float.fromhex(_reduce(_Liar(3.0)).value) == 3.0


class _Impostor:
    @property
    def __class__(self):
        return float


def test_a_false_class_is_not_believed_into_a_crash():
    """An object that pretends to be a float by its `__class__` is unreadable, not our error."""
    assert _reduce(_Impostor()).type in {"unreadable", "other"}


class _Growing(list):
    def __iter__(self):
        while True:
            yield 1.0


def test_a_container_that_never_ends_is_too_large():
    """An endless iterator is cut by the budget."""
    assert _reduce(_Growing()).why == "too_large"


class _Unreadable(Exception):  # noqa: N818 -- a student's class
    def __str__(self):
        raise KeyError

    def __len__(self):
        raise ValueError


def test_objects_are_named_by_their_type():
    """Something that is no answer of any kind is said to be what it is."""
    assert (_reduce(object()).type, _reduce(object()).type_name) == ("other", "object")
    assert _reduce(len).type == "callable"
    assert _reduce(None).type == "none"
    assert _reduce(...).type == "ellipsis"


def test_text_is_safe_to_send():
    """Lone surrogates are replaced and memory addresses removed, so that two runs agree."""
    assert plain_text("\ud800 at 0x7f8ebd7f5580", 100) == "? at 0x…"
    assert _reduce("\ud800").value == "?"
