"""Dicts and tables are compared by their labels, each of which stands for one value."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.conftest import reduce

TRUTH = {"north": 1.5, "south": 2.5}
TABLE = {"count": {"north": 3, "south": 4}, "mean": TRUTH}
TOLERANCE = {"absolute": 1e-3}


def ask_dict(quiz: Any, value: object) -> Any:
    """Return the result of a dict of means."""
    quiz.ask("means", "dict", TRUTH, rule="labelled", tolerance=TOLERANCE)
    return quiz.results(means=reduce(value))["means"]


def ask_table(quiz: Any, value: object, **check: Any) -> Any:
    """Return the result of a table of counts and means."""
    quiz.ask("table", "table", TABLE, rule="labelled", tolerance=TOLERANCE, **check)
    return quiz.results(table=reduce(value))["table"]


FRAME = pd.DataFrame(TABLE)
NAMED = FRAME.rename_axis("station").reset_index()


@pytest.mark.parametrize(
    "value", [TRUTH, dict(reversed(TRUTH.items())), pd.Series(TRUTH), FRAME[["mean"]]], ids=range(4)
)
def test_the_order_of_labels_does_not_matter(quiz: Any, value: object) -> None:
    """A dict, a series and a table of one column are read alike."""
    assert ask_dict(quiz, value).code == "labelled.equal"


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_a_label_that_is_there_twice_is_not_read(quiz: Any, first: float) -> None:
    """Which of two values counts would be up to chance, be the right one the first or the last."""
    means = pd.Series(TRUTH)
    result = ask_dict(quiz, pd.concat([means * first, means * (1 - first)]))
    assert (result.code, result.score) == ("value.unreadable", 0)
    assert "expected every label once, got 4 with 2 different labels" in result.message


@pytest.mark.parametrize("first", [0, 1])
def test_a_row_that_is_there_twice_is_not_read(quiz: Any, first: int) -> None:
    """Nor is a table with such rows, whichever of them is right."""
    result = ask_table(quiz, pd.concat([FRAME * first, FRAME * (1 - first)]))
    assert (result.code, result.score) == ("value.unreadable", 0)
    assert "expected every row once" in result.message


def test_labels_that_are_one_as_text_are_there_twice(quiz: Any) -> None:
    """1 and "1" name one thing, in a dict as in a table."""
    assert ask_dict(quiz, {**TRUTH, 1: 0.0, "1": 0.0}).code == "value.unreadable"
    assert ask_table(quiz, {**TABLE, 1: TRUTH, "1": TRUTH}).code == "value.unreadable"


TABLES = [
    FRAME,
    FRAME.iloc[::-1, ::-1],
    FRAME.astype(object),
    FRAME.to_dict(),
    {name: FRAME[name] for name in FRAME},
    {"count": FRAME["count"], "mean": TRUTH},
]


@pytest.mark.parametrize("value", TABLES, ids=range(len(TABLES)))
def test_a_table_may_be_a_frame_or_a_dict_of_columns(quiz: Any, value: object) -> None:
    """The columns of a dict are dicts of rows, or series with these labels."""
    assert ask_table(quiz, value).code == "labelled.equal"


def test_a_frame_is_no_column(quiz: Any) -> None:
    """Of several columns under one name none is chosen."""
    result = ask_table(quiz, {"count": FRAME, "mean": FRAME})
    assert (result.code, result.score) == ("value.unreadable", 0)


@pytest.mark.parametrize("index", [[0, 1], [0, 0], ["a", "b"]])
def test_rows_that_columns_name_need_no_index(quiz: Any, index: list[object]) -> None:
    """Where a column names the rows their index says nothing, also after tables were put together."""
    quiz.table["table__truth"] = {
        "station": {"0": "north", "1": "south"},
        **{k: dict(enumerate(v.values())) for k, v in TABLE.items()},
    }
    result = ask_table(quiz, NAMED.set_axis(index), rows_by=("station",), reference="table__truth")
    assert result.code == "labelled.equal", result.message


ROOMS = {"name": {"0": "hall", "1": "cellar"}, "area": {"0": 20.0, "1": 12.0}}


def ask(quiz: Any, truth: object) -> Any:
    """Ask for a table whose rows are called by the column `name`."""
    return quiz.ask("rooms", "table", truth, rule="labelled", rows_by=("name",), tolerance={"absolute": 1e-6})


def test_rows_are_called_by_a_column(quiz: Any) -> None:
    """In whatever order they stand; another name is another label, with its case."""
    ask(quiz, ROOMS)
    turned = {"name": ["cellar", "hall"], "area": [12.0, 20.0]}
    assert quiz.results(rooms=turned)["rooms"].code == "labelled.equal"
    turned["name"] = ["Cellar", "hall"]
    assert quiz.results(rooms=turned)["rooms"].code == "labelled.missing"


def test_a_reference_without_the_column_is_the_authors_mistake(quiz: Any) -> None:
    """The column that the check names is said, and which there are."""
    ask(quiz, {"area": {"hall": 20.0}})
    result = quiz.results(rooms=ROOMS)["rooms"]
    assert result.outcome == "ungraded"
    assert result.detail == (
        "reference:1: rooms: expected 'name', as `rows_by` or `columns` of the check name it, got area"
    )
