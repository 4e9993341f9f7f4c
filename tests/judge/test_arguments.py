"""Arguments of calls: the author's objects as records, and the same fresh objects on both sides of the wall."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from pydantic import ValidationError

from grader.judge.arguments import argument_object, build_argument, show_argument
from grader.model import (
    ArrayArgument,
    Call,
    ColumnArgument,
    ComplexArgument,
    DictArgument,
    FloatArgument,
    FunctionArgument,
    ListArgument,
    TableArgument,
)
from grader.sandbox.box.calls import ArgumentsError, call

COLUMN = ColumnArgument(label="a", dtype="int", values=("1",))


def send(argument: object) -> object:
    """Return what a student's function gets: through the probe's JSON, and built inside the box."""
    text = Call(args=(argument,)).model_dump_json()
    assert Call.model_validate_json(text) == Call(args=(argument,))
    return call(lambda one: one, json.loads(text)["args"])


def same(one: Any, other: Any) -> bool:
    """Return whether two objects are of one type and equal, NaN to itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (2.0, 2.0),
        (2, 2),
        (10**50, 10**50),
        (True, True),
        ("word", "word"),
        (None, None),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (math.nan, math.nan),
        (-0.5 + 2j, -0.5 + 2j),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int8(3), 3),
        (np.True_, True),
        (np.str_("s"), "s"),
        (np.complex64(1j), 1j),
        ([1, 2], np.array([1.0, 2.0])),
        ((1.0, 2), np.array([1.0, 2.0])),
        ([[1, 2], (3, 4)], np.array([[1.0, 2.0], [3.0, 4.0]])),
        ([], np.array([])),
        ([[], []], np.empty((2, 0))),
        ([[[1.0]], [[math.nan]]], np.array([[[1.0]], [[math.nan]]])),
        (np.arange(24.0).reshape(2, 3, 4), np.arange(24.0).reshape(2, 3, 4)),
        (np.empty((0, 3)), np.empty((0, 3))),
        (np.array(1.5), np.array(1.5)),
        (np.float32([1, 2]), np.array([1.0, 2.0])),
        (np.array([[1, 2]], dtype=np.int8), np.array([[1, 2]])),
        (np.array([2**64 - 1], dtype=np.uint64), np.array([2**64 - 1], dtype=np.uint64)),
        (np.array([], dtype=int), np.array([], dtype=int)),
        (np.array([True, False]), np.array([True, False])),
        (np.array([1j, complex(math.inf, -0.0)]), np.array([1j, complex(math.inf, -0.0)])),
        (["a", 1, None, [2]], ["a", 1, None, np.array([2.0])]),
        ([True, False], [True, False]),
        ([np.array([1, 2]), np.zeros(3)], [np.array([1, 2]), np.zeros(3)]),
        ({"b": [1], 2: {"c": 1j}, None: math.inf}, {"b": np.array([1.0]), 2: {"c": 1j}, None: math.inf}),
    ],
    ids=repr,
)
def test_both_sides_get_what_the_author_gave(given: object, due: object) -> None:
    """The reference and the student are called with equal objects of the same types."""
    argument = build_argument(given)
    assert same(argument_object(argument), due)
    assert same(send(argument), due)
    assert len(show_argument(argument)) < 200


@pytest.mark.parametrize("given", [[1.0], [[1.0]], np.array([1]), np.array([1j]), np.array([math.nan])])
def test_arrays_are_fresh_and_writable(given: object) -> None:
    """A function that writes into its argument spoils no other call."""
    argument = build_argument(given)
    for build in (argument_object, send):
        first, second = build(argument), build(argument)
        assert isinstance(first, np.ndarray)
        first[:] = 7
        assert not same(first, second)


FRAMES = [
    pd.DataFrame({"n": [1, 2], "x": [0.5, math.nan], "ok": [True, False], "who": ["a", None]}),
    pd.DataFrame({"x": [1.0]}, index=pd.Index(["row"], name="label")),
    pd.DataFrame({"when": pd.to_datetime(["2024-01-02", None])}, index=[3, 1]).astype({"when": "datetime64[ns]"}),
    pd.DataFrame({"x": [1.0]}, index=pd.to_datetime(["2024-01-02"]).astype("datetime64[ns]")),
    pd.DataFrame([[1.0, 2.0]], columns=["same", "same"]),
    pd.DataFrame({"x": []}),
    pd.DataFrame(index=["a", "b"]),
]


