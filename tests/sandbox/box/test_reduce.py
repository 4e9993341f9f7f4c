"""What students bind to names becomes plain data, once, whatever it claims to be."""

from __future__ import annotations

import math
from array import array
from collections import OrderedDict, UserDict, UserList, deque, namedtuple
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Never

import matplotlib as mpl
import mpmath
import numpy as np
import pytest
import sympy
from pydantic import TypeAdapter

from grader.judge.content import plain_value
from grader.model import Value
from grader.sandbox.box.budget import plain_text
from grader.sandbox.box.reduce import describe_callable
from tests.conftest import reduce as _reduce

mpl.use("agg")
_parse = TypeAdapter(Value).validate_json
_encode = TypeAdapter(dict).dump_json


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
def test_real_numbers(value: Any, number: Any) -> None:
    """Every kind of real number arrives as a float."""
    reduced = _reduce(value)
    assert (reduced.type, float.fromhex(reduced.value)) == ("float", number)


@pytest.mark.parametrize("value", [7, np.int8(7), np.uint64(7)])
def test_integers(value: Any) -> None:
    """Every kind of integer arrives as one."""
    assert _reduce(value) == _parse(b'{"type":"int","value":"7"}')


@pytest.mark.parametrize("value", [True, np.True_])
def test_bools_are_not_numbers(value: Any) -> None:
    """A bool stays a bool, NumPy's too."""
    assert _reduce(value) == _parse(b'{"type":"bool","value":true}')


class _LyingComplex(complex):
    @property
    def real(self) -> Never:
        raise SystemExit

    def __complex__(self) -> complex:
        return 7 + 0j


@pytest.mark.parametrize("value", [0.5 - 2j, np.complex64(0.5 - 2j), mpmath.mpc(0.5, -2), _LyingComplex(0.5 - 2j)])
def test_complex_numbers_have_both_parts(value: Any) -> None:
    """Every kind of complex number arrives with both parts, whatever a subclass says of them."""
    assert plain_value(_reduce(value)) == 0.5 - 2j


def test_complex_arrays() -> None:
    """An array of complex numbers keeps both parts of each, infinite and NaN too, and its shape."""
    value = np.array([[1j, complex(np.inf, -0.0)]], dtype=np.complex64)
    reduced = _reduce(value)
    assert (reduced.dtype, reduced.shape) == ("complex", (1, 2))
    assert repr(plain_value(reduced)) == repr(value.astype(np.complex128))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.ma.masked, "MaskedConstant"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), "MaskedArray"),
        (np.ma.array(1.0), "MaskedArray"),
    ],
)
def test_what_is_masked_is_no_number(value: Any, name: str) -> None:
    """A masked array, and the constant that one of its entries is, are named, and never read as what they hide."""
    assert _reduce(value) == _parse(f'{{"type":"other","type_name":"{name}"}}')
    assert _reduce([value]).items[0].type == "other"


@pytest.mark.parametrize("value", [10**400 - 1, 1 - 10**400, 2**64, -(10**399)])
def test_large_integers_arrive_whole(value: Any) -> None:
    """An integer of up to 400 digits is exact."""
    assert plain_value(_reduce(value)) == value


@pytest.mark.parametrize("value", [10**400, -(10**400), 1 << 100_000], ids=["400", "-400", "huge"])
def test_larger_integers_are_too_large(value: Any) -> None:
    """One of more digits is not read."""
    assert _reduce(value).why == "too_large"


def test_arrays_keep_shape_and_type() -> None:
    """An array arrives row-major with its shape; a transposed or strided one too."""
    value = np.arange(6.0).reshape(2, 3).T[::-1]
    reduced = _reduce(value)
    assert (reduced.shape, reduced.dtype) == ((3, 2), "float")
    assert [float.fromhex(text) for text in reduced.values] == value.ravel().tolist()


def test_array_of_strings_is_a_sequence() -> None:
    """A set of choices may be an array of strings."""
    assert [item.value for item in _reduce(np.array(["kl", "tv"])).items] == ["kl", "tv"]


def test_containers() -> None:
    """Lists, tuples, named tuples, dicts and their kin arrive in order; sets in an order of their own."""
    assert _reduce((1, [2.0])).form == "tuple"
    assert _reduce(namedtuple("P", "a")(1)).form == "tuple"  # noqa: PYI024 -- what a student may use
    assert [key.value for key, _ in _reduce(OrderedDict(b=1, a=2)).items] == ["b", "a"]
    assert _reduce({"b", "a", "c"}) == _reduce({"c", "b", "a"})
    assert len(_reduce({"a": 1}.values()).items) == 1


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (deque([1, 2]), [1, 2]),
        (UserList([1, 2]), [1, 2]),
        (UserDict(a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        ({"a": 1}.items(), [("a", 1)]),
        (OrderedDict(a=1).keys(), ["a"]),
        (UserDict(a=1).values(), [1]),
        (range(2), [0, 1]),
        (array("u", "ab"), ["a", "b"]),
    ],
)
def test_other_collections(value: Any, plain: Any) -> None:
    """What behaves like a list or a dict is one."""
    assert plain_value(_reduce(value)) == plain


