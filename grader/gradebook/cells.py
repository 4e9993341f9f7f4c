"""Cells of CSV files that spreadsheets and learning platforms read: plain text and numbers, and never a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from grader.gradebook.columns import storable
from grader.report.points import json_points

# What makes a spreadsheet run a cell; some read the full-width forms as well.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")

Cell = str | int | Fraction | None


def render_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], extra: Sequence[Sequence[Cell]] = ()) -> str:
    """Return a CSV file: a header, lines of `extra`, and a line for each row; None is an empty cell.

    Points are decimals here, and text that a spreadsheet would run gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([plain_text(column) for column in columns])
    for line in extra:
        writer.writerow([render_cell(cell) for cell in line])
    for row in rows:
        writer.writerow([render_cell(row[column]) for column in columns])
    return out.getvalue()


def render_cell(cell: Cell) -> str:
    """Return one cell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return plain_text(cell)
    return str(json_points(Fraction(cell)))


def plain_text(text: str) -> str:
    """Return text that is harmless in a cell: no control character but a line break, no formula."""
    shown = "".join(char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in storable(text))
    # The first character of the original counts: a tab that became a space would hide what follows it.
    return f"'{shown}" if text[:1] in _FORMULA or shown.lstrip()[:1] in _FORMULA else shown