@pytest.mark.parametrize("given", FRAMES)
def test_frames_arrive_whole(given: pd.DataFrame) -> None:
    """Columns keep their types and labels, and rows their index."""
    for found in (argument_object(build_argument(given)), send(build_argument(given))):
        assert_frame_equal(found, given, check_column_type=False, check_index_type=False)


@pytest.mark.parametrize(
    "given", [pd.Series([1, 2], name="n"), pd.Series([0.5], index=["a"]), pd.Series(["a", "b"], name=3)]
)
def test_series_arrive_whole(given: pd.Series) -> None:
    """A series keeps its name."""
    for found in (argument_object(build_argument(given)), send(build_argument(given))):
        assert_series_equal(found, given)


@pytest.mark.parametrize("source", ["lambda t, y: -2*t*np.asarray(y)", "  lambda t, y: [math.exp(t) for _ in y]\n"])
def test_functions_are_evaluated_on_both_sides(source: str) -> None:
    """A function is its source, evaluated with NumPy and math in scope."""
    argument = build_argument(source, "function")
    ours: Any = argument_object(argument)
    theirs: Any = send(argument)
    assert same(np.asarray(ours(0.5, [1.0])), np.asarray(theirs(0.5, [1.0])))
    assert show_argument(argument) == source.strip()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(t): return t", "expected the source of a function"),
        ("np.exp", "expected the source of a function"),
        ("lambda t: t\nlambda t: t", "expected the source of a function"),
        ("lambda t: scipy.special.erf(t) + helper", "helper, scipy"),
        ("lambda t: [later for x in t]", "later"),
        ("lambda t=first: t", "first"),
        ("lambda t: \0", "expected the source of a function"),
        ("lambda t: " + "(" * 500, "expected the source of a function"),
        (len, "expected the source of a function"),
    ],
)
def test_functions_that_would_fail_inside_are_refused(source: object, said: str) -> None:
    """What is no lambda expression, or looks up a name that is not there, is the author's mistake and said at once."""
    with pytest.raises(ValueError, match=said):
        build_argument(source, "function")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (object(), "got <object object"),
        (Decimal(1), r"got Decimal\('1'\) \(Decimal\)"),
        ({1, 2}, "expected a number, string"),
        (b"bytes", "got b'bytes'"),
        (len, "builtin_function"),
        ([[1, 2], [3]], "rows of one length"),
        ([10**400], "rows of one length"),
        (np.array(["a"]), "use a list"),
        (np.array([None]), "use a list"),
        (np.ma.array([1.0]), "masked"),
        (np.datetime64("2024"), "expected a number, string or bool"),
        (np.timedelta64(1), "expected a number, string or bool"),
        (np.bytes_(b"a"), "expected a number, string or bool"),
        ({(1, 2): 3}, "key or label"),
        ({True: 3}, "key or label"),
        ({math.nan: 3}, "finite"),
        ({"a": {1}}, "expected a number, string"),
        (pd.DataFrame({"a": [1, "b"]}), "column 'a', got object"),
        (pd.DataFrame({"a": pd.Categorical(["x"])}).assign(a=[1j]), "column 'a', got complex128"),
        (pd.Series(pd.array([1, None])), "got Int64"),
        (pd.Series([dt.date(2024, 1, 2)]), "got object"),
        (pd.Series(pd.to_datetime(["2024-01-02"]).tz_localize("UTC")), "UTC"),
        (pd.Series([1.0], index=pd.MultiIndex.from_tuples([(1, 2)])), "got object"),
        (pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([(1, 2)])), "key or label"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_sent_is_refused(given: object, said: str) -> None:
    """The author is told what was expected and what came."""
    with pytest.raises(ValueError, match=said):
        build_argument(given)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ArrayArgument(dtype="int", shape=(2,), values=("1",)),
        lambda: ArrayArgument(dtype="int", shape=(-1, -1), values=("1",)),
        lambda: ColumnArgument(label="a", dtype="int", values=("1", None)),
        lambda: TableArgument(columns=(COLUMN, COLUMN.model_copy(update={"values": ()}))),
        lambda: TableArgument(columns=(COLUMN,), index=COLUMN.model_copy(update={"values": ()})),
        lambda: TableArgument(form="series", columns=()),
        lambda: Call(args=(math.inf,)),
        lambda: Call(args=((math.nan,),)),
        lambda: Call(args=(1j,)),
        lambda: Call(args=((True,),)),
    ],
)
def test_records_hold_together(make: Any) -> None:
    """An argument that nobody could build is no record."""
    with pytest.raises(ValidationError):
        make()