@pytest.mark.parametrize(("code", "dtype"), [("d", "float"), ("i", "int"), ("B", "int")])
def test_arrays_of_the_standard_library(code: str, dtype: str) -> None:
    """`array.array` is an array."""
    assert (_reduce(array(code, [1, 2])).dtype, _reduce(array(code, [1, 2])).shape) == (dtype, (2,))


def test_symbolic_values_have_text_and_number() -> None:
    """A SymPy number has both; an expression with a free symbol has its text."""
    number = _reduce(sympy.log(96) / 10)
    assert (number.text, float.fromhex(number.value)) == ("log(96)/10", pytest.approx(math.log(96) / 10))
    assert _reduce(sympy.Symbol("x")).value is None
    assert _reduce(sympy.zoo).value is None


@pytest.mark.parametrize(("value", "text"), [(sympy.oo, "inf"), (-sympy.oo, "-inf"), (sympy.nan, "nan")])
def test_symbolic_infinities_are_numbers(value: Any, text: str) -> None:
    """SymPy's infinities are those of the floats, and its NaN is theirs."""
    assert _reduce(value).value == text


def test_symbolic_complex_numbers_have_both_parts() -> None:
    """A SymPy number that is not real has no value, but two parts."""
    reduced = _reduce(1 + 2 * sympy.I)
    assert (reduced.value, reduced.text, plain_value(reduced)) == (None, "1 + 2*I", 1 + 2j)


@pytest.mark.parametrize(
    "make", [lambda pair: pair[0], lambda pair: pair[1][0], lambda pair: pair[1], lambda pair: pair]
)
def test_figures_arrive_as_the_data_drawn(make: Callable[[Any], object]) -> None:
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
    def __float__(self) -> float:
        raise SystemExit

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__

    def hex(self) -> str:
        return "0x1p0"


def test_a_float_that_lies_is_the_number_it_was_made_of() -> None:
    """Overridden methods of a number are not asked."""
    assert float.fromhex(_reduce(_Liar(3.0)).value) == 3.0


class _Impostor:
    @property
    def __class__(self) -> type:
        return float


def test_a_false_class_is_not_believed_into_a_crash() -> None:
    """An object that pretends to be a float by its `__class__` is unreadable, not our error."""
    assert _reduce(_Impostor()).type in {"unreadable", "other"}


class _Growing(list):
    def __iter__(self) -> Iterator[float]:
        while True:
            yield 1.0


def test_a_container_that_never_ends_is_too_large() -> None:
    """An endless iterator is cut by the budget."""
    assert _reduce(_Growing()).why == "too_large"


def test_objects_are_named_by_their_type() -> None:
    """Something that is no answer of any kind is said to be what it is."""
    assert (_reduce(object()).type, _reduce(object()).type_name) == ("other", "object")
    assert _reduce(len).type == "callable"
    assert _reduce(None).type == "none"
    assert _reduce(...).type == "ellipsis"


class _Nameless(type):
    @property
    def __name__(cls) -> str:
        raise SystemExit


class _Hidden(metaclass=_Nameless):
    def __iter__(self) -> Iterator[object]:
        raise ValueError

    @property
    def __class__(self) -> type:
        return list


def test_the_name_of_a_class_is_not_asked_of_its_metaclass() -> None:
    """Even the reason why something is unreadable is safe to give."""
    assert (_reduce(_Hidden()).why, _reduce(_Hidden()).note) == ("raised", "ValueError")
    assert describe_callable(_Hidden()) == {"type": "callable", "type_name": "_Hidden"}


@pytest.mark.parametrize("value", [np.poly1d([1.0]), sympy.Lambda(sympy.Symbol("x"), 1), float])
def test_what_is_called_is_a_callable(value: Any) -> None:
    """Whatever else it is, what a probe calls is recorded as a callable."""
    assert _parse(_encode(describe_callable(value))).type == "callable"


def test_nested_dicts_have_an_end() -> None:
    """Dicts in dicts are bounded like lists in lists, by depth and by bytes."""
    value: dict = {}
    for _ in range(5000):
        value = {"a": value}
    assert _reduce(value).why == "too_deep"
    assert _reduce(dict.fromkeys(range(100000))).why == "too_large"


class _Shape(np.ndarray):
    @property
    def shape(self) -> tuple[int, ...]:
        return (10**9, 10**9)

    @property
    def size(self) -> int:
        return 0


def test_a_lying_shape_is_not_believed() -> None:
    """What is read is the array under a subclass."""
    assert _reduce(np.arange(3.0).view(_Shape)).shape == (3,)
    assert _reduce(np.zeros(100_000).view(_Shape)).why == "too_large"
    assert _reduce(np.zeros(50_000, dtype=complex)).why == "too_large"


def test_text_is_safe_to_send() -> None:
    """Lone surrogates are replaced and memory addresses removed, so that two runs agree."""
    assert plain_text("\ud800 at 0x7f8ebd7f5580", 100) == "? at 0x…"
    assert _reduce("\ud800").value == "?"
