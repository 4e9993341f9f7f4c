"""pandas tables become plain data with their labels, whatever they claim to be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Never

import numpy as np
import pandas as pd
import pytest

from grader.judge.content import plain_value
from tests.conftest import reduce as _reduce


def _plain(value: object) -> Any:
    return plain_value(_reduce(value))


def test_a_frame_keeps_labels_and_types() -> None:
    """Columns, index and cells arrive as what they are, column by column."""
    frame = pd.DataFrame({"n": [1, 2], "x": [0.5, np.inf], "ok": [True, False], "who": ["a", None]}, index=["r", "s"])
    plain = _plain(frame)
    assert (plain["form"], plain["columns"], plain["index"]) == ("frame", ["n", "x", "ok", "who"], ["r", "s"])
    assert plain["data"]["n"] == [1, 2]
    assert plain["data"]["x"] == [0.5, np.inf]
    assert plain["data"]["ok"] == [True, False]
    assert plain["data"]["who"][0] == "a"
    assert np.isnan(plain["data"]["who"][1])


@pytest.mark.parametrize(("name", "label"), [("y", "y"), (None, None), (3, 3)])
def test_a_series_is_one_column(name: int | str | None, label: int | str | None) -> None:
    """The label of a series is its name, or none."""
    plain = _plain(pd.Series([1.5, 2.5], name=name))
    assert (plain["form"], plain["columns"], plain["index"]) == ("series", [label], [0, 1])
    assert plain["data"] == {label: [1.5, 2.5]}


def test_labels_of_several_levels_are_tuples() -> None:
    """What `groupby` on two columns gives keeps both labels of each row."""
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    assert _plain(pd.Series([0.0, 1.0], index=index))["index"] == [("a", 1), ("b", 2)]


def test_dates_and_intervals_are_text_and_what_is_missing_is_none_or_nan() -> None:
    """Labels and cells of other types have one spelling; NaN stays a number that is none."""
    moments = pd.to_datetime(["2024-03-01T00:00", "2024-03-02T12:00"])
    assert _plain(pd.Series([1, 2], index=moments))["index"] == ["2024-03-01T00:00:00", "2024-03-02T12:00:00"]
    cells = [pd.NA, pd.NaT, None, pd.Timedelta("1D"), pd.Period("2024-03"), pd.Interval(0, 1), np.datetime64("2024")]
    found = _plain(pd.Series(cells, dtype=object))["data"][None]
    assert found == [None, None, None, "P1DT0H0M0S", "2024-03", "(0, 1]", "2024"]
    assert np.isnan(_plain(pd.Series([np.nan]))["data"][None][0])


@pytest.mark.parametrize(
    "empty", [pd.DataFrame(), pd.DataFrame(columns=["a"]), pd.DataFrame(index=[1]), pd.Series([], dtype=float)]
)
def test_empty_tables_arrive(empty: object) -> None:
    """A table without rows, columns or both is one."""
    table = _reduce(empty)
    assert (len(table.index), len(table.columns)) == (len(empty), 1 if empty.ndim == 1 else len(empty.columns))


def test_other_things_of_pandas_are_arrays() -> None:
    """An index and an extension array are no tables, and are read by their entries as before."""
    assert _reduce(pd.Index([1.0, 2.0])).type == "array"
    assert _reduce(pd.array(["a", "b"])).type == "sequence"


def test_a_table_in_a_table_has_an_end() -> None:
    """Cells may hold anything, nested as deep as other containers."""
    inner = pd.Series([1.0])
    for _ in range(12):
        inner = pd.Series([inner], dtype=object)
    assert _reduce(inner).why == "too_deep"
    assert _reduce([pd.Series([1.0])]).items[0].type == "table"


@pytest.mark.parametrize(
    "huge",
    [pd.DataFrame(np.zeros((30_000, 2))), pd.Series(np.zeros(100_000)), pd.DataFrame(np.zeros((1, 50_000)))],
)
def test_a_huge_table_is_too_large(huge: object) -> None:
    """Rows and columns are counted before any cell is looked at."""
    assert _reduce(huge).why == "too_large"
    assert _reduce(pd.DataFrame({"a": ["x" * 3000]}), 8000).why == "too_large"


class _Raising(pd.DataFrame):
    @property
    def columns(self) -> Never:
        raise SystemExit


class _Endless(pd.DataFrame):
    @property
    def columns(self) -> Iterator[str]:
        return iter(lambda: "a", "b")


class _Interrupted(pd.DataFrame):
    @property
    def columns(self) -> Never:
        raise KeyboardInterrupt  # what the grader sends to one that never ends


class _Ragged(pd.DataFrame):
    @property
    def index(self) -> list[int]:
        return [0]


class _Long:
    def __len__(self) -> int:
        return 1 << 62

    def __iter__(self) -> Iterator[int]:
        return iter([0])


class _LongRows(pd.DataFrame):
    @property
    def index(self) -> _Long:
        return _Long()


class _Impostor:
    @property
    def __class__(self) -> type:
        return pd.DataFrame


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (_Raising, "raised"),
        (_Endless, "too_large"),
        (_Interrupted, "timed_out"),
        (_Ragged, "raised"),
        (_LongRows, "too_large"),
    ],
)
def test_tables_that_lie_are_unreadable(kind: type, why: str) -> None:
    """Whatever a subclass answers, there is a table that holds together or there is none."""
    assert _reduce(kind({"a": [1, 2]})).why == why


def test_what_only_says_that_it_is_a_table_is_unreadable() -> None:
    """A false class is not believed into a crash."""
    assert _reduce(_Impostor()).why == "raised"


def test_without_pandas_there_are_no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody imports pandas for the student, and a module of that name need not be it."""
    frame = pd.Series([1.0])
    for module in (None, SimpleNamespace()):
        monkeypatch.setitem(sys.modules, "pandas", module)
        assert _reduce(frame).type == "array"
        assert _reduce(object()).type == "other"
