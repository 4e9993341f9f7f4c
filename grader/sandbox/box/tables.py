"""pandas tables as plain data: labels, index and cells. Found by the module that the student imported, never ours."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .budget import Budget, Plain

_CELL_BYTES = 26  # what `reduce.py` counts for the smallest cell


def reduce_table(value: object, reduce_item: Callable[[object], Plain], budget: Budget) -> Plain | None:
    """Return a `DataFrame` or `Series` as plain data, cells by column; None for anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    is_series = isinstance(value, getattr(pandas, "Series", ()))
    if not is_series and not isinstance(value, getattr(pandas, "DataFrame", ())):
        return None
    table: Any = value
    index = _read_items(table.index, pandas, reduce_item, budget)
    labels = [table.name] if is_series else list(budget.bounded(table.columns))
    budget.require(len(index) * len(labels) * _CELL_BYTES)
    columns = [_reduce_cell(label, pandas, reduce_item) for label in labels]
    cells = []
    for place in range(len(labels)):
        series = table if is_series else table.iloc[:, place]
        cells.append(_read_items(series, pandas, reduce_item, budget))
        if len(cells[-1]) != len(index):
            raise ValueError("a column is not as long as the index")
    form = "series" if is_series else "frame"
    return {"type": "table", "form": form, "columns": columns, "index": index, "cells": cells}


def _read_items(items: Any, pandas: Any, reduce_item: Callable[[object], Plain], budget: Budget) -> list[Plain]:
    budget.require(len(items) * _CELL_BYTES)
    found: Iterable[Any] = budget.bounded(items)
    return [_reduce_cell(item, pandas, reduce_item) for item in found]


def _reduce_cell(item: object, pandas: Any, reduce_item: Callable[[object], Plain]) -> Plain:
    """Return a label or a cell: dates and intervals as text, what is missing as none or as the NaN that it is."""
    if isinstance(item, float | int | str):
        return reduce_item(item)
    if item is pandas.NA or item is pandas.NaT:
        return reduce_item(None)
    if isinstance(item, dt.date | dt.time | pandas.Timedelta):
        return reduce_item(item.isoformat())
    if isinstance(item, np.datetime64 | pandas.Period | pandas.Interval):
        return reduce_item(str(item))
    return reduce_item(item)