def test_calls_differ_where_a_function_could_tell() -> None:
    """1, 1.0 and True are three arguments; the same arguments are one call, whoever built it."""
    calls = [Call(args=(one,)) for one in (1, 1.0, True, "1", None, (1.0,), ((1.0,),))]
    assert len(dict.fromkeys(calls)) == len(calls)
    assert Call(args=((1, 2),)) == Call(args=((1.0, 2.0),))
    assert hash(Call(args=((1, 2),))) == hash(Call(args=((1.0, 2.0),)))
    assert Call(args=()) != "()"
    nested = DictArgument(items=(("a", ListArgument(items=("b", ComplexArgument(re="0x0p0", im="0x1p0")))),))
    assert {Call(args=(nested,)): 1}[Call(args=(nested.model_copy(),))] == 1


def test_floats_and_arrays_of_floats_are_as_they_were() -> None:
    """A call of floats, vectors and tables has the JSON and the words that it always had."""
    args = (0.5, (1.0, 2.0), ((1.0, 2.0), (3.0, 4.0)))
    assert Call(args=args).model_dump(mode="json") == {"args": [0.5, [1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]]]}
    assert Call(args=args).plain_args == json.loads(Call(args=args).model_dump_json())["args"]
    row = "[0, 1, 2, 3, 4, 5, 6, 7, … 20 in all]"
    many = (*args, tuple(map(float, range(20))), (tuple(map(float, range(20))),) * 20, 1e-9, 1 / 3)
    assert [show_argument(argument) for argument in many] == [
        "0.5", "[1, 2]", "[[1, 2], [3, 4]]", row, f"[{', '.join([row] * 8)}, … 20 in all]", "1e-09", "0.333333333",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        (3, "3"),
        (True, "True"),
        (None, "None"),
        ("a word\n", "'a word'"),
        ("x" * 100, f"'{'x' * 39}…'"),
        (10**90, f"1{'0' * 78}…"),
        (FloatArgument(value="-inf"), "-inf"),
        (build_argument(1.5 - 2j), "1.5-2j"),
        (build_argument(np.array([[1, 2]])), "[[1, 2]]"),
        (build_argument(np.array([True])), "[True]"),
        (build_argument(np.array([math.inf])), "[inf]"),
        (build_argument(["a", [1, 2]]), "['a', [1, 2]]"),
        (build_argument({"a": 1, 2: [3]}), "{'a': 1, 2: [3]}"),
        (build_argument(list("abcdefghij")), "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', … 10 in all]"),
        (build_argument(FRAMES[0]), "DataFrame(2 rows; columns 'n', 'x', 'ok', 'who')"),
        (build_argument(pd.DataFrame()), "DataFrame(0 rows; columns none)"),
        (build_argument(pd.Series([1.5, 2.0])), "Series([1.5, 2])"),
        (build_argument(pd.Series(["a", None])), "Series([a, None])"),
        (FunctionArgument(source="lambda t: " + "t + " * 100 + "t"), "lambda t: " + "t + " * 17 + "t…"),
    ],
)
def test_arguments_in_words(argument: Any, shown: str) -> None:
    """An argument is shown as a student would write it, shortened where it is long."""
    assert show_argument(argument) == shown


def test_words_have_a_bound() -> None:
    """Eight of eight of eight strings are cut."""
    argument: Any = "x" * 40
    for _ in range(4):
        argument = ListArgument(items=(argument,) * 8)
    assert len(show_argument(argument)) < 1600


def test_arguments_that_cannot_be_built_inside_are_told_apart() -> None:
    """The student's function is not called, and the exception says that it is not to blame."""
    for broken in ({"type": "unknown"}, {"type": "function", "source": "1 +"}, {}):
        with pytest.raises(ArgumentsError):
            call(lambda _: pytest.fail("called"), [broken])
    with pytest.raises(ZeroDivisionError):
        call(lambda one: one / 0, [1])


def test_tables_need_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is missing, ours is a `ValueError`, and that inside is no error of the student's function."""
    argument = build_argument(FRAMES[0])

    def fail(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(ValueError, match="expected pandas"):
        argument_object(argument)
    with pytest.raises(ArgumentsError):
        send(argument)
